"""Answers over a store of conference papers: the first in a process, later ones, and whole calls of the command line.

    uv run python benchmarks/answers.py [--home FOLDER] [--papers ../shared/paperlists] [--rounds 3]

Beside them, what it takes without a store: to scan the files for the interest's words, as list tools do, and the same
over papers that are in memory already.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from measuring import SHARED, Task, apart, command_line, median, serve, show

INTERESTS = (
    "multimodal learning", "protein structure prediction", "legged locomotion", "bandits", "differential privacy",
    "neural machine translation", "neural rendering", "graph neural networks", "causal inference", "fairness",
)  # fmt: skip
WARM = 5
TODAY = date(2026, 11, 22)


def answer(home: str, interest: str) -> Task:
    """The first answer of this process and the next ones, in seconds; imports are not counted."""
    from finder import views
    from finder.store import open_store

    def task() -> Mapping[str, Any]:
        times = []
        with open_store(Path(home)) as store:
            for _ in range(1 + WARM):
                begun = time.perf_counter()
                found = views.advisors(store, views.Wish(interest, TODAY))
                times.append(time.perf_counter() - begun)
        return {"cold": times[0], "warm": times[1:], "matched": found.coverage["matched"]}

    return task


def papers_of(folder: str) -> Iterator[dict[str, Any]]:
    """Every record of every file."""
    for path in sorted(Path(folder).glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from json.load(file)


def scan(papers: Iterable[Mapping[str, Any]], interest: str) -> list[tuple[str, int]]:
    """Who wrote most papers that say the interest word for word."""
    people: Counter[str] = Counter()
    for paper in papers:
        text = f"{paper.get('title')} {paper.get('abstract')} {paper.get('keywords')}".lower()
        if interest in text:
            people.update(name.strip() for name in str(paper.get("author") or "").split(";"))
    return people.most_common(25)


def baseline(folder: str) -> Task:
    """Reading all files for one interest, and scanning what is in memory for each."""

    def task() -> Mapping[str, Any]:
        begun = time.perf_counter()
        scan(papers_of(folder), INTERESTS[0])
        files = time.perf_counter() - begun
        loaded, memory = list(papers_of(folder)), {}
        for interest in INTERESTS:
            begun = time.perf_counter()
            scan(loaded, interest)
            memory[interest] = time.perf_counter() - begun
        return {"files": files, "memory": memory}

    return task


def filled(papers: Path) -> Path:
    """A store of these papers."""
    home = Path(tempfile.mkdtemp(prefix="finder-answers-"))
    seconds = command_line("import", "paperlists", str(papers), home=home)
    print(f"imported {papers} into {home} in {seconds:.1f} s")
    return home


def main() -> None:
    """Run the rounds and print medians."""
    if serve({"answer": answer, "baseline": baseline}, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a data folder that holds papers already")
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = options.home or filled(options.papers)
    command_line("advisors", INTERESTS[0], "--offline", home=home)  # the files are in the system's cache from here on
    plain = apart(__file__, "baseline", options.papers).told
    rows, cold, warm, calls = [], [], [], []
    for interest in INTERESTS:
        rounds = [apart(__file__, "answer", home, interest).told for _ in range(options.rounds)]
        whole = [command_line("advisors", interest, "--offline", home=home) for _ in range(options.rounds)]
        cold.append(median([told["cold"] for told in rounds]))
        warm.append(median([seconds for told in rounds for seconds in told["warm"]]))
        calls.append(median(whole))
        matched, memory = rounds[0]["matched"], plain["memory"][interest]
        rows.append([
            interest, matched, cold[-1] * 1000, warm[-1] * 1000, calls[-1] * 1000, memory * 1000,
            memory / warm[-1], plain["files"] / cold[-1], plain["files"] / calls[-1],
        ])  # fmt: skip
    for name, of in (("median", median), ("worst", max)):
        memory = of(list(plain["memory"].values()))
        row = [of(cold), of(warm), of(calls), memory]
        ratios = [memory / of(warm), plain["files"] / of(cold), plain["files"] / of(calls)]
        rows.append([name, "", *(seconds * 1000 for seconds in row), *ratios])
    head = [
        "interest", "works", "cold ms", "warm ms", "whole call ms", "scan memory ms", "scan/warm", "files/cold",
        "files/call",
    ]  # fmt: skip
    show(f"Answers, medians of {options.rounds} rounds; scanning the files takes {plain['files']:.1f} s", head, rows)


if __name__ == "__main__":
    main()
