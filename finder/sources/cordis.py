"""CORDIS: doctoral networks of Horizon Europe, which employ PhD students, out of the EU's monthly files.

The file is ``cordis-HORIZONprojects-csv.zip`` of data.europa.eu, or the tables ``project.csv`` and ``organization.csv``
in it, which are told apart by their columns. It names institutions and nobody, so no grant in it is a person's. The
columns are those of its documentation; no file was at hand.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from finder.csv_reader import CsvRow, CsvTable, csv_column_names, read_csv_table
from finder.decompression import MOST, gunzip_bytes, too_large_error
from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Grant, Rejected
from finder.reference_data import country_codes
from finder.source import InputFile, Response, Source, SourceInfo
from finder.sources._funding import keep_texts, read_amount, read_day

CARD = SourceInfo(
    name="cordis",
    title="CORDIS (EU research projects)",
    home="https://data.europa.eu/data/datasets/cordis-eu-research-projects-under-horizon-europe-2021-2027",
    terms="European Union; reuse with the source named (CC BY 4.0).",
    base="https://cordis.europa.eu/data",
    pace=0.2,
    concurrency=1,
    cadence_days=30,
    expects="text",
    default_on=False,
    adds="Doctoral networks of the EU, with their institutions and dates, from files: finder import cordis FILE.zip.",
)
PROJECTS = ("id", "acronym", "title", "startdate", "enddate", "fundingscheme")
PLACES = ("projectid", "name", "country", "role")
DOCTORAL = ("MSCA-DN", "MSCA-COFUND-DP", "MSCA-ITN")
"""In the names of schemes that employ doctoral candidates: networks, co-funded programmes, and networks before 2021."""
ZIP = b"PK\x03\x04"
_EU_CODES = {"EL": "GR", "UK": "GB"}


def parse(reply: Response) -> Iterator[Grant | Rejected]:
    """Read a file as fetched."""
    return read_files([InputFile(PurePosixPath(urlsplit(reply.url).path).name, reply.body)])


def belongs(name: str, head: bytes) -> bool:
    """Whether a file is one of these tables, or a zip that may hold them."""
    if head.startswith(ZIP):
        return name.lower().endswith(".zip")
    return _tell_table_kind(csv_column_names(head)) is not None


def read_file(name: str, data: bytes, *, most: int = MOST) -> Iterator[Grant | Rejected]:
    """Read one file, as :func:`read_files`."""
    return read_files([InputFile(name, data)], most=most)


def read_files(files: Sequence[InputFile], *, most: int = MOST) -> Iterator[Grant | Rejected]:
    """Read tables that explain each other: doctoral networks, each with the institutions that take part.

    Raises:
        UnexpectedFormat: there is no table of projects, or a zip is damaged.
        TooLarge: a table holds more than the bound.
    """
    tables = [read_csv_table(file.name, file.data) for whole in files for file in _open_tables(whole, most)]
    projects = [table for table in tables if _tell_table_kind(table.columns) == PROJECTS]
    if not projects:
        raise UnexpectedFormat(
            f"{files[0].name} has no table with the columns {', '.join(PROJECTS)}: download it again."
        )
    places = _gather_partners(table for table in tables if _tell_table_kind(table.columns) == PLACES)
    for table in projects:
        for row in table.rows:
            yield _read_network_row(row, places)


def _open_tables(file: InputFile, most: int) -> Iterator[InputFile]:
    """The tables of a zip that are of use; a file that is none, as it is."""
    if not file.data.startswith(ZIP):
        yield InputFile(file.name, gunzip_bytes(file.name, file.data, most))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            for entry in archive.infolist():
                name = PurePosixPath(entry.filename).name
                if name.lower() not in ("project.csv", "organization.csv"):
                    continue
                with archive.open(entry) as packed:
                    data = packed.read(most + 1)
                if len(data) > most:
                    raise too_large_error(f"{file.name}/{name}", most)
                yield InputFile(name, data)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        raise UnexpectedFormat(f"{file.name} is damaged ({error}): download it again.") from None


def _tell_table_kind(columns: Sequence[str]) -> tuple[str, ...] | None:
    return next((kind for kind in (PROJECTS, PLACES) if set(kind) <= set(columns)), None)


def _gather_partners(tables: Iterator[CsvTable]) -> dict[str, list[Affiliation]]:
    """Institutions by project, the coordinator first."""
    found: dict[str, list[Affiliation]] = {}
    for table in tables:
        for row in table.rows:
            name = " ".join(row.cells.get("name", "").split())
            if row.misaligned or not name:
                continue
            code = row.cells.get("country", "").strip().upper()
            code = _EU_CODES.get(code, code)
            place = Affiliation(name, country=code if code in country_codes() else None)
            here = found.setdefault(row.cells.get("projectid", "").strip(), [])
            here.insert(0 if row.cells.get("role", "").strip().lower() == "coordinator" else len(here), place)
    return found


def _read_network_row(row: CsvRow, places: Mapping[str, list[Affiliation]]) -> Grant | Rejected:
    cells = {name: " ".join(value.split()) for name, value in row.cells.items()}
    number, title = cells.get("id", ""), cells.get("title", "")
    if row.misaligned or not number or not title:
        return Rejected(CARD.name, f"row {row.number}", f"not a row of {','.join(PROJECTS)}")
    scheme = cells.get("fundingscheme", "")
    if not any(name in scheme for name in DOCTORAL):
        return Rejected(CARD.name, f"cordis:{number}", "no doctoral network")
    acronym, here = cells.get("acronym", ""), places.get(number, [])
    amount = read_amount(cells.get("ecmaxcontribution"))
    return Grant(
        source=CARD.name,
        source_id=f"cordis:{number}",
        title=f"{acronym}: {title}" if acronym and acronym.lower() not in title.lower() else title,
        funder="European Union",
        number=number,
        amount=amount,
        currency="EUR" if amount else None,
        start=read_day(cells.get("startdate")),
        end=read_day(cells.get("enddate")),
        institution=here[0] if here else None,
        partners=tuple(here[1:]),
        programme=scheme,
        keywords=keep_texts(cells.get("keywords", "").split(",")),
        abstract=cells.get("objective") or None,
        url=f"https://cordis.europa.eu/project/id/{number}",
    )


SOURCE = Source(card=CARD, parse=parse, read_file=read_file, read_files=read_files, belongs=belongs)
