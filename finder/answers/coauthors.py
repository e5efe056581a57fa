"""With whom somebody writes, and who of these write with each other."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.features import lab_relations
from finder.results import Coauthor, CoauthorTie
from finder.storage import Snapshot

SHOWN = 12


def coauthor_network(snapshot: Snapshot, author: int, as_of: date) -> tuple[list[Coauthor], list[CoauthorTie]]:
    """Coauthors, most joint works first, and how many works each two of them wrote together.

    In a tie, ``one`` and ``other`` are places in the list; works with a crowd of authors do not count.
    """
    everyone = snapshot.load_table("authorships").lazy().filter(pl.col("published") & (pl.col("date") <= as_of))
    own = everyone.filter(pl.col("author") == author).select("work")
    found = (
        everyone.join(own, on="work", how="semi")
        .filter(pl.col("author") != author)
        .group_by("author")
        .agg(works=pl.len(), last=pl.col("date").max())
        .join(snapshot.load_table("authors").lazy().select("author", "author_id", "name"), on="author")
        .sort("works", "last", "author_id", descending=[True, True, False])
        .head(SHOWN)
        .select("author", "author_id", "name", "works", year=pl.col("last").dt.year())
        .collect()
    )
    ties = lab_relations.count_joint_pairs(found, snapshot.load_table("authorships"), as_of)
    number = {other: n for n, other in enumerate(found["author"])}
    people: list[Coauthor] = [
        {"author_id": row["author_id"], "name": row["name"], "works": row["works"], "year": row["year"]}
        for row in found.iter_rows(named=True)
    ]
    return people, [{"one": number[a], "other": number[b], "works": n} for a, b, n in ties.iter_rows()]
