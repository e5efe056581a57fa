"""Workday: what a tenant's career site finds for students, twenty at a time, without texts. The token is
``tenant.wd5/Site``.

Its lists are asked for by searches that are posted, since some sites have thousands of jobs, of which no more than some
hundred are paged through: what is not searched for would never be known to be gone. robots.txt of the host holds.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._fetch import DAILY, SEARCHES, boards_to_fetch, fetch_board_pages, quote_path_segment, tenant_host
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, parse_job_date
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
    name="workday",
    title="Workday",
    home="https://www.workday.com",
    terms="What a career site's own pages load, as far as its robots.txt allows.",
    base="https://myworkdayjobs.com",
    pace=0.5,
    concurrency=2,
    cadence_days=DAILY,
)
_SEVERAL = re.compile(r"\d+ Locations")
PAGE = 20  # it gives no more at once


class _Job(msgspec.Struct):
    title: str | None = None
    externalPath: str | None = None  # noqa: N815 - as it is sent
    locationsText: str | None = None  # noqa: N815
    postedOn: str | None = None  # noqa: N815
    timeType: str | None = None  # noqa: N815
    remoteType: str | None = None  # noqa: N815
    bulletFields: list[str] | None = None  # noqa: N815


class _Page(msgspec.Struct):
    jobPostings: list[msgspec.Raw]  # noqa: N815
    total: int | None = None


def _workday_site(board: str) -> tuple[str, str, str]:
    """``(host, tenant, site)`` of a token.

    Raises:
        NotFound: it is none.
    """
    where, _, site = board.partition("/")
    tenant, dot, data_center = where.partition(".")
    if not (tenant and dot and data_center.isalnum() and site and "/" not in site):
        raise NotFound(f"{board!r} is no career site of Workday. A token is like tenant.wd5/Site.")
    return tenant_host(f"{where}.myworkdayjobs.com", "myworkdayjobs.com"), tenant, site


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a page of a career site.

    Raises:
        UnexpectedFormat: it is none.
        NotFound: the token is none.
    """
    board = board_token(CARD, reply)
    at, _, site = _workday_site(board)
    listed = decode_board_response(CARD, reply.body, _Page, reply.url).jobPostings
    yield from parse_json_jobs(
        CARD,
        reply,
        listed,
        _Job,
        lambda job: _workday_posting(job, board, f"https://{at}/{quote_path_segment(site)}", reply.fetched_at),
    )


def _workday_posting(job: _Job, board: str, site: str, fetched_at: str) -> Posting:
    path = require_job_field(job.externalPath, "a path")
    number = next(iter(job.bulletFields or []), None)
    # "3 Locations" is no place; one of them stands in the path
    several = _SEVERAL.fullmatch(job.locationsText or "") is not None
    printed = path.split("/")[2].replace("---", ", ").replace("-", " ") if path.count("/") > 2 else None
    locations = split_locations(printed if several else job.locationsText)
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{number or path.rsplit('_', 1)[-1]}",
        board=board,
        title=require_job_field(clean_job_line(job.title), "a title"),
        url=f"{site}{path}",
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(() if several else locations, job.remoteType),
        employment_type=clean_job_line(job.timeType),
        date_posted=parse_job_date(job.postedOn, fetched_at),
        requisition=clean_job_line(number),
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each search on each career site.

    Raises:
        NotFound: a token is no career site.
        SourceError: it could not be read.
    """
    for id_, token_ in boards_to_fetch(CARD, ask):
        at, tenant, site = _workday_site(token_)
        path = f"https://{at}/wday/cxs/{quote_path_segment(tenant)}/{quote_path_segment(site)}/jobs"

        for words in SEARCHES:

            async def request_workday_page(
                offset: int, id_: str = id_, path: str = path, words: str = words
            ) -> Response:
                search = {"appliedFacets": {}, "limit": PAGE, "offset": offset, "searchText": words}
                return await http.post(CARD, path, search, note=id_)

            async for reply in fetch_board_pages(request_workday_page, _count_workday_jobs):
                yield reply


def _count_workday_jobs(body: bytes) -> tuple[int, int | None]:
    page = decode_board_response(CARD, body, _Page, CARD.base)
    return len(page.jobPostings), page.total


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
