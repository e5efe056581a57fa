"""What all boards share in taking an answer apart: whose it is, its jobs one by one, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from finder.errors import UnexpectedFormat
from finder.model import ClosedPosting, Posting, Rejected
from finder.source import Response, SourceInfo

T = TypeVar("T")
_BROKEN = (msgspec.DecodeError, ValueError, RecursionError)


class UnreadableJob(Exception):
    """One job that is not understood; its message says why."""


def decode_board_response(card: SourceInfo, body: bytes, shape: type[T], url: str) -> T:
    """An answer in a shape.

    Raises:
        UnexpectedFormat: it is none.
    """
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=shape)
    except _BROKEN as error:
        raise board_shape_error(card, str(error), url) from None


def board_shape_error(card: SourceInfo, why: str, url: str) -> UnexpectedFormat:
    """The error for an answer that is not understood."""
    advice = "Update finder; if it is up to date, report this."
    return UnexpectedFormat(f"{card.title}'s answer is not understood: {why[:200]}. {advice}", url)


def board_token(card: SourceInfo, reply: Response) -> str:
    """Which board a reply is of.

    Raises:
        UnexpectedFormat: its note does not say.
    """
    prefix = f"board:{card.name}/"
    if not reply.note.startswith(prefix) or reply.note == prefix:
        raise UnexpectedFormat(f"It is not known which board {reply.url} is of. Sweep again.", reply.url)
    return reply.note.removeprefix(prefix)


def parse_json_jobs(
    card: SourceInfo,
    reply: Response,
    items: Iterable[msgspec.Raw],
    shape: type[T],
    read: Callable[[T], Posting | ClosedPosting | None],
) -> Iterator[Posting | Rejected]:
    """Each job of a list in JSON, taken apart one at a time; otherwise as :func:`parse_each_job`."""
    return parse_each_job(card, reply, items, lambda raw: read(msgspec.json.decode(raw, type=shape)))


def parse_each_job(
    card: SourceInfo, reply: Response, items: Iterable[T], read: Callable[[T], Posting | ClosedPosting | None]
) -> Iterator[Posting | Rejected]:
    """Each job of a list; ``read`` gives None for one that is not on show.

    Raises:
        UnexpectedFormat: none of them is understood.
    """
    seen = strange = 0
    for place, item in enumerate(items):
        seen += 1
        try:
            posting = read(item)
        except (*_BROKEN, UnreadableJob) as error:
            strange += 1
            yield Rejected(card.name, f"{reply.url} #{place}", f"not understood: {error}"[:200])
            continue
        if posting:
            yield posting
    if seen and strange == seen:
        raise board_shape_error(card, f"none of its {seen} jobs", reply.url)


def require_job_field(value: str | None, what: str) -> str:
    """A value that a job cannot do without.

    Raises:
        UnreadableJob: it is missing or empty.
    """
    if value is None or not value.strip():
        raise UnreadableJob(f"a job without {what}")
    return value.strip()


def merge_repeat_jobs(found: Iterable[Posting | Rejected]) -> Iterator[Posting | Rejected]:
    """Each job once, in all its places, where a board lists a job anew for every place."""
    kept: dict[str, Posting] = {}
    for one in found:
        if isinstance(one, Rejected):
            yield one
        elif first := kept.get(one.source_id):
            merged = {
                n: tuple(dict.fromkeys((*getattr(first, n), *getattr(one, n)))) for n in ("locations", "countries")
            }
            kept[one.source_id] = msgspec.structs.replace(first, **merged)
        else:
            kept[one.source_id] = one
    yield from kept.values()
