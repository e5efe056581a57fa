"""Eightfold: positions in pages. The token is ``tenant/domain`` (``acme/acme.com``), or ``host/domain``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._asking import DAILY, boards, host, pages
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
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
    id: int | None = None
    name: str | None = None
    canonicalPositionUrl: str | None = None  # noqa: N815 - as it is sent
    location: str | None = None
    locations: list[str] | None = None
    job_description: str | None = None
    t_create: int | None = None
    department: str | None = None
    work_location_option: str | None = None
    display_job_id: str | None = None


class _Page(msgspec.Struct):
    positions: list[msgspec.Raw]
    count: int | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a page of positions.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Page, reply.url).positions
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting:
    locations = places(job.location, *(job.locations or []))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(str(job.id or ''), 'an id')}",
        board=board,
        title=needed(line(job.name), "a title"),
        url=needed(job.canonicalPositionUrl, "an address"),
        description=plain(job.job_description),
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations, job.work_location_option),
        department=line(job.department),
        date_posted=day(job.t_create),
        requisition=line(job.display_job_id),
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each board."""
    for id_, token_ in boards(CARD, ask):
        tenant, _, domain = token_.partition("/")
        url = f"https://{host(tenant, 'eightfold.ai')}/api/apply/v2/jobs"

        async def ask_from(offset: int, id_: str = id_, url: str = url, domain: str = domain) -> Reply:
            params = {"domain": domain or None, "start": offset, "num": PAGE}
            return await http.get(CARD, url, params, note=id_)

        async for reply in pages(ask_from, _count):
            yield reply


def _count(body: bytes) -> tuple[int, int | None]:
    page = decode(CARD, body, _Page, CARD.base)
    return len(page.positions), page.count


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
