"""Text that came from anywhere, made fit to be written into files that other programs read."""

from __future__ import annotations

import re
from typing import Any

from finder.rank.explain import safe
from finder.views.printed import harmless

# what XML, calendars and mails cannot hold: control characters, halves of characters, characters that are none
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# marks by which a name could turn the direction of what follows it
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WIDE = ("＝", "＋", "－", "＠")  # noqa: RUF001 - some spreadsheets take these for = + - @


def clean(text: str) -> str:
    r"""A text without characters that break files; line breaks are ``\n``.

    >>> clean("a\x00b\r\nc")
    'ab\nc'
    """
    return _TURNING.sub("", _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def line(text: str) -> str:
    r"""A text on one line.

    >>> line(" a\r\n b ")
    'a b'
    """
    return " ".join(clean(text).split())


def cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet takes for a formula; lists are joined, None is empty.

    >>> cell(" =1+1"), cell(["a", "b"]), cell(0.5), cell(None)
    ("'=1+1", 'a; b', 0.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = clean(text).strip()
    return f"'{text}" if text.startswith(_WIDE) else harmless(text)


def web(url: str | None) -> str | None:
    """An address of the web on one line; None for anything else.

    >>> web("https://a.example/x y"), web("javascript:alert(1)")
    ('https://a.example/x%20y', None)
    """
    checked = safe(url)
    return re.sub(r"\s", "%20", clean(checked).strip()) if checked else None


def scrubbed(value: Any) -> Any:
    """Nested data with all texts cleaned, and what stands under ``url`` or in ``links`` only if it is of the web."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [scrubbed(item) for item in value]
    if isinstance(value, dict):
        links = (
            {"links": {kind: web(url) for kind, url in (value.get("links") or {}).items()}} if "links" in value else {}
        )
        page = {"url": web(value["url"])} if "url" in value else {}
        return {key: scrubbed(item) for key, item in value.items() if key not in ("links", "url")} | links | page
    return value
