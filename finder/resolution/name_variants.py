"""What spellings of one name could be: initials, dropped names and particles, joined or turned around names, nicknames.

A spelling alone says little, so it only opens the question; :mod:`finder.resolution.author_merges` decides by company.
"""

from __future__ import annotations

import polars as pl

from finder import reference_data
from finder.text import names

SAME, ORDER, JOINED, MIDDLE, INITIAL, FAMILY, FIRST, NICKNAME = range(8)
"""How two names differ: not at all, …, by a second family name, by a first name that is an initial, …"""
_UMLAUT = "[äöüÄÖÜøØåÅ]"


def unify_umlaut_folds(printed: pl.DataFrame) -> pl.DataFrame:
    """``fold``, ``canonical``: names whose umlauts are written out, as they fold elsewhere ("joerg" is "jorg").

    Args:
        printed: ``name``, ``fold``.
    """
    marked = printed.filter(pl.col("name").str.contains(_UMLAUT)).select("name", "fold").unique()
    out = marked.select(
        fold=pl.col("name").map_elements(names.umlaut_name_key, return_dtype=pl.String), canonical="fold"
    ).filter(pl.col("fold") != pl.col("canonical"))
    return out.group_by("fold").agg(pl.col("canonical").min())


def find_name_variants(rows: pl.DataFrame) -> pl.DataFrame:
    """What folded names could be spellings of, where two or more meet.

    Args:
        rows: ``fold``, ``label``.

    Returns:
        ``fold``, ``name`` (its number), ``kind``, ``variant`` (equal for names that could be one), ``short`` (begins
        with an initial), ``whole`` (is all of the name there), ``rest`` (all parts but the first), ``among`` (how many
        names meet there).
    """
    parts = pl.col("fold").str.split(" ")
    several = rows.group_by("fold").agg(people=pl.col("label").n_unique())
    folded = several.filter(pl.col("fold").str.contains(" ")).sort("fold").with_row_index("name")
    folded = folded.with_columns(
        first=parts.list.first(), family=parts.list.last(), rest=parts.list.slice(1), size=parts.list.len()
    )
    folded = folded.with_columns(short=pl.col("first").str.len_chars() == 1, long=pl.col("size") > 2)
    nicknames = reference_data.nickname_index()
    nick = pl.col("first").is_in(list(nicknames))
    begun = pl.struct(pl.col("first").str.slice(0, 1), "family")
    less = parts.list.slice(0, pl.col("size") - 1).list.join(" ")
    asks, long_, short = pl.lit(value=True), pl.col("long"), pl.col("short")
    return pl.concat(
        [
            _names_sharing_key(folded.filter(pl.col("people") > 1).with_columns(key="name"), SAME, asks, alone=True),
            _names_sharing_key(folded.with_columns(key=parts.list.sort().list.join(" ").hash(1)), ORDER, asks),
            _names_sharing_key(
                folded.with_columns(key=pl.col("fold").str.replace_all(" ", "", literal=True).hash(2)), JOINED, asks
            ),
            _names_sharing_key(folded.with_columns(key=pl.struct("first", "family").hash(3)), MIDDLE, asks),
            _names_sharing_key(folded.with_columns(key=begun.hash(4)), INITIAL, short),
            _variants_without_part(folded, FAMILY, less, long_ & ~short),
            _variants_without_part(folded, FIRST, pl.col("rest").list.join(" "), long_ & short),
            _names_sharing_key(
                folded.with_columns(key=pl.struct(pl.col("first").replace(nicknames), "family").hash(7)), NICKNAME, nick
            ),
        ]
    )


def _variants_without_part(folded: pl.DataFrame, kind: int, less: pl.Expr, lacks: pl.Expr) -> pl.DataFrame:
    """Names beside the same without one part."""
    longer = folded.filter(lacks).with_columns(key=less.hash(5), whole=pl.lit(value=False))
    shorter = folded.with_columns(key=pl.col("fold").hash(5), whole=pl.lit(value=True))
    shorter = shorter.join(longer.select("key"), on="key", how="semi")
    return _names_sharing_key(pl.concat([longer, shorter]), kind, ~pl.col("whole"))


def _names_sharing_key(folded: pl.DataFrame, kind: int, asks: pl.Expr, *, alone: bool = False) -> pl.DataFrame:
    """The names whose key another one has that asks the question."""
    met = folded if alone else folded.filter(pl.col("key").is_duplicated())
    met = met.with_columns(asks=asks).filter(pl.col("asks").any().over("key"))
    whole = "whole" if "whole" in met.columns else pl.lit(value=True)
    return met.select(
        "fold",
        "name",
        "short",
        "rest",
        kind=pl.lit(kind, pl.UInt8),
        variant=pl.struct("key").hash(seed=20 + kind),
        whole=whole,
        among=pl.len().over("key"),
    )
