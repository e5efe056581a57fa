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

from finder.outreach import shortlist
from finder.storage.runs import SourceRun
from finder.storage.watches import SHORTLIST, EncodedState, NewsDraft, Watch
from finder.text.names import interest_key
from finder.watch import news, news_text, saved_query, state_capture, watch_state
from finder.watch.ingest import IngestResult, WatchIngest, error_reason, source_titles
from finder.watch.watch_state import WatchState

FAILING = "sources that fail"  # of which it was told
RETRY_DAYS = 1  # days after which a refresh that was not complete is due again


@dataclass(frozen=True)
class WatchOutcome:
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
class RefreshReport:
    """How a refresh went.

    Attributes:
        shortlist: how much news there is about the shortlist, and about what is of no watch alone.
        asked: how each source fared over all of it: its counters added up.
    """

    outcomes: tuple[WatchOutcome, ...]
    shortlist: int
    asked: tuple[SourceRun, ...]

    @property
    def new(self) -> int:
        """All that is new."""
        return self.shortlist + sum(one.new for one in self.outcomes)


def due_watches(watches: Sequence[Watch], today: date) -> list[Watch]:
    """Those that are not paused and whose day has come, or lies further ahead than a clock that is right would set."""

    def is_due(one: Watch) -> bool:
        return not today < date.fromisoformat(one.due) <= today + timedelta(days=one.every)

    return [one for one in watches if not one.paused and is_due(one)]


class WatchRefresher:
    """Refreshes watches of a store.

    Args:
        asking: what asks the sources.
    """

    def __init__(self, asking: WatchIngest) -> None:
        self._asking = asking
        self._store = asking.store

    def refresh_watches(self, watches: Sequence[Watch]) -> RefreshReport:
        """Refresh these watches, and the shortlist with them."""
        if not watches:
            return RefreshReport((), 0, ())
        self._asking.asked.clear()
        day = self._asking.clock().date()
        boards = self._asking.crawl_watch_boards(day)
        ordered = sorted(watches, key=lambda one: (one.completed_at or "", one.id))
        interests = {interest_key(one.wish["interest"]): one.wish["interest"] for one in ordered}
        collected = {key: self._asking.collect_new_works(interest, day) for key, interest in interests.items()}
        starred = self._asking.collect_shortlist(day)
        self._asking.publish_new_records()
        for interest in interests.values():
            self._asking.read_pages(interest, day)
        outcomes = {
            one.id: self._refresh_watch(one, collected[interest_key(one.wish["interest"])], day) for one in ordered
        }
        entries = [entry for one in (*collected.values(), starred) for entry in one.entries]
        failing, names = self._new_source_failures(entries, day)
        new = self._refresh_shortlist(starred, [*failing, *boards], day)
        self._store.set_meta(FAILING, json.dumps(sorted(names)))
        return RefreshReport(tuple(outcomes[one.id] for one in watches), new, tuple(self._asking.asked.values()))

    def _refresh_watch(self, watch: Watch, collected: IngestResult, day: date) -> WatchOutcome:
        """Compare one watch with what it saw before, and keep what changed."""
        interest = watch.wish["interest"]
        complete = collected.state == "complete"
        told = []
        if collected.message:
            told.append(
                news_text.refresh_failure_news(collected.message, "collecting", watch.id, interest, watch.completed_at)
            )
        message = " ".join(
            (*news_text.source_failures(collected.entries, source_titles()).values(), collected.message)
        ).strip()
        again = day + timedelta(days=watch.every if complete else RETRY_DAYS)
        try:
            now = state_capture.capture_watch_state(self._store, saved_query.query_of_watch(watch, day))
            items, kept = self._compare_states(watch.id, interest, now, day, complete=complete)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one watch, the others are refreshed
            why = error_reason(error)
            text = f"It could not be refreshed: {why}"
            told.append(news_text.refresh_failure_news(text, watch.name, watch.id, interest, watch.completed_at))
            message = f"{message} {why}".strip()
            new = self._record_news(watch.id, told, None, day, due=day + timedelta(days=RETRY_DAYS), message=message)
            return WatchOutcome(watch.name, "failed", new, message)
        state = collected.state if collected.state in ("complete", "failed") else "partial"
        new = self._record_news(watch.id, [*items, *told], kept, day, due=again, message=message, completed=complete)
        return WatchOutcome(watch.name, state, new, message)

    def _new_source_failures(self, entries: Sequence[SourceRun], day: date) -> tuple[list[NewsDraft], set[str]]:
        """Sources that fail and did not when they were last asked: each is told once, until it has worked again.

        Returns:
            The news, and the names of all that fail now.
        """
        found = news_text.source_failures(entries, source_titles())
        before = set(json.loads(self._store.get_meta(FAILING) or "[]"))
        still = before - {entry.source for entry in entries}
        new = [
            news_text.source_failure_news(said, name, source_titles(), day)
            for name, said in found.items()
            if name not in before
        ]
        return new, still | set(found)

    def _refresh_shortlist(self, starred: IngestResult, troubles: Sequence[NewsDraft], day: date) -> int:
        """The same for the shortlist; what went wrong with sources and boards is told with it."""
        items, kept = [*troubles], None
        if starred.message:
            items.append(news_text.refresh_failure_news(starred.message, "shortlist", SHORTLIST, "", day))
        try:
            now = state_capture.capture_shortlist_state(self._store, day)
            if now.people.height or self._store.watches.load_state(SHORTLIST):
                found, kept = self._compare_states(SHORTLIST, "", now, day, complete=starred.state == "complete")
                changed = news_text.identity_news(shortlist.load_shortlist(self._store, day), self._person_marks)
                items = [*found, *changed, *items]
        except Exception as error:  # noqa: BLE001 - what was found for the watches stays
            text = f"It could not be looked through: {error_reason(error)}"
            items.append(news_text.refresh_failure_news(text, "shortlist", SHORTLIST, "", day))
        return self._record_news(SHORTLIST, items, kept, day)

    def _compare_states(
        self, id_: int, interest: str, now: WatchState, day: date, *, complete: bool
    ) -> tuple[list[NewsDraft], EncodedState | None]:
        """The news, and what to keep for the next time."""
        stored = self._store.watches.load_state(id_)
        before = watch_state.decode_state(stored)
        if before is None or not (stored and stored.complete):
            silent = id_ == SHORTLIST  # starring somebody is the user's own doing: that needs no telling
            first = [] if silent else [news_text.baseline_news(now, id_, interest, complete=complete)]
            return first, watch_state.encode_state(now, complete=complete)
        found = news.diff_states(before, now, complete=complete)
        if id_ == SHORTLIST:
            found = found.filter(found["kind"] != "new person")
        items = news_text.build_news_drafts(found, id_, interest, day, self._person_marks)
        after = (
            watch_state.merge_previous_state(before, now)
            if complete
            else watch_state.extend_previous_state(before, now, *_subjects_of_news(found))
        )
        return items, watch_state.encode_state(after, complete=True)

    def _person_marks(self, author_id: str) -> tuple[str, ...]:
        return state_capture.person_marks(self._store, author_id)

    def _record_news(
        self,
        id_: int,
        items: Sequence[NewsDraft],
        kept: EncodedState | None,
        day: date,
        *,
        due: date | None = None,
        message: str = "",
        completed: bool = False,
    ) -> int:
        return self._store.watches.record_refresh(
            id_, items, kept, day, self._asking.current_time(), due=due, message=message, completed=completed
        )


def _subjects_of_news(found: Any) -> tuple[list[int], list[int]]:
    """The people and positions that news is about."""
    people = found.filter(found["kind"] == "new person")["person"]
    return people.drop_nulls().to_list(), found["opening"].drop_nulls().to_list()
