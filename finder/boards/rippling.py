"""Rippling: a whole board in one answer, a job once for every place, without texts. The token is the board's slug."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._asking import DAILY, safe, whole
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, once, token
from finder.boards._text import line
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="rippling",
    title="Rippling",
    home="https://www.rippling.com/recruiting",
    terms="What a careers page's own list loads, as far as robots.txt allows.",
    base="https://api.rippling.com/platform/api/ats/v1/board",
    pace=1.0,
    concurrency=2,
    cadence_days=DAILY,
    heeds_robots=True,
)


class _Label(msgspec.Struct):
    label: str | None = None


class _Job(msgspec.Struct):
    uuid: str | None = None
    name: str | None = None
    department: _Label | None = None
    url: str | None = None
    workLocation: _Label | None = None  # noqa: N815 - as it is sent


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, list[msgspec.Raw], reply.url)
    yield from map(_with_workplace, once(jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))))


def _posting(job: _Job, board: str) -> Posting:
    locations = places(job.workLocation.label if job.workLocation else None)
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(job.uuid, 'an id')}",
        board=board,
        title=needed(line(job.name), "a title"),
        url=needed(job.url, "an address"),
        locations=locations,
        countries=countries(locations),
        department=line(job.department.label if job.department else None),
    )


def _with_workplace(found: Posting | Rejected) -> Posting | Rejected:
    """All places of a job together say whether one works at home."""
    if isinstance(found, Rejected):
        return found
    return msgspec.structs.replace(found, workplace=workplace(found.locations))


fetch = whole(CARD, lambda token_: f"/{safe(token_)}/jobs")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
