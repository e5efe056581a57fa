"""Since when the store could know of somebody: a first work is the first only if older ones would be stored, too."""

from __future__ import annotations

import polars as pl

FIRST = 0.01  # share of works that may be older than what the store is said to cover
ENOUGH = 50  # stored works of a series of venues from which its first stored year says since when it is covered
_YEAR = r"[\s']*(?:19|20)?\d{2}$"


def store_start_year(works: pl.DataFrame) -> int:
    """The first year that a store covers as a whole."""
    return int(works["date"].dt.year().quantile(FIRST, "lower") or 0)


def author_coverage_start(works: pl.DataFrame, authorships: pl.DataFrame, begins: int) -> pl.DataFrame:
    """``author``, ``begins``: the first stored year of the series of venues in which somebody's first works stand.

    Files of one field may begin years after those of another: whoever writes there seems to have begun with them.

    Args:
        works: table ``works``.
        authorships: ``author``, ``work``, ``day`` of those who are asked about, all their works up to a day.
        begins: the first year that the store covers as a whole, for works of no such series.
    """
    series = pl.col("venue").str.replace(_YEAR, "").str.to_lowercase()
    each = works.lazy().filter("published").select("work", series=series, year=pl.col("date").dt.year())
    covered = each.drop_nulls("series").group_by("series").agg(since=pl.col("year").min(), size=pl.len())
    covered = covered.filter(pl.col("size") >= ENOUGH).select("series", "since")
    year = pl.from_epoch("day", time_unit="d").dt.year()
    first = (
        authorships.lazy()
        .select("author", "work", year=year)
        .filter(pl.col("year") == pl.col("year").min().over("author"))
    )
    placed = first.join(each.select("work", "series"), on="work", how="left").join(covered, on="series", how="left")
    since = pl.col("since").fill_null(begins).max()
    return placed.group_by("author").agg(begins=pl.max_horizontal(since, pl.lit(begins))).sort("author").collect()
