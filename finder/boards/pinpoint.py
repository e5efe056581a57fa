"""Pinpoint: a whole board in one answer. The token is the tenant (``acme``), or the host of its own careers site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import msgspec

from finder.boards._fetch import DAILY, single_response_fetch, tenant_host
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="pinpoint",
    title="Pinpoint",
    home="https://developers.pinpointhq.com",
    terms="Public list, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://pinpointhq.com",
    pace=1.0,
    cadence_days=DAILY,
)


class _NamedField(msgspec.Struct):
    name: str | None = None


class _Requisition(msgspec.Struct):
    requisition_id: str | None = None
    department: _NamedField | None = None


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
    department: _NamedField | None = None
    job: _Requisition | None = None
    location: _NamedField | None = None


class _Board(msgspec.Struct):
    data: list[msgspec.Raw]


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, _Board, reply.url).data
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _pinpoint_posting(job, board))


def _pinpoint_posting(job: _Job, board: str) -> Posting:
    locations = split_locations(job.location.name if job.location else None)
    number = job.job or _Requisition()
    department = job.department or number.department
    texts = (job.description, job.key_responsibilities, job.skills_knowledge_expertise)
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(str(job.id or ''), 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.title), "a title"),
        url=job.url or urljoin(f"https://{_pinpoint_host(board)}", require_job_field(job.path, "an address")),
        description=description_text("\n".join(filter(None, texts))),
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(locations, job.workplace_type),
        employment_type=clean_job_line(job.employment_type_text),
        department=clean_job_line(department.name if department else None),
        valid_through=parse_job_date(job.deadline_at),
        requisition=clean_job_line(number.requisition_id),
    )


def _pinpoint_host(board: str) -> str:
    return tenant_host(board, "pinpointhq.com")


fetch = single_response_fetch(CARD, lambda token_: f"https://{_pinpoint_host(token_)}/postings.json")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
