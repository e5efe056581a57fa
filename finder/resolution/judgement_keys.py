"""A person's judgements in resolution: what they tie together, and what they keep apart.

A judgement counts like an id of a registry of its own. "Same" gives both sides one id; "different" gives each side
another id of one registry, so that the two conflict, and takes away whatever key they still share. Later judgements
win over earlier ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from finder.storage import Store
from finder.storage.judgements import Judgement, Sighting

_TOKENS = pl.Schema(
    {
        "judgement": pl.Int64,
        "verdict": pl.String,
        "side": pl.String,
        "id": pl.String,
        "record": pl.Int64,
        "fold": pl.String,
    }
)


def judgement_tokens(store: Store) -> pl.DataFrame | None:
    """All tokens of all judgements, in the order of judgement; None where nobody has judged.

    Returns:
        Columns ``judgement``, ``verdict``, ``side`` ("a" or "b") and either ``id`` or ``record`` and ``fold``.
    """
    made = store.judgements.list_judgements()
    if not made:
        return None
    sighted = [t for judgement in made for t in (*judgement.a, *judgement.b) if isinstance(t, Sighting)]
    numbers = store.records.ids_by_key((t.source, t.kind, t.source_id) for t in sighted)
    rows = [
        (j.id, j.verdict, side, *_token_columns(token, numbers)) for j in made for side, token in _judgement_sides(j)
    ]
    return pl.DataFrame(rows, schema=_TOKENS, orient="row")


def _judgement_sides(judgement: Judgement) -> Sequence[tuple[str, str | Sighting]]:
    return [("a", token) for token in judgement.a] + [("b", token) for token in judgement.b]


def _token_columns(
    token: str | Sighting, numbers: dict[tuple[str, str, str], int]
) -> tuple[str | None, int | None, str | None]:
    if isinstance(token, Sighting):
        return None, numbers.get((token.source, token.kind, token.source_id)), token.fold
    return token, None, None


def apply_judgements(rows: pl.DataFrame, ids: pl.DataFrame, said: pl.DataFrame | None) -> pl.DataFrame:
    """The keys that make an identity, as the judgements leave them.

    Args:
        rows: ``node``, ``record``, ``fold``.
        ids: ``node``, ``id``, ``scheme``, ``key``.
        said: as :func:`judgement_tokens` gives them.

    Returns:
        ``node``, ``scheme``, ``key``, ``judged``, ``token`` (equal for one id): of ids, and of judgements.
    """
    keys = ids.select("node", "scheme", "key", judged=pl.lit(value=False), token=pl.col("id").hash(seed=17))
    if said is None:
        return keys
    for (judgement, verdict), tokens_ in said.group_by("judgement", "verdict", maintain_order=True):
        # whom an earlier judgement has parted from an id is not meant by it any more
        part = _nodes_of_judgement(rows, ids.join(keys, on=("node", "key"), how="semi"), tokens_)
        if verdict == "same":
            keys = pl.concat([keys, _build_judgement_keys(part, pl.lit(""), "judged")])
            continue
        a, b = part.filter(pl.col("side") == "a"), part.filter(pl.col("side") == "b")
        shared = keys.join(a, on="node", how="semi").select("key").unique().with_columns(shared=pl.lit(value=True))
        on_b = b.select("node").unique().with_columns(on_b=pl.lit(value=True))
        keys = (
            keys.join(shared, on="key", how="left", maintain_order="left")
            .join(on_b, on="node", how="left", maintain_order="left")
            .with_columns(
                key=pl.when(pl.col("shared") & pl.col("on_b"))
                .then(pl.struct("key", pl.lit(judgement)).hash(seed=18))
                .otherwise("key")
            )
            .drop("shared", "on_b")
        )
        keys = pl.concat([keys, _build_judgement_keys(part, pl.col("side"), f"judged:{judgement}")])
    return keys


def _nodes_of_judgement(rows: pl.DataFrame, ids: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """``judgement``, ``side``, ``node`` of one judgement; a printed name counts before the ids it bears."""
    by_sight = said.filter(pl.col("record").is_not_null()).drop("id").join(rows, on=("record", "fold"))
    by_id = said.filter(pl.col("id").is_not_null()).drop("record", "fold").join(ids, on="id")
    columns = ("judgement", "side", "node")
    both = pl.concat([by_sight.select(columns), by_id.select(columns)])
    return both.unique("node", keep="first", maintain_order=True)


def _build_judgement_keys(part: pl.DataFrame, side: pl.Expr, scheme: str) -> pl.DataFrame:
    key = pl.struct("judgement", side.alias("side")).hash(seed=19)
    return part.select("node", scheme=pl.lit(scheme), key=key, judged=pl.lit(value=True), token=key)
