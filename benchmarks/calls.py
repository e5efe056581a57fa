"""Whole calls of the command line over a store of conference papers, in CPU seconds: what a user waits for.

    uv run python benchmarks/calls.py --home FOLDER [--papers ../shared/paperlists] [--rounds 5] [--only hide labs]

Each call is a process of its own over a copy of the store, as a call before it left it behind; calls that change
something get a copy of their own each round, and do without the encoder, which would go on in the background.
CPU is that of the process and of those it waited for. The venue that is one more is drawn: a conference file whose
works are given other titles and a year to come. The machine's load and whether bytecode is cached are printed with the
table.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from measuring import PROJECT, SHARED, median_or_zero, print_table

VENUE, DRAWN = "corl2024.json.gz", "corl2027.json.gz"
INTEREST = "multimodal learning"
OFFLINE = ("--offline",)


class Spent(NamedTuple):
    """What a call took: CPU and wall seconds, and the peak of its memory in MB."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Call:
    """A row of the table.

    Attributes:
        words: what is called.
        copied: it changes the store, so that every round begins with a copy.
        quiet: without the encoder, as all that are copied.
    """

    name: str
    words: Sequence[str]
    copied: bool = False
    quiet: bool = False


def spend(words: Sequence[str], home: Path, **variables: str) -> Spent:
    """Run the command line once, as the environment and these variables have it.

    Raises:
        RuntimeError: it ended with an error that is not expected of it.
    """
    environment = {**os.environ, "FINDER_HOME": str(home), **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    with said:
        begun = time.perf_counter()
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "finder", *words],
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)],
        )
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - begun
        said.seek(0)
        if code := os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"finder {' '.join(words)} ended with {code}: {said.read()[-500:].decode()}")
    return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def copy_home(home: Path, folder: Path) -> Path:
    """A copy of a data folder, without copies of its own from before a migration."""
    return Path(shutil.copytree(home, folder, ignore=shutil.ignore_patterns("*.bak", "*.lock", "logs")))


def draw_venue(papers: Path, folder: Path) -> Path:
    """A conference file with the people and places of another, and works that nobody else has."""
    works = json.loads(gzip.decompress((papers / VENUE).read_bytes()))
    for work in works:
        work["id"] = f"drawn-{work['id']}"
        work["title"] = f"{' '.join(reversed(str(work['title']).split()))} revisited"
        work.pop("doi", None)
    path = folder / DRAWN
    path.write_bytes(gzip.compress(json.dumps(works).encode(), mtime=0))
    return path


def calls_of(home: Path, papers: Path, folder: Path) -> list[Call]:
    """The rows: what is read, what is judged, and what is imported."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:  # a child begins with its parent's memory
        one, two, other = apart.submit(people_of, home).result()
    return [
        Call("advisors", ("advisors", INTEREST, *OFFLINE)),
        Call("labs", ("labs", INTEREST, *OFFLINE)),
        Call("internships", ("internships", INTEREST, *OFFLINE)),
        Call("openings, none stored", ("openings", INTEREST, *OFFLINE)),
        Call("news, none new", ("news",)),
        Call("hide one", ("hide", one), copied=True),
        Call("judge one", ("judge", "same", two, other), copied=True),
        Call("forget one", ("forget", one, "--yes"), copied=True),
        Call("the same files again", ("import", "paperlists", str(papers)), quiet=True),
        Call("one venue more", ("import", "paperlists", str(draw_venue(papers, folder))), copied=True),
    ]


def people_of(home: Path) -> tuple[str, str, str]:
    """Ids of somebody with many works, and of two who are printed alike and are not one."""
    import polars as pl

    from finder.storage import open_store

    with open_store(home) as store:
        snapshot = store.snapshots.current_snapshot()
        people = snapshot.load_table("authors").select("author", "author_id", "name")
        works = snapshot.load_table("authorships").group_by("author").agg(works=pl.len())
    known = people.join(works, on="author").sort("works", "author_id", descending=[True, False])
    lone = known.filter(pl.col("name").is_unique(), pl.col("works") < 60)
    alike = known.filter(pl.col("name").len().over("name") == 2, pl.col("works") > 2)
    pair = alike.filter(pl.col("name") == alike.filter(pl.len().over("name") == 2)["name"][0])
    return lone["author_id"][0], pair["author_id"][0], pair["author_id"][1]


def measure_call(call: Call, home: Path, folder: Path, rounds: int) -> list[Spent]:
    """What a call took, each time; a call that changes nothing is made once before it counts."""
    variables = {"FINDER_SEMANTIC": "off"} if call.copied or call.quiet else {}
    if not call.copied:
        spend(call.words, home, **variables)
        return [spend(call.words, home, **variables) for _ in range(rounds)]
    found = []
    for number in range(rounds):
        changed = copy_home(home, folder / f"{call.name} {number}")
        found.append(spend(call.words, changed, **variables))
        shutil.rmtree(changed, ignore_errors=True)
    return found


def bytecode_cached() -> bool:
    """Whether the modules that a call loads are compiled already."""
    from importlib.util import cache_from_source

    return all(Path(cache_from_source(str(path))).exists() for path in (PROJECT / "finder" / "cli").glob("*.py"))


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="finder-calls-") as name:
        folder = Path(name)
        home = copy_home(asked.home, folder / "home")
        calls = calls_of(home, asked.papers.resolve(), folder)
        spend(("--help",), home)  # compiles what is not compiled yet
        rows, before = [], os.getloadavg()[0]
        for call in calls:
            if asked.only and not any(call.name.startswith(word) for word in asked.only):
                continue
            found = measure_call(call, home, folder, asked.rounds)
            cpu, wall, memory = ([getattr(one, field) for one in found] for field in Spent._fields)
            rows.append([call.name, median_or_zero(cpu), max(cpu), median_or_zero(wall), max(memory)])
            print(call.name, *(f"{one.cpu:.2f}" for one in found), file=sys.stderr, flush=True)
    state = "cached" if bytecode_cached() else "not cached"
    load = f"load {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    print_table(
        f"whole calls: {asked.rounds} rounds, bytecode {state}, {load}",
        ["call", "CPU s", "worst", "wall s", "peak MB"],
        rows,
    )


if __name__ == "__main__":
    main()
