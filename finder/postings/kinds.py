"""Which kind of position a posting is, and the words that say so. Pure.

The title decides before the level, and the level before the text. A word counts where it names the position: not where
it names whom the position looks after ("Internship Program Manager"), or a degree that is asked for ("PhD required").
"""

from __future__ import annotations

import re
from typing import Literal

from finder.postings import words

Kind = Literal["internship", "phd", "postdoc", "research", "other"]
Found = tuple[Kind, tuple[str, ...]]
Patterns = tuple[tuple[Kind, re.Pattern[str]], ...]

LONGEST_TITLE = 300
LONGEST_TEXT = 12_000
NOTHING: Found = ("other", ())

_TITLES: Patterns = (
    ("internship", words.INTERNSHIP),
    ("phd", words.PHD_POST),
    ("postdoc", words.POSTDOC_POST),
    ("research", words.RESEARCH),
)
_LEVELS: Patterns = (
    ("internship", words.INTERNSHIP_LEVEL),
    ("phd", words.PHD_LEVEL),
    ("postdoc", words.POSTDOC_LEVEL),
)
_TEXTS: Patterns = (
    ("phd", words.PHD_TEXT),
    ("postdoc", words.POSTDOC_TEXT),
    ("internship", words.INTERNSHIP_TEXT),
)


def classify(title: str, text: str = "", level: str = "") -> Found:
    """The kind of a position, and the words of the title, the level or the text that decided.

    Args:
        text: the description; it settles only titles that leave it open.
        level: what the platform says on whom it is for, or on the employment.

    >>> classify("Internship Program Manager"), classify("Research Engineer Intern")
    (('other', ()), ('internship', ('Intern',)))
    """
    title = " ".join(title[:LONGEST_TITLE].split())
    if words.CARER.search(title):
        return NOTHING
    by_title = _by_title(words.ASKED.sub(lambda asked: " " * len(asked[0]), title))
    if by_title[0] in ("internship", "phd", "postdoc"):
        return by_title
    labelled = words.CONTRACT.search(text[:LONGEST_TEXT])
    by_level = _by_level(level[:LONGEST_TITLE]) or (_by_level(labelled[1]) if labelled else None)
    if by_level is None and words.OPEN.search(title) and not words.SENIOR.search(title):
        by_level = _by_text(text[:LONGEST_TEXT])
    return by_level or by_title


def _by_title(title: str) -> Found:
    found = _matches(_TITLES, title)
    if "internship" in found:
        doctoral = words.DOCTORAL_THESIS.search(title)
        return ("phd", (_said(doctoral),)) if doctoral else ("internship", (_said(found["internship"]),))
    offered: list[tuple[Kind, re.Match[str]]] = [(k, m) for k, m in found.items() if k in ("phd", "postdoc")]
    if offered:
        offered.sort(key=lambda one: one[1].start())  # "PhD or postdoc" is the one that is named first
        return offered[0][0], tuple(_said(match) for _, match in offered)
    if "research" in found and not words.NO_RESEARCH.search(title):
        return "research", (_said(found["research"]),)
    return NOTHING


def _by_level(level: str) -> Found | None:
    """What a level says, where it says one thing only."""
    found = _matches(_LEVELS, level)
    return next(((kind, (_said(match),)) for kind, match in found.items()), None) if len(found) == 1 else None


def _by_text(text: str) -> Found | None:
    """What a text says first."""
    found = sorted(_matches(_TEXTS, text).items(), key=lambda one: one[1].start())
    return (found[0][0], (_said(found[0][1]),)) if found else None


def _matches(patterns: Patterns, text: str) -> dict[Kind, re.Match[str]]:
    return {kind: match for kind, pattern in patterns if (match := pattern.search(text))}


def _said(match: re.Match[str]) -> str:
    return " ".join(match[0].split())
