"""One collection from the command line, from the first word to the published snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from finder import clock, keys, publication
from finder import collect as collecting
from finder import sweep as sweeping
from finder.errors import FinderError, NothingCollected
from finder.names import NO_TOPIC, is_topic
from finder.progress import Display
from finder.settings import Settings
from finder.source import discover
from finder.store import Store
from finder.watching.asking import PAGES, with_pages

Say = Callable[[str], None]


def fresh(store: Store, interest: str) -> bool:
    """Whether an interest was collected completely within the last week."""
    return collecting.fresh(store, interest, clock.now())


def collect_if_old(settings: Settings, store: Store, interest: str, say: Say) -> None:
    """Collect an interest unless that was done lately; what is stored remains when nothing can be fetched."""
    if fresh(store, interest):
        return
    if not is_topic(interest):
        say(NO_TOPIC)
        return
    if collect(settings, store, interest, say) == "failed":
        say("Nothing new could be fetched; this is from what is stored.")


def collect(settings: Settings, store: Store, interest: str, say: Say, since: date | None = None) -> str:
    """Collect with a display, then publish; returns the run's state.

    Ctrl-C ends the collection, not the command: what came in is published.

    Raises:
        FinderError: nothing could be fetched, and nothing is stored.
    """
    chosen = collecting.chosen(settings, discover())
    for source in chosen.values():
        if kept_back := keys.withheld(settings, source.card):
            say(kept_back)
        elif source.card.key_name and not settings.keys.get(source.card.key_name):
            without = "there is a small daily allowance" if source.card.credits else "little or nothing is answered"
            say(f"Without a key for {source.card.title} {without}. {source.card.key_help}")
            say("To give it to the finder, once: finder setup")

    async def run(display: Display) -> str:
        async with collecting.Collector(settings, store, chosen, display.tell) as collector:
            today = clock.today()
            return (await collector.collect(collecting.question(interest, today, since))).state

    try:
        with Display(f"Collecting “{interest}”") as display:
            state = asyncio.run(run(display))
    except KeyboardInterrupt:
        say("Stopped. What came in is kept; the next call goes on from there.")
        state = "stopped"
    if state == "partial":
        say("The answer is partial: see the line of each source above. The next call goes on from there.")
    try:
        publication.publish(store, clock.iso_now())
    except NothingCollected:
        raise FinderError(_why_nothing(store)) from None
    if state != "stopped":
        visit_pages(settings, store, interest, say)
    return state


def visit_pages(settings: Settings, store: Store, interest: str, say: Say) -> None:
    """Read the own pages of the first people of the answer, where the user has switched that on."""
    source = discover()[PAGES]
    if not settings.enabled(PAGES, source.card.default_on):
        return
    today = clock.today()
    people = with_pages(store, interest, today)
    if not people:
        return

    async def run(display: Display) -> str:
        async with collecting.Collector(settings, store, {PAGES: source}, display.tell) as collector:
            ask = collecting.pages_question(collecting.question(interest, today), people)
            return (await collector.visit(ask)).state

    try:
        with Display(f"Reading the pages of {len(people)} people") as display:
            state = asyncio.run(run(display))
        if state != "complete":
            say("Not all pages could be read: see the line above. The next call asks for them again.")
    except KeyboardInterrupt:
        say("Stopped. The pages that were read are kept.")
    publication.publish(store, clock.iso_now())


def sweep_if_due(settings: Settings, store: Store, say: Say) -> None:
    """Read the job boards that were not read for a day; what is stored remains where one fails, which is told."""
    store.postings.register(sweeping.known(settings))
    due = sweeping.due(store.postings.boards(), clock.now())
    if not due:
        return
    say(f"Reading {len(due)} job boards …")

    async def run() -> list[sweeping.Outcome]:
        async with sweeping.Sweeper(settings, store) as sweeper:
            return await sweeper.sweep(due)

    try:
        outcomes = asyncio.run(run())
    except KeyboardInterrupt:
        say("Stopped. The boards that were read are kept.")
        return
    failed = [one for one in outcomes if one.state in ("gone", "failing")]
    new = sum(one.swept.new for one in outcomes)
    say(f"{len(outcomes) - len(failed)} of {len(outcomes)} boards were read; {new:,} positions are new to the store.")
    if failed:
        say("Not read: " + ", ".join(one.board.organisation for one in failed) + ". Why: finder boards")


def plan(settings: Settings, interest: str, since: date | None) -> list[dict[str, Any]]:
    """The calls a collection would make at most, source by source; nothing is sent."""
    ask = collecting.question(interest, clock.today(), since)
    rows: list[dict[str, Any]] = []
    for name, source in collecting.chosen(settings, discover()).items():
        keyed = keys.key_for(settings, source.card) is not None
        calls = source.plan(replace(ask, keyed=keyed)) if source.plan else []
        rows += [
            {"source": name, "for": c.purpose, "calls": c.calls, "credits": c.calls * c.credits_each, "url": c.url}
            for c in calls
        ]
    return rows


def _why_nothing(store: Store) -> str:
    run = store.runs.latest(kind="collect")
    told = [f"{entry.source}: {entry.message}" for entry in store.runs.sources(run.id)] if run else []
    return " ".join(["Nothing could be fetched, and nothing is stored.", *told])
