"""Connected components against a plain union-find."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from finder.resolution.connected_components import label_components


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-5, 5)), max_size=60))
def test_components_are_those_of_union_find(pairs: list[tuple[int, int]]) -> None:
    parent = {node: node for node, _ in pairs}

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for node, key in pairs:
        for other, same in pairs:
            if key == same:
                a, b = sorted((root(node), root(other)))
                parent[b] = a
    frame = pl.DataFrame(pairs, schema={"node": pl.Int64, "key": pl.Int64}, orient="row")
    label = dict(label_components(frame).iter_rows())

    assert {node: label.get(node, node) for node in parent} == {node: root(node) for node in parent}
