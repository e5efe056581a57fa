"""Whom a sentence is about, by its words."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re

_DEGREE = r"(?<!a )(?<!my )(?<!his )(?<!her )"
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "phd",
        re.compile(
            rf"(?i:{_DEGREE}(?<!post)(?<!post[- ])\b(?:ph\.?\s?d\.?(?:s|['’]s)?|doctoral|dphil)(?!\w)"
            r"|\ba\s+(?:ph\.?\s?d\.?|doctoral)\s+(?:student|position|candidate|researcher|opening|fellow))"
        ),
    ),
    ("postdoc", re.compile(r"(?i:\bpost[-\s]?docs?\b|\bpost[-\s]?doctoral)")),
    ("master", re.compile(r"(?i:\bmasters?\b|\bm\.sc?\b|\bmsc\b|\bmeng)|\bMS\b")),
    (
        "bachelor",
        re.compile(
            r"(?i:\bundergrad\w*(?![-\s]+(?:level|probability|class|course|degree|background|math|program))|\bbachelors?\b|\bb\.sc?\b|\bbsc\b|\buroph?s?\b)|\bBS\b"
        ),
    ),
    ("intern", re.compile(r"(?i:\binterns?\b|\binternships?\b)")),
    (
        "visitor",
        re.compile(
            r"(?i:\bvisitors?\b|\bvisiting\s+(?:\w+\s+)?(?:student|scholar|researcher|phd)|\bshort-term student)"
        ),
    ),
    (
        "staff",
        re.compile(
            r"(?i:\bresearch\s+(?:assistant|engineer|scientist|associate)s?\b|\blab\s+manager|\bprogrammers?\b)"
        ),
    ),
)
_GRADUATE = re.compile(r"(?i:(?<!under)\b(?:grad|gradu\w*ate)(?:\s+or\s+\w+)?\s+students?)")
_COMPARED = re.compile(r"(?i:\b(?:similar(?:ly)?\s+to|unlike|as\s+with)\s+\w+)")
_PHD_INTERN = re.compile(r"(?i:\bph\.?d\.?\s+(?=intern))")


def audience(text: str) -> tuple[str, ...]:
    """Whom a text names, in the order of :class:`finder.model.Statement`.

    >>> audience("PhD students and a post-doc"), audience("PhD interns"), audience("graduate students")
    (('phd', 'postdoc'), ('intern',), ('phd', 'master'))
    """
    text = _COMPARED.sub("", _PHD_INTERN.sub("", text))
    found = {name for name, words in _WORDS if words.search(text)}
    if _GRADUATE.search(text):
        found |= {"phd", "master"}
    return ordered(found)


def ordered(found: set[str]) -> tuple[str, ...]:
    """These audiences in their usual order."""
    return tuple(name for name, _ in _WORDS if name in found)
