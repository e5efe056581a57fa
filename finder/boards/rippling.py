"""Rippling: a whole board in one answer, a job once for every place, without texts. The token is the board's slug."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._fetch import DAILY, quote_path_segment, single_response_fetch
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import (
    board_token,
    decode_board_response,
    merge_repeat_jobs,
    parse_json_jobs,
    require_job_field,
)
from finder.boards._text import clean_job_line
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, list[msgspec.Raw], reply.url)
    yield from map(
        _add_workplace,
        merge_repeat_jobs(parse_json_jobs(CARD, reply, listed, _Job, lambda job: _rippling_posting(job, board))),
    )


def _rippling_posting(job: _Job, board: str) -> Posting:
    locations = split_locations(job.workLocation.label if job.workLocation else None)
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(job.uuid, 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.name), "a title"),
        url=require_job_field(job.url, "an address"),
        locations=locations,
        countries=location_countries(locations),
        department=clean_job_line(job.department.label if job.department else None),
    )


def _add_workplace(found: Posting | Rejected) -> Posting | Rejected:
    """All places of a job together say whether one works at home."""
    if isinstance(found, Rejected):
        return found
    return msgspec.structs.replace(found, workplace=infer_workplace(found.locations))


fetch = single_response_fetch(CARD, lambda token_: f"/{quote_path_segment(token_)}/jobs")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
