"""Any page that holds schema.org's JobPosting as JSON-LD: universities, institutes, labs. The token is the address.

A page on which nothing is marked up may be one without openings, or one that was rebuilt: it is never read as empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from finder.boards._asking import DAILY, whole
from finder.boards._jsonld import load, posting, postings, scripts
from finder.boards._reading import Unread, changed, once, token
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="jobposting",
    title="Pages with JobPosting data",
    home="https://schema.org/JobPosting",
    terms="Each page belongs to its owner: read as robots.txt allows, shown with its address.",
    base="https://jobposting.invalid",
    pace=0.3,
    concurrency=4,
    cadence_days=DAILY,
    expects="html",
)
LONGEST = 8_000_000


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read the postings of a page.

    Raises:
        ShapeChanged: there are none.
    """
    board = token(CARD, reply)
    yield from once(_read(reply, board))


def _read(reply: Reply, board: str) -> Iterator[Posting | Rejected]:
    found = 0
    for place, script in enumerate(scripts(reply.text(LONGEST))):
        try:
            for node in postings(load(script)):
                yield posting(node, CARD.name, board, reply.url)
                found += 1
        except Unread as error:
            yield Rejected(CARD.name, f"{reply.url} #{place}", str(error))
    if not found:
        raise changed(CARD, "the page holds no JobPosting", reply.url)


def _address(board: str) -> str:
    if not board.startswith(("https://", "http://")):
        raise NotFound(f"{board!r} is no web address. The token of a page is its whole address.")
    return board


fetch = whole(CARD, _address)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
