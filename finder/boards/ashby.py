"""Ashby: a whole board in one answer. The token is what follows ``jobs.ashbyhq.com/``, in upper and lower case."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._fetch import DAILY, quote_path_segment, single_response_fetch
from finder.boards._locations import infer_workplace, join_location_parts, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="ashby",
    title="Ashby",
    home="https://developers.ashbyhq.com/docs/public-job-posting-api",
    terms="Public job posting API, as far as its robots.txt allows; texts belong to the employers.",
    base="https://api.ashbyhq.com",
    pace=1.0,
    cadence_days=DAILY,
    heeds_robots=True,
)


class _PostalAddress(msgspec.Struct):
    addressCountry: str | None = None  # noqa: N815 - as it is sent
    addressLocality: str | None = None  # noqa: N815
    addressRegion: str | None = None  # noqa: N815


class _Address(msgspec.Struct):
    postalAddress: _PostalAddress | None = None  # noqa: N815


class _SecondaryLocation(msgspec.Struct):
    location: str | None = None


class _Job(msgspec.Struct):
    id: str | None = None
    title: str | None = None
    jobUrl: str | None = None  # noqa: N815
    department: str | None = None
    team: str | None = None
    employmentType: str | None = None  # noqa: N815
    location: str | None = None
    secondaryLocations: list[_SecondaryLocation] | None = None  # noqa: N815
    publishedAt: str | None = None  # noqa: N815
    isListed: bool | None = None  # noqa: N815
    isRemote: bool | None = None  # noqa: N815
    workplaceType: str | None = None  # noqa: N815
    address: _Address | None = None
    descriptionHtml: str | None = None  # noqa: N815
    descriptionPlain: str | None = None  # noqa: N815


class _Board(msgspec.Struct):
    jobs: list[msgspec.Raw]


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board; jobs that are not listed are passed over.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, _Board, reply.url).jobs
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _ashby_posting(job, board))


def _ashby_posting(job: _Job, board: str) -> Posting | None:
    if job.isListed is False:
        return None
    postal = (job.address.postalAddress if job.address else None) or _PostalAddress()
    address = join_location_parts(postal.addressLocality, postal.addressRegion, postal.addressCountry)
    locations = split_locations(job.location, *(place.location for place in job.secondaryLocations or []))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(job.id, 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.title), "a title"),
        url=require_job_field(job.jobUrl, "an address"),
        description=description_text(job.descriptionHtml) or description_text(job.descriptionPlain),
        locations=locations or split_locations(address),
        countries=location_countries([*filter(None, [address]), *locations]),
        # the flag is set for hybrid jobs, too
        workplace=infer_workplace(locations, job.workplaceType, remote=job.isRemote),
        employment_type=clean_job_line(job.employmentType),
        department=clean_job_line(", ".join(dict.fromkeys(filter(None, (job.department, job.team))))),
        date_posted=parse_job_date(job.publishedAt),
    )


fetch = single_response_fetch(
    CARD, lambda token_: f"/posting-api/job-board/{quote_path_segment(token_)}?includeCompensation=true"
)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
