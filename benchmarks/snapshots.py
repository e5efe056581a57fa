"""OpenAlex's snapshot: MB a second of one core, beside `json.loads` line by line.

    uv run python benchmarks/snapshots.py [--works 30000] [--rounds 3]

A partition is made of recorded works with titles and abstracts of real papers (`../shared`), gzipped. Each way of
reading it runs in a fresh process, in turn: unpacking with the standard library and nothing else; `json.loads` of each
line; the finder sifting by an interest; the finder building all records; and `finder import` with all it stores, sifted
and whole. CPU seconds count, since each is one process; storing also writes to disk. Peak memory is the process's.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from measuring import SHARED, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task

INTEREST = "federated learning"
NOW = "2026-11-22T10:00:00+00:00"


def generate_partition(path: Path, count: int) -> int:
    """A partition of works; returns its bytes unpacked."""
    chance, size = random.Random(3), 0
    works = list(iter_recorded_works())
    with gzip.open(SHARED / "paperlists" / "icml2023.json.gz", "rt", encoding="utf-8") as file:
        papers = [row for row in json.load(file) if row.get("title")]
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number in range(count):
            paper, index = chance.choice(papers), {}
            for place, word in enumerate((paper.get("abstract") or "").split()):
                index.setdefault(word, []).append(place)
            year = chance.randint(1990, 2026)
            work = {
                **chance.choice(works),
                "title": paper["title"],
                "display_name": paper["title"],
                "id": f"https://openalex.org/W{10**9 + number}",
                "doi": None,
                "ids": {},
                "locations": [],
                "abstract_inverted_index": index or None,
                "publication_year": year,
                "publication_date": f"{year}-0{chance.randint(1, 9)}-11",
            }
            line = json.dumps(work, separators=(",", ":"), ensure_ascii=False) + "\n"  # as recorded answers are
            size += len(line.encode())
            file.write(line)
    return size


def iter_recorded_works() -> Iterator[dict[str, Any]]:
    """Works as they were answered."""
    for path in sorted((SHARED / "recorded" / "openalex").glob("work*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        for work in answer.get("results") or [answer]:
            if work.get("id") and work.get("authorships"):
                yield work


def unpack_gzip_task(path: str) -> Task:
    def count_gzip_lines() -> Mapping[str, Any]:
        with gzip.open(path, "rb") as file:
            return {"lines": sum(1 for _ in file)}

    return count_gzip_lines


def json_loads_task(path: str) -> Task:
    def count_json_lines() -> Mapping[str, Any]:
        with gzip.open(path, "rb") as file:
            return {"lines": sum(1 for line in file if json.loads(line))}

    return count_json_lines


def sift_part_task(path: str, interest: str) -> Task:
    from finder.ingest import dump_import
    from finder.sources.openalex import SOURCE

    def count_sifted_records() -> Mapping[str, Any]:
        wanted = dump_import.DumpQuery((interest,) if interest else ()).to_dump_filter()
        assert SOURCE.read_lines is not None
        with dump_import._open_dump_file(Path(path)) as stream:
            records = SOURCE.read_lines(
                "part", dump_import._LineCounter(sys.maxsize).iter_lines(stream), wanted, Counter()
            )
            return {"records": sum(1 for _ in records)}

    return count_sifted_records


def import_part_task(path: str, interest: str) -> Task:
    from finder.ingest import dump_import
    from finder.sources.openalex import SOURCE
    from finder.storage import open_store

    def import_openalex_part() -> Mapping[str, Any]:
        with tempfile.TemporaryDirectory() as home, open_store(Path(home)) as opened:
            query = dump_import.DumpQuery((interest,) if interest else ())
            taken = dump_import.import_dump(opened, SOURCE, [Path(path)], query, now=NOW)
            held = sum(file.stat().st_size for file in Path(home).glob("finder.sqlite*"))
            return {"records": taken.held.kinds["work"], "bytes": held}

    return import_openalex_part


TASKS = {"unpack": unpack_gzip_task, "loads": json_loads_task, "sift": sift_part_task, "store": import_part_task}
WAYS = {
    "unpacking alone, gzip": ("unpack",),
    "json.loads line by line": ("loads",),
    "the finder, sifted by an interest": ("sift", INTEREST),
    "the finder, all records": ("sift", ""),
    "import, sifted": ("store", INTEREST),
    "import, all": ("store", ""),
}


def main() -> None:
    if run_named_task(TASKS, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "works" / "updated_date=2024-05-01" / "part_000.gz"
        size, packed = generate_partition(path, given.works), path.stat().st_size
        runs: dict[str, list[Any]] = {name: [] for name in WAYS}
        for _ in range(given.rounds):
            for name, (task, *words) in WAYS.items():
                runs[name].append(run_in_fresh_process(__file__, task, path, *words))
    usual = median_or_zero([cost.cpu for cost in runs["json.loads line by line"]])
    head = (
        "",
        "CPU s",
        "MB/s of JSON",
        "MB/s packed",
        "works/s",
        "x json.loads",
        "peak MB",
        "records",
        "kB each on disk",
    )
    rows = []
    for name, costs in runs.items():
        cpu, told = median_or_zero([cost.cpu for cost in costs]), costs[-1].told
        speeds = (size / 1e6 / cpu, packed / 1e6 / cpu, given.works / cpu, usual / cpu)
        each = told["bytes"] / told["records"] / 1000 if "bytes" in told else ""
        rows.append((name, cpu, *speeds, max(cost.memory for cost in costs), told.get("records", ""), each))
    print_table(f"{given.works:,} works, {size / 1e6:,.0f} MB of JSON, {packed / 1e6:,.0f} MB packed", head, rows)


if __name__ == "__main__":
    main()
