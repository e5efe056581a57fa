"""The three tables of an export, flat: columns and rows for CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from finder.outreach.export_cells import spreadsheet_cell
from finder.outreach.export_dataset import ExportDataset, ExportedPerson
from finder.rendering.answer_text import CSV_COLUMNS, advisor_csv_row

ENTRY = ("status", "follow_up", "last_contact", "starred", "interest", "notes")
PEOPLE = ("name", *ENTRY, *(column for column in CSV_COLUMNS if column != "name"), "recruiting", "recruiting_page")
WORKS = ("title", "authors", "date", "venue", "by", "url", "work_id")
POSTINGS = (
    "title",
    "hiring_organization",
    "kind",
    "location",
    "date_posted",
    "valid_through",
    "fit",
    "why",
    "url",
    "source",
)
LINKS = frozenset(
    {
        "newest_work_url",
        "homepage",
        "orcid",
        "openalex",
        "dblp",
        "scholar",
        "openreview",
        "recruiting_page",
        "url",
    }
)
"""Columns that hold addresses."""
DATES = frozenset(
    {
        "follow_up",
        "last_contact",
        "starred",
        "since",
        "last_seen",
        "date",
        "date_posted",
        "valid_through",
    }
)
"""Columns that hold days, as far as these are known."""


def people_table_rows(bundle: ExportDataset) -> list[Mapping[str, object]]:
    """One flat row a person; those not on the shortlist have no status."""
    return [_person_table_row(row) for row in bundle.people]


def _person_table_row(row: ExportedPerson) -> Mapping[str, object]:
    says = row["recruiting"]
    told = f"{says['polarity']} ({says['date'] or 'age unknown'}): {says['quote']}" if says else None
    entry: Mapping[str, object] = row.get("entry") or {}
    values: dict[str, object] = {
        **advisor_csv_row(row),
        **{key: entry.get(key) for key in ENTRY},
        "recruiting": told,
        "recruiting_page": says["url"] if says else None,
    }
    return {column: values.get(column) for column in PEOPLE}


def export_sheets(bundle: ExportDataset) -> dict[str, tuple[Sequence[str], Sequence[Mapping[str, object]]]]:
    """Columns and rows of the tables by name, without those that are empty; people where all are."""
    found: dict[str, tuple[Sequence[str], Sequence[Mapping[str, object]]]] = {
        "People": (PEOPLE, people_table_rows(bundle)),
        "Works": (WORKS, bundle.works),
        "Postings": (POSTINGS, bundle.postings),
    }
    return {name: table for name, table in found.items() if table[1]} or {"People": found["People"]}


SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""What may stand between columns, by name."""


def dataset_as_csv(bundle: ExportDataset, separator: str = ",") -> bytes:
    """People as CSV, or the postings where there are no people.

    Every cell is quoted: a spreadsheet that takes another sign for the separator must not find a formula behind it.
    The mark at the beginning tells spreadsheets that this is Unicode.
    """
    columns, rows = next(iter(export_sheets(bundle).values()))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(row.get(column)) for column in columns] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()
