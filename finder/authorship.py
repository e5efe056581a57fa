"""Who led a work, and what an author's position on it counts for: the rule, in one place.

The last author and the corresponding author (who is not the first) lead a work: in most fields they head the group.
Where authors stand in alphabetical order, positions say nothing: nobody is known to have led it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import narwhals as nw
import polars as pl

LEAD_CREDIT = 1.0  # credit of whoever led the work
FIRST_CREDIT = 0.5  # credit of the first author, who did most of it
MIDDLE_CREDIT = 0.5  # credit of the others in a SMALL team
ALPHABETICAL_CREDIT = 0.7  # credit of everybody where the order is alphabetical
SMALL_TEAM = 6  # authors up to which a middle author keeps the whole credit; beyond, these share SMALL credits
TEAM = 4.0  # authors of a usual work, of which credits are the whole
LATE_YEARS = 5  # years of which somebody's own works are counted
SHARING = 0.25  # how far a larger team shares a work: credits of a work by 16 are 0.71 of those of a work by 4


_Expr = TypeVar("_Expr", pl.Expr, nw.Expr)


def is_last_author(col: Callable[[str], _Expr]) -> _Expr:
    """Whether an authorship is the last of several; never in alphabetical order.

    Args:
        col: ``pl.col`` or ``nw.col``, as the frame is.
    """
    last = col("position") == col("n_authors") - 1
    return last & (col("n_authors") > 1) & ~col("alphabetical")


def is_lead_author() -> nw.Expr:
    """Whether an authorship led its work: last, corresponding but not first, or alone; never in alphabetical order.

    Needs the columns ``position``, ``n_authors``, ``corresponding`` and ``alphabetical`` of ``authorships``.
    """
    last = nw.col("position") == nw.col("n_authors") - 1
    return (last | (nw.col("corresponding").fill_null(False) & (nw.col("position") > 0))) & ~nw.col("alphabetical")


def authorship_credit(led: nw.Expr | None = None, *, crowd: bool = True) -> nw.Expr:
    """The credit of an authorship, about 1 for whoever led a usual work.

    Args:
        led: whether it led its work, where that is a column already.
        crowd: whether larger teams share: all authors as (TEAM / authors)^SHARING, and those in the middle of a work by
            more than SMALL people the credit of SMALL.
    """
    led = is_lead_author() if led is None else led
    if not crowd:
        return _credit_by_position(led, nw.lit(1.0))
    authors = nw.col("n_authors").cast(nw.Float64)
    team = ((math.log(TEAM) - authors.clip(lower_bound=2.0).log()) * SHARING).exp()
    return _credit_by_position(led, SMALL_TEAM / authors.clip(lower_bound=float(SMALL_TEAM))) * team


def _credit_by_position(led: nw.Expr, share: nw.Expr) -> nw.Expr:
    """The credit of an authorship in a usual team, of which ``share`` is what is left for the many."""
    first = nw.when(nw.col("position") == 0).then(nw.lit(FIRST_CREDIT)).otherwise(MIDDLE_CREDIT * share)
    by_position = nw.when(led).then(nw.lit(LEAD_CREDIT)).otherwise(first)
    return nw.when(nw.col("alphabetical")).then(ALPHABETICAL_CREDIT * share).otherwise(by_position)
