"""Whom open positions name, and who at their organisation works on an interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from finder import names
from finder.authorship import authorship_credit, is_lead_author
from finder.people import timeline
from finder.rank.index import quoted
from finder.resolve import printed
from finder.store import Snapshot, Store
from finder.store.postings import Open

PEOPLE = 5  # people shown with a posting


def naming(store: Store, rows: Sequence[Mapping[str, Any]], as_of: date) -> dict[str, list[dict[str, Any]]]:
    """Openings that name people, where these are now: that they, or their group, take somebody on.

    Args:
        rows: of people: ``author_id``, ``name``, ``current``.

    Returns:
        Openings by author id, the newest first; those without any are missing.
    """
    hits = {row["author_id"]: set(store.postings.fitting(_near(row["name"]))) for row in rows}
    if not any(hits.values()):
        return {}
    listed = [one for one in store.postings.open(as_of) if one.kind != "other"]
    found = {}
    for row in rows:
        places = {printed.key(post["institution"]) for post in row["current"]}
        named = [one for one in listed if one.id in hits[row["author_id"]] and printed.key(one.organisation) in places]
        if own := [_brief(one) for one in named if _names(one, row["name"])]:
            found[row["author_id"]] = own
    return found


def _near(name: str) -> str:
    """The words of a name close together, as FTS5 asks for them: there may be an initial between."""
    return f"NEAR({' '.join(map(quoted, names.fold(name).split()))}, 2)"


def evidence(openings_: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Openings as claims of a row."""
    return [
        {
            "claim": f"open: {one['title']}" + (f", apply by {one['valid_through']}" if one["valid_through"] else ""),
            "source": one["source"], "url": one["url"], "date": one["date_posted"],
        }
        for one in openings_
    ]  # fmt: skip


def _brief(one: Open) -> dict[str, Any]:
    posting = one.posting
    return {
        "title": posting.title, "kind": one.kind, "url": posting.url, "date_posted": posting.date_posted,
        "valid_through": posting.valid_through, "source": posting.source,
    }  # fmt: skip


def _names(one: Open, name: str) -> bool:
    """Whether a posting names somebody: all parts of the name, one after the other."""
    said = " ".join((one.posting.title, one.posting.description or ""))
    return f" {names.fold(name)} " in f" {names.plain(said)} "


def find_people(
    snapshot: Snapshot, matches: pl.DataFrame, listed: Sequence[Open], shown: pl.DataFrame, as_of: date
) -> dict[int, list[dict[str, Any]]]:
    """Who is behind a posting: those of its organisation who lead on the interest, first those whom it names."""
    places = shown.filter(pl.col("institution").is_not_null()).select("institution").unique()
    if places.is_empty():
        return {}
    on_it = snapshot.table("authorships").lazy().join(matches.lazy().select("work", "match"), on="work")
    summed = _credit_on(on_it)
    seen = snapshot.table("affiliations").lazy().join(places.lazy(), on="institution").select("author").unique()
    # whoever is known to have led none may have been an intern
    candidates = summed.filter("led").join(seen, on="author").collect()
    here = timeline.posts(snapshot, candidates, as_of).filter("current").select("author", "institution").unique()
    people = (
        here.join(candidates, on="author")
        .join(snapshot.table("authors").select("author", "author_id", "name"), on="author")
        .sort("amount", "author_id", descending=[True, False])
    )
    of_place: dict[int, list[dict[str, Any]]] = {}
    for row in people.iter_rows(named=True):
        of_place.setdefault(row["institution"], []).append(row)
    numbers = dict(shown.select("id", "institution").iter_rows())
    return {one.id: _behind(one, of_place.get(numbers[one.id], [])) for one in listed if numbers[one.id] is not None}


def _credit_on(authorships: pl.LazyFrame) -> pl.LazyFrame:
    """``author``, ``amount`` (match times credit), ``works``, ``led``: whether they led one, or may have led one.

    Where authors stand in alphabetical order nobody is known to have led, and everybody may have.
    """
    led = is_lead_author() | nw.col("alphabetical")
    credited = nw.from_native(authorships).with_columns(credit=authorship_credit(), led=led).to_native()
    amount = (pl.col("match") * pl.col("credit")).sum()
    return credited.group_by("author").agg(amount=amount, works=pl.len(), led=pl.col("led").any())


def _behind(one: Open, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = [row for row in people if _names(one, row["name"])]
    others = [row for row in people if row not in named][: max(PEOPLE - len(named), 0)]
    return [
        {"author_id": row["author_id"], "name": row["name"], "works": row["works"], "named": row in named}
        for row in [*named, *others]
    ]
