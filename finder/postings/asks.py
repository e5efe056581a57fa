"""What a posting asks for and offers, with the sentences that say so: degree, visa, length. Pure; never guesses."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from finder.postings.words import PHD, any_of

Degree = Literal["bachelor", "master", "phd"]

LONGEST_TEXT = 12_000
LONGEST_QUOTE = 240
MOST_QUOTES = 4
WEEKS_A_MONTH = 52 / 12

_SENTENCE = re.compile(r"(?<=[a-z0-9)\]%][.!?;])\s+(?=[A-Z0-9ÄÖÜ•*-])|\n+")
_CLAUSE = re.compile(r"(?:^|[,;(–-])[^,;(–-]*$")  # noqa: RUF001 - texts are typed with long dashes
_RANKS: tuple[tuple[Degree, re.Pattern[str]], ...] = (
    ("bachelor", any_of(r"bachelor(?:['’]?s)?", r"undergraduate", r"b\.?sc?\.?(?= |/|,|\)|$)", r"bs/ms", r"ba/bs")),  # noqa: RUF001
    ("master", any_of(
        r"master['’]s", r"masters?(?= (?:degree|student|program\w*|thesis|level|in|or|oder|of)\b|[,/)])", r"m\.?sc\.?",  # noqa: RUF001
        r"ms(?= degree|/| or | in )", r"diplom", r"meng",
    )),
    ("phd", any_of(rf"{PHD}s?", r"promotion", r"promoviert\w*")),
)  # fmt: skip
_REQUIRES = any_of(
    r"hold\w*", r"hav(?:e|ing)", r"has", r"degrees?", r"enrolled", r"pursuing", r"(?:studying|study)", r"students?",
    r"requir\w+", r"qualifications?", r"must", r"completed", r"graduat\w*", r"equivalent", r"in computer science",
    r"abgeschlossen\w*", r"abschluss", r"studium", r"immatrikuliert", r"candidates? (?:in|for|with)",
)  # fmt: skip
_WELCOME = any_of(
    r"prefer\w*", r"plus", r"desir\w+", r"advantag\w+", r"bonus", r"nice to have", r"ideal(?:ly)?", r"von vorteil",
    r"wünschenswert",
)  # fmt: skip
_OFFERED = re.compile(
    r"(?:want|wish|aim|like|opportunity|possibility|chance|offer\w*|intend|interest\w*|goal|lead\w*|motivat\w+|possible)"
    rf"\b[^.]{{0,40}}\b{PHD}\w*|\b(?:do|pursue|start|towards?) (?:an? |your )?{PHD} (?:with|at|in our)\b"
    rf"|\b{PHD} (?:positions?|programs?|programmes?|studentships?|thes[ie]s)\b"
    rf"|\b(?:our|many|other|with|supervis\w+|mentor\w*) {PHD} (?:students|candidates)\b",
    re.I,
)
_VISA = re.compile(
    r"\bvisas?\b|\bsponsorships?\b|\bwork (?:authori[sz]ation|permits?)\b|\bright to work\b"
    r"|\b(?:eligible|authori[sz]ed) to work\b|\bcitizen(?:s|ship)?\b|\bsecurity clearance\b|\bh-?1b\b|(?-i:\b[CO]PT\b)"
    r"|\bexport control\w*|(?-i:\bITAR\b)|\barbeitserlaubnis\b|\baufenthaltstitel\b",
    re.I,
)
_NO_VISA = re.compile(r"\bsponsorships? (?:deal|package|sales|manager)|\bcorporate citizen\w*", re.I)
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_COUNTED)})"
_SPAN = re.compile(
    rf"(?<![\w.])({_NUMBER})(?:[ -]*(?:-|–|to|or|bis|und|and)[ -]*({_NUMBER}))?\+?[ -]*"  # noqa: RUF001
    r"(weeks?|wochen|months?|monate?n?|years?|jahre?n?)\b",
    re.I,
)
_LASTS = any_of(
    r"intern\w*", r"praktik\w*", r"contracts?", r"positions?", r"duration", r"dauer", r"for", r"lasts?", r"limited",
    r"fixed[- ]term", r"befristet", r"funded", r"appointments?", r"program(?:me)?", r"placement", r"term", r"initially",
    r"spend", r"full[- ]time", r"minimum", r"available", r"stay", r"thesis",
)  # fmt: skip
_NO_SPAN = any_of(
    r"experience", r"erfahrung", r"probation\w*", r"leave", r"last", r"past", r"ago", r"old", r"vest\w*", r"notice",
    r"every", r"within", r"since", r"track record", r"industry", r"professional", r"working (?:in|with|on)", r"bonus",
    r"history", r"founded", r"revenue", r"growth", r"review\w*", r"sabbatical",
)  # fmt: skip


class Asks(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a posting asks for, as far as it says so.

    Attributes:
        degree: the least that must be held or be under way; None is unsaid.
        degree_words: the sentence that says so.
        visa: sentences on visa, sponsorship, citizenship or permission to work.
        months: how long it lasts, shortest and longest.
        months_words: the sentence that says so.
    """

    degree: Degree | None = None
    degree_words: str = ""
    visa: tuple[str, ...] = ()
    months: tuple[int, int] | None = None
    months_words: str = ""


def asks(text: str) -> Asks:
    """Read a description (plain text).

    >>> asks("You hold a master's degree and want to do a PhD with us, funded for four years.").degree
    'master'
    """
    found = Asks()
    visa: list[str] = []
    for sentence in _SENTENCE.split(text[:LONGEST_TEXT]):
        if found.degree is None and (degree := _degree(sentence)):
            found = msgspec.structs.replace(found, degree=degree, degree_words=_quote(sentence))
        if found.months is None and (months := _months(sentence)):
            found = msgspec.structs.replace(found, months=months, months_words=_quote(sentence))
        if _VISA.search(_NO_VISA.sub("", sentence)):
            visa.append(_quote(sentence))
    return msgspec.structs.replace(found, visa=tuple(dict.fromkeys(visa))[:MOST_QUOTES])


def _degree(sentence: str) -> Degree | None:
    """The least degree that a sentence requires; what is offered, or only welcome, is not required."""
    if not _REQUIRES.search(sentence):
        return None
    if welcome := _WELCOME.search(sentence):  # "a master's degree, PhD preferred": what stands before it is required
        sentence = _CLAUSE.sub("", sentence[: welcome.start()])
    sentence = _OFFERED.sub(" ", sentence)
    return next((degree for degree, pattern in _RANKS if pattern.search(sentence)), None)


def _months(sentence: str) -> tuple[int, int] | None:
    if _NO_SPAN.search(sentence):
        return None
    if (span := _SPAN.search(sentence)) and _LASTS.search(sentence):
        low, high, unit = span.groups()
        a, b = _in_months(low, unit), _in_months(high or low, unit)
        return (a, b) if 1 <= a <= b <= 72 else None
    return None


def _in_months(number: str, unit: str) -> int:
    count = int(number) if number.isdigit() else _COUNTED.index(number.lower()) + 1
    if unit[0] in "wW":
        return max(1, round(count / WEEKS_A_MONTH))
    return count * (12 if unit[0] in "yYjJ" else 1)


def _quote(sentence: str) -> str:
    text = " ".join(sentence.split()).lstrip("•*- ")
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]}…"
