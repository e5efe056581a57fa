"""Dates as pages write them: "Fall 2026", "(Oct. 2025)", "2025-11", "December 5, 2025"."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_MONTHS: dict[str, tuple[str, ...]] = {
    "en": tuple("january february march april may june july august september october november december".split()),
    "short": tuple("jan feb mar apr may jun jul aug sep oct nov dec".split()),
    "de": tuple("januar februar märz april mai juni juli august september oktober november dezember".split()),
    "fr": tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    "es": tuple("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()),
    "it": tuple(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
    ),
}
_MONTH = {name: place % 12 + 1 for names in _MONTHS.values() for place, name in enumerate(names)} | {"sept": 9}
_MON = rf"(?P<mon>{'|'.join(sorted(_MONTH, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>20[0-4]\d)(?!\d)"
_SHORT = r"['’](?P<short>[0-4]\d)\b"
_SEASON = (
    r"\b(?:spring|summer|fall|autumn|winter|frühling|frühjahr|sommer|herbst|wintersemester|sommersemester|printemps|été"
    r"|automne|hiver|primavera|verano|otoño|invierno|estate|autunno|inverno|rentrée|curso)"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.)?"
_CJK_YEAR = r"(?<!\d)(?P<year>20[0-4]\d)\s?[年년]"
_FORMS = [
    re.compile(form, re.I)
    for form in (
        r"(?<!\d)(?P<year>20[0-4]\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"\b{_MON}\s+{_DAY},?\s+{_YEAR}",
        rf"(?<!\d){_DAY}\s+(?:of\s+|de\s+)?{_MON},?\s+(?:del?\s+)?{_YEAR}",
        rf"{_CJK_YEAR}\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일]",
        r"(?<![\d.])(?P<day>[0-3]?\d)\.\s?(?P<month>[01]?\d)\.\s?(?P<year>20[0-4]\d)(?!\d)",
        rf"{_CJK_YEAR}\s?(?P<month>\d{{1,2}})\s?[月월]",
        r"(?<![\d-])(?P<year>20[0-4]\d)-(?P<month>\d\d)(?![\d-])",
        rf"\b{_MON},?\s+(?:of\s+|del?\s+)?(?:{_YEAR}|{_SHORT})",
        r"(?<![\d/])(?P<month>[01]?\d)/(?P<year>20[0-4]\d)(?!\d)",
        rf"{_SEASON}\s*(?:of\s+|-)?{_YEAR}",
        rf"{_SEASON}[\s-]*{_SHORT}",
        rf"{_SEASON}-(?P<short>[0-4]\d)\b",
        _CJK_YEAR,
        rf"(?<![\d/.-]){_YEAR}(?!-?\d|\.\d)",
        r"(?<![\d/.-])(?P<year>20[0-4]\d)(?=[-/–]\d\d\b)",
    )
]
_BRACKETS = " \t\n([{)]}:.,-–—|"
_LEADING = re.compile(r"\s*[:|–—-]\s*|\s*[\])]\s*:?\s*")

_LONGEST_STAMP = 60
_NEAR = 4  # characters between "As of" and its date
_LABEL = re.compile(
    r"\b(?:last|updated?|as of|status|stand|aktualisiert|zuletzt|am|mise à jour|dernière|actualizado|actualización"
    r"|aggiornato|aggiornamento|en|in|le|il|a|el|on|news|note)\b|更新于|更新日期|最后更新|更新|최종 수정",
    re.I,
)
_CONNECTS = re.compile(
    r"\W*(?:therefore|thus|hence|so\b(?! far)|as a result|consequently|accordingly|for this reason"
    r"|because of (?:this|that)|that is why|during (?:this|that) time|until then|deshalb|daher|deswegen|darum|somit"
    r"|donc|par conséquent|c['’]est pourquoi|por (?:lo )?tanto|por eso|pertanto|quindi|perciò|因此|所以|故|そのため"
    r"|したがって|따라서|그래서)",
    re.I,
)
_FRAME = re.compile(
    r"\W*(?:(?:as of|from|in|for|during|starting|effective|until|through|beginning|by|ab|im|bis|stand|à partir de|en"
    r"|jusqu['’]en|a partir de|dal|da|截至|note|updated?|news|status|attention|important)\b[\s:(,]*"
    r"(?:of|in|the|academic year|early|late|mid|end of)?\s*){1,2}",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:joined|moved|received|founded|started|began|graduated|obtained|completed|was|were|won|became|defended"
    r"|published|earned|had|got|habe|hatte|war|wurde|ai|été|était|a rejoint)\b",
    re.I,
)


def find_page_date(text: str) -> str | None:
    """The date a text gives, as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: the most exact, unless a year is far later.

    >>> find_page_date("currently (Oct. 2025) at capacity")
    '2025-10'
    >>> find_page_date("to start in Fall-22")
    '2022'
    >>> find_page_date("soon") is None
    True
    """
    found = {date for _, _, date in _find_all_dates(text)}
    if not found:
        return None
    latest = max(int(date[:4]) for date in found)
    near = [date for date in found if int(date[:4]) >= latest - 1]
    return max(near, key=lambda date: (len(date), date))


def sole_date(text: str) -> str | None:
    """The date, where the text is nothing else: a stamp."""
    return next(
        (date for start, end, date in _find_all_dates(text) if not (text[:start] + text[end:]).strip(_BRACKETS)), None
    )


def paragraph_stamp(text: str) -> str | None:
    """The date of a paragraph that is nothing else, but may say "Update"."""
    return sole_date(_LABEL.sub(" ", text)) if len(text) <= _LONGEST_STAMP else None


def framing_date(earlier: str, sentence: str) -> str | None:
    """The date that the sentence before gives to this one, where it sets a time for both.

    >>> framing_date("As of February 2023 I am on leave.", "I take no students.")
    '2023-02'
    >>> framing_date("In 2019 I joined.", "We hire.") is None
    True
    """
    if _CONNECTS.match(sentence) or earlier.endswith(("?", "？")):
        return find_page_date(earlier)
    begins = _FRAME.match(earlier)
    if begins is None or _TOLD.search(earlier):
        return None
    near = (date for start, _, date in _find_all_dates(earlier) if start <= begins.end() + _NEAR)
    return next(near, None)


def split_leading_date(text: str) -> tuple[str | None, str]:
    """The date that a text begins with as a label ("Jul 2025: …"), and the text after it."""
    inner = text.lstrip("[( ")
    for start, end, date in _find_all_dates(inner[:40]):
        if start == 0 and (mark := _LEADING.match(inner, end)):
            return date, inner[mark.end() :]
    return None, text


def _find_all_dates(text: str) -> Iterator[tuple[int, int, str]]:
    for form in _FORMS:
        for match in form.finditer(text):
            if date := _format_date_match(match.groupdict()):
                yield match.start(), match.end(), date


def _format_date_match(parts: dict[str, Any]) -> str | None:
    year = parts.get("year") or f"20{parts.get('short')}"
    named = str(parts.get("mon") or "").lower()
    month = _MONTH[named] if named else int(parts.get("month") or 0)
    day = int(parts.get("day") or 0)
    if month > 12 or day > 31 or (parts.get("month") and not month):
        return None
    return "-".join([year, *(f"{part:02d}" for part in (month, day) if part)])
