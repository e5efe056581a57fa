"""Who has become a professor lately, for the first time: from what they stated, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from finder.people import stage
from finder.resolve import held

NEW = 3 * 365  # days for which somebody is new
FACULTY = ("early-career faculty", "established faculty")
LED = 3  # years of leading before a post that speak for an earlier one which nobody mentions


def newcomers(posts: pl.DataFrame, record: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Those whose first faculty post began within three years, by their own word.

    Precision first: when a post began must be stated; any other faculty post that began earlier, or nobody knows when,
    rules it out; and so does a longer record of leading, unless the work before was stated to be something else.

    Args:
        posts: as :func:`finder.people.timeline.posts` gives them.
        record: ``author``, ``led_since`` (year of the first last-authorship, or null).

    Returns:
        ``author``, ``institution`` (its name), ``since`` (``YYYY`` or ``YYYY-MM``), ``evidence`` (record number),
        ``source``.
    """
    told = posts.lazy().filter(pl.col("stated") & pl.col("role").is_not_null())
    told = told.with_columns(
        told=stage.of_role(pl.col("role"), pl.col("kind")), beside=pl.col("role").str.contains(held.BESIDE)
    )
    faculty = told.filter(pl.col("told").is_in(FACULTY))
    chair = (
        faculty.filter("current", ~pl.col("beside"), pl.col("since").is_not_null())
        .filter(pl.col("first") > as_of - timedelta(days=NEW))
        .sort("author", "first", "institution", "role")
        .unique("author", keep="first", maintain_order=True)
        .select("author", "institution", "name", "first", "since", "told", "source", evidence="record")
        .collect()
    )
    if chair.is_empty():  # as nearly always, and the rest of the plan takes a while
        return chair.select("author", "since", "evidence", "source", institution="name")
    return (
        chair.lazy()
        .join(_before(chair.lazy(), faculty), on="author", how="anti")
        .join(_else(chair.lazy(), told), on="author", how="left")
        .join(record.lazy().select("author", "led_since"), on="author", how="left")
        .filter(_explained())
        .select("author", "since", "evidence", "source", institution="name")
        .sort("author")
        .collect()
    )


def _before(chair: pl.LazyFrame, faculty: pl.LazyFrame) -> pl.LazyFrame:
    """Whoever was faculty before, or may have been: a post elsewhere of which nobody says when it began."""
    other = chair.select("author", "first", here="institution").join(faculty, on="author", suffix="_other")
    unknown = pl.col("since").is_null() & (pl.col("institution") != pl.col("here"))
    return other.filter((pl.col("first_other") < pl.col("first")) | unknown).select("author").unique()


def _else(chair: pl.LazyFrame, told: pl.LazyFrame) -> pl.LazyFrame:
    """Since when somebody states to have worked as something else, up to the new post."""
    other = told.filter(~pl.col("told").is_in(FACULTY), pl.col("since").is_not_null())
    other = other.join(chair.select("author", begun="first"), on="author")
    year = pl.col("last").dt.year() >= pl.col("begun").dt.year() - 1
    return (
        other.filter(year, pl.col("first") < pl.col("begun")).group_by("author").agg(else_since=pl.col("first").min())
    )


def _explained() -> pl.Expr:
    """Whether nothing is left open in which an earlier post could hide.

    A rank above the first is rarely anybody's first: it needs the statement of what was before.
    """
    begun = pl.col("first").dt.year()
    stated = pl.col("else_since").is_not_null()
    led_long = (begun - pl.col("led_since") >= LED).fill_null(value=False)
    return stated | ((pl.col("told") == "early-career faculty") & ~led_long)
