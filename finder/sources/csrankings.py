"""Computer science faculty as CSRankings lists them: names as in DBLP, affiliation, homepage, Google Scholar.

Tables explain each other: some list people, one lists institutions. They are told apart by their columns, whatever
they are called and whatever else they hold, so that a checkout of any year is read.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from finder import ids
from finder.csv_reader import CsvRow, CsvTable, csv_column_names, read_csv_table
from finder.decompression import MOST, gunzip_bytes
from finder.errors import NotFound, UnexpectedFormat
from finder.model import Affiliation, Institution, Person, Rejected
from finder.source import (
    FetchRequest,
    HttpClient,
    InputFile,
    Parsed,
    PlannedCall,
    ProbeRequest,
    Response,
    Source,
    SourceInfo,
)
from finder.text.names import display_name

CARD = SourceInfo(
    name="csrankings",
    title="CSRankings (computer science faculty)",
    home="https://csrankings.org",
    terms="CC BY-NC-ND 4.0, by Emery Berger and contributors.",
    base="https://raw.githubusercontent.com/emeryberger/CSrankings/gh-pages",
    pace=1.0,
    concurrency=1,
    cadence_days=30,
    expects="text",
    default_on=False,
    adds="Computer science faculty with their institutions and homepages.",
)
PEOPLE = ("name", "affiliation", "homepage", "scholarid")
"""Columns of a table of people; ``orcid`` stands beside them in newer ones."""
PLACES = ("institution", "region", "countryabbrv")
"""Columns of a table of institutions."""
INSTITUTIONS = ("institutions.csv", "country-info.csv")
"""Where institutions are listed: since October 2025, and before, then without those of the USA."""
PEOPLE_TABLE = "csrankings.csv"
PEOPLE_TABLE_PARTS = tuple(f"csrankings-{letter}.csv" for letter in "abcdefghijklmnopqrstuvwxyz")
"""People in one table, and the tables by first letter that it is put together from."""
_TAG = re.compile(r"\s*\[[^\]]*\]$")  # "Christian Theobalt [INF]": the part of a large institution
_ISO = {"UK": "GB"}


def parse(reply: Response) -> Iterator[Parsed]:
    """Read a table as fetched."""
    name = PurePosixPath(urlsplit(reply.url).path).name
    return read_files([InputFile(name, reply.body)], seen=reply.fetched_at[:10])


def belongs(name: str, head: bytes) -> bool:
    """Whether a file is one of these tables, by its first bytes."""
    return _csrankings_table_kind(csv_column_names(head)) is not None


def read_file(name: str, data: bytes, *, most: int = MOST) -> Iterator[Parsed]:
    """Read one table, as :func:`read_files`."""
    return read_files([InputFile(name, data)], most=most)


def read_files(files: Sequence[InputFile], seen: str = "", *, most: int = MOST) -> Iterator[Parsed]:
    """Read tables that explain each other; people get a country where institutions are listed beside them.

    Args:
        seen: the day the tables hold for; whoever reads them from disk knows from the files' dates.

    Raises:
        UnexpectedFormat: one is no table of people or institutions.
    """
    tables = [(file.name, read_csv_table(file.name, gunzip_bytes(file.name, file.data, most))) for file in files]
    for name, table in tables:
        if _csrankings_table_kind(table.columns) is None:
            wanted = f"{', '.join(PEOPLE)} or {', '.join(PLACES)}"
            raise UnexpectedFormat(f"{name} has not the columns {wanted}: download it again.")
    countries = InstitutionCountries()
    for name, table in sorted(
        (one for one in tables if _csrankings_table_kind(one[1].columns) == PLACES), key=_institution_table_order
    ):
        yield from _parse_institution_rows(name, table, countries)
    known: dict[str, str] = {}
    for name, table in sorted(
        (one for one in tables if _csrankings_table_kind(one[1].columns) == PEOPLE), key=_people_table_order
    ):
        yield from _parse_faculty_rows(name, table, countries, known, seen)


def _csrankings_table_kind(columns: Collection[str]) -> tuple[str, ...] | None:
    return next((kind for kind in (PEOPLE, PLACES) if set(kind) <= set(columns)), None)


def _institution_table_order(named: tuple[str, CsvTable]) -> tuple[bool, str]:
    return named[0].startswith(INSTITUTIONS[1].removesuffix(".csv")), named[0]


def _people_table_order(named: tuple[str, CsvTable]) -> tuple[bool, bool, str]:
    """The tables that are kept up, then the one that is put together from them, then whatever else lies there."""
    name = named[0].removesuffix(".gz").lower()
    return name not in PEOPLE_TABLE_PARTS, name != PEOPLE_TABLE, name


@dataclass
class InstitutionCountries:
    """Countries of institutions. A list that leaves out those of the USA says of all others where they are."""

    known: dict[str, str] = field(default_factory=dict)

    def country_of(self, institution: str) -> str | None:
        """The country of an institution as a table of people names it."""
        found = self.known.get(institution) or self.known.get(f"{institution} University")
        return found or (None if not self.known or "US" in self.known.values() else "US")


def _parse_institution_rows(name: str, table: CsvTable, countries: InstitutionCountries) -> Iterator[Parsed]:
    for row in table.rows:
        institution, code = row.cells.get("institution", ""), row.cells.get("countryabbrv", "").upper()
        if row.misaligned or not institution or "countryabbrv" not in row.cells:
            yield _reject_malformed_row(name, row, PLACES)
        elif institution not in countries.known:
            country = _ISO.get(code, code) if len(code) == 2 and code.isalpha() else None
            countries.known[institution] = country or ""
            homepage = ids.parse_page_url(row.cells.get("homepage", ""))
            yield Institution(CARD.name, institution, institution, country=country, homepage=homepage)


def _parse_faculty_rows(
    name: str, table: CsvTable, countries: InstitutionCountries, known: dict[str, str], seen: str
) -> Iterator[Parsed]:
    here: set[str] = set()
    for row in table.rows:
        who, where = row.cells.get("name", ""), row.cells.get("affiliation", "")
        if row.misaligned or not who or not where or not set(PEOPLE) <= set(row.cells):
            yield _reject_malformed_row(name, row, PEOPLE)
        elif known.setdefault(who, name) != name:
            continue  # the table that is kept up lists them
        elif who in here:
            yield Rejected(CARD.name, f"{name} row {row.number}", f"duplicate of {who}")
        else:
            here.add(who)
            yield _csrankings_person(row.cells, countries, seen)


def _reject_malformed_row(name: str, row: CsvRow, columns: tuple[str, ...]) -> Rejected:
    return Rejected(CARD.name, f"{name} row {row.number}", f"not a row of {','.join(columns)}")


def _csrankings_person(cells: Mapping[str, str], countries: InstitutionCountries, seen: str) -> Person:
    name, affiliation, homepage, scholar = (cells[column] for column in PEOPLE)
    known = (
        ids.parse_scholar_id(scholar) if scholar != "NOSCHOLARPAGE" else None,
        ids.parse_orcid(cells.get("orcid", "")),
    )
    post = Affiliation(affiliation, country=countries.country_of(affiliation), role="Faculty", stated=True)
    return Person(
        source=CARD.name,
        source_id=name,
        name=_TAG.sub("", display_name(name)),
        seen=seen,
        ids=tuple(filter(None, known)),
        affiliations=(post,),
        homepage=ids.parse_page_url(homepage),
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The institutions, then the people; of tables that were renamed, the new one first."""
    yield await _fetch_first_file(http, INSTITUTIONS)
    try:
        yield await http.get(CARD, f"/{PEOPLE_TABLE}")
    except NotFound:
        for file in PEOPLE_TABLE_PARTS:
            yield await http.get(CARD, f"/{file}")


async def _fetch_first_file(http: HttpClient, files: Sequence[str]) -> Response:
    for file in files[:-1]:
        with suppress(NotFound):
            return await http.get(CARD, f"/{file}")
    return await http.get(CARD, f"/{files[-1]}")


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """One call a table."""
    return [PlannedCall(f"the table {file}", f"{CARD.base}/{file}", 1, 0) for file in (INSTITUTIONS[0], PEOPLE_TABLE)]


PROBE = ProbeRequest(f"/{INSTITUTIONS[0]}")
SOURCE = Source(
    card=CARD,
    parse=parse,
    fetch=fetch,
    plan=plan,
    read_file=read_file,
    read_files=read_files,
    belongs=belongs,
    probe=PROBE,
)
