"""Where somebody is and was: affiliations in time, as of any day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from finder.people import held
from finder.store import Snapshot

SAME_TIME = 200  # days: posts whose newest evidence is this close together are held at once
LATELY = timedelta(days=730)  # in which a post has to have been seen to be called one of now
STATED_LEAD = 180  # days by which somebody's own statement outlives what works suggest


def posts(snapshot: Snapshot, authors: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All known posts of some authors up to a day, newest first.

    Args:
        authors: column ``author``.

    Returns:
        One row per author, institution and role, as in ``affiliations`` (the newest ``unit``), with the institution's
        name, id, country and kind, ``since`` (``YYYY`` or ``YYYY-MM`` where somebody stated when it began; there also
        ``records``, those that show it to the end), and ``current``. Evidence that begins after ``as_of`` is not there; what ends
        after it ends on it, and what somebody stated without an end ends when something newer says so.
    """
    institutions = snapshot.table("institutions").lazy().drop("city", "latitude", "longitude")
    told = _affiliations(snapshot, authors)
    if not snapshot.table("statements").is_empty():
        told = pl.concat([told, held.announced(snapshot, authors, as_of)])
    told = told.filter(pl.col("first") <= as_of).with_columns(last=pl.min_horizontal("last", pl.lit(as_of)))
    # step by step: as one plan it would be computed several times over
    rows = held.ended(_together(told.sort("last", "record", descending=True).collect()))
    lead = pl.when("stated").then(STATED_LEAD).otherwise(0)
    weight = pl.col("last").dt.epoch("d") + lead
    # the newest evidence says where somebody is; a second post seen at the same time is kept beside it
    newest = weight.max().over("author")
    newest_stated = (pl.col("stated") & pl.col("role").is_not_null() & (weight == newest)).any().over("author")
    tolerance = pl.when(newest_stated).then(0).otherwise(SAME_TIME)
    started_before = pl.col("first") <= pl.col("last").max().over("author")
    order = {"author": False, "current": True, "last": True, "stated": True, "count": True}
    order |= {"institution": False, "role": False}
    return (
        rows.lazy()
        .join(institutions, on="institution")
        .with_columns(current=(weight >= newest - tolerance) & started_before)
        .sort(*order, descending=[*order.values()])
        .collect()
    )


def fresh(as_of: date) -> pl.Expr:
    """Whether a post was seen of late: where somebody was years ago says little about now."""
    return pl.col("last") >= as_of - LATELY


def _affiliations(snapshot: Snapshot, authors: pl.DataFrame) -> pl.LazyFrame:
    """The rows of ``affiliations``, with the year in which a post began where that is stated."""
    rows = snapshot.table("affiliations").lazy().join(authors.lazy().select("author"), on="author", how="semi")
    # what is stated without a beginning begins, and ends, on the day it was read
    dated = pl.col("stated") & (pl.col("first") < pl.col("last"))
    return rows.with_columns(since=pl.when(dated).then(pl.col("first").dt.strftime("%Y")))


def _together(told: pl.DataFrame) -> pl.DataFrame:
    """One row per post, from rows that are ordered newest first."""
    rows = told.lazy().group_by(held.POST, maintain_order=True)
    rows = rows.agg(
        pl.col("unit").drop_nulls().first(),
        pl.col("stated").any(),
        pl.col("first").min(),
        pl.col("last").max(),
        pl.col("count").sum(),
        pl.col("source").first(),
        pl.col("record").first(),
    )
    return rows.join(_begun(told.lazy()), on=held.POST, how="left", nulls_equal=True).collect()


def _begun(told: pl.LazyFrame) -> pl.LazyFrame:
    """Of posts that somebody stated to have begun: when, as exactly as they did, and the records that show the end."""
    dated = told.filter(pl.col("since").is_not_null()).select(held.POST).unique()
    year = pl.col("since").str.slice(0, 4)
    return (
        told.join(dated, on=held.POST, how="semi", nulls_equal=True)
        .group_by(held.POST)
        .agg(
            since=pl.col("since").filter(year == year.min()).max(),
            records=pl.col("record").filter(pl.col("last") == pl.col("last").max()).unique(),
        )
    )
