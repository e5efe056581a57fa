"""What all boards share in reading: HTML as plain text, and dates in the many ways boards give them. Pure."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

from finder.text.redaction import redact_contacts

LONGEST_HTML = 400_000
LONGEST = 12_000
"""Characters of a description that are kept."""

_HIDING = re.compile(r"<!--|<(script|style|template|noscript)\b", re.I)
_BREAKS = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|section|article|dt|dd)\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_ESCAPED = re.compile(r"&(?:amp;)?lt;/?[a-z]", re.I)


def description_text(text: str | None) -> str | None:
    """HTML, also where it is escaped once or twice more, as plain text in lines, without e-mail addresses.

    >>> description_text("&lt;p&gt;Fish &amp;amp; chips&lt;/p&gt;&lt;p&gt;now&lt;/p&gt;")
    'Fish & chips\\nnow'
    """
    if not text:
        return None
    text = text[:LONGEST_HTML]
    for _ in range(2):
        if _TAG.search(text) or not _ESCAPED.search(text):
            break  # what is escaped beside real tags is meant to be read
        text = html.unescape(text)
    text = _TAG.sub("", _BREAKS.sub("\n", _visible_job_html(text)))
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return redact_job_emails("\n".join(filter(None, lines)))[:LONGEST].strip() or None


def _visible_job_html(text: str) -> str:
    """Without comments, scripts and styles; one that is never closed hides the rest."""
    parts, at = [], 0
    while start := _HIDING.search(text, at):
        parts.append(text[at : start.start()])
        end = (
            text.lower().find(f"</{start[1].lower()}", start.end()) if start[1] else text.find("-->", start.start() + 2)
        )
        close = text.find(">", end) if end >= 0 else -1
        if close < 0:
            return "".join(parts)
        at = close + 1
    return "".join([*parts, text[at:]])


def redact_job_emails(text: str) -> str:
    """The text with every e-mail address left out: they are not collected."""
    return redact_contacts(text, "[e-mail address left out]")


def clean_job_line(text: str | None) -> str | None:
    """One line of text with single spaces; None where nothing is left.

    >>> clean_job_line(" Amplitude "), clean_job_line("")
    ('Amplitude', None)
    """
    return " ".join(redact_job_emails(html.unescape(text)).split())[:300] or None if text else None


_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)")
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_WORDS = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\.? ([A-Za-z]{3})[a-z]*\.?,? (\d{4})|\b([A-Za-z]{3})[a-z]* (\d{1,2}),? (\d{4})"
)
_AGO = re.compile(r"\b(\d{1,3}) (day|week|month)s? ago", re.I)
_AGO_DAYS = {"day": 1, "week": 7, "month": 30}


def parse_job_date(value: object, today: str = "") -> str | None:
    """``YYYY-MM-DD`` out of an ISO time, epoch seconds or milliseconds, or a date in English words.

    An ISO time keeps the day that it shows, in whatever zone: a deadline is meant where it is set. "Posted Yesterday"
    counts from ``today``; "30+ days ago" is no date.

    >>> parse_job_date("2026-12-10T23:59:00-04:00")
    '2026-12-10'
    >>> parse_job_date(1764205361939)
    '2025-11-27'
    >>> parse_job_date("Posted on: 24 August 2026")
    '2026-08-24'
    >>> parse_job_date("soon") is None
    True
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()[:100]
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return _epoch_date(float(text))
    if found := _ISO.search(text):
        return _valid_job_date(int(found[1]), int(found[2]), int(found[3]))
    if found := _WORDS.search(text):
        d, m, y, month, d2, y2 = found.groups()
        return _valid_job_date(int(y or y2), _MONTHS.get((m or month).lower(), 0), int(d or d2))
    return _relative_job_date(text.lower(), today)


def _epoch_date(number: float) -> str | None:
    moment = datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC)
    return _valid_job_date(moment.year, moment.month, moment.day)


def _valid_job_date(year: int, month: int, day_: int) -> str | None:
    try:
        return date(year, month, day_).isoformat() if 1990 <= year <= 2100 else None
    except ValueError:
        return None


def _relative_job_date(text: str, today: str) -> str | None:
    days = 0 if "today" in text else 1 if "yesterday" in text else None
    if found := _AGO.search(text):
        days = int(found[1]) * _AGO_DAYS[found[2].lower()]
    try:
        return None if days is None else (date.fromisoformat(today[:10]) - timedelta(days=days)).isoformat()
    except ValueError:
        return None
