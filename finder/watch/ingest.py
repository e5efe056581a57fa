"""Ask for what is new on behalf of watches: boards, interests, the shortlist, people's own pages, each only once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from finder import answers, clock, publication
from finder.api_keys import source_api_key
from finder.errors import FinderError
from finder.ingest import board_crawler
from finder.ingest import collector as collecting
from finder.ingest.source_stats import Tell
from finder.settings import Settings
from finder.source import FetchRequest, discover_sources
from finder.storage import Store
from finder.storage.runs import Run, SourceRun
from finder.storage.watches import SHORTLIST, NewsDraft
from finder.text.names import interest_key
from finder.watch import news_text

PAGES = "homepages"  # the source that reads people's own pages
Showing = Callable[[str], AbstractContextManager[Tell]]


@dataclass(frozen=True)
class IngestResult:
    """What the collection of an interest came to: ``state`` as of a run, or "failed" where it could not even begin."""

    state: str
    entries: Sequence[SourceRun] = ()
    message: str = ""


def _no_progress(_: str) -> AbstractContextManager[Tell]:
    return nullcontext(lambda _: None)


@dataclass
class WatchIngest:
    """Asks the sources; what fails is told, and costs only itself.

    Attributes:
        say: hears remarks.
        showing: shows the progress of a collection with this title.
        http: options of the door to the network, for tests.
        asked: how each source fared so far: its counters added up.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime] = clock.utc_now
    say: Callable[[str], object] = lambda _: None
    showing: Showing = _no_progress
    http: Mapping[str, Any] = field(default_factory=dict)
    asked: dict[str, SourceRun] = field(default_factory=dict)

    def current_time(self) -> str:
        """The moment it is."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")

    def crawl_watch_boards(self, day: date) -> list[NewsDraft]:
        """Read the boards that are due; what could be read before and cannot be now is news."""
        postings = self.store.postings
        try:
            postings.register_boards(board_crawler.load_boards(self.settings))
            before = {one.board.id: one.state for one in postings.list_boards()}
            ready = board_crawler.due_boards(postings.list_boards(), self.clock())
            if not ready:
                return []
            self.say(f"Reading {len(ready)} job boards …")
            outcomes = asyncio.run(self._run_board_crawler(ready))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the boards, the watches are refreshed
            text = f"The job boards could not be read: {error_reason(error)}"
            return [news_text.refresh_failure_news(text, "job boards", SHORTLIST, "", day)]
        lost = [one for one in outcomes if one.state in ("gone", "failing") and before.get(one.board.id) != one.state]
        if not lost:
            return []
        named = ", ".join(sorted(one.board.organisation for one in lost))
        text = f"{len(lost)} of {len(outcomes)} job boards could not be read: {named}. Why: finder boards"
        return [news_text.refresh_failure_news(text, "job boards", SHORTLIST, "", day)]

    async def _run_board_crawler(self, boards: Sequence[Any]) -> list[board_crawler.BoardOutcome]:
        async with board_crawler.BoardCrawler(self.settings, self.store, clock=self.clock, **self.http) as sweeper:
            return await sweeper.crawl_boards(boards)

    def collect_new_works(self, interest: str, day: date) -> IngestResult:
        """Collect what is new on an interest."""
        chosen = collecting.active_sources(self.settings, discover_sources())
        ask = collecting.build_fetch_request(interest, day)
        try:
            with self.showing(f"Collecting “{interest}”") as tell:
                run = asyncio.run(self._run_watch_collector(chosen, tell, lambda one: one.collect(ask, only_new=True)))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one interest, the others are collected
            return IngestResult("failed", message=error_reason(error))
        return IngestResult(run.state, self._tally_source_runs(run))

    async def _run_watch_collector(
        self, sources: Mapping[str, Any], tell: Tell, what: Callable[[collecting.Collector], Any]
    ) -> Run:
        async with collecting.Collector(
            self.settings, self.store, sources, tell, clock=self.clock, **self.http
        ) as collector:
            return await what(collector)

    def collect_shortlist(self, day: date) -> IngestResult:
        """Ask for the works of those on the shortlist, whatever they are on."""
        ids = {
            token for entry in self.store.shortlist.list_entries() for token in entry.anchors if isinstance(token, str)
        }
        chosen = collecting.active_sources(self.settings, discover_sources())
        asked = {name: one for name, one in chosen.items() if one.card.compares}
        entries: list[SourceRun] = []
        if not ids:
            return IngestResult("complete")
        for name, source in asked.items():
            key = interest_key("")
            known = self.store.runs.last_complete_time(name, key, "", self.current_time(), "visit")
            ask = replace(
                collecting.build_fetch_request("", day),
                ids=tuple(sorted(ids)),
                known=known,
                keyed=source_api_key(self.settings, source.card) is not None,
            )
            try:
                with self.showing("Looking for new works of those on your shortlist") as tell:
                    run = asyncio.run(self._run_watch_collector({name: source}, tell, _visit_callback(ask)))
            except Exception as error:  # noqa: BLE001 - the watches do not wait for it
                return IngestResult("failed", entries, f"{source.card.title}: {error_reason(error)}")
            entries += self._tally_source_runs(run)
        return IngestResult("partial" if news_text.source_failures(entries, source_titles()) else "complete", entries)

    def publish_new_records(self) -> None:
        """Bring the snapshot up to what came in."""
        try:
            publication.resolve_and_publish(self.store, self.current_time())
        except FinderError as error:  # each watch says for itself what it lacks
            self.say(str(error))

    def read_pages(self, interest: str, day: date) -> None:
        """Read the own pages of the first people listed, where the user has switched that on."""
        source = discover_sources()[PAGES]
        if not self.settings.is_source_enabled(PAGES, source.card.default_on):
            return
        try:
            people = result_homepages(self.store, interest, day)
            if people:
                ask = collecting.build_homepage_request(collecting.build_fetch_request(interest, day), people)
                with self.showing(f"Reading the pages of {len(people)} people") as tell:
                    self._tally_source_runs(
                        asyncio.run(self._run_watch_collector({PAGES: source}, tell, _visit_callback(ask)))
                    )
                publication.resolve_and_publish(self.store, self.current_time())
        except FinderError as error:
            self.say(str(error))

    def _tally_source_runs(self, run: Run) -> list[SourceRun]:
        entries = self.store.runs.source_runs(run.id)
        for one in entries:
            had = self.asked.get(one.source, SourceRun(one.source, one.state))
            counted = ("calls", "cached", "credits", "works", "people")
            self.asked[one.source] = replace(one, **{n: getattr(had, n) + getattr(one, n) for n in counted})
        return entries


def result_homepages(store: Store, interest: str, day: date) -> dict[str, str]:
    """The own pages of the first people listed for an interest: name by address."""
    most = discover_sources()[PAGES].card.most
    listed = answers.find_advisors(store, answers.Query(interest, day, top=most)).results
    return {row["links"]["homepage"]: row["name"] for row in listed if row["links"]["homepage"]}


def _visit_callback(ask: FetchRequest) -> Callable[[collecting.Collector], Any]:
    return lambda collector: collector.visit_homepages(ask)


def error_reason(error: Exception) -> str:
    """What went wrong, for a user."""
    return str(error) if isinstance(error, FinderError) else f"{type(error).__name__}. Please report this."


def source_titles() -> dict[str, str]:
    """What the sources are called, by name."""
    return {name: source.card.title for name, source in discover_sources().items()}
