"""Ask the sources at once, keep what comes in as it comes, and log how each of them fared.

Every reply is parsed and stored before the next is waited for, so that stopping at any moment loses nothing that had
come in; asking again finds kept replies and goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from finder import clock
from finder.errors import QuotaExceeded, SourceBlocked, SourceError, SourceUnreachable, UsageError
from finder.http import CachingHttpClient, HttpEvent
from finder.ingest.source_stats import (
    SourceStats,
    Tell,
    institution_weights,
    max_weight_by_id,
    overall_state,
    rank_scheme_ids,
)
from finder.model import Person, Posting, Rejected
from finder.settings import Settings
from finder.source import Fetch, FetchRequest, Parsed, Response, Source, parse_response
from finder.storage import Store, open_store
from finder.storage.records import encode_record
from finder.storage.runs import Run, SourceRun
from finder.text.names import NO_TOPIC, interest_key, is_topic

YEARS = 8  # of works that are asked for
MIN_LEADERS = 40  # authors whose whole record is fetched, or more: …
WORKS_EACH = 8  # … one for so many works that came in: the list is short, and each costs
LOCATION_MAX_AGE_DAYS = 365  # days for which it is known where an institution lies
FRESH_DAYS = 7  # after which an interest is collected anew
OVERLAP = timedelta(days=90)
"""By which what is asked for reaches back beyond the last time: works come to a source long after their date."""
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Collector:
    """Collects interests into a store; use as ``async with Collector(...) as collector``.

    Args:
        sources: by name, those that are to be asked.
        tell: hears of every change.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        sources: Mapping[str, Source],
        tell: Tell = lambda _: None,
        *,
        clock: Callable[[], datetime] = clock.utc_now,
        **http: object,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._tallies = {name: SourceStats(source, SourceRun(name, "asking"), tell) for name, source in sources.items()}
        self._http = CachingHttpClient(settings, store, on_event=self._forward_http_event, clock=clock, **http)  # type: ignore[arg-type]
        # records are written by a thread of its own with a connection of its own: the loop goes on asking meanwhile
        self._writer = ThreadPoolExecutor(max_workers=1)

    async def __aenter__(self) -> Self:
        self._records = self._writer.submit(open_store, self._settings.home).result()
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._http.__aexit__(*error)
        self._writer.submit(self._records.close).result()
        self._writer.shutdown()

    async def collect(self, ask: FetchRequest, *, only_new: bool = False) -> Run:
        """Ask all sources; returns the run, whose state says whether everything came in.

        Cancelling (Ctrl-C) ends the run as "stopped"; what came in stays.

        Args:
            only_new: what has not changed since the last time that everything came in is not asked for again.
        """
        runs, since = self._store.runs, ask.since.isoformat()
        run = runs.start_run("collect", interest_key(ask.interest), self._run_timestamp(), since)
        for tally in self._tallies.values():
            runs.record_source_run(run, tally.entry)
        state = "stopped"
        try:
            key, now = interest_key(ask.interest), self._run_timestamp()
            known = {name: runs.last_complete_time(name, key, since, now) for name in self._tallies if only_new}
            asks = {
                name: _narrow_to_new_works(tally.source, ask, known.get(name, ""))
                for name, tally in self._tallies.items()
            }
            await _run_concurrently(self._fetch_source(run, tally, asks[name]) for name, tally in self._tallies.items())
            leaders = max_weight_by_id(tally.leaders for tally in self._tallies.values())
            await _run_concurrently(
                self._complete_leaders(run, tally, ask, leaders) for tally in self._tallies.values()
            )
            of_works = (tally.places for tally in self._tallies.values())
            places = max_weight_by_id((*of_works, *self._institutions_of_people(leaders, ask.today)))
            await _run_concurrently(
                self._locate_institutions(run, tally, ask, places) for tally in self._tallies.values()
            )
            state = overall_state(tally.entry for tally in self._tallies.values())
        finally:
            self._finish_run(run, state)
        ended = runs.latest_run(interest=interest_key(ask.interest), kind="collect")
        assert ended is not None
        return ended

    def _finish_run(self, run: int, state: str) -> None:
        for tally in self._tallies.values():
            stopped = state == "stopped" and tally.entry.state == "asking"
            entry = replace(tally.entry, state="partial", message="stopped") if stopped else tally.entry
            self._store.runs.record_source_run(run, entry)
        self._store.runs.end_run(run, state, self._run_timestamp())

    async def _fetch_source(self, run: int, tally: SourceStats, ask: FetchRequest) -> None:
        if tally.source.fetch:
            ask = replace(ask, keyed=self._http.has_key(tally.source.card))
            tally.failed = await self._drain_responses(run, tally, tally.source.fetch, ask)

    async def _complete_leaders(
        self, run: int, tally: SourceStats, ask: FetchRequest, leaders: Mapping[str, float]
    ) -> None:
        """The whole record of those who lead on the interest, as this source knows them."""
        source = tally.source
        if source.complete and not isinstance(tally.failed, QuotaExceeded | SourceBlocked):
            tally.idle = not source.fetch and not any(id_.startswith(f"{source.card.completes}:") for id_ in leaders)
            await self._fetch_by_ids(run, tally, ask, self._leaders_to_complete(tally, leaders, ask.today))
        if not source.card.locates:
            self._finish_source(tally)

    def _institutions_of_people(self, leaders: Mapping[str, float], today: date) -> Iterator[dict[str, float]]:
        """Where those are whose whole record each source has given, whenever it was fetched."""
        keys = [
            (name, "person", id_) for name, tally in self._tallies.items() for id_ in self._leading_ids(tally, leaders)
        ]
        numbers = self._store.records.ids_by_key(keys).values()
        return (
            institution_weights(person, today) for person in self._store.records.get_records(numbers, Person).values()
        )

    async def _locate_institutions(
        self, run: int, tally: SourceStats, ask: FetchRequest, places: Mapping[str, float]
    ) -> None:
        """The records of institutions that people are or were at: where these lie."""
        card = tally.source.card
        if not card.locates:
            return
        if not isinstance(tally.failed, QuotaExceeded | SourceBlocked):
            tally.idle &= not any(id_.startswith(f"{card.completes}:") for id_ in places)
            old = (ask.today - timedelta(days=LOCATION_MAX_AGE_DAYS)).isoformat()
            if not await self._fetch_by_ids(
                run, tally, ask, self._institutions_to_fetch(tally, places, card.locates, old)
            ):
                tally.completed.clear()  # asked again, from kept replies: what they bring says which places count
        self._finish_source(tally)

    async def _fetch_by_ids(self, run: int, tally: SourceStats, ask: FetchRequest, wanted: tuple[str, ...]) -> bool:
        """The whole records of these ids, as this source knows them; whether all came in."""
        source = tally.source
        if not wanted or not source.complete:
            return True
        ask = replace(ask, ids=wanted, keyed=self._http.has_key(source.card))
        failed = await self._drain_responses(run, tally, source.complete, ask)
        tally.failed = failed or tally.failed
        if failed is None and not tally.partial and not tally.lists.find_incomplete():
            tally.completed += wanted
            return True
        return False

    def _finish_source(self, tally: SourceStats) -> None:
        for short in tally.lists.find_incomplete():  # asked for anew next time, not read from what is kept
            for url in short.urls:
                self._store.replies.quarantine_response(url)
        self._store.runs.mark_ids_complete(tally.source.card.name, tally.completed, self._run_timestamp())
        self._pause_if_blocked(tally)
        tally.report_outcome()

    def _pause_if_blocked(self, tally: SourceStats) -> None:
        """A source that has refused us may want to be left alone for a while."""
        card, now = tally.source.card, self._clock().astimezone(UTC)
        resting = self._store.budgets.active_suspension(card.name, now.strftime(_STAMP))
        refused = isinstance(tally.failed, SourceBlocked)
        unreached = card.rests_unreached and isinstance(tally.failed, SourceUnreachable)
        if card.rests and (refused or unreached) and not resting:
            until = (now + timedelta(days=card.rests)).strftime(_STAMP)
            why = "it refused us" if refused else "it could not be reached"
            self._store.budgets.record_suspension(card.name, now.date().isoformat(), until, why)

    async def visit_homepages(self, ask: FetchRequest) -> Run:
        """Ask the sources for just these ids (people's own pages); returns the run."""
        runs, run = (
            self._store.runs,
            self._store.runs.start_run("visit", interest_key(ask.interest), self._run_timestamp()),
        )
        state = "stopped"
        try:
            await _run_concurrently(self._fetch_homepages(run, tally, ask) for tally in self._tallies.values())
            state = overall_state(tally.entry for tally in self._tallies.values())
        finally:
            self._finish_run(run, state)
        ended = runs.latest_run(interest=interest_key(ask.interest), kind="visit")
        assert ended is not None
        return ended

    async def _fetch_homepages(self, run: int, tally: SourceStats, ask: FetchRequest) -> None:
        if tally.source.complete:
            tally.failed = await self._drain_responses(run, tally, tally.source.complete, ask)
        tally.report_outcome()

    async def _drain_responses(
        self, run: int, tally: SourceStats, fetch: Fetch, ask: FetchRequest
    ) -> SourceError | None:
        """Store replies as they come; an error ends this source only, and is returned."""
        try:
            async for reply in fetch(self._http, ask):
                await self._store_response(run, tally, reply, ask.today)
        except SourceError as error:
            return error
        return None

    async def _store_response(self, run: int, tally: SourceStats, reply: Response, today: date) -> None:
        records = []
        for record in self._parse_or_discard(tally.source, reply):
            if isinstance(record, Rejected):
                tally.rejected[record.reason] += 1
                continue
            assert not isinstance(record, Posting), "boards are swept, not collected"
            records.append(encode_record(record))
            tally.count_record(record, today)
        tally.count_response(reply)
        works = sum(row.kind == "work" for row in records)
        people = sum(row.kind == "person" for row in records)
        grants = sum(row.kind == "grant" for row in records)
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write_records, records, reply)
        entry = tally.entry
        tally.update_entry(works=entry.works + works, people=entry.people + people, grants=entry.grants + grants)
        self._store.runs.record_source_run(run, tally.entry)  # whoever looks on from another process sees it too

    def _parse_or_discard(self, source: Source, reply: Response) -> list[Parsed]:
        """All that a reply says. One that is not understood is not asked for anew as long as it is kept: let it go.

        Raises:
            SourceError: nothing of it is stored.
        """
        try:
            return parse_response(source, reply)
        except SourceError:
            self._store.replies.quarantine_response(reply.url)
            raise

    def _write_records(self, rows: list, reply: Response) -> None:  # type: ignore[type-arg]
        if rows:
            self._records.records.put_records(
                rows, fetched_at=reply.fetched_at, complete=reply.complete, reply=reply.id
            )

    def _leaders_to_complete(self, tally: SourceStats, leaders: Mapping[str, float], today: date) -> tuple[str, ...]:
        """Ids of those who count most on what came in, and whose whole record was not fetched lately.

        Ordered by id, so that the same people are asked for in the same calls whenever they are asked for.
        """
        old = (today - timedelta(days=tally.source.card.cadence_days)).isoformat()
        return tuple(sorted(self._stale_ids(old, tally, self._leading_ids(tally, leaders))))

    def _leading_ids(self, tally: SourceStats, leaders: Mapping[str, float]) -> list[str]:
        """Ids of those who count most on what came in."""
        card = tally.source.card
        erased = self._store.suppressions.erasure_list() or ()  # nobody asks after whoever is not to be stored
        # a source of people brings no works itself: what all brought says how much there is
        works = max(other.entry.works for other in self._tallies.values())
        known = [id_ for id_ in rank_scheme_ids(leaders, card.completes) if id_ not in erased]
        return known[: min(max(works // WORKS_EACH, MIN_LEADERS), card.most)]

    def _institutions_to_fetch(
        self, tally: SourceStats, places: Mapping[str, float], number: int, old: str
    ) -> tuple[str, ...]:
        """So many ids, of those whose record was not fetched lately."""
        known = rank_scheme_ids(places, tally.source.card.completes)
        return tuple(sorted(self._stale_ids(old, tally, known)[:number]))

    def _stale_ids(self, old: str, tally: SourceStats, ids: list[str]) -> list[str]:
        known = self._store.runs.completion_times(tally.source.card.name, ids)
        now = self._run_timestamp()  # what was fetched later than that was fetched by a wrong clock
        return [id_ for id_ in ids if not old <= known.get(id_, "") <= now]

    def _forward_http_event(self, event: HttpEvent) -> None:
        if event.source in self._tallies:
            self._tallies[event.source].on_http_event(event)

    def _run_timestamp(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")


def _narrow_to_new_works(source: Source, ask: FetchRequest, known: str) -> FetchRequest:
    """What is left to ask of a source that gave all it had by the moment ``known``; everything where that is empty."""
    if not known or source.card.compares:
        return replace(ask, known=known)
    return replace(ask, since=max(ask.since, date.fromisoformat(known[:10]) - OVERLAP))


def build_fetch_request(interest: str, today: date, since: date | None = None) -> FetchRequest:
    """What is asked for an interest: all works of the last years, whoever wrote them.

    Up to the year's end, not to today: tomorrow's questions are then the same, and what is kept answers them.

    Raises:
        UsageError: it is a text, no topic.
    """
    if not is_topic(interest):
        raise UsageError(NO_TOPIC)
    since = since or date(today.year - YEARS + 1, 1, 1)
    return FetchRequest(interest=" ".join(interest.split()), since=since, until=date(today.year, 12, 31), today=today)


async def _run_concurrently(tasks: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run tasks side by side; the first error ends all, and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


def build_homepage_request(ask: FetchRequest, people: Mapping[str, str]) -> FetchRequest:
    """What is asked of people's own pages.

    Args:
        people: name by homepage.
    """
    names = {f"homepage:{url}": name for url, name in people.items()}
    return replace(ask, ids=tuple(sorted(names)), names=names)


def has_fresh_run(store: Store, interest: str, now: datetime) -> bool:
    """Whether an interest was collected completely and recently."""
    run = store.runs.latest_run(interest=interest_key(interest), kind="collect")
    if run is None or run.state != "complete" or run.ended_at is None:
        return False
    return abs(now - datetime.fromisoformat(run.ended_at)) < timedelta(days=FRESH_DAYS)  # later: by a wrong clock


def active_sources(settings: Settings, sources: Mapping[str, Source]) -> dict[str, Source]:
    """The sources that are switched on and can be asked about an interest."""
    return {
        name: source
        for name, source in sources.items()
        if (source.fetch or source.card.completes)
        and source.card.completes != "homepage"
        and settings.is_source_enabled(name, source.card.default_on)
    }
