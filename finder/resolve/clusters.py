"""Which rows belong together, given what ties them: connected components over shared keys, in Polars."""

from __future__ import annotations

import polars as pl


def components(ties: pl.LazyFrame | pl.DataFrame) -> pl.DataFrame:
    """The smallest node of each node's component, for nodes that share a key directly or through others.

    Args:
        ties: columns ``node`` (integer) and ``key`` (integer); one row says that the node bears the key.

    Returns:
        ``node`` and ``label``, one row per node. The order of ``ties`` does not matter.
    """
    pairs = ties.lazy().select("node", "key").unique().filter(pl.len().over("key") > 1).collect()
    pairs = pairs.with_columns(label=pl.col("node"))
    while True:
        pulled = pairs.with_columns(pl.col("label").min().over("key").alias("pulled"))
        pulled = pulled.with_columns(pl.col("pulled").min().over("node"))
        jump = pulled.select("node", target="pulled").unique("node")
        # a label is a node too: follow it one step further (pointer jumping halves the number of rounds)
        pulled = pulled.join(jump, left_on="pulled", right_on="node", how="left").with_columns(
            pl.min_horizontal("pulled", "target")
        )
        if pulled["pulled"].equals(pulled["label"]):
            break
        pairs = pulled.select("node", "key", label="pulled")
    return pairs.select("node", "label").unique("node")
