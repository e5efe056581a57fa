"""What the user says about who is one person and who is not: merges and splits, kept as judgements."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from finder.answers import lookup
from finder.answers.identity import author_work_links
from finder.errors import UsageError
from finder.resolution.works import title_key
from finder.storage import Snapshot, Store
from finder.storage.judgements import Judgement, Sighting, Token


def judge_same_person(store: Store, one: str, other: str, now: str) -> Judgement:
    """Keep that two records are of one person; the caller publishes.

    Raises:
        UsageError: one of them is not stored, or they are one already.
    """
    snapshot = store.snapshots.current_snapshot()
    a, b = lookup.resolve_author(snapshot, one), lookup.resolve_author(snapshot, other)
    if a == b:
        raise UsageError(f"{one} and {other} are one person here already.")
    return store.judgements.add(
        "same", identity_tokens(store, a), identity_tokens(store, b), _author_name_pair(snapshot, a, b), now
    )


def judge_different_people(store: Store, one: str, other: str, now: str) -> Judgement:
    """Keep that two records, or two ids of one record, are of two people; the caller publishes.

    Raises:
        UsageError: one of them is not stored, or both are one record and not told apart by ids (then say which works
            are another person's).
    """
    snapshot = store.snapshots.current_snapshot()
    a, b = lookup.resolve_author(snapshot, one), lookup.resolve_author(snapshot, other)
    if a == b:
        mine, theirs = lookup.interpret_person_text(snapshot, one).id, lookup.interpret_person_text(snapshot, other).id
        if mine and theirs and mine != theirs and (sides := _split_tokens_by_id(store, a, mine, theirs)):
            return store.judgements.add("different", *sides, (mine, theirs), now)
        raise UsageError(f"{one} and {other} are one person here. Say which works are not theirs, with --work.")
    return store.judgements.add(
        "different", identity_tokens(store, a), identity_tokens(store, b), _author_name_pair(snapshot, a, b), now
    )


def _split_tokens_by_id(store: Store, author: int, one: str, other: str) -> tuple[list[Token], list[Token]] | None:
    """What bears one id of a record, and what bears another; None where both stand on one printed name."""
    snapshot = store.snapshots.current_snapshot()
    sighted = (
        snapshot.load_table("sightings")
        .lazy()
        .filter(pl.col("author") == author)
        .join(snapshot.load_table("raw_names").lazy(), on=("record", "position"))
        .select("record", "position", "fold", "ids")
        .collect()
    )
    parts = [sighted.filter(pl.col("ids").list.contains(id_)) for id_ in (one, other)]
    if any(part.is_empty() for part in parts) or not parts[0].join(parts[1], on=("record", "position")).is_empty():
        return None
    keys = store.records.record_keys(sighted["record"].unique().to_list())
    a, b = (
        [id_, *(Sighting(*keys[record], name) for record, name in part.select("record", "fold").unique().iter_rows())]
        for id_, part in zip((one, other), parts, strict=True)
    )
    return a, b


def judge_works_misattributed(store: Store, who: str, works: Sequence[str], now: str) -> Judgement:
    """Keep that some works counted as somebody's are another person's; the caller publishes.

    Args:
        works: ids or whole titles.

    Raises:
        UsageError: a work is not theirs anyhow, or nothing would be left.
    """
    snapshot = store.snapshots.current_snapshot()
    author = lookup.resolve_author(snapshot, who)
    own = author_work_links(snapshot, author).with_columns(title_key=title_key(pl.col("title")))
    wanted = pl.DataFrame({"said": list(works)}).with_columns(title_key=title_key(pl.col("said")))
    meant = own.filter(pl.col("work_id").is_in(list(works)) | pl.col("title_key").is_in(wanted["title_key"].implode()))
    known = {*meant["work_id"], *meant["title_key"]}
    missing = [said for said, key in wanted.iter_rows() if said not in known and key not in known]
    if missing or meant.is_empty():
        raise UsageError(f"Not among the works counted as {who}: {'; '.join(missing) or 'none was named'}.")
    if meant.height == own.height:
        raise UsageError(f"These are all works counted as {who}: name those of the other person only.")
    a, b = identity_tokens(store, author, without=meant), identity_tokens(store, author, only=meant)
    name = snapshot.load_table("authors").row(by_predicate=pl.col("author") == author, named=True)["name"]
    count = f"{meant.height} work{'s' * (meant.height != 1)}"
    return store.judgements.add("different", a, b, (name, f"{count} under this name"), now)


def current_author_id(store: Store, made: Judgement) -> str | None:
    """The author id that the first side of a judgement has now; None where nobody is left of it."""
    snapshot = store.snapshots.current_snapshot()
    numbers = store.records.ids_by_key((t.source, t.kind, t.source_id) for t in made.a if isinstance(t, Sighting))
    names = {(numbers.get((t.source, t.kind, t.source_id)), t.fold) for t in made.a if isinstance(t, Sighting)}
    meant = pl.DataFrame(list(names), schema={"record": pl.Int64, "fold": pl.String}, orient="row")
    found = (
        snapshot.load_table("raw_names")
        .lazy()
        .join(meant.lazy(), on=("record", "fold"))
        .join(snapshot.load_table("sightings").lazy(), on=("record", "position"))
        .join(snapshot.load_table("authors").lazy(), on="author")
        .group_by("author_id")
        .agg(n=pl.len())
        .sort("n", "author_id", descending=[True, False])
        .collect()
    )
    return None if found.is_empty() else found["author_id"][0]


def _author_name_pair(snapshot: Snapshot, *authors: int) -> tuple[str, str]:
    named = dict(
        snapshot.load_table("authors").filter(pl.col("author").is_in(authors)).select("author", "name").iter_rows()
    )
    return named[authors[0]], named[authors[1]]


def identity_tokens(
    store: Store, author: int, *, only: pl.DataFrame | None = None, without: pl.DataFrame | None = None
) -> list[Token]:
    """All that a record is known by: ids, and each printed name; or the part of it on some works, or off them."""
    snapshot = store.snapshots.current_snapshot()
    own = snapshot.load_table("sightings").filter(pl.col("author") == author)
    in_own = pl.col("record").is_in(own["record"].unique().implode())  # much quicker than to join whole tables
    sighted = (
        own.lazy()
        .join(snapshot.load_table("versions").lazy().filter(in_own), on="record", how="left")
        .join(snapshot.load_table("raw_names").lazy().filter(in_own), on=("record", "position"))
        .select("record", "position", "work", "fold", "ids")
        .collect()
    )
    part = sighted
    if only is not None:
        part = sighted.join(only, on="work", how="semi")
    if without is not None:
        part = sighted.join(without, on="work", how="anti")
    ids = set(part["ids"].explode(empty_as_null=True).drop_nulls())
    if only is not None:  # what the rest bears, too, does not tell these from the rest
        rest = sighted.join(only, on="work", how="anti")
        ids -= set(rest["ids"].explode(empty_as_null=True).drop_nulls())
    keys = store.records.record_keys(part["record"].unique().to_list())
    return [
        *ids,
        *(Sighting(*keys[record], name) for record, name in part.select("record", "fold").unique().iter_rows()),
    ]
