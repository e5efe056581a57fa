"""Teamtailor: a JSON feed of a careers site. The token is the tenant (``acme``) or its own careers host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import msgspec

from finder.boards import _jsonld
from finder.boards._asking import DAILY, MOST_PAGES, boards, host
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
    name="teamtailor",
    title="Teamtailor",
    home="https://www.teamtailor.com",
    terms="The public feed of a careers site, as far as its robots.txt allows; texts belong to the employers.",
    base="https://teamtailor.com",
    pace=1.0,
    cadence_days=DAILY,
)


class _Job(msgspec.Struct):
    id: str | None = None
    title: str | None = None
    url: str | None = None
    content_html: str | None = None
    date_published: str | None = None
    jobposting: dict[str, Any] | None = msgspec.field(default=None, name="_jobposting")


class _Feed(msgspec.Struct):
    items: list[msgspec.Raw]
    title: str | None = None
    next_url: str | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a feed.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    feed = decode(CARD, reply.body, _Feed, reply.url)
    yield from jobs(CARD, reply, feed.items, _Job, lambda job: _posting(job, board, feed.title))


def _posting(job: _Job, board: str, employer: str | None) -> Posting:
    read = _jsonld.posting(
        {"title": job.title, **(job.jobposting or {})}, CARD.name, board, needed(job.url, "an address")
    )
    return msgspec.structs.replace(
        read,
        source_id=f"{board}/{needed(job.id, 'an id')}",
        url=job.url,
        hiring_organization=read.hiring_organization or line(employer),
        description=plain(job.content_html) or read.description,
        date_posted=day(job.date_published) or read.date_posted,
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each feed."""
    for id_, token_ in boards(CARD, ask):
        at = host(token_, "teamtailor.com")
        url: str | None = f"https://{at}/jobs.json"
        for number in range(MOST_PAGES):
            if url is None:
                break
            reply = await http.get(CARD, url, note=id_)
            url = decode(CARD, reply.body, _Feed, reply.url).next_url
            # a feed goes on where it began, or not at all
            cut = url is not None and (number + 1 == MOST_PAGES or not url.startswith(f"https://{at}/"))
            yield replace(reply, complete=reply.complete and not cut)
            url = None if cut else url


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
