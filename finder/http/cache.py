"""What is kept of each answer: the cache, and the provenance of every record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from finder.decoding import decode_bytes, strip_byte_order_mark
from finder.http.quota import format_utc_stamp
from finder.http.request import MOVED, HttpRequest
from finder.http.response_policy import RawResponse
from finder.source import Response, SourceInfo
from finder.storage import Store

KEPT = ("content-type", "etag", "last-modified", "link", MOVED)
PARTIAL = " (partial)"


class ResponseCache:
    """Replies by source and what was asked.

    A partial answer has a key of its own: it is provenance, and better than nothing offline, but it neither
    counts as fresh nor replaces a complete one.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._replies = store.replies
        self._clock = clock

    def lookup_response(self, asked: HttpRequest, *, partial: bool = False) -> Response | None:
        """The kept reply; ``partial`` allows one that is not whole."""
        row = self._replies.load_response(asked.name)
        if row is None and partial:
            row = self._replies.load_response(asked.name + PARTIAL)
        if row is None:
            return None
        id_, shown, status, headers, body, fetched_at, complete, note = row
        return Response(asked.card.name, shown, status, body, fetched_at, headers, complete=complete, note=note, id=id_)

    def is_fresh(self, card: SourceInfo, reply: Response) -> bool:
        """Whether a kept reply is younger than the source's cadence; one of a time to come is of a wrong clock."""
        age = self._clock() - datetime.fromisoformat(reply.fetched_at)
        return abs(age) < timedelta(days=card.cadence_days)

    def conditional_headers(self, kept: Response | None) -> dict[str, str]:
        """Headers that let the source answer "not modified"."""
        headers: Mapping[str, str] = kept.headers if kept else {}
        known = (("If-None-Match", headers.get("etag")), ("If-Modified-Since", headers.get("last-modified")))
        return {name: value for name, value in known if value}

    def cache_response(self, asked: HttpRequest, answer: RawResponse, note: str, *, complete: bool) -> Response:
        """Keep an answer from now."""
        answer = (
            _reencode_utf8(answer)
            if asked.card.expects == "html"
            else replace(answer, body=strip_byte_order_mark(answer.body))
        )
        headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        now, source, url = format_utc_stamp(self._clock()), asked.card.name, asked.shown
        id_ = self._replies.upsert_response(
            source,
            asked.name + ("" if complete else PARTIAL),
            url,
            answer.status,
            headers,
            answer.body,
            now,
            complete=complete,
            note=note,
        )
        return Response(source, url, answer.status, answer.body, now, headers, complete=complete, note=note, id=id_)

    def mark_revalidated(self, asked: HttpRequest, kept: Response) -> Response:
        """The source said "not modified": the kept reply is as of now."""
        now = format_utc_stamp(self._clock())
        self._replies.touch_response(asked.name, now)
        return replace(kept, fetched_at=now)


def _reencode_utf8(page: RawResponse) -> RawResponse:
    """A page as everybody reads it: what looks for somebody's name in what is kept need not know of encodings."""
    kind = page.headers.get("content-type", "")
    body = decode_bytes(page.body, kind).text.encode("utf-8", "replace")
    if body == page.body:
        return page
    named = f"{kind.partition(';')[0].strip() or 'text/html'}; charset=utf-8"
    return replace(page, headers={**page.headers, "content-type": named}, body=body)
