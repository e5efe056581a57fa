"""Greenhouse: a whole board in one answer. The token is what follows ``boards.greenhouse.io/``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._asking import DAILY, safe, whole
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.errors import ShapeChanged
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="greenhouse",
    title="Greenhouse",
    home="https://developers.greenhouse.io/job-board.html",
    terms="Public job board API, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://boards-api.greenhouse.io",
    pace=1.0,
    cadence_days=DAILY,
)


class _Named(msgspec.Struct):
    name: str | None = None
    location: str | None = None
    value: object = None


class _Job(msgspec.Struct):
    id: int | None = None
    title: str | None = None
    absolute_url: str | None = None
    content: str | None = None
    location: _Named | None = None
    offices: list[_Named] | None = None
    departments: list[_Named] | None = None
    metadata: list[_Named] | None = None
    company_name: str | None = None
    first_published: str | None = None
    updated_at: str | None = None
    application_deadline: str | None = None
    requisition_id: str | None = None


class _Meta(msgspec.Struct):
    total: int | None = None


class _Board(msgspec.Struct):
    jobs: list[msgspec.Raw]
    meta: _Meta | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Board, reply.url).jobs
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting:
    locations = places(job.location.name if job.location else None)
    offices = [office.location for office in job.offices or [] if office.location]
    kinds = [
        str(row.value) for row in job.metadata or [] if (row.name or "").lower() == "employment type" and row.value
    ]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(str(job.id or ''), 'an id')}",
        board=board,
        title=needed(line(job.title), "a title"),
        url=needed(job.absolute_url, "an address"),
        hiring_organization=line(job.company_name),
        description=plain(job.content),
        locations=locations,
        countries=countries(locations) or countries(offices),
        workplace=workplace(locations),
        employment_type=line(kinds[0]) if kinds else None,
        department=line(", ".join(d.name for d in job.departments or [] if d.name)),
        date_posted=day(job.first_published) or day(job.updated_at),
        valid_through=day(job.application_deadline),
        requisition=line(job.requisition_id),
    )


def whole_board(body: bytes) -> bool:
    """Whether as many jobs came as the board says it has; what is not a board is for ``parse`` to say."""
    try:
        board = decode(CARD, body, _Board, "")
    except ShapeChanged:
        return True
    total = board.meta.total if board.meta else None
    return len(board.jobs) >= (total or 0)


fetch = whole(CARD, lambda token_: f"/v1/boards/{safe(token_)}/jobs?content=true", whole_board)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
