"""How ingestion and answers grow with the number of works.

    uv run python benchmarks/growth.py [--papers ../shared/paperlists] [--works 10000 100000 1000000] [--rounds 1]

Conference files of so many works are drawn from the distribution of real ones (enlarging.py), stored, resolved, indexed
and published, and asked ten interests. Each step runs in a fresh process; the exponent is the slope of a line through
the logarithms: 1 is linear.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import enlarging
import numpy as np
from answers import INTERESTS
from importing import publish_store_task, store_papers_task
from measuring import SHARED, Cost, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task

TODAY = date(2026, 11, 22)


def growth_papers_task(papers: str, folder: str, works: str) -> Task:
    """The files."""

    def write_growth_papers() -> Mapping[str, Any]:
        return {"works": enlarging.write_enlarged_papers(Path(papers), Path(folder), int(works))}

    return write_growth_papers


def growth_answers_task(home: str) -> Task:
    """All interests one after the other in one process, twice: seconds of the first and the second time."""
    import time

    from finder import answers
    from finder.storage import open_store

    def time_growth_answers() -> Mapping[str, Any]:
        times: list[list[float]] = [[], []]
        matched, cpu = [], []
        with open_store(Path(home)) as opened:
            for again in times:
                for interest in INTERESTS:
                    begun, before = time.perf_counter(), time.process_time()
                    found = answers.find_advisors(opened, answers.Query(interest, TODAY))
                    again.append(time.perf_counter() - begun)
                    cpu.append(time.process_time() - before)
                    matched.append(found.coverage["matched"])
            counts = opened.snapshots.current_snapshot().meta
        first, *rest = times[0]
        return {
            "first": first,
            "others": median_or_zero(rest),
            "again": median_or_zero(times[1]),
            "worst": max(times[1]),
            "cpu": median_or_zero(cpu[len(INTERESTS) :]),
            "matched": median_or_zero(matched),
            "authorships": counts["authorships"],
            "authors": counts["authors"],
        }

    return time_growth_answers


def measure_growth_size(papers: Path, works: int) -> dict[str, Any]:
    """One size: what each step took."""
    place = Path(tempfile.mkdtemp(prefix="finder-growth-"))
    try:
        (place / "papers").mkdir()
        told = run_in_fresh_process(__file__, "made", papers, place / "papers", works).told
        steps = {
            name: run_in_fresh_process(__file__, name, place / "papers", place / "home")
            for name in ("store", "publish")
        }
        return {"works": told["works"], **steps, "answers": run_in_fresh_process(__file__, "answers", place / "home")}
    finally:
        shutil.rmtree(place, ignore_errors=True)


def growth_exponent(works: Sequence[float], values: Sequence[float]) -> float:
    """The slope of the line through the logarithms."""
    return float(np.polyfit(np.log(works), np.log(values), 1)[0])


def main() -> None:
    """Measure and print."""
    if run_named_task(
        {
            "made": growth_papers_task,
            "store": store_papers_task,
            "publish": publish_store_task,
            "answers": growth_answers_task,
        },
        sys.argv[1:],
    ):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--works", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    rows: list[list[Any]] = []
    for works in options.works:
        rounds = [measure_growth_size(options.papers, works) for _ in range(options.rounds)]
        told = rounds[-1]["answers"].told
        steps: list[Cost] = [found[name] for found in rounds for name in ("store", "publish")]
        stored, published = steps[::2], steps[1::2]
        both = [a.wall + b.wall for a, b in zip(stored, published, strict=True)]
        asked = [found["answers"].told for found in rounds]
        rows.append(
            [
                rounds[-1]["works"],
                told["authorships"],
                told["authors"],
                median_or_zero([c.wall for c in stored]),
                median_or_zero([c.wall for c in published]),
                median_or_zero(both),
                median_or_zero([a.cpu + b.cpu for a, b in zip(stored, published, strict=True)]),
                max(c.memory for c in steps),
                told["matched"],
                *(median_or_zero([one[key] for one in asked]) for key in ("first", "others", "again", "worst", "cpu")),
                max(found["answers"].memory for found in rounds),
            ]
        )
        print_table("So far", HEAD, rows[-1:])
    if len(rows) > 1:
        sizes = [row[0] for row in rows]
        slopes = [growth_exponent(sizes, [max(row[n], 1e-9) for row in rows]) for n in range(1, len(HEAD))]
        rows.append(["exponent", *slopes])
    print_table(f"Growth, medians of {options.rounds} rounds", HEAD, rows)


HEAD = (
    "works",
    "authorships",
    "people",
    "store s",
    "publish s",
    "ingest s",
    "its CPU s",
    "its MB",
    "matched",
    "first answer s",
    "next s",
    "again s",
    "worst again s",
    "again CPU s",
    "their MB",
)

if __name__ == "__main__":
    main()
