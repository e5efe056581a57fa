"""Counts of filters: each says how many people its value would leave, with all others as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finder import answers, demo_metadata, demo_store
from finder.answers import Query
from finder.answers.facets import count_facets
from finder.storage import Store
from tests.once import demo_home
from tests.worlds import stored, work

INTEREST = "multimodal learning"
FILTERED: tuple[dict[str, object], ...] = (
    {},
    {"countries": ("DE",)},
    {"stages": ("early-career faculty", "established faculty")},
    {"traits": ("moved",), "countries": ("DE", "US")},
    {"not_at": ("university",), "kind": "faculty"},
)


@pytest.fixture(scope="module")
def world_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return demo_store.open_demo_store(demo_home(tmp_path_factory), pytest.fail)


@pytest.mark.parametrize("filters", FILTERED)
def test_each_count_is_the_size_of_the_list_that_its_value_gives(
    world_store: Store, filters: dict[str, object]
) -> None:
    query = Query(INTEREST, demo_metadata.demo_today(), **filters)  # type: ignore[arg-type]
    gathered = answers.collect_candidates(world_store, query.without_filters())
    facets = count_facets(gathered, query)

    def total(changed: Query) -> int:
        return answers.rank_candidates(world_store, gathered, changed).total

    for code in list(facets.countries)[:4]:
        assert facets.countries[code] == total(replace(query, countries=(code,)))
    for stage, count in facets.stages.items():
        assert count == total(replace(query, stages=(stage,)))
    for trait, count in facets.traits.items():
        assert count == total(replace(query, traits=tuple(dict.fromkeys((*query.traits, trait)))))


def test_what_nothing_stored_can_tell_is_said_instead_of_zero(tmp_path: Path, world_store: Store) -> None:
    query = Query(INTEREST, demo_metadata.demo_today())
    known = count_facets(answers.collect_candidates(world_store, query), query)
    assert not known.unknowable
    assert all(known.traits.values())
    with stored(tmp_path, work(f"On {INTEREST}", "Ada Vell @ Uni A, DE")) as store:
        bare = count_facets(answers.collect_candidates(store, query), query)
    assert set(bare.unknowable) == {"new", "recruiting", "funded"}
    assert "finder.toml" in bare.unknowable["recruiting"]
