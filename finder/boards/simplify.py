"""Simplify's internship lists on GitHub. The token is ``owner/repository`` or ``owner/repository@branch``.

They say when an offer is closed, so that what is not active is passed over; what stays active beyond its terms, or is
older than the lists' own bound, is no longer open. The list itself is big, and asked for with the mark of the version
that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from finder.boards._asking import DAILY, whole
from finder.boards._places import countries, places, workplace
from finder.boards._reading import decode, jobs, needed, token
from finder.boards._text import day, line
from finder.errors import NotFound
from finder.model import Lapsed, Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="simplify",
    title="Simplify's internship lists",
    home="https://github.com/SimplifyJobs",
    terms="No licence visible: read for the user's own search, each row shown with the employer's address.",
    base="https://raw.githubusercontent.com",
    pace=1.0,
    concurrency=1,
    cadence_days=DAILY,
)
BRANCH = "dev"
OPEN_DAYS = 60
"""Days after which the lists themselves count an offer as closed."""

_TERM = re.compile(r"\b(winter|spring|summer|fall|autumn)\s+(20\d\d)\b", re.I)
_LAST_DAYS = {"winter": (4, 30), "spring": (6, 15), "summer": (9, 15), "fall": (12, 31), "autumn": (12, 31)}
"""Of each term: a winter term begins in January."""


class _Row(msgspec.Struct):
    id: str | None = None
    title: str | None = None
    company_name: str | None = None
    locations: list[str] | None = None
    url: str | None = None
    terms: list[str] | None = None
    season: str | None = None
    degrees: list[str] | None = None
    category: str | None = None
    sponsorship: str | None = None
    active: bool | None = None
    is_visible: bool | None = None
    date_posted: int | None = None


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a list.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    rows = decode(CARD, reply.body, list[msgspec.Raw], reply.url)
    yield from jobs(CARD, reply, rows, _Row, lambda row: _posting(row, board, reply.fetched_at[:10]))


def _posting(row: _Row, board: str, today: str) -> Posting | Lapsed | None:
    if not row.active or row.is_visible is False:
        return None
    if reason := _lapsed(row, today):
        return Lapsed(CARD.name, needed(row.url, "an address"), reason)
    locations = places(*(row.locations or []))
    facts = {
        "Term": ", ".join(row.terms or filter(None, [row.season])),
        "Degrees": ", ".join(row.degrees or []),
        "Sponsorship": row.sponsorship if row.sponsorship != "Other" else "",
    }
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{needed(row.id, 'an id')}",
        board=board,
        title=needed(line(row.title), "a title"),
        url=needed(row.url, "an address"),
        hiring_organization=needed(line(row.company_name), "an employer"),
        description="\n".join(f"{name}: {fact}." for name, fact in facts.items() if fact) or None,
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations),
        level="Internship" if "intern" in board.lower() else None,
        department=line(row.category),
        date_posted=day(row.date_posted),
    )


def _lapsed(row: _Row, today: str) -> str:
    """Why a row that is still called active is not open; empty where it is."""
    terms = row.terms or [row.season or ""]
    ends = [_end(term) for term in terms]
    if all(end is not None and end < today for end in ends):
        return "all its terms are over"
    posted = day(row.date_posted)
    oldest = (date.fromisoformat(today) - timedelta(days=OPEN_DAYS)).isoformat()
    return f"posted more than {OPEN_DAYS} days ago" if posted and posted < oldest else ""


def _end(term: str) -> str | None:
    """The last day of a term; None where it does not say its year.

    >>> _end("Summer 2026"), _end("Summer")
    ('2026-09-15', None)
    """
    found = _TERM.search(term)
    if not found:
        return None
    month, day_ = _LAST_DAYS[found[1].lower()]
    return date(int(found[2]), month, day_).isoformat()


def _path(board: str) -> str:
    repository, _, branch = board.partition("@")
    if repository.count("/") != 1 or ".." in board or not all(repository.split("/")):
        raise NotFound(f"{board!r} is no list. A token is like SimplifyJobs/Summer2027-Internships.")
    return f"/{repository}/{branch or BRANCH}/.github/scripts/listings.json"


fetch = whole(CARD, _path)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
