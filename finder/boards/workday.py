"""Workday: what a tenant's career site finds for students, twenty at a time, without texts. The token is
``tenant.wd5/Site``.

Its lists are asked for by searches that are posted, since some sites have thousands of jobs, of which no more than some
hundred are paged through: what is not searched for would never be known to be gone. robots.txt of the host holds.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._asking import DAILY, SEARCHES, boards, host, pages, safe
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
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


def _site(board: str) -> tuple[str, str, str]:
    """``(host, tenant, site)`` of a token.

    Raises:
        NotFound: it is none.
    """
    where, _, site = board.partition("/")
    tenant, dot, data_center = where.partition(".")
    if not (tenant and dot and data_center.isalnum() and site and "/" not in site):
        raise NotFound(f"{board!r} is no career site of Workday. A token is like tenant.wd5/Site.")
    return host(f"{where}.myworkdayjobs.com", "myworkdayjobs.com"), tenant, site


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a page of a career site.

    Raises:
        ShapeChanged: it is none.
        NotFound: the token is none.
    """
    board = token(CARD, reply)
    at, _, site = _site(board)
    listed = decode(CARD, reply.body, _Page, reply.url).jobPostings
    yield from jobs(
        CARD, reply, listed, _Job, lambda job: _posting(job, board, f"https://{at}/{safe(site)}", reply.fetched_at)
    )


def _posting(job: _Job, board: str, site: str, fetched_at: str) -> Posting:
    path = needed(job.externalPath, "a path")
    number = next(iter(job.bulletFields or []), None)
    # "3 Locations" is no place; one of them stands in the path
    several = _SEVERAL.fullmatch(job.locationsText or "") is not None
    printed = path.split("/")[2].replace("---", ", ").replace("-", " ") if path.count("/") > 2 else None
    locations = places(printed if several else job.locationsText)
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{number or path.rsplit('_', 1)[-1]}",
        board=board,
        title=needed(line(job.title), "a title"),
        url=f"{site}{path}",
        locations=locations,
        countries=countries(locations),
        workplace=workplace(() if several else locations, job.remoteType),
        employment_type=line(job.timeType),
        date_posted=day(job.postedOn, fetched_at),
        requisition=line(number),
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each search on each career site.

    Raises:
        NotFound: a token is no career site.
        SourceError: it could not be read.
    """
    for id_, token_ in boards(CARD, ask):
        at, tenant, site = _site(token_)
        path = f"https://{at}/wday/cxs/{safe(tenant)}/{safe(site)}/jobs"

        for words in SEARCHES:

            async def ask_from(offset: int, id_: str = id_, path: str = path, words: str = words) -> Reply:
                search = {"appliedFacets": {}, "limit": PAGE, "offset": offset, "searchText": words}
                return await http.post(CARD, path, search, note=id_)

            async for reply in pages(ask_from, _count):
                yield reply


def _count(body: bytes) -> tuple[int, int | None]:
    page = decode(CARD, body, _Page, CARD.base)
    return len(page.jobPostings), page.total


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
