"""Testing a source or a job board: one small question through the usual door, and what came of it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal

from finder import clock
from finder.errors import (
    KeyRefused,
    NotFound,
    PaidPlanRequired,
    QuotaExceeded,
    SourceBlocked,
    SourceError,
    SourceUnreachable,
)
from finder.http import CachingHttpClient, HttpEvent, RequestLimits
from finder.model import Board
from finder.settings import Settings
from finder.source import FetchRequest, Response, Source, SourceInfo, discover_sources
from finder.storage import Store

State = Literal["ok", "no key", "key refused", "blocked", "out of budget", "unreachable", "gone", "not understood"]

PATIENT = RequestLimits(body=4_000_000, redirects=2, seconds=20.0, tries=1, waiting=0.0, partial_tries=0)
"""One request, however it goes: somebody waits for the outcome."""
WHOLE = replace(PATIENT, body=32_000_000)
"""The same for boards, some of which have one answer for everything."""
_PATH = re.compile(r"at `(\$[^`]{0,200})`")
_NAME = re.compile(r"[@$A-Za-z_][A-Za-z0-9_:-]{0,40}")
DEEPEST, MOST_NAMES = 4, 40
"""Levels and names of an answer's structure that are told."""
MIN_DATA_KEYS = 12
"""So many names of things that are all alike are data, be it of people."""


@dataclass(frozen=True)
class ProbeOutcome:
    """What came of a test.

    Attributes:
        source: the source, or ``platform/token`` of a board.
        message: what happened, and what to do about it.
        sent: requests that left this machine; none where the source is left alone for a while.
        credits: what they cost, as the source says.
        remaining: of today's allowance, where the source says so.
        seconds: that it took.
        status, media, size: of the last answer, as HTTP has it; 0 and empty where none came.
        where: the place in the answer that is not understood, as a path of names.
        structure: names and types in an answer that is not understood; no values.
    """

    source: str
    state: State
    message: str
    sent: int = 0
    credits: float = 0.0
    remaining: float | None = None
    seconds: float = 0.0
    status: int = 0
    media: str = ""
    size: int = 0
    where: str = ""
    structure: str = ""


async def probe_source(settings: Settings, store: Store, source: Source, **http: object) -> ProbeOutcome:
    """Ask a source its probe. What is kept is no proof that it works today, so it is asked in any case.

    Args:
        http: options of :class:`~finder.http.CachingHttpClient`.
    """
    probe = source.probe
    assert probe is not None
    card = replace(source.card, cadence_days=0)

    async def send_probe(door: CachingHttpClient) -> Response:
        return await door.get(card, probe.path, dict(probe.params), note="a test")

    return await _run_probe(settings, store, source, card.name, send_probe, {"limits": PATIENT, **http})


async def probe_board(settings: Settings, store: Store, board: Board, **http: object) -> ProbeOutcome:
    """Ask a job board for its list, or the first page of it; what it lists is not taken in."""
    platform = discover_sources("finder.boards")[board.platform]
    fetch, today = platform.fetch, clock.utc_today()
    assert fetch is not None

    async def send_board_request(door: CachingHttpClient) -> Response:
        question = FetchRequest("", today, today, today, ids=(board.id,), names={board.id: board.organisation})
        replies: AsyncIterator[Response] = fetch(_UncachedClient(door), question)
        async with aclosing(replies) as arriving:  # type: ignore[type-var]
            async for reply in arriving:
                return reply
        raise NotFound(f"{board.token!r} cannot be asked for at {platform.card.title}.")

    name = f"{board.platform}/{board.token}"
    return await _run_probe(settings, store, platform, name, send_board_request, {"limits": WHOLE, **http})


class _UncachedClient:
    """A door that takes nothing for fresh."""

    def __init__(self, door: CachingHttpClient) -> None:
        self._door = door

    def has_key(self, card: SourceInfo) -> bool:
        return self._door.has_key(card)

    async def get(self, card: SourceInfo, path: str, params: dict[str, Any] | None = None, **more: Any) -> Response:
        return await self._door.get(replace(card, cadence_days=0), path, params, **more)

    async def post(self, card: SourceInfo, path: str, question: dict[str, Any], **more: Any) -> Response:
        return await self._door.post(replace(card, cadence_days=0), path, question, **more)


async def _run_probe(
    settings: Settings,
    store: Store,
    source: Source,
    name: str,
    put: Callable[[CachingHttpClient], Awaitable[Response]],
    options: dict[str, object],
) -> ProbeOutcome:
    """Put a question, and read the answer."""
    heard: list[HttpEvent] = []
    reply: Response | None = None
    card, where, begun = source.card, "", time.monotonic()
    async with CachingHttpClient(settings, store, on_event=heard.append, **options) as door:  # type: ignore[arg-type]
        keyed = door.has_key(card)
        try:
            reply = await put(door)
            count = sum(1 for _ in source.parse(reply))
            state, message = _success_state(card, count, keyed=keyed)
        except SourceError as error:
            state, message = _failure_state(card, error, keyed=keyed)
            where = _error_json_path(error)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            why = f"{card.title}'s answer could not be read ({type(error).__name__}). Please report this."
            state, message = "not understood", why
    sent = [event for event in heard if event.kind == "sent"]
    left = [event.remaining for event in sent if event.remaining is not None]
    last = sent[-1] if sent else HttpEvent(name, "failed", "")
    return ProbeOutcome(
        name,
        state,
        message,
        len(sent),
        sum(e.cost for e in sent),
        left[-1] if left else None,
        time.monotonic() - begun,
        last.status,
        last.media,
        last.size,
        where,
        describe_json(reply.body) if reply and state == "not understood" else "",
    )


def _error_json_path(error: SourceError) -> str:
    found = _PATH.search(str(error))
    return found[1] if found else ""


def describe_json(body: bytes) -> str:
    """Names and types of a JSON answer, without any value; empty where it is none.

    >>> describe_json(b'{"results": [{"id": 1, "name": "Ada"}], "Ada Vell": null}')
    '{results: [{id: number, name: text}], …: null}'
    """
    try:
        return _describe_json_value(json.loads(body), DEEPEST)
    except (ValueError, RecursionError):
        return ""


def _describe_json_value(value: Any, deep: int) -> str:
    if isinstance(value, dict):
        if not deep:
            return "{…}"
        inner = {name: _describe_json_value(one, deep - 1) for name, one in list(value.items())[:MOST_NAMES]}
        data = len(inner) > MIN_DATA_KEYS and len(set(inner.values())) == 1
        # a name that is no word of a program's may be somebody's, or a word of a text
        told = (f"{name if _NAME.fullmatch(name) and not data else '…'}: {one}" for name, one in inner.items())
        parts = dict.fromkeys(told)
        return "{" + ", ".join(parts) + ("" if len(value) <= MOST_NAMES else ", …") + "}"
    if isinstance(value, list):
        return f"[{_describe_json_value(value[0], deep - 1) if value and deep else '…' if value else ''}]"
    kinds = {bool: "true or false", int: "number", float: "number", str: "text"}
    return kinds.get(type(value), "null")


def _success_state(card: SourceInfo, count: int, *, keyed: bool) -> tuple[State, str]:
    with_key = f" with your key for {card.title}" if keyed else " without a key" if card.key_name else ""
    if not count:
        return "not understood", f"{card.title} answered{with_key}, but with nothing in it. Try again later."
    return "ok", f"It answers{with_key}."


def _failure_state(card: SourceInfo, error: SourceError, *, keyed: bool) -> tuple[State, str]:
    match error:
        case QuotaExceeded():
            return "out of budget", str(error)
        case KeyRefused():
            return ("key refused" if keyed else "no key"), str(error)
        case SourceBlocked() if card.key_name and not keyed:
            return "no key", f"{error} It may want a key: {card.key_help}"
        case SourceBlocked():
            return "blocked", str(error)
        case SourceUnreachable():
            return "unreachable", str(error)
        case PaidPlanRequired():
            return "key refused", str(error)
    return "not understood", str(error)
