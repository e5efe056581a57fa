"""A snapshot without some of its people, from its own tables: nothing is resolved anew.

Whoever bears one of the tokens of a suppression goes entirely, as :func:`finder.resolution.authors.resolve_authors`
would have it; nobody else's rows change. What is counted over everybody, such as how senior co-authors are, stays as it
was until all is resolved again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from finder.storage import Snapshot
from finder.tables import TABLES, conform_table

_REORDERED = ("authorships", "authored")  # the second is the order of the first
_BY_AUTHOR = tuple(name for name, schema in TABLES.items() if "author" in schema and name not in _REORDERED)


def find_bearers(snapshot: Snapshot, tokens: Collection[str]) -> tuple[set[int], set[int]]:
    """Numbers of people whom tokens of a suppression mean: for certain, and perhaps.

    Certain is who bears one of the ids. The others bear a listed name and were at its institution, though perhaps not
    where they bore it: only resolving all again can tell.
    """
    listed = pl.Series(sorted(tokens), dtype=pl.String)
    people = snapshot.load_table("authors")
    named = people.filter(pl.col("author_id").is_in(listed.implode()) | _bears_listed_id(listed))["author"]
    printed = (
        snapshot.scan_table("raw_names")
        .select("record", "position", "fold", "ids")
        .filter(_bears_listed_id(listed) | pl.col("fold").is_in(_listed_names(tokens)))
    )
    borne = printed.collect().join(snapshot.load_table("sightings"), on=("record", "position"))
    certain = {*named, *borne.filter(_bears_listed_id(listed))["author"]}
    places = snapshot.load_table("institutions").select("institution", "institution_id")
    at = (
        snapshot.load_table("affiliations")
        .join(borne.select("author"), on="author", how="semi")
        .join(places, on="institution")
    )
    both = borne.select("author", "fold").join(at.select("author", "institution_id"), on="author")
    listed_there = pl.format("{}|{}", "fold", "institution_id").is_in(listed.implode())
    return certain, {*both.filter(listed_there)["author"]} - certain


def _bears_listed_id(listed: pl.Series) -> pl.Expr:
    return pl.col("ids").list.set_intersection(listed.implode()).list.len() > 0


def _listed_names(tokens: Collection[str]) -> list[str]:
    """Folded names of the tokens that are a name and an institution."""
    return sorted({token.partition("|")[0] for token in tokens if "|" in token})


def drop_people(snapshot: Snapshot, people: Collection[int]) -> dict[str, pl.DataFrame]:
    """The tables of a snapshot that hold some people by row, without them; all others stay as they are."""
    gone = pl.Series("author", sorted(people), pl.UInt32)
    tables = {name: snapshot.load_table(name) for name in _BY_AUTHOR}
    changed = {name: _rows_of_others(frame, gone) for name, frame in tables.items()}
    authorships = _rows_of_others(snapshot.load_table("authorships"), gone)
    return {
        **{name: frame for name, frame in changed.items() if frame.height < tables[name].height},
        **_reorder_authorships(authorships),
    }


def _rows_of_others(frame: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    return frame.filter(~pl.col("author").is_in(gone.implode()))


def _reorder_authorships(authorships: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """The authorships, and which rows of them are whose."""
    order = authorships.select("author").with_row_index("row").sort("author", "row")
    return {"authorships": authorships, "authored": conform_table("authored", order)}
