"""Eightfold: positions in pages. The token is ``tenant/domain`` (``acme/acme.com``), or ``host/domain``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

import msgspec

from finder.boards._asking import DAILY, MOST_PAGES, SEARCHES, boards, host, pages
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.errors import ShapeChanged, SourceBlocked
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
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


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a page of positions.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = _page(reply.body, reply.url).positions
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board, reply.url))


def _page(body: bytes, url: str) -> _Page:
    """The page of an answer of either kind."""
    try:
        return decode(CARD, body, _Answer, url).data or decode(CARD, body, _Page, url)
    except ShapeChanged:
        return decode(CARD, body, _Page, url)  # its message is about the list


def _posting(job: _Job, board: str, page: str) -> Posting:
    locations = places(job.location, *(job.locations or []))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(str(job.id or ''), 'an id')}",
        board=board,
        title=needed(line(job.name), "a title"),
        url=urljoin(page, needed(job.canonicalPositionUrl or job.positionUrl, "an address")),
        description=plain(job.job_description),
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations, job.work_location_option or job.workLocationOption),
        department=line(job.department),
        date_posted=day(job.t_create or job.postedTs or job.creationTs),
        requisition=line(job.display_job_id or job.displayJobId),
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each board: of the list that any site had, or where that is shut, of the one its own pages load."""
    for id_, token_ in boards(CARD, ask):
        tenant, _, domain = token_.partition("/")
        at = f"https://{host(tenant, 'eightfold.ai')}/api"
        older = Listing(http, id_, f"{at}/apply/v2/jobs", domain)
        chosen = older if await _is_open(older) else Listing(http, id_, f"{at}/pcsx/search", domain, newer=True)
        for words in await _searches(chosen):
            async for reply in pages(partial(chosen.page, words=words), _count):
                yield reply


@dataclass(frozen=True)
class Listing:
    """One of a site's two lists."""

    http: Door
    id: str
    url: str
    domain: str
    newer: bool = False

    async def page(self, start: int, words: str = "") -> Reply:
        """The positions from a number on."""
        params: dict[str, object] = {"domain": self.domain or None, "start": start}
        params |= {"query": words} if self.newer or words else {}
        params |= {} if self.newer else {"num": PAGE}
        return await self.http.get(CARD, self.url, params, note=self.id)


async def _is_open(listing: Listing) -> bool:
    """Whether a list may be read; most sites refuse the older one, with a status or in words."""
    try:
        reply = await listing.page(0)
    except SourceBlocked:
        return False
    try:
        return "not authorized" not in (decode(CARD, reply.body, _Answer, reply.url).message or "").lower()
    except ShapeChanged:
        return True  # whatever it is, reading it says so


async def _searches(listing: Listing) -> tuple[str, ...]:
    """All at once, or some searches where a site lists more than is paged through."""
    _, count = _count((await listing.page(0)).body)
    return SEARCHES if (count or 0) > MOST_PAGES * PAGE else ("",)


def _count(body: bytes) -> tuple[int, int | None]:
    page = _page(body, CARD.base)
    return len(page.positions), page.count


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
