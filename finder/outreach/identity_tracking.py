"""Who on the shortlist is whom now: refreshes and judgements change ids, join records and part them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from finder import answers
from finder.answers import corrections, lookup
from finder.storage import Snapshot, Store
from finder.storage.judgements import Sighting
from finder.storage.shortlist import ShortlistEntry
from finder.text.sanitize import clean_text


class CurrentIdentity(NamedTuple):
    """Who bears an entry's anchors now.

    Attributes:
        author: number in the snapshot; None where nobody bears them any more.
        author_id, name: as the snapshot has them; of the entry where nobody is left.
        moved: how many of the printed names by which they were known are counted as somebody else's now.
        known: how many printed names they were known by.
        others: ``(author_id, name)`` of those others, most first.
        hidden: the names are stored but must not be shown.
    """

    author: int | None
    author_id: str | None
    name: str
    moved: int = 0
    known: int = 0
    others: tuple[tuple[str, str], ...] = ()
    hidden: bool = False


def add_to_shortlist(store: Store, who: str, interest: str, now: str) -> tuple[int, bool]:
    """Put somebody on the shortlist; whoever is on it, by whatever id then, stays as they are.

    Returns:
        The entry's number, and whether it is new.

    Raises:
        UsageError: nobody, or more than one, is meant.
    """
    snapshot = store.snapshots.current_snapshot()
    author = lookup.resolve_author(snapshot, who)
    entries = store.shortlist.list_entries()
    there = next((id_ for id_, whose in resolve_entries(store, entries).items() if whose.author == author), None)
    if there is not None:
        return there, False
    person = snapshot.load_table("authors").row(by_predicate=pl.col("author") == author, named=True)
    # an id that stands with several people is an anchor of the one alone who is known by it
    sighted = [token for token in corrections.identity_tokens(store, author) if isinstance(token, Sighting)]
    marks = answers.suppression_tokens(store, person["author_id"])
    return store.shortlist.add([*person["ids"], *sighted], marks, person["name"], clean_text(interest)[:200], now), True


def resolve_entries(store: Store, entries: Sequence[ShortlistEntry]) -> dict[int, CurrentIdentity]:
    """Who each entry is now, by the entry's number; entries whose person must not be shown are left out."""
    snapshot = store.snapshots.snapshot_or_none()
    if snapshot is None or not entries:
        return {entry.id: _missing_identity(entry) for entry in entries}
    seen = _count_name_votes(store, snapshot, entries)
    bearing = _authors_by_entry_ids(snapshot, entries)
    ids = {author for votes in seen.values() for author in votes.authors_by_votes} | set(bearing.values())
    people = snapshot.load_table("authors").filter(pl.col("author").is_in(list(ids)))
    named = {row[0]: (row[1], row[2]) for row in people.select("author", "author_id", "name").iter_rows()}
    found = {
        entry.id: _resolve_entry_identity(entry, seen.get(entry.id), bearing.get(entry.id), named) for entry in entries
    }
    return {id_: whose for id_, whose in found.items() if not whose.hidden}


class _NameVotes(NamedTuple):
    """The printed names of an entry that are stored: who each may be, most first; ``()`` for those not shown."""

    names: tuple[frozenset[int], ...]

    @property
    def authors_by_votes(self) -> list[int]:
        votes: dict[int, int] = {}
        for those in self.names:
            for author in those:
                votes[author] = votes.get(author, 0) + 1
        return sorted(votes, key=lambda author: (-votes[author], author))


def _count_name_votes(store: Store, snapshot: Snapshot, entries: Sequence[ShortlistEntry]) -> dict[int, _NameVotes]:
    sighted = [(e.id, t) for e in entries for t in e.anchors if isinstance(t, Sighting)]
    numbers = store.records.ids_by_key((t.source, t.kind, t.source_id) for _, t in sighted)
    rows = [(id_, numbers.get((t.source, t.kind, t.source_id)), t.fold) for id_, t in sighted]
    schema = {"entry": pl.Int64, "record": pl.Int64, "fold": pl.String}
    asked = pl.DataFrame(rows, schema=schema, orient="row")
    stored = pl.col("record").is_in(asked["record"].drop_nulls().unique().implode())  # quicker than to join all
    printed = snapshot.load_table("raw_names").lazy().select("record", "position", "fold").filter(stored)
    borne = snapshot.load_table("sightings").lazy().select("record", "position", "author").filter(stored)
    names = (
        asked.lazy()
        .join(printed, on=("record", "fold"))
        .join(borne, on=("record", "position"), how="left")
        .group_by("entry", "record", "fold")
        .agg(pl.col("author").drop_nulls())
        .group_by("entry")
        .agg("author")
        .collect()
    )
    return {entry: _NameVotes(tuple(map(frozenset, those))) for entry, those in names.iter_rows()}


def _authors_by_entry_ids(snapshot: Snapshot, entries: Iterable[ShortlistEntry]) -> dict[int, int]:
    """Who bears most of an entry's ids, by the entry's number."""
    rows = [(entry.id, token) for entry in entries for token in entry.anchors if isinstance(token, str)]
    anchored = pl.LazyFrame(rows, schema={"entry": pl.Int64, "id": pl.String}, orient="row")
    borne = snapshot.load_table("authors").lazy().select("author", id="ids").explode("id", empty_as_null=True)
    counted = anchored.join(borne, on="id").group_by("entry", "author").len()
    best = counted.sort("entry", "len", "author", descending=[False, True, False]).unique("entry", keep="first")
    return dict(best.select("entry", "author").collect().iter_rows())


def _resolve_entry_identity(
    entry: ShortlistEntry, seen: _NameVotes | None, bearer: int | None, named: Mapping[int, tuple[str, str]]
) -> CurrentIdentity:
    voted = [author for author in seen.authors_by_votes if author in named] if seen else []
    if not voted and bearer is None:
        return _missing_identity(entry)._replace(hidden=seen is not None)
    author = voted[0] if voted else bearer
    if author is None or author not in named:
        return _missing_identity(entry)
    elsewhere = [those for those in (seen.names if seen else ()) if those and author not in those]
    others = [named[other] for other in _NameVotes(tuple(elsewhere)).authors_by_votes if other in named]
    known = sum(isinstance(token, Sighting) for token in entry.anchors)
    return CurrentIdentity(author, *named[author], len(elsewhere), known, tuple(others))


def _missing_identity(entry: ShortlistEntry) -> CurrentIdentity:
    return CurrentIdentity(None, None, entry.name)
