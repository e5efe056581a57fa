"""Any page that holds schema.org's JobPosting as JSON-LD: universities, institutes, labs. The token is the address.

A page on which nothing is marked up may be one without openings, or one that was rebuilt: it is never read as empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from finder.boards._fetch import DAILY, single_response_fetch
from finder.boards._jsonld import find_jsonld_postings, jsonld_scripts, load_jsonld, parse_jsonld_posting
from finder.boards._parse import UnreadableJob, board_shape_error, board_token, merge_repeat_jobs
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read the postings of a page.

    Raises:
        UnexpectedFormat: there are none.
    """
    board = board_token(CARD, reply)
    yield from merge_repeat_jobs(_page_postings(reply, board))


def _page_postings(reply: Response, board: str) -> Iterator[Posting | Rejected]:
    found = 0
    for place, script in enumerate(jsonld_scripts(reply.decode_body(LONGEST))):
        try:
            for node in find_jsonld_postings(load_jsonld(script)):
                yield parse_jsonld_posting(node, CARD.name, board, reply.url)
                found += 1
        except UnreadableJob as error:
            yield Rejected(CARD.name, f"{reply.url} #{place}", str(error))
    if not found:
        raise board_shape_error(CARD, "the page holds no JobPosting", reply.url)


def _require_page_url(board: str) -> str:
    if not board.startswith(("https://", "http://")):
        raise NotFound(f"{board!r} is no web address. The token of a page is its whole address.")
    return board


fetch = single_response_fetch(CARD, _require_page_url)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
