"""What a user wants, and who fits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import polars as pl

from finder import clock
from finder.answers import geo_filter
from finder.answers.geo_filter import GeoFilter
from finder.errors import UsageError
from finder.features import affiliation_history, author_summaries, funding, statements
from finder.features.stage import STAGES
from finder.ranking.advisor_score import Sort
from finder.ranking.signals import epoch_days
from finder.storage import Snapshot

Kind = Literal["faculty", "industry", "any"]
Trait = Literal["recruiting", "moved", "new", "funded"]
TRAITS: Mapping[Trait, str] = {
    "recruiting": "who do not say that they recruit",
    "moved": "not known to have moved lately",
    "new": "not known as new professors",
    "funded": "without a running grant that is known",
}
FACULTY = ("early-career faculty", "established faculty")


@dataclass(frozen=True)
class Query:
    """What a user wants.

    Attributes:
        interest: the topic in the user's words.
        countries: ISO codes; empty is anywhere.
        stages: of :data:`finder.features.stage.STAGES`; empty is whoever could advise.
        since: the newest matched work must not be older.
        as_of: the day the answer is for, today unless another is given; nothing dated later is used.
        top: rows at most.
        weights: by part of :data:`finder.ranking.advisor_score.PARTS`; the evidence is multiplied by each part to its
            power.
        sort: what comes first, see :func:`finder.ranking.advisor_score.sort_by_score`.
        without: related terms that are switched off.
        traits: who says to recruit, has moved lately, is a new professor, or has a running grant; all of them where
            several are given.
        not_at: parts of names of institutions where they must not be now, such as one's own.
        near: a place that they must be near now: a city, an institution, or coordinates; empty is anywhere.
        within: kilometres from there; None is :data:`finder.answers.geo_filter.WITHIN`.
        like: the id of a person whose recent led works are the topic, in place of the interest's words.
    """

    interest: str
    as_of: date = field(default_factory=clock.utc_today)
    countries: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    kind: Kind = "any"
    since: date | None = None
    top: int = 25
    weights: Mapping[str, float] = field(default_factory=dict)
    sort: Sort = "evidence"
    half_life: float = 4.0
    without: tuple[str, ...] = ()
    related: bool = True
    traits: tuple[Trait, ...] = ()
    not_at: tuple[str, ...] = ()
    near: str = ""
    within: int | None = None
    like: str = ""

    def __post_init__(self) -> None:
        if not self.interest.strip():
            raise UsageError('Say what you are interested in, for example: finder advisors "multimodal learning"')
        unknown = set(self.stages) - set(STAGES)
        if unknown:
            raise UsageError(f"There is no stage {', '.join(sorted(unknown))}. Stages are: {', '.join(STAGES)}.")
        if self.kind not in ("faculty", "industry", "any"):
            raise UsageError(f"--kind is faculty, industry or any, not {self.kind}.")
        if strange := set(self.traits) - set(TRAITS):
            raise UsageError(f"There is no trait {', '.join(sorted(strange))}. Traits are: {', '.join(TRAITS)}.")
        if any(len(code) != 2 or not code.isalpha() for code in self.countries):
            raise UsageError("--country takes two-letter codes such as DE or US.")
        if self.top < 1:
            raise UsageError("--top must be at least 1.")
        geo_filter.check_near_options(self.near, self.within)

    def without_filters(self) -> Query:
        """The query without its filters and weights: what decides who is gathered at all."""
        return Query(
            self.interest,
            self.as_of,
            half_life=self.half_life,
            without=self.without,
            related=self.related,
            like=self.like,
        )


class FilterReason(NamedTuple):
    """What keeps somebody off a list: which part of the query asks for it, why, and whether it holds."""

    about: str
    reason: str
    out: pl.Expr


def filter_authors(
    snapshot: Snapshot, scored: pl.DataFrame, posts: pl.DataFrame, query: Query, around: GeoFilter | None = None
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Exactly those who fit the query, and how many others there were, by the first reason that kept each out."""
    known, hurdles = build_filter_reasons(snapshot, scored, posts, query, around)
    kept, left_out = partition_by_reason(known, [(hurdle.reason, hurdle.out) for hurdle in hurdles])
    return kept.drop("countries", "at_company", "at"), left_out


def add_current_places(people: pl.DataFrame, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """People with where they are now: ``countries``, ``at_company``, ``at`` (names of institutions, in lower case)."""
    here = (
        posts.lazy()
        .filter("current")
        .group_by("author")
        .agg(
            countries=pl.col("country").drop_nulls().unique(),
            # where somebody was years ago tells the country, mostly, and the kind of place no more
            at_company=((pl.col("kind") == "company") & ~affiliation_history.is_stale(as_of)).any(),
            at=pl.col("name").str.to_lowercase().str.join("\n"),
        )
    )
    return people.lazy().join(here, on="author", how="left").collect()


def build_filter_reasons(
    snapshot: Snapshot, scored: pl.DataFrame, posts: pl.DataFrame, query: Query, around: GeoFilter | None = None
) -> tuple[pl.DataFrame, list[FilterReason]]:
    """Everybody with what the query asks about them, and the hurdles it puts before them.

    Args:
        scored: with what :func:`add_current_places` adds.
    """
    if query.traits:
        scored = _add_trait_columns(snapshot, scored, posts, query.as_of)
    if around:
        scored = scored.join(around.nearest_distances(posts), on="author", how="left")
    near_it = [FilterReason("near", reason, out) for reason, out in around.distance_tests()] if around else []
    return scored, [*near_it, *_query_filter_reasons(query)]


def partition_by_reason(
    frame: pl.DataFrame, tests: Sequence[tuple[str, pl.Expr]]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows that no test keeps out, and how many each test did, the first that holds; what is unknown does not."""
    reasons = [(reason, test.fill_null(value=False)) for reason, test in tests]
    reason = pl.coalesce([pl.when(test).then(pl.lit(name)) for name, test in reasons] or [pl.lit(None, pl.String)])
    asked = frame.lazy().with_columns(reason=reason)
    counted = asked.filter(pl.col("reason").is_not_null()).group_by("reason").len().sort("reason")
    kept = asked.filter(pl.col("reason").is_null()).drop("reason")
    left, kept = pl.collect_all([counted, kept])
    return kept, dict(left.iter_rows())


def _add_trait_columns(snapshot: Snapshot, scored: pl.DataFrame, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The same people with a column for each trait."""
    says = statements.recruiting_status(statements.load_statements(snapshot, scored, as_of)).filter(
        pl.col("polarity") == "recruiting"
    )
    moved = author_summaries.find_moves(snapshot, posts, as_of)
    known: Mapping[Trait, pl.DataFrame] = {
        "recruiting": says,
        "moved": moved,
        "new": author_summaries.find_new_faculty(snapshot, posts, scored, as_of),
        "funded": funding.find_running(snapshot, scored, as_of),
    }
    return scored.with_columns(pl.col("author").is_in(found["author"].implode()).alias(t) for t, found in known.items())


def _query_filter_reasons(query: Query) -> list[FilterReason]:
    tests: list[FilterReason] = []
    if query.countries:
        wanted = [code.upper() for code in query.countries]
        tests.append(
            FilterReason("country", "without a known country", pl.col("countries").list.len().fill_null(0) == 0)
        )
        tests.append(
            FilterReason(
                "country", "in other countries", pl.col("countries").list.set_intersection(wanted).list.len() == 0
            )
        )
    tests += [FilterReason(trait, TRAITS[trait], ~pl.col(trait)) for trait in query.traits]
    if query.not_at:
        there = [pl.col("at").str.contains(name.casefold(), literal=True) for name in query.not_at]
        tests.append(FilterReason("not_at", f"at {' or '.join(query.not_at)}", pl.any_horizontal(there)))
    if query.since:
        tests.append(FilterReason("since", "no work since then", pl.col("newest_day") < epoch_days(query.since)))
    if query.stages:
        tests.append(FilterReason("stage", "at another stage", ~pl.col("stage").is_in(query.stages)))
    else:
        tests.append(FilterReason("stage", "students", pl.col("is_student")))
    if query.kind == "faculty":
        tests.append(FilterReason("kind", "not known as faculty", ~pl.col("stage").is_in(FACULTY)))
    if query.kind == "industry":
        industry = (pl.col("stage") == "industry researcher") | pl.col("at_company")
        tests.append(FilterReason("kind", "not known as in industry", ~industry.fill_null(value=False)))
    return tests
