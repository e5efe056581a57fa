"""Dates as pages write them: "Fall 2026", "(Oct. 2025)", "2025-11", "December 5, 2025"."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_MONTHS: tuple[str, ...] = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_MON = (
    r"(?P<mon>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>20[0-4]\d)(?!\d)"
_SHORT = r"['’](?P<short>[0-4]\d)\b"
_SEASON = r"\b(?:spring|summer|fall|autumn|winter)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(form, re.I)
    for form in (
        r"(?<!\d)(?P<year>20[0-4]\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"\b{_MON}\s+{_DAY},?\s+{_YEAR}",
        rf"(?<!\d){_DAY}\s+(?:of\s+)?{_MON},?\s+{_YEAR}",
        r"(?<![\d-])(?P<year>20[0-4]\d)-(?P<month>\d\d)(?![\d-])",
        rf"\b{_MON},?\s+(?:of\s+)?(?:{_YEAR}|{_SHORT})",
        r"(?<![\d/])(?P<month>[01]?\d)/(?P<year>20[0-4]\d)(?!\d)",
        rf"{_SEASON}\s*(?:of\s+|-)?{_YEAR}",
        rf"{_SEASON}[\s-]*{_SHORT}",
        rf"{_SEASON}-(?P<short>[0-4]\d)\b",
        rf"(?<![\d/.-]){_YEAR}(?!-?\d|\.\d)",
        r"(?<![\d/.-])(?P<year>20[0-4]\d)(?=[-/–]\d\d\b)",
    )
]
_BRACKETS = " \t\n([{)]}:.,-–—|"
_LEADING = re.compile(r"\s*[:|–—-]\s*|\s*[\])]\s*:?\s*")


def find(text: str) -> str | None:
    """The date a text gives, as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: the most exact, unless a year is far later.

    >>> find("currently (Oct. 2025) at capacity"), find("to start in Fall-22"), find("soon")
    ('2025-10', '2022', None)
    """
    found = {date for _, _, date in _all(text)}
    if not found:
        return None
    latest = max(int(date[:4]) for date in found)
    near = [date for date in found if int(date[:4]) >= latest - 1]
    return max(near, key=lambda date: (len(date), date))


def only(text: str) -> str | None:
    """The date, where the text is nothing else: a stamp."""
    return next((date for start, end, date in _all(text) if not (text[:start] + text[end:]).strip(_BRACKETS)), None)


def leading(text: str) -> tuple[str | None, str]:
    """The date that a text begins with as a label ("Jul 2025: …"), and the text after it."""
    inner = text.lstrip("[( ")
    for start, end, date in _all(inner[:40]):
        if start == 0 and (mark := _LEADING.match(inner, end)):
            return date, inner[mark.end() :]
    return None, text


def _all(text: str) -> Iterator[tuple[int, int, str]]:
    for form in _FORMS:
        for match in form.finditer(text):
            if date := _read(match.groupdict()):
                yield match.start(), match.end(), date


def _read(parts: dict[str, Any]) -> str | None:
    year = parts.get("year") or f"20{parts.get('short')}"
    named: str = str(parts.get("mon") or "")[:3].lower()
    month = _MONTHS.index(named) + 1 if named else int(parts.get("month") or 0)
    day = int(parts.get("day") or 0)
    if month > 12 or day > 31 or (parts.get("month") and not month):
        return None
    return "-".join([year, *(f"{part:02d}" for part in (month, day) if part)])
