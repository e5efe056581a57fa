"""Collecting from OpenAlex's stand-in, side by side with pyalex over the same pages.

    uv run --group bench python benchmarks/collection.py [--interest "reinforcement learning"] [--rounds 3]
        [--latency-ms 250] [--standin ../shared/standin/standin.py] [--cache FILE] [--profile]

The finder paces itself at the 30 requests a second that its card allows with a key; pyalex does not, and pages one
chain of cursors. Both ask a quick server that gives back the stand-in's answers after the latency; with --straight
both ask the stand-in itself, which makes each page anew and is then what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from measuring import SHARED, Cost, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task

import finder.http.retry  # noqa: F401 - loaded when first asked otherwise, which would count
from finder.http import CachingHttpClient
from finder.ingest.collector import YEARS, Collector, build_fetch_request
from finder.settings import Settings, SourceSettings
from finder.sources._openalex.plan import WORK_FIELDS
from finder.sources.openalex import SOURCE, fetch
from finder.storage import open_store

TODAY = date(2026, 11, 22)
KEY = "a-key-for-the-benchmark"
HOST = "https://api.openalex.org"
CACHE = Path("/tmp/standin-mine.sqlite")


def collection_settings(url: str, home: str) -> Settings:
    return Settings(Path(home), sources={"openalex": SourceSettings(url)}, keys={"openalex_key": KEY})


def full_collect_task(url: str, home: str, interest: str) -> Task:
    """``finder collect`` without publishing: ask, keep replies, parse, store, and complete the promising people."""

    async def collect_and_count() -> Mapping[str, Any]:
        with open_store(Path(home)) as store:
            async with Collector(collection_settings(url, home), store, {"openalex": SOURCE}) as collector:
                run = await collector.collect(build_fetch_request(interest, TODAY))
            (entry,) = store.runs.source_runs(run.id)
            return {"pages": entry.calls, "works": entry.works, "state": entry.state}

    return lambda: asyncio.run(collect_and_count())


def fetch_only_task(url: str, home: str, interest: str) -> Task:
    """Only asking: replies are kept (zlib, SQLite), and neither parsed nor stored as records."""

    async def fetch_and_count() -> Mapping[str, Any]:
        pages = 0
        with open_store(Path(home)) as store:
            async with CachingHttpClient(collection_settings(url, home), store) as http:
                async for _ in fetch(http, replace(build_fetch_request(interest, TODAY), keyed=True)):
                    pages += 1
        return {"pages": pages, "works": "", "state": "complete"}

    return lambda: asyncio.run(fetch_and_count())


def pyalex_task(url: str, keywords: str, pages: str) -> Task:
    """The same list with pyalex: one chain of cursors, JSON into dictionaries, which are dropped."""
    import pyalex as library
    from pyalex import api
    from requests.adapters import HTTPAdapter

    class RedirectAdapter(HTTPAdapter):
        """Sends what is meant for OpenAlex, whose host pyalex has built in, to the stand-in."""

        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            request.url = f"{request.url.replace(HOST, url)}&api_key={KEY}"
            return super().send(request, *args, **kwargs)

    plain = api._get_requests_session

    def make_pyalex_session() -> Any:
        made = plain()
        made.mount("https://", RedirectAdapter())
        return made

    api._get_requests_session = make_pyalex_session

    def page_with_pyalex() -> Mapping[str, Any]:
        query = library.Works().filter(
            keywords={"id": keywords}, from_publication_date=f"{TODAY.year - YEARS + 1}-01-01"
        )
        query = query.sort(publication_date="desc").select(WORK_FIELDS.split(","))
        found = [len(page) for page in islice(query.paginate(per_page=100, n_max=None), int(pages))]
        return {"pages": len(found), "works": sum(found), "state": "complete"}

    return page_with_pyalex


@contextmanager
def start_server(*words: object) -> Iterator[str]:
    """A server of our own; the address it prints first."""
    with subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


@contextmanager
def serve_standin(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The address to ask, and that of the stand-in behind it."""
    cache = ["--cache", options.cache] if options.cache.exists() else []
    latency = options.latency_ms if options.straight else 0
    words = [options.standin, "--port", 0, "--budget", 1000, "--latency-ms", latency, *cache]
    with start_server(*words) as standin:
        if options.straight:
            yield standin, standin
            return
        with start_server(Path(__file__).with_name("replaying.py"), standin, options.latency_ms / 1000) as replaying:
            yield replaying, standin


def longest_keyword_list(url: str) -> str:
    """The keywords of the list that the finder paged furthest."""
    with urlopen(f"{url}/_log") as reply:
        filters = [line["query"].get("filter", "") for line in json.load(reply)]
    keywords = [
        part.partition(":")[2] for text in filters for part in text.split(",") if part.startswith("keywords.id")
    ]
    return Counter(keywords).most_common(1)[0][0]


def profile_collection(url: str, interest: str) -> None:
    """Where one collection's CPU goes, by function."""
    for turn in range(2):  # the first fills the server
        profile = cProfile.Profile(time.process_time)
        with tempfile.TemporaryDirectory() as home:
            profile.runcall(full_collect_task(f"{url}/openalex", home, interest))
        if turn:
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)


def run_contest_rounds(url: str, standin: str, options: argparse.Namespace) -> dict[str, list[Cost]]:
    """All rounds, the contestants in turn; the first round, which fills the server, does not count."""
    costs: dict[str, list[Cost]] = {"finder": [], "finder, asking only": [], "pyalex": []}
    for number in range(options.rounds + 1):
        for name, task in (("finder", "whole"), ("finder, asking only", "asking")):
            with tempfile.TemporaryDirectory() as home:
                cost = run_in_fresh_process(__file__, task, f"{url}/openalex", home, options.interest)
            costs[name] += [cost] if number else []
        cost = run_in_fresh_process(__file__, "pyalex", f"{url}/openalex", longest_keyword_list(standin), options.pages)
        costs["pyalex"] += [cost] if number else []
    return costs


def main() -> None:
    """Run the rounds and print medians and ratios."""
    if run_named_task({"whole": full_collect_task, "asking": fetch_only_task, "pyalex": pyalex_task}, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--standin", type=Path, default=SHARED / "standin" / "standin.py")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a catalogue the stand-in built before")
    parser.add_argument("--latency-ms", type=float, default=250)
    parser.add_argument("--interest", default="reinforcement learning")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=30, help="pages that pyalex is to page, for it is slow")
    parser.add_argument("--straight", action="store_true", help="ask the stand-in itself, not its kept answers")
    parser.add_argument("--profile", action="store_true", help="print where the finder's CPU goes, and nothing else")
    options = parser.parse_args()
    with serve_standin(options) as (url, standin):
        if options.profile:
            profile_collection(url, options.interest)
            return
        costs = run_contest_rounds(url, standin, options)
    speed = {name: median_or_zero([cost.told["pages"] / cost.wall for cost in of]) for name, of in costs.items()}
    each = {name: median_or_zero([cost.cpu / cost.told["pages"] * 1000 for cost in of]) for name, of in costs.items()}
    rows = [
        [
            name,
            of[-1].told["state"],
            of[-1].told["pages"],
            of[-1].told["works"],
            median_or_zero([c.wall for c in of]),
            speed[name],
            each[name],
            median_or_zero([c.memory for c in of]),
            speed[name] / speed["pyalex"],
            each[name] / each["pyalex"],
        ]
        for name, of in costs.items()
    ]
    head = ["", "state", "pages", "works", "wall s", "pages/s", "CPU ms/page", "peak MB", "x speed", "x CPU/page"]
    print_table(
        f"“{options.interest}”, {options.latency_ms:g} ms latency, medians of {options.rounds} rounds", head, rows
    )
    print("The finder keeps to 30 requests a second, which is what its card says OpenAlex allows with a key.")


if __name__ == "__main__":
    main()
