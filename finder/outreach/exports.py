"""Exports by format: what each is called, what it holds, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from finder import files
from finder.errors import UsageError
from finder.files import Ask
from finder.outreach import ours
from finder.outreach.bundle import Bundle
from finder.outreach.formats import bibtex, ics, markdown, tables, vcard
from finder.settings import data_folder


class Format(NamedTuple):
    """One format.

    Attributes:
        label: for a reader.
        what: what it holds, one and several.
        count: how many there would be.
    """

    label: str
    mime: str
    what: tuple[str, str]
    count: Callable[[Bundle], int]
    write: Callable[[Bundle], bytes]

    def counted(self, bundle: Bundle) -> str:
        """How much of what there would be, in words."""
        count = self.count(bundle)
        return f"{count:,} {self.what[count != 1]}"


def as_json(bundle: Bundle) -> bytes:
    """All that is known of each, as in the contract of the command line."""
    return (json.dumps(bundle.contract(), ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _xlsx(bundle: Bundle) -> bytes:
    from finder.outreach.formats import xlsx  # slow to import, and mostly not needed

    return xlsx.as_xlsx(bundle)


def _rows(bundle: Bundle) -> int:
    return len(bundle.people) or len(bundle.postings)


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "text/csv", ("row", "rows"), _rows, tables.as_csv),
    "xlsx": Format("Excel", _SHEET, ("row", "rows"), _rows, _xlsx),
    "md": Format("Markdown report", "text/markdown", ("row", "rows"), _rows, markdown.as_markdown),
    "json": Format("JSON", "application/json", ("row", "rows"), _rows, as_json),
    "bib": Format("BibTeX", "application/x-bibtex", ("work", "works"), lambda b: len(b.works), bibtex.as_bibtex),
    "ics": Format("Calendar", "text/calendar", ("day", "days"), ics.dated, ics.as_ics),
    "vcf": Format("vCards", "text/vcard", ("person", "people"), lambda b: len(b.people), vcard.as_vcard),
}
"""By suffix."""


def format_of(path: Path, named: str | None = None) -> str:
    """The format that was named, or that a file's suffix means.

    Raises:
        UsageError: it is none of ours.
    """
    suffix = (named or path.suffix.removeprefix(".")).lower()
    suffix = {"markdown": "md", "bibtex": "bib", "vcard": "vcf"}.get(suffix, suffix)
    if suffix not in FORMATS:
        kinds = ", ".join(f".{kind}" for kind in FORMATS)
        raise UsageError(f"“{path.name}” does not say a format. Name it with one of {kinds}, or say --as.")
    return suffix


def save(path: Path, content: bytes, *, force: bool = False, home: Path | None = None, ask: Ask | None = None) -> None:
    """Write a file that only its owner can read, all of it or nothing, and over nothing but an export.

    Raises:
        UsageError: it may not be written there, or there is such a file already and nobody said to write over it.
        StoreError: it cannot be written.
    """
    files.write(path, content, home=home or data_folder(), ours=ours.is_export, force=force, ask=ask)
