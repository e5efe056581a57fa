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

from finder import reference_data
from finder.ranking.fulltext_index import FulltextIndex, split_words
from finder.ranking.work_scores import WorkScores

NAMED = 0.09  # share of a field's works that hold its name, below which its terms stand in
TERM = 0.8  # what a term of a field counts for
TERMS = 0.6  # the most that all terms give a work
VENUE = 0.35  # what a work at a venue of the field gets


@dataclass(frozen=True)
class ResearchField:
    """A field of research.

    Attributes:
        name: the usual one.
        terms: what its papers are about, in their words.
        venues: series whose papers are all of the field.
    """

    name: str
    terms: tuple[str, ...]
    venues: tuple[str, ...]

    def exclude_terms(self, off: Collection[str]) -> ResearchField:
        """The field without terms and venues that are switched off, given as :func:`field_key` has them."""
        terms = tuple(term for term in self.terms if field_key(term) not in off)
        return ResearchField(self.name, terms, tuple(venue for venue in self.venues if field_key(venue) not in off))


def find_field(interest: str) -> ResearchField | None:
    """The field that an interest names; None where it names none."""
    return _fields_by_name().get(field_key(interest))


def field_key(name: str) -> str:
    """A name or term as a key: "Human-Robot Interaction" is "human robot interaction"."""
    return " ".join(split_words(name))


@cache
def _fields_by_name() -> dict[str, ResearchField]:
    named: dict[str, ResearchField] = {}
    for row in reference_data.load_reference_rows("fields"):
        field = ResearchField(row["field"], _split_cell(row["terms"]), _split_cell(row["venues"]))
        for name in (row["field"], *_split_cell(row["also"])):
            named.setdefault(field_key(name), field)
    return named


def _split_cell(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def match_field_terms(index: FulltextIndex, field: ResearchField, named: np.ndarray) -> dict[str, WorkScores] | None:
    """Works that hold terms of a field, by term; those in none are left out.

    None where its works hold its name often enough.

    Args:
        named: works that hold the name.
    """
    held = {term: index.works_with(split_words(term)) for term in field.terms}
    works = np.unique(np.concatenate([np.empty(0, np.int64), *held.values()]))
    if not works.size or np.isin(named, works).sum() >= NAMED * works.size:
        return None
    return {
        term: index.score_hits(index.match_phrase(split_words(term), TERM)) for term, some in held.items() if some.size
    }


def works_at_venues(works: pl.DataFrame, venues: Collection[str]) -> pl.DataFrame:
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
