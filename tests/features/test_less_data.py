"""Less data never makes a stronger claim, or nearly: of the demo's world with works, sources and years taken away."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import thinning
from finder import demo_store
from finder.demo_metadata import demo_today
from finder.resolution import input_tables, stage_model
from finder.storage import Store
from tests.once import demo_home

EXAMPLES = 25 if os.environ.get("CI_FULL") else 2
# Of what is said without a statement, the share that may be another thing than more data says: what somebody was not
# seen to do before is inferred from works that are there, and is taken back by one that comes in. The rest is none.
RISES = {
    "stage": 0.03,
    "hidden": 0.08,
    "moved": 0.05,
    "new professor": 0.3,
    "host": 0.05,
    "lab head": 0.06,
    "inactive": 0.2,
    "recruiting": 0.0,
}


@dataclass(frozen=True)
class World:
    store: Store
    frames: input_tables.Frames
    whole: thinning.MemorySnapshot


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with demo_store.open_demo_store(demo_home(tmp_path_factory), pytest.fail) as store:
        frames, _ = input_tables.load_raw_tables(store)
        yield World(store, frames, thinning.resolve_thinned_store(frames, store, demo_today(), "whole"))


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_what_is_taken_away_makes_claims_unknown_or_weaker(world: World, seed: int) -> None:
    # drawn, and not searched for: to make a cut smaller that fails would take minutes, and say no more
    every = list(thinning.iter_record_cuts(world.frames, np.random.default_rng(seed)))
    name, gone = every[seed % len(every)]
    less = thinning.resolve_thinned_store(
        thinning.drop_raw_records(world.frames, gone), world.store, demo_today(), name
    )
    found, mixed = thinning.find_unsupported_claims(world.whole, less)
    said = Counter(thinning.collect_claims(less)["claim"].to_list())
    risen = Counter(rise.claim for rise in found)

    assert mixed <= 3, name
    assert {claim: risen[claim] for claim in RISES if risen[claim] > 3 + RISES[claim] * said[claim]} == {}, name
    # the strongest claim is of nobody with a work or two
    established = [rise for rise in found if rise.after == "established faculty"]
    assert not [rise for rise in established if "of 1 works" in rise.ground or "of 2 works" in rise.ground]


chance = st.lists(st.floats(0.01, 1), min_size=6, max_size=6).map(lambda row: np.array(row) / sum(row))


@settings(deadline=None)
@given(
    chances=chance, works=st.integers(2, 40), fewer=st.integers(1, 39), strange=st.floats(0, 1), more=st.floats(0, 1)
)
def test_of_two_records_that_read_alike_the_thinner_one_says_no_more(
    chances: np.ndarray, works: int, fewer: int, strange: float, more: float
) -> None:
    def said(works: int, strange: float, *, whole: bool) -> tuple[int, bool, bool]:
        led = (works + 1) // 2
        frame = pl.DataFrame({"n_works": [works], "n_last": [led], "strangers": [strange], "whole": [whole]})
        best, told, ranked = stage_model.decide_stages(stage_model.load_stage_model(), frame, chances[None])
        return int(best[0]), bool(told[0]), bool(ranked[0])

    thick = said(works, min(strange, more), whole=True)
    for whole in (True, False):
        thin = said(min(works, fewer), max(strange, more), whole=whole)
        assert not thin[1] or (thick[1] and thick[0] == thin[0] and (thick[2] or not thin[2]))
