"""Data made fit to be written into files that other programs read: cells, addresses, nested data."""

from __future__ import annotations

import re
from typing import Any

from finder.rank.explain import safe
from finder.texts import clean, harmless


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
    return harmless(text)


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
