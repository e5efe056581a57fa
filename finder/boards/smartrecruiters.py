"""SmartRecruiters: postings in pages of a hundred, without their texts. The token is the company's identifier.

An unknown company is answered like one without jobs, so an empty board says little here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._asking import DAILY, boards, pages, safe
from finder.boards._places import countries, join, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
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


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a page of a board; what is not public is passed over.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Page, reply.url).content
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting | None:
    if job.visibility not in (None, "PUBLIC"):
        return None
    at = job.location or _Place()
    locations = places(at.fullLocation or join(at.city, at.region, at.country))
    id_, company = needed(job.id, "an id"), job.company or _Label()
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=needed(line(job.name), "a title"),
        url=f"https://jobs.smartrecruiters.com/{safe(company.identifier or board)}/{safe(id_)}",
        hiring_organization=line(company.name),
        locations=locations,
        countries=countries(locations, at.country),
        workplace=workplace(locations, "hybrid" if at.hybrid else None, remote=at.remote),
        employment_type=line(job.typeOfEmployment.label if job.typeOfEmployment else None),
        level=line(job.experienceLevel.label if job.experienceLevel else None),
        department=line(job.department.label if job.department else None),
        date_posted=day(job.releasedDate),
        requisition=line(job.refNumber),
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each board."""
    for id_, token_ in boards(CARD, ask):

        async def ask_from(offset: int, id_: str = id_, token_: str = token_) -> Reply:
            return await http.get(CARD, f"/{safe(token_)}/postings", {"limit": PAGE, "offset": offset}, note=id_)

        async for reply in pages(ask_from, _count):
            yield reply


def _count(body: bytes) -> tuple[int, int | None]:
    page = decode(CARD, body, _Page, CARD.base)
    return len(page.content), page.totalFound


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
