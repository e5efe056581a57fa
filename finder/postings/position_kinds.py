"""Which kind of position a posting is, and the words that say so. Pure.

The title decides before the level, and the level before the text. A word counts where it names the position: not where
it names whom the position looks after ("Internship Program Manager"), or a degree that is asked for ("PhD required").
"""

from __future__ import annotations

import re
from typing import Literal

from finder.postings import position_patterns

Kind = Literal["internship", "phd", "postdoc", "research", "other"]
Found = tuple[Kind, tuple[str, ...]]
Patterns = tuple[tuple[Kind, re.Pattern[str]], ...]

LONGEST_TITLE = 300
LONGEST_TEXT = 12_000
NOTHING: Found = ("other", ())

_TITLES: Patterns = (
    ("internship", position_patterns.INTERNSHIP),
    ("phd", position_patterns.PHD_POST),
    ("postdoc", position_patterns.POSTDOC_POST),
    ("research", position_patterns.RESEARCH),
)
_LEVELS: Patterns = (
    ("internship", position_patterns.INTERNSHIP_LEVEL),
    ("phd", position_patterns.PHD_LEVEL),
    ("postdoc", position_patterns.POSTDOC_LEVEL),
)
_TEXTS: Patterns = (
    ("phd", position_patterns.PHD_TEXT),
    ("postdoc", position_patterns.POSTDOC_TEXT),
    ("internship", position_patterns.INTERNSHIP_TEXT),
)


def classify_position(title: str, text: str = "", level: str = "") -> Found:
    """The kind of a position, and the words of the title, the level or the text that decided.

    Args:
        text: the description; it settles only titles that leave it open.
        level: what the platform says on whom it is for, or on the employment.

    >>> classify_position("Internship Program Manager"), classify_position("Research Engineer Intern")
    (('other', ()), ('internship', ('Intern',)))
    """
    title = " ".join(title[:LONGEST_TITLE].split())
    if position_patterns.PROGRAM_STAFF.search(title):
        return NOTHING
    by_title = _kind_by_title(position_patterns.DEGREE_REQUIREMENT.sub(lambda asked: " " * len(asked[0]), title))
    if by_title[0] in ("internship", "phd", "postdoc"):
        return by_title
    labelled = position_patterns.CONTRACT_LABEL.search(text[:LONGEST_TEXT])
    by_level = _kind_by_level(level[:LONGEST_TITLE]) or (_kind_by_level(labelled[1]) if labelled else None)
    if (
        by_level is None
        and position_patterns.AMBIGUOUS_TITLE.search(title)
        and not position_patterns.SENIOR.search(title)
    ):
        by_level = _kind_by_text(text[:LONGEST_TEXT])
    return by_level or by_title


def _kind_by_title(title: str) -> Found:
    found = _match_kind_patterns(_TITLES, title)
    if "internship" in found:
        doctoral = position_patterns.DOCTORAL_THESIS.search(title)
        return (
            ("phd", (_deciding_words(doctoral),))
            if doctoral
            else ("internship", (_deciding_words(found["internship"]),))
        )
    offered: list[tuple[Kind, re.Match[str]]] = [(k, m) for k, m in found.items() if k in ("phd", "postdoc")]
    if offered:
        offered.sort(key=lambda one: one[1].start())  # "PhD or postdoc" is the one that is named first
        return offered[0][0], tuple(_deciding_words(match) for _, match in offered)
    if "research" in found and not position_patterns.NO_RESEARCH.search(title):
        return "research", (_deciding_words(found["research"]),)
    return NOTHING


def _kind_by_level(level: str) -> Found | None:
    """What a level says, where it says one thing only."""
    found = _match_kind_patterns(_LEVELS, level)
    return next(((kind, (_deciding_words(match),)) for kind, match in found.items()), None) if len(found) == 1 else None


def _kind_by_text(text: str) -> Found | None:
    """What a text says first."""
    found = sorted(_match_kind_patterns(_TEXTS, text).items(), key=lambda one: one[1].start())
    return (found[0][0], (_deciding_words(found[0][1]),)) if found else None


def _match_kind_patterns(patterns: Patterns, text: str) -> dict[Kind, re.Match[str]]:
    return {kind: match for kind, pattern in patterns if (match := pattern.search(text))}


def _deciding_words(match: re.Match[str]) -> str:
    return " ".join(match[0].split())
