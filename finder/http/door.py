"""The door itself: what is kept already, what is recorded, and what must be asked."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from finder import clock, keys
from finder.errors import NotFound, NotRecorded, OutOfBudget, SourceError, SourceUnreachable
from finder.http import hosts, urls
from finder.http.allowance import Allowance
from finder.http.asked import Asked, Check
from finder.http.events import Event, Kind, Tell
from finder.http.keeper import Keeper
from finder.http.limits import Limits
from finder.http.pace import Pace, Sleep
from finder.http.recordings import HIDDEN, recording_key
from finder.http.verdict import Again, Answer, judge
from finder.settings import Settings
from finder.source import Card, Reply
from finder.store import Store
from finder.store.budgets import Budget

if TYPE_CHECKING:
    import httpx

    from finder.http.live import Live

Mode = Literal["live", "offline", "replay"]


def backoff(attempt: int) -> float:
    """Seconds before the next try: doubling, and spread so that processes do not come back all at once."""
    return min(30.0, 0.5 * 2**attempt) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


class Http:
    """Asks, keeps, and says what happened; see :mod:`finder.http`.

    Args:
        mode: "live"; "offline" (only what is kept, whatever its age); "replay" (only ``recordings``).
        recordings: replies by :func:`recording_key`, as ``read_recordings`` gives them.
        clock: the time that replies bear, and that budgets and ages are counted by.
        sleep: what waits; a test gives one that does not.
        backoff: seconds before the next try, where the source does not say.
        on_event: hears of everything as it happens.
        resolve: looks a host name up.
        transport: in place of the network, in tests.
        ticks: seconds, by which the pace is kept; whoever gives a ``sleep`` that does not wait gives this too.
    """

    def __init__(
        self, settings: Settings, store: Store, *, mode: Mode = "live", recordings: Mapping[str, Reply] | None = None,
        clock: Callable[[], datetime] = clock.now, sleep: Sleep = asyncio.sleep,
        backoff: Callable[[int], float] = backoff, on_event: Tell = lambda _: None, limits: Limits | None = None,
        resolve: hosts.Resolve = hosts.resolve, transport: httpx.AsyncBaseTransport | None = None,
        ticks: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._store = store
        self._mode = mode
        self._recordings = recordings or {}
        self._clock = clock
        self._sleep = sleep
        self._backoff = backoff
        self._tell = on_event
        self._limits = limits or Limits()
        self._resolve = resolve
        self._transport = transport
        self._ticks = ticks
        self._secrets = sorted(filter(None, settings.keys.values()), key=len, reverse=True)
        self._keeper = Keeper(store, clock)
        self._allowance = Allowance(store, clock)
        self._stack = AsyncExitStack()
        self._live: Live | None = None

    async def __aenter__(self) -> Self:
        if self._mode == "live":
            self._live = await self._connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._live = None
        await self._stack.aclose()

    async def _connect(self) -> Live:
        # imported here: the client takes a while to load, and the other modes have no use for it
        from finder.http.live import Live
        from finder.http.routes import Routes
        from finder.http.wire import Wire

        pace = Pace(self._settings.home, self._sleep, self._ticks)
        self._stack.callback(pace.close)
        own = {urls.origin(urls.normal(source.url)) for source in self._settings.sources.values() if source.url}
        out = self._settings.out
        found = hosts.Hosts(own, self._resolve, out)
        transport = self._transport or Routes(found.addresses, out)
        wire = await self._stack.enter_async_context(Wire(self._settings.contact, self._limits, transport, out))
        return Live(
            self._store, wire, found, pace, self._allowance, self._limits, self._secrets,
            self._clock, self._sleep, self._backoff, self._tell,
        )  # fmt: skip

    def keyed(self, card: Card) -> bool:
        """Whether the user gave a key for this source, and it may go where that is asked."""
        return self._key(card) is not None

    def _key(self, card: Card) -> str | None:
        return keys.key_for(self._settings, card)

    def budget(self, card: Card) -> Budget:
        """Today's allowance of a source, as known now."""
        return self._allowance.budget(card, keyed=self.keyed(card))

    async def get(
        self, card: Card, path: str, params: dict[str, Any] | None = None,
        *, note: str = "", check: Check | None = None, known: str = "",
    ) -> Reply:  # fmt: skip
        """Ask ``card``'s base URL + ``path`` (or an absolute URL), or take what is kept and still fresh.

        Args:
            params: None is left out, a list repeats its name.
            note: kept with the reply.
            check: whether a body is complete. A partial answer is asked for again, then given as it is.
            known: ISO moment; what was kept by then is asked for anew, and given as ``before``.

        Raises:
            SourceUnreachable: no usable answer after all tries, too large, or too many redirects.
            SourceBlocked: 401, 403, a challenge or login page, robots.txt, or a host that is not public.
            OutOfBudget: today's allowance is used up; nothing is sent until it begins anew.
            NotInPlan: the call wants a paid plan.
            NotFound: the source does not know this.
            NotRecorded: offline or replay, and this is not kept.
            ShapeChanged: it answered something else than what is due.
        """
        return await self._answer(card, path, params, None, note, check, known)

    async def post(
        self, card: Card, path: str, question: dict[str, Any], *, note: str = "", check: Check | None = None
    ) -> Reply:
        """Ask what a service wants to be posted, as JSON; for searches, which change nothing and may be repeated.

        Raises:
            SourceError: as :meth:`get`; a redirect is not followed.
        """
        return await self._answer(card, path, None, json.dumps(question, sort_keys=True), note, check)

    async def _answer(
        self, card: Card, path: str, params: dict[str, Any] | None, question: str | None, note: str,
        check: Check | None, known: str = "",
    ) -> Reply:  # fmt: skip
        note = urls.redact(note, self._secrets)
        try:
            asked = self._question(card, path, params, question)
            if self._mode == "replay":
                return self._replayed(asked, note, check)
            if self._mode == "offline":
                return self._offline(asked, note)
            return await self._asked(asked, note, check, known)
        except SourceError as error:
            error.args = (urls.redact(str(error), self._secrets),)
            error.url = urls.redact(error.url, self._secrets)
            kind: Kind = "parked" if isinstance(error, OutOfBudget) else "failed"
            self._tell(Event(card.name, kind, error.url, str(error), unknown=isinstance(error, NotFound)))
            raise

    def _question(self, card: Card, path: str, params: dict[str, Any] | None, question: str | None) -> Asked:
        hidden = {card.key_param} if card.key_param else set()
        try:
            base = urls.normal(self._settings.url(card.name, card.base))
            url = urls.without(urls.join(base, path, params), hidden)
        except ValueError:
            raise SourceUnreachable(f"{card.title}: {path!r} is not a web address.", path) from None
        shown = urls.redact(urls.canonical(url, HIDDEN), self._secrets)
        return Asked(card, base, url, shown, self._key(card), question)

    def _replayed(self, asked: Asked, note: str, check: Check | None) -> Reply:
        card = asked.card
        recorded = self._recordings.get(recording_key(card.name, asked.shown, asked.base, question=asked.question))
        if recorded is None:
            raise NotRecorded(f"{asked.shown} is not among the recordings. Record it first.", asked.shown)
        answer = Answer(asked.shown, recorded.status, recorded.headers, recorded.body)
        fault = judge(card, answer, keyed=asked.keyed, now=self._clock())
        if isinstance(fault, Again):
            fault = SourceUnreachable(f"{card.title} could not be read: {fault.reason}.", asked.shown)
        if fault:
            raise fault
        self._tell(Event(card.name, "cached", asked.shown, "recorded"))
        complete = check is None or check(answer.body)
        kept = self._keeper.keep(asked, answer, note or recorded.note, complete=complete)
        return replace(kept, from_cache=True)

    def _offline(self, asked: Asked, note: str) -> Reply:
        kept = self._keeper.find(asked, partial=True)
        if kept is None:
            raise NotRecorded(f"Offline, and {asked.shown} is not kept. Run it once without --offline.", asked.shown)
        return self._cached(kept, note)

    def _cached(self, kept: Reply, note: str) -> Reply:
        self._tell(Event(kept.source, "cached", kept.url))
        return replace(kept, note=note or kept.note, from_cache=True)

    async def _asked(self, asked: Asked, note: str, check: Check | None, known: str) -> Reply:
        kept = self._keeper.find(asked)
        before = kept if kept and known and _no_newer(kept.fetched_at, known) else None
        if kept and not before and self._keeper.fresh(asked.card, kept):
            return self._cached(kept, note)
        assert self._live is not None, "use it as: async with Http(settings, store) as http"
        answer, complete = await self._live.ask(asked, self._keeper.conditions(kept), check)
        if kept and answer.status == 304:
            return replace(self._keeper.touch(asked, kept), note=note or kept.note, before=before)
        return replace(self._keeper.keep(asked, answer, note, complete=complete), before=before)


def _no_newer(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) <= datetime.fromisoformat(other)
