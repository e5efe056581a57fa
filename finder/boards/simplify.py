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

from finder.boards._fetch import DAILY, single_response_fetch
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, decode_board_response, parse_json_jobs, require_job_field
from finder.boards._text import clean_job_line, parse_job_date
from finder.errors import NotFound
from finder.model import ClosedPosting, Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a list.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    rows = decode_board_response(CARD, reply.body, list[msgspec.Raw], reply.url)
    yield from parse_json_jobs(
        CARD, reply, rows, _Row, lambda row: _simplify_posting(row, board, reply.fetched_at[:10])
    )


def _simplify_posting(row: _Row, board: str, today: str) -> Posting | ClosedPosting | None:
    if not row.active or row.is_visible is False:
        return None
    if reason := _lapse_reason(row, today):
        return ClosedPosting(CARD.name, require_job_field(row.url, "an address"), reason)
    locations = split_locations(*(row.locations or []))
    facts = {
        "Term": ", ".join(row.terms or filter(None, [row.season])),
        "Degrees": ", ".join(row.degrees or []),
        "Sponsorship": row.sponsorship if row.sponsorship != "Other" else "",
    }
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{require_job_field(row.id, 'an id')}",
        board=board,
        title=require_job_field(clean_job_line(row.title), "a title"),
        url=require_job_field(row.url, "an address"),
        hiring_organization=require_job_field(clean_job_line(row.company_name), "an employer"),
        description="\n".join(f"{name}: {fact}." for name, fact in facts.items() if fact) or None,
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(locations),
        level="Internship" if "intern" in board.lower() else None,
        department=clean_job_line(row.category),
        date_posted=parse_job_date(row.date_posted),
    )


def _lapse_reason(row: _Row, today: str) -> str:
    """Why a row that is still called active is not open; empty where it is."""
    terms = row.terms or [row.season or ""]
    ends = [_term_end_date(term) for term in terms]
    if all(end is not None and end < today for end in ends):
        return "all its terms are over"
    posted = parse_job_date(row.date_posted)
    oldest = (date.fromisoformat(today) - timedelta(days=OPEN_DAYS)).isoformat()
    return f"posted more than {OPEN_DAYS} days ago" if posted and posted < oldest else ""


def _term_end_date(term: str) -> str | None:
    """The last day of a term; None where it does not say its year.

    >>> _term_end_date("Summer 2026"), _term_end_date("Summer")
    ('2026-09-15', None)
    """
    found = _TERM.search(term)
    if not found:
        return None
    month, day_ = _LAST_DAYS[found[1].lower()]
    return date(int(found[2]), month, day_).isoformat()


def _simplify_list_path(board: str) -> str:
    repository, _, branch = board.partition("@")
    if repository.count("/") != 1 or ".." in board or not all(repository.split("/")):
        raise NotFound(f"{board!r} is no list. A token is like SimplifyJobs/Summer2027-Internships.")
    return f"/{repository}/{branch or BRANCH}/.github/scripts/listings.json"


fetch = single_response_fetch(CARD, _simplify_list_path)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
