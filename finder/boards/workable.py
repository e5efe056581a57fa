"""Workable: a whole board in one answer, where a job stands once for every country. The token is the account."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._fetch import DAILY, quote_path_segment, single_response_fetch
from finder.boards._locations import infer_workplace, join_location_parts, location_countries, split_locations
from finder.boards._parse import (
    board_token,
    decode_board_response,
    merge_repeat_jobs,
    parse_json_jobs,
    require_job_field,
)
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="workable",
    title="Workable",
    home="https://help.workable.com",
    terms="The list behind the job widget that accounts show on their own pages; texts belong to the employers.",
    base="https://apply.workable.com/api/v1/widget/accounts",
    pace=1.0,
    concurrency=2,
    cadence_days=DAILY,
    heeds_robots=True,
)


class _Place(msgspec.Struct):
    country: str | None = None
    countryCode: str | None = None  # noqa: N815 - as it is sent
    city: str | None = None
    region: str | None = None
    hidden: bool | None = None


class _Job(msgspec.Struct):
    title: str | None = None
    shortcode: str | None = None
    telecommuting: bool | None = None
    workplace_type: str | None = None
    department: str | None = None
    employment_type: str | None = None
    experience: str | None = None
    url: str | None = None
    description: str | None = None
    published_on: str | None = None
    created_at: str | None = None
    country: str | None = None
    city: str | None = None
    state: str | None = None
    locations: list[_Place] | None = None


class _Board(msgspec.Struct):
    jobs: list[msgspec.Raw]
    name: str | None = None


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    found = decode_board_response(CARD, reply.body, _Board, reply.url)
    yield from merge_repeat_jobs(
        parse_json_jobs(CARD, reply, found.jobs, _Job, lambda job: _workable_posting(job, board, found.name))
    )


def _workable_posting(job: _Job, board: str, employer: str | None) -> Posting:
    shown = [place for place in job.locations or [] if not place.hidden]
    locations = split_locations(
        *(join_location_parts(place.city, place.region, place.country) for place in shown),
        join_location_parts(job.city, job.state, job.country),
    )
    code = require_job_field(job.shortcode, "a shortcode")
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{code}",
        board=board,
        title=require_job_field(clean_job_line(job.title), "a title"),
        url=job.url or f"https://apply.workable.com/j/{quote_path_segment(code)}",
        hiring_organization=clean_job_line(employer),
        description=description_text(job.description),
        locations=locations,
        countries=location_countries(locations, *(place.countryCode for place in shown)),
        workplace=infer_workplace(locations, job.workplace_type, remote=job.telecommuting),
        employment_type=clean_job_line(job.employment_type),
        level=clean_job_line(job.experience),
        department=clean_job_line(job.department),
        date_posted=parse_job_date(job.published_on) or parse_job_date(job.created_at),
    )


fetch = single_response_fetch(CARD, lambda token_: f"/{quote_path_segment(token_)}?details=true")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
