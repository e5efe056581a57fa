"""Exports by format: what each is called, what it holds, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from finder import files
from finder.errors import UsageError
from finder.files import Ask
from finder.outreach import export_detection
from finder.outreach.export_dataset import ExportDataset
from finder.outreach.formats import bibtex, ics, markdown, tables, vcard
from finder.settings import user_data_folder


class ExportFormat(NamedTuple):
    """One format.

    Attributes:
        label: for a reader.
        what: what it holds, one and several.
        count: how many there would be.
    """

    label: str
    mime: str
    what: tuple[str, str]
    count: Callable[[ExportDataset], int]
    write: Callable[[ExportDataset], bytes]

    def describe_count(self, bundle: ExportDataset) -> str:
        """How much of what there would be, in words."""
        count = self.count(bundle)
        return f"{count:,} {self.what[count != 1]}"


def export_json(bundle: ExportDataset) -> bytes:
    """All that is known of each, as in the contract of the command line."""
    return (json.dumps(bundle.to_json(), ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _export_xlsx(bundle: ExportDataset) -> bytes:
    from finder.outreach.formats import xlsx  # slow to import, and mostly not needed

    return xlsx.as_xlsx(bundle)


def _count_export_rows(bundle: ExportDataset) -> int:
    return len(bundle.people) or len(bundle.postings)


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, ExportFormat] = {
    "csv": ExportFormat("CSV", "text/csv", ("row", "rows"), _count_export_rows, tables.dataset_as_csv),
    "xlsx": ExportFormat("Excel", _SHEET, ("row", "rows"), _count_export_rows, _export_xlsx),
    "md": ExportFormat(
        "Markdown report", "text/markdown", ("row", "rows"), _count_export_rows, markdown.dataset_as_markdown
    ),
    "json": ExportFormat("JSON", "application/json", ("row", "rows"), _count_export_rows, export_json),
    "bib": ExportFormat("BibTeX", "application/x-bibtex", ("work", "works"), lambda b: len(b.works), bibtex.as_bibtex),
    "ics": ExportFormat("Calendar", "text/calendar", ("day", "days"), ics.count_calendar_days, ics.as_ics),
    "vcf": ExportFormat("vCards", "text/vcard", ("person", "people"), lambda b: len(b.people), vcard.as_vcard),
}
"""By suffix."""


def export_format(path: Path, named: str | None = None) -> str:
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


def save_export(
    path: Path, content: bytes, *, force: bool = False, home: Path | None = None, ask: Ask | None = None
) -> None:
    """Write a file that only its owner can read, all of it or nothing, and over nothing but an export.

    Raises:
        UsageError: it may not be written there, or there is such a file already and nobody said to write over it.
        StoreError: it cannot be written.
    """
    files.write_user_file(
        path, content, home=home or user_data_folder(), ours=export_detection.is_export, force=force, ask=ask
    )
