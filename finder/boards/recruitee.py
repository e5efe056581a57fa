"""Recruitee: a whole board in one answer. The token is the tenant (``acme``), or the host of its own careers site."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._fetch import DAILY, single_response_fetch, tenant_host
from finder.boards._locations import infer_workplace, join_location_parts, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="recruitee",
    title="Recruitee",
    home="https://docs.recruitee.com/reference/intro-to-careers-site-api",
    terms="Public careers site API, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://recruitee.com",
    pace=1.0,
    cadence_days=DAILY,
)


class _Place(msgspec.Struct):
    name: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None


class _Job(msgspec.Struct):
    id: int | None = None
    title: str | None = None
    careers_url: str | None = None
    description: str | None = None
    requirements: str | None = None
    company_name: str | None = None
    department: str | None = None
    employment_type_code: str | None = None
    experience_code: str | None = None
    location: str | None = None
    country_code: str | None = None
    locations: list[_Place] | None = None
    remote: bool | None = None
    hybrid: bool | None = None
    on_site: bool | None = None
    published_at: str | None = None
    created_at: str | None = None
    close_at: str | None = None
    status: str | None = None


class _Board(msgspec.Struct):
    offers: list[msgspec.Raw]


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board; what is not published is passed over.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, _Board, reply.url).offers
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _recruitee_posting(job, board))


def _recruitee_posting(job: _Job, board: str) -> Posting | None:
    if job.status not in (None, "published"):
        return None
    at = job.locations or []
    locations = split_locations(
        *(join_location_parts(place.city or place.name, place.state, place.country) for place in at)
    ) or split_locations(job.location)
    stated = "hybrid" if job.hybrid else "onsite" if job.on_site and not job.remote else None
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(str(job.id or ''), 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.title), "a title"),
        url=require_job_field(job.careers_url, "an address"),
        hiring_organization=clean_job_line(job.company_name),
        description=description_text("\n".join(filter(None, (job.description, job.requirements)))),
        locations=locations,
        countries=location_countries(locations, job.country_code, *(place.country_code for place in at)),
        workplace=infer_workplace(locations, stated, remote=job.remote),
        employment_type=clean_job_line((job.employment_type_code or "").replace("_", " ")),
        level=clean_job_line((job.experience_code or "").replace("_", " ")),
        department=clean_job_line(job.department),
        date_posted=parse_job_date(job.published_at) or parse_job_date(job.created_at),
        valid_through=parse_job_date(job.close_at),
    )


fetch = single_response_fetch(CARD, lambda token_: f"https://{tenant_host(token_, 'recruitee.com')}/api/offers/")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
