"""Refresh watches: collect what is new, rank, compare with what was seen before, and keep what changed.

One watch, source or board that fails costs only itself. A refresh that is stopped has told nothing that it did not
keep, and the next one goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from finder import collect as collecting
from finder import sweep as sweeping
from finder import views
from finder.errors import FinderError
from finder.names import interest_key
from finder.resolve import publish
from finder.settings import Settings
from finder.source import Ask, discover
from finder.store import Store
from finder.store.runs import Run, SourceRun
from finder.store.watches import SHORTLIST, Item, Kept, Watch
from finder.tally import Tell
from finder.watching import news, standing, states, wishes, wording
from finder.watching.states import State

PAGES = "homepages"  # the source that reads people's own pages
AGAIN = 1  # days after which a refresh that was not complete is due again
Showing = Callable[[str], AbstractContextManager[Tell]]


@dataclass(frozen=True)
class Outcome:
    """How the refresh of a watch went.

    Attributes:
        state: "complete", "partial" or "failed".
        new: how much of the news was not known.
    """

    watch: str
    state: str
    new: int
    message: str = ""


@dataclass(frozen=True)
class Report:
    """How a refresh went.

    Attributes:
        shortlist: how much news there is about the shortlist, and about what is of no watch alone.
        asked: how each source fared over all of it: its counters added up.
    """

    outcomes: tuple[Outcome, ...]
    shortlist: int
    asked: tuple[SourceRun, ...]

    @property
    def new(self) -> int:
        """All that is new."""
        return self.shortlist + sum(one.new for one in self.outcomes)


@dataclass
class _Collected:
    """What the collection of an interest came to: ``state`` as of a run, or "failed" where it could not even begin."""

    state: str
    entries: Sequence[SourceRun] = ()
    message: str = ""


def due(watches: Sequence[Watch], today: date) -> list[Watch]:
    """Those that are not paused and whose day has come."""
    return [one for one in watches if not one.paused and one.due <= today.isoformat()]


def _silent(_: str) -> AbstractContextManager[Tell]:
    return nullcontext(lambda _: None)


@dataclass
class Refresher:
    """Refreshes watches of a store.

    Args:
        say: hears remarks.
        showing: shows the progress of a collection with this title.
        http: options of the door to the network, for tests.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    say: Callable[[str], object] = lambda _: None
    showing: Showing = _silent
    http: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._asked: dict[str, SourceRun] = {}

    def refresh(self, watches: Sequence[Watch]) -> Report:
        """Refresh these watches, and the shortlist with them."""
        if not watches:
            return Report((), 0, ())
        self._asked.clear()
        day = self.clock().date()
        general = self._sweep(day)
        ordered = sorted(watches, key=lambda one: (one.completed_at or "", one.id))
        interests = {interest_key(one.wish["interest"]): one.wish["interest"] for one in ordered}
        collected = {key: self._collect(interest, day) for key, interest in interests.items()}
        general += self._starred(day)
        self._publish()
        for interest in interests.values():
            self._read_pages(interest, day)
        outcomes = {one.id: self._watch(one, collected[interest_key(one.wish["interest"])], day) for one in ordered}
        new = self._shortlist(general, day)
        return Report(tuple(outcomes[one.id] for one in watches), new, tuple(self._asked.values()))

    # --- ask -----------------------------------------------------------------------------------------------------

    def _sweep(self, day: date) -> list[Item]:
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
        except FinderError as error:
            return [wording.trouble(f"The job boards could not be read: {error}", "job boards", SHORTLIST, "", day)]
        lost = [one for one in outcomes if one.state in ("gone", "failing") and before.get(one.board.id) != one.state]
        if not lost:
            return []
        named = ", ".join(sorted(one.board.organisation for one in lost))
        text = f"{len(lost)} of {len(outcomes)} job boards could not be read: {named}. Why: finder boards"
        return [wording.trouble(text, "job boards", SHORTLIST, "", day)]

    async def _sweeping(self, boards: Sequence[Any]) -> list[sweeping.Outcome]:
        async with sweeping.Sweeper(self.settings, self.store, clock=self.clock, **self.http) as sweeper:
            return await sweeper.sweep(boards)

    def _collect(self, interest: str, day: date) -> _Collected:
        chosen = collecting.chosen(self.settings, discover())
        ask = collecting.question(interest, day)
        try:
            with self.showing(f"Collecting “{interest}”") as tell:
                run = asyncio.run(self._collecting(chosen, tell, lambda one: one.collect(ask, only_new=True)))
        except FinderError as error:
            return _Collected("failed", message=str(error))
        return _Collected(run.state, self._entries(run))

    async def _collecting(
        self, sources: Mapping[str, Any], tell: Tell, what: Callable[[collecting.Collector], Any]
    ) -> Run:
        async with collecting.Collector(
            self.settings, self.store, sources, tell, clock=self.clock, **self.http
        ) as collector:
            return await what(collector)

    def _starred(self, day: date) -> list[Item]:
        """Ask for the works of those on the shortlist, whatever they are on."""
        ids = {token for entry in self.store.shortlist.all() for token in entry.anchors if isinstance(token, str)}
        chosen = collecting.chosen(self.settings, discover())
        asked = {name: one for name, one in chosen.items() if one.card.compares}
        if not ids or not asked:
            return []
        entries: list[SourceRun] = []
        for name, source in asked.items():
            key = interest_key("")
            known = self.store.runs.known(name, key, "", "visit")
            ask = replace(
                collecting.question("", day), ids=tuple(sorted(ids)), known=known,
                keyed=bool(source.card.key_name and self.settings.keys.get(source.card.key_name)),
            )  # fmt: skip
            try:
                with self.showing("Looking for new works of those on your shortlist") as tell:
                    run = asyncio.run(self._collecting({name: source}, tell, _visit(ask)))
            except FinderError as error:
                return [wording.trouble(str(error), source.card.title, SHORTLIST, "", day)]
            entries += self._entries(run)
        return wording.failures(entries, SHORTLIST, "", day, self._titles())

    def _publish(self) -> None:
        try:
            publish.publish(self.store, self._now())
        except FinderError as error:  # each watch says for itself what it lacks
            self.say(str(error))

    def _read_pages(self, interest: str, day: date) -> None:
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
                publish.publish(self.store, self._now())
        except FinderError as error:
            self.say(str(error))

    def _entries(self, run: Run) -> list[SourceRun]:
        entries = self.store.runs.sources(run.id)
        for one in entries:
            had = self._asked.get(one.source, SourceRun(one.source, one.state))
            counted = ("calls", "cached", "credits", "works", "people")
            self._asked[one.source] = replace(one, **{n: getattr(had, n) + getattr(one, n) for n in counted})
        return entries

    # --- compare -------------------------------------------------------------------------------------------------

    def _watch(self, watch: Watch, collected: _Collected, day: date) -> Outcome:
        """Compare one watch with what it saw before, and keep what changed."""
        interest = watch.wish["interest"]
        complete = collected.state == "complete"
        told = wording.failures(collected.entries, watch.id, interest, day, self._titles())
        if collected.message:
            told.append(wording.trouble(collected.message, "collecting", watch.id, interest, day))
        message = " ".join(item.body["text"] for item in told)
        again = day + timedelta(days=watch.every if complete else AGAIN)
        try:
            now = standing.of_watch(self.store, wishes.wish_of(watch, day))
            items, kept = self._compared(watch.id, interest, now, day, complete=complete)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one watch, the others are refreshed
            why = _reason(error)
            told.append(wording.trouble(f"It could not be refreshed: {why}", watch.name, watch.id, interest, day))
            message = f"{message} {why}".strip()
            new = self._record(watch.id, told, None, day, due=day + timedelta(days=AGAIN), message=message)
            return Outcome(watch.name, "failed", new, message)
        state = collected.state if collected.state in ("complete", "failed") else "partial"
        new = self._record(watch.id, [*items, *told], kept, day, due=again, message=message, completed=complete)
        return Outcome(watch.name, state, new, message)

    def _shortlist(self, general: list[Item], day: date) -> int:
        """The same for the shortlist; without anybody on it, there is only what concerns no watch alone."""
        items, kept = general, None
        try:
            now = standing.of_shortlist(self.store, day)
            if now.people.height or self.store.watches.state(SHORTLIST):
                found, kept = self._compared(SHORTLIST, "", now, day, complete=not general)
                items = [*found, *general]
        except Exception as error:  # noqa: BLE001 - what was found for the watches stays
            told = wording.trouble(f"It could not be looked through: {_reason(error)}", "shortlist", SHORTLIST, "", day)
            items, kept = [*general, told], None
        return self._record(SHORTLIST, items, kept, day)

    def _compared(
        self, id_: int, interest: str, now: State, day: date, *, complete: bool
    ) -> tuple[list[Item], Kept | None]:
        """The news, and what to keep for the next time."""
        stored = self.store.watches.state(id_)
        before = states.read(stored)
        if before is None or not (stored and stored.complete):
            silent = id_ == SHORTLIST  # starring somebody is the user's own doing: that needs no telling
            first = [] if silent else [wording.baseline(now, id_, interest, complete=complete)]
            return first, states.kept(now, complete=complete)
        found = news.news(before, now, complete=complete)
        if id_ == SHORTLIST:
            found = found.filter(found["kind"] != "new person")
        items = wording.items(found, id_, interest, day, lambda who: standing.tokens_of(self.store, who))
        after = states.carried(before, now) if complete else states.grown(before, now, *_told(found))
        return items, states.kept(after, complete=True)

    def _record(
        self, id_: int, items: Sequence[Item], kept: Kept | None, day: date,
        *, due: date | None = None, message: str = "", completed: bool = False,
    ) -> int:  # fmt: skip
        return self.store.watches.record(
            id_, items, kept, day, self._now(), due=due, message=message, completed=completed
        )

    def _titles(self) -> dict[str, str]:
        return {name: source.card.title for name, source in discover().items()}

    def _now(self) -> str:
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")


def with_pages(store: Store, interest: str, day: date) -> dict[str, str]:
    """The own pages of the first people listed for an interest: name by address."""
    most = discover()[PAGES].card.most
    listed = views.advisors(store, views.Wish(interest, day, top=most)).results
    return {row["links"]["homepage"]: row["name"] for row in listed if row["links"]["homepage"]}


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, FinderError) else f"{type(error).__name__}. Please report this."


def _visit(ask: Ask) -> Callable[[collecting.Collector], Any]:
    return lambda collector: collector.visit(ask)


def _told(found: Any) -> tuple[list[int], list[int]]:
    """The people and positions that news is about."""
    people = found.filter(found["kind"] == "new person")["person"]
    return people.drop_nulls().to_list(), found["opening"].drop_nulls().to_list()
