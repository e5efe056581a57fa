"""How sure it is that a printed name is the person it was counted with, and why.

The chances are shares of agreement with people's own profiles, measured with every id hidden by
``benchmarks/identity.py --reasons`` (``docs/benchmarks.md``): what share of the other names in a person's record are
truly theirs, by what ties a name to them and by how many people would bear it.
"""

from __future__ import annotations

import polars as pl

ID, JUDGED, COAUTHOR, INSTITUTION, TOPIC, VERSION, SPELLING, HOMEPAGE, COMPANY, PROFILES = (
    1 << bit for bit in range(10)
)
REASONS = {
    JUDGED: "your judgement",
    ID: "a shared id",
    VERSION: "another version of the same work",
    HOMEPAGE: "the same homepage",
    COAUTHOR: "a co-author in common",
    INSTITUTION: "the same institution",
    TOPIC: "a rare name and the same venue or subject",
    SPELLING: "another spelling with the same co-authors",
    COMPANY: "the same name and several co-authors in common",
    PROFILES: "another profile of the same registry with the same name and co-authors",
}
RARE, COMMON = 0.1, 2.5  # expected bearers up to which a name is rare, and from which a place in common says little
# what an id or a page says is taken at its word: it was not measured here
_BY_ID, _BY_JUDGEMENT, _BY_HOMEPAGE = 0.98, 0.99, 0.98
_BY_PROFILES = 0.9  # two profiles that nobody has said to be of one person
# ties but a homepage and the version of a work -> chance for a rare name and for another
CHANCES: dict[int, tuple[float, float]] = {
    COAUTHOR | INSTITUTION | TOPIC: (0.99, 0.95),
    COAUTHOR | INSTITUTION: (0.98, 0.93),
    COAUTHOR | TOPIC: (0.97, 0.93),
    INSTITUTION | TOPIC: (0.98, 0.93),
    COAUTHOR: (0.96, 0.93),
    INSTITUTION: (0.96, 0.90),
    TOPIC: (0.94, 0.90),
}
_LEAST = 0.9


def score_author_links(
    rows: pl.DataFrame, ties: pl.DataFrame, keys: pl.DataFrame, bearers: pl.DataFrame
) -> pl.DataFrame:
    """Reasons and chance of every printed name.

    Args:
        rows: ``node``, ``fold``, ``identity`` (or null), ``label``, ``joined`` (reason for which its company
            brought it to the label; 0 where that did not).
        ties: ``node``, ``key``, ``reason``: what names share.
        keys: ``node``, ``judged``: ids and judgements.
        bearers: ``fold``, ``bearers``.

    Returns:
        ``node``, ``reasons`` (sum of the constants above; 0 for a person seen once), ``chance`` in (0, 1].
    """
    group = rows.select("node", "fold", "label", "joined", atom=pl.coalesce("identity", "node"))
    size, several = pl.len().over("atom"), pl.len().over("label") > 1
    bearing, meant = (keys.filter(pl.col("judged") == judged)["node"].unique() for judged in (False, True))
    group = group.with_columns(
        size=size,
        several=several,
        bears=pl.col("node").is_in(bearing.implode()),
        judged=pl.col("node").is_in(meant.implode()),
    )
    outside = (
        ties.lazy()
        .join(group.lazy().filter("several").select("node", "label", "atom"), on="node")
        # a tie within one id adds nothing to it
        .filter(pl.col("atom").min().over("label", "key") != pl.col("atom").max().over("label", "key"))
        .select("atom", "reason")
        .unique()
        .group_by("atom")
        .agg(tied=pl.col("reason").sum())
        .collect()
    )
    # the largest part of a record that ids hold together is what the others are compared with
    order = pl.col("size").cast(pl.Int64) * (rows.height + 1) - pl.col("atom")
    by_id = (pl.col("size") > 1) & (order == order.max().over("label"))
    return (
        group.join(outside, on="atom", how="left")
        .join(bearers, on="fold", how="left")
        .with_columns(tied=pl.col("tied").fill_null(0).cast(pl.Int32), by_id=by_id)
        .select(
            "node",
            reasons=pl.when("several").then(_link_reasons()).otherwise(0).cast(pl.UInt16),
            chance=_link_chance().cast(pl.Float32),
        )
    )


def _link_reasons() -> pl.Expr:
    own = pl.when(pl.col("by_id") & pl.col("bears")).then(ID).otherwise("tied")
    return own + pl.when("judged").then(JUDGED).otherwise(0) + pl.col("joined")


def _link_chance() -> pl.Expr:
    tied = pl.col("tied")
    ties = tied - (tied & (VERSION | HOMEPAGE))
    rare, other = (
        ties.replace_strict({k: v[i] for k, v in CHANCES.items()}, default=_LEAST, return_dtype=pl.Float64)
        for i in (0, 1)
    )
    by_ties = pl.when(pl.col("bearers") <= RARE).then(rare).otherwise(other)
    return (
        pl.when(~pl.col("several"))
        .then(1.0)
        .when("judged")
        .then(_BY_JUDGEMENT)
        .when(pl.col("joined") == PROFILES)
        .then(_BY_PROFILES)
        .when("by_id")
        .then(_BY_ID)
        .when(tied & HOMEPAGE > 0)
        .then(_BY_HOMEPAGE)
        .otherwise(by_ties)
    )
