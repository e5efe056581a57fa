"""iCIMS: the result cards of a careers site, in pages. The token is the tenant (``careers-acme``), or a whole host."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

from bs4 import Tag

from finder.boards._fetch import DAILY, boards_to_fetch, fetch_board_pages, tenant_host
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_shape_error, board_token, parse_each_job, require_job_field
from finder.boards._text import clean_job_line
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo
from finder.text.html_tree import parse_html

CARD = SourceInfo(
    name="icims",
    title="iCIMS",
    home="https://www.icims.com",
    terms="The list that a careers site shows, as far as its robots.txt allows.",
    base="https://icims.com",
    pace=0.5,
    concurrency=2,
    cadence_days=DAILY,
    expects="html",
)
LONGEST = 3_000_000
_ID = re.compile(r"/jobs/(\d+)/")
_CARD = re.compile(rb"<li[^>]{0,200}iCIMS_JobCardItem")
_EMPTY = re.compile(r"no (?:jobs?|results?|open\w*)|could not find|there are (?:currently )?no", re.I)


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read the cards of a page.

    Raises:
        UnexpectedFormat: there are none, and the page does not say that there are no jobs.
    """
    board = board_token(CARD, reply)
    text = reply.decode_body(LONGEST)
    cards = parse_html(text)[0].select("li.iCIMS_JobCardItem") if _CARD.search(reply.body) else []
    if not cards and not _EMPTY.search(text):
        raise board_shape_error(CARD, "the page holds no jobs", reply.url)
    yield from parse_each_job(CARD, reply, cards, lambda card: _icims_posting(card, board))


def _icims_posting(card: Tag, board: str) -> Posting:
    link = card.select_one("a.iCIMS_Anchor[href]")
    url = require_job_field(str(link["href"]) if link else None, "an address")
    number = _ID.search(url)
    heading = card.select_one("h3") or card.select_one("h2")
    facts = {
        _icims_text(tag.select_one("dt")): _icims_text(tag.select_one("dd"))
        for tag in card.select(".iCIMS_JobHeaderTag")
    }
    where = card.select_one(".header.left span:not(.field-label)")
    # "US-CA-San Francisco" begins with the country
    parts = _icims_text(where).split("-", 2)
    locations = split_locations(", ".join(reversed(parts)) if len(parts) > 1 else _icims_text(where))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(number[1] if number else None, 'a number')}",
        board=board,
        title=require_job_field(clean_job_line(_icims_text(heading)), "a title"),
        url=urlsplit(url)._replace(query="", fragment="").geturl(),
        locations=locations,
        countries=location_countries(locations, parts[0]),
        workplace=infer_workplace(locations),
        requisition=clean_job_line(facts.get("Job ID") or facts.get("ID")),
    )


def _icims_text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each site."""
    for id_, token_ in boards_to_fetch(CARD, ask):
        url, asked = f"https://{tenant_host(token_, 'icims.com')}/jobs/search", iter(range(10_000))

        async def request_icims_page(_: int, id_: str = id_, url: str = url, asked: Iterator[int] = asked) -> Response:
            return await http.get(CARD, url, {"pr": next(asked), "in_iframe": 1, "ss": 1}, note=id_)

        async for reply in fetch_board_pages(request_icims_page, lambda body: (len(_CARD.findall(body)), None)):
            yield reply


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
