"""Whether a file is one that the finder wrote for its user: told by what is in it, whatever it is called."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from finder.outreach.formats import tables

HEAD = 65_536
"""Bytes at the beginning that tell."""
GENERATOR = '<meta name="generator" content="finder">'
_CORE = "docProps/core.xml"
_LARGEST_CORE = 65_536
_TABLES = tuple(
    "\ufeff" + separator.join(f'"{one}"' for one in names)
    for names in (tables.PEOPLE, tables.WORKS, tables.POSTINGS)
    for separator in tables.SEPARATORS.values()
)
_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        r"# [^\n]*\n\nAs of \d{4}-\d\d-\d\d\.",  # reports, and what is held on somebody
        r"# finder, \d{4}-\d\d-\d\d: ",  # digests
        r'\{\n  "title": [^\n]*\n  "as_of": "\d{4}-\d\d-\d\d",\n  "people": \[',
        r'\{\n  "asked": [^\n]*\n  "as_of": "\d{4}-\d\d-\d\d",\n  "held": \d',
        r"@(?:misc|article|inproceedings)\{[a-z0-9]+-[0-9a-f]{4},\n  title = ",
        r"BEGIN:VCALENDAR\r\nVERSION:2\.0\r\nPRODID:-//finder//",
        r"BEGIN:VCARD\r\nVERSION:(?:4\.0\r\nKIND:individual|3\.0)\r\nUID:x-finder:",
        r"X-Unsent: 1\r\nSubject:",
        r"<\?xml [^>]*>\s*<feed [^>]*>\s*<id>tag:finder\.invalid,",
        rf"<!doctype html>[^§]{{0,400}}{re.escape(GENERATOR)}",
    )
)


def is_export(path: Path) -> bool:
    """Whether a file is an export, a report, a letter, a feed or a digest of ours.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _is_workbook(path)
    text = head.decode("utf-8", "replace")
    return text.startswith(_TABLES) or any(sign.match(text) for sign in _SIGNS)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_CORE) as file:
            return b"<dc:description>As of " in file.read(_LARGEST_CORE)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError):
        return False
