"""Where somebody is and was: affiliations in time, and whether they have just moved. As of any day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

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
        name, id, country and kind, and ``current``. Evidence that begins after ``as_of`` is not there; what ends after
        it ends on it.
    """
    institutions = snapshot.table("institutions").lazy().drop("latitude", "longitude")
    rows = (
        snapshot.table("affiliations")
        .lazy()
        .join(authors.lazy().select("author"), on="author", how="semi")
        .filter(pl.col("first") <= as_of)
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
        )
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


def moves(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who has changed institution lately: the newest current post began after the last of another one was seen.

    Returns:
        ``author``, ``from_name``, ``to_name``, ``first_seen``, ``evidence`` (record number); precision first: a post
        that overlaps with the new one is a second post, not a move.
    """
    current = (
        posts.filter("current")
        .group_by("author", "institution")
        .agg(to_name=pl.col("name").first(), first_seen=pl.col("first").min(), evidence=pl.col("record").first())
    )
    # whoever is at two places now has not moved between them
    settled = current.filter(pl.len().over("author") == 1)
    before = (
        posts.join(settled.select("author", now="institution"), on="author")
        .filter(pl.col("institution") != pl.col("now"))
        .group_by("author", "institution")
        .agg(from_name=pl.col("name").first(), left=pl.col("last").max())
        .sort("author", "left", "from_name", descending=[False, True, False])
        .unique("author", keep="first", maintain_order=True)
    )
    return (
        settled.join(before.select("author", "from_name", "left"), on="author")
        .filter((pl.col("left") < pl.col("first_seen")) & (pl.col("first_seen") >= as_of - timedelta(days=NEW)))
        .select("author", "from_name", "to_name", "first_seen", "evidence")
        .sort("author")
    )
