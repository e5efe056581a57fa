"""EURAXESS, research jobs in Europe: a search's result cards. The token is the search, ``f[0]=job_country:791`` or
``keywords=machine learning``, as the address of a search there shows it.

There is no interface; a card says for which stage a job is, where, and until when. Its text is cut.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qsl, urljoin

from bs4 import Tag

from finder.boards._fetch import DAILY, boards_to_fetch, fetch_board_pages
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_shape_error, board_token, parse_each_job, require_job_field
from finder.boards._text import clean_job_line, parse_job_date, redact_job_emails
from finder.model import Posting, Rejected
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo
from finder.text.html_tree import parse_html

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read the cards of a page of results.

    Raises:
        UnexpectedFormat: there are none, and the page does not say that there are no results.
    """
    board = board_token(CARD, reply)
    text = reply.decode_body(LONGEST)
    cards = parse_html(text)[0].select("article.ecl-content-item") if _CARD.search(reply.body) else []
    if not cards and not _EMPTY.search(text):
        raise board_shape_error(CARD, "the page holds no results", reply.url)
    yield from parse_each_job(CARD, reply, cards, lambda card: _euraxess_posting(card, board))


def _euraxess_posting(card: Tag, board: str) -> Posting:
    link = card.select_one("h3 a[href]")
    path = require_job_field(str(link["href"]) if link else None, "an address")
    meta = [_euraxess_text(item) for item in card.select(".ecl-content-block__primary-meta-item")]
    where = [_OFFERS.sub("", place) for place in _label_texts(card, "id-Work-Locations")]
    locations = split_locations(*(_euraxess_location(place) for place in where))
    deadline = card.select_one(".id-Application-Deadline time[datetime]")
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{path.rstrip('/').rsplit('/', 1)[-1]}",
        board=board,
        title=require_job_field(clean_job_line(_euraxess_text(link)), "a title"),
        url=urljoin(CARD.base, path),
        hiring_organization=clean_job_line(next((text for text in meta if not text.startswith("Posted on")), None)),
        description=redact_job_emails(_euraxess_text(card.select_one(".ecl-content-block__description"))) or None,
        locations=locations,
        countries=location_countries([place.split(",")[0] for place in where]),
        workplace=infer_workplace(locations),
        level=clean_job_line(", ".join(_label_texts(card, "id-Researcher-Profile"))),
        department=clean_job_line(", ".join(_label_texts(card, "id-Department"))),
        date_posted=next(filter(None, (parse_job_date(text) for text in meta if text.startswith("Posted on"))), None),
        valid_through=parse_job_date(deadline["datetime"]) if deadline else None,
    )


def _label_texts(card: Tag, name: str) -> list[str]:
    """What stands behind a label: its links, or its text."""
    found = card.select(f".{name} > .ecl-text-standard")
    return [
        _euraxess_text(part) for block in found for part in (block.find_all("a") or [block]) if _euraxess_text(part)
    ]


def _euraxess_location(text: str) -> str:
    """Town and country of "Austria, Department of Mathematics, Graz, 8010, Halbärthgasse 8"."""
    parts = [part.strip() for part in text.split(",")]
    code = next(
        (number for number, part in enumerate(parts) if re.fullmatch(r"[A-Z-]{0,3} ?\d[\d -]{2,7}[A-Z]{0,2}", part)), 0
    )
    return f"{parts[code - 1]}, {parts[0]}" if code > 1 else parts[0]


def _euraxess_text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """All pages of each search."""
    for id_, token_ in boards_to_fetch(CARD, ask):
        search: dict[str, object] = dict(parse_qsl(token_))
        asked = iter(range(10_000))

        async def request_euraxess_page(
            _: int, id_: str = id_, search: dict[str, object] = search, asked: Iterator[int] = asked
        ) -> Response:
            page = next(asked)
            return await http.get(CARD, "/jobs/search", {**search, "page": page or None}, note=id_)

        async for reply in fetch_board_pages(request_euraxess_page, lambda body: (len(_CARD.findall(body)), None)):
            yield reply


SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
