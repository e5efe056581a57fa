"""Who has changed institution lately. Precision first: a wrong move misleads more than a missing one."""

from __future__ import annotations

from datetime import date, timedelta
from difflib import SequenceMatcher

import polars as pl

from finder.resolve import held

NEW = 3 * 365  # days after which a move is no longer news
ALIKE = 0.9  # of two names, above which one is taken for a misspelling of the other
_LITTLE = frozenset(("of", "the", "for", "and", "de", "für", "di"))


def moves(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """They came after the last of another place was seen.

    Works go on printing an old place for a while after somebody says to have left it. A post that overlaps with the new
    one is a second post; one work alone may be a visit, or misprinted; whoever was there before the other place may
    have been there all along; and a move that may have been years ago is none of late.

    Args:
        posts: as :func:`finder.people.timeline.posts` gives them.

    Returns:
        ``author``, ``from_name``, ``to_name``, ``first_seen``, ``since`` and ``source`` (as in ``posts``),
        ``evidence`` (record number).
    """
    every = posts.lazy()
    here = every.filter("current").group_by("author", "institution")
    here = here.agg(to_name=pl.col("name").first(), shown=pl.col("count").sum(), told=pl.col("stated").any())
    # whoever is at two places now has not moved between them
    settled = here.filter(pl.len().over("author") == 1, pl.col("told") | (pl.col("shown") >= held.FEW))
    both = every.join(settled.select("author", "to_name", now="institution"), on="author")
    before = (
        both.filter(pl.col("institution") != pl.col("now"))
        .group_by("author", "institution")
        .agg(from_name=pl.col("name").first(), came=pl.col("first").min(), left=pl.col("last").max())
        .sort("author", "left", "from_name", descending=[False, True, False])
        .unique("author", keep="first", maintain_order=True)
        .select("author", "from_name", "came", "left")
    )
    own = both.filter(pl.col("institution") == pl.col("now")).join(before, on="author")
    # somebody may have been here long ago: what ended before the other place began to end is not this arrival
    arrived = (
        own.with_columns(back=(pl.col("first") <= pl.col("came")).any().over("author"))
        .filter(pl.col("current") | (pl.col("last") >= pl.col("left")))
        .sort("author", "first", pl.col("since").is_null(), "record")
        .unique("author", keep="first", maintain_order=True)
    )
    dated = pl.col("since").is_not_null()
    lag = pl.duration(days=pl.when(dated).then(held.LAG).otherwise(0))
    # between two works that are years apart, nobody knows when it was
    known = pl.when(dated).then("first").otherwise("left") >= as_of - timedelta(days=NEW)
    return (
        arrived.filter((pl.col("left") < pl.col("first") + lag) & known & (dated | ~pl.col("back")))
        .filter(~pl.struct("from_name", "to_name").map_elements(_one_place, return_dtype=pl.Boolean))
        .select("author", "from_name", "to_name", "since", "source", first_seen="first", evidence="record")
        .sort("author")
        .collect()
    )


def _one_place(pair: dict[str, str]) -> bool:
    """Whether two names may be of one institution, or of a part of it and the whole.

    >>> _one_place({"from_name": "Univeristy of Rochester", "to_name": "University of Rochester"})
    True
    >>> _one_place({"from_name": "Meta", "to_name": "Meta Codec Avatars Lab"})
    True
    """
    one, other = (name.casefold().replace("-", " ") for name in (pair["from_name"], pair["to_name"]))
    words, others = (set(name.replace(",", " ").split()) - _LITTLE for name in (one, other))
    return words <= others or others <= words or SequenceMatcher(None, one, other).ratio() > ALIKE
