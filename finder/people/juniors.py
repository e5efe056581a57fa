"""Who was a student, or just out of it, when they wrote some work: by what they stated, and by years of publishing."""

from __future__ import annotations

import polars as pl

from finder.people.beginners import BEGUN, BELOW, BESIDE, LED, YEAR
from finder.people.roles import of_role
from finder.resolve import career

RISE = 5  # years
ASIDE = r"(?i)\bintern|student researcher"  # posts that a student holds beside studying


def students(lines: pl.DataFrame, record: pl.DataFrame, people: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Those of some authorships whose authors were students then, as far as can be told.

    They stated it, or had published for BEGUN years at most and led LED works at most until a year later, and did not
    state another post.

    Args:
        lines: ``work``, ``author``, ``day`` (since 1970).
        record: the table ``authorships`` up to the day that is asked about.
        people: ``author``, ``ids``, ``first_year`` of everybody.
        seen: sightings: ``author``, ``kind``, ``role``, ``first``, ``last`` (days).

    Returns:
        ``work``, ``author``, ``employed``: whether they stated another post beside that of a student or intern.
    """
    record = record.join(lines.select("author").unique(), on="author", how="semi")
    last = (pl.col("position") == pl.col("n_authors") - 1) & (pl.col("n_authors") > 1) & ~pl.col("alphabetical")
    led = lines.join(record.filter(last).select("author", led="day"), on="author")
    led = led.filter(pl.col("led") <= pl.col("day") + YEAR).group_by("work", "author").agg(leads=pl.len())
    known = (
        lines.join(since(record, people), on="author", how="left")
        .join(led, on=("work", "author"), how="left")
        .join(_stated(lines, seen), on=("work", "author"), how="left")
        .with_columns(pl.col("below", "above").fill_null(value=False), pl.col("leads").fill_null(0))
    )
    young = (pl.col("day") - pl.col("since") <= BEGUN * YEAR) & (pl.col("leads") <= LED) & ~pl.col("above")
    return known.filter(young | pl.col("below")).select("work", "author", employed="above").unique()


def since(record: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``since``: the day from which somebody is known to have published."""
    first = record.group_by("author").agg(stored=pl.col("day").min())
    people = people.join(first, on="author", how="semi")
    registered = career.years_registered(people["ids"])
    # of a year that is known without a day, its last day: what is known for sure
    told = people.select("author", year=pl.min_horizontal("first_year", registered.floor().fill_nan(None)))
    since = pl.min_horizontal("stored", pl.date(pl.col("year") + 1, 1, 1).dt.epoch("d") - 1)
    return first.join(told, on="author", how="left").select("author", since=since)


def _stated(lines: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``author``, ``below`` (a student then), ``above`` (more than a postdoc, by another statement)."""
    stage = of_role(pl.col("role"), pl.col("kind"))
    own = seen.filter(pl.col("role").is_not_null(), ~pl.col("role").str.contains(ASIDE))
    told = own.select("author", "first", "last", stage=stage).drop_nulls("stage")
    near = pl.col("day").is_between(pl.col("first") - BESIDE, pl.col("last") + BESIDE)
    # nobody rises from a student to a full professor in so short a time
    risen = (pl.col("stage") == "established faculty") & (pl.col("first") <= pl.col("day") + RISE * YEAR)
    then = lines.join(told, on="author").filter(near | risen)
    said = pl.col("stage")
    return then.group_by("work", "author").agg(below=(said == "student").any(), above=(~said.is_in(BELOW)).any())
