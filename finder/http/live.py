"""One question put to the network: its tries, their redirects, and what each hop must pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from finder.errors import OutOfBudget, SourceBlocked, SourceError, SourceUnreachable
from finder.http import urls
from finder.http.allowance import Allowance
from finder.http.asked import MOVED, Asked, Check
from finder.http.events import Event, Kind, Tell
from finder.http.hosts import Hosts
from finder.http.limits import Limits
from finder.http.pace import Pace, Sleep
from finder.http.recordings import HIDDEN
from finder.http.robots import Robots
from finder.http.verdict import LATER, Again, Answer, Partial, is_login, judge
from finder.http.wire import Wire
from finder.source import Card
from finder.store import Store

Judge = Callable[[Answer], SourceError | Again | None]

ROBOTS = Card("robots", "robots.txt", "https://www.rfc-editor.org/rfc/rfc9309", "", "", pace=10, expects="text")


@dataclass
class Live:
    """The parts that stand between a question and the wire."""

    store: Store
    wire: Wire
    hosts: Hosts
    pace: Pace
    allowance: Allowance
    limits: Limits
    secrets: Sequence[str]
    clock: Callable[[], datetime]
    sleep: Sleep
    backoff: Callable[[int], float]
    tell: Tell
    _turns: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._robots = Robots(self.store, self._robots_txt, self.clock)

    async def ask(self, asked: Asked, conditions: Mapping[str, str], check: Check | None) -> tuple[Answer, bool]:
        """A good answer (or 304 to ``conditions``), and whether it is complete; raises a SourceError."""

        def verdict(answer: Answer) -> SourceError | Again | None:
            return None if conditions and answer.status == 304 else self._judge(asked, answer, check)

        return await self._persist(asked, conditions, verdict, crawling=True)

    async def _robots_txt(self, place: str) -> Answer:
        card = replace(ROBOTS, title=place)

        def verdict(answer: Answer) -> Again | None:
            return Again(f"it answered {answer.status}") if answer.status == 429 or answer.status >= 500 else None

        answer, _ = await self._persist(Asked(card, place, place, place), {}, verdict, crawling=False)
        return answer

    def _judge(self, asked: Asked, answer: Answer, check: Check | None) -> SourceError | Again | None:
        fault = judge(asked.card, answer, keyed=asked.keyed, now=self.clock())
        if isinstance(fault, OutOfBudget):
            wait = self.allowance.park(asked.card, float(fault.resets_in), keyed=asked.keyed)
            return self.allowance.refusal(asked.card, answer.url, wait, keyed=asked.keyed)
        if fault is None and check is not None and not check(answer.body):
            return Partial("its answer was partial")
        return fault

    async def _persist(
        self, asked: Asked, headers: Mapping[str, str], verdict: Judge, *, crawling: bool
    ) -> tuple[Answer, bool]:
        """Ask until there is a good answer, within the limits."""
        waited, partials, reason = 0.0, list[Answer](), ""
        for attempt in range(1, self.limits.tries + 1):
            try:
                answer = await self._travel(asked, headers, crawling=crawling)
                fault = verdict(answer)
                if fault is None:
                    return answer, True
                if isinstance(fault, Partial):
                    partials.append(answer)
                raise fault
            except Again as again:
                wait = self.backoff(attempt) if again.wait is None else again.wait
                reason, waited = again.reason, waited + wait
                spent = attempt == self.limits.tries or waited > self.limits.waiting
                if spent or len(partials) > self.limits.partial_tries:
                    break
                kind: Kind = "retry" if again.wait is None else "waiting"
                self.tell(Event(asked.card.name, kind, asked.shown, f"{reason}; asked again in {wait:.0f} s"))
                await self.sleep(wait)
        if partials:
            return partials[-1], False
        raise SourceUnreachable(f"{asked.card.title} could not be read: {reason}. Try again later.", asked.shown)

    async def _travel(self, asked: Asked, headers: Mapping[str, str], *, crawling: bool) -> Answer:
        """One try: the request and its redirects, each hop checked anew."""
        url, moved = asked.url, False
        for hop in range(self.limits.redirects + 1):
            self.allowance.admit(asked.card, asked.shown, keyed=asked.keyed)
            await self.hosts.check(url, asked.base)
            # robots.txt speaks to programs that follow links through pages. What a source publishes for programs
            # (its API, its data files) has terms and a pace of its own; whatever lies elsewhere is a page
            page = asked.card.expects == "html" or asked.card.heeds_robots or not urls.inside(url, asked.base)
            delay = await self._robots.delay(url) if crawling and page else 0.0
            answer = await self._send(asked, url, headers, delay)
            if answer.status not in (301, 302, 303, 307, 308) or not answer.headers.get("location"):
                return replace(answer, headers={**answer.headers, MOVED: self._shown(url)}) if moved else answer
            if asked.question is not None:
                raise SourceUnreachable(f"{asked.shown} redirects a search: not followed.", asked.shown)
            moved = answer.status in (301, 308) and (moved or not hop)
            url = self._next(asked, url, answer.headers["location"])
        raise SourceUnreachable(f"{urls.brief(asked.shown)} redirects without end. {LATER}", asked.shown)

    def _next(self, asked: Asked, url: str, location: str) -> str:
        page, shown = urls.brief(asked.shown), asked.shown
        try:
            target = urls.without(urls.follow(url, location), {asked.card.key_param or ""})
        except ValueError:
            raise SourceUnreachable(f"{page} redirects to what is no web address. {LATER}", shown) from None
        if urls.redact(target, self.secrets) != target:
            raise SourceBlocked(f"{page} redirects with a key in the address: not followed. {LATER}", shown)
        if is_login(target):
            raise SourceBlocked(f"{page} wants a login. Open it in a browser.", shown)
        return target

    async def _send(self, asked: Asked, url: str, headers: Mapping[str, str], delay: float) -> Answer:
        card, shown = asked.card, self._shown(url)
        key = asked.key if urls.inside(url, asked.base) else None
        sent = urls.with_param(url, card.key_param, key) if key and card.key_param else url
        pace = card.keyed_pace if key and card.keyed_pace else card.pace
        async with self._turns.setdefault(card.name, asyncio.Semaphore(card.concurrency)):
            await self.pace.take(
                urls.origin(url), min(pace, 1 / delay) if delay else pace,
                lambda wait: self.tell(Event(card.name, "waiting", shown, f"its pace: {wait:.0f} s")),
            )  # fmt: skip
            self.allowance.admit(card, shown, keyed=asked.keyed)  # somebody may have spent the rest meanwhile
            headers = {**headers, **_key_header(card, key)}
            answer = self._clean(await self.wire.ask(sent, shown, card.expects, headers, asked.question))
        cost, remaining = self.allowance.account(card, answer, keyed=asked.keyed)
        size, media = len(answer.body), answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        said = f"{answer.status}, {size} bytes"
        self.tell(Event(card.name, "sent", shown, said, remaining, cost, status=answer.status, media=media, size=size))
        return answer

    def _shown(self, url: str) -> str:
        return urls.redact(urls.canonical(url, HIDDEN), self.secrets)

    def _clean(self, answer: Answer) -> Answer:
        headers = {
            # a Location is followed, not kept, and looked through for keys before
            name: value if name == "location" else urls.redact(value, self.secrets)
            for name, value in answer.headers.items()
        }
        return replace(answer, headers=headers, body=urls.redact_bytes(answer.body, self.secrets))


def _key_header(card: Card, key: str | None) -> dict[str, str]:
    if not key or not card.key_header:
        return {}
    name, _, scheme = card.key_header.partition(":")
    return {name: f"{scheme.strip()} {key}".strip()}
