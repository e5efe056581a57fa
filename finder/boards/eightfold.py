"""Eightfold: positions in pages. The token is ``tenant/domain`` (``acme/acme.com``), or ``host/domain``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

import msgspec

from finder.boards._fetch import DAILY, MOST_PAGES, SEARCHES, boards_to_fetch, fetch_board_pages, tenant_host
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.errors import SourceBlocked, UnexpectedFormat
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
    name="eightfold",
    title="Eightfold",
    home="https://eightfold.ai",
    terms="What a careers page's own list loads, as far as its robots.txt allows.",
    base="https://eightfold.ai",
    pace=0.5,
    concurrency=2,
    cadence_days=DAILY,
)
PAGE = 10


class _Job(msgspec.Struct):
    """A position in either of the two lists, whose names differ."""

    id: int | None = None
    name: str | None = None
    canonicalPositionUrl: str | None = None  # noqa: N815 - as it is sent
    positionUrl: str | None = None  # noqa: N815
    location: str | None = None
    locations: list[str] | None = None
    job_description: str | None = None
    t_create: int | None = None
    postedTs: int | None = None  # noqa: N815
    creationTs: int | None = None  # noqa: N815
    department: str | None = None
    work_location_option: str | None = None
    workLocationOption: str | None = None  # noqa: N815
    display_job_id: str | None = None
    displayJobId: str | None = None  # noqa: N815


class _Page(msgspec.Struct):
    positions: list[msgspec.Raw]
    count: int | None = None


class _Answer(msgspec.Struct):
    """The older list is the answer itself, the newer one its ``data``; a refusal has a message in place of both."""

    data: _Page | None = None
    message: str | None = None


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a page of positions.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = _decode_eightfold_page(reply.body, reply.url).positions
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _eightfold_posting(job, board, reply.url))


def _decode_eightfold_page(body: bytes, url: str) -> _Page:
    """The page of an answer of either kind."""
    try:
        return decode_board_response(CARD, body, _Answer, url).data or decode_board_response(CARD, body, _Page, url)
    except UnexpectedFormat:
        return decode_board_response(CARD, body, _Page, url)  # its message is about the list


def _eightfold_posting(job: _Job, board: str, page: str) -> Posting:
    locations = split_locations(job.location, *(job.locations or []))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(str(job.id or ''), 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.name), "a title"),
        url=urljoin(page, require_job_field(job.canonicalPositionUrl or job.positionUrl, "an address")),
        description=description_text(job.job_description),
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(locations, job.work_location_option or job.workLocationOption),
        department=clean_job_line(job.department),
        date_posted=parse_job_date(job.t_create or job.postedTs or job.creationTs),
        requisition=clean_job_line(job.display_job_id or job.displayJobId),
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each board: of the list that any site had, or where that is shut, of the one its own pages load."""
    for id_, token_ in boards_to_fetch(CARD, ask):
        tenant, _, domain = token_.partition("/")
        at = f"https://{tenant_host(tenant, 'eightfold.ai')}/api"
        older = PositionListing(http, id_, f"{at}/apply/v2/jobs", domain)
        chosen = (
            older
            if await _is_listing_readable(older)
            else PositionListing(http, id_, f"{at}/pcsx/search", domain, newer=True)
        )
        for words in await _eightfold_searches(chosen):
            async for reply in fetch_board_pages(partial(chosen.fetch_positions, words=words), _count_eightfold_jobs):
                yield reply


@dataclass(frozen=True)
class PositionListing:
    """One of a site's two lists."""

    http: HttpClient
    id: str
    url: str
    domain: str
    newer: bool = False

    async def fetch_positions(self, start: int, words: str = "") -> Response:
        """The positions from a number on."""
        params: dict[str, object] = {"domain": self.domain or None, "start": start}
        params |= {"query": words} if self.newer or words else {}
        params |= {} if self.newer else {"num": PAGE}
        return await self.http.get(CARD, self.url, params, note=self.id)


async def _is_listing_readable(listing: PositionListing) -> bool:
    """Whether a list may be read; most sites refuse the older one, with a status or in words."""
    try:
        reply = await listing.fetch_positions(0)
    except SourceBlocked:
        return False
    try:
        return (
            "not authorized" not in (decode_board_response(CARD, reply.body, _Answer, reply.url).message or "").lower()
        )
    except UnexpectedFormat:
        return True  # whatever it is, reading it says so


async def _eightfold_searches(listing: PositionListing) -> tuple[str, ...]:
    """All at once, or some searches where a site lists more than is paged through."""
    _, count = _count_eightfold_jobs((await listing.fetch_positions(0)).body)
    return SEARCHES if (count or 0) > MOST_PAGES * PAGE else ("",)


def _count_eightfold_jobs(body: bytes) -> tuple[int, int | None]:
    page = _decode_eightfold_page(body, CARD.base)
    return len(page.positions), page.count


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
