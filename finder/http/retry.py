"""One question put to the network: its tries, their redirects, and what each hop must pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from finder.errors import QuotaExceeded, SourceBlocked, SourceError, SourceUnreachable
from finder.http import urls
from finder.http.events import HttpEvent, Kind, Tell
from finder.http.limits import RequestLimits
from finder.http.quota import SourceQuota
from finder.http.rate_limiter import HostRateLimiter, Sleep
from finder.http.recordings import HIDDEN
from finder.http.request import MOVED, Check, HttpRequest
from finder.http.response_policy import (
    LATER,
    PartialResponse,
    RawResponse,
    RetryableError,
    classify_response,
    is_login_url,
)
from finder.http.robots import RobotsRules
from finder.http.ssrf_guard import HostGuard
from finder.http.transport import HttpTransport
from finder.source import SourceInfo
from finder.storage import Store

Judge = Callable[[RawResponse], SourceError | RetryableError | None]

ROBOTS = SourceInfo("robots", "robots.txt", "https://www.rfc-editor.org/rfc/rfc9309", "", "", pace=10, expects="text")


@dataclass
class LiveFetcher:
    """The parts that stand between a question and the wire."""

    store: Store
    wire: HttpTransport
    hosts: HostGuard
    pace: HostRateLimiter
    allowance: SourceQuota
    limits: RequestLimits
    secrets: Sequence[str]
    clock: Callable[[], datetime]
    sleep: Sleep
    backoff: Callable[[int], float]
    tell: Tell
    _turns: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._robots = RobotsRules(self.store, self._fetch_robots_txt, self.clock)

    async def fetch_response(
        self, asked: HttpRequest, conditions: Mapping[str, str], check: Check | None
    ) -> tuple[RawResponse, bool]:
        """A good answer (or 304 to ``conditions``), and whether it is complete; raises a SourceError."""

        def classify_conditional(answer: RawResponse) -> SourceError | RetryableError | None:
            return None if conditions and answer.status == 304 else self._classify_answer(asked, answer, check)

        return await self._fetch_with_retries(asked, conditions, classify_conditional, crawling=True)

    async def _fetch_robots_txt(self, place: str) -> RawResponse:
        card = replace(ROBOTS, title=place)

        def classify_robots_txt(answer: RawResponse) -> RetryableError | None:
            return (
                RetryableError(f"it answered {answer.status}") if answer.status == 429 or answer.status >= 500 else None
            )

        answer, _ = await self._fetch_with_retries(
            HttpRequest(card, place, place, place), {}, classify_robots_txt, crawling=False
        )
        return answer

    def _classify_answer(
        self, asked: HttpRequest, answer: RawResponse, check: Check | None
    ) -> SourceError | RetryableError | None:
        fault = classify_response(asked.card, answer, keyed=asked.carries_key, now=self.clock())
        if isinstance(fault, QuotaExceeded):
            wait = self.allowance.pause_source(asked.card, float(fault.resets_in), keyed=asked.carries_key)
            return self.allowance.quota_error(asked.card, answer.url, wait, keyed=asked.carries_key)
        if fault is None and check is not None and not check(answer.body):
            return PartialResponse("its answer was partial")
        return fault

    async def _fetch_with_retries(
        self, asked: HttpRequest, headers: Mapping[str, str], verdict: Judge, *, crawling: bool
    ) -> tuple[RawResponse, bool]:
        """Ask until there is a good answer, within the limits."""
        waited, partials, reason = 0.0, list[RawResponse](), ""
        for attempt in range(1, self.limits.tries + 1):
            try:
                answer = await self._follow_redirects(asked, headers, crawling=crawling)
                fault = verdict(answer)
                if fault is None:
                    return answer, True
                if isinstance(fault, PartialResponse):
                    partials.append(answer)
                raise fault
            except RetryableError as again:
                wait = self.backoff(attempt) if again.wait is None else again.wait
                reason, waited = again.reason, waited + wait
                spent = attempt == self.limits.tries or waited > self.limits.waiting
                if spent or len(partials) > self.limits.partial_tries:
                    break
                kind: Kind = "retry" if again.wait is None else "waiting"
                self.tell(HttpEvent(asked.card.name, kind, asked.shown, f"{reason}; asked again in {wait:.0f} s"))
                await self.sleep(wait)
        if partials:
            return partials[-1], False
        raise SourceUnreachable(f"{asked.card.title} could not be read: {reason}. Try again later.", asked.shown)

    async def _follow_redirects(self, asked: HttpRequest, headers: Mapping[str, str], *, crawling: bool) -> RawResponse:
        """One try: the request and its redirects, each hop checked anew."""
        url, moved = asked.url, False
        for hop in range(self.limits.redirects + 1):
            self.allowance.check_quota(asked.card, asked.shown, keyed=asked.carries_key)
            await self.hosts.check_host(url, asked.base)
            # robots.txt speaks to programs that follow links through pages. What a source publishes for programs
            # (its API, its data files) has terms and a pace of its own; whatever lies elsewhere is a page
            page = asked.card.expects == "html" or asked.card.heeds_robots or not urls.is_under_base(url, asked.base)
            delay = await self._robots.host_crawl_delay(url) if crawling and page else 0.0
            answer = await self._send_hop(asked, url, headers, delay)
            if answer.status not in (301, 302, 303, 307, 308) or not answer.headers.get("location"):
                return replace(answer, headers={**answer.headers, MOVED: self._public_url(url)}) if moved else answer
            if asked.question is not None:
                raise SourceUnreachable(f"{asked.shown} redirects a search: not followed.", asked.shown)
            moved = answer.status in (301, 308) and (moved or not hop)
            url = self._redirect_target(asked, url, answer.headers["location"])
        raise SourceUnreachable(f"{urls.shorten_url(asked.shown)} redirects without end. {LATER}", asked.shown)

    def _redirect_target(self, asked: HttpRequest, url: str, location: str) -> str:
        page, shown = urls.shorten_url(asked.shown), asked.shown
        try:
            target = urls.drop_query_params(urls.redirect_url(url, location), {asked.card.key_param or ""})
        except ValueError:
            raise SourceUnreachable(f"{page} redirects to what is no web address. {LATER}", shown) from None
        if urls.redact_secrets(target, self.secrets) != target:
            raise SourceBlocked(f"{page} redirects with a key in the address: not followed. {LATER}", shown)
        if is_login_url(target):
            raise SourceBlocked(f"{page} wants a login. Open it in a browser.", shown)
        return target

    async def _send_hop(self, asked: HttpRequest, url: str, headers: Mapping[str, str], delay: float) -> RawResponse:
        card, shown = asked.card, self._public_url(url)
        key = asked.key if urls.is_under_base(url, asked.base) else None
        sent = urls.add_query_param(url, card.key_param, key) if key and card.key_param else url
        pace = card.keyed_pace if key and card.keyed_pace else card.pace
        async with self._turns.setdefault(card.name, asyncio.Semaphore(card.concurrency)):
            await self.pace.wait_for_token(
                urls.url_host_port(url),
                min(pace, 1 / delay) if delay else pace,
                lambda wait: self.tell(HttpEvent(card.name, "waiting", shown, f"its pace: {wait:.0f} s")),
            )
            self.allowance.check_quota(
                card, shown, keyed=asked.carries_key
            )  # somebody may have spent the rest meanwhile
            headers = {**headers, **_key_header(card, key)}
            answer = self._strip_secrets(
                await self.wire.send_request(sent, shown, card.expects, headers, asked.question)
            )
        cost, remaining = self.allowance.record_cost(card, answer, keyed=asked.carries_key)
        size, media = len(answer.body), answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        said = f"{answer.status}, {size} bytes"
        self.tell(
            HttpEvent(card.name, "sent", shown, said, remaining, cost, status=answer.status, media=media, size=size)
        )
        return answer

    def _public_url(self, url: str) -> str:
        return urls.redact_secrets(urls.canonical_url(url, HIDDEN), self.secrets)

    def _strip_secrets(self, answer: RawResponse) -> RawResponse:
        headers = {
            # a Location is followed, not kept, and looked through for keys before
            name: value if name == "location" else urls.redact_secrets(value, self.secrets)
            for name, value in answer.headers.items()
        }
        return replace(answer, headers=headers, body=urls.redact_secret_bytes(answer.body, self.secrets))


def _key_header(card: SourceInfo, key: str | None) -> dict[str, str]:
    if not key or not card.key_header:
        return {}
    name, _, scheme = card.key_header.partition(":")
    return {name: f"{scheme.strip()} {key}".strip()}
