"""Where somebody is and was: affiliations in time, and whether they have just moved. As of any day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from finder.people import held
from finder.store import Snapshot

SAME_TIME = 200  # days: posts whose newest evidence is this close together are held at once
STATED_LEAD = 180  # days by which somebody's own statement outlives what works suggest
NEW = 3 * 365  # days after which a move is no longer news


def posts(snapshot: Snapshot, authors: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All known posts of some authors up to a day, newest first.

    Args:
        authors: column ``author``.

    Returns:
        One row per author, institution and role, as in ``affiliations`` (the newest ``unit``), with the institution's
        name, id, country and kind, ``since`` (``YYYY`` or ``YYYY-MM`` where somebody stated when it began), ``records``
        (those that show it to the end), and ``current``. Evidence that begins after ``as_of`` is not there; what ends
        after it ends on it, and what somebody stated without an end ends when something newer says so.
    """
    institutions = snapshot.table("institutions").lazy().drop("latitude", "longitude")
    told = pl.concat([_affiliations(snapshot, authors), held.announced(snapshot, authors, as_of)])
    rows = (
        told.filter(pl.col("first") <= as_of)
        .with_columns(last=pl.min_horizontal("last", pl.lit(as_of)))
        .sort("last", "record", descending=True)
        .group_by("author", "institution", "role", maintain_order=True)
        .agg(
            pl.col("unit").drop_nulls().first(),
            pl.col("stated").any(),
            pl.col("first").min(),
            pl.col("last").max(),
            pl.col("count").sum(),
            pl.col("source").first(),
            pl.col("record").first(),
            records=pl.col("record").filter(pl.col("last") == pl.col("last").max()).unique(),
            since=_earliest(pl.col("since")),
        )
        .pipe(held.ended)
        .join(institutions, on="institution")
    )
    lead = pl.when("stated").then(STATED_LEAD).otherwise(0)
    weight = pl.col("last").dt.epoch("d") + lead
    # the newest evidence says where somebody is; a second post seen at the same time is kept beside it
    newest = weight.max().over("author")
    newest_stated = (pl.col("stated") & pl.col("role").is_not_null() & (weight == newest)).any().over("author")
    tolerance = pl.when(newest_stated).then(0).otherwise(SAME_TIME)
    started_before = pl.col("first") <= pl.col("last").max().over("author")
    return (
        rows.with_columns(current=(weight >= newest - tolerance) & started_before)
        .sort(
            "author",
            "current",
            "last",
            "stated",
            "count",
            "institution",
            descending=[False, True, True, True, True, False],
        )
        .collect()
    )


def _affiliations(snapshot: Snapshot, authors: pl.DataFrame) -> pl.LazyFrame:
    """The rows of ``affiliations``, with the year in which a post began where that is stated."""
    rows = snapshot.table("affiliations").lazy().join(authors.lazy().select("author"), on="author", how="semi")
    # what is stated without a beginning begins, and ends, on the day it was read
    dated = pl.col("stated") & (pl.col("first") < pl.col("last"))
    return rows.with_columns(since=pl.when(dated).then(pl.col("first").dt.strftime("%Y")))


def _earliest(since: pl.Expr) -> pl.Expr:
    """The most exact account of the earliest year."""
    year = since.str.slice(0, 4)
    return since.filter(year == year.min()).max()


def moves(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who has changed institution lately: they came after the last of another place was seen.

    Works go on printing an old place for a while after somebody says to have left it.

    Returns:
        ``author``, ``from_name``, ``to_name``, ``first_seen``, ``since`` and ``source`` (as in :func:`posts`),
        ``evidence`` (record number); precision first: a post that overlaps with the new one is a second post, not a
        move, and a move that may have been years ago is none of late.
    """
    here = posts.filter("current").group_by("author", "institution").agg(to_name=pl.col("name").first())
    # whoever is at two places now has not moved between them
    settled = here.filter(pl.len().over("author") == 1).rename({"institution": "now"})
    both = posts.join(settled, on="author")
    before = (
        both.filter(pl.col("institution") != pl.col("now"))
        .group_by("author", "institution")
        .agg(from_name=pl.col("name").first(), left=pl.col("last").max())
        .sort("author", "left", "from_name", descending=[False, True, False])
        .unique("author", keep="first", maintain_order=True)
        .select("author", "from_name", "left")
    )
    # somebody may have been here long ago: what ended before the other place began to end is not this arrival
    arrived = (
        both.filter(pl.col("institution") == pl.col("now"))
        .join(before, on="author")
        .filter(pl.col("current") | (pl.col("last") >= pl.col("left")))
        .sort("author", "first", pl.col("since").is_null(), "record")
        .unique("author", keep="first", maintain_order=True)
    )
    lag = pl.duration(days=pl.when(pl.col("since").is_null()).then(0).otherwise(held.LAG))
    # between two works that are years apart, nobody knows when it was
    known = pl.when(pl.col("since").is_null()).then("left").otherwise("first") >= as_of - timedelta(days=NEW)
    return (
        arrived.filter((pl.col("left") < pl.col("first") + lag) & known)
        .select("author", "from_name", "to_name", "since", "source", first_seen="first", evidence="record")
        .sort("author")
    )
