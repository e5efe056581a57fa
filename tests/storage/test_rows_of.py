"""Rows of a sorted frame by key are those that a join would give."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from finder.tables import select_sorted_rows

KEYS = st.lists(st.integers(0, 9), max_size=30)


@given(kept=KEYS, wanted=KEYS)
def test_they_are_those_of_a_join_in_the_order_of_the_frame(kept: list[int], wanted: list[int]) -> None:
    frame = pl.DataFrame({"key": sorted(kept), "row": range(len(kept))}, schema={"key": pl.UInt32, "row": pl.Int64})
    keys = pl.Series("key", wanted, dtype=pl.UInt32)

    found = select_sorted_rows(frame, "key", keys)
    assert found.equals(frame.join(keys.to_frame(), on="key", how="semi", maintain_order="left"))
