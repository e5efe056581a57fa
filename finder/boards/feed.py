"""Any board that gives out its positions as RSS 2.0 or Atom: jobs.ac.uk, AcademicJobsOnline. The token is the address.

A feed lists what is newest only: a position that is in it no more may still be open, and is shown as long as it stands
there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

from finder.boards._fetch import DAILY, single_response_fetch
from finder.boards._locations import location_countries, split_locations
from finder.boards._parse import board_shape_error, board_token, merge_repeat_jobs, parse_each_job, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.errors import NotFound
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="feed",
    title="Feeds (RSS or Atom)",
    home="https://www.rssboard.org/rss-specification",
    terms="Each feed belongs to its owner: read as robots.txt allows, shown with its address.",
    base="https://feed.invalid",
    pace=0.3,
    concurrency=2,
    cadence_days=DAILY,
    expects="text",
)
MOST = 5_000  # items of one feed
_ATOM, _DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"
Element = ElementTree.Element


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read the items of a feed.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    yield from merge_repeat_jobs(
        parse_each_job(CARD, reply, _find_feed_items(reply), lambda item: _read_feed_item(item, board))
    )


def _find_feed_items(reply: Response) -> list[Element]:
    if b"<!ENTITY" in reply.body:
        raise board_shape_error(CARD, "it declares entities", reply.url)
    try:
        root = ElementTree.fromstring(reply.body)  # noqa: S314 - without entities there is nothing to blow up
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise board_shape_error(CARD, str(error), reply.url) from None
    channel = root.find("channel") if root.tag == "rss" else root if root.tag == f"{_ATOM}feed" else None
    if channel is None or not _find_item_text(channel, "title", f"{_ATOM}title"):
        raise board_shape_error(CARD, f"it begins with {root.tag}, and names no channel", reply.url)
    found = channel.findall("item") if root.tag == "rss" else channel.findall(f"{_ATOM}entry")
    if len(found) > MOST:
        raise board_shape_error(CARD, f"it has more than {MOST} items", reply.url)
    return found


def _read_feed_item(item: Element, board: str) -> Posting:
    url = require_job_field(_find_item_link(item), "an address")
    key = _find_item_text(item, "guid", f"{_ATOM}id") or url
    where = split_locations(_find_item_text(item, "location", f"{_DC}coverage"))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:16]}",
        board=board,
        title=require_job_field(
            clean_job_line(description_text(_find_item_text(item, "title", f"{_ATOM}title"))), "a title"
        ),
        url=url,
        hiring_organization=clean_job_line(_find_item_text(item, f"{_DC}publisher", f"{_DC}creator")),
        description=description_text(_find_item_text(item, "description", f"{_ATOM}content", f"{_ATOM}summary")),
        locations=where,
        countries=location_countries(where),
        date_posted=_read_feed_day(
            _find_item_text(item, "pubDate", f"{_DC}date", f"{_ATOM}published", f"{_ATOM}updated")
        ),
    )


def _find_item_link(item: Element) -> str | None:
    """The page of an item: only an address of the web is one."""
    atom = (one.get("href") for one in item.findall(f"{_ATOM}link") if one.get("rel", "alternate") == "alternate")
    found = _find_item_text(item, "link") or next(atom, None) or ""
    return found.strip() if found.strip().startswith(("https://", "http://")) else None


def _read_feed_day(text: str | None) -> str | None:
    """A day out of an ISO date, or of one as in a mail."""
    if text is None:
        return None
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError):
        return parse_job_date(text)


def _find_item_text(element: Element, *paths: str) -> str | None:
    """The text of the first child that has one."""
    texts = ("".join(found.itertext()).strip() for path in paths if (found := element.find(path)) is not None)
    return next(filter(None, texts), None)


def _check_feed_address(board: str) -> str:
    if not board.startswith(("https://", "http://")):
        raise NotFound(f"{board!r} is no web address. The token of a feed is its whole address.")
    return board


fetch = single_response_fetch(CARD, _check_feed_address)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
