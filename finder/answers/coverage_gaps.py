"""What a filter asks that the stored sources cannot tell, and what would tell it: an empty list alone says neither."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from finder.answers import funding
from finder.answers.query import Trait
from finder.reference_data import country_name
from finder.storage import Snapshot

_NEW = "Who is a new professor is known only of whoever states when a post began, or two posts one after the other"
_PAGES = "finder.toml: [sources.homepages] enabled = true, then finder collect the interest"
_GRANTS = "finder collect the interest, with openalex_awards, nsf or ukri switched on"
MOST_NAMED = 5  # countries
_RECORDS = "finder.toml: [sources.orcid] or [sources.homepages] enabled = true, then finder collect the interest"


def trait_gap_notes(snapshot: Snapshot, traits: Sequence[str], people: pl.DataFrame, posts: pl.DataFrame) -> list[str]:
    """A sentence for each trait that is asked for and that little or nothing stored can tell.

    Args:
        people: column ``author``: those among whom the query looks.
        posts: theirs, as :func:`finder.features.affiliation_history.load_affiliations` gives them.
    """
    untold = unknowable_traits(snapshot, people, posts) if traits else {}
    found = [f"{untold[trait]}." for trait in ("new", "recruiting", "funded") if trait in traits and trait in untold]
    if "new" in traits and "new" not in untold:
        stated = posts.filter(pl.col("stated") & pl.col("role").is_not_null())["author"].n_unique()
        if stated < people.height:
            found.append(f"{_NEW}: {stated:,} of {people.height:,} people here state a post. To know more: {_RECORDS}.")
    if "recruiting" in traits and "recruiting" not in untold:
        pages = _count_people_with_pages(snapshot, people)
        if pages < people.height:
            found.append(f"Pages of {pages:,} of {people.height:,} people here say something: silence is not a no.")
    if "funded" in traits and "funded" not in untold:
        known = _count_funded(snapshot, people)
        found.append(f"Grants of {known:,} of {people.height:,} people here are known: of the others nothing is.")
        if elsewhere := funding.find_uncovered(snapshot, posts):
            named = ", ".join(map(country_name, elsewhere[:MOST_NAMED])) + (
                ", …" if len(elsewhere) > MOST_NAMED else ""
            )
            found.append(f"No grants source that was asked covers these countries: {named}.")
    return found


def unknowable_traits(snapshot: Snapshot, people: pl.DataFrame, posts: pl.DataFrame) -> dict[Trait, str]:
    """The traits that nothing stored can tell of any of these people, each with the reason and the remedy."""
    found: dict[Trait, str] = {}
    told = (pl.col("stated") & pl.col("role").is_not_null()) | pl.col("since").is_not_null()
    if not posts.select(told.any()).item():
        found["new"] = (
            "No stored source says here who holds which post since when: who is a new professor cannot be known."
            f" To know it: {_RECORDS}"
        )
    if not _count_people_with_pages(snapshot, people):
        found["recruiting"] = (
            "No page of these people was read: who recruits cannot be known, and silence is not a no."
            f" To know it: {_PAGES}"
        )
    if not _count_funded(snapshot, people):
        found["funded"] = f"No grant of these people is stored: who has money cannot be known. To know it: {_GRANTS}"
    return found


def _count_funded(snapshot: Snapshot, people: pl.DataFrame) -> int:
    return snapshot.load_table("grants").join(people, on="author", how="semi")["author"].n_unique()


def _count_people_with_pages(snapshot: Snapshot, people: pl.DataFrame) -> int:
    return snapshot.load_table("statements").join(people, on="author", how="semi")["author"].n_unique()
