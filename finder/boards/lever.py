"""Lever: a whole board in one answer. The token is what follows ``jobs.lever.co/``; ``eu/acme`` is one in Europe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._asking import DAILY, boards, safe
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
    name="lever",
    title="Lever",
    home="https://github.com/lever/postings-api",
    terms="Public postings API, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://api.lever.co",
    pace=1.0,
    cadence_days=DAILY,
)
EUROPE = "https://api.eu.lever.co"


class _Categories(msgspec.Struct):
    commitment: str | None = None
    department: str | None = None
    team: str | None = None
    location: str | None = None
    allLocations: list[str] | None = None  # noqa: N815 - as it is sent


class _List(msgspec.Struct):
    text: str | None = None
    content: str | None = None


class _Job(msgspec.Struct):
    id: str | None = None
    text: str | None = None
    hostedUrl: str | None = None  # noqa: N815
    country: str | None = None
    workplaceType: str | None = None  # noqa: N815
    categories: _Categories | None = None
    createdAt: int | None = None  # noqa: N815
    description: str | None = None
    descriptionPlain: str | None = None  # noqa: N815
    lists: list[_List] | None = None
    additional: str | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    listed = decode(CARD, reply.body, list[msgspec.Raw], reply.url)
    yield from jobs(CARD, reply, listed, _Job, lambda job: _posting(job, board))


def _posting(job: _Job, board: str) -> Posting:
    at = job.categories or _Categories()
    locations = places(at.location, *(at.allLocations or []))
    # the requirements stand in lists of their own
    lists = [f"<p>{part.text or ''}</p>{part.content or ''}" for part in job.lists or []]
    texts = [job.description or job.descriptionPlain or "", *lists, job.additional or ""]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(job.id, 'an id')}",
        board=board,
        title=needed(line(job.text), "a title"),
        url=needed(job.hostedUrl, "an address"),
        description=plain("\n".join(texts)),
        locations=locations,
        countries=countries(locations, job.country),
        workplace=workplace(locations, job.workplaceType if job.workplaceType != "unspecified" else None),
        employment_type=line(at.commitment),
        department=line(", ".join(filter(None, (at.department, at.team)))),
        date_posted=day(job.createdAt),
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """Each board in one answer."""
    for id_, token_ in boards(CARD, ask):
        path = f"/v0/postings/{safe(token_.removeprefix('eu/'))}"
        yield await http.get(CARD, EUROPE + path if token_.startswith("eu/") else path, {"mode": "json"}, note=id_)


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
