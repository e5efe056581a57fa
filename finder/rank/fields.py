"""What stands behind the name of a field: "3D vision" is hardly in the texts of papers on it.

``data/curated/fields.csv`` has, for each field, other names of it, terms that its papers use, and its venues. The terms
count where few of the works that hold them hold the field's name; else the name itself finds its works.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from finder import curated
from finder.rank.index import Index, words_of
from finder.rank.scores import Scores

NAMED = 0.09  # share of a field's works that hold its name, below which its terms stand in
TERM = 0.8  # what a term of a field counts for
TERMS = 0.6  # the most that all terms give a work
VENUE = 0.35  # what a work at a venue of the field gets


@dataclass(frozen=True)
class Field:
    """A field of research.

    Attributes:
        name: the usual one.
        terms: what its papers are about, in their words.
        venues: series whose papers are all of the field.
    """

    name: str
    terms: tuple[str, ...]
    venues: tuple[str, ...]

    def without(self, off: Collection[str]) -> Field:
        """The field without terms and venues that are switched off, given as :func:`key_of` has them."""
        terms = tuple(term for term in self.terms if key_of(term) not in off)
        return Field(self.name, terms, tuple(venue for venue in self.venues if key_of(venue) not in off))


def find_field(interest: str) -> Field | None:
    """The field that an interest names; None where it names none."""
    return _by_name().get(key_of(interest))


def key_of(name: str) -> str:
    """A name or term as a key: "Human-Robot Interaction" is "human robot interaction"."""
    return " ".join(words_of(name))


@cache
def _by_name() -> dict[str, Field]:
    named: dict[str, Field] = {}
    for row in curated.rows("fields"):
        field = Field(row["field"], _listed(row["terms"]), _listed(row["venues"]))
        for name in (row["field"], *_listed(row["also"])):
            named.setdefault(key_of(name), field)
    return named


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def match_terms(index: Index, field: Field, named: np.ndarray) -> dict[str, Scores] | None:
    """Works that hold terms of a field, by term; those in none are left out.

    None where its works hold its name often enough.

    Args:
        named: works that hold the name.
    """
    held = {term: index.works_with(words_of(term)) for term in field.terms}
    works = np.unique(np.concatenate([np.empty(0, np.int64), *held.values()]))
    if not works.size or np.isin(named, works).sum() >= NAMED * works.size:
        return None
    return {term: index.scored(index.phrase(words_of(term), TERM)) for term, some in held.items() if some.size}


def at_venues(works: pl.DataFrame, venues: Collection[str]) -> pl.DataFrame:
    """``work``, ``venue``: the works of some venue series, whatever year stands beside its name.

    Args:
        works: ``work``, ``venue``.
    """
    names = works.select("venue").unique().drop_nulls()
    key = pl.col("venue").str.to_lowercase().str.replace_all(r"\b(19|20)\d\d\b", "").str.strip_chars(" -,:")
    series = pl.DataFrame({"series": list(venues)}, schema={"series": pl.String}).unique("series")
    by_key = series.with_columns(key=pl.col("series").str.to_lowercase())
    of_field = names.with_columns(key=key).join(by_key, on="key").select("venue", "series")
    return works.select("work", "venue").join(of_field, on="venue").select("work", venue="series")
