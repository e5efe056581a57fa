"""Recruitee: a whole board in one answer. The token is the tenant (``acme``), or the host of its own careers site."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._asking import DAILY, host, whole
from finder.boards._places import countries, join, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
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


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board; what is not published is passed over.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Board, reply.url).offers
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting | None:
    if job.status not in (None, "published"):
        return None
    at = job.locations or []
    locations = places(*(join(place.city or place.name, place.state, place.country) for place in at)) or places(
        job.location
    )
    stated = "hybrid" if job.hybrid else "onsite" if job.on_site and not job.remote else None
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(str(job.id or ''), 'an id')}",
        board=board,
        title=needed(line(job.title), "a title"),
        url=needed(job.careers_url, "an address"),
        hiring_organization=line(job.company_name),
        description=plain("\n".join(filter(None, (job.description, job.requirements)))),
        locations=locations,
        countries=countries(locations, job.country_code, *(place.country_code for place in at)),
        workplace=workplace(locations, stated, remote=job.remote),
        employment_type=line((job.employment_type_code or "").replace("_", " ")),
        level=line((job.experience_code or "").replace("_", " ")),
        department=line(job.department),
        date_posted=day(job.published_at) or day(job.created_at),
        valid_through=day(job.close_at),
    )


fetch = whole(CARD, lambda token_: f"https://{host(token_, 'recruitee.com')}/api/offers/")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
