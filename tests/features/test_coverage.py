"""Since when a record could begin: not before the files of its field do."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.features import advisee_pairs
from finder.resolution import coverage_start
from tests.lists import at, everybody, lists

OLD, NEW, HEAD, PUPIL = "Old Conference", "New Workshop", 1, 2
BEGINS = 2010


def works(authorships: pl.DataFrame, *venues: str) -> pl.DataFrame:
    """The table of works of some lists, with enough others of both series beside them."""
    days = authorships.unique("work").sort("work")["date"].to_list()
    rows = [(number, f"{venue} {day.year}", day) for number, (venue, day) in enumerate(zip(venues, days, strict=True))]
    rows += [(1000 + n, f"{OLD} 2010", date(2010, 1, 1)) for n in range(coverage_start.ENOUGH)]
    rows += [(2000 + n, f"{NEW} 2020", date(2020, 1, 1)) for n in range(coverage_start.ENOUGH)]
    schema = {"work": pl.UInt32, "venue": pl.String, "date": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(published=True)


def test_a_record_can_begin_with_the_series_of_its_first_works() -> None:
    authorships = lists(("2021-05-01", (1, 9)), ("2022-05-01", (1, 9)), ("2021-05-01", (2, 8)), ("2021-05-01", (3, 7)))
    told = works(authorships, NEW, OLD, OLD, "Rare Meeting")
    since = coverage_start.author_coverage_start(told, authorships.select("author", "work", "day"), BEGINS)

    assert dict(since.filter(pl.col("author") <= 3).iter_rows()) == {1: 2020, 2: 2010, 3: 2010}


def test_whoever_could_not_be_known_before_is_not_taken_for_a_beginner_themselves() -> None:
    led = [(f"202{n}-03-01", (10 + n, HEAD)) for n in range(1, 4)]
    authorships = lists(*led, ("2024-03-01", (PUPIL, HEAD)))
    joint, people = advisee_pairs.first_last_pairs(authorships, date(2026, 1, 1)), everybody(authorships)

    def heads(venue: str) -> set[int]:
        told = works(authorships, *[venue] * 4)
        since = coverage_start.author_coverage_start(told, authorships.select("author", "work", "day"), BEGINS)
        found = advisee_pairs.infer_advisees(joint, authorships, people, at(), date(2026, 1, 1), BEGINS, since)
        return set(found["head"])

    assert (heads(NEW), heads(OLD)) == ({HEAD}, set())
