"""Forgetting somebody: out of every place of the data folder, and kept out through every refresh, import and restore.

Hiding (``finder hide``) lists somebody by ids and by name and institution, so that nothing shows them. Forgetting lists
them by more, as :mod:`finder.storage.record_filter` needs it, and deletes what is stored. Both are one list.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from finder import publication
from finder.answers import lookup, suppression_tokens
from finder.answers.lookup import PersonReference
from finder.errors import EmptyStore, FinderError, StoreError, UsageError
from finder.model import Affiliation, Grant, Investigator, Person, Statement, Work
from finder.storage import Store, erasure, mention_masking, record_filter
from finder.storage.watches import opaque_token
from finder.text.names import name_key


@dataclass(frozen=True)
class ErasureTarget:
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
class ErasureReport:
    """What was done.

    Attributes:
        changed: how many things, by place.
        deleted: files of the data folder.
        left: files in it that mention them and are not the finder's to delete.
    """

    changed: Mapping[str, int]
    deleted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def find_erasure_target(store: Store, who: str, now: str) -> ErasureTarget:
    """Who is meant, and what is held of them; nothing is changed but that somebody hidden by this id is shown again.

    Raises:
        UsageError: it was not understood who is meant, or nobody, or more than one, is.
    """
    snapshot = store.snapshots.snapshot_or_none()
    asked = lookup.interpret_person_text(snapshot, who) if snapshot else lookup.parse_person_reference(who)
    if snapshot is None:
        return _target_by_id(asked)
    # whoever is hidden is in no snapshot
    if lookup.matching_authors(snapshot, asked).is_empty() and asked.id and store.suppressions.remove(asked.id):
        snapshot = publication.resolve_and_publish(store, now)
    if lookup.matching_authors(snapshot, asked).is_empty() and asked.id:
        return _target_by_id(asked)
    return _target_by_author(store, lookup.resolve_author(snapshot, who, printed=True))


def erase_person(store: Store, who: ErasureTarget, now: str) -> ErasureReport:
    """Take somebody out of everything that is stored in the data folder, and list them so that they stay out.

    Raises:
        StoreError: it could not be done to the end; the message says what is left, and the same command goes on.
    """
    try:
        store.connection.execute("pragma secure_delete = on")
        store.suppressions.add(who.tokens, now, erased=True)
    except (sqlite3.Error, OSError, StoreError) as error:
        raise StoreError(
            f"Nothing was deleted: {_error_sentence(error)}. Free some disk and run the same command again."
        ) from error
    try:
        done = reapply_erasures(store, now)
    except (sqlite3.Error, OSError, FinderError) as error:
        raise StoreError(
            f"Half done: {who.author_id} is listed and shown no more, but not all that is stored of them is deleted "
            f"yet: {_error_sentence(error)}. Free as much disk as the store takes, then run: "
            f"finder forget {who.author_id} --yes"
        ) from error
    if store.suppressions.which_suppressed(who.tokens) != set(who.tokens):
        raise StoreError(
            f"{who.author_id} is not listed after all. Run the same command again; finder doctor looks further."
        )
    return done


def _error_sentence(error: Exception) -> str:
    return str(error).strip().rstrip(".")


def reapply_erasures(store: Store, now: str) -> ErasureReport:
    """Take out everybody who is listed as forgotten: after a copy of before was restored.

    Raises:
        StoreError: it could not be done to the end.
    """
    listed = store.suppressions.erasure_list()
    if listed is None:
        return ErasureReport({})
    changed = erasure.run_erasers(store)
    with suppress(EmptyStore):  # where nothing was ever stored, there is nothing to publish
        publication.resolve_and_publish(store, now, anew=True)
    erasure.compact_database(store)
    deleted, left = erasure.erase_from_files(store.home, listed)
    return ErasureReport(changed, tuple(deleted), tuple(left))


def _target_by_id(asked: PersonReference) -> ErasureTarget:
    """Somebody who is not stored, and shall not be."""
    if asked.id is None or asked.id.startswith("name:"):  # such an id stands for no more than what was stored
        raise UsageError(
            f"{asked.not_found_message()} To keep somebody out who is not stored yet, give an id such as orcid:…"
        )
    id_ = asked.id
    return ErasureTarget(
        id_, id_, (), {}, 0, (), (id_, *sorted({*mention_masking.tokens_of_ids([id_]), *_watch_state_tokens([id_])}))
    )


def _target_by_author(store: Store, author: int) -> ErasureTarget:
    snapshot = store.snapshots.current_snapshot()
    person = snapshot.load_table("authors").row(by_predicate=pl.col("author") == author, named=True)
    sighted = snapshot.load_table("sightings").lazy().filter(pl.col("author") == author)
    names = sighted.join(snapshot.load_table("raw_names").lazy(), on=("record", "position")).collect()
    told = snapshot.load_table("statements").filter(pl.col("author") == author)["record"].to_list()
    held = snapshot.load_table("grant_holders").filter(pl.col("author") == author)
    numbers = names["record"].unique().sort().to_list()
    works = store.records.get_records(_records_of_kind(store, numbers, "work"), Work)
    people = store.records.get_records(_records_of_kind(store, numbers, "person"), Person)
    statements = store.records.get_records(told, Statement)
    printed = _list_grant_names(store.records.get_records(held["record"].unique().to_list(), Grant), held)
    at: dict[int, set[int]] = {}
    for record, position in names.select("record", "position").iter_rows():
        at.setdefault(record, set()).add(position)
    folds = {*names["fold"], *(name_key(name) for one in people.values() for name in (one.name, *one.other_names))}
    folds |= {name_key(one.name) for _, one in printed}
    ids = {
        *person["ids"],
        *names["ids"].explode(empty_as_null=True).drop_nulls(),
        *(i for _, o in printed for i in o.ids),
    }
    pages = {f"homepage:{page}" for page in names["homepage"].drop_nulls()}
    pages |= {f"homepage:{one.url}" for one in statements.values()}
    ids |= {id_ for one in statements.values() for id_ in one.ids if not id_.startswith("homepage:")}
    places = _name_affiliations(works, people, at)
    keys = store.records.record_keys(numbers)
    bylines = [(*keys[record], name) for record, name in names.select("record", "fold").iter_rows() if record in keys]
    tokens = {
        *_watch_state_tokens([person["author_id"], *ids]),
        *_watch_state_tokens(bylines),
        *suppression_tokens(store, person["author_id"]),
        *ids,
        *pages,
        *mention_masking.tokens_of_ids({*ids, *pages}),
        *(f"name|{name}" for name in folds),
        *(token for name, place in places for token in record_filter.affiliation_tokens(name, place)),
        *(
            token
            for record, work in works.items()
            for name in _names_on_work(work, at[record])
            for token in record_filter.work_tokens(name, work)
        ),
        *_list_grant_tokens(printed),
    }
    namesakes = _find_namesakes(snapshot, author, folds)
    if not namesakes:  # a name that two bear must not be taken out of texts about the other
        tokens |= mention_masking.tokens_of_names(folds)
    counts = {"works": len(works), "person records": len(people), "statements": len(statements)}
    if printed:
        counts["grants"] = len({grant.source_id for grant, _ in printed})
    alone = sum(record_filter.work_without_people(work, at[record]) is None for record, work in works.items())
    first, rest = person["author_id"], sorted(tokens - {person["author_id"]})
    return ErasureTarget(person["name"], first, tuple(sorted(ids)), counts, alone, tuple(namesakes), (first, *rest))


def _list_grant_names(grants: Mapping[int, Grant], held: pl.DataFrame) -> list[tuple[Grant, Investigator]]:
    """Each grant with somebody's name as it stands on it."""
    return [
        (grants[n], grants[n].investigators[at])
        for n, at in held.select("record", "position").iter_rows()
        if n in grants
    ]


def _list_grant_tokens(printed: list[tuple[Grant, Investigator]]) -> Iterator[str]:
    """How somebody is listed by the grants that name them."""
    for grant, one in printed:
        name, at = name_key(one.name), one.institution or grant.institution
        yield from record_filter.grant_tokens(name, grant)
        if at:
            yield from record_filter.affiliation_tokens(name, at)


def _watch_state_tokens(known: Iterable[str | tuple[str, ...]]) -> set[str]:
    """How somebody is listed who is known by ids, or by a folded name on a record, in what watches saw."""
    return {f"seen|{opaque_token(*((one,) if isinstance(one, str) else one))}" for one in known}


def _records_of_kind(store: Store, records: list[int], kind: str) -> list[int]:
    return [record for record, key in store.records.record_keys(records).items() if key[1] == kind]


def _names_on_work(work: Work, positions: set[int]) -> set[str]:
    return {name_key(work.authorships[n].name) for n in positions if 0 <= n < len(work.authorships)}


def _name_affiliations(
    works: Mapping[int, Work], people: Mapping[int, Person], at: Mapping[int, set[int]]
) -> list[tuple[str, Affiliation]]:
    """Each printed name with each place that stood beside it."""
    found = [(name_key(one.name), place) for one in people.values() for place in one.affiliations]
    for record, work in works.items():
        for position in at[record]:
            if 0 <= position < len(work.authorships):
                one = work.authorships[position]
                found += [(name_key(one.name), place) for place in one.affiliations]
    return found


def _find_namesakes(snapshot: Any, author: int, folds: set[str]) -> list[str]:
    """Others who bear one of these names."""
    own = pl.DataFrame({"fold": sorted(folds)}, schema={"fold": pl.String}).lazy()
    others = (
        snapshot.load_table("raw_names")
        .lazy()
        .join(own, on="fold", how="semi")
        .join(snapshot.load_table("sightings").lazy(), on=("record", "position"))
        .filter(pl.col("author") != author)
        .join(snapshot.load_table("authors").lazy().select("author", "author_id"), on="author")
    )
    return others.select("author_id").unique().sort("author_id").collect()["author_id"].to_list()
