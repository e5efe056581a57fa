"""Forgetting somebody: out of every place of the data folder, and kept out through every refresh, import and restore.

Hiding (``finder hide``) lists somebody by ids and by name and institution, so that nothing shows them. Forgetting lists
them by more, as :mod:`finder.store.scrub` needs it, and deletes what is stored. Both are one list.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from finder import publication
from finder.errors import FinderError, NothingCollected, StoreError, UsageError
from finder.model import Affiliation, Person, Statement, Work
from finder.names import fold
from finder.store import Store, erasing, mentions, scrub
from finder.store.watches import hashed
from finder.views import lookup, tokens_of
from finder.views.lookup import Asked


@dataclass(frozen=True)
class Known:
    """By what somebody is known to a store.

    Attributes:
        records: how many records name them, by kind.
        works: on how many works they stand, of which nobody else is named on ``alone``: those go whole.
        namesakes: ids of others of the same name.
        tokens: what lists them.
    """

    name: str
    author_id: str
    ids: tuple[str, ...]
    records: Mapping[str, int]
    alone: int
    namesakes: tuple[str, ...]
    tokens: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Forgotten:
    """What was done.

    Attributes:
        changed: how many things, by place.
        deleted: files of the data folder.
        left: files in it that mention them and are not the finder's to delete.
    """

    changed: Mapping[str, int]
    deleted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def known(store: Store, who: str, now: str) -> Known:
    """Who is meant, and what is held of them; nothing is changed but that somebody hidden by this id is shown again.

    Raises:
        UsageError: it was not understood who is meant, or nobody, or more than one, is.
    """
    snapshot = store.snapshots.latest()
    asked = lookup.asked_of(snapshot, who) if snapshot else lookup.read(who)
    if snapshot is None:
        return _by_id(asked)
    # whoever is hidden is in no snapshot
    if lookup.people(snapshot, asked).is_empty() and asked.id and store.suppressions.remove(asked.id):
        snapshot = publication.publish(store, now)
    if lookup.people(snapshot, asked).is_empty() and asked.id:
        return _by_id(asked)
    return _known(store, lookup.find(snapshot, who, printed=True))


def forget(store: Store, who: Known, now: str) -> Forgotten:
    """Take somebody out of everything that is stored in the data folder, and list them so that they stay out.

    Raises:
        StoreError: it could not be done to the end; the message says what is left, and the same command goes on.
    """
    try:
        store.connection.execute("pragma secure_delete = on")
        store.suppressions.add(who.tokens, now, erased=True)
    except (sqlite3.Error, OSError, StoreError) as error:
        raise StoreError(
            f"Nothing was deleted: {_sentence(error)}. Free some disk and run the same command again."
        ) from error
    try:
        done = again(store, now)
    except (sqlite3.Error, OSError, FinderError) as error:
        raise StoreError(
            f"Half done: {who.author_id} is listed and shown no more, but not all that is stored of them is deleted "
            f"yet: {_sentence(error)}. Free as much disk as the store takes, then run: "
            f"finder forget {who.author_id} --yes"
        ) from error
    if store.suppressions.among(who.tokens) != set(who.tokens):
        raise StoreError(
            f"{who.author_id} is not listed after all. Run the same command again; finder doctor looks further."
        )
    return done


def _sentence(error: Exception) -> str:
    return str(error).strip().rstrip(".")


def again(store: Store, now: str) -> Forgotten:
    """Take out everybody who is listed as forgotten: after a copy of before was restored.

    Raises:
        StoreError: it could not be done to the end.
    """
    listed = store.suppressions.erased()
    if listed is None:
        return Forgotten({})
    changed = erasing.erase(store)
    with suppress(NothingCollected):  # where nothing was ever stored, there is nothing to publish
        publication.publish(store, now, anew=True)
    erasing.compact(store)
    deleted, left = erasing.sweep_files(store.home, listed)
    return Forgotten(changed, tuple(deleted), tuple(left))


def _by_id(asked: Asked) -> Known:
    """Somebody who is not stored, and shall not be."""
    if asked.id is None or asked.id.startswith("name:"):  # such an id stands for no more than what was stored
        raise UsageError(f"{asked.nobody()} To keep somebody out who is not stored yet, give an id such as orcid:…")
    id_ = asked.id
    return Known(id_, id_, (), {}, 0, (), (id_, *sorted({*mentions.tokens_of_ids([id_]), *_seen_tokens([id_])})))


def _known(store: Store, author: int) -> Known:
    snapshot = store.snapshots.current()
    person = snapshot.table("authors").row(by_predicate=pl.col("author") == author, named=True)
    sighted = snapshot.table("sightings").lazy().filter(pl.col("author") == author)
    names = sighted.join(snapshot.table("raw_names").lazy(), on=("record", "position")).collect()
    told = snapshot.table("statements").filter(pl.col("author") == author)["record"].to_list()
    numbers = names["record"].unique().sort().to_list()
    works = store.records.get(_of_kind(store, numbers, "work"), Work)
    people = store.records.get(_of_kind(store, numbers, "person"), Person)
    statements = store.records.get(told, Statement)
    at: dict[int, set[int]] = {}
    for record, position in names.select("record", "position").iter_rows():
        at.setdefault(record, set()).add(position)
    folds = {*names["fold"], *(fold(name) for one in people.values() for name in (one.name, *one.other_names))}
    ids = {*person["ids"], *names["ids"].explode(empty_as_null=True).drop_nulls()}
    pages = {f"homepage:{page}" for page in names["homepage"].drop_nulls()}
    pages |= {f"homepage:{one.url}" for one in statements.values()}
    ids |= {id_ for one in statements.values() for id_ in one.ids if not id_.startswith("homepage:")}
    places = _places(works, people, at)
    keys = store.records.keys(numbers)
    bylines = [(*keys[record], name) for record, name in names.select("record", "fold").iter_rows() if record in keys]
    tokens = {
        *_seen_tokens([person["author_id"], *ids]), *_seen_tokens(bylines),
        *tokens_of(store, person["author_id"]), *ids, *pages, *mentions.tokens_of_ids({*ids, *pages}),
        *(f"name|{name}" for name in folds),
        *(token for name, place in places for token in scrub.place_tokens(name, place)),
        *(token for record, work in works.items() for name in _names(work, at[record])
          for token in scrub.work_tokens(name, work)),
    }  # fmt: skip
    namesakes = _namesakes(snapshot, author, folds)
    if not namesakes:  # a name that two bear must not be taken out of texts about the other
        tokens |= mentions.tokens_of_names(folds)
    counts = {"works": len(works), "person records": len(people), "statements": len(statements)}
    alone = sum(scrub.without(work, at[record]) is None for record, work in works.items())
    first, rest = person["author_id"], sorted(tokens - {person["author_id"]})
    return Known(person["name"], first, tuple(sorted(ids)), counts, alone, tuple(namesakes), (first, *rest))


def _seen_tokens(known: Iterable[str | tuple[str, ...]]) -> set[str]:
    """How somebody is listed who is known by ids, or by a folded name on a record, in what watches saw."""
    return {f"seen|{hashed(*((one,) if isinstance(one, str) else one))}" for one in known}


def _of_kind(store: Store, records: list[int], kind: str) -> list[int]:
    return [record for record, key in store.records.keys(records).items() if key[1] == kind]


def _names(work: Work, positions: set[int]) -> set[str]:
    return {fold(work.authorships[n].name) for n in positions if 0 <= n < len(work.authorships)}


def _places(
    works: Mapping[int, Work], people: Mapping[int, Person], at: Mapping[int, set[int]]
) -> list[tuple[str, Affiliation]]:
    """Each printed name with each place that stood beside it."""
    found = [(fold(one.name), place) for one in people.values() for place in one.affiliations]
    for record, work in works.items():
        for position in at[record]:
            if 0 <= position < len(work.authorships):
                one = work.authorships[position]
                found += [(fold(one.name), place) for place in one.affiliations]
    return found


def _namesakes(snapshot: Any, author: int, folds: set[str]) -> list[str]:
    """Others who bear one of these names."""
    own = pl.DataFrame({"fold": sorted(folds)}, schema={"fold": pl.String}).lazy()
    others = (
        snapshot.table("raw_names").lazy().join(own, on="fold", how="semi")
        .join(snapshot.table("sightings").lazy(), on=("record", "position"))
        .filter(pl.col("author") != author)
        .join(snapshot.table("authors").lazy().select("author", "author_id"), on="author")
    )  # fmt: skip
    return others.select("author_id").unique().sort("author_id").collect()["author_id"].to_list()
