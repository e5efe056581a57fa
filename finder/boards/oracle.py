"""Oracle Recruiting: requisitions in pages, without their texts. The token is ``tenant.fa.us2/CX_1``: host and site."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._fetch import DAILY, boards_to_fetch, fetch_board_pages, quote_path_segment, tenant_host
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
    name="oracle",
    title="Oracle Recruiting",
    home="https://www.oracle.com/human-capital-management/recruiting/",
    terms="What a careers page's own list loads, as far as its robots.txt allows.",
    base="https://oraclecloud.com",
    pace=0.5,
    concurrency=2,
    cadence_days=DAILY,
)
PAGE = 100
PATH = "/hcmRestApi/resources/latest/recruitingCEJobRequisitions"


class _Place(msgspec.Struct):
    Name: str | None = None  # as it is sent
    CountryCode: str | None = None


class _Job(msgspec.Struct):
    Id: str | None = None
    Title: str | None = None
    PostedDate: str | None = None
    PostingEndDate: str | None = None
    PrimaryLocation: str | None = None
    PrimaryLocationCountry: str | None = None
    ShortDescriptionStr: str | None = None
    WorkplaceType: str | None = None
    secondaryLocations: list[_Place] | None = None  # noqa: N815


class _Search(msgspec.Struct):
    requisitionList: list[msgspec.Raw]  # noqa: N815
    TotalJobsCount: int | None = None


class _Page(msgspec.Struct):
    items: list[_Search]


def _oracle_site(board: str) -> tuple[str, str]:
    """``(host, site)`` of a token.

    Raises:
        NotFound: it is none.
    """
    where, _, site = board.partition("/")
    if not where or not site or not site.replace("_", "").isalnum():
        raise NotFound(f"{board!r} is no career site of Oracle. A token is like tenant.fa.us2/CX_1.")
    return tenant_host(where if where.endswith(".com") else f"{where}.oraclecloud.com", "oraclecloud.com"), site


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a page of requisitions.

    Raises:
        UnexpectedFormat: it is none.
        NotFound: the token is none.
    """
    board = board_token(CARD, reply)
    at, site = _oracle_site(board)
    listed = [
        raw
        for search in decode_board_response(CARD, reply.body, _Page, reply.url).items
        for raw in search.requisitionList
    ]
    page = f"https://{at}/hcmUI/CandidateExperience/en/sites/{site}/job/"
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _oracle_posting(job, board, page))


def _oracle_posting(job: _Job, board: str, page: str) -> Posting:
    id_, others = require_job_field(job.Id, "an id"), job.secondaryLocations or []
    locations = split_locations(job.PrimaryLocation, *(place.Name for place in others))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=require_job_field(clean_job_line(job.Title), "a title"),
        url=f"{page}{quote_path_segment(id_)}",
        description=description_text(job.ShortDescriptionStr),
        locations=locations,
        countries=location_countries(locations, job.PrimaryLocationCountry, *(place.CountryCode for place in others)),
        workplace=infer_workplace(locations, job.WorkplaceType),
        date_posted=parse_job_date(job.PostedDate),
        valid_through=parse_job_date(job.PostingEndDate),
        requisition=id_,
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each career site.

    Raises:
        NotFound: a token is no career site.
        SourceError: it could not be read.
    """
    for id_, token_ in boards_to_fetch(CARD, ask):
        at, site = _oracle_site(token_)

        async def request_oracle_page(offset: int, id_: str = id_, at: str = at, site: str = site) -> Response:
            finder = f"findReqs;siteNumber={site},limit={PAGE},offset={offset},sortBy=POSTING_DATES_DESC"
            params = {"onlyData": True, "expand": "requisitionList.secondaryLocations", "finder": finder}
            return await http.get(CARD, f"https://{at}{PATH}", params, note=id_)

        async for reply in fetch_board_pages(request_oracle_page, _count_oracle_jobs):
            yield reply


def _count_oracle_jobs(body: bytes) -> tuple[int, int | None]:
    searches = decode_board_response(CARD, body, _Page, CARD.base).items
    totals = [search.TotalJobsCount for search in searches if search.TotalJobsCount is not None]
    return sum(len(search.requisitionList) for search in searches), sum(totals) if totals else None


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
