"""What is kept of each answer: the cache, and the provenance of every record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from finder.decoding import decode, without_mark
from finder.http.allowance import stamp
from finder.http.asked import MOVED, Asked
from finder.http.verdict import Answer
from finder.source import Card, Reply
from finder.store import Store

KEPT = ("content-type", "etag", "last-modified", "link", MOVED)
PARTIAL = " (partial)"


class Keeper:
    """Replies by source and what was asked.

    A partial answer has a key of its own: it is provenance, and better than nothing offline, but it neither
    counts as fresh nor replaces a complete one.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._replies = store.replies
        self._clock = clock

    def find(self, asked: Asked, *, partial: bool = False) -> Reply | None:
        """The kept reply; ``partial`` allows one that is not whole."""
        row = self._replies.find(asked.name)
        if row is None and partial:
            row = self._replies.find(asked.name + PARTIAL)
        if row is None:
            return None
        id_, shown, status, headers, body, fetched_at, complete, note = row
        return Reply(asked.card.name, shown, status, body, fetched_at, headers, complete=complete, note=note, id=id_)

    def fresh(self, card: Card, reply: Reply) -> bool:
        """Whether a kept reply is younger than the source's cadence; one of a time to come is of a wrong clock."""
        age = self._clock() - datetime.fromisoformat(reply.fetched_at)
        return abs(age) < timedelta(days=card.cadence_days)

    def conditions(self, kept: Reply | None) -> dict[str, str]:
        """Headers that let the source answer "not modified"."""
        headers: Mapping[str, str] = kept.headers if kept else {}
        known = (("If-None-Match", headers.get("etag")), ("If-Modified-Since", headers.get("last-modified")))
        return {name: value for name, value in known if value}

    def keep(self, asked: Asked, answer: Answer, note: str, *, complete: bool) -> Reply:
        """Keep an answer from now."""
        answer = _in_utf8(answer) if asked.card.expects == "html" else replace(answer, body=without_mark(answer.body))
        headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        now, source, url = stamp(self._clock()), asked.card.name, asked.shown
        id_ = self._replies.keep(
            source, asked.name + ("" if complete else PARTIAL), url, answer.status, headers, answer.body, now,
            complete=complete, note=note,
        )  # fmt: skip
        return Reply(source, url, answer.status, answer.body, now, headers, complete=complete, note=note, id=id_)

    def touch(self, asked: Asked, kept: Reply) -> Reply:
        """The source said "not modified": the kept reply is as of now."""
        now = stamp(self._clock())
        self._replies.touch(asked.name, now)
        return replace(kept, fetched_at=now)


def _in_utf8(page: Answer) -> Answer:
    """A page as everybody reads it: what looks for somebody's name in what is kept need not know of encodings."""
    kind = page.headers.get("content-type", "")
    body = decode(page.body, kind).text.encode("utf-8", "replace")
    if body == page.body:
        return page
    named = f"{kind.partition(';')[0].strip() or 'text/html'}; charset=utf-8"
    return replace(page, headers={**page.headers, "content-type": named}, body=body)
