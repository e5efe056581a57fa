"""Teamtailor: a JSON feed of a careers site. The token is the tenant (``acme``) or its own careers host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import msgspec

from finder.boards import _jsonld
from finder.boards._fetch import DAILY, MOST_PAGES, boards_to_fetch, tenant_host
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a feed.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    feed = decode_board_response(CARD, reply.body, _Feed, reply.url)
    yield from parse_json_jobs(CARD, reply, feed.items, _Job, lambda job: _teamtailor_posting(job, board, feed.title))


def _teamtailor_posting(job: _Job, board: str, employer: str | None) -> Posting:
    read = _jsonld.parse_jsonld_posting(
        {"title": job.title, **(job.jobposting or {})}, CARD.name, board, require_job_field(job.url, "an address")
    )
    return msgspec.structs.replace(
        read,
        source_id=f"{board}/{require_job_field(job.id, 'an id')}",
        url=job.url,
        hiring_organization=read.hiring_organization or clean_job_line(employer),
        description=description_text(job.content_html) or read.description,
        date_posted=parse_job_date(job.date_published) or read.date_posted,
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each feed."""
    for id_, token_ in boards_to_fetch(CARD, ask):
        at = tenant_host(token_, "teamtailor.com")
        url: str | None = f"https://{at}/jobs.json"
        for number in range(MOST_PAGES):
            if url is None:
                break
            reply = await http.get(CARD, url, note=id_)
            url = decode_board_response(CARD, reply.body, _Feed, reply.url).next_url
            # a feed goes on where it began, or not at all
            cut = url is not None and (number + 1 == MOST_PAGES or not url.startswith(f"https://{at}/"))
            yield replace(reply, complete=reply.complete and not cut)
            url = None if cut else url


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
