"""Posts: where people are and were, from all the times that a work or a record of theirs tells of a place."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.resolution import affiliation_end_dates
from finder.tables import conform_table

SAME_TIME = 200  # days: posts whose newest evidence is this close together are held at once
SETTLED = 5  # sightings at a place that one sighting elsewhere does not outweigh
STEADY = 15  # sightings that a statement of about the same time does not outweigh either
SETTLED_FOR = "-3y"  # within which they have to be the last ones before it
STATED_LEAD = 180  # days by which somebody's own statement outlives what works suggest
# newest first, and down to the role: what is equal must not stand in another order from day to day
_ORDER = {"author": False, "current": True, "last": True, "stated": True, "count": True, "institution": False}


def build_affiliation_timeline(
    affiliations: pl.DataFrame, statements: pl.DataFrame, institutions: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Table ``posts``: one row per author, institution and role, of all who are in ``affiliations``.

    Evidence that begins after ``as_of`` is not there; what ends after it ends on it, and what somebody stated without
    an end ends when something newer says so.

    Args:
        affiliations, statements, institutions: the tables of these names, or some authors' rows of the first two.
    """
    # what is stated without a beginning begins, and ends, on the day it was read
    dated = pl.col("stated") & (pl.col("first") < pl.col("last"))
    told = affiliations.lazy().with_columns(since=pl.when(dated).then(pl.col("first").dt.strftime("%Y")))
    if not statements.is_empty():
        told = pl.concat([told, affiliation_end_dates.affiliations_from_statements(statements, institutions, as_of)])
    told = told.filter(pl.col("first") <= as_of).with_columns(last=pl.min_horizontal("last", pl.lit(as_of)))
    # step by step: as one plan it would be computed several times over
    rows = affiliation_end_dates.close_affiliations(
        _merge_sightings(told.sort("last", "record", descending=True).collect())
    )
    lead = pl.when("stated").then(STATED_LEAD).otherwise(0)
    weight = pl.col("last").dt.epoch("d") + lead
    # the newest evidence says where somebody is; a second post seen at the same time is kept beside it
    newest = weight.max().over("author")
    newest_stated = (pl.col("stated") & pl.col("role").is_not_null() & (weight == newest)).any().over("author")
    tolerance = pl.when(newest_stated).then(0).otherwise(SAME_TIME)
    # a place that somebody came to while they held the post they state, and not once only, was not left for it
    stated_now = pl.col("stated") & (weight == newest)
    came = pl.col("first") > pl.col("first").filter(stated_now).min().over("author")
    beside = (
        came
        & (pl.col("count") > 1)
        & (pl.col("last") >= pl.col("last").max().over("author") - pl.duration(days=SAME_TIME))
    )
    started_before = pl.col("first") <= pl.col("last").max().over("author")
    current = rows.lazy().with_columns(
        current=((weight >= newest - tolerance) | beside.fill_null(value=False)) & started_before
    )
    kept = _find_settled_places(rows.lazy(), told).with_columns(kept=True)
    current = current.join(kept, on=("author", "institution"), how="left").with_columns(
        # of several roles there, the last
        current=pl.col("current") | (pl.col("kept") & (pl.col("last") == pl.col("seen"))).fill_null(value=False)
    )
    # where nothing was printed of this person, they are where the institution is
    home = institutions.lazy().select("institution", home="country")
    current = current.join(home, on="institution", how="left").with_columns(country=pl.coalesce("country", "home"))
    return conform_table("posts", current.sort(*_ORDER, "role", descending=[*_ORDER.values(), False]).collect())


def _find_settled_places(rows: pl.LazyFrame, told: pl.LazyFrame) -> pl.LazyFrame:
    """Places that were seen often, and that nothing seen since displaces yet: they are kept beside it.

    A single sighting of any other place does not; nor, where they were seen very often, a statement of about the same
    time that does not say since when: it may be of a second post.

    Args:
        rows: posts, ended where something newer says so.
        told: each time that something told of one.

    Returns:
        ``author``, ``institution``, ``seen`` (when it was last).
    """
    places = rows.group_by("author", "institution").agg(times=pl.col("count").sum(), seen=pl.col("last").max())
    seen, last = pl.col("seen"), pl.col("last")
    lately = places.filter(seen >= seen.max().over("author").dt.offset_by(SETTLED_FOR))
    often = lately.filter(pl.col("times") >= SETTLED).filter(seen == seen.max().over("author"))
    home = often.group_by("author").agg(pl.col("seen", "times").max())
    other = told.join(home, on="author").join(often, on=("author", "institution"), how="anti")
    lag = pl.duration(days=SAME_TIME)
    # whoever says since when they are elsewhere has moved
    sure = (last > seen + lag) | pl.col("since").is_not_null() | (pl.col("times") < STEADY)
    stated = (pl.col("stated") & sure & (last > seen - lag)).any()
    shown = pl.when(~pl.col("stated") & (last > seen)).then("count").otherwise(0).sum()
    new = other.group_by("author", "institution").agg(displaces=stated | (shown > 1))
    displaced = new.filter("displaces").select("author").unique()
    return often.select("author", "institution", "seen").join(displaced, on="author", how="anti")


def _merge_sightings(told: pl.DataFrame) -> pl.DataFrame:
    """One row per post, from rows that are ordered newest first."""
    rows = told.lazy().group_by(affiliation_end_dates.POST, maintain_order=True)
    rows = rows.agg(
        pl.col("unit", "country").drop_nulls().first(),
        pl.col("stated").any(),
        pl.col("first").min(),
        pl.col("last").max(),
        pl.col("count").sum(),
        pl.col("source").first(),
        pl.col("record").first(),
    )
    return rows.join(_start_dates(told.lazy()), on=affiliation_end_dates.POST, how="left", nulls_equal=True).collect()


def _start_dates(told: pl.LazyFrame) -> pl.LazyFrame:
    """Of posts that somebody stated to have begun: when, as exactly as they did, and the records that show the end."""
    dated = told.filter(pl.col("since").is_not_null()).select(affiliation_end_dates.POST).unique()
    year = pl.col("since").str.slice(0, 4)
    return (
        told.join(dated, on=affiliation_end_dates.POST, how="semi", nulls_equal=True)
        .group_by(affiliation_end_dates.POST)
        .agg(
            since=pl.col("since").filter(year == year.min()).max(),
            records=pl.col("record").filter(pl.col("last") == pl.col("last").max()).unique(),
        )
    )
