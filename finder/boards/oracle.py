"""Oracle Recruiting: requisitions in pages, without their texts. The token is ``tenant.fa.us2/CX_1``: host and site."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._asking import DAILY, boards, host, pages, safe
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
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


def _site(board: str) -> tuple[str, str]:
    """``(host, site)`` of a token.

    Raises:
        NotFound: it is none.
    """
    where, _, site = board.partition("/")
    if not where or not site or not site.replace("_", "").isalnum():
        raise NotFound(f"{board!r} is no career site of Oracle. A token is like tenant.fa.us2/CX_1.")
    return host(where if where.endswith(".com") else f"{where}.oraclecloud.com", "oraclecloud.com"), site


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a page of requisitions.

    Raises:
        ShapeChanged: it is none.
        NotFound: the token is none.
    """
    board = token(CARD, reply)
    at, site = _site(board)
    listed = [raw for search in decode(CARD, reply.body, _Page, reply.url).items for raw in search.requisitionList]
    page = f"https://{at}/hcmUI/CandidateExperience/en/sites/{site}/job/"
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board, page))


def _posting(job: _Job, board: str, page: str) -> Posting:
    id_, others = needed(job.Id, "an id"), job.secondaryLocations or []
    locations = places(job.PrimaryLocation, *(place.Name for place in others))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=needed(line(job.Title), "a title"),
        url=f"{page}{safe(id_)}",
        description=plain(job.ShortDescriptionStr),
        locations=locations,
        countries=countries(locations, job.PrimaryLocationCountry, *(place.CountryCode for place in others)),
        workplace=workplace(locations, job.WorkplaceType),
        date_posted=day(job.PostedDate),
        valid_through=day(job.PostingEndDate),
        requisition=id_,
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each career site.

    Raises:
        NotFound: a token is no career site.
        SourceError: it could not be read.
    """
    for id_, token_ in boards(CARD, ask):
        at, site = _site(token_)

        async def ask_from(offset: int, id_: str = id_, at: str = at, site: str = site) -> Reply:
            finder = f"findReqs;siteNumber={site},limit={PAGE},offset={offset},sortBy=POSTING_DATES_DESC"
            params = {"onlyData": True, "expand": "requisitionList.secondaryLocations", "finder": finder}
            return await http.get(CARD, f"https://{at}{PATH}", params, note=id_)

        async for reply in pages(ask_from, _count):
            yield reply


def _count(body: bytes) -> tuple[int, int | None]:
    searches = decode(CARD, body, _Page, CARD.base).items
    totals = [search.TotalJobsCount for search in searches if search.TotalJobsCount is not None]
    return sum(len(search.requisitionList) for search in searches), sum(totals) if totals else None


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
