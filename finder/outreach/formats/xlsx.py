"""An export as a workbook: a sheet each for people, works and postings; the only module that knows XlsxWriter."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from finder.outreach.bundle import Bundle
from finder.outreach.formats.tables import LINKS, sheets
from finder.outreach.texts import cell
from finder.texts import line

LONGEST_CELL = 32_000  # characters; Excel takes 32,767
LONGEST_LINK = 2_000  # Excel takes 2,079
MOST_LINKS = 60_000  # of a sheet; Excel takes 65,530
_WIDTHS = {"name": 24, "title": 60, "why": 60, "notes": 40, "authors": 40, "recruiting": 40, "institution": 28}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def as_xlsx(bundle: Bundle) -> bytes:
    """The workbook. Texts are texts, never formulas; only addresses of the web are links."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": line(bundle.title)[:255], "comments": f"As of {bundle.as_of}"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        linked = book.add_format({"font_color": "blue", "underline": 1, "valign": "top"})
        for name, (columns, rows) in sheets(bundle).items():
            _sheet(book.add_worksheet(name), columns, rows, head, plain, linked)
    return buffer.getvalue()


def _sheet(
    sheet: Worksheet, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], head: Format, plain: Format,
    linked: Format,
) -> None:  # fmt: skip
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, column.replace("_", " "), head)
        sheet.set_column(number, number, _WIDTHS.get(column, 14))
    links = 0
    for below, row in enumerate(rows, 1):
        for number, column in enumerate(columns):
            value = cell(row.get(column))
            if isinstance(value, int | float):
                sheet.write_number(below, number, value, plain)
            elif value and column in LINKS and len(value) <= LONGEST_LINK and links < MOST_LINKS:
                links += 1
                sheet.write_url(below, number, value, linked)
            elif value:
                sheet.write_string(below, number, value[:LONGEST_CELL], plain)
