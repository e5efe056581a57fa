"""Workable: a whole board in one answer, where a job stands once for every country. The token is the account."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._asking import DAILY, safe, whole
from finder.boards._places import countries, join, places, workplace
from finder.boards._reading import decode, jobs, needed, once, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="workable",
    title="Workable",
    home="https://help.workable.com",
    terms="The list behind the job widget that accounts show on their own pages; texts belong to the employers.",
    base="https://apply.workable.com/api/v1/widget/accounts",
    pace=1.0,
    concurrency=2,
    cadence_days=DAILY,
    heeds_robots=True,
)


class _Place(msgspec.Struct):
    country: str | None = None
    countryCode: str | None = None  # noqa: N815 - as it is sent
    city: str | None = None
    region: str | None = None
    hidden: bool | None = None


class _Job(msgspec.Struct):
    title: str | None = None
    shortcode: str | None = None
    telecommuting: bool | None = None
    workplace_type: str | None = None
    department: str | None = None
    employment_type: str | None = None
    experience: str | None = None
    url: str | None = None
    description: str | None = None
    published_on: str | None = None
    created_at: str | None = None
    country: str | None = None
    city: str | None = None
    state: str | None = None
    locations: list[_Place] | None = None


class _Board(msgspec.Struct):
    jobs: list[msgspec.Raw]
    name: str | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    found = decode(CARD, reply.body, _Board, reply.url)
    yield from once(jobs(CARD, reply, found.jobs, _Job, lambda job: _posting(job, board, found.name)))


def _posting(job: _Job, board: str, employer: str | None) -> Posting:
    shown = [place for place in job.locations or [] if not place.hidden]
    locations = places(
        *(join(place.city, place.region, place.country) for place in shown), join(job.city, job.state, job.country)
    )
    code = needed(job.shortcode, "a shortcode")
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{code}",
        board=board,
        title=needed(line(job.title), "a title"),
        url=job.url or f"https://apply.workable.com/j/{safe(code)}",
        hiring_organization=line(employer),
        description=plain(job.description),
        locations=locations,
        countries=countries(locations, *(place.countryCode for place in shown)),
        workplace=workplace(locations, job.workplace_type, remote=job.telecommuting),
        employment_type=line(job.employment_type),
        level=line(job.experience),
        department=line(job.department),
        date_posted=day(job.published_on) or day(job.created_at),
    )


fetch = whole(CARD, lambda token_: f"/{safe(token_)}?details=true")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
