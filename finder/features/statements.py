"""What people say of themselves on their own pages: who recruits, who does not, who is about to begin elsewhere."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.storage import Snapshot
from finder.tables import select_sorted_rows

FRESH_YEARS = 1  # a dated invitation holds through the year it names and this many more
SEEN_DAYS = 550  # after which a page that was not read again says nothing


def load_statements(snapshot: Snapshot, authors: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All statements of some authors read up to a day, newest reading first.

    Returns:
        The table ``statements`` with ``year`` (of the date the page gives, or null) and ``age`` ("current", "old" or
        "unknown").
    """
    year = pl.col("date").str.slice(0, 4).cast(pl.Int32, strict=False)
    age = (
        pl.when(pl.col("date").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("year") >= as_of.year - FRESH_YEARS)
        .then(pl.lit("current"))
        .otherwise(pl.lit("old"))
    )
    own = select_sorted_rows(snapshot.load_table("statements"), "author", authors["author"])
    if own.is_empty():  # as for most, and the plan takes a while
        return own.with_columns(year=pl.lit(None, pl.Int32), age=pl.lit(None, pl.String))
    return (
        own.lazy()
        .filter(pl.col("seen") <= as_of, pl.col("seen") >= pl.lit(as_of).dt.offset_by(f"-{SEEN_DAYS}d"))
        .with_columns(year=year)
        .with_columns(age=age)
        .sort("author", "seen", "record", descending=[False, True, True])
        .collect()
    )


def recruiting_status(statements: pl.DataFrame) -> pl.DataFrame:
    """The one statement per author that says whether they recruit: a "no" wins, then what is dated, then the rest.

    An old invitation is no invitation; unknown age is said as such.
    """
    shown = ("author", "polarity", "quote", "url", "date", "age", "seen", "source")
    if statements.is_empty():
        return statements.select(shown)
    about = statements.filter(
        (pl.col("polarity") == "not recruiting") | ((pl.col("polarity") == "recruiting") & (pl.col("age") != "old"))
    )
    order = (
        pl.when(pl.col("polarity") == "not recruiting").then(0).when(pl.col("age") == "current").then(1).otherwise(2)
    )
    return (
        about.sort("author", order, "date", "record", descending=[False, False, True, True], nulls_last=True)
        .unique("author", keep="first", maintain_order=True)
        .select(shown)
    )


def joining_announcements(statements: pl.DataFrame) -> pl.DataFrame:
    """Who says that they begin somewhere, newest first: the institution in their own words."""
    return (
        statements.filter(
            (pl.col("polarity") == "joining") & (pl.col("age") != "old") & pl.col("institution").is_not_null()
        )
        .unique("author", keep="first", maintain_order=True)
        .select("author", "institution", "role", "quote", "url", "date", "seen", "source")
    )


def statement_pages(statements: pl.DataFrame) -> pl.DataFrame:
    """The page of each author that says most about joining them, and the page of their group where one says something.

    Args:
        statements: as :func:`load_statements` gives them.

    Returns:
        ``author``, ``openings`` (address of what they say about openings or how to apply, or null), ``group`` (address
        of a page whose path names a group, a lab, a team or its people, or null).
    """
    about = pl.col("polarity").is_in(["recruiting", "not recruiting", "conditions"])
    path = pl.col("url").str.to_lowercase().str.extract(r"^https?://[^/]+(/[^?#]*)")
    of_group = path.str.contains(r"(^|[/_-])(group|lab|team|people)s?([/._-]|$)").fill_null(value=False)
    most = pl.col("url").filter(about).mode(maintain_order=True).first()
    found = statements.group_by("author").agg(openings=most, group=pl.col("url").filter(of_group).first())
    return found.sort("author")
