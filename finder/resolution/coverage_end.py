"""Up to which day works of each author could have been seen: not stored is not inactive.

Sources that list a venue's volumes whole (BY_VOLUME) end, for each venue, with the last volume that is stored. Somebody
whose venues end early has published since, or has not: nobody knows. Their works age from where their venues end.
"""

from __future__ import annotations

from datetime import date

import polars as pl

BY_VOLUME = frozenset(("paperlists",))
"""Sources of conference files, a venue and year each; others are asked up to the present."""
YEARS = 5  # before somebody's newest work: the venues of these are their usual ones


def author_coverage_end(authorships: pl.DataFrame, works: pl.DataFrame, today: date) -> pl.DataFrame:
    """``author``, ``seen_until`` (day since 1970): up to when works in their usual venues are stored, on average.

    Args:
        authorships: ``work``, ``author``, ``day``, ``published``.
        works: the table of that name.
        today: what works of sources that are asked up to the present count as.
    """
    now = (today - date(1970, 1, 1)).days
    by_volume = pl.col("sources").list.set_difference(list(BY_VOLUME)).list.len() == 0
    dated = (
        works.lazy()
        .filter("published")
        .select("work", series=venue_series(), day=pl.col("date").dt.epoch("d"), limited=by_volume)
    )
    ends = dated.with_columns(
        ends=pl.when("limited").then(pl.col("day").filter("limited").max().over("series")).otherwise(now)
    )
    own = (
        authorships.lazy()
        .filter("published")
        .select("author", "work", "day")
        .join(ends.select("work", "ends"), on="work")
    )
    usual = own.filter(pl.col("day") > pl.col("day").max().over("author") - YEARS * 365)
    mean = pl.col("ends").cast(pl.Float64).mean().round(0).cast(pl.Int32)
    return usual.group_by("author").agg(seen_until=mean).sort("author").collect()


def venue_series() -> pl.Expr:
    """The name of a venue without its year: "CVPR 2024" is of the series "CVPR"."""
    return pl.col("venue").fill_null("").str.replace_all(r"\b(19|20)\d\d\b", "").str.strip_chars(" -,:").alias("series")
