"""How many people each value of a filter would leave, with all other filters as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, cast

import polars as pl

from finder.answers import CandidatePool, coverage_gaps, geo_filter
from finder.answers.query import TRAITS, FilterReason, Query, Trait, build_filter_reasons
from finder.features.stage import STAGES


class Facets(NamedTuple):
    """Counts of people by the values of three filters.

    Attributes:
        countries: by ISO code, most first; somebody with two current posts counts in both countries.
        stages: by stage, in the order of :data:`finder.features.stage.STAGES`; likely students count, though lists hide
            them unless asked for.
        traits: by trait.
        unknowable: for each trait that nothing stored can tell, the reason and what would tell it.
    """

    countries: Mapping[str, int]
    stages: Mapping[str, int]
    traits: Mapping[Trait, int]
    unknowable: Mapping[Trait, str]


def count_facets(gathered: CandidatePool, query: Query) -> Facets:
    """Counts for the filters of a query among the people of its interest.

    Raises:
        UsageError: the place of the query is not known.
    """
    snapshot, posts = gathered.snapshot, gathered.posts
    around = geo_filter.resolve_geo_filter(snapshot, query.near, query.within)
    every_trait = replace(query, traits=tuple(TRAITS))
    people, hurdles = build_filter_reasons(snapshot, gathered.people, posts, every_trait, around)
    asked = [hurdle for hurdle in hurdles if hurdle.about not in TRAITS or hurdle.about in query.traits]
    outs = people.select(
        "countries",
        "stage",
        *TRAITS,
        *(hurdle.out.fill_null(value=False).alias(f"out {number}") for number, hurdle in enumerate(asked)),
    ).lazy()
    by_country = (
        outs.filter(_passes_other_filters(asked, but="country"))
        .select(country="countries")
        .explode("country", empty_as_null=True)
        .drop_nulls()
        .group_by("country")
        .len()
        .sort(["len", "country"], descending=[True, False])
    )
    by_stage = outs.filter(_passes_other_filters(asked, but="stage")).group_by("stage").len()
    by_trait = outs.select(
        (pl.col(trait) & _passes_other_filters(asked, but=trait)).sum().alias(trait) for trait in TRAITS
    )
    countries, stages, traits = pl.collect_all([by_country, by_stage, by_trait])
    of_stage = dict(stages.iter_rows())
    return Facets(
        dict(countries.iter_rows()),
        {stage: of_stage[stage] for stage in STAGES if stage in of_stage},
        {cast("Trait", name): int(number or 0) for name, number in traits.row(0, named=True).items()},
        coverage_gaps.unknowable_traits(snapshot, people, posts),
    )


def _passes_other_filters(hurdles: list[FilterReason], but: str) -> pl.Expr:
    """Whether somebody takes every hurdle except those about one filter."""
    outs = [f"out {number}" for number, hurdle in enumerate(hurdles) if hurdle.about != but]
    return ~pl.any_horizontal(outs) if outs else pl.lit(value=True)
