"""What a host asks of crawlers: robots.txt, fetched once a day per host."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from finder.errors import SourceBlocked
from finder.http.response_policy import RawResponse
from finder.storage import Store

AGENT = "finder"
SOURCE = "robots"
AGE = timedelta(hours=24)
LONGEST_DELAY = 60.0
LARGEST = 512_000
"""Bytes that are read of the rules, as RFC 9309 wants at least; each line costs time at every page."""

Fetch = Callable[[str], Awaitable[RawResponse]]


class RobotsRules:
    """The rules by host, kept in the store between runs."""

    def __init__(self, store: Store, fetch: Fetch, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._rules: dict[str, Protego] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def host_crawl_delay(self, url: str) -> float:
        """Seconds between two requests that the host asks for; 0 where it does not say.

        Raises:
            SourceBlocked: the host does not want this page to be read by programs.
            SourceUnreachable: robots.txt cannot be read just now, which means "no" (RFC 9309).
        """
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        async with self._asking[place]:
            if place not in self._rules:
                self._rules[place] = Protego.parse(await self._load_robots_txt(place))
        rules = self._rules[place]
        if not rules.can_fetch(url, AGENT):
            raise SourceBlocked(f"{place} asks programs not to read {url}. Open it in a browser.", url)
        return min(rules.crawl_delay(AGENT) or 0.0, LONGEST_DELAY)

    async def _load_robots_txt(self, place: str) -> str:
        key, now = f"GET {place}", self._clock()
        kept = self._store.replies.load_response(key)
        if kept and abs(now - datetime.fromisoformat(kept[5])) < AGE:  # of a time to come: by a wrong clock
            return _robots_rules_text(kept[2], kept[4])
        answer = await self._fetch(place)
        fetched = now.isoformat(timespec="seconds")
        self._store.replies.upsert_response(SOURCE, key, place, answer.status, {}, answer.body, fetched)
        return _robots_rules_text(answer.status, answer.body)


def _robots_rules_text(status: int, body: bytes) -> str:
    """A host without the file (4xx) forbids nothing."""
    return body[:LARGEST].decode("utf-8-sig", errors="replace") if status == 200 else ""
