"""What sources of grants share: dates, amounts and names as registries write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from finder.source import FetchRequest
from finder.text.names import display_name, split_phrases
from finder.text.redaction import redact_contacts

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
PHRASES = 3  # of an interest that are searched
_YEARS = range(1950, 2100)
_EARLIEST, _LATEST = -631_152_000_000, 4_102_444_800_000  # 1950 and 2100, in milliseconds


def read_day(value: object) -> str | None:
    """A day as ``YYYY-MM-DD`` from ISO, American or epoch dates; None for what is none.

    >>> read_day("09/01/2024"), read_day("2024-09-01T00:00:00Z"), read_day(1725148800000), read_day("soon")
    ('2024-09-01', '2024-09-01', '2024-09-01', None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000, UTC).date().isoformat() if _EARLIEST < value < _LATEST else None
    text = value.strip() if isinstance(value, str) else ""
    if found := _ISO_DAY.match(text):
        return _make_iso_day(*map(int, found.groups()))
    if found := _US_DAY.fullmatch(text):
        month, day, year = map(int, found.groups())
        return _make_iso_day(year, month, day)
    return None


def _make_iso_day(year: int, month: int, day: int) -> str | None:
    try:
        return datetime(year, month, day, tzinfo=UTC).date().isoformat() if year in _YEARS else None
    except ValueError:
        return None


def read_amount(value: object) -> float | None:
    """An amount of money; None where none is told, and for 0, which stands where it is not known.

    >>> read_amount("650151"), read_amount("1.234.567,50"), read_amount("1234,5"), read_amount("0"), read_amount(None)
    (650151.0, 1234567.5, 1234.5, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    text = re.sub(r"[^\d.,-]", "", str(value))
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?|\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    try:
        amount = float(text.replace(",", ""))
    except ValueError:
        return None
    return amount if 0 < amount < 1e13 else None


def join_name(*parts: str | None) -> str:
    """A person's name from its parts, without the e-mail address that may stand beside it.

    >>> join_name("Ada", None, "Vell ada@uni.example")
    'Ada Vell'
    """
    return display_name(redact_contacts(" ".join(filter(None, parts))))


def requested_phrases(ask: FetchRequest) -> list[str]:
    """The phrases that works and grants are searched by; none where people or an earlier time are asked for."""
    return [] if ask.ids or ask.since > ask.until else split_phrases(ask.interest, '"“”')[:PHRASES]


def quote_phrase(phrase: str) -> str:
    """A phrase of several words in quotation marks."""
    return f'"{phrase}"' if " " in phrase else phrase


def keep_texts(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Texts on one line each, once each, without empty ones."""
    return tuple(dict.fromkeys(filter(None, (" ".join((text or "").split()) for text in texts))))
