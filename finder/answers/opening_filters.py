"""Which open positions are wanted, and why the others are left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from finder.answers import geo_filter
from finder.answers.geo_filter import GeoFilter
from finder.answers.query import partition_by_reason
from finder.errors import UsageError
from finder.postings.category import CATEGORIES

KINDS = ("internship", "phd", "postdoc", "research", "other")
LEAST = 0.15  # fit below which a posting has nothing to do with the interest


@dataclass(frozen=True)
class OpeningFilter:
    """Which openings are wanted; empty is any.

    Attributes:
        kinds: of :data:`KINDS`.
        categories: of :data:`finder.postings.category.CATEGORIES`.
        countries: ISO codes.
        remote: only those that can be done from elsewhere.
        posted_within: days.
        deadline_from: the last day to apply must not be before this one; those that name none stay.
        organisation: part of its name.
        near: a place that one of theirs must be near; empty is anywhere.
        within: kilometres from there; None is :data:`finder.answers.geo_filter.WITHIN`.
    """

    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    remote: bool = False
    posted_within: int | None = None
    deadline_from: date | None = None
    organisation: str = ""
    near: str = ""
    within: int | None = None
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if strange := set(self.categories) - set(CATEGORIES):
            raise UsageError(f"There is no category {min(strange)}. Categories are: {', '.join(CATEGORIES)}.")
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise UsageError(f"There is no kind {', '.join(sorted(unknown))}. Kinds are: {', '.join(KINDS)}.")
        geo_filter.check_near_options(self.near, self.within)


def filter_openings(
    fitted: pl.DataFrame, wanted: OpeningFilter, as_of: date, around: GeoFilter | None
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The openings that are wanted, and how many others there are by the first reason that kept each out."""
    tests: list[tuple[str, pl.Expr]] = [("that do not fit", pl.col("fit") < LEAST)]
    tests.append(("without an address of the web", ~pl.col("addressed")))
    tests += around.distance_tests() if around else []
    if wanted.categories:
        tests.append(("of another category", ~pl.col("category").is_in(wanted.categories)))
    if wanted.kinds:
        tests.append(("of another kind", ~pl.col("kind").is_in(wanted.kinds)))
    if wanted.countries:
        codes = [code.upper() for code in wanted.countries]
        tests.append(("without a known country", pl.col("countries").list.len() == 0))
        tests.append(("in other countries", pl.col("countries").list.set_intersection(codes).list.len() == 0))
    if wanted.remote:
        tests.append(("not remote", pl.col("workplace").fill_null("") != "remote"))
    if wanted.posted_within is not None:
        since = (as_of - timedelta(days=wanted.posted_within)).isoformat()
        tests.append(("posted earlier", pl.col("posted") < since))
    if wanted.deadline_from:
        tests.append(
            ("with an earlier deadline", pl.col("deadline").fill_null("9999") < wanted.deadline_from.isoformat())
        )
    if wanted.organisation:
        held = pl.col("organisation").str.to_lowercase().str.contains(wanted.organisation.lower(), literal=True)
        tests.append(("of other organisations", ~held))
    return partition_by_reason(fitted, tests)
