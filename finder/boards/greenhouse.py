"""Greenhouse: a whole board in one answer. The token is what follows ``boards.greenhouse.io/``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._fetch import DAILY, quote_path_segment, single_response_fetch
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.errors import UnexpectedFormat
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="greenhouse",
    title="Greenhouse",
    home="https://developers.greenhouse.io/job-board.html",
    terms="Public job board API, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://boards-api.greenhouse.io",
    pace=1.0,
    cadence_days=DAILY,
)


class _NamedItem(msgspec.Struct):
    name: str | None = None
    location: str | None = None
    value: object = None


class _Job(msgspec.Struct):
    id: int | None = None
    title: str | None = None
    absolute_url: str | None = None
    content: str | None = None
    location: _NamedItem | None = None
    offices: list[_NamedItem] | None = None
    departments: list[_NamedItem] | None = None
    metadata: list[_NamedItem] | None = None
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, _Board, reply.url).jobs
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _greenhouse_posting(job, board))


def _greenhouse_posting(job: _Job, board: str) -> Posting:
    locations = split_locations(job.location.name if job.location else None)
    offices = [office.location for office in job.offices or [] if office.location]
    kinds = [
        str(row.value) for row in job.metadata or [] if (row.name or "").lower() == "employment type" and row.value
    ]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(str(job.id or ''), 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.title), "a title"),
        url=require_job_field(job.absolute_url, "an address"),
        hiring_organization=clean_job_line(job.company_name),
        description=description_text(job.content),
        locations=locations,
        countries=location_countries(locations) or location_countries(offices),
        workplace=infer_workplace(locations),
        employment_type=clean_job_line(kinds[0]) if kinds else None,
        department=clean_job_line(", ".join(d.name for d in job.departments or [] if d.name)),
        date_posted=parse_job_date(job.first_published) or parse_job_date(job.updated_at),
        valid_through=parse_job_date(job.application_deadline),
        requisition=clean_job_line(job.requisition_id),
    )


def is_complete_greenhouse_board(body: bytes) -> bool:
    """Whether as many jobs came as the board says it has; what is not a board is for ``parse`` to say."""
    try:
        board = decode_board_response(CARD, body, _Board, "")
    except UnexpectedFormat:
        return True
    total = board.meta.total if board.meta else None
    return len(board.jobs) >= (total or 0)


fetch = single_response_fetch(
    CARD, lambda token_: f"/v1/boards/{quote_path_segment(token_)}/jobs?content=true", is_complete_greenhouse_board
)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
