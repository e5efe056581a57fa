"""Data made fit to be written into files that other programs read: cells, addresses, nested data."""

from __future__ import annotations

import re
from typing import Any

from finder.ranking.evidence_text import http_url_or_none
from finder.text.sanitize import clean_text, csv_safe


def spreadsheet_cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet takes for a formula; lists are joined, None is empty.

    >>> spreadsheet_cell(" =1+1"), spreadsheet_cell(["a", "b"]), spreadsheet_cell(0.5), spreadsheet_cell(None)
    ("'=1+1", 'a; b', 0.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return csv_safe(text)


def web_address(url: str | None) -> str | None:
    """An address of the web on one line; None for anything else.

    >>> web_address("https://a.example/x y"), web_address("javascript:alert(1)")
    ('https://a.example/x%20y', None)
    """
    checked = http_url_or_none(url)
    return re.sub(r"\s", "%20", clean_text(checked).strip()) if checked else None


def scrub_export_data(value: Any) -> Any:
    """Nested data with all texts cleaned, and what stands under ``url`` or in ``links`` only if it is of the web."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list | tuple):
        return [scrub_export_data(item) for item in value]
    if isinstance(value, dict):
        links = (
            {"links": {kind: web_address(url) for kind, url in (value.get("links") or {}).items()}}
            if "links" in value
            else {}
        )
        page = {"url": web_address(value["url"])} if "url" in value else {}
        return (
            {key: scrub_export_data(item) for key, item in value.items() if key not in ("links", "url")} | links | page
        )
    return value
