"""A year of weekly refreshes: whether the store, the calls and the time of each stay what they are.

    uv run python -m benchmarks.weeks [--weeks 52] [--months 3] [--home FOLDER]

The fictional world is asked as it is on each Monday: works, positions and the records made of them come to it by their
dates. OpenAlex, ORCID, people's own pages and job boards are answered in this process; what that takes is not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from data.demo.builder import boards, orcids, service
from data.demo.builder.build import build_world
from data.demo.builder.model import World
from finder import answers
from finder.answers import Query
from finder.ingest import board_crawler
from finder.model import Board
from finder.outreach import identity_tracking
from finder.settings import Settings, SourceSettings
from finder.storage import Store, open_store
from finder.watch import refresh_run, saved_query
from finder.watch.ingest import WatchIngest

FIRST = datetime(2025, 11, 3, 9, tzinfo=UTC)  # a Monday
INTERESTS = ("multimodal learning", "federated learning", "bandits", "climate downscaling")
TOP, STARRED = 60, 5
SHOWN = (1, 4, 13, 26, 39, 52)
Said = tuple[int, dict[str, str], bytes]


class FakeInternet(httpx.AsyncBaseTransport):
    """The world as it is on a day, at the addresses of the services that tell of it.

    Attributes:
        calls: how many requests came; ``spent``: seconds of CPU that answering them took.
    """

    def __init__(self, world: World) -> None:
        self._whole = world
        self.calls, self.spent = 0, 0.0
        self.asked: list[str] = []
        self.set_day(FIRST)

    def set_day(self, now: datetime) -> None:
        """It is this day."""
        day = now.date().isoformat()
        self._world = replace(
            self._whole,
            papers=[paper for paper in self._whole.papers if paper.date <= day],
            postings=[one for one in self._whole.postings if one.posted <= day and (one.closes or day) >= day],
        )
        service.catalogue.cache_clear()
        self._boards = {url.partition("?")[0]: body for _, url, body in boards.replies(self._world)}

    @cached_property
    def job_boards(self) -> list[Board]:
        """All job boards of that world."""
        made = []
        for platform, url, _ in boards.replies(self._whole):
            (token,) = (step for step in url.partition("?")[0].split("/") if step.startswith("fictional-"))
            made.append(Board(token.removeprefix("fictional-").title(), platform, token, "", "invented"))
        return made

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        began = time.thread_time()
        status, headers, body = self._answer_request(request.url)
        self.spent += time.thread_time() - began
        self.calls += 1
        self.asked.append(str(request.url))

        async def stream_body() -> AsyncIterator[bytes]:
            yield body

        return httpx.Response(status, headers=headers, content=stream_body())

    def _answer_request(self, url: httpx.URL) -> Said:
        address = f"{url.scheme}://{url.host}{url.path}"
        if url.host == "api.openalex.org":
            return service.answer(self._world, url.path, dict(parse_qsl(url.query.decode())))
        if url.host == "pub.orcid.org":
            reply = orcids.reply(self._whole, f"orcid:{url.path.removeprefix('/v3.0')}")
            return reply.status, reply.headers, reply.body
        if address in self._boards:
            return 200, {"content-type": "application/json; charset=utf-8"}, self._boards[address]
        if address in self._whole.pages:
            return 200, {"content-type": "text/html; charset=utf-8"}, self._whole.pages[address].encode()
        return 404, {"content-type": "text/plain"}, b""


@dataclass(frozen=True)
class WeekReport:
    """What a refresh came to: sizes in MB after it, and what it took."""

    week: int
    works: int
    sizes: dict[str, float]
    files: int
    rows: dict[str, int]
    seconds: float
    cpu: float
    calls: int
    news: int

    @property
    def store_size_mb(self) -> float:
        """All that lies in the data folder, in MB."""
        return sum(size for name, size in self.sizes.items() if name != "replies")


@dataclass
class RefreshSimulation:
    """A store with watches and a shortlist, and the clock that only :meth:`simulate_refresh` moves.

    Args:
        months: for how long answers are kept.
    """

    home: Path
    internet: FakeInternet
    months: float = 3
    interests: Sequence[str] = INTERESTS
    now: datetime = FIRST
    told: list[WeekReport] = field(default_factory=list)
    ticks: float = 0.0

    def __post_init__(self) -> None:
        on = {name: SourceSettings(enabled=True) for name in ("openalex", "orcid", "homepages")}
        off = {name: SourceSettings(enabled=False) for name in ("nsf", "openalex_awards", "ukri")}
        keys = {"openalex_key": "a-key-of-nobody"}
        self.settings = Settings(self.home, retention_replies_months=self.months, sources={**on, **off}, keys=keys)
        self.store: Store = open_store(self.home)
        for interest in self.interests:
            wish = saved_query.encode_saved_query(Query(interest, self.now.date(), top=TOP))
            self.store.watches.add(interest, wish, 7, 7, self.now.isoformat())

    def simulate_refresh(self, days: int = 7) -> WeekReport:
        """Refresh all watches as the command does, as of a day some days later than the last time."""

        async def skip_sleep(_: float) -> None:
            return None

        if self.told:
            self.now += timedelta(days=days)
        self.internet.set_day(self.now)
        calls, spent, last = self.internet.calls, self.internet.spent, self.store.watches.newest_news_id()
        http = {
            "transport": self.internet,
            "resolve": lambda _: ["93.184.216.34"],
            "sleep": skip_sleep,
            "ticks": self._next_tick,
        }
        asking = WatchIngest(self.settings, self.store, clock=lambda: self.now, http=http)
        wall, cpu = time.perf_counter(), time.process_time()
        with self.store.leases.acquire_lease("refresh", clock=lambda: self.now):
            report = refresh_run.run_refresh(asking, self.store.watches.list_watches())
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert all(one.state == "complete" for one in report.outcomes), report.outcomes
        own = self.internet.spent - spent
        if not self.told:
            self._star_advisors()
        self.told.append(self._measure_week(wall - own, cpu - own, self.internet.calls - calls, last))
        return self.told[-1]

    def _next_tick(self) -> float:
        self.ticks += 1000.0
        return self.ticks

    def _star_advisors(self) -> None:
        for row in answers.find_advisors(self.store, Query(self.interests[0], self.now.date(), top=STARRED)).results:
            identity_tracking.add_to_shortlist(self.store, row["author_id"], self.interests[0], self.now.isoformat())

    def _measure_week(self, seconds: float, cpu: float, calls: int, last: int) -> WeekReport:
        def fetch_scalar(query: str) -> Any:
            return self.store.connection.execute(query).fetchone()[0]

        self.store.connection.execute("pragma wal_checkpoint(truncate)")
        paths = [path for path in self.home.rglob("*") if path.is_file()]
        sizes: dict[str, float] = {}
        for path in paths:
            place = path.relative_to(self.home).parts
            name = place[0] if len(place) > 1 else "record" if path.name.startswith("finder.sqlite") else "other"
            sizes[name] = sizes.get(name, 0) + path.stat().st_size / 1e6
        sizes["replies"] = fetch_scalar("select coalesce(sum(length(body)), 0) from reply") / 1e6
        rows = {
            name: fetch_scalar(f"select count(*) from {name}")
            for (name,) in self.store.connection.execute(
                "select name from sqlite_master where type = 'table' and name not like '%text%'"
            ).fetchall()
        }
        works, news = (
            self.store.snapshots.current_snapshot().meta["works"],
            fetch_scalar(f"select count(*) from news where id > {last}"),
        )
        return WeekReport(len(self.told) + 1, works, sizes, len(paths), rows, seconds, cpu, calls, news)


def weekly_slope(weeks: Sequence[WeekReport], of: Callable[[WeekReport], float]) -> float:
    """By how much something grows each week: a straight line through the second half of the weeks."""
    settled = weeks[len(weeks) // 2 :]
    return statistics.linear_regression([one.week for one in settled], [of(one) for one in settled]).slope


SIZES: dict[str, Callable[[WeekReport], float]] = {
    "works": lambda one: one.works,
    "MB in all": lambda one: one.store_size_mb,
    "record": lambda one: one.sizes["record"],
    "of it replies": lambda one: one.sizes["replies"],
    "snapshots": lambda one: one.sizes["snapshots"],
    "news": lambda one: one.sizes["news"],
    "files": lambda one: one.files,
}
COSTS: dict[str, Callable[[WeekReport], float]] = {
    "s": lambda one: one.seconds,
    "s CPU": lambda one: one.cpu,
    "calls": lambda one: one.calls,
    "news items": lambda one: one.news,
}


def mean_of_late(weeks: Sequence[WeekReport], of: Callable[[WeekReport], float]) -> float:
    """The mean of the last four weeks, without the first: pages are read every two weeks, other records every four."""
    return statistics.fmean(of(one) for one in (weeks[1:] or weeks)[-4:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--months", type=float, default=3, help="for how long answers are kept; 0: for ever")
    parser.add_argument("--home", type=Path, help="data folder, new; else one that is deleted in the end")
    parser.add_argument("--rows", action="store_true", help="also how many rows each table has")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        internet = FakeInternet(build_world())
        board_crawler.load_boards = lambda _: internet.job_boards  # type: ignore[assignment] - only those of that world
        weeks = RefreshSimulation(options.home or Path(folder) / "home", internet, options.months)
        print(f"| week | {' | '.join({**SIZES, **COSTS})} |\n|" + "---|" * (len(SIZES) + len(COSTS) + 1))
        for _ in range(options.weeks):
            week = weeks.simulate_refresh()
            if week.week in SHOWN or week.week == options.weeks:
                figures = [of(week) for of in SIZES.values()] + [mean_of_late(weeks.told, of) for of in COSTS.values()]
                print(f"| {week.week} | {' | '.join(f'{one:,.4g}' for one in figures)} |", flush=True)
                if options.rows:
                    print(json.dumps(week.rows), flush=True)
        if options.weeks > 6:
            slopes = (weekly_slope(weeks.told, of) for of in (*SIZES.values(), *COSTS.values()))
            print("| a week, in the second half | " + " | ".join(f"{one:+.3g}" for one in slopes) + " |")
        weeks.store.close()


if __name__ == "__main__":
    main()
