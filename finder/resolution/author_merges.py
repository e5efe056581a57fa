"""People who are one, by their company: records of one name, or of spellings of one, that share co-authors and places.

Two records become one where enough speaks for it and nothing against: no ids that contradict each other, no work on
which both stand, and nobody else who would fit as well. Then their company is looked at again, until nothing changes.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from finder.resolution import name_variants
from finder.resolution.connected_components import label_components
from finder.resolution.link_confidence import COMPANY, PROFILES, RARE, SPELLING
from finder.resolution.name_variants import FAMILY, FIRST, INITIAL, MIDDLE, NICKNAME, ORDER, SAME

CROWD, HOST = 30, 300  # authors above which sharing a work says half as much about who somebody is, and nothing
TOGETHER = 2  # co-authors in common, or one and an institution, that are proof …
MANY = 5  # … unless more names than this could be spellings of one another, or a name is common: then one more
ALONE = 3.0  # expected bearers up to which a co-author of a name is taken for one person
SEVERAL, DOZENS = 1.0, 10.0  # expected bearers from which one more is asked for, and three more
AGREED = 3  # for a nickname: co-authors in common and the institution
TWICE = 3  # for two profiles in one registry: so much for a rare name, one more for others and for two places each
CLEARLY = 2  # times what speaks for the next best
ROUNDS = 6
LARGE = 50  # records that would become one at once, above which only pairs do

_MOVED = pl.Schema({"label": pl.Int64, "into": pl.Int64, "joined": pl.UInt16})


class _CoauthorContext(NamedTuple):
    """What is known of people who could be one.

    Attributes:
        names: ``label``, ``name``, ``variant``, ``kind``, …: what their names could be spellings of.
        mates: ``label``, ``mate``, ``crowd``: with whom they wrote (a rare name, or a person), and whether only among
            many.
        near: ``label``, ``institution``.
        ids: ``label``, ``scheme``, ``token``.
        works: ``label``, ``record``.
        given: ``label``, ``family``, ``first``: given names in full.
        sizes: ``label``, ``size``, ``stamp`` (orders equals by what they are, not by when they came).
    """

    names: pl.DataFrame
    mates: pl.DataFrame
    near: pl.DataFrame
    ids: pl.DataFrame
    works: pl.DataFrame
    given: pl.DataFrame
    sizes: pl.DataFrame

    def restrict_to(self, labels: pl.Series) -> _CoauthorContext:
        """The company of some people."""
        some = pl.DataFrame({"label": labels.unique()})
        return _CoauthorContext(*(frame.join(some, on="label", how="semi") for frame in self))

    def merge_labels(self, unions: pl.DataFrame) -> _CoauthorContext:
        """The same after some became one."""
        names, mates, near, ids, works, given, sizes = (_relabel_column(frame, "label", unions) for frame in self)
        tokens = unions.select(label=_label_token("label"), into=_label_token("into"))
        mates = _relabel_column(mates, "mate", tokens).filter(pl.col("mate") != _label_token("label"))
        sizes = sizes.group_by("label").agg(pl.col("size").sum(), pl.col("stamp").min())
        return _CoauthorContext(
            names.unique(), _dedupe_coauthors(mates), near.unique(), ids.unique(), works.unique(), given.unique(), sizes
        )


def merge_authors(
    rows: pl.DataFrame, keys: pl.DataFrame, places: pl.DataFrame, bearers: pl.DataFrame, raw_works: pl.DataFrame
) -> pl.DataFrame:
    """Who is to be counted with whom.

    Args:
        rows: ``node``, ``record``, ``position``, ``fold``, ``label``: people so far.
        keys: ``node``, ``scheme``, ``token`` of ids: people with different ids in one registry are two.
        places: ``record``, ``position``, ``institution``.
        bearers: ``fold``, ``bearers``.
        raw_works: ``record``, ``title``.

    Returns:
        ``label``, ``into``, ``joined`` (a constant of :mod:`finder.resolution.link_confidence`): one row for each
        person who goes with another; nobody stands on both sides.
    """
    moved = pl.DataFrame(schema=_MOVED)
    names = (
        rows.select("label", "fold")
        .unique()
        .join(name_variants.find_name_variants(rows), on="fold")
        .join(bearers, on="fold")
    )
    mates = _find_coauthors(rows, names.select("label").unique(), bearers)
    pairs = _candidate_pairs(names, mates)
    if pairs.is_empty():
        return moved
    # whoever shares no company with anybody of such a name is not looked at any further
    some = pl.DataFrame({"label": pl.concat([pairs["label"], pairs["into"]]).unique()})
    company = _build_context(rows.join(some, on="label", how="semi"), keys, places, raw_works, names, mates)
    for _ in range(ROUNDS):
        pairs = _weigh_pairs(_compatible_names(pairs, company), company)
        unions = _select_merges(_unambiguous_pairs(pairs, company), company)
        if unions.is_empty():
            break
        moved = pl.concat([_relabel_column(moved, "into", unions), unions])
        company = company.restrict_to(pl.concat([pairs["label"], pairs["into"]])).merge_labels(unions)
        pairs = _candidate_pairs(company.names, company.mates)
    return moved


def _find_coauthors(rows: pl.DataFrame, some: pl.DataFrame, bearers: pl.DataFrame) -> pl.DataFrame:
    """``label``, ``mate``, ``crowd``, see :class:`_CoauthorContext`."""
    authors = pl.len().over("record")
    # a name that is not common is one person, however many records of it there are
    mate = pl.when(pl.col("bearers") <= ALONE).then(pl.col("fold").hash(seed=31)).otherwise(_label_token("label"))
    on_works = rows.filter(pl.col("position") >= 0).with_columns(crowd=authors > CROWD, many=authors > HOST)
    beside = on_works.filter(~pl.col("many")).join(bearers, on="fold", how="left")
    beside = beside.select("record", "label", "crowd", mate=mate)
    own = rows.join(some, on="label", how="semi").select("label", "record")
    both = own.lazy().join(beside.lazy(), on="record", suffix="_mate")
    return _dedupe_coauthors(both.filter(pl.col("label") != pl.col("label_mate")).collect())


def _label_token(label: str) -> pl.Expr:
    return pl.col(label).hash(seed=32)


def _build_context(
    own: pl.DataFrame,
    keys: pl.DataFrame,
    places: pl.DataFrame,
    raw_works: pl.DataFrame,
    names: pl.DataFrame,
    mates: pl.DataFrame,
) -> _CoauthorContext:
    """The company of those whose rows are ``own``."""
    some = own.select("label").unique()
    parts = pl.col("fold").str.split(" ")
    given = own.select("label", family=parts.list.last(), first=parts.list.first()).unique()
    titled = own.join(raw_works.select("record", "title"), on="record", how="left")
    stamped = titled.select("label", stamp=pl.struct("fold", "title", "position").hash(seed=10))
    return _CoauthorContext(
        names.drop("fold").join(some, on="label", how="semi"),
        mates.join(some, on="label", how="semi"),
        places.join(own, on=("record", "position")).select("label", "institution").unique(),
        keys.filter(pl.col("scheme") != "judged")
        .join(own.select("node", "label"), on="node")
        .select("label", "scheme", "token")
        .unique(),
        own.select("label", "record").unique(),
        given.filter(pl.col("first").str.len_chars() > 1),
        stamped.group_by("label").agg(size=pl.len().cast(pl.Int64), stamp=pl.col("stamp").min()),
    )


def _dedupe_coauthors(mates: pl.DataFrame) -> pl.DataFrame:
    return mates.group_by("label", "mate").agg(crowd=pl.col("crowd").all())


def _relabel_column(frame: pl.DataFrame, column: str, unions: pl.DataFrame) -> pl.DataFrame:
    into = unions.select(pl.col("label").alias(column), _into="into")
    moved = frame.join(into, on=column, how="left").with_columns(pl.coalesce("_into", column).alias(column))
    return moved.drop("_into")


def _candidate_pairs(names: pl.DataFrame, mates: pl.DataFrame) -> pl.DataFrame:
    """``label``, ``into`` and both names, with how many co-authors they share; each pair once."""
    here = names.lazy().select("variant", "kind", "label", "name").join(mates.lazy(), on="label")
    here = here.filter(pl.len().over("variant", "mate") > 1)
    both = here.join(here.drop("kind"), on=("variant", "mate"), suffix="_into")
    pairs = (
        both.filter(pl.col("label") < pl.col("label_into"))
        .group_by("label", "label_into", "variant", "kind", "name", "name_into")
        .agg(
            few=pl.col("mate").filter(~pl.col("crowd") & ~pl.col("crowd_into")).n_unique().cast(pl.Int64),
            all=pl.col("mate").n_unique().cast(pl.Int64),
        )
        .with_columns(shared=pl.col("few") + (pl.col("all") - pl.col("few") + 1) // 2)
        .collect()
    )
    return pairs.rename({"label_into": "into"})


def _compatible_names(pairs: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """Pairs whose names can be one, each by the kind in which they differ least."""
    about = company.names.select("variant", "name", "short", "whole", "rest", "among", "bearers").unique(
        ("variant", "name")
    )
    pairs = pairs.join(about, on=("variant", "name")).join(
        about.drop("among", "bearers"), left_on=("variant", "name_into"), right_on=("variant", "name"), suffix="_into"
    )
    common = pl.col("rest").list.set_intersection("rest_into").list.len()
    own, other = pl.col("rest").list.unique().list.len(), pl.col("rest_into").list.unique().list.len()
    kind, same = pl.col("kind"), pl.col("name") == pl.col("name_into")
    one_short = pl.col("short") != pl.col("short_into")
    # an initial and what follows it must stand in the full name; of two full names one may lack a middle one
    fits = (
        pl.when(kind == SAME)
        .then(same)
        .when(same)
        .then(pl.lit(value=False))
        .when(kind == INITIAL)
        .then(one_short & (common == pl.when("short").then(own).otherwise(other)))
        .when(kind.is_in([MIDDLE, NICKNAME]))
        .then(common == pl.min_horizontal(own, other))
        .when(kind.is_in([FAMILY, FIRST]))
        .then(pl.col("whole") != pl.col("whole_into"))
        .otherwise(pl.lit(value=True))
    )
    fitting = pairs.filter(fits).sort("kind", "shared", "name", "name_into", descending=[False, True, False, False])
    best = fitting.unique(("label", "into"), keep="first", maintain_order=True)
    columns = ("label", "into", "kind", "name", "name_into", "among", "bearers", "shared")
    return best.select(columns)


def _weigh_pairs(pairs: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """The pairs with ``points`` for them, ``need`` (null where nothing is enough) and ``contrary`` ids."""
    at = company.near
    met = (
        pairs.select("label", "into")
        .join(at, on="label")
        .join(at, left_on=("into", "institution"), right_on=("label", "institution"))
    )
    met = met.select("label", "into").unique().with_columns(near=pl.lit(value=True))
    pairs = pairs.join(met, on=("label", "into"), how="left").join(
        _find_contradictions(pairs, company), on=("label", "into"), how="left"
    )
    flags = ("near", "agree", "contrary", "never", "beside")
    pairs = pairs.with_columns(pl.col(flag).fill_null(value=False) for flag in flags)
    near, kind = pl.col("near"), pl.col("kind")
    place = (near & (kind != ORDER)).cast(pl.Int64)
    common = (pl.col("bearers") > SEVERAL).cast(pl.Int64) + 2 * (pl.col("bearers") > DOZENS).cast(pl.Int64)
    several = pl.when(kind == SAME).then(common).otherwise((pl.col("among") > MANY).cast(pl.Int64))
    twice = TWICE + (pl.col("bearers") > RARE).cast(pl.Int64) + (~near).cast(pl.Int64)
    need = (
        pl.when(pl.col("never") | pl.col("beside"))
        .then(None)
        .when("contrary")
        .then(pl.when(kind == SAME).then(twice))
        .when(kind == NICKNAME)
        .then(pl.when(near).then(AGREED))
        .otherwise(TOGETHER + several)
    )
    points = pl.col("shared") + place + TOGETHER * pl.col("agree").cast(pl.Int64)
    pairs = pairs.with_columns(points=points, need=need)
    other = pairs.filter(pl.col("kind") == INITIAL).select("label", "into")
    return pairs.join(_different_given_names(other, company), on=("label", "into"), how="anti")


def _find_contradictions(pairs: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """``label``, ``into``: whether ids ``agree`` or are ``contrary``, for good (``never``), or both stand on a work."""
    pairs = pairs.select("label", "into").unique()
    both = pairs.join(company.ids, on="label").join(
        company.ids, left_on=("into", "scheme"), right_on=("label", "scheme"), suffix="_into"
    )
    each = both.group_by("label", "into", "scheme").agg(agree=(pl.col("token") == pl.col("token_into")).any())
    ids = each.group_by("label", "into").agg(
        never=(~pl.col("agree") & pl.col("scheme").str.starts_with("judged:")).any(),
        contrary=(~pl.col("agree")).any(),
        agree=pl.col("agree").any(),
    )
    on = company.works
    beside = pairs.join(on, on="label").join(on, left_on=("into", "record"), right_on=("label", "record"))
    beside = beside.select("label", "into").unique().with_columns(beside=pl.lit(value=True))
    return ids.join(beside, on=("label", "into"), how="full", coalesce=True)


def _different_given_names(pairs: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """Pairs of which both are known by given names in full, and by none in common."""
    given = company.given
    both = pairs.join(given, on="label").join(
        given, left_on=("into", "family"), right_on=("label", "family"), suffix="_into"
    )
    same = both.group_by("label", "into").agg(same=(pl.col("first") == pl.col("first_into")).any())
    return same.filter(~pl.col("same")).select("label", "into")


def _unambiguous_pairs(pairs: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """Pairs with enough for them, of whom neither fits somebody else nearly as well whom the other cannot be."""
    enough = pairs.filter(pl.col("points") >= pl.col("need"))
    columns = ("label", "into", "points", "name_into")
    turned = enough.select(label="into", into="label", points="points", name_into="name")
    both = pl.concat([enough.select(columns), turned])
    two = both.join(both.rename({"into": "rival", "points": "less", "name_into": "other"}), on="label").filter(
        (pl.col("into") != pl.col("rival")) & (CLEARLY * pl.col("less") > pl.col("points"))
    )
    known = both.select("into", rival="label").with_columns(known=pl.lit(value=True))
    two = two.join(known.unique(), on=("into", "rival"), how="left").filter(pl.col("known").is_null())
    against = _find_contradictions(two.select(label="into", into="rival"), company).rename(
        {"label": "into", "into": "rival"}
    )
    against = against.with_columns(two=pl.col("contrary").fill_null(value=False) | pl.col("beside").is_not_null())
    two = two.join(against.select("into", "rival", "two"), on=("into", "rival"), how="left")
    unclear = two.filter(pl.col("two").fill_null(value=False) | (pl.col("name_into") != pl.col("other")))
    unclear = unclear.select("label", "into").unique()
    enough = enough.join(unclear, on=("label", "into"), how="anti")
    return enough.join(unclear, left_on=("into", "label"), right_on=("label", "into"), how="anti")


def _select_merges(clear: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """``label``, ``into``, ``joined``: what becomes one now."""
    if clear.is_empty():
        return pl.DataFrame(schema=_MOVED)
    clear = clear.with_row_index("edge").with_columns(pl.col("edge").cast(pl.Int64))
    whole = _merge_groups(clear)
    wrong = whole.filter(pl.len().over("group") > 2)
    large = wrong.filter(pl.len().over("group") > LARGE).select("group").unique()
    wrong = wrong.join(large, on="group", how="anti")
    members = wrong.join(wrong.rename({"label": "into"}), on="group").filter(pl.col("label") < pl.col("into"))
    members = members.join(clear.select("label", "into"), on=("label", "into"), how="anti")
    against = _find_contradictions(members, company).filter(
        pl.col("contrary").fill_null(value=False) | pl.col("beside").is_not_null()
    )
    bad = pl.concat([large, members.join(against, on=("label", "into"), how="semi").select("group").unique()])
    clear = clear.join(whole, on="label")
    # where all together would contradict themselves, only those who fit each other best become one
    safe = clear.join(bad, on="group", how="anti").drop("group")
    best = _mutual_best_pairs(clear.join(bad, on="group", how="semi").drop("group"), company)
    chosen = pl.concat([safe, best])
    base = (
        _merge_groups(chosen)
        .join(company.sizes, on="label")
        .sort("group", "size", "stamp", "label", descending=[False, True, False, False])
        .with_columns(into=pl.col("label").first().over("group"))
    )
    base = base.filter(pl.col("label") != pl.col("into"))
    twice = _find_contradictions(base, company).filter("contrary").select("label", twice=pl.lit(PROFILES, pl.UInt16))
    why = pl.when(pl.col("kind") != SAME).then(SPELLING).otherwise(COMPANY)
    ends = [chosen.select("points", label=end, joined=why.cast(pl.UInt16)) for end in ("label", "into")]
    reasons = (
        pl.concat(ends)
        .sort("label", "points", "joined", descending=[False, True, False])
        .unique("label", keep="first", maintain_order=True)
    )
    base = base.join(reasons, on="label").join(twice, on="label", how="left")
    return base.select("label", "into", joined=pl.coalesce("twice", "joined"))


def _merge_groups(edges: pl.DataFrame) -> pl.DataFrame:
    """``label``, ``group``: who would become one through these pairs."""
    ends = pl.concat([edges.select(node=end, key="edge") for end in ("label", "into")])
    return label_components(ends).select(label="node", group="label")


def _mutual_best_pairs(edges: pl.DataFrame, company: _CoauthorContext) -> pl.DataFrame:
    """Pairs of whom each is the other's best."""
    sizes = company.sizes
    ends = pl.concat(
        [
            edges.select("edge", "points", label=one, other=other)
            for one, other in (("label", "into"), ("into", "label"))
        ]
    )
    ordered = ends.join(sizes, left_on="other", right_on="label").sort(
        "label", "points", "size", "stamp", "other", descending=[False, True, True, False, False]
    )
    best = ordered.unique("label", keep="first", maintain_order=True)
    twice = best.filter(pl.len().over("edge") == 2).select("edge").unique()
    return edges.join(twice, on="edge", how="semi")
