"""Who has become a professor lately, for the first time: from what they stated, or not at all.

Either they stated when their first faculty post began; or they stated to be a student or postdoc, and a faculty post
later: then it began between the two.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from finder.features import roles
from finder.resolution import affiliation_end_dates

NEW = 3 * 365  # days for which somebody is new
FACULTY = ("early-career faculty", "established faculty")
BELOW = ("student", "postdoc")
LIKELY = 1 / 3  # share of the time between two statements, in which a post began, that is of late
_TOP = r"(?i)full prof|^professor$|chair|head|dean|director|emerit"  # rarely anybody's first post
_NO_MONTH = pl.lit(None, pl.String).alias("after")
LED = 3  # years of leading before a post that speak for an earlier one which nobody mentions


def detect_new_faculty(posts: pl.DataFrame, record: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Those whose first faculty post began within three years, by their own word.

    Precision first: when a post began must be stated, or what was before; any other faculty post that began earlier, or
    nobody knows when, rules it out; and so does a longer record of leading, unless the work before was stated to be
    something else.

    Args:
        posts: as :func:`finder.features.affiliation_history.load_affiliations` gives them.
        record: ``author``, ``led_since`` (year of the first last-authorship, or null).

    Returns:
        ``author``, ``institution`` (its name), ``since`` (``YYYY`` or ``YYYY-MM``, by which they were professor),
        ``after`` (``YYYY-MM`` in which they were none yet, null where they stated when it began), ``evidence`` (record
        number), ``source``.
    """
    dated, seen = _new_by_start_date(posts, record, as_of), _new_by_statements(posts, as_of)
    return pl.concat([dated, seen.join(dated, on="author", how="anti")]).sort("author")


def _new_by_statements(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Whoever stated to be a student or postdoc, and later, for the first time, to be faculty."""
    stated = roles.add_role_readings(posts.filter(pl.col("stated"), pl.col("role").is_not_null()))
    stated = stated.filter(pl.col("told").is_not_null())
    # of a post that ended in some year, nobody knows in which month
    ended = pl.when(pl.col("since").is_not_null()).then(pl.col("last").dt.truncate("1y")).otherwise("last")
    below = stated.filter(pl.col("told").is_in(BELOW)).group_by("author").agg(before=ended.max())
    faculty = stated.filter(pl.col("told").is_in(FACULTY), ~pl.col("beside"))
    first = (
        faculty.sort("author", "first", "institution", "role")
        .unique("author", keep="first", maintain_order=True)
        # when somebody said when it began, that decides
        .filter(~pl.col("role").str.contains(_TOP), pl.col("since").is_null())
        .join(below, on="author")
        .filter(pl.col("first") > pl.col("before"))
    )
    # works may show the new place before anybody states the post
    at = posts.join(first.select("author", "institution", "before"), on=("author", "institution"))
    shown = at.filter(pl.col("first") > pl.col("before")).group_by("author").agg(shown=pl.col("first").min())
    # whoever was there before may have been professor since
    known = at.filter(pl.col("first") <= pl.col("before")).select("author").unique()
    by = pl.min_horizontal("first", "shown")
    begins = pl.lit(as_of - timedelta(days=NEW))
    likely = (by - begins).dt.total_days() >= LIKELY * (by - pl.col("before")).dt.total_days()
    newest = faculty.group_by("author").agg(newest=pl.col("last").max())
    return (
        first.join(shown, on="author", how="left")
        .join(newest, on="author")
        .with_columns(by=pl.when(pl.col("author").is_in(known["author"].implode())).then("before").otherwise(by))
        .with_columns(likely=likely)
        .filter(pl.col("by") > begins, pl.col("likely"))
        .select(
            "author",
            pl.col("by").dt.strftime("%Y-%m").alias("since"),
            pl.col("before").dt.strftime("%Y-%m").alias("after"),
            evidence="record",
            source="source",
            institution="name",
        )
    )


def _new_by_start_date(posts: pl.DataFrame, record: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Whoever stated when their first faculty post began."""
    told = roles.add_role_readings(posts.filter(pl.col("stated") & pl.col("role").is_not_null())).lazy()
    told = told.with_columns(beside=pl.col("role").str.contains(affiliation_end_dates.BESIDE))
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
        return chair.select("author", "since", _NO_MONTH, "evidence", "source", institution="name")
    return (
        chair.lazy()
        .join(_earlier_faculty(chair.lazy(), faculty), on="author", how="anti")
        .join(_other_work_since(chair.lazy(), told), on="author", how="left")
        .join(record.lazy().select("author", "led_since"), on="author", how="left")
        .filter(_is_first_post())
        .select("author", "since", _NO_MONTH, "evidence", "source", institution="name")
        .collect()
    )


def _earlier_faculty(chair: pl.LazyFrame, faculty: pl.LazyFrame) -> pl.LazyFrame:
    """Whoever was faculty before, or may have been: a post elsewhere of which nobody says when it began."""
    other = chair.select("author", "first", here="institution").join(faculty, on="author", suffix="_other")
    unknown = pl.col("since").is_null() & (pl.col("institution") != pl.col("here"))
    return other.filter((pl.col("first_other") < pl.col("first")) | unknown).select("author").unique()


def _other_work_since(chair: pl.LazyFrame, told: pl.LazyFrame) -> pl.LazyFrame:
    """Since when somebody states to have worked as something else, up to the new post."""
    other = told.filter(~pl.col("told").is_in(FACULTY), pl.col("since").is_not_null())
    other = other.join(chair.select("author", begun="first"), on="author")
    year = pl.col("last").dt.year() >= pl.col("begun").dt.year() - 1
    return (
        other.filter(year, pl.col("first") < pl.col("begun")).group_by("author").agg(else_since=pl.col("first").min())
    )


def _is_first_post() -> pl.Expr:
    """Whether nothing is left open in which an earlier post could hide.

    A rank above the first is rarely anybody's first: it needs the statement of what was before.
    """
    begun = pl.col("first").dt.year()
    stated = pl.col("else_since").is_not_null()
    led_long = (begun - pl.col("led_since") >= LED).fill_null(value=False)
    return stated | ((pl.col("told") == "early-career faculty") & ~led_long)
