"""An export as a workbook: a sheet each for people, works and postings; the only module that knows XlsxWriter."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from finder.outreach.export_cells import spreadsheet_cell
from finder.outreach.export_dataset import ExportDataset
from finder.outreach.formats.tables import DATES, LINKS, export_sheets
from finder.text.sanitize import single_line

LONGEST_CELL = 32_000  # characters; Excel takes 32,767
LONGEST_LINK = 2_000  # Excel takes 2,079
EXCEL_BEGINS = 1900  # the year
MOST_LINKS = 60_000  # of a sheet; Excel takes 65,530
_WIDTHS = {"name": 24, "title": 60, "why": 60, "notes": 40, "authors": 40, "recruiting": 40, "institution": 28}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


class _CellFormats(NamedTuple):
    head: Format
    plain: Format
    dated: Format
    linked: Format


def as_xlsx(bundle: ExportDataset) -> bytes:
    """The workbook. Texts are texts, never formulas; only addresses of the web are links."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": single_line(bundle.title)[:255], "comments": f"As of {bundle.as_of}"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        dated = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        linked = book.add_format({"font_color": "blue", "underline": 1, "valign": "top"})
        for name, (columns, rows) in export_sheets(bundle).items():
            _write_export_sheet(book.add_worksheet(name), columns, rows, _CellFormats(head, plain, dated, linked))
    return buffer.getvalue()


def _write_export_sheet(
    sheet: Worksheet, columns: Sequence[str], rows: Sequence[Mapping[str, object]], formats: _CellFormats
) -> None:
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, column.replace("_", " "), formats.head)
        sheet.set_column(number, number, _WIDTHS.get(column, 14))
    links = 0
    for below, row in enumerate(rows, 1):
        for number, column in enumerate(columns):
            value = spreadsheet_cell(row.get(column))
            if column in DATES and (day := _excel_date(value)):
                sheet.write_datetime(below, number, datetime.combine(day, time()), formats.dated)
            elif isinstance(value, int | float):
                sheet.write_number(below, number, value, formats.plain)
            elif value and column in LINKS and len(value) <= LONGEST_LINK and links < MOST_LINKS:
                links += 1
                sheet.write_url(below, number, value, formats.linked)
            elif value:
                sheet.write_string(below, number, value[:LONGEST_CELL], formats.plain)


def _excel_date(value: Any) -> date | None:
    """A whole day that Excel can hold; a year or a month alone is none, and stays a text."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-11-01") else None
    except ValueError:
        return None
    return day if day and day.year >= EXCEL_BEGINS else None
