"""iCIMS: the result cards of a careers site, in pages. The token is the tenant (``careers-acme``), or a whole host."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

from bs4 import Tag

from finder.boards._asking import DAILY, boards, host, pages
from finder.boards._places import countries, places, workplace
from finder.boards._reading import changed, each, needed, token
from finder.boards._text import line
from finder.markup import soup
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
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


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read the cards of a page.

    Raises:
        ShapeChanged: there are none, and the page does not say that there are no jobs.
    """
    board = token(CARD, reply)
    text = reply.text(LONGEST)
    cards = soup(text)[0].select("li.iCIMS_JobCardItem") if _CARD.search(reply.body) else []
    if not cards and not _EMPTY.search(text):
        raise changed(CARD, "the page holds no jobs", reply.url)
    yield from each(CARD, reply, cards, lambda card: _posting(card, board))


def _posting(card: Tag, board: str) -> Posting:
    link = card.select_one("a.iCIMS_Anchor[href]")
    url = needed(str(link["href"]) if link else None, "an address")
    number = _ID.search(url)
    heading = card.select_one("h3") or card.select_one("h2")
    facts = {_text(tag.select_one("dt")): _text(tag.select_one("dd")) for tag in card.select(".iCIMS_JobHeaderTag")}
    where = card.select_one(".header.left span:not(.field-label)")
    # "US-CA-San Francisco" begins with the country
    parts = _text(where).split("-", 2)
    locations = places(", ".join(reversed(parts)) if len(parts) > 1 else _text(where))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(number[1] if number else None, 'a number')}",
        board=board,
        title=needed(line(_text(heading)), "a title"),
        url=urlsplit(url)._replace(query="", fragment="").geturl(),
        locations=locations,
        countries=countries(locations, parts[0]),
        workplace=workplace(locations),
        requisition=line(facts.get("Job ID") or facts.get("ID")),
    )


def _text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each site."""
    for id_, token_ in boards(CARD, ask):
        url, asked = f"https://{host(token_, 'icims.com')}/jobs/search", iter(range(10_000))

        async def ask_from(_: int, id_: str = id_, url: str = url, asked: Iterator[int] = asked) -> Reply:
            return await http.get(CARD, url, {"pr": next(asked), "in_iframe": 1, "ss": 1}, note=id_)

        async for reply in pages(ask_from, lambda body: (len(_CARD.findall(body)), None)):
            yield reply


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
