"""Printed names between several people of one name: each goes to the identity that it is tied to clearly best."""

from __future__ import annotations

import polars as pl

from finder.resolution.connected_components import label_components
from finder.resolution.link_confidence import COAUTHOR, HOMEPAGE, INSTITUTION, TOPIC, VERSION

WEIGHTS = {COAUTHOR: 2, INSTITUTION: 2, TOPIC: 1, VERSION: 8, HOMEPAGE: 8}  # of what ties a name to an identity
CLEARLY = 2  # times the weight of the next best
_LONGEST = 10  # names between a name and the identity it is tied to


def split_conflicts(rows: pl.DataFrame, keys: pl.DataFrame, ties: pl.DataFrame) -> pl.DataFrame:
    """Components in which one registry knows two people are taken apart along their ids.

    Names without an id go where they are clearly tied best, directly or through others that went there; the rest stay
    together as they are tied to each other.

    Args:
        rows: ``node``, ``label``, ``identity`` (null without an id).
        keys: ``node``, ``scheme``.
        ties: ``node``, ``key``, ``reason``.
    """
    # being judged the same is what makes one identity, no registry that could know two
    registered = keys.filter(pl.col("scheme") != "judged").select("node", "scheme")
    conflicting = (
        registered.join(rows.select("node", "label", "identity"), on="node")
        .group_by("label", "scheme")
        .agg(people=pl.col("identity").n_unique())
        .filter(pl.col("people") > 1)
        .select("label")
        .unique()
    )
    if conflicting.is_empty():
        return rows
    torn = rows.join(conflicting, on="label", how="semi").select("node", owner="identity")
    inside = ties.join(torn, on="node").with_columns(
        weight=pl.col("reason").replace_strict(WEIGHTS, return_dtype=pl.Int64)
    )
    owned = torn
    for _ in range(_LONGEST):
        given = _assign_clear_owners(inside.select("node", "key", "weight").join(owned, on="node"))
        if given.is_empty():
            break
        owned = owned.join(given, on="node", how="left").select("node", owner=pl.coalesce("owner", "given"))
    rest = owned.filter(pl.col("owner").is_null()).select("node")
    tied = label_components(inside.select("node", "key").join(rest, on="node", how="semi"))
    owned = owned.join(tied, on="node", how="left").select("node", own=pl.coalesce("owner", "label", "node"))
    return rows.join(owned, on="node", how="left").with_columns(label=pl.coalesce("own", "label")).drop("own")


def _assign_clear_owners(inside: pl.DataFrame) -> pl.DataFrame:
    """``node``, ``given``: names that nobody owns yet, with whom they are tied to clearly best."""
    owners = inside.filter(pl.col("owner").is_not_null()).select("key", "owner").unique()
    loose = inside.filter(pl.col("owner").is_null()).select("node", "key", "weight")
    weighed = loose.join(owners, on="key").group_by("node", "owner").agg(pl.col("weight").sum())
    ordered = weighed.sort("node", "weight", descending=[False, True])
    best = ordered.group_by("node", maintain_order=True).agg(
        given=pl.col("owner").first(), best=pl.col("weight").first(), next=pl.col("weight").get(1, null_on_oob=True)
    )
    return best.filter(pl.col("best") >= CLEARLY * pl.col("next").fill_null(0)).select("node", "given")
