"""In which country an institution is, and which names are those of two institutions in two countries."""

from __future__ import annotations

import polars as pl

from finder import reference_data

APART = ("TW", "HK", "MO")  # which many lists file under China
FEW = 3  # printings in a second country from which a name is that of a second institution
SHARE = 0.2  # of those that say where; of a rarely printed name fewer printings are enough


def add_nation_votes(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``vote`` and ``nation``, and whether that is ``abroad``: not where most of that name are.

    Args:
        rows: ``key``, ``shown``, ``id``, ``school``, ``count``; ``told`` (the country that was printed), ``given``
            (that the source gives), ``by_domain`` (that of the mail domain).
    """
    told = _most_frequent_value(rows.drop_nulls("told"), "key", "told").select("key", most_told="told")
    filed = (pl.col("given") == "CN") & pl.col("most_told").is_in(APART)
    rows = rows.join(told, on="key", how="left").with_columns(
        vote=pl.coalesce("told", pl.when(filed).then("most_told").otherwise("given"))
    )
    rows = rows.with_columns(here=pl.coalesce("vote", "by_domain"))
    main = _most_frequent_value(rows.drop_nulls("here"), "key", "here").select("key", main="here")
    printed = rows.drop_nulls("told").group_by("key", "told").agg(times=pl.col("count").sum())
    often = (pl.col("times") >= FEW) | (pl.col("times") >= SHARE * pl.col("times").sum().over("key"))
    second = printed.filter(often).select("key", here="told", second=True)
    rows = rows.join(main, on="key", how="left").join(second, on=("key", "here"), how="left")
    # companies are at home in several countries, and well-known institutions are put together by hand
    may = (
        pl.col("school")
        & pl.col("id").is_null()
        & ~pl.col("shown").is_in(list(reference_data.reference_institutions()))
    )
    abroad = (may & pl.col("second") & (pl.col("here") != pl.col("main"))).fill_null(value=False)
    return rows.with_columns(abroad=abroad, nation=pl.when(abroad).then("here").otherwise("main"))


def majority_country(rows: pl.DataFrame) -> pl.DataFrame:
    """``institution_id``, ``country``: sources disagree and misalign, so the country most often given wins.

    Domains vote only where nobody gave one: an ending in .edu is American, mostly; a few universities elsewhere have
    one.
    """
    given = _most_frequent_value(rows.drop_nulls("vote"), "institution_id", "vote")
    guessed = _most_frequent_value(rows.drop_nulls("by_domain"), "institution_id", "by_domain")
    return given.join(guessed, on="institution_id", how="full", coalesce=True).select(
        "institution_id", country=pl.coalesce("vote", "by_domain")
    )


def _most_frequent_value(rows: pl.DataFrame, key: str, value: str) -> pl.DataFrame:
    """The value that most printings have, for each key."""
    votes = rows.group_by(key, value).agg(votes=pl.col("count").sum()).sort("votes", value, descending=[True, False])
    return votes.unique(key, keep="first").select(key, value)
