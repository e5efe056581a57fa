"""BambooHR: a whole board in one answer, without texts. The token is the tenant (``acme``)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._fetch import DAILY, quote_path_segment, single_response_fetch, tenant_host
from finder.boards._locations import infer_workplace, join_location_parts, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line
from finder.errors import UnexpectedFormat
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, _Board, reply.url).result
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _bamboohr_posting(job, board))


def _bamboohr_posting(job: _Job, board: str) -> Posting:
    id_ = require_job_field(job.id, "an id")
    at = [place for place in (job.location, job.atsLocation) if place]
    locations = split_locations(
        *(join_location_parts(place.city, place.state or place.province, place.country) for place in at)
    )[:1]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=require_job_field(clean_job_line(job.jobOpeningName), "a title"),
        url=f"https://{tenant_host(board, 'bamboohr.com')}/careers/{quote_path_segment(id_)}",
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(locations, _KINDS.get(job.locationType or ""), remote=job.isRemote),
        employment_type=clean_job_line(job.employmentStatusLabel),
        department=clean_job_line(job.departmentLabel),
    )


def is_complete_bamboohr_board(body: bytes) -> bool:
    """Whether as many jobs came as the board says it has."""
    try:
        board = decode_board_response(CARD, body, _Board, "")
    except UnexpectedFormat:
        return True
    return len(board.result) >= ((board.meta.totalCount if board.meta else None) or 0)


fetch = single_response_fetch(
    CARD, lambda token_: f"https://{tenant_host(token_, 'bamboohr.com')}/careers/list", is_complete_bamboohr_board
)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
