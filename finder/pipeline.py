"""One collection from the command line, from the first word to the published snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from finder import api_keys, clock, publication
from finder.errors import EmptyStore, FinderError
from finder.ingest import board_crawler, collector
from finder.progress import Display
from finder.results import PlannedCallRow
from finder.settings import Settings
from finder.source import FetchRequest, Source, discover_sources
from finder.storage import Store
from finder.text.names import NO_TOPIC, is_topic
from finder.watch.ingest import PAGES, result_homepages

Say = Callable[[str], None]
OPEN_PAPERS = "paperlists"  # the source of conference files that are open to everybody
OPEN_YEARS = 3  # of them that are fetched
OPEN_INTEREST = "open conference files"  # as what such a run is noted: it is about no interest
FROM_STORE = "Nothing new could be fetched; this is from what is stored."
WITHOUT_KEY = (
    "Without any key: finder setup --open-papers fetches the open conference files of the last three years (about 90 "
    "requests, a minute or two), or finder advisors INTEREST --open-papers at once."
)


def is_interest_fresh(store: Store, interest: str) -> bool:
    """Whether an interest was collected completely within the last week."""
    return collector.has_fresh_run(store, interest, clock.utc_now())


def collect_if_stale(settings: Settings, store: Store, interest: str, say: Say) -> None:
    """Collect an interest unless that was done lately; what is stored remains when nothing can be fetched."""
    if is_interest_fresh(store, interest):
        return
    if not is_topic(interest):
        say(NO_TOPIC)
        return
    if run_collection(settings, store, interest, say) == "failed":
        say(FROM_STORE)


def run_collection(settings: Settings, store: Store, interest: str, say: Say, since: date | None = None) -> str:
    """Collect with a display, then publish; returns the run's state.

    Ctrl-C ends the collection, not the command: what came in is published.

    Raises:
        FinderError: nothing could be fetched, and nothing is stored.
    """
    chosen = collector.active_sources(settings, discover_sources())
    missing: set[str] = set()  # two sources may share a key
    for source in chosen.values():
        if kept_back := api_keys.key_withheld_reason(settings, source.card):
            say(kept_back)
        elif source.card.key_name and not settings.keys.get(source.card.key_name):
            if source.card.key_name in missing:
                continue
            missing.add(source.card.key_name)
            without = "there is a small daily allowance" if source.card.credits else "little or nothing is answered"
            say(f"Without a key for {source.card.title} {without}. {source.card.key_help}")
            say("To give it to the finder, once: finder setup")
            if source.card.name == "openalex" and not store.records.last_write_seq():
                say(WITHOUT_KEY)

    request = collector.build_fetch_request(interest, clock.utc_today(), since)
    state = _fetch_and_publish(settings, store, chosen, request, f"Collecting “{interest}”", say)
    if state != "stopped":
        visit_top_homepages(settings, store, interest, say)
    return state


def question_open_papers(today: date) -> FetchRequest:
    """What is asked for the open conference files: those of the last years, whatever they are about."""
    return replace(collector.build_fetch_request(OPEN_INTEREST, today), since=date(today.year - OPEN_YEARS + 1, 1, 1))


def collect_open_papers(settings: Settings, store: Store, say: Say) -> str:
    """Fetch the conference files that are open to everybody, then publish; returns the run's state. It needs no key.

    Raises:
        FinderError: nothing could be fetched, and nothing is stored.
    """
    source, ask = discover_sources()[OPEN_PAPERS], question_open_papers(clock.utc_today())

    state = _fetch_and_publish(settings, store, {OPEN_PAPERS: source}, ask, "Fetching the open conference files", say)
    if state == "failed":
        say(FROM_STORE)
    meta = store.snapshots.current_snapshot().meta
    say(f"Ready: {meta['works']:,} works by {meta['authors']:,} people.")
    return state


def _fetch_and_publish(
    settings: Settings, store: Store, sources: Mapping[str, Source], request: FetchRequest, title: str, say: Say
) -> str:
    """Fetch with a display, then publish what came in; returns the run's state.

    Raises:
        FinderError: nothing could be fetched, and nothing is stored.
    """

    async def run_collector(display: Display) -> str:
        async with collector.Collector(settings, store, sources, display.show_progress) as running:
            return (await running.collect(request)).state

    try:
        with Display(title) as display:
            state = asyncio.run(run_collector(display))
    except KeyboardInterrupt:
        say("Stopped. What came in is kept; the next call goes on from there.")
        state = "stopped"
    if state == "partial":
        say("The answer is partial: see the line of each source above. The next call goes on from there.")
    try:
        publication.resolve_and_publish(store, clock.utc_timestamp())
    except EmptyStore:
        raise FinderError(_explain_empty_store(store)) from None
    return state


def visit_top_homepages(settings: Settings, store: Store, interest: str, say: Say) -> None:
    """Read the own pages of the first people of the answer, where the user has switched that on."""
    source = discover_sources()[PAGES]
    if not settings.is_source_enabled(PAGES, source.card.default_on):
        return
    today = clock.utc_today()
    people = result_homepages(store, interest, today)
    if not people:
        return

    async def run_homepage_visit(display: Display) -> str:
        async with collector.Collector(settings, store, {PAGES: source}, display.show_progress) as running:
            ask = collector.build_homepage_request(collector.build_fetch_request(interest, today), people)
            return (await running.visit_homepages(ask)).state

    try:
        with Display(f"Reading the pages of {len(people)} people") as display:
            state = asyncio.run(run_homepage_visit(display))
        if state != "complete":
            say("Not all pages could be read: see the line above. The next call asks for them again.")
    except KeyboardInterrupt:
        say("Stopped. The pages that were read are kept.")
    publication.resolve_and_publish(store, clock.utc_timestamp())


def crawl_boards_if_due(settings: Settings, store: Store, say: Say) -> None:
    """Read the job boards that were not read for a day; what is stored remains where one fails, which is told."""
    store.postings.register_boards(board_crawler.load_boards(settings))
    due = board_crawler.due_boards(store.postings.list_boards(), clock.utc_now())
    if not due:
        return
    say(f"Reading {len(due)} job boards …")

    async def run_crawler() -> list[board_crawler.BoardOutcome]:
        async with board_crawler.BoardCrawler(settings, store) as sweeper:
            return await sweeper.crawl_boards(due)

    try:
        outcomes = asyncio.run(run_crawler())
    except KeyboardInterrupt:
        say("Stopped. The boards that were read are kept.")
        return
    failed = [one for one in outcomes if one.state in ("gone", "failing")]
    new = sum(one.swept.new for one in outcomes)
    say(f"{len(outcomes) - len(failed)} of {len(outcomes)} boards were read; {new:,} positions are new to the store.")
    if failed:
        say("Not read: " + ", ".join(one.board.organisation for one in failed) + ". Why: finder boards")


def plan_collection(settings: Settings, interest: str, since: date | None) -> list[PlannedCallRow]:
    """The calls a collection would make at most, source by source; nothing is sent."""
    ask = collector.build_fetch_request(interest, clock.utc_today(), since)
    rows: list[PlannedCallRow] = []
    for name, source in collector.active_sources(settings, discover_sources()).items():
        keyed = api_keys.source_api_key(settings, source.card) is not None
        calls = source.plan(replace(ask, keyed=keyed)) if source.plan else []
        rows += [
            {"source": name, "for": c.purpose, "calls": c.calls, "credits": c.calls * c.credits_each, "url": c.url}
            for c in calls
        ]
    return rows


def _explain_empty_store(store: Store) -> str:
    run = store.runs.latest_run(kind="collect")
    told = [f"{entry.source}: {entry.message}" for entry in store.runs.source_runs(run.id)] if run else []
    return " ".join(["Nothing could be fetched, and nothing is stored.", *told])
