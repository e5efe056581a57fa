"""Which rows belong together, given what ties them: connected components over shared keys."""

from __future__ import annotations

import numpy as np
import polars as pl


def label_components(ties: pl.LazyFrame | pl.DataFrame) -> pl.DataFrame:
    """The smallest node of each node's component, for nodes that share a key directly or through others.

    Args:
        ties: columns ``node`` (integer, from 0) and ``key`` (integer); a row says that the node bears the key.

    Returns:
        ``node`` and ``label``, one row per node that shares a key. The order of ``ties`` does not matter.
    """
    # everybody who bears a key is tied to the smallest bearer: as many edges as bearers, not pairs
    edges = (
        ties.lazy()
        .select(pl.col("node").cast(pl.Int64), "key")
        .with_columns(least=pl.col("node").min().over("key"))
        .filter(pl.col("node") != pl.col("least"))
        .select("node", "least")
        .unique()
        .collect()
    )
    label = _smallest_labels(edges["node"].to_numpy(), edges["least"].to_numpy())
    nodes = pl.concat([edges["node"], edges["least"]]).unique().sort()
    return pl.DataFrame({"node": nodes, "label": label[nodes.to_numpy()]}, schema={"node": pl.Int64, "label": pl.Int64})


def _smallest_labels(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Label of each node by hooking and pointer jumping (Shiloach & Vishkin 1982): a few passes over the edges."""
    label = np.arange(max(a.max(initial=-1), b.max(initial=-1)) + 1)
    while True:
        of_a, of_b = label[a], label[b]
        least = np.minimum(of_a, of_b)
        if np.array_equal(of_a, of_b):
            return label
        np.minimum.at(label, of_a, least)
        np.minimum.at(label, of_b, least)
        while not np.array_equal(jumped := label[label], label):
            label = jumped
