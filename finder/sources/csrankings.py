"""Computer science faculty as CSRankings lists them: names as in DBLP, affiliation, homepage, Google Scholar.

Two tables explain each other: ``csrankings.csv`` lists people, ``country-info.csv`` the institutions outside the USA.
Each begins with its header, so that both may be read as one text, in this order: countries, people.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from finder import ids
from finder.errors import ShapeChanged
from finder.model import Affiliation, Institution, Person, Rejected
from finder.names import tidy
from finder.source import Ask, Call, Card, Door, Probe, Reply, Source
from finder.unpacking import MOST, unpacked

CARD = Card(
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
PEOPLE = ["name", "affiliation", "homepage", "scholarid"]
COUNTRIES = ["institution", "region", "countryabbrv"]
FILES = ("country-info.csv", "csrankings.csv")
_TAG = re.compile(r"\s*\[[^\]]*\]$")  # "Christian Theobalt [INF]": the part of a large institution
_ISO = {"UK": "GB"}


def parse(reply: Reply) -> Iterator[Person | Institution | Rejected]:
    """Read a table as fetched."""
    return read_file(PurePosixPath(urlsplit(reply.url).path).name, reply.body, seen=reply.fetched_at[:10])


def read_file(name: str, data: bytes, seen: str = "", *, most: int = MOST) -> Iterator[Person | Institution | Rejected]:
    """Read one table, or both put together; people get a country only where both are together.

    Args:
        seen: the day the table holds for; whoever reads it from disk knows from the file's date.

    Raises:
        ShapeChanged: it begins with neither table's header, or is not text.
    """
    plain = unpacked(name, data, most)
    rows = _rows(name, plain)
    first = next(rows, [])
    if first not in (PEOPLE, COUNTRIES):
        raise ShapeChanged(
            f"{name} does not begin with {','.join(PEOPLE)} or {','.join(COUNTRIES)}: download it again."
        )
    return _read(name, chain([first], rows), seen)


def _rows(name: str, data: bytes) -> Iterator[list[str]]:
    """The rows of a table, a line at a time."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig")
    try:
        yield from csv.reader(line for line in (line.replace("\ufeff", "") for line in lines) if line.strip())
    except UnicodeDecodeError as error:
        raise ShapeChanged(f"{name} is not UTF-8 text ({error}): download it again.") from None
    except csv.Error as error:
        raise ShapeChanged(f"{name} is not a table ({error}): download it again.") from None


def _read(name: str, rows: Iterable[list[str]], seen: str) -> Iterator[Person | Institution | Rejected]:
    header: list[str] = []
    countries: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        if row in (PEOPLE, COUNTRIES):
            header = row
        elif len(row) != len(header) or not row[0].strip() or not row[1].strip():
            yield Rejected(CARD.name, f"{name} row {number}", f"not a row of {','.join(header)}")
        elif header == PEOPLE:
            yield _person(row, countries, seen)
        else:
            institution = _institution(row)
            if institution.country:
                countries[institution.name] = institution.country
            yield institution


def _person(row: list[str], countries: dict[str, str], seen: str) -> Person:
    name, affiliation, homepage, scholar = (cell.strip() for cell in row)
    known = ids.scholar(scholar) if scholar != "NOSCHOLARPAGE" else None
    post = Affiliation(affiliation, country=_country(affiliation, countries), role="Faculty", stated=True)
    return Person(
        source=CARD.name,
        source_id=name,
        name=_TAG.sub("", tidy(name)),
        seen=seen,
        ids=(known,) if known else (),
        affiliations=(post,),
        homepage=ids.page(homepage),
    )


def _country(institution: str, countries: dict[str, str]) -> str | None:
    """CSRankings lists the countries of institutions outside the USA; without the list nothing is known."""
    if not countries:
        return None
    return countries.get(institution) or countries.get(f"{institution} University") or "US"


def _institution(row: list[str]) -> Institution:
    name, code = row[0].strip(), row[2].strip().upper()
    country = _ISO.get(code, code) if len(code) == 2 and code.isalpha() else None
    return Institution(source=CARD.name, source_id=name, name=name, country=country)


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """Both tables."""
    for file in FILES:
        yield await http.get(CARD, f"/{file}")


def plan(ask: Ask) -> list[Call]:
    """One call a table."""
    return [Call(f"the table {file}", f"{CARD.base}/{file}", 1, 0) for file in FILES]


PROBE = Probe("/country-info.csv")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, read_file=read_file, probe=PROBE)
