"""SmartRecruiters: postings in pages of a hundred, without their texts. The token is the company's identifier.

An unknown company is answered like one without jobs, so an empty board says little here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._fetch import DAILY, boards_to_fetch, fetch_board_pages, quote_path_segment
from finder.boards._locations import infer_workplace, join_location_parts, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, parse_job_date
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
    name="smartrecruiters",
    title="SmartRecruiters",
    home="https://developers.smartrecruiters.com/docs/posting-api",
    terms="Public posting API, made for showing the jobs elsewhere.",
    base="https://api.smartrecruiters.com/v1/companies",
    pace=1.0,
    cadence_days=DAILY,
)
PAGE = 100


class _Label(msgspec.Struct):
    label: str | None = None
    name: str | None = None
    identifier: str | None = None


class _Place(msgspec.Struct):
    city: str | None = None
    region: str | None = None
    country: str | None = None
    remote: bool | None = None
    hybrid: bool | None = None
    fullLocation: str | None = None  # noqa: N815 - as it is sent


class _Job(msgspec.Struct):
    id: str | None = None
    name: str | None = None
    refNumber: str | None = None  # noqa: N815
    company: _Label | None = None
    releasedDate: str | None = None  # noqa: N815
    location: _Place | None = None
    department: _Label | None = None
    typeOfEmployment: _Label | None = None  # noqa: N815
    experienceLevel: _Label | None = None  # noqa: N815
    visibility: str | None = None


class _Page(msgspec.Struct):
    content: list[msgspec.Raw]
    totalFound: int | None = None  # noqa: N815


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a page of a board; what is not public is passed over.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, _Page, reply.url).content
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _smartrecruiters_posting(job, board))


def _smartrecruiters_posting(job: _Job, board: str) -> Posting | None:
    if job.visibility not in (None, "PUBLIC"):
        return None
    at = job.location or _Place()
    locations = split_locations(at.fullLocation or join_location_parts(at.city, at.region, at.country))
    id_, company = require_job_field(job.id, "an id"), job.company or _Label()
    path = f"{quote_path_segment(company.identifier or board)}/{quote_path_segment(id_)}"
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=require_job_field(clean_job_line(job.name), "a title"),
        url=f"https://jobs.smartrecruiters.com/{path}",
        hiring_organization=clean_job_line(company.name),
        locations=locations,
        countries=location_countries(locations, at.country),
        workplace=infer_workplace(locations, "hybrid" if at.hybrid else None, remote=at.remote),
        employment_type=clean_job_line(job.typeOfEmployment.label if job.typeOfEmployment else None),
        level=clean_job_line(job.experienceLevel.label if job.experienceLevel else None),
        department=clean_job_line(job.department.label if job.department else None),
        date_posted=parse_job_date(job.releasedDate),
        requisition=clean_job_line(job.refNumber),
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each board."""
    for id_, token_ in boards_to_fetch(CARD, ask):

        async def request_smartrecruiters_page(offset: int, id_: str = id_, token_: str = token_) -> Response:
            return await http.get(
                CARD, f"/{quote_path_segment(token_)}/postings", {"limit": PAGE, "offset": offset}, note=id_
            )

        async for reply in fetch_board_pages(request_smartrecruiters_page, _count_smartrecruiters_jobs):
            yield reply


def _count_smartrecruiters_jobs(body: bytes) -> tuple[int, int | None]:
    page = decode_board_response(CARD, body, _Page, CARD.base)
    return len(page.content), page.totalFound


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
