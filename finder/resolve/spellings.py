"""One person under several spellings: initials, dropped middle names and particles, joined or turned around names.

A spelling alone says little, so it only opens the question. What decides is company: two co-authors in common, or one
and an institution, with nobody else who would fit as well.
"""

from __future__ import annotations

import polars as pl

CROWD = 30  # authors above which sharing a work says little about who somebody is
TOGETHER = 2  # co-authors in common, or one and an institution, that are proof …
MANY = 5  # … unless more names than this could be spellings of one another: then one more is asked for


def attach(rows: pl.DataFrame, keys: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Who is to be counted with whom.

    Args:
        rows: ``node``, ``record``, ``position``, ``fold``, ``label``: people so far, each of one folded name or more.
        keys: ``node``, ``scheme`` of ids: people with ids in one registry are two.
        places: ``record``, ``position``, ``institution``.

    Returns:
        ``label``, ``into``: one row for each person who goes with another; nobody stands on both sides.
    """
    variants = _variants(rows)
    people = rows.join(variants, on="fold").select("record", "position", "label", "name", "variant", "kind", "short")
    pairs = _pairs(people, rows)
    if pairs.is_empty():
        return pl.DataFrame(schema={"label": rows.schema["label"], "into": rows.schema["label"]})
    pairs = _fitting(_located(pairs, people, places), variants)
    schemes = keys.filter(pl.col("scheme") != "judged").join(rows.select("node", "label"), on="node")
    schemes = schemes.select("label", "scheme").unique()
    both = pairs.join(schemes, on="label").join(schemes, left_on=("into", "scheme"), right_on=("label", "scheme"))
    pairs = pairs.join(both.select("label", "into").unique(), on=("label", "into"), how="anti")
    pairs = pairs.join(_on_one_work(pairs, rows), on=("label", "into"), how="anti")
    return _unambiguous(pairs, schemes)


def _variants(rows: pl.DataFrame) -> pl.DataFrame:
    """What folded names could be spellings of, where two or more meet.

    Returns:
        ``fold``, ``name`` (its number), ``kind``, ``variant`` (equal for names that could be one), ``short`` (begins
        with an initial), ``rest`` (all parts but the first), ``among`` (how many names meet there).
    """
    parts = pl.col("fold").str.split(" ")
    names = rows.select("fold").unique().filter(pl.col("fold").str.contains(" ")).sort("fold")
    names = names.with_row_index("name").with_columns(
        first=parts.list.first(), family=parts.list.last(), rest=parts.list.slice(1)
    )
    names = names.with_columns(short=pl.col("first").str.len_chars() == 1)
    keys = {
        "order": pl.struct(parts.list.sort().list.join(" ")),
        "joined": pl.struct(pl.col("fold").str.replace_all(" ", "", literal=True)),
        "middle": pl.struct("first", "family"),
        "initial": pl.struct(pl.col("first").str.slice(0, 1), "family"),
    }
    each = pl.concat([
        names.select(
            "fold", "name", "short", "rest", kind=pl.lit(kind), variant=key.hash(seed=20 + number),
            asks=pl.col("short") | (pl.lit(kind) != "initial"),
        )
        for number, (kind, key) in enumerate(keys.items())
    ])  # fmt: skip
    met = pl.col("asks").any().over("variant") & (pl.len().over("variant") > 1)
    return each.filter(met).drop("asks").with_columns(among=pl.len().over("variant"))


def _pairs(people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """``label``, ``into`` and both names, with how many co-authors they share: the smaller record goes to the larger.

    An initial goes to the full name, never the other way round.
    """
    beside = rows.lazy().join(people.lazy().select("record").unique(), on="record", how="semi")
    few = beside.filter(pl.len().over("record") <= CROWD, pl.col("position") >= 0)
    mates = few.select("record", mate="label")
    beside = people.lazy().join(mates, on="record").filter(pl.col("mate") != pl.col("label")).drop("record", "position")
    sizes = rows.lazy().group_by("label").agg(size=pl.len())
    beside = beside.unique(("variant", "label", "name", "mate")).join(sizes, on="label")
    both = beside.join(beside, on=("variant", "mate"), suffix="_into").filter(
        (pl.col("label") != pl.col("label_into")) & (pl.col("name") != pl.col("name_into"))
    )
    size, other = pl.col("size"), pl.col("size_into")
    smaller = (size < other) | ((size == other) & (pl.col("name") < pl.col("name_into")))
    towards = pl.when(pl.col("kind") == "initial").then(pl.col("short") & ~pl.col("short_into")).otherwise(smaller)
    return (
        both.filter(towards)
        .sort("variant", "name", "name_into")
        .group_by("label", into="label_into")
        .agg(pl.col("mate").n_unique().alias("shared"), pl.col("variant", "kind", "name", "name_into").first())
        .collect()
    )


def _located(pairs: pl.DataFrame, people: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The pairs with ``near``: whether both were seen at one institution."""
    at = places.join(people, on=("record", "position")).select("label", "institution").unique()
    met = pairs.select("label", "into").join(at, on="label").join(
        at, left_on=("into", "institution"), right_on=("label", "institution")
    )  # fmt: skip
    met = met.select("label", "into").unique().with_columns(near=pl.lit(value=True))
    return pairs.join(met, on=("label", "into"), how="left").with_columns(pl.col("near").fill_null(value=False))


def _fitting(pairs: pl.DataFrame, variants: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose names can be one and who share enough company."""
    names = variants.select("variant", "name", "rest", "among").unique(("variant", "name"))
    pairs = pairs.join(names, on=("variant", "name")).join(
        names.drop("among"), left_on=("variant", "name_into"), right_on=("variant", "name"), suffix="_into"
    )
    rest, other = pl.col("rest"), pl.col("rest_into")
    common = rest.list.set_intersection(other).list.len()
    own, whole = rest.list.unique().list.len(), other.list.unique().list.len()
    kind = pl.col("kind")
    # an initial and what follows it must stand in the full name; of two full names one may lack a middle one
    fits = (
        pl.when(kind == "initial").then(common == own)
        .when(kind == "middle").then(common == pl.min_horizontal(own, whole))
        .otherwise(pl.lit(value=True))
    )  # fmt: skip
    place = pl.when(pl.col("near") & (kind != "order")).then(1).otherwise(0)
    enough = pl.col("shared") + place >= TOGETHER + (pl.col("among") > MANY).cast(pl.Int32)
    return pairs.filter(fits & enough).select("label", "into")


def _on_one_work(pairs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs who stand beside each other as authors: they are two."""
    on = rows.select("label", "record")
    with_both = pairs.join(on, on="label").join(on, left_on=("into", "record"), right_on=("label", "record"))
    return with_both.select("label", "into").unique()


def _unambiguous(pairs: pl.DataFrame, schemes: pl.DataFrame) -> pl.DataFrame:
    """Pairs where there is one to go to, who goes nowhere, and whose company does not contradict itself."""
    sole = pairs.filter(pl.len().over("label") == 1)
    sole = sole.join(sole.select(into="label").unique(), on="into", how="anti")
    told = sole.join(schemes, on="label").filter(pl.len().over("into", "scheme") > 1).select("label")
    return sole.join(told, on="label", how="anti")
