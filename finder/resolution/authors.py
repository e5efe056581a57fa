"""Who is who: authors from printed names, by shared ids first, then by name with somebody or somewhere in common.

Never by name alone across institutions, and never against conflicting ids: two names that bear different ids of one
registry stay two people, however much they share.
"""

from __future__ import annotations

import polars as pl

from finder.resolution import author_merges, id_conflicts, judgement_keys, link_confidence, name_variants
from finder.resolution.connected_components import label_components
from finder.resolution.link_confidence import COAUTHOR, COMMON, HOMEPAGE, INSTITUTION, RARE, TOPIC, VERSION
from finder.tables import LIST, conform_table

CROWD = 30  # authors above which sharing a work says little about who somebody is
CHANCE = 0.5  # product of the expected bearers of two names up to which finding both together is proof
TELLING = 0.01  # share of works up to which a word in common says something
REGISTRIES = ("openalex", "orcid", "openreview", "dblp", "scholar", "s2", "ieee")  # also the order of author ids
# ids that people or publishers mistype onto others' works: they count only together with the family name
_TYPED_BY_HAND = ("orcid", "scholar")

_pair = pl.struct


def resolve_authors(
    raw_names: pl.DataFrame,
    versions: pl.DataFrame,
    places: pl.DataFrame,
    raw_works: pl.DataFrame,
    struck: pl.DataFrame | None = None,
    said: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Give every printed name its author.

    Args:
        raw_names: the table of that name; rows of people's own records have position -1.
        versions: which work each record belongs to.
        places: columns ``record``, ``position``, ``institution`` (number): where the name was printed.
        raw_works: the table of that name, for titles and venues.
        struck: columns ``record``, ``position``: printed names of people who are not to be shown. Whoever bears one
            of them goes entirely, with everything that was tied to it.
        said: a person's judgements, as :func:`finder.resolution.judgement_keys.judgement_tokens` gives them.

    Returns:
        ``raw_names`` with ``work``, ``author`` (dense number), ``author_id``, and ``reasons`` and ``chance`` as in
        :mod:`finder.resolution.link_confidence`; suppressed people left out.
    """
    # narrow columns only, until it is known who is who: every join copies what it carries
    homepages = raw_names.select("record", "position", "homepage").drop_nulls()
    rows = raw_names.select("record", "position", "fold", "ids").sort("record", "position").with_row_index("node")
    rows = rows.with_columns(pl.col("node").cast(pl.Int64))
    ids, rows = _explode_ids(rows), rows.drop("ids").join(versions, on="record", how="left")
    keys = judgement_keys.apply_judgements(rows, ids, said)
    rows = _unify_umlauts(rows, raw_names)
    rows = _add_identities(rows, keys)
    bearers = estimate_name_bearers(rows)
    ties = _name_ties(rows, places, homepages, raw_works, bearers)
    labels = label_components(pl.concat([ties.select("node", "key"), _identity_ties(rows)]))
    rows = rows.join(labels, on="node", how="left").with_columns(label=pl.coalesce("label", "identity", "node"))
    rows = id_conflicts.split_conflicts(rows, keys, ties)
    into = author_merges.merge_authors(rows, keys, places, bearers, raw_works)
    rows = rows.join(into, on="label", how="left").with_columns(
        label=pl.coalesce("into", "label"), joined=pl.col("joined").fill_null(0)
    )
    rows = rows.join(link_confidence.score_author_links(rows, ties, keys, bearers), on="node")
    known = _assign_author_ids(_remove_suppressed(rows, struck), ids)
    return raw_names.join(known, on=("record", "position"), maintain_order="left")


def _unify_umlauts(rows: pl.DataFrame, raw_names: pl.DataFrame) -> pl.DataFrame:
    """The rows with one ``fold`` for names with umlauts, however these are written."""
    one = name_variants.unify_umlaut_folds(raw_names)
    return rows.join(one, on="fold", how="left").with_columns(fold=pl.coalesce("canonical", "fold")).drop("canonical")


def _add_identities(rows: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``identity``: the smallest of the names that ids hold together; null without an id."""
    by_id = label_components(keys.select("node", "key"))
    rows = rows.join(by_id.select("node", identity="label"), on="node", how="left")
    bearing = keys.select("node").unique().with_columns(bears=pl.lit(value=True))
    rows = rows.join(bearing, on="node", how="left")
    return rows.with_columns(identity=pl.coalesce("identity", pl.when("bears").then("node"))).drop("bears")


def _explode_ids(rows: pl.DataFrame) -> pl.DataFrame:
    family = pl.col("fold").str.split(" ").list.last()
    exploded = (
        rows.select("node", "fold", id="ids")
        .explode("id", empty_as_null=True)
        # a page is where to read about somebody, not who it is: departments share them
        .filter(pl.col("id").is_not_null() & ~pl.col("id").str.starts_with("homepage:"))
    )
    scheme = pl.col("id").str.split_exact(":", 1).struct.field("field_0")
    return exploded.with_columns(scheme=scheme).with_columns(
        key=pl.when(pl.col("scheme").is_in(_TYPED_BY_HAND))
        .then(_pair("id", family).hash(seed=11))
        .otherwise(_pair("id", pl.lit("")).hash(seed=11))
    )


def _identity_ties(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("identity").is_not_null()).select("node", key=_pair("identity").hash(seed=12))


def _name_ties(
    rows: pl.DataFrame, places: pl.DataFrame, homepages: pl.DataFrame, raw_works: pl.DataFrame, bearers: pl.DataFrame
) -> pl.DataFrame:
    """What one name shares: an institution, a homepage, a co-author, or the same work in another version.

    A name that is rare enough to be nobody else's by chance also needs only a venue or a telling word in common.

    Returns:
        ``node``, ``key``, ``reason`` (a constant of :mod:`finder.resolution.link_confidence`).
    """
    name = rows.select("node", "record", "position", "work", "fold", code=pl.col("fold").rank("dense").cast(pl.UInt64))
    name = name.filter(pl.len().over("code") > 1)
    name = name.join(bearers, on="fold")
    where = places.join(name.filter(pl.col("bearers") <= COMMON), on=("record", "position")).select(
        "node", key=_pair("code", "institution").hash(seed=13)
    )
    same = name.filter(pl.col("work").is_not_null()).select("node", key=_pair("code", "work").hash(seed=14))
    page = homepages.join(name, on=("record", "position")).select("node", key=_pair("code", "homepage").hash(seed=18))
    told = {
        INSTITUTION: where,
        VERSION: same,
        HOMEPAGE: page,
        COAUTHOR: _coauthor_ties(rows, name),
        TOPIC: _topic_ties(name, raw_works),
    }
    return pl.concat([part.with_columns(reason=pl.lit(reason, pl.UInt8)) for reason, part in told.items()])


def estimate_name_bearers(rows: pl.DataFrame) -> pl.DataFrame:
    """``fold``, ``bearers``: how many people would bear a name if given and family names were drawn independently.

    "wei wang" has dozens, most names far less than one: the chance that two printed names are a coincidence.
    """
    parts = pl.col("fold").str.split(" ")
    names = (
        rows.select("fold")
        .unique()
        .with_columns(given=parts.list.first(), family=parts.list.last(), long=parts.list.len() > 1)
    )
    expected = pl.len().over("given") * pl.len().over("family") / names.height
    return names.select("fold", bearers=pl.when("long").then(expected).otherwise(pl.lit(float("inf"))))


def _coauthor_ties(rows: pl.DataFrame, name: pl.DataFrame) -> pl.DataFrame:
    """A co-author in common, unless so many people bear both names that it may be chance."""
    crowd = rows.lazy().filter(pl.len().over("record") > CROWD).select("record").unique()
    people = name.lazy().filter(pl.col("position") >= 0).join(crowd, on="record", how="anti")
    other = people.select("record", coauthor="code", others="bearers")
    return (
        people.join(other, on="record")
        .filter((pl.col("code") != pl.col("coauthor")) & (pl.col("bearers") * pl.col("others") <= CHANCE))
        .select("node", key=_pair("code", "coauthor").hash(seed=15))
        .filter(pl.len().over("key") > 1)
        .collect()
    )


def _topic_ties(name: pl.DataFrame, raw_works: pl.DataFrame) -> pl.DataFrame:
    """The same series of venues, or a word in the title that few works have; for rare names only."""
    rare = name.lazy().filter(pl.col("bearers") <= RARE).select("node", "record", "code")
    venues = raw_works.lazy().select("record", venue=pl.col("venue").str.replace(r"\s*\d{4}$", "")).drop_nulls()
    words = (
        raw_works.lazy()
        .select("record", word=pl.col("title").str.to_lowercase().str.extract_all(r"\p{L}{4,}").list.unique())
        .explode("word", empty_as_null=True)
        .filter(pl.len().over("word").is_between(2, TELLING * raw_works.height))
    )
    shared = [
        rare.join(venues, on="record").select("node", key=_pair("code", "venue").hash(seed=16)),
        rare.join(words, on="record").select("node", key=_pair("code", "word").hash(seed=17)),
    ]
    return pl.concat(shared).filter(pl.len().over("key") > 1).collect()


def _remove_suppressed(rows: pl.DataFrame, struck: pl.DataFrame | None) -> pl.DataFrame:
    if struck is None or struck.is_empty():
        return rows
    gone = rows.join(struck, on=("record", "position"), how="semi").select("label").unique()
    return rows.join(gone, on="label", how="anti")


def _assign_author_ids(rows: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    best = (
        ids.join(rows.select("node", "label"), on="node")
        .group_by("label", "scheme", "id")
        .agg(count=pl.len())
        .with_columns(order=pl.col("scheme").replace_strict({s: i for i, s in enumerate(REGISTRIES)}, default=99))
        .sort("count", "label", descending=[True, False])
        .unique("id", keep="first", maintain_order=True)  # a mistyped id names whoever bears it most
        .sort("order", "count", "id", descending=[False, True, False])
        .unique("label", keep="first")
        .select("label", id="id")
    )
    # a name without any id is told apart by the first place it was seen at
    place = (pl.col("record") * 10_000 + pl.col("position")).min().over("label")
    without = pl.format("name:{}.{}", pl.col("fold").min().over("label").str.replace_all(" ", "-"), place)
    rows = rows.join(best, on="label", how="left").with_columns(author_id=pl.coalesce("id", without))
    author = (pl.col("label").rank("dense") - 1).cast(pl.UInt32)
    return rows.select("record", "position", "work", "author_id", "reasons", "chance", author=author)


def build_author_table(named: pl.DataFrame, raw_people: pl.DataFrame, works: pl.DataFrame) -> pl.DataFrame:
    """One row per author with a work: the fullest spelling, all ids, the size of the whole record where known."""
    on_works = named.filter(pl.col("position") >= 0)
    spelled = (
        on_works.group_by("author", "name")
        .agg(count=pl.len())
        .sort("count", pl.col("name").str.len_chars(), "name", descending=[True, True, False])
        .unique("author", keep="first")
        .select("author", "name")
    )
    years = on_works.join(works.select("work", "date", "published"), on="work").filter(pl.col("published"))
    counted = years.group_by("author").agg(stored=pl.col("work").n_unique(), first=pl.col("date").min().dt.year())
    known = (
        named.filter(pl.col("position") < 0)
        .join(raw_people, on="record")
        .group_by("author")
        .agg(works_count=pl.col("works_count").max(), first_year=pl.col("first_year").min())
    )
    frame = (
        named.sort("record", "position")
        .group_by("author")
        .agg(
            author_id=pl.col("author_id").first(),
            homepage=pl.col("homepage").drop_nulls().last(),
        )
        .join(_ids_by_author(named), on="author", how="left")
        .with_columns(pl.col("ids").fill_null(pl.lit([], LIST)))
        .join(spelled, on="author")
        .join(counted, on="author", how="left")
        .join(known, on="author", how="left")
        .with_columns(
            works_count=pl.max_horizontal("works_count", "stored").fill_null(0),
            first_year=pl.min_horizontal("first_year", "first"),
        )
    )
    return conform_table("authors", frame.sort("author"))


def _ids_by_author(named: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``ids``: an id that stands with several people belongs to whom it stands with most."""
    return (
        named.lazy()
        .select("author", id="ids")
        .explode("id", empty_as_null=True)
        .filter(pl.col("id").is_not_null())
        .group_by("author", "id")
        .agg(count=pl.len())
        .sort("count", "author", descending=[True, False])
        .unique("id", keep="first", maintain_order=True)
        .group_by("author")
        .agg(ids=pl.col("id").sort())
        .collect()
    )
