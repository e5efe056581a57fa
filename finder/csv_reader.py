"""Tables as text (CSV), by the names of their columns: in any order, with any separator and encoding. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from finder.decoding import DAMAGED, decode_bytes
from finder.errors import UnexpectedFormat

SEPARATORS = ",;\t|"
_SEPARATOR_PREFIX = "sep="
"""How a spreadsheet tells the separator in a line before the header."""


class CsvRow(NamedTuple):
    """A row, by its number in the table, whose header is the first.

    Attributes:
        cells: by the name of the column, in lower case; only those that the row has.
        misaligned: it has more cells than there are columns, so nobody knows which is which.
    """

    number: int
    cells: Mapping[str, str]
    misaligned: bool = False


@dataclass(frozen=True)
class CsvTable:
    """A header, and the rows beneath it, which are read one after another."""

    columns: tuple[str, ...]
    rows: Iterator[CsvRow] = field(default_factory=lambda: iter(()))


def csv_column_names(head: bytes) -> tuple[str, ...]:
    """The names of a table's columns by its first bytes; empty where it is no text."""
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ()
    first = next((line for line in decode_bytes(head, cut=True).text.splitlines() if _is_content_line(line)), "")
    try:
        return _normalize_headers(next(csv.reader([first], delimiter=_guess_separator(first)), []))
    except csv.Error:
        return ()


def read_csv_table(name: str, data: bytes) -> CsvTable:
    """A table of a name; rows without content are passed over.

    Raises:
        UnexpectedFormat: it is no text, or a row is broken.
    """
    text = decode_bytes(data).text
    if DAMAGED in text:
        raise UnexpectedFormat(f"{name} is not text in an encoding that can be read. Save it as CSV in UTF-8.")
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if _is_content_line(line)), len(lines))
    header = lines[start] if start < len(lines) else ""
    rows = _parse_csv_rows(name, lines[start:], _guess_separator(header))
    columns = _normalize_headers(next(rows, []))
    return CsvTable(columns, _number_csv_rows(columns, rows))


def _is_content_line(line: str) -> bool:
    return bool(line.strip()) and not line.strip().strip('"').lower().startswith(_SEPARATOR_PREFIX)


def _guess_separator(header: str) -> str:
    """What stands most often between the names of the columns."""
    return max(SEPARATORS, key=lambda mark: header.count(mark))


def _normalize_headers(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell.strip().strip('"').lower() for cell in cells)


def _parse_csv_rows(name: str, lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    try:
        yield from (row for row in csv.reader(lines, delimiter=separator) if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise UnexpectedFormat(f"{name} is not a table ({error}): download it again.") from None


def _number_csv_rows(columns: tuple[str, ...], rows: Iterable[list[str]]) -> Iterator[CsvRow]:
    for number, row in enumerate(rows, 2):
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        yield CsvRow(number, cells, any(cell.strip() for cell in row[len(columns) :]))
