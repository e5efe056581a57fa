"""The last day to apply, where a posting's text states it. Pure; never guesses: a day without its year is none."""

# ruff: noqa: RUF001 - texts are typed with curly quotes

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

LONGEST_TEXT = 12_000
_WITHIN = 60  # characters after the words within which the date stands

_LABEL = re.compile(
    r"\b(?:application(?:s)?[ -]?(?:deadline|closing date|due(?: date)?|end date)|deadline for (?:all )?(?:the )?"
    r"(?:applications?|applying|submission of applications?|receipt of applications?)|deadline to apply"
    r"|(?:apply|applications?(?: (?:must|should|can|will|may))?(?: be)?(?: \w+){0,4}?|submit(?:ted)?(?: \w+){0,5}?)"
    r" (?:by|before|until|till|no later than|not later than)|applications? (?:close|closes|are due|is due)"
    r"|(?:vacancy |job )?clos(?:es|ing)(?: date| on)?|last (?:day|date) (?:to apply|for applications?|of application)"
    r"|(?:apply|application) (?:end|last) date"
    r"|bewerbungs(?:schluss|frist|ende|deadline|termin)|bewerbung(?:en)?(?: \w+){0,6}? bis"
    r"|bewerben sie sich(?: \w+){0,6}? bis|einsendeschluss|bewirb dich(?: \w+){0,4}? bis"
    r"|date limite(?: (?:de|d['’]|pour)[^\d:\n]{0,40})?"
    r"|(?:candidatures?|postuler)(?: \w+){0,6}? (?:avant|jusqu['’]au|au plus tard)"
    r"|clôture des candidatures|fin de candidature"
    r"|fecha límite(?: de \w+)?|plazo de (?:solicitud|presentación)[^\d:\n]{0,40}|cierre de (?:la )?convocatoria"
    r"|scadenza(?: (?:per|del)[^\d:\n]{0,30})?|termine (?:ultimo|di scadenza)[^\d:\n]{0,40}"
    r"|(?:sollicitatie|aanmeld)?deadline voor sollicitaties|solliciteren (?:kan )?(?:tot|voor)|sista ansökningsdag"
    r"|søknadsfrist|ansøgningsfrist)\b"
    r"|^[ \t•*-]{0,10}(?:deadline|frist|due)\b"
    r"|(?:申请|报名|应聘|投递)?截止(?:日期|时间)?|応募締切|締切日?|応募期限|마감일?|지원 마감",
    re.I | re.M,
)
_NO_LABEL = re.compile(
    r"(?:paper|abstract|project|early|tax|registration|conference|camera|grant|proposal|tight|meet(?:ing)?|under"
    r"|to) ?$",
    re.I,
)
_NAMES = (
    "jan(?:uary|uar|vier)?|janvier|gennaio|enero|januari",
    "feb(?:ruary|ruar|braio)?|février|fevrier|febrero|februari",
    "mar(?:ch|zo|s)?|märz|maerz|mrz|maart",
    "apr(?:il|ile)?|avril|abril",
    "may|mai|mayo|maggio|mei",
    "june?|juni|juin|junio|giugno",
    "july?|juli|juillet|julio|luglio",
    "aug(?:ust|usti|ustus)?|août|aout|agosto",
    "sept?(?:ember|embre|iembre|tembre)?|septembre|settembre|setiembre|septiembre",
    "o[ck]t(?:ober|obre)?|octobre|ottobre|octubre|oktober",
    "nov(?:ember|embre|iembre)?|noviembre",
    "d[ée][czs](?:ember|embre|iembre)?|décembre|dicembre|diciembre|dezember",
)
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_NAMES, 1))
_YEAR = r"(?P<year>20\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR}\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})",
        rf"(?<!\d){_DAY}[\s-]+(?:of |de )?(?:{_MONTH})\.?,?[\s-]+(?:of |del? )?{_YEAR}(?!\d)",
        rf"\b(?:{_MONTH})\.?\s+{_DAY},?\s+{_YEAR}(?!\d)",
    )
)
_NUMERIC = re.compile(rf"(?<!\d)(?P<first>\d{{1,2}})(?P<mark>[./-])\s?(?P<second>\d{{1,2}})(?P=mark)\s?{_YEAR}(?!\d)")
_DAY_FIRST = re.compile(
    r"bewerb|frist|schluss|limite|candidature|clôture|límite|plazo|cierre|scadenza|termine|sollicit|søknad|ansök|ansøg",
    re.I,
)


def extract_deadline(text: str, posted: str | None = None) -> str | None:
    """The last of the days by which a text wants applications, as ``YYYY-MM-DD``.

    Args:
        posted: the day it was posted; a deadline before it is of an earlier time.

    >>> extract_deadline("Apply by: 2026-12-15")
    '2026-12-15'
    >>> extract_deadline("Bewerbungsschluss: 3. Januar 2027")
    '2027-01-03'
    >>> extract_deadline("From 2027-01-01") is None
    True
    """
    found = set(_find_deadlines(text[:LONGEST_TEXT]))
    return max((day for day in found if not posted or day >= posted[:10]), default=None)


def _find_deadlines(text: str) -> Iterator[str]:
    for label in _LABEL.finditer(text):
        if _NO_LABEL.search(text[max(0, label.start() - 20) : label.start()]):
            continue
        after = text[label.end() : label.end() + _WITHIN]
        after = re.split(r"(?<=[a-zäöü)]{2})[.;!?]\s|\n\s*\n", after, maxsplit=1)[0]
        if day := _first_deadline_date(after, day_first=bool(_DAY_FIRST.search(label[0]))):
            yield day


def _first_deadline_date(text: str, *, day_first: bool) -> str | None:
    """The date that stands first."""
    found = [match for form in _FORMS if (match := form.search(text))]
    numeric = _NUMERIC.search(text)
    if numeric and all(numeric.start() < match.start() for match in found):
        return _numeric_deadline_date(numeric, day_first=day_first)
    if not found:
        return None
    parts = min(found, key=lambda match: match.start()).groupdict()
    month = parts.get("month") or next(number for number in range(1, 13) if parts.get(f"m{number}"))
    return _valid_deadline_date(int(parts["year"]), int(month), int(parts["day"]))


def _numeric_deadline_date(match: re.Match[str], *, day_first: bool) -> str | None:
    """ "03/04/2027" is two days: only the language, dots, or a number above twelve tell which."""
    year, first, second = int(match["year"]), int(match["first"]), int(match["second"])
    if day_first or match["mark"] == "." or first > 12 or first == second:
        return _valid_deadline_date(year, second, first)
    return _valid_deadline_date(year, first, second) if second > 12 else None


def _valid_deadline_date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
