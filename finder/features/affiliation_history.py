"""Where somebody is and was: affiliations in time, as of any day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from finder.resolution import affiliation_end_dates
from finder.resolution import affiliation_timeline as posted
from finder.storage import Snapshot
from finder.tables import select_sorted_rows

LATELY = timedelta(days=730)  # in which a post has to have been seen to be called one of now


def load_affiliations(snapshot: Snapshot, authors: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All known posts of some authors up to a day, newest first.

    Args:
        authors: column ``author``.

    Returns:
        One row per author, institution and role, as
        :func:`finder.resolution.affiliation_timeline.build_affiliation_timeline` gives them for that day, with the
        institution's name, id, country and kind. Where somebody stated when it began, with ``since`` (``YYYY`` or
        ``YYYY-MM``) and ``records`` (those that show it to the end).
    """
    institutions = snapshot.load_table("institutions")
    if affiliations_unchanged(snapshot, as_of):
        rows = select_sorted_rows(snapshot.load_table("posts"), "author", authors["author"])
    else:
        told, said = (
            select_sorted_rows(snapshot.load_table(t), "author", authors["author"])
            for t in ("affiliations", "statements")
        )
        rows = posted.build_affiliation_timeline(told, said, institutions, as_of)
    return add_institution_names(rows, institutions)


def add_institution_names(posts: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """Rows of table ``posts`` with ``institution_id``, ``name`` and ``kind`` of the institution."""
    about = institutions.select("institution", "institution_id", "name", "kind")
    return posts.join(about, on="institution", maintain_order="left")


def is_recently_seen(as_of: date) -> pl.Expr:
    """Whether a post was seen of late: where somebody was years ago says little about now."""
    return pl.col("last") >= as_of - LATELY


def affiliation_countries(posts: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``institution``, ``here``: in which country each is at an institution: one may be in several."""
    held = posts.filter(pl.col("country").is_not_null())
    first = held.unique(("author", "institution"), keep="first", maintain_order=True)
    return first.select("author", "institution", here="country")


def filter_recently_seen(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The posts of those of whom a current one was seen of late."""
    return posts.filter((pl.col("current") & is_recently_seen(as_of)).any().over("author"))


def is_stale(as_of: date) -> pl.Expr:
    """Whether a post is the newest that is known, and yet an old one.

    It is where somebody "was last seen", and never where they "are". It tells the country, which holds for years; it
    decides nothing about moves, the kind of place, or what became of somebody.
    """
    return pl.col("current") & ~is_recently_seen(as_of)


def affiliations_unchanged(snapshot: Snapshot, as_of: date) -> bool:
    """Whether table ``posts``, put together on one day, holds on another: nothing is dated between the two."""
    early, late = min(snapshot.publication_day, as_of), max(snapshot.publication_day, as_of)
    told, said = snapshot.load_table("affiliations"), snapshot.load_table("statements")
    begun = said.select(affiliation_end_dates.since_to_date(pl.col("date").str.slice(0, 7))).to_series()
    days = (told["first"], told["last"], said["seen"], begun)
    return not any(column.is_between(early, late, closed="right").any() for column in days)
