"""Pinpoint: a whole board in one answer. The token is the tenant (``acme``), or the host of its own careers site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import msgspec

from finder.boards._asking import DAILY, host, whole
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="pinpoint",
    title="Pinpoint",
    home="https://developers.pinpointhq.com",
    terms="Public list, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://pinpointhq.com",
    pace=1.0,
    cadence_days=DAILY,
)


class _Named(msgspec.Struct):
    name: str | None = None


class _Requisition(msgspec.Struct):
    requisition_id: str | None = None
    department: _Named | None = None


class _Job(msgspec.Struct):
    id: str | int | None = None
    title: str | None = None
    url: str | None = None
    path: str | None = None
    description: str | None = None
    key_responsibilities: str | None = None
    skills_knowledge_expertise: str | None = None
    workplace_type: str | None = None
    employment_type_text: str | None = None
    deadline_at: str | None = None
    department: _Named | None = None
    job: _Requisition | None = None
    location: _Named | None = None


class _Board(msgspec.Struct):
    data: list[msgspec.Raw]


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Board, reply.url).data
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting:
    locations = places(job.location.name if job.location else None)
    number = job.job or _Requisition()
    department = job.department or number.department
    texts = (job.description, job.key_responsibilities, job.skills_knowledge_expertise)
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(str(job.id or ''), 'an id')}",
        board=board,
        title=needed(line(job.title), "a title"),
        url=job.url or urljoin(f"https://{_host(board)}", needed(job.path, "an address")),
        description=plain("\n".join(filter(None, texts))),
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations, job.workplace_type),
        employment_type=line(job.employment_type_text),
        department=line(department.name if department else None),
        valid_through=day(job.deadline_at),
        requisition=line(number.requisition_id),
    )


def _host(board: str) -> str:
    return host(board, "pinpointhq.com")


fetch = whole(CARD, lambda token_: f"https://{_host(token_)}/postings.json")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
