"""Ashby: a whole board in one answer. The token is what follows ``jobs.ashbyhq.com/``, in upper and lower case."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from finder.boards._asking import DAILY, safe, whole
from finder.boards._places import countries, join, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="ashby",
    title="Ashby",
    home="https://developers.ashbyhq.com/docs/public-job-posting-api",
    terms="Public job posting API, as far as its robots.txt allows; texts belong to the employers.",
    base="https://api.ashbyhq.com",
    pace=1.0,
    cadence_days=DAILY,
    heeds_robots=True,
)


class _Postal(msgspec.Struct):
    addressCountry: str | None = None  # noqa: N815 - as it is sent
    addressLocality: str | None = None  # noqa: N815
    addressRegion: str | None = None  # noqa: N815


class _Address(msgspec.Struct):
    postalAddress: _Postal | None = None  # noqa: N815


class _Secondary(msgspec.Struct):
    location: str | None = None


class _Job(msgspec.Struct):
    id: str | None = None
    title: str | None = None
    jobUrl: str | None = None  # noqa: N815
    department: str | None = None
    team: str | None = None
    employmentType: str | None = None  # noqa: N815
    location: str | None = None
    secondaryLocations: list[_Secondary] | None = None  # noqa: N815
    publishedAt: str | None = None  # noqa: N815
    isListed: bool | None = None  # noqa: N815
    isRemote: bool | None = None  # noqa: N815
    workplaceType: str | None = None  # noqa: N815
    address: _Address | None = None
    descriptionHtml: str | None = None  # noqa: N815
    descriptionPlain: str | None = None  # noqa: N815


class _Board(msgspec.Struct):
    jobs: list[msgspec.Raw]


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board; jobs that are not listed are passed over.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, _Board, reply.url).jobs
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting | None:
    if job.isListed is False:
        return None
    postal = (job.address.postalAddress if job.address else None) or _Postal()
    address = join(postal.addressLocality, postal.addressRegion, postal.addressCountry)
    locations = places(job.location, *(place.location for place in job.secondaryLocations or []))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(job.id, 'an id')}",
        board=board,
        title=needed(line(job.title), "a title"),
        url=needed(job.jobUrl, "an address"),
        description=plain(job.descriptionHtml) or plain(job.descriptionPlain),
        locations=locations or places(address),
        countries=countries([*filter(None, [address]), *locations]),
        # the flag is set for hybrid jobs, too
        workplace=workplace(locations, job.workplaceType, remote=job.isRemote),
        employment_type=line(job.employmentType),
        department=line(", ".join(dict.fromkeys(filter(None, (job.department, job.team))))),
        date_posted=day(job.publishedAt),
    )


fetch = whole(CARD, lambda token_: f"/posting-api/job-board/{safe(token_)}?includeCompensation=true")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
