"""Importing conference files: only parsing them (json.load), storing them, and publishing what answers read.

    uv run python benchmarks/importing.py [--papers ../shared/paperlists] [--rounds 3]

Every step of every round runs in a process of its own over a data folder of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measuring import SHARED, Cost, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task

NOW = "2026-11-22T00:00:00+00:00"


def parse_papers_task(papers: str) -> Task:
    """json.load of every file, one after the other, keeping nothing: what any tool over these files begins with."""

    def count_papers_json() -> Mapping[str, Any]:
        count = 0
        for path in sorted(Path(papers).glob("*.json.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as file:
                count += len(json.load(file))
        return {"works": count}

    return count_papers_json


def store_papers_task(papers: str, home: str) -> Task:
    """``finder import`` up to the stored records."""
    from finder.ingest.file_import import import_files
    from finder.source import discover_sources
    from finder.storage import open_store

    def store_conference_papers() -> Mapping[str, Any]:
        with open_store(Path(home)) as opened:
            report = import_files(opened, discover_sources()["paperlists"], [Path(papers)], now=NOW)
        return {"works": report.works}

    return store_conference_papers


def publish_store_task(_: str, home: str) -> Task:
    """Resolve, index the full text, and put the snapshot in place."""
    from finder import publication as publishing
    from finder.storage import open_store

    def publish_paper_store() -> Mapping[str, Any]:
        with open_store(Path(home)) as opened:
            return {"works": publishing.resolve_and_publish(opened, NOW).meta["works"]}

    return publish_paper_store


def measure_import_round(papers: Path) -> dict[str, Cost]:
    """One round over a fresh data folder."""
    home = Path(tempfile.mkdtemp(prefix="finder-importing-"))
    try:
        steps = {"json.load": ("parse", papers), "store": ("store", papers, home), "publish": ("publish", papers, home)}
        return {name: run_in_fresh_process(__file__, *map(str, step)) for name, step in steps.items()} | {
            "store again": run_in_fresh_process(__file__, "store", papers, home)
        }
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    """Run the rounds and print medians."""
    if run_named_task(
        {"parse": parse_papers_task, "store": store_papers_task, "publish": publish_store_task}, sys.argv[1:]
    ):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rounds = [measure_import_round(options.papers) for _ in range(options.rounds)]
    whole = [
        Cost(a.wall + b.wall, a.cpu + b.cpu, max(a.memory, b.memory), b.told)
        for a, b in ((costs["store"], costs["publish"]) for costs in rounds)
    ]
    by_step = {name: [costs[name] for costs in rounds] for name in rounds[0]} | {"store + publish": whole}
    base = median_or_zero([cost.wall for cost in by_step["json.load"]])
    rows = [
        [
            name,
            costs[-1].told["works"],
            median_or_zero([c.wall for c in costs]),
            median_or_zero([c.cpu for c in costs]),
            median_or_zero([c.memory for c in costs]),
            median_or_zero([c.wall for c in costs]) / base,
            f"{min(c.wall for c in costs):.2f}-{max(c.wall for c in costs):.2f}",
        ]
        for name, costs in by_step.items()
    ]
    head = ["step", "works", "wall s", "CPU s", "peak MB", "x json.load", "range s"]
    print_table(f"Importing {options.papers}, medians of {options.rounds} rounds", head, rows)


if __name__ == "__main__":
    main()
