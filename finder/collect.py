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
from finder.errors import OutOfBudget, SourceBlocked, SourceError, UsageError
from finder.http import Event, Http
from finder.model import Person, Posting, Rejected
from finder.names import NO_TOPIC, interest_key, is_topic
from finder.settings import Settings
from finder.source import Ask, Fetch, Parsed, Reply, Source, read
from finder.store import Store, open_store
from finder.store.records import encode
from finder.store.runs import Run, SourceRun
from finder.tally import Tally, Tell, merged, ordered, overall, seen_at

YEARS = 8  # of works that are asked for
LEAST = 40  # authors whose whole record is fetched, or more: …
WORKS_EACH = 8  # … one for so many works that came in: the list is short, and each costs
SETTLED = 365  # days for which it is known where an institution lies
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
        self, settings: Settings, store: Store, sources: Mapping[str, Source], tell: Tell = lambda _: None,
        *, clock: Callable[[], datetime] = clock.now, **http: object,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._store = store
        self._clock = clock
        self._tallies = {name: Tally(source, SourceRun(name, "asking"), tell) for name, source in sources.items()}
        self._http = Http(settings, store, on_event=self._heard, clock=clock, **http)  # type: ignore[arg-type]
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

    async def collect(self, ask: Ask, *, only_new: bool = False) -> Run:
        """Ask all sources; returns the run, whose state says whether everything came in.

        Cancelling (Ctrl-C) ends the run as "stopped"; what came in stays.

        Args:
            only_new: what has not changed since the last time that everything came in is not asked for again.
        """
        runs, since = self._store.runs, ask.since.isoformat()
        run = runs.start("collect", interest_key(ask.interest), self._now(), since)
        for tally in self._tallies.values():
            runs.note(run, tally.entry)
        state = "stopped"
        try:
            key, now = interest_key(ask.interest), self._now()
            known = {name: runs.known(name, key, since, now) for name in self._tallies if only_new}
            asks = {name: _since_last(tally.source, ask, known.get(name, "")) for name, tally in self._tallies.items()}
            await _all(self._fetch(run, tally, asks[name]) for name, tally in self._tallies.items())
            leaders = merged(tally.leaders for tally in self._tallies.values())
            await _all(self._complete(run, tally, ask, leaders) for tally in self._tallies.values())
            of_works = (tally.places for tally in self._tallies.values())
            places = merged((*of_works, *self._places_of_people(leaders, ask.today)))
            await _all(self._locate(run, tally, ask, places) for tally in self._tallies.values())
            state = overall(tally.entry for tally in self._tallies.values())
        finally:
            self._end(run, state)
        ended = runs.latest(interest=interest_key(ask.interest), kind="collect")
        assert ended is not None
        return ended

    def _end(self, run: int, state: str) -> None:
        for tally in self._tallies.values():
            stopped = state == "stopped" and tally.entry.state == "asking"
            entry = replace(tally.entry, state="partial", message="stopped") if stopped else tally.entry
            self._store.runs.note(run, entry)
        self._store.runs.end(run, state, self._now())

    async def _fetch(self, run: int, tally: Tally, ask: Ask) -> None:
        if tally.source.fetch:
            ask = replace(ask, keyed=self._http.keyed(tally.source.card))
            tally.failed = await self._drain(run, tally, tally.source.fetch, ask)

    async def _complete(self, run: int, tally: Tally, ask: Ask, leaders: Mapping[str, float]) -> None:
        """The whole record of those who lead on the interest, as this source knows them."""
        source = tally.source
        if source.complete and not isinstance(tally.failed, OutOfBudget | SourceBlocked):
            tally.idle = not source.fetch and not any(id_.startswith(f"{source.card.completes}:") for id_ in leaders)
            await self._by_id(run, tally, ask, self._wanted(tally, leaders, ask.today))
        if not source.card.locates:
            self._end_of(tally)

    def _places_of_people(self, leaders: Mapping[str, float], today: date) -> Iterator[dict[str, float]]:
        """Where those are whose whole record each source has given, whenever it was fetched."""
        keys = [(name, "person", id_) for name, tally in self._tallies.items() for id_ in self._leading(tally, leaders)]
        numbers = self._store.records.numbers(keys).values()
        return (seen_at(person, today) for person in self._store.records.get(numbers, Person).values())

    async def _locate(self, run: int, tally: Tally, ask: Ask, places: Mapping[str, float]) -> None:
        """The records of institutions that people are or were at: where these lie."""
        card = tally.source.card
        if not card.locates:
            return
        if not isinstance(tally.failed, OutOfBudget | SourceBlocked):
            tally.idle &= not any(id_.startswith(f"{card.completes}:") for id_ in places)
            old = (ask.today - timedelta(days=SETTLED)).isoformat()
            if not await self._by_id(run, tally, ask, self._first(tally, places, card.locates, old)):
                tally.completed.clear()  # asked again, from kept replies: what they bring says which places count
        self._end_of(tally)

    async def _by_id(self, run: int, tally: Tally, ask: Ask, wanted: tuple[str, ...]) -> bool:
        """The whole records of these ids, as this source knows them; whether all came in."""
        source = tally.source
        if not wanted or not source.complete:
            return True
        ask = replace(ask, ids=wanted, keyed=self._http.keyed(source.card))
        failed = await self._drain(run, tally, source.complete, ask)
        tally.failed = failed or tally.failed
        if failed is None and not tally.partial and not tally.lists.find_short():
            tally.completed += wanted
            return True
        return False

    def _end_of(self, tally: Tally) -> None:
        for short in tally.lists.find_short():  # asked for anew next time, not read from what is kept
            for url in short.urls:
                self._store.replies.set_aside(url)
        self._store.runs.complete(tally.source.card.name, tally.completed, self._now())
        self._rest(tally)
        tally.close()

    def _rest(self, tally: Tally) -> None:
        """A source that has refused us may want to be left alone for a while."""
        card, now = tally.source.card, self._clock().astimezone(UTC)
        resting = self._store.budgets.parked(card.name, now.strftime(_STAMP))
        if card.rests and isinstance(tally.failed, SourceBlocked) and not resting:
            until = (now + timedelta(days=card.rests)).strftime(_STAMP)
            self._store.budgets.park(card.name, now.date().isoformat(), until, "it refused us")

    async def visit(self, ask: Ask) -> Run:
        """Ask the sources for just these ids (people's own pages); returns the run."""
        runs, run = self._store.runs, self._store.runs.start("visit", interest_key(ask.interest), self._now())
        state = "stopped"
        try:
            await _all(self._complete_these(run, tally, ask) for tally in self._tallies.values())
            state = overall(tally.entry for tally in self._tallies.values())
        finally:
            self._end(run, state)
        ended = runs.latest(interest=interest_key(ask.interest), kind="visit")
        assert ended is not None
        return ended

    async def _complete_these(self, run: int, tally: Tally, ask: Ask) -> None:
        if tally.source.complete:
            tally.failed = await self._drain(run, tally, tally.source.complete, ask)
        tally.close()

    async def _drain(self, run: int, tally: Tally, fetch: Fetch, ask: Ask) -> SourceError | None:
        """Store replies as they come; an error ends this source only, and is returned."""
        try:
            async for reply in fetch(self._http, ask):
                await self._keep(run, tally, reply, ask.today)
        except SourceError as error:
            return error
        return None

    async def _keep(self, run: int, tally: Tally, reply: Reply, today: date) -> None:
        records = []
        for record in self._parsed(tally.source, reply):
            if isinstance(record, Rejected):
                tally.rejected[record.reason] += 1
                continue
            assert not isinstance(record, Posting), "boards are swept, not collected"
            records.append(encode(record))
            tally.count(record, today)
        tally.read(reply)
        works = sum(row.kind == "work" for row in records)
        people = sum(row.kind == "person" for row in records)
        await asyncio.get_running_loop().run_in_executor(self._writer, self._put, records, reply)
        tally.update(works=tally.entry.works + works, people=tally.entry.people + people)
        self._store.runs.note(run, tally.entry)  # whoever looks on from another process sees it too

    def _parsed(self, source: Source, reply: Reply) -> list[Parsed]:
        """All that a reply says. One that is not understood is not asked for anew as long as it is kept: let it go.

        Raises:
            SourceError: nothing of it is stored.
        """
        try:
            return read(source, reply)
        except SourceError:
            self._store.replies.set_aside(reply.url)
            raise

    def _put(self, rows: list, reply: Reply) -> None:  # type: ignore[type-arg]
        if rows:
            self._records.records.put(rows, fetched_at=reply.fetched_at, complete=reply.complete, reply=reply.id)

    def _wanted(self, tally: Tally, leaders: Mapping[str, float], today: date) -> tuple[str, ...]:
        """Ids of those who count most on what came in, and whose whole record was not fetched lately.

        Ordered by id, so that the same people are asked for in the same calls whenever they are asked for.
        """
        old = (today - timedelta(days=tally.source.card.cadence_days)).isoformat()
        return tuple(sorted(self._not_since(old, tally, self._leading(tally, leaders))))

    def _leading(self, tally: Tally, leaders: Mapping[str, float]) -> list[str]:
        """Ids of those who count most on what came in."""
        card = tally.source.card
        erased = self._store.suppressions.erased() or ()  # nobody asks after whoever is not to be stored
        # a source of people brings no works itself: what all brought says how much there is
        works = max(other.entry.works for other in self._tallies.values())
        known = [id_ for id_ in ordered(leaders, card.completes) if id_ not in erased]
        return known[: min(max(works // WORKS_EACH, LEAST), card.most)]

    def _first(self, tally: Tally, places: Mapping[str, float], number: int, old: str) -> tuple[str, ...]:
        """So many ids, of those whose record was not fetched lately."""
        known = ordered(places, tally.source.card.completes)
        return tuple(sorted(self._not_since(old, tally, known)[:number]))

    def _not_since(self, old: str, tally: Tally, ids: list[str]) -> list[str]:
        known = self._store.runs.completed(tally.source.card.name, ids)
        now = self._now()  # what was fetched later than that was fetched by a wrong clock
        return [id_ for id_ in ids if not old <= known.get(id_, "") <= now]

    def _heard(self, event: Event) -> None:
        if event.source in self._tallies:
            self._tallies[event.source].heard(event)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")


def _since_last(source: Source, ask: Ask, known: str) -> Ask:
    """What is left to ask of a source that gave all it had by the moment ``known``; everything where that is empty."""
    if not known or source.card.compares:
        return replace(ask, known=known)
    return replace(ask, since=max(ask.since, date.fromisoformat(known[:10]) - OVERLAP))


def question(interest: str, today: date, since: date | None = None) -> Ask:
    """What is asked for an interest: all works of the last years, whoever wrote them.

    Up to the year's end, not to today: tomorrow's questions are then the same, and what is kept answers them.

    Raises:
        UsageError: it is a text, no topic.
    """
    if not is_topic(interest):
        raise UsageError(NO_TOPIC)
    since = since or date(today.year - YEARS + 1, 1, 1)
    return Ask(interest=" ".join(interest.split()), since=since, until=date(today.year, 12, 31), today=today)


async def _all(tasks: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run tasks side by side; the first error ends all, and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


def pages_question(ask: Ask, people: Mapping[str, str]) -> Ask:
    """What is asked of people's own pages.

    Args:
        people: name by homepage.
    """
    names = {f"homepage:{url}": name for url, name in people.items()}
    return replace(ask, ids=tuple(sorted(names)), names=names)


def fresh(store: Store, interest: str, now: datetime) -> bool:
    """Whether an interest was collected completely and recently."""
    run = store.runs.latest(interest=interest_key(interest), kind="collect")
    if run is None or run.state != "complete" or run.ended_at is None:
        return False
    return abs(now - datetime.fromisoformat(run.ended_at)) < timedelta(days=FRESH_DAYS)  # later: by a wrong clock


def chosen(settings: Settings, sources: Mapping[str, Source]) -> dict[str, Source]:
    """The sources that are switched on and can be asked about an interest."""
    return {
        name: source
        for name, source in sources.items()
        if (source.fetch or source.card.completes)
        and source.card.completes != "homepage"
        and settings.enabled(name, source.card.default_on)
    }
