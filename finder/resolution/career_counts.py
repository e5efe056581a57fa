"""What the works of everybody say of a career, up to a day: who led, since when, beside whom, and by which custom.

No number here comes from a stated position, and none hangs on how long ago the day is.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw
import numpy as np
import polars as pl

from finder.authorship import LATE_YEARS, is_last_author
from finder.resolution import coverage_start
from finder.tables import conform_table


def count_careers(authorships: pl.DataFrame, works: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Table ``careers``: one row per author with a published work.

    Args:
        authorships: the table of that name, whole: co-authors count, too.
        works: the table of that name.
        as_of: the last day that counts.
    """
    live = authorships.filter("published", pl.col("date") <= as_of).select(
        "author",
        "work",
        "day",
        n=pl.col("n_authors").cast(pl.Int32),
        position=pl.col("position").cast(pl.Int32),
        ordered=~pl.col("alphabetical") & (pl.col("n_authors") > 1),
        alphabetical="alphabetical",
    )
    live = live if live["work"].is_sorted() else live.sort("work", maintain_order=True)
    until = works.filter(pl.col("date") <= as_of)
    covered = coverage_start.author_coverage_start(until, live, coverage_start.store_start_year(until)).rename(
        {"begins": "covered"}
    )
    summed = _sum_career_counts(_add_coauthor_seniority(live)).join(covered.lazy(), on="author", how="left")
    return conform_table("careers", summed.sort("author").collect())


def _add_coauthor_seniority(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the seniority of those who stand beside each: when they were first seen, how much they led.

    In arrays, since authors are dense numbers and a work's authors stand together: ten times as fast as joins.
    """
    author, work, n, position = (rows[name].to_numpy() for name in ("author", "work", "n", "position"))
    ends, begins, ordered = position == n - 1, position == 0, rows["ordered"].to_numpy()
    size = int(author.max(initial=0)) + 1
    led = np.bincount(author[ordered & ends], minlength=size).astype(np.int32)[author]
    since = np.full(size, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(since, author, rows["day"].to_numpy())
    seen, none = since[author], np.int32(-1)
    first_of = np.flatnonzero(np.append(True, work[1:] != work[:-1])) if len(work) else work.astype(np.int64)
    crew = np.repeat(np.arange(len(first_of)), np.diff(first_of, append=len(author)))

    def reduce_per_work(values: np.ndarray, pick: np.ufunc) -> np.ndarray:
        return pick.reduceat(values, first_of)[crew] if len(first_of) else values

    size_of = np.diff(first_of, append=len(author))[crew] if len(first_of) else n

    def sum_per_work(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, first_of)[crew] if len(first_of) else values

    works = np.bincount(author, minlength=size).clip(1)
    sorted_names = np.bincount(author, weights=rows["alphabetical"].to_numpy(), minlength=size) / works
    once = (works == 1).astype(float)[author]
    firsts, lasts = (
        reduce_per_work(np.where(begins, seen, none), np.maximum),
        reduce_per_work(np.where(ends, led, none), np.maximum),
    )
    return rows.with_columns(
        pl.Series("is_last", ordered & ends),
        pl.Series("is_first", ordered & begins),
        pl.Series("eldest", seen <= reduce_per_work(seen, np.minimum)),
        pl.Series("leads_most", led >= reduce_per_work(led, np.maximum)),
        # of works that somebody else heads, and whose head is known
        pl.Series("firsts_since", np.where(begins | (firsts < 0), np.nan, firsts)),
        pl.Series("lasts_led", np.where(ends | (lasts < 0), np.nan, np.log1p(lasts.clip(0)))),
        # the custom of the field: how often those who write with each other stand in alphabetical order
        pl.Series("custom", sum_per_work(sorted_names[author]) / size_of),
        # how well the store covers the field: co-authors of whom no other work is there
        pl.Series("strangers", np.where(size_of > 1, (sum_per_work(once) - once) / (size_of - 1).clip(1), np.nan)),
    )


def _sum_career_counts(rows: pl.DataFrame) -> pl.LazyFrame:
    led, first = pl.col("is_last"), pl.col("is_first")
    place = pl.when("ordered").then(pl.col("position") / (pl.col("n") - 1))
    # sums of fractions differ in the last digits with the order in which they are taken: rounded, they do not
    firsts, lasts = pl.col("firsts_since").fill_nan(None).mean(), pl.col("lasts_led").fill_nan(None).mean()
    return (
        rows.lazy()
        .group_by("author")
        .agg(
            n_works=pl.len(),
            n_last=led.sum(),
            n_first=first.sum(),
            alone=(pl.col("n") == 1).mean(),
            begun=pl.col("day").min(),
            led_since=pl.when(led).then("day").min(),
            first_newest=pl.when(first).then("day").max(),
            place=place.mean().fill_null(0.5),
            eldest=pl.col("eldest").mean(),
            leads_most=pl.col("leads_most").mean(),
            firsts_since=firsts,
            lasts_led=lasts,
            custom=pl.col("custom").mean().round(6),
            strangers=pl.col("strangers").fill_nan(None).mean().fill_null(0.0).round(6),
        )
    )


def summarize_record(authorships: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """What the stored record says of people beyond any interest, up to a day.

    Args:
        authorships: rows of the table of that name: all of whoever is asked about.

    Returns:
        ``author``, ``works_recently`` (works of the last LATE_YEARS of what could have been seen), ``led_since`` (year
        of the first that they were last author of, or null), ``first_seen``, ``last_seen`` (years).
    """
    day = (as_of - date(1970, 1, 1)).days
    last = is_last_author(nw.col)
    reach = nw.min_horizontal(nw.lit(day), nw.col("seen_until").fill_null(day))
    late = nw.col("day") > reach - LATE_YEARS * 365
    return (
        authorships.filter(nw.col("published"), nw.col("day") <= day)
        .with_columns(
            is_late=nw.when(late).then(nw.lit(1)).otherwise(nw.lit(0)), led_year=nw.when(last).then(nw.col("year"))
        )
        .group_by("author")
        .agg(
            nw.col("is_late").sum().alias("works_recently"),
            nw.col("led_year").min().alias("led_since"),
            nw.col("year").min().alias("first_seen"),
            nw.col("year").max().alias("last_seen"),
        )
    )
