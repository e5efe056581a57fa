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

from finder import api_keys, clock
from finder.errors import NotFound, NotRecorded, QuotaExceeded, SourceError, SourceUnreachable
from finder.http import ssrf_guard, urls
from finder.http.cache import ResponseCache
from finder.http.events import HttpEvent, Kind, Tell
from finder.http.limits import RequestLimits
from finder.http.quota import SourceQuota
from finder.http.rate_limiter import HostRateLimiter, Sleep
from finder.http.recordings import HIDDEN, recording_key
from finder.http.request import Check, HttpRequest
from finder.http.response_policy import RawResponse, RetryableError, classify_response
from finder.settings import Settings
from finder.source import Response, SourceInfo
from finder.storage import Store
from finder.storage.budgets import Budget

if TYPE_CHECKING:
    import httpx

    from finder.http.retry import LiveFetcher

Mode = Literal["live", "offline", "replay"]


def backoff_seconds(attempt: int) -> float:
    """Seconds before the next try: doubling, and spread so that processes do not come back all at once."""
    return min(30.0, 0.5 * 2**attempt) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


class CachingHttpClient:
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
        self,
        settings: Settings,
        store: Store,
        *,
        mode: Mode = "live",
        recordings: Mapping[str, Response] | None = None,
        clock: Callable[[], datetime] = clock.utc_now,
        sleep: Sleep = asyncio.sleep,
        backoff: Callable[[int], float] = backoff_seconds,
        on_event: Tell = lambda _: None,
        limits: RequestLimits | None = None,
        resolve: ssrf_guard.Resolve = ssrf_guard.resolve_host,
        transport: httpx.AsyncBaseTransport | None = None,
        ticks: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._store = store
        self._mode = mode
        self._recordings = recordings or {}
        self._clock = clock
        self._sleep = sleep
        self._backoff = backoff
        self._tell = on_event
        self._limits = limits or RequestLimits()
        self._resolve = resolve
        self._transport = transport
        self._ticks = ticks
        self._secrets = sorted(filter(None, settings.keys.values()), key=len, reverse=True)
        self._keeper = ResponseCache(store, clock)
        self._allowance = SourceQuota(store, clock)
        self._stack = AsyncExitStack()
        self._live: LiveFetcher | None = None

    async def __aenter__(self) -> Self:
        if self._mode == "live":
            self._live = await self._connect_live()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._live = None
        await self._stack.aclose()

    async def _connect_live(self) -> LiveFetcher:
        # imported here: the client takes a while to load, and the other modes have no use for it
        from finder.http.proxy_transport import ProxyTransport
        from finder.http.retry import LiveFetcher
        from finder.http.transport import HttpTransport

        pace = HostRateLimiter(self._settings.home, self._sleep, self._ticks)
        self._stack.callback(pace.close)
        own = {
            urls.url_host_port(urls.normalize_url(source.url))
            for source in self._settings.sources.values()
            if source.url
        }
        out = self._settings.out
        found = ssrf_guard.HostGuard(own, self._resolve, out)
        transport = self._transport or ProxyTransport(found.host_addresses, out)
        wire = await self._stack.enter_async_context(
            HttpTransport(self._settings.contact, self._limits, transport, out)
        )
        return LiveFetcher(
            self._store,
            wire,
            found,
            pace,
            self._allowance,
            self._limits,
            self._secrets,
            self._clock,
            self._sleep,
            self._backoff,
            self._tell,
        )

    def has_key(self, card: SourceInfo) -> bool:
        """Whether the user gave a key for this source, and it may go where that is asked."""
        return self._source_key(card) is not None

    def _source_key(self, card: SourceInfo) -> str | None:
        return api_keys.source_api_key(self._settings, card)

    def source_budget(self, card: SourceInfo) -> Budget:
        """Today's allowance of a source, as known now."""
        return self._allowance.quota_today(card, keyed=self.has_key(card))

    async def get(
        self,
        card: SourceInfo,
        path: str,
        params: dict[str, Any] | None = None,
        *,
        note: str = "",
        check: Check | None = None,
        known: str = "",
    ) -> Response:
        """Ask ``card``'s base URL + ``path`` (or an absolute URL), or take what is kept and still fresh.

        Args:
            params: None is left out, a list repeats its name.
            note: kept with the reply.
            check: whether a body is complete. A partial answer is asked for again, then given as it is.
            known: ISO moment; what was kept by then is asked for anew, and given as ``before``.

        Raises:
            SourceUnreachable: no usable answer after all tries, too large, or too many redirects.
            SourceBlocked: 401, 403, a challenge or login page, robots.txt, or a host that is not public.
            QuotaExceeded: today's allowance is used up; nothing is sent until it begins anew.
            PaidPlanRequired: the call wants a paid plan.
            NotFound: the source does not know this.
            NotRecorded: offline or replay, and this is not kept.
            UnexpectedFormat: it answered something else than what is due.
        """
        return await self._fetch_by_mode(card, path, params, None, note, check, known)

    async def post(
        self, card: SourceInfo, path: str, question: dict[str, Any], *, note: str = "", check: Check | None = None
    ) -> Response:
        """Ask what a service wants to be posted, as JSON; for searches, which change nothing and may be repeated.

        Raises:
            SourceError: as :meth:`get`; a redirect is not followed.
        """
        return await self._fetch_by_mode(card, path, None, json.dumps(question, sort_keys=True), note, check)

    async def _fetch_by_mode(
        self,
        card: SourceInfo,
        path: str,
        params: dict[str, Any] | None,
        question: str | None,
        note: str,
        check: Check | None,
        known: str = "",
    ) -> Response:
        note = urls.redact_secrets(note, self._secrets)
        try:
            asked = self._build_request(card, path, params, question)
            if self._mode == "replay":
                return self._replay_response(asked, note, check)
            if self._mode == "offline":
                return self._read_offline(asked, note)
            return await self._fetch_live(asked, note, check, known)
        except SourceError as error:
            error.args = (urls.redact_secrets(str(error), self._secrets),)
            error.url = urls.redact_secrets(error.url, self._secrets)
            kind: Kind = "parked" if isinstance(error, QuotaExceeded) else "failed"
            self._tell(HttpEvent(card.name, kind, error.url, str(error), unknown=isinstance(error, NotFound)))
            raise

    def _build_request(
        self, card: SourceInfo, path: str, params: dict[str, Any] | None, question: str | None
    ) -> HttpRequest:
        hidden = {card.key_param} if card.key_param else set()
        try:
            base = urls.normalize_url(self._settings.source_url(card.name, card.base))
            url = urls.drop_query_params(urls.join_url(base, path, params), hidden)
        except ValueError:
            raise SourceUnreachable(f"{card.title}: {path!r} is not a web address.", path) from None
        shown = urls.redact_secrets(urls.canonical_url(url, HIDDEN), self._secrets)
        return HttpRequest(card, base, url, shown, self._source_key(card), question)

    def _replay_response(self, asked: HttpRequest, note: str, check: Check | None) -> Response:
        card = asked.card
        recorded = self._recordings.get(recording_key(card.name, asked.shown, asked.base, question=asked.question))
        if recorded is None:
            raise NotRecorded(f"{asked.shown} is not among the recordings. Record it first.", asked.shown)
        answer = RawResponse(asked.shown, recorded.status, recorded.headers, recorded.body)
        fault = classify_response(card, answer, keyed=asked.carries_key, now=self._clock())
        if isinstance(fault, RetryableError):
            fault = SourceUnreachable(f"{card.title} could not be read: {fault.reason}.", asked.shown)
        if fault:
            raise fault
        self._tell(HttpEvent(card.name, "cached", asked.shown, "recorded"))
        complete = check is None or check(answer.body)
        kept = self._keeper.cache_response(asked, answer, note or recorded.note, complete=complete)
        return replace(kept, from_cache=True)

    def _read_offline(self, asked: HttpRequest, note: str) -> Response:
        kept = self._keeper.lookup_response(asked, partial=True)
        if kept is None:
            raise NotRecorded(f"Offline, and {asked.shown} is not kept. Run it once without --offline.", asked.shown)
        return self._serve_cached(kept, note)

    def _serve_cached(self, kept: Response, note: str) -> Response:
        self._tell(HttpEvent(kept.source, "cached", kept.url))
        return replace(kept, note=note or kept.note, from_cache=True)

    async def _fetch_live(self, asked: HttpRequest, note: str, check: Check | None, known: str) -> Response:
        kept = self._keeper.lookup_response(asked)
        before = kept if kept and known and _is_no_newer(kept.fetched_at, known) else None
        if kept and not before and self._keeper.is_fresh(asked.card, kept):
            return self._serve_cached(kept, note)
        assert self._live is not None, "use it as: async with CachingHttpClient(settings, store) as http"
        answer, complete = await self._live.fetch_response(asked, self._keeper.conditional_headers(kept), check)
        if kept and answer.status == 304:
            return replace(self._keeper.mark_revalidated(asked, kept), note=note or kept.note, before=before)
        return replace(self._keeper.cache_response(asked, answer, note, complete=complete), before=before)


def _is_no_newer(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) <= datetime.fromisoformat(other)
