"""BambooHR: a whole board in one answer, without texts. The token is the tenant (``acme``)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._asking import DAILY, host, safe, whole
from finder.boards._places import countries, join, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import line
from finder.errors import ShapeChanged
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="bamboohr",
    title="BambooHR",
    home="https://www.bamboohr.com",
    terms="What a careers page's own list loads, as far as its robots.txt allows.",
    base="https://bamboohr.com",
    pace=1.0,
    cadence_days=DAILY,
)
_KINDS = {"1": "remote", "2": "hybrid"}


class _Place(msgspec.Struct):
    city: str | None = None
    state: str | None = None
    province: str | None = None
    country: str | None = None


class _Job(msgspec.Struct):
    id: str | None = None
    jobOpeningName: str | None = None  # noqa: N815 - as it is sent
    departmentLabel: str | None = None  # noqa: N815
    employmentStatusLabel: str | None = None  # noqa: N815
    location: _Place | None = None
    atsLocation: _Place | None = None  # noqa: N815
    isRemote: bool | None = None  # noqa: N815
    locationType: str | None = None  # noqa: N815


class _Meta(msgspec.Struct):
    totalCount: int | None = None  # noqa: N815


class _Board(msgspec.Struct):
    result: list[msgspec.Raw]
    meta: _Meta | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Board, reply.url).result
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting:
    id_ = needed(job.id, "an id")
    at = [place for place in (job.location, job.atsLocation) if place]
    locations = places(*(join(place.city, place.state or place.province, place.country) for place in at))[:1]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=needed(line(job.jobOpeningName), "a title"),
        url=f"https://{host(board, 'bamboohr.com')}/careers/{safe(id_)}",
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations, _KINDS.get(job.locationType or ""), remote=job.isRemote),
        employment_type=line(job.employmentStatusLabel),
        department=line(job.departmentLabel),
    )


def whole_board(body: bytes) -> bool:
    """Whether as many jobs came as the board says it has."""
    try:
        board = decode(CARD, body, _Board, "")
    except ShapeChanged:
        return True
    return len(board.result) >= ((board.meta.totalCount if board.meta else None) or 0)


fetch = whole(CARD, lambda token_: f"https://{host(token_, 'bamboohr.com')}/careers/list", whole_board)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
