"""EURAXESS, research jobs in Europe: a search's result cards. The token is the search, ``f[0]=job_country:791`` or
``keywords=machine learning``, as the address of a search there shows it.

There is no interface; a card says for which stage a job is, where, and until when. Its text is cut.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qsl, urljoin

from bs4 import Tag

from finder.boards._asking import DAILY, boards, pages
from finder.boards._places import countries, places, workplace
from finder.boards._reading import changed, each, needed, token
from finder.boards._text import day, line, without_mail
from finder.markup import soup
from finder.model import Posting, Rejected
from finder.source import Ask, Card, Door, Reply, Source

CARD = Card(
    name="euraxess",
    title="EURAXESS",
    home="https://euraxess.ec.europa.eu",
    terms="European Commission; reuse with the source named. Pages are read as robots.txt allows.",
    base="https://euraxess.ec.europa.eu",
    pace=0.3,
    concurrency=1,
    cadence_days=DAILY,
    expects="html",
)
LONGEST = 3_000_000
_EMPTY = re.compile(r"no (?:results?|jobs?|offers?)\b|0 results|did not (?:match|return)", re.I)
_OFFERS = re.compile(r"^Number of offers: \d+, ")
_CARD = re.compile(rb"<article[^>]{0,200}ecl-content-item")


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read the cards of a page of results.

    Raises:
        ShapeChanged: there are none, and the page does not say that there are no results.
    """
    board = token(CARD, reply)
    text = reply.text(LONGEST)
    cards = soup(text)[0].select("article.ecl-content-item") if _CARD.search(reply.body) else []
    if not cards and not _EMPTY.search(text):
        raise changed(CARD, "the page holds no results", reply.url)
    yield from each(CARD, reply, cards, lambda card: _posting(card, board))


def _posting(card: Tag, board: str) -> Posting:
    link = card.select_one("h3 a[href]")
    path = needed(str(link["href"]) if link else None, "an address")
    meta = [_text(item) for item in card.select(".ecl-content-block__primary-meta-item")]
    where = [_OFFERS.sub("", place) for place in _labelled(card, "id-Work-Locations")]
    locations = places(*(_place(place) for place in where))
    deadline = card.select_one(".id-Application-Deadline time[datetime]")
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{path.rstrip('/').rsplit('/', 1)[-1]}",
        board=board,
        title=needed(line(_text(link)), "a title"),
        url=urljoin(CARD.base, path),
        hiring_organization=line(next((text for text in meta if not text.startswith("Posted on")), None)),
        description=without_mail(_text(card.select_one(".ecl-content-block__description"))) or None,
        locations=locations,
        countries=countries([place.split(",")[0] for place in where]),
        workplace=workplace(locations),
        level=line(", ".join(_labelled(card, "id-Researcher-Profile"))),
        department=line(", ".join(_labelled(card, "id-Department"))),
        date_posted=next(filter(None, (day(text) for text in meta if text.startswith("Posted on"))), None),
        valid_through=day(deadline["datetime"]) if deadline else None,
    )


def _labelled(card: Tag, name: str) -> list[str]:
    """What stands behind a label: its links, or its text."""
    found = card.select(f".{name} > .ecl-text-standard")
    return [_text(part) for block in found for part in (block.find_all("a") or [block]) if _text(part)]


def _place(text: str) -> str:
    """Town and country of "Austria, Department of Mathematics, Graz, 8010, Halbärthgasse 8"."""
    parts = [part.strip() for part in text.split(",")]
    code = next(
        (number for number, part in enumerate(parts) if re.fullmatch(r"[A-Z-]{0,3} ?\d[\d -]{2,7}[A-Z]{0,2}", part)), 0
    )
    return f"{parts[code - 1]}, {parts[0]}" if code > 1 else parts[0]


def _text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """All pages of each search."""
    for id_, token_ in boards(CARD, ask):
        search: dict[str, object] = dict(parse_qsl(token_))
        asked = iter(range(10_000))

        async def ask_from(
            _: int, id_: str = id_, search: dict[str, object] = search, asked: Iterator[int] = asked
        ) -> Reply:
            page = next(asked)
            return await http.get(CARD, "/jobs/search", {**search, "page": page or None}, note=id_)

        async for reply in pages(ask_from, lambda body: (len(_CARD.findall(body)), None)):
            yield reply


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
