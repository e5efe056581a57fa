"""What a filter asks that the stored sources cannot tell, and what would tell it: an empty list alone says neither."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from finder.store import Snapshot

_NEW = "Who is a new professor is known only of whoever states when a post began, or two posts one after the other"
_PAGES = "finder.toml: [sources.homepages] enabled = true, then finder collect the interest"
_RECORDS = "finder.toml: [sources.orcid] or [sources.homepages] enabled = true, then finder collect the interest"


def gaps(snapshot: Snapshot, traits: Sequence[str], people: pl.DataFrame, posts: pl.DataFrame) -> list[str]:
    """A sentence for each trait that is asked for and that little or nothing stored can tell.

    Args:
        people: column ``author``: those among whom the wish looks.
        posts: theirs, as :func:`finder.people.timeline.posts` gives them.
    """
    found = []
    if "new" in traits:
        stated = posts.filter(pl.col("stated") & pl.col("role").is_not_null())["author"].n_unique()
        dated = posts.filter(pl.col("since").is_not_null())["author"].n_unique()
        if stated == 0 and dated == 0:
            found.append(
                "No stored source says here who holds which post since when: who is a new professor cannot be known."
                f" To know it: {_RECORDS}."
            )
        elif stated < people.height:
            found.append(f"{_NEW}: {stated:,} of {people.height:,} people here state a post. To know more: {_RECORDS}.")
    if "recruiting" in traits:
        pages = snapshot.table("statements").join(people, on="author", how="semi")["author"].n_unique()
        if pages == 0:
            found.append(
                "No page of these people was read: who recruits cannot be known, and silence is not a no."
                f" To know it: {_PAGES}."
            )
        elif pages < people.height:
            found.append(f"Pages of {pages:,} of {people.height:,} people here say something: silence is not a no.")
    return found
