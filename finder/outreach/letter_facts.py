"""What a letter may put in: about the person and the work, and what the user has said about themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

from finder.answers.affiliation_rows import PlacedPerson, main_affiliation
from finder.results import Affiliation, ComparedPerson, RecruitingStatement, Statement, WorkRef
from finder.settings import MeSettings
from finder.text.sanitize import single_line

Ask = Literal["thesis", "phd", "internship"]
Language = Literal["en", "de"]
ASKS: tuple[Ask, ...] = get_args(Ask)
LANGUAGES: tuple[Language, ...] = get_args(Language)
AUDIENCES: Mapping[str, frozenset[str]] = {
    "thesis": frozenset({"master", "bachelor"}),
    "phd": frozenset({"phd"}),
    "internship": frozenset({"intern", "visitor"}),
}
"""Whom a statement has to be about to be quoted in a letter that asks for this."""
RECENT_YEARS = 2  # of a work that shows what somebody does now
_PROFESSOR = re.compile(r"\bprof(?:\.|essor\w*|essur\w*)?(?!\w)|\w+professor\w*", re.IGNORECASE)

KNOWN: Mapping[str, tuple[str, ...]] = {
    "person": ("name", "title", "institution", "country", "stage", "recruiting", "conditions"),
    "work": ("title", "year", "venue", "url"),
    "me": ("name", "programme", "background", "link", "start", "months", "visa", "attachments"),
    "salutation": (),
    "interest": (),
    "today": (),
}
"""What a template may name, and the parts of each."""


def collect_letter_facts(
    row: ComparedPerson, work: WorkRef, interest: str, today: str, me: MeSettings, ask: str, language: str
) -> dict[str, object]:
    """What a template may put in, in the shape of KNOWN; what is not known is None or empty.

    Args:
        row: of the person, as in the contract of ``finder advisors``.
        work: the one of theirs that the letter is about.
    """
    post = current_affiliation(row)
    return {
        "person": {
            "name": row["name"],
            "title": salutation_title(row, language),
            "institution": post["institution"] if post else None,
            "country": post["country"] if post else None,
            "stage": row["stage"] if row["stage"] != "unknown" else None,
            "recruiting": _quote_text(_inviting_statement(row, ask)),
            "conditions": _quote_text(_conditions_statement(row)),
        },
        "work": {
            "title": work["title"],
            "year": (work["date"] or "")[:4],
            "venue": work["venue"],
            "url": work["url"],
        },
        "me": {
            "name": me.name,
            "programme": me.programme,
            "background": " ".join(me.background),
            "link": me.link,
            "start": me.start,
            "months": me.months,
            "visa": me.visa,
            "attachments": ", ".join(me.attachments),
        },
        "salutation": salutation_line(row, language),
        "interest": interest,
        "today": today,
    }


def current_affiliation(row: PlacedPerson) -> Affiliation | None:
    """Where somebody is now; None where they may have left: nobody is written to there."""
    post = main_affiliation(row)
    return post if post and not post.get("old") else None


def salutation_title(row: ComparedPerson, language: str) -> str:
    """The title that a post of theirs states, as a salutation has it; empty where none is stated."""
    roles = [post.get("role") or "" for post in row["current"]]
    if not any(map(_PROFESSOR.search, roles)):
        return ""
    return "Prof." if language == "de" else "Professor"


def salutation_line(row: ComparedPerson, language: str) -> str:
    """How a letter begins: by the stated title and the name as it is, since neither gender nor surname is guessed.

    >>> salutation_line({"name": "Ada Vell", "current": [{"role": "Associate Professor"}]}, "en")
    'Dear Professor Ada Vell,'
    >>> salutation_line({"name": "Ada Vell", "current": []}, "de")
    'Guten Tag Ada Vell,'
    """
    words = ("Guten Tag" if language == "de" else "Dear", salutation_title(row, language), single_line(row["name"]))
    return " ".join(filter(None, words)) + ","


def letter_cautions(row: ComparedPerson, work: WorkRef, as_of: date, ask: str = "") -> list[str]:
    """What to mind about a letter that names this work to this person, before it is read."""
    said = []
    post = main_affiliation(row)
    if not post:
        said.append("Where they are is not known, so the letter names no place. Look at their own page first.")
    elif post.get("old"):
        seen = f" (last seen at {post['institution']}, {post['until'] or post['since'] or 'at an unknown time'})"
        said.append(f"Their place is not current{seen}, so the letter names none. Look at their own page first.")
    if invited := _quote_text(_inviting_statement(row, ask)):
        said.append(f"The letter quotes “{invited}”: make sure that this means you, and take it out where it does not.")
    if work["position"] == "middle":
        said.append("They are one of several authors in the middle of this work: somebody else led it.")
    if work["date"][:4].isdigit() and int(work["date"][:4]) < as_of.year - RECENT_YEARS:
        said.append(f"This work is of {work['date'][:4]}: a newer one shows that you know what they do now.")
    return said


def pick_work_to_cite(works: Sequence[WorkRef], as_of: date) -> WorkRef | None:
    """The work on the interest that a letter cites where none is chosen; see :func:`sort_reading_list`."""
    return next(iter(sort_reading_list(works, as_of)), None)


def sort_reading_list(works: Sequence[WorkRef], as_of: date) -> list[WorkRef]:
    """Works in the order to read before writing: on the interest, those led of late first, then the newest led.

    Args:
        works: those nearest to the interest first.
    """

    def reading_rank(work: WorkRef) -> tuple[bool, bool, bool, int]:
        year = int(work["date"][:4]) if work["date"][:4].isdigit() else 0
        recent = year >= as_of.year - RECENT_YEARS
        led = work["position"] != "middle"
        return not work.get("match", 1.0), not (recent and led), not led, 0 if recent else -year

    return sorted(works, key=reading_rank)


def _inviting_statement(row: ComparedPerson, ask: str) -> Statement | None:
    """The statement that invites just such a letter; one on others would read as if it had not been read."""
    about = AUDIENCES.get(ask, frozenset())
    said = [one for one in row.get("says") or () if one["polarity"] == "recruiting" and one["age"] != "old"]
    fitting = [one for one in said if about & set(one["audience"] or ())]
    return fitting[0] if fitting and not _is_not_recruiting(row) else None


def _conditions_statement(row: ComparedPerson) -> Statement | None:
    said = (one for one in row.get("says") or () if one["polarity"] == "conditions" and one["age"] != "old")
    return next(said, None)


def _is_not_recruiting(row: ComparedPerson) -> bool:
    says = row.get("recruiting")
    return says is not None and says["polarity"] == "not recruiting"


def _quote_text(said: RecruitingStatement | None) -> str | None:
    return " ".join(said["quote"].split()).strip('“”"') if said else None
