"""Lever: a whole board in one answer. The token is what follows ``jobs.lever.co/``; ``eu/acme`` is one in Europe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.boards._fetch import DAILY, boards_to_fetch, quote_path_segment
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    listed = decode_board_response(CARD, reply.body, list[msgspec.Raw], reply.url)
    yield from parse_json_jobs(CARD, reply, listed, _Job, lambda job: _lever_posting(job, board))


def _lever_posting(job: _Job, board: str) -> Posting:
    at = job.categories or _Categories()
    locations = split_locations(at.location, *(at.allLocations or []))
    # the requirements stand in lists of their own
    lists = [f"<p>{part.text or ''}</p>{part.content or ''}" for part in job.lists or []]
    texts = [job.description or job.descriptionPlain or "", *lists, job.additional or ""]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(job.id, 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(job.text), "a title"),
        url=require_job_field(job.hostedUrl, "an address"),
        description=description_text("\n".join(texts)),
        locations=locations,
        countries=location_countries(locations, job.country),
        workplace=infer_workplace(locations, job.workplaceType if job.workplaceType != "unspecified" else None),
        employment_type=clean_job_line(at.commitment),
        department=clean_job_line(", ".join(filter(None, (at.department, at.team)))),
        date_posted=parse_job_date(job.createdAt),
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """Each board in one answer."""
    for id_, token_ in boards_to_fetch(CARD, ask):
        path = f"/v0/postings/{quote_path_segment(token_.removeprefix('eu/'))}"
        yield await http.get(CARD, EUROPE + path if token_.startswith("eu/") else path, {"mode": "json"}, note=id_)


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
