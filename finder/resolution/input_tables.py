"""Records as tables, one row for each thing said. Only what is new since the last snapshot is decoded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TypeVar

import msgspec
import polars as pl

from finder import ids
from finder.errors import EmptyStore
from finder.model import Affiliation, Grant, Institution, Person, Statement
from finder.storage import Store
from finder.tables import LIST, TABLES, conform_table
from finder.text import names

RAW = (
    "raw_works",
    "raw_names",
    "raw_affiliations",
    "raw_people",
    "raw_institutions",
    "raw_statements",
    "raw_grants",
    "raw_investigators",
)
_PIECES = ("raw_names", "raw_affiliations", "raw_investigators")  # rows of records that other tables list
T = TypeVar("T")
_APART = "\x1f"  # between the members of a list
BATCH = 4_000  # records that are unpacked at once
NOBODY = -1  # position of the row that a person's own record contributes
UNPLACED = -2  # position of places on a work that nobody is known to be at

Frames = dict[str, pl.DataFrame]
_Columns = defaultdict[str, list[Any]]


class _Authorship(msgspec.Struct):
    """The part of an authorship that resolution needs."""

    name: str
    ids: list[str] = []
    affiliations: list[Affiliation] = []
    corresponding: bool = False
    homepage: str | None = None


class _Work(msgspec.Struct):
    """A work without its abstract: msgspec skips what is not named, which is most of the bytes."""

    source: str
    source_id: str
    title: str
    date: str
    authorships: list[_Authorship]
    keywords: list[str] = []
    venue: str | None = None
    type: str | None = None
    ids: list[str] = []
    url: str | None = None
    citations: int | None = None
    published: bool = True
    unplaced: list[Affiliation] = []


def load_raw_tables(store: Store) -> tuple[Frames, int]:
    """All raw tables and the write number they hold for: the last snapshot's rows, with what came since.

    A record that was replaced or deleted loses its old rows.
    """
    try:
        snapshot = store.snapshots.current_snapshot()
        if snapshot.meta.get("store", "") != store.store_identity():
            raise EmptyStore
        before, since = {name: snapshot.load_table(name) for name in RAW}, snapshot.seq
    except EmptyStore:  # none, one of another store, or a damaged one
        before, since = {name: conform_table(name) for name in RAW}, 0
    seq = store.records.last_write_seq()
    new = _decode_records(store, since)
    if not since:
        return new, seq
    touched = pl.concat([new[name].select("record").unique() for name in RAW if name not in _PIECES])
    stored = pl.DataFrame({"record": store.records.record_ids()}, schema={"record": pl.Int64})
    kept = stored.join(touched, on="record", how="anti")
    return {name: pl.concat([before[name].join(kept, on="record", how="semi"), new[name]]) for name in RAW}, seq


def _decode_records(store: Store, since: int) -> Frames:
    """What was written after ``since``; frame by frame, since Python's own objects take many times the room."""
    parts: dict[str, list[pl.DataFrame]] = {name: [conform_table(name)] for name in RAW}
    folded: dict[str, str] = {}
    readers: tuple[tuple[str, type, Callable[[int, Any, dict[str, _Columns], dict[str, str]], None]], ...] = (
        ("work", _Work, _work_rows),
        ("person", Person, _person_rows),
        ("institution", Institution, _institution_rows),
        ("statement", Statement, _statement_rows),
        ("grant", Grant, _grant_rows),
    )
    for kind, type_, rows in readers:
        decode = msgspec.json.Decoder(type_).decode
        for batch in iter_batches(store.records.records_since(since, kind), BATCH):
            columns: dict[str, _Columns] = {name: defaultdict(list) for name in RAW}
            for row in batch:
                rows(row.id, decode(row.body), columns, folded)
            for name in RAW:
                if columns[name]:
                    parts[name].append(_build_raw_frame(name, columns.pop(name)))
    return {name: pl.concat(parts.pop(name), rechunk=False) for name in RAW}


def iter_batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    """Rows in lists of at most ``size``."""
    while batch := list(islice(rows, size)):
        yield batch


def _build_raw_frame(name: str, columns: _Columns) -> pl.DataFrame:
    return conform_table(name, pl.DataFrame([_build_series(c, t, columns.pop(c)) for c, t in TABLES[name].items()]))


def _build_series(column: str, type_: pl.DataType | type[pl.DataType], values: list[Any]) -> pl.Series:
    """A column; lists come joined and dates as days, which is many times quicker than as Python objects."""
    if type_ == LIST:
        split = pl.Series(column, values, dtype=pl.String).str.split(_APART)
        return pl.select(
            pl.when(split.list.first() != "").then(split).otherwise(pl.lit([], LIST)).alias(column)
        ).to_series()
    return pl.Series(column, values, dtype=pl.Int32 if type_ == pl.Date else type_, strict=False)


def _work_rows(record: int, work: _Work, columns: dict[str, _Columns], folded: dict[str, str]) -> None:
    day = parse_epoch_day(work.date)
    w = columns["raw_works"]
    for column, value in (
        ("record", record),
        ("source", work.source),
        ("title", work.title),
        ("date", day),
        ("year", int(work.date[:4])),
        ("venue", work.venue),
        ("type", work.type),
        ("url", work.url),
        ("ids", _APART.join(work.ids)),
        ("keywords", _APART.join(work.keywords)),
        ("citations", work.citations),
        ("published", work.published),
        ("n_authors", len(work.authorships)),
    ):
        w[column].append(value)
    n, affiliations = columns["raw_names"], columns["raw_affiliations"]
    for position, author in enumerate(work.authorships):
        name = author.name
        if not name:
            continue  # opted out: never rebuilt
        n["record"].append(record)
        n["position"].append(position)
        n["name"].append(name)
        n["fold"].append(folded.get(name) or folded.setdefault(name, names.name_key(name)))
        n["ids"].append(_APART.join(filter(ids.is_person_id, author.ids)) if author.ids else "")
        n["corresponding"].append(author.corresponding)
        n["homepage"].append(author.homepage)
        if author.affiliations:
            _affiliation_rows(record, position, author.affiliations, affiliations)
    if work.unplaced:
        _affiliation_rows(record, UNPLACED, work.unplaced, affiliations)


def _affiliation_rows(
    record: int, position: int, rows: list[Affiliation] | tuple[Affiliation, ...], a: _Columns
) -> None:
    for row in rows:
        a["record"].append(record)
        a["position"].append(position)
        a["institution"].append(row.institution)
        a["id"].append(row.id)
        a["raw"].append(row.raw)
        a["country"].append(row.country)
        a["kind"].append(row.kind)
        a["domain"].append(row.domain)
        a["role"].append(row.role)
        a["since"].append(row.since)
        a["until"].append(row.until)
        a["stated"].append(row.stated)


def _person_rows(record: int, person: Person, columns: dict[str, _Columns], folded: dict[str, str]) -> None:
    seen = parse_epoch_day(person.seen)
    this_year = int(person.seen[:4])
    years = [year for year, count in person.works_by_year if count]
    p = columns["raw_people"]
    for column, value in (
        ("record", record),
        ("source", person.source),
        ("seen", seen),
        ("works_count", person.works_count),
        ("first_year", min(years, default=None)),
        ("recent_works", sum(c for y, c in person.works_by_year if y >= this_year - 1) if years else None),
    ):
        p[column].append(value)
    n = columns["raw_names"]
    for column, value in (
        ("record", record),
        ("position", NOBODY),
        ("name", names.display_name(person.name)),
        ("fold", folded.get(person.name) or folded.setdefault(person.name, names.name_key(person.name))),
        ("ids", _APART.join(filter(ids.is_person_id, person.ids))),
        ("corresponding", False),
        ("homepage", person.homepage),
    ):
        n[column].append(value)
    _affiliation_rows(record, NOBODY, person.affiliations, columns["raw_affiliations"])


def _institution_rows(
    record: int, institution: Institution, columns: dict[str, _Columns], _folded: dict[str, str]
) -> None:
    i = columns["raw_institutions"]
    for column, value in (
        ("record", record),
        ("name", institution.name),
        ("ids", _APART.join(institution.ids)),
        ("country", institution.country),
        ("kind", institution.kind),
        ("city", institution.city),
        ("latitude", institution.latitude),
        ("longitude", institution.longitude),
    ):
        i[column].append(value)


def _statement_rows(record: int, statement: Statement, columns: dict[str, _Columns], _folded: dict[str, str]) -> None:
    s = columns["raw_statements"]
    for column, value in (
        ("record", record),
        ("source", statement.source),
        ("fold", names.name_key(statement.name)),
        ("ids", _APART.join(statement.ids)),
        ("polarity", statement.polarity),
        ("quote", statement.quote),
        ("url", statement.url),
        ("date", statement.date),
        ("seen", parse_epoch_day(statement.seen[:10])),
        ("audience", _APART.join(statement.audience)),
        ("institution", statement.institution),
        ("role", statement.role),
    ):
        s[column].append(value)


def _grant_rows(record: int, grant: Grant, columns: dict[str, _Columns], folded: dict[str, str]) -> None:
    at = grant.institution
    g = columns["raw_grants"]
    for column, value in (
        ("record", record),
        ("source", grant.source),
        ("title", grant.title),
        ("funder", grant.funder),
        ("number", grant.number),
        ("amount", grant.amount),
        ("currency", grant.currency),
        ("start", grant.start),
        ("end", grant.end),
        ("institution", at.institution if at else None),
        ("country", at.country if at else None),
        ("programme", grant.programme),
        ("keywords", _APART.join(grant.keywords)),
        ("url", grant.url),
    ):
        g[column].append(value)
    i = columns["raw_investigators"]
    for position, one in enumerate(grant.investigators):
        place = one.institution or at
        for column, value in (
            ("record", record),
            ("position", position),
            ("fold", folded.get(one.name) or folded.setdefault(one.name, names.name_key(one.name))),
            ("ids", _APART.join(filter(ids.is_person_id, one.ids))),
            ("lead", one.lead),
            ("institution", place.institution if place else None),
            ("id", place.id if place else None),
            ("country", place.country if place else None),
        ):
            i[column].append(value)


_DAYS: dict[str, int] = {}


def parse_epoch_day(text: str) -> int:
    """Days since 1970 of ``YYYY-MM-DD``, the first of ``YYYY-MM``, the first of July of ``YYYY``.

    >>> parse_epoch_day("1970-02") , parse_epoch_day("1970-01-02")
    (31, 1)
    """
    days = _DAYS.get(text)
    if days is None:
        full = {4: f"{text}-07-01", 7: f"{text}-01"}.get(len(text), text)
        days = _DAYS[text] = (date.fromisoformat(full) - date(1970, 1, 1)).days
    return days
