"""Ask for what is new on behalf of watches: boards, interests, the shortlist, people's own pages, each only once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from finder import clock, publication, views
from finder import collect as collecting
from finder import sweep as sweeping
from finder.errors import FinderError
from finder.keys import key_for
from finder.names import interest_key
from finder.settings import Settings
from finder.source import Ask, discover
from finder.store import Store
from finder.store.runs import Run, SourceRun
from finder.store.watches import SHORTLIST, Item
from finder.tally import Tell
from finder.watching import wording

PAGES = "homepages"  # the source that reads people's own pages
Showing = Callable[[str], AbstractContextManager[Tell]]


@dataclass(frozen=True)
class Collected:
    """What the collection of an interest came to: ``state`` as of a run, or "failed" where it could not even begin."""

    state: str
    entries: Sequence[SourceRun] = ()
    message: str = ""


def _silent(_: str) -> AbstractContextManager[Tell]:
    return nullcontext(lambda _: None)


@dataclass
class Asking:
    """Asks the sources; what fails is told, and costs only itself.

    Attributes:
        say: hears remarks.
        showing: shows the progress of a collection with this title.
        http: options of the door to the network, for tests.
        asked: how each source fared so far: its counters added up.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime] = clock.now
    say: Callable[[str], object] = lambda _: None
    showing: Showing = _silent
    http: Mapping[str, Any] = field(default_factory=dict)
    asked: dict[str, SourceRun] = field(default_factory=dict)

    def now(self) -> str:
        """The moment it is."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")

    def sweep(self, day: date) -> list[Item]:
        """Read the boards that are due; what could be read before and cannot be now is news."""
        postings = self.store.postings
        try:
            postings.register(sweeping.known(self.settings))
            before = {one.board.id: one.state for one in postings.boards()}
            ready = sweeping.due(postings.boards(), self.clock())
            if not ready:
                return []
            self.say(f"Reading {len(ready)} job boards …")
            outcomes = asyncio.run(self._sweeping(ready))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the boards, the watches are refreshed
            text = f"The job boards could not be read: {reason(error)}"
            return [wording.trouble(text, "job boards", SHORTLIST, "", day)]
        lost = [one for one in outcomes if one.state in ("gone", "failing") and before.get(one.board.id) != one.state]
        if not lost:
            return []
        named = ", ".join(sorted(one.board.organisation for one in lost))
        text = f"{len(lost)} of {len(outcomes)} job boards could not be read: {named}. Why: finder boards"
        return [wording.trouble(text, "job boards", SHORTLIST, "", day)]

    async def _sweeping(self, boards: Sequence[Any]) -> list[sweeping.Outcome]:
        async with sweeping.Sweeper(self.settings, self.store, clock=self.clock, **self.http) as sweeper:
            return await sweeper.sweep(boards)

    def collect(self, interest: str, day: date) -> Collected:
        """Collect what is new on an interest."""
        chosen = collecting.chosen(self.settings, discover())
        ask = collecting.question(interest, day)
        try:
            with self.showing(f"Collecting “{interest}”") as tell:
                run = asyncio.run(self._collecting(chosen, tell, lambda one: one.collect(ask, only_new=True)))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one interest, the others are collected
            return Collected("failed", message=reason(error))
        return Collected(run.state, self._entries(run))

    async def _collecting(
        self, sources: Mapping[str, Any], tell: Tell, what: Callable[[collecting.Collector], Any]
    ) -> Run:
        async with collecting.Collector(
            self.settings, self.store, sources, tell, clock=self.clock, **self.http
        ) as collector:
            return await what(collector)

    def starred(self, day: date) -> Collected:
        """Ask for the works of those on the shortlist, whatever they are on."""
        ids = {token for entry in self.store.shortlist.all() for token in entry.anchors if isinstance(token, str)}
        chosen = collecting.chosen(self.settings, discover())
        asked = {name: one for name, one in chosen.items() if one.card.compares}
        entries: list[SourceRun] = []
        if not ids:
            return Collected("complete")
        for name, source in asked.items():
            key = interest_key("")
            known = self.store.runs.known(name, key, "", self.now(), "visit")
            ask = replace(
                collecting.question("", day), ids=tuple(sorted(ids)), known=known,
                keyed=key_for(self.settings, source.card) is not None,
            )  # fmt: skip
            try:
                with self.showing("Looking for new works of those on your shortlist") as tell:
                    run = asyncio.run(self._collecting({name: source}, tell, _visit(ask)))
            except Exception as error:  # noqa: BLE001 - the watches do not wait for it
                return Collected("failed", entries, f"{source.card.title}: {reason(error)}")
            entries += self._entries(run)
        return Collected("partial" if wording.failures(entries, titles()) else "complete", entries)

    def publish(self) -> None:
        """Bring the snapshot up to what came in."""
        try:
            publication.publish(self.store, self.now())
        except FinderError as error:  # each watch says for itself what it lacks
            self.say(str(error))

    def read_pages(self, interest: str, day: date) -> None:
        """Read the own pages of the first people listed, where the user has switched that on."""
        source = discover()[PAGES]
        if not self.settings.enabled(PAGES, source.card.default_on):
            return
        try:
            people = with_pages(self.store, interest, day)
            if people:
                ask = collecting.pages_question(collecting.question(interest, day), people)
                with self.showing(f"Reading the pages of {len(people)} people") as tell:
                    self._entries(asyncio.run(self._collecting({PAGES: source}, tell, _visit(ask))))
                publication.publish(self.store, self.now())
        except FinderError as error:
            self.say(str(error))

    def _entries(self, run: Run) -> list[SourceRun]:
        entries = self.store.runs.sources(run.id)
        for one in entries:
            had = self.asked.get(one.source, SourceRun(one.source, one.state))
            counted = ("calls", "cached", "credits", "works", "people")
            self.asked[one.source] = replace(one, **{n: getattr(had, n) + getattr(one, n) for n in counted})
        return entries


def with_pages(store: Store, interest: str, day: date) -> dict[str, str]:
    """The own pages of the first people listed for an interest: name by address."""
    most = discover()[PAGES].card.most
    listed = views.advisors(store, views.Wish(interest, day, top=most)).results
    return {row["links"]["homepage"]: row["name"] for row in listed if row["links"]["homepage"]}


def _visit(ask: Ask) -> Callable[[collecting.Collector], Any]:
    return lambda collector: collector.visit(ask)


def reason(error: Exception) -> str:
    """What went wrong, for a user."""
    return str(error) if isinstance(error, FinderError) else f"{type(error).__name__}. Please report this."


def titles() -> dict[str, str]:
    """What the sources are called, by name."""
    return {name: source.card.title for name, source in discover().items()}
