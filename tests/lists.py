"""Author lists, sightings and posts as tables, without a store: works in a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from finder import tables

UNI, COMPANY, ELSEWHERE = 0, 1, 2
KINDS = ("education", "company", "education")
STAGES = pl.DataFrame(schema={"author": pl.UInt32, "stage": pl.String, "stage_confidence": pl.Float64})

Line = tuple[str, Sequence[int]]


def lists(*works: Line, alphabetical: Sequence[int] = (), unpublished: Sequence[int] = ()) -> pl.DataFrame:
    """The table of authorships of works given by date and authors in order."""
    rows = [
        {
            "work": number,
            "author": who,
            "position": place,
            "n_authors": len(people),
            "corresponding": False,
            "alphabetical": number in alphabetical,
            "date": date.fromisoformat(day),
            "day": (date.fromisoformat(day) - date(1970, 1, 1)).days,
            "year": int(day[:4]),
            "published": number not in unpublished,
        }
        for number, (day, people) in enumerate(works)
        for place, who in enumerate(people)
    ]
    return tables.conform_table("authorships", pl.DataFrame(rows, schema=tables.TABLES["authorships"]))


def everybody(authorships: pl.DataFrame, since: dict[int, int] | None = None) -> pl.DataFrame:
    """``author``, ``ids``, ``first_year`` as far as it is known otherwise than by works."""
    people = authorships.select(pl.col("author").unique().sort())
    years = [(since or {}).get(who) for who in people["author"]]
    ids = pl.Series("ids", [[]] * len(years), dtype=pl.List(pl.String))
    return people.with_columns(ids, pl.Series("first_year", years, dtype=pl.Int16))


def at(*seen: tuple[int, int, str | None, str, str]) -> pl.DataFrame:
    """Sightings: author, institution, role, from, to."""
    rows = [
        (who, where, KINDS[where], role, date.fromisoformat(first), date.fromisoformat(last))
        for who, where, role, first, last in seen
    ]
    schema = {
        "author": pl.UInt32,
        "institution": pl.UInt32,
        "kind": pl.String,
        "role": pl.String,
        "first": pl.Date,
        "last": pl.Date,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def held(*seen: tuple[int, int, str]) -> pl.DataFrame:
    """Current posts: author, institution, last seen."""
    rows = [
        (who, where, f"Place {where}", "DE", KINDS[where], None, date.fromisoformat(last), True, "test")
        for who, where, last in seen
    ]
    schema = {
        "author": pl.UInt32,
        "institution": pl.UInt32,
        "name": pl.String,
        "country": pl.String,
        "kind": pl.String,
        "role": pl.String,
        "last": pl.Date,
        "current": pl.Boolean,
        "source": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
