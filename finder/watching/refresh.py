"""Refresh watches: collect what is new, rank, compare with what was seen before, and keep what changed.

One watch, source or board that fails costs only itself. A refresh that is stopped has told nothing that it did not
keep, and the next one goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from finder.names import interest_key
from finder.outreach import shortlist
from finder.store.runs import SourceRun
from finder.store.watches import SHORTLIST, Item, Kept, Watch
from finder.watching import news, standing, states, wishes, wording
from finder.watching.asking import Asking, Collected, reason, titles
from finder.watching.states import State

FAILING = "sources that fail"  # of which it was told
AGAIN = 1  # days after which a refresh that was not complete is due again


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


def due(watches: Sequence[Watch], today: date) -> list[Watch]:
    """Those that are not paused and whose day has come, or lies further ahead than a clock that is right would set."""

    def is_due(one: Watch) -> bool:
        return not today < date.fromisoformat(one.due) <= today + timedelta(days=one.every)

    return [one for one in watches if not one.paused and is_due(one)]


class Refresher:
    """Refreshes watches of a store.

    Args:
        asking: what asks the sources.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._store = asking.store

    def refresh(self, watches: Sequence[Watch]) -> Report:
        """Refresh these watches, and the shortlist with them."""
        if not watches:
            return Report((), 0, ())
        self._asking.asked.clear()
        day = self._asking.clock().date()
        boards = self._asking.sweep(day)
        ordered = sorted(watches, key=lambda one: (one.completed_at or "", one.id))
        interests = {interest_key(one.wish["interest"]): one.wish["interest"] for one in ordered}
        collected = {key: self._asking.collect(interest, day) for key, interest in interests.items()}
        starred = self._asking.starred(day)
        self._asking.publish()
        for interest in interests.values():
            self._asking.read_pages(interest, day)
        outcomes = {one.id: self._watch(one, collected[interest_key(one.wish["interest"])], day) for one in ordered}
        entries = [entry for one in (*collected.values(), starred) for entry in one.entries]
        failing, names = self._failing(entries, day)
        new = self._shortlist(starred, [*failing, *boards], day)
        self._store.set_meta(FAILING, json.dumps(sorted(names)))
        return Report(tuple(outcomes[one.id] for one in watches), new, tuple(self._asking.asked.values()))

    def _watch(self, watch: Watch, collected: Collected, day: date) -> Outcome:
        """Compare one watch with what it saw before, and keep what changed."""
        interest = watch.wish["interest"]
        complete = collected.state == "complete"
        told = []
        if collected.message:
            told.append(wording.trouble(collected.message, "collecting", watch.id, interest, watch.completed_at))
        message = " ".join((*wording.failures(collected.entries, titles()).values(), collected.message)).strip()
        again = day + timedelta(days=watch.every if complete else AGAIN)
        try:
            now = standing.of_watch(self._store, wishes.wish_of(watch, day))
            items, kept = self._compared(watch.id, interest, now, day, complete=complete)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one watch, the others are refreshed
            why = reason(error)
            text = f"It could not be refreshed: {why}"
            told.append(wording.trouble(text, watch.name, watch.id, interest, watch.completed_at))
            message = f"{message} {why}".strip()
            new = self._record(watch.id, told, None, day, due=day + timedelta(days=AGAIN), message=message)
            return Outcome(watch.name, "failed", new, message)
        state = collected.state if collected.state in ("complete", "failed") else "partial"
        new = self._record(watch.id, [*items, *told], kept, day, due=again, message=message, completed=complete)
        return Outcome(watch.name, state, new, message)

    def _failing(self, entries: Sequence[SourceRun], day: date) -> tuple[list[Item], set[str]]:
        """Sources that fail and did not when they were last asked: each is told once, until it has worked again.

        Returns:
            The news, and the names of all that fail now.
        """
        found = wording.failures(entries, titles())
        before = set(json.loads(self._store.meta(FAILING) or "[]"))
        still = before - {entry.source for entry in entries}
        new = [wording.failed(said, name, titles(), day) for name, said in found.items() if name not in before]
        return new, still | set(found)

    def _shortlist(self, starred: Collected, troubles: Sequence[Item], day: date) -> int:
        """The same for the shortlist; what went wrong with sources and boards is told with it."""
        items, kept = [*troubles], None
        if starred.message:
            items.append(wording.trouble(starred.message, "shortlist", SHORTLIST, "", day))
        try:
            now = standing.of_shortlist(self._store, day)
            if now.people.height or self._store.watches.state(SHORTLIST):
                found, kept = self._compared(SHORTLIST, "", now, day, complete=starred.state == "complete")
                changed = wording.identities(shortlist.listed(self._store, day), self._tokens)
                items = [*found, *changed, *items]
        except Exception as error:  # noqa: BLE001 - what was found for the watches stays
            text = f"It could not be looked through: {reason(error)}"
            items.append(wording.trouble(text, "shortlist", SHORTLIST, "", day))
        return self._record(SHORTLIST, items, kept, day)

    def _compared(
        self, id_: int, interest: str, now: State, day: date, *, complete: bool
    ) -> tuple[list[Item], Kept | None]:
        """The news, and what to keep for the next time."""
        stored = self._store.watches.state(id_)
        before = states.read(stored)
        if before is None or not (stored and stored.complete):
            silent = id_ == SHORTLIST  # starring somebody is the user's own doing: that needs no telling
            first = [] if silent else [wording.baseline(now, id_, interest, complete=complete)]
            return first, states.kept(now, complete=complete)
        found = news.news(before, now, complete=complete)
        if id_ == SHORTLIST:
            found = found.filter(found["kind"] != "new person")
        items = wording.items(found, id_, interest, day, self._tokens)
        after = states.carried(before, now) if complete else states.grown(before, now, *_told(found))
        return items, states.kept(after, complete=True)

    def _tokens(self, author_id: str) -> tuple[str, ...]:
        return standing.tokens_of(self._store, author_id)

    def _record(
        self, id_: int, items: Sequence[Item], kept: Kept | None, day: date,
        *, due: date | None = None, message: str = "", completed: bool = False,
    ) -> int:  # fmt: skip
        return self._store.watches.record(
            id_, items, kept, day, self._asking.now(), due=due, message=message, completed=completed
        )


def _told(found: Any) -> tuple[list[int], list[int]]:
    """The people and positions that news is about."""
    people = found.filter(found["kind"] == "new person")["person"]
    return people.drop_nulls().to_list(), found["opening"].drop_nulls().to_list()
