"""How sure it is that a record is of one person, who else it could be, and what the user says about that."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import polars as pl

from finder.answers import lookup
from finder.answers.author_names import authors_with_plain_name
from finder.resolution import link_confidence
from finder.resolution.authors import estimate_name_bearers
from finder.results import Identity, SimilarName
from finder.storage import Snapshot
from finder.text.names import are_names_compatible, name_key

DOUBTFUL = 0.95  # chance below which a work is shown as possibly somebody else's
LIKELY_OTHERS = 8  # people shown who might be the same
CROWD = 30
LIKELY = 0.5  # chance from which two records are said to be perhaps of one person

_DUPLICATES = pl.Schema({"author": pl.UInt32, "other": pl.UInt32, "reason": pl.String, "chance": pl.Float64})


def identity_confidence(snapshot: Snapshot, author: int) -> Identity:
    """How sure it is that all works counted here are one person's.

    Returns:
        ``sure`` (mean chance over works), ``works``, ``by`` (reason, works, chance: most works first) and
        ``doubtful`` (works that hang on the least, with why).
    """
    sighted = author_work_links(snapshot, author)
    by = sighted.group_by("reasons").agg(works=pl.len(), chance=pl.col("chance").mean())
    doubtful = sighted.filter(pl.col("chance") < DOUBTFUL).sort(
        "chance", "date", "work", descending=[False, True, False]
    )
    return {
        "sure": _round_chance(sighted["chance"].mean()),
        "works": sighted.height,
        "by": [
            {
                "reason": link_reasons_phrase(row["reasons"]),
                "works": row["works"],
                "chance": _round_chance(row["chance"]),
            }
            for row in by.sort("works", "reasons", descending=True).iter_rows(named=True)
        ],
        "doubtful": [
            {
                "work_id": row["work_id"],
                "title": row["title"],
                "date": row["date"].isoformat(),
                "reason": link_reasons_phrase(row["reasons"]),
                "chance": _round_chance(row["chance"]),
            }
            for row in doubtful.head(10).iter_rows(named=True)
        ],
    }


def author_work_links(snapshot: Snapshot, author: int) -> pl.DataFrame:
    """One row per work of somebody: the surest of its versions."""
    return (
        snapshot.load_table("sightings")
        .lazy()
        .filter((pl.col("author") == author) & (pl.col("position") >= 0))
        .join(snapshot.load_table("versions").lazy(), on="record")
        .sort("chance", descending=True)
        .unique("work", keep="first")
        .join(snapshot.load_table("works").lazy().select("work", "work_id", "title", "date"), on="work")
        .collect()
    )


def link_reasons_phrase(reasons: int) -> str:
    """The reasons for which a work was counted as somebody's.

    >>> link_reasons_phrase(0), link_reasons_phrase(12)
    ('the only one stored under this name', 'a co-author in common, the same institution')
    """
    said = [text for reason, text in link_confidence.REASONS.items() if reasons & reason]
    return ", ".join(said) or "the only one stored under this name"


def _round_chance(chance: Any) -> float:
    return round(float(chance or 0.0), 2)


def similar_name_authors(snapshot: Snapshot, author: int) -> list[SimilarName]:
    """Others of the same or a like name, those with most in common first: who might be the same person.

    Returns:
        ``author_id``, ``name``, ``works``, ``place``, ``coauthors`` and ``institutions`` in common, ``against``.
    """
    people = snapshot.load_table("authors")
    person = people.row(by_predicate=pl.col("author") == author, named=True)
    others = _authors_with_like_name(snapshot, person["name"]).filter(pl.col("author") != author)
    if others.is_empty():
        return []
    concerned = pl.concat([others.select("author"), pl.DataFrame({"author": [author]}, others.select("author").schema)])
    places = snapshot.load_table("affiliations").lazy().join(concerned.lazy(), on="author", how="semi")
    mates, places = _coauthor_pairs(snapshot, concerned), places.select("author", on="institution").unique()
    counted = others.select("author", "author_id", "name", "ids", works="works_count").lazy()
    for name, company in (("coauthors", mates), ("institutions", places)):
        own = company.filter(pl.col("author") == author).select("on").unique()
        shared = company.join(own, on="on", how="semi").group_by("author").agg(pl.col("on").n_unique().alias(name))
        counted = counted.join(shared, on="author", how="left").with_columns(pl.col(name).fill_null(0))
    order = ("coauthors", "institutions", "works", "author_id")
    shown = counted.sort(*order, descending=[True, True, True, False]).head(LIKELY_OTHERS).collect()
    last = dict(lookup.last_places(snapshot, shown).select("author", "place").iter_rows())
    return [
        {
            "author_id": row["author_id"],
            "name": row["name"],
            "works": row["works"],
            "coauthors": row["coauthors"],
            "institutions": row["institutions"],
            "place": last.get(row["author"]),
            "against": _conflicting_id_schemes(person["ids"], row["ids"]),
        }
        for row in shown.iter_rows(named=True)
    ]


def _authors_with_like_name(snapshot: Snapshot, name: str) -> pl.DataFrame:
    """People of the same family name whose first name is the same or its initial, in either order."""
    parts = name_key(name).split()
    fits = pl.col("name").map_elements(
        lambda other: are_names_compatible(parts, name_key(other).split()), return_dtype=pl.Boolean
    )
    # folding every name is slow: first those that hold one of the parts, or letters that folding changes
    near = pl.any_horizontal(pl.col("plain").str.contains(part, literal=True) for part in {parts[0], parts[-1]})
    odd = pl.col("plain").str.len_bytes() > pl.col("plain").str.len_chars()
    return authors_with_plain_name(snapshot).filter(near | odd).filter(fits)


def _coauthor_pairs(snapshot: Snapshot, people: pl.DataFrame) -> pl.LazyFrame:
    """``author``, ``on``: who stands beside each of some people on works that are no crowd's."""
    rows = snapshot.load_table("authorships").lazy().filter(pl.col("n_authors") <= CROWD).select("work", "author")
    theirs = rows.join(people.lazy(), on="author", how="semi")
    both = theirs.join(rows.rename({"author": "on"}), on="work").filter(pl.col("author") != pl.col("on"))
    return both.select("author", "on")


def _conflicting_id_schemes(one: Iterable[str], other: Iterable[str]) -> str:
    """What speaks against two records being one person's: different ids in one registry."""
    mine, theirs = ({id_.split(":")[0] for id_ in ids} for ids in (one, other))
    return ", ".join(f"different {scheme} ids" for scheme in sorted(mine & theirs))


def possible_duplicates(snapshot: Snapshot, authors: pl.Series) -> pl.DataFrame:
    """Records that may be of the same person as some, though not enough says so.

    ``finder judge same`` with the ids of both makes them one.

    Returns:
        ``author`` (of ``authors``), ``other`` (any author), ``reason``, ``chance`` (measured; null where ids speak
        against it, which was not), the likeliest first.
    """
    some = pl.DataFrame({"author": authors.unique()}, schema={"author": pl.UInt32})
    printed = _author_name_keys(snapshot)
    own = printed.join(some, on="author", how="semi")
    pairs = own.join(printed, on="fold", suffix="_other").filter(pl.col("author") != pl.col("author_other"))
    pairs = pairs.select("author", "fold", other="author_other").unique(("author", "other"))
    if pairs.is_empty():
        return pl.DataFrame(schema=_DUPLICATES)
    concerned = pl.concat([pairs["author"], pairs["other"]]).unique().to_frame("author")
    places = snapshot.load_table("affiliations").lazy().join(concerned.lazy(), on="author", how="semi")
    companies = {
        "mates": _coauthor_pairs(snapshot, concerned).unique(),
        "places": places.select("author", on="institution").unique(),
    }
    for name, company in companies.items():
        met = (
            pairs.lazy()
            .select("author", "other")
            .join(company, on="author")
            .join(company, left_on=("other", "on"), right_on=("author", "on"))
        )
        counted = met.group_by("author", "other").agg(pl.len().alias(name)).collect()
        pairs = pairs.join(counted, on=("author", "other"), how="left").with_columns(pl.col(name).fill_null(0))
    pairs = pairs.join(_conflicting_registries(snapshot, pairs), on=("author", "other"), how="left")
    pairs = pairs.join(_name_bearer_counts(snapshot), on="fold")
    return (
        pairs.with_columns(chance=_same_person_chance(), reason=_same_person_reason())
        .filter((pl.col("chance") >= LIKELY) & (pl.col("schemes").is_null() | (pl.col("mates") > 0)))
        .with_columns(chance=pl.when(pl.col("schemes").is_null()).then("chance"))
        .sort("author", "chance", "mates", "other", descending=[False, True, True, False], nulls_last=True)
        .select(_DUPLICATES.names())
        .cast(_DUPLICATES)
    )


def duplicates_in_list(snapshot: Snapshot, listed: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``other``: those of a list who bear one name and may be one person.

    Args:
        listed: ``author``, ``name``, in the order of the list.
    """
    named = listed.select("author", "name").with_columns(
        fold=pl.col("name").map_elements(name_key, return_dtype=pl.String)
    )
    alike = named.filter(pl.col("fold").is_duplicated())["author"].cast(pl.UInt32)
    if alike.is_empty():
        return pl.DataFrame(schema=_DUPLICATES).select("author", "other")
    found = possible_duplicates(snapshot, alike)
    return found.filter(pl.col("other").is_in(alike.implode())).select("author", "other")


def _conflicting_registries(snapshot: Snapshot, pairs: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``other``, ``schemes``: registries that know them as two."""
    ids = (
        snapshot.load_table("authors").lazy().select("author", id="ids").explode("id", empty_as_null=True).drop_nulls()
    )
    ids = ids.select("author", scheme=pl.col("id").str.split(":").list.first()).unique()
    both = (
        pairs.lazy()
        .select("author", "other")
        .join(ids, on="author")
        .join(ids, left_on=("other", "scheme"), right_on=("author", "scheme"))
    )
    return both.group_by("author", "other").agg(schemes=pl.col("scheme").sort().str.join(", ")).collect()


def _same_person_chance() -> pl.Expr:
    """Of records of one name that stand apart, what share were one person's (``benchmarks/identity.py --doubtful``)."""
    bearers = pl.col("bearers")
    return (
        pl.when(pl.col("mates") > 0)
        .then(pl.when(bearers <= 1).then(0.9).otherwise(0.7))
        .when(pl.col("places") > 0)
        .then(pl.when(bearers <= 1).then(0.9).otherwise(0.5))
        .when(bearers <= link_confidence.RARE)
        .then(0.8)
        .otherwise(pl.when(bearers <= 1).then(0.3).otherwise(0.1))
    )


def _same_person_reason() -> pl.Expr:
    def common_count_phrase(name: str, word: str) -> pl.Expr:
        many = pl.when(pl.col(name) == 1).then(pl.lit(f" {word} in common")).otherwise(pl.lit(f" {word}s in common"))
        return pl.when(pl.col(name) > 0).then(pl.concat_str(pl.col(name).cast(pl.String), many))

    rare = pl.col("bearers") <= link_confidence.RARE
    name = pl.when(rare).then(pl.lit("the same rare name")).otherwise(pl.lit("the same name"))
    against = pl.when(pl.col("schemes").is_not_null()).then(pl.format("but different ids of {}", "schemes"))
    parts = (name, common_count_phrase("mates", "co-author"), common_count_phrase("places", "institution"), against)
    return pl.concat_str(*parts, separator=", ", ignore_nulls=True)


@lru_cache(maxsize=2)
def _author_name_keys(snapshot: Snapshot) -> pl.DataFrame:
    """``author``, ``fold``: the names under which each was printed on a work."""
    sighted = snapshot.load_table("sightings").lazy().filter(pl.col("position") >= 0)
    names = snapshot.load_table("raw_names").lazy().select("record", "position", "fold")
    return (
        sighted.select("record", "position", "author")
        .join(names, on=("record", "position"))
        .select("author", "fold")
        .unique()
        .collect()
    )


@lru_cache(maxsize=2)
def _name_bearer_counts(snapshot: Snapshot) -> pl.DataFrame:
    return estimate_name_bearers(snapshot.load_table("raw_names"))
