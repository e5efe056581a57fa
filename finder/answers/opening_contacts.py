"""Whom open positions name, and who at their organisation works on an interest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import narwhals as nw
import polars as pl

from finder.authorship import authorship_credit, is_lead_author
from finder.features import affiliation_history
from finder.ranking.fulltext_index import quote_phrase
from finder.resolution import affiliation_parser
from finder.results import Advisor, Evidence, NamedOpening, PersonCard, PostingPerson
from finder.storage import Snapshot, Store
from finder.storage.postings import OpenPosting
from finder.text import names

PEOPLE = 5  # people shown with a posting


class PersonAt(NamedTuple):
    """Somebody, and the institutions where they are now."""

    author_id: str
    name: str
    institutions: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Advisor | PersonCard) -> PersonAt:
        """Of a row, or a card."""
        return cls(row["author_id"], row["name"], tuple(post["institution"] for post in row["current"]))


def openings_naming_people(store: Store, people: Sequence[PersonAt], as_of: date) -> dict[str, list[NamedOpening]]:
    """Openings that name people, where these are now: that they, or their group, take somebody on.

    Returns:
        Openings by author id, the newest first; those without any are missing.
    """
    hits = {one.author_id: set(store.postings.match_postings(_name_fts_phrase(one.name))) for one in people}
    if not any(hits.values()):
        return {}
    listed = [one for one in store.postings.list_open_postings(as_of) if one.kind != "other"]
    found = {}
    for person in people:
        places = {affiliation_parser.organisation_key(name) for name in person.institutions}
        named = [
            one
            for one in listed
            if one.id in hits[person.author_id] and affiliation_parser.organisation_key(one.organisation) in places
        ]
        if own := [_opening_summary(one) for one in named if _posting_names_person(one, person.name)]:
            found[person.author_id] = own
    return found


def _name_fts_phrase(name: str) -> str:
    """The words of a name close together, as FTS5 asks for them: there may be an initial between."""
    return f"NEAR({' '.join(map(quote_phrase, names.name_key(name).split()))}, 2)"


def opening_claims(openings_: Sequence[NamedOpening]) -> list[Evidence]:
    """Openings as claims of a row."""
    return [
        {
            "claim": f"open: {one['title']}" + (f", apply by {one['valid_through']}" if one["valid_through"] else ""),
            "source": one["source"],
            "url": one["url"],
            "date": one["date_posted"],
        }
        for one in openings_
    ]


def _opening_summary(one: OpenPosting) -> NamedOpening:
    posting = one.posting
    return {
        "title": posting.title,
        "kind": one.kind,
        "url": posting.url,
        "date_posted": posting.date_posted,
        "valid_through": posting.valid_through,
        "source": posting.source,
    }


def _posting_names_person(one: OpenPosting, name: str) -> bool:
    """Whether a posting names somebody: all parts of the name, one after the other."""
    said = " ".join((one.posting.title, one.posting.description or ""))
    return f" {names.name_key(name)} " in f" {names.text_key(said)} "


def find_opening_contacts(
    snapshot: Snapshot, matches: pl.DataFrame, listed: Sequence[OpenPosting], shown: pl.DataFrame, as_of: date
) -> dict[int, list[PostingPerson]]:
    """Who is behind a posting: those of its organisation who lead on the interest, first those whom it names."""
    places = shown.filter(pl.col("institution").is_not_null()).select("institution").unique()
    if places.is_empty():
        return {}
    on_it = snapshot.load_table("authorships").lazy().join(matches.lazy().select("work", "match"), on="work")
    summed = _credit_on(on_it)
    seen = snapshot.load_table("affiliations").lazy().join(places.lazy(), on="institution").select("author").unique()
    # whoever is known to have led none may have been an intern
    candidates = summed.filter("led").join(seen, on="author").collect()
    here = (
        affiliation_history.load_affiliations(snapshot, candidates, as_of)
        .filter("current")
        .select("author", "institution")
        .unique()
    )
    people = (
        here.join(candidates, on="author")
        .join(snapshot.load_table("authors").select("author", "author_id", "name"), on="author")
        .sort("amount", "author_id", descending=[True, False])
    )
    of_place: dict[int, list[PostingPerson]] = {}
    for row in people.iter_rows(named=True):
        of_place.setdefault(row["institution"], []).append(
            {"author_id": row["author_id"], "name": row["name"], "works": row["works"], "named": False}
        )
    numbers = dict(shown.select("id", "institution").iter_rows())
    return {
        one.id: _posting_contacts(one, of_place.get(numbers[one.id], []))
        for one in listed
        if numbers[one.id] is not None
    }


def _credit_on(authorships: pl.LazyFrame) -> pl.LazyFrame:
    """``author``, ``amount`` (match times credit), ``works``, ``led``: whether they led one, or may have led one.

    Where authors stand in alphabetical order nobody is known to have led, and everybody may have.
    """
    led = is_lead_author() | nw.col("alphabetical")
    credited = nw.from_native(authorships).with_columns(credit=authorship_credit(), led=led).to_native()
    amount = (pl.col("match") * pl.col("credit")).sum()
    return credited.group_by("author").agg(amount=amount, works=pl.len(), led=pl.col("led").any())


def _posting_contacts(one: OpenPosting, people: list[PostingPerson]) -> list[PostingPerson]:
    told: list[PostingPerson] = [{**row, "named": _posting_names_person(one, row["name"])} for row in people]
    named, others = [row for row in told if row["named"]], [row for row in told if not row["named"]]
    return [*named, *others[: max(PEOPLE - len(named), 0)]]
