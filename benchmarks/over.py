"""Ranking over the files of an OpenAlex snapshot, by DuckDB and by Spark: what reading and ranking take.

    uv run --extra duckdb --extra spark python benchmarks/over.py [--works 50000 200000]

The works are drawn from the distribution of real conference papers (enlarging.py), in the shape and size of recorded
answers of OpenAlex: all that a record holds besides what is read stays as it was recorded. Each run is a fresh process;
Java's start is not counted. CPU and memory are those of Python and Java together.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import enlarging
import numpy as np
from measuring import SHARED, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task

TODAY = date(2026, 11, 22)
INTEREST = "multimodal learning"
PER_FILE = 25_000


def load_openalex_templates(folder: Path) -> list[dict[str, Any]]:
    """Works as OpenAlex answered them, whole."""
    found = []
    for path in sorted(folder.glob("work*.json")):
        body = json.loads(path.read_bytes())
        found += [w for w in body.get("results", [body]) if w.get("authorships") and w.get("referenced_works")]
    return found


def iter_openalex_works(source: Path, works: int) -> Iterator[dict[str, Any]]:
    """Works in OpenAlex's shape."""
    shapes, chance = load_openalex_templates(SHARED / "recorded" / "openalex"), np.random.default_rng(1)
    with tempfile.TemporaryDirectory(prefix="finder-drawn-") as drawn:
        enlarging.write_enlarged_papers(source, Path(drawn), works)
        for path in sorted(Path(drawn).glob("*.json.gz")):
            for paper in json.loads(gzip.decompress(path.read_bytes())):
                yield _paper_in_openalex_shape(paper, shapes[chance.integers(len(shapes))], path.name[-12:-8], chance)


def _paper_in_openalex_shape(
    paper: Mapping[str, Any], shape: Mapping[str, Any], year: str, chance: Any
) -> dict[str, Any]:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(paper["abstract"].split()):
        index.setdefault(word, []).append(place)
    authorships = []
    for number, name in enumerate(paper["author"].split(";")):
        one = shape["authorships"][number % len(shape["authorships"])]
        key = f"https://openalex.org/A{5_000_000_000 + zlib.crc32(name.encode()) % 1_000_000_000}"
        authorships.append({**one, "author": {"id": key, "display_name": name, "orcid": None}, "raw_author_name": name})
    return {
        **shape,
        "id": f"https://openalex.org/W{chance.integers(1, 7_000_000_000)}",
        "title": paper["title"],
        "display_name": paper["title"],
        "publication_date": f"{year}-06-01",
        "publication_year": int(year),
        "type": "article",
        "authorships": authorships,
        "abstract_inverted_index": index or None,
    }


def openalex_files_task(papers: str, folder: str, works: str) -> Task:
    """The files."""

    def write_openalex_files() -> Mapping[str, Any]:
        place, count, raw = Path(folder) / "works" / "updated_date=2026-11-01", 0, 0
        place.mkdir(parents=True)
        lines: list[str] = []
        for record in iter_openalex_works(Path(papers), int(works)):
            lines.append(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
            if len(lines) == PER_FILE:
                raw += _write_gzip_part(place, count, lines)
        raw += _write_gzip_part(place, count, lines)
        packed = sum(path.stat().st_size for path in place.iterdir())
        return {"works": count, "raw": raw, "packed": packed}

    return write_openalex_files


def _write_gzip_part(place: Path, number: int, lines: list[str]) -> int:
    text = "".join(lines).encode()
    (place / f"part_{number:09d}.gz").write_bytes(gzip.compress(text, 6))
    lines.clear()
    return len(text)


def file_ranking_task(folder: str, name: str) -> Task:
    """A whole answer, and how much of it is reading."""
    from finder.answers import Query, advisors_from_files
    from finder.ranking import engines
    from finder.settings import EngineSettings
    from finder.storage import open_store

    opened = engines.open_engine(name, EngineSettings(memory_gb=4))  # type: ignore[arg-type]
    engine: Any = opened.__enter__()

    def time_file_ranking() -> Mapping[str, Any]:
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="finder-home-") as home, open_store(Path(home)) as store:
            found = advisors_from_files.find_advisors_in_files(store, Query(INTEREST, TODAY), engine, Path(folder))
        whole = time.perf_counter() - begun
        java = engine.session.sparkContext._gateway.proc.pid if name == "spark" else None
        told = {
            "answer": whole,
            "best": [row["author_id"] for row in found.results],
            "matched": found.coverage["matched"],
            **(_java_process_cost(java) if java else {"java_mb": 0.0, "java_cpu": 0.0}),
        }
        opened.__exit__(None, None, None)
        return told

    return time_file_ranking


def _java_process_cost(process: int) -> dict[str, float]:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    peak = next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return {"java_mb": peak, "java_cpu": sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")}


def main() -> None:
    """Measure and print."""
    if run_named_task({"made": openalex_files_task, "asked": file_ranking_task}, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--works", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    here = [n for n in ("duckdb", "spark") if importlib.util.find_spec({"spark": "pyspark"}.get(n, n))]
    rows: list[list[Any]] = []
    for works in options.works:
        folder = tempfile.mkdtemp(prefix="finder-snapshot-")
        try:
            size = run_in_fresh_process(__file__, "made", options.papers, folder, works).told
            for name in here:
                costs = [run_in_fresh_process(__file__, "asked", folder, name) for _ in range(options.rounds)]
                walls = [cost.told["answer"] for cost in costs]
                cpus = [cost.cpu + cost.told["java_cpu"] for cost in costs]
                rows.append(
                    [
                        size["works"],
                        size["raw"] / 1e6,
                        size["packed"] / 1e6,
                        name,
                        costs[0].told["matched"],
                        median_or_zero(walls),
                        median_or_zero(cpus),
                        median_or_zero([c.memory + c.told["java_mb"] for c in costs]),
                        size["raw"] / 1e6 / median_or_zero(cpus),
                        str(hash(tuple(costs[0].told["best"])) % 1000),
                    ]
                )
                print_table("So far", HEAD, rows)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


HEAD = ("works", "MB of JSON", "MB packed", "engine", "matched", "answer s", "CPU s", "peak MB", "MB/CPU s", "first 25")

if __name__ == "__main__":
    main()
