"""Who writes with whom of late, and how closely: the ties between those who lead works and the others on them."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.authorship import is_last_author
from finder.features.advisee_pairs import CROWD

LATE = 3 * 365  # days in which a joint work makes a tie: who writes one a year must not drop out
LED, ALIKE, BESIDE = (
    1.0,
    0.5,
    0.25,
)  # what a joint work says: one that the head led, one in alphabetical order, any other
CLOSE = 0.5  # weight from which two write together and did not just meet on a long list

_TIE = ("head", "author")


def recent_leaders(authorships: pl.DataFrame, as_of: date, now: date) -> pl.DataFrame:
    """Who stands last on works of late, where order says something.

    Args:
        authorships: the table of that name, whole.
        as_of: nothing dated later counts.
        now: the day that "late" is counted back from.

    Returns:
        ``author``, ``leads`` (such works, other than alone).
    """
    rows = _joint_works(authorships, as_of).filter(
        pl.col("day") > days_since_epoch(now) - LATE, ~pl.col("alphabetical")
    )
    last = rows.filter(is_last_author(pl.col))
    return last.group_by("author").agg(leads=pl.len()).sort("author").collect()


def collaboration_ties(
    authorships: pl.DataFrame,
    leaders: pl.DataFrame,
    as_of: date,
    now: date,
    *,
    heads: pl.DataFrame | None = None,
    authors: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Leaders and whom they have written with of late.

    Args:
        leaders: as :func:`recent_leaders` gives them.
        heads, authors: column ``author``: only ties of these on either side; all where neither is given.

    Returns:
        ``head``, ``author``, ``weight`` (of late works, from CLOSE on), ``led`` (late works that the head led),
        ``joint`` (late works), ``since``, ``last`` (dates of the first and newest joint work ever). Ordered by head
        and author.
    """
    rows = _joint_works(authorships, as_of)
    for side in (heads, authors):
        rows = (
            rows if side is None else rows.filter(pl.col("work").is_in(_works_by_authors(authorships, side).implode()))
        )
    own = rows.join(leaders.lazy().select("author"), on="author", how="semi")
    own = own if heads is None else own.filter(_is_in_authors("author", heads))
    others = rows if authors is None else rows.filter(_is_in_authors("author", authors))
    last = is_last_author(pl.col)
    both = own.select("work", "alphabetical", head="author", led=last).join(
        others.select("work", "author", "day"), on="work"
    )
    late = pl.col("day") > days_since_epoch(now) - LATE
    worth = pl.when("led").then(LED).when("alphabetical").then(ALIKE).otherwise(BESIDE)
    return (
        both.filter(pl.col("head") != pl.col("author"))
        .group_by(_TIE)
        .agg(
            weight=(worth * late).sum(),
            led=(pl.col("led") & late).sum(),
            joint=late.sum(),
            since=pl.col("day").min().cast(pl.Date),
            last=pl.col("day").max().cast(pl.Date),
        )
        .filter(pl.col("weight") >= CLOSE)
        .sort(_TIE)
        .collect()
    )


def filter_same_place(ties: pl.DataFrame, affiliations: pl.DataFrame) -> pl.DataFrame:
    """Ties of those who were ever seen at one institution, or of whom one was seen nowhere.

    A quick look before anybody's posts are read.
    """
    seen = affiliations.lazy().select("author", "institution").unique()
    here = ties.lazy().select(_TIE).join(seen, on="author")
    shared = here.join(seen.rename({"author": "head"}), on=("head", "institution"), how="semi").select(_TIE).unique()
    nowhere = ties.lazy().select(_TIE).join(seen, on="author", how="anti")
    return ties.lazy().join(pl.concat([shared, nowhere]), on=_TIE, how="semi").sort(_TIE).collect()


def days_since_epoch(day: date) -> int:
    """Days since 1970, as the tables have them."""
    return (day - date(1970, 1, 1)).days


def _joint_works(authorships: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Works on which people wrote together: no crowds."""
    return authorships.lazy().filter(
        pl.col("published"), pl.col("day") <= days_since_epoch(as_of), pl.col("n_authors").is_between(2, CROWD)
    )


def _works_by_authors(authorships: pl.DataFrame, authors: pl.DataFrame) -> pl.Series:
    return authorships.lazy().filter(_is_in_authors("author", authors)).select("work").unique().collect()["work"]


def _is_in_authors(column: str, authors: pl.DataFrame) -> pl.Expr:
    """Membership; for few authors in a long table this is faster than a join."""
    return pl.col(column).is_in(authors["author"].implode())
