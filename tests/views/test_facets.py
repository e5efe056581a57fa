"""Counts of filters: each says how many people its value would leave, with all others as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finder import demo, views, world
from finder.store import Store
from finder.views import Wish
from finder.views.facets import count_facets
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
    return demo.ready(demo_home(tmp_path_factory), pytest.fail)


@pytest.mark.parametrize("filters", FILTERED)
def test_each_count_is_the_size_of_the_list_that_its_value_gives(
    world_store: Store, filters: dict[str, object]
) -> None:
    wish = Wish(INTEREST, world.today(), **filters)  # type: ignore[arg-type]
    gathered = views.gather(world_store, wish.question())
    facets = count_facets(gathered, wish)

    def total(changed: Wish) -> int:
        return views.ranked(world_store, gathered, changed).total

    for code in list(facets.countries)[:4]:
        assert facets.countries[code] == total(replace(wish, countries=(code,)))
    for stage, count in facets.stages.items():
        assert count == total(replace(wish, stages=(stage,)))
    for trait, count in facets.traits.items():
        assert count == total(replace(wish, traits=tuple(dict.fromkeys((*wish.traits, trait)))))


def test_what_nothing_stored_can_tell_is_said_instead_of_zero(tmp_path: Path, world_store: Store) -> None:
    wish = Wish(INTEREST, world.today())
    known = count_facets(views.gather(world_store, wish), wish)
    assert not known.unknowable
    assert all(known.traits.values())
    with stored(tmp_path, work(f"On {INTEREST}", "Ada Vell @ Uni A, DE")) as store:
        bare = count_facets(views.gather(store, wish), wish)
    assert set(bare.unknowable) == {"new", "recruiting"}
    assert "finder.toml" in bare.unknowable["recruiting"]
