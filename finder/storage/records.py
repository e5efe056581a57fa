"""What the sources said: idempotent upserts by source id, and the full text beside them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import msgspec

from finder.model import Grant, Institution, Person, Record, Statement, Work
from finder.storage import record_filter
from finder.storage.hash_list import HashList
from finder.text import redaction

WriteTransaction = Callable[[], AbstractContextManager[sqlite3.Connection]]
T = TypeVar("T")

_KIND: dict[type, str] = {
    Work: "work",
    Person: "person",
    Institution: "institution",
    Statement: "statement",
    Grant: "grant",
}
_UPSERT = """
insert into record (kind, source, source_id, body, fetched_at, complete, reply, seq)
values (?, ?, ?, cast(? as text), ?, ?, ?, ?)
on conflict (source, kind, source_id) do update set
  body = excluded.body, fetched_at = excluded.fetched_at, complete = excluded.complete,
  reply = excluded.reply, seq = excluded.seq
where (excluded.body <> body or excluded.complete > complete) and excluded.complete >= complete
"""
_STILL = """
update record set fetched_at = ?
where kind = ? and source = ? and source_id = ? and body = cast(? as text) and fetched_at < ?
"""
_UPSERT_NEWER = _UPSERT + "and excluded.fetched_at >= fetched_at"


# FTS5 wants the old words to forget a work that it knows; only the writer has the trigger, so no reader pays for it
_INDEXES = ("text", "word")
_FORGET = """
create temp trigger if not exists forget_{index} after update of body on main.record
when old.kind = 'work' and old.seq <= (select cast(value as integer) from meta where key = 'indexed') begin
  insert into {index} ({index}, rowid, title, abstract, keywords) select 'delete', old.id, old.body ->> '$.title',
    old.body ->> '$.abstract', (select group_concat(value, ' ; ') from json_each(old.body, '$.keywords'));
end
"""
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


_UNTEXT = """
insert into {index} ({index}, rowid, title, abstract, keywords) select 'delete', id, body ->> '$.title',
  body ->> '$.abstract', (select group_concat(value, ' ; ') from json_each(body, '$.keywords'))
from record where id = ? and kind = 'work' and seq <= ?
"""
INDEXED_AT_ONCE = 2_000  # works whose texts are in memory at once
SEEN_DAYS = 7  # after which it is noted again that an unchanged record was seen: not every time, to write less


class EncodedRecord(NamedTuple):
    """A record ready to be stored; made where the parsing is done, so that the writer only writes."""

    kind: str
    source: str
    source_id: str
    body: bytes


def encode_record(record: Record) -> EncodedRecord:
    """A record as its row."""
    body = msgspec.json.encode(record)
    if b"\\u0000" in body:  # SQLite's JSON ends a text there, so that the full text could not forget the rest
        body = _NUL.sub(rb"\1 ", body)
    return EncodedRecord(_KIND[type(record)], record.source, record.source_id, body)


_READ: dict[str, tuple[msgspec.json.Decoder[Any], Callable[[Any, HashList], Any]]] = {
    "work": (msgspec.json.Decoder(Work), record_filter.filter_work),
    "person": (msgspec.json.Decoder(Person), record_filter.filter_person),
    "statement": (msgspec.json.Decoder(Statement), record_filter.filter_statement),
    "grant": (msgspec.json.Decoder(Grant), record_filter.strike_from_grant),
}


def strip_listed_people(row: EncodedRecord, listed: HashList) -> EncodedRecord | None:
    """A row without people who are not to be stored: the same row where it names none, None where nothing is left."""
    if row.kind not in _READ:
        return row
    decoder, clean = _READ[row.kind]
    record = decoder.decode(row.body)
    kept = clean(record, listed)
    return row if kept is record else None if kept is None else encode_record(kept)


class _FullTextFields(msgspec.Struct, gc=False):
    """What the full text knows of a work."""

    title: str
    abstract: str | None = None
    keywords: tuple[str, ...] = ()


class RecordRow(NamedTuple):
    """A row of the record table."""

    id: int
    source: str
    fetched_at: str
    body: str


class RecordProvenance(NamedTuple):
    """A record with where it came from: ``asked`` is the address and time of the answer it was read from, if kept."""

    kind: str
    source: str
    source_id: str
    body: str
    fetched_at: str
    seen: str | None
    asked: tuple[str, str] | None


class Records:
    """Verbs over the ``record`` and ``text`` tables."""

    def __init__(
        self, connection: sqlite3.Connection, write: WriteTransaction, erased: Callable[[], HashList | None]
    ) -> None:
        self._db = connection
        self._write = write
        self._erased = erased

    def put_records(
        self,
        rows: Iterable[EncodedRecord],
        *,
        fetched_at: str,
        complete: bool = True,
        reply: int | None = None,
        said: str = "",
    ) -> int:
        """Insert or replace records by source id; returns how many were new or changed.

        A record from a partial page never replaces one from a complete page, and an unchanged one stays as it is,
        so that the same answers in any order and number leave the same store. The full text follows with
        :meth:`update_fulltext`. People who are not to be stored are left out, and then the reply that named them is not
        kept.

        Args:
            said: the ISO moment at which the source said so, where that was long before it was fetched: it replaces
                nothing that was said later.
        """
        latest = _redact_record_rows({row[:3]: row for row in rows}.values())
        if (listed := self._erased()) is not None:
            kept = [strip_listed_people(row, listed) for row in latest]
            if any(new is not old for new, old in zip(kept, latest, strict=True)):
                self._delete_response(reply)
                reply = None
            latest = [row for row in kept if row is not None]
        with self._write() as db:
            seq = self.last_write_seq() + 1
            _create_index_triggers(db)
            when = said or fetched_at
            db.executemany(_UPSERT_NEWER if said else _UPSERT, [(*row, when, complete, reply, seq) for row in latest])
            written = int(db.execute("select count(*) from record where seq = ?", (seq,)).fetchone()[0])
            if written < len(latest) or said:
                _mark_seen(db, latest, fetched_at)
            if written < len(latest) and said:
                db.executemany(_STILL, [(said, *row[:3], row.body, said) for row in latest])
            if written:
                db.execute("insert or replace into meta values ('seq', ?)", (str(seq),))
        return written

    def rewrite_records(self, change: Callable[[int, EncodedRecord], EncodedRecord | None]) -> tuple[int, int]:
        """Put every record through a function; None deletes it. The answers that such records were read from go, too.

        The full text forgets what was; :meth:`update_fulltext` takes in what is. A snapshot has to be published anew.
        Others may write while records are looked through; what they replaced meanwhile stays as they left it.

        Returns:
            How many were changed and deleted.
        """
        query = "select id, kind, source, source_id, body from record"
        after: dict[int, EncodedRecord | None] = {}
        looked = self.last_write_seq()
        for id_, kind, source, source_id, body in self._db.execute(query):
            before = EncodedRecord(kind, source, source_id, body.encode())
            if (new := change(id_, before)) is not before:
                after[id_] = new
        with self._write() as db:
            seq = self.last_write_seq() + 1
            newer = {row[0] for row in db.execute("select id from record where seq > ?", (looked,))}
            rows = [(id_, row) for id_, row in after.items() if id_ not in newer]
            changed = [(row.body, seq, id_) for id_, row in rows if row is not None]
            gone = [(id_,) for id_, row in rows if row is None]
            told = [(id_,) for *_, id_ in (*changed, *gone)]
            db.executemany("delete from reply where id = (select reply from record where id = ?)", told)
            _create_index_triggers(db)
            for index in _INDEXES:
                db.executemany(_UNTEXT.format(index=index), [(id_, self._last_indexed_seq()) for (id_,) in gone])
            db.executemany("delete from record where id = ?", gone)
            db.executemany("update record set body = cast(? as text), seq = ? where id = ?", changed)
            db.execute("insert or replace into meta values ('seq', ?)", (str(seq),))
        return len(changed), len(gone)

    def _delete_response(self, reply: int | None) -> None:
        with self._write() as db:
            db.execute("delete from reply where id = ?", (reply,))

    @contextmanager
    def bulk_writes(self) -> Iterator[None]:
        """Much is put at once: the write-ahead log is not emptied before the end."""
        self._db.execute("pragma wal_autocheckpoint = 0")
        try:
            yield
        finally:
            self._db.execute("pragma wal_autocheckpoint = 1000")

    def update_fulltext(self) -> int:
        """Bring the full text up to the records, all at once; returns how many works were new to it."""
        decode = msgspec.json.Decoder(_FullTextFields).decode
        with self._write() as db:
            query = "select id, body from record where kind = 'work' and seq > ?"
            new = ((id_, decode(body)) for id_, body in db.execute(query, (self._last_indexed_seq(),)))
            count = 0
            while some := list(islice(new, INDEXED_AT_ONCE)):
                texts = [(id_, t.title, t.abstract, " ; ".join(t.keywords) or None) for id_, t in some]
                for index in _INDEXES:
                    query = f"insert into {index} (rowid, title, abstract, keywords) values (?, ?, ?, ?)"  # noqa: S608 - fixed
                    db.executemany(query, texts)
                count += len(texts)
            db.execute("insert or replace into meta values ('indexed', ?)", (str(self.last_write_seq()),))
        return count

    def count_unindexed(self) -> int:
        """How many records :meth:`update_fulltext` has yet to look at."""
        query = "select count(*) from record where seq > ?"
        return int(self._db.execute(query, (self._last_indexed_seq(),)).fetchone()[0])

    def _last_indexed_seq(self) -> int:
        row = self._db.execute("select value from meta where key = 'indexed'").fetchone()
        return int(row[0]) if row else 0

    def last_write_seq(self) -> int:
        """The number of the last write that changed something; 0 in an empty store."""
        row = self._db.execute("select value from meta where key = 'seq'").fetchone()
        return int(row[0]) if row else 0

    def stamp(self, source: str) -> tuple[int, int]:
        """How many records there are of a source, and the number of the last write of one that is still there.

        The same as before: none of them was replaced, added or deleted.
        """
        count = "select count(*) from record where source = ?"
        last = "select seq from record where source = ? order by seq desc limit 1"
        newest = self._db.execute(last, (source,)).fetchone()
        return int(self._db.execute(count, (source,)).fetchone()[0]), int(newest[0]) if newest else 0

    def records_since(self, seq: int, kind: str) -> Iterator[RecordRow]:
        """Records of a kind written after ``seq``, by id."""
        query = "select id, source, fetched_at, body from record where seq > ? and kind = ? order by id"
        return map(RecordRow._make, self._db.execute(query, (seq, kind)))

    def record_ids(self) -> list[int]:
        """The ids of all records."""
        return [id_ for (id_,) in self._db.execute("select id from record")]

    def last_seen_days(self) -> list[tuple[int, str]]:
        """Each record and the day on which it was last said, to within :data:`SEEN_DAYS`."""
        return self._db.execute("select id, coalesce(seen, substr(fetched_at, 1, 10)) from record").fetchall()

    def count_by_source(self) -> dict[tuple[str, str], int]:
        """How many records there are by source and kind."""
        query = "select source, kind, count(*) from record group by 1, 2 order by 1, 2"
        return {(source, kind): count for source, kind, count in self._db.execute(query)}

    def get_records(self, ids: Iterable[int], type_: type[T]) -> dict[int, T]:
        """Decoded records by id."""
        decoder = msgspec.json.Decoder(type_)
        marks = ",".join(str(int(i)) for i in ids)
        query = f"select id, body from record where id in ({marks})"  # noqa: S608 - integers only
        return {id_: decoder.decode(body) for id_, body in self._db.execute(query)}

    def record_links(self, ids: Iterable[int]) -> dict[int, tuple[str, str, str | None]]:
        """``(source, source id, url)`` of records: where each can be looked up."""
        marks = ",".join(str(int(i)) for i in ids)
        query = f"""select id, source, source_id, coalesce(body ->> '$.url', body ->> '$.homepage')
                    from record where id in ({marks})"""  # noqa: S608 - integers only
        return {id_: (source, source_id, url) for id_, source, source_id, url in self._db.execute(query)}

    def record_provenance(self, ids: Iterable[int]) -> dict[int, RecordProvenance]:
        """Records with where each came from, by id."""
        marks = ",".join(str(int(i)) for i in ids)
        query = f"""select r.id, r.kind, r.source, r.source_id, r.body, r.fetched_at, r.seen, a.url, a.fetched_at
                    from record r left join reply a on a.id = r.reply where r.id in ({marks})"""  # noqa: S608
        return {
            id_: RecordProvenance(kind, source, source_id, body, fetched_at, seen, (url, at) if url else None)
            for id_, kind, source, source_id, body, fetched_at, seen, url, at in self._db.execute(query)
        }

    def record_keys(self, ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
        """``(source, kind, source id)`` of records: what they are known by in any store."""
        marks = ",".join(str(int(i)) for i in ids)
        query = f"select id, source, kind, source_id from record where id in ({marks})"  # noqa: S608 - integers only
        return {id_: (source, kind, source_id) for id_, source, kind, source_id in self._db.execute(query)}

    def ids_by_key(self, keys: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
        """Record ids by ``(source, kind, source id)``, of those that are stored."""
        query = "select id from record where source = ? and kind = ? and source_id = ?"
        found = {key: self._db.execute(query, key).fetchone() for key in set(keys)}
        return {key: row[0] for key, row in found.items() if row}

    def highest_record_id(self) -> int:
        """The highest record id: whatever is stored anew later has a higher one."""
        return int(self._db.execute("select coalesce(max(id), 0) from record").fetchone()[0])


def _redact_record_rows(rows: Collection[EncodedRecord]) -> list[EncodedRecord]:
    """Rows without e-mail addresses and telephone numbers; what is known by an address alone is not stored."""
    bodies = redaction.redact_rows([row.body for row in rows])
    kept = [row if body is row.body else row._replace(body=body) for row, body in zip(rows, bodies, strict=True)]
    return [row for row in kept if "@" not in row.source_id or not redaction.contains_contact(row.source_id)]


def _mark_seen(db: sqlite3.Connection, rows: Iterable[EncodedRecord], fetched_at: str) -> None:
    """Note that these are still said."""
    day = date.fromisoformat(fetched_at[:10])
    old = (day - timedelta(days=SEEN_DAYS)).isoformat()
    db.executemany(
        """update record set seen = ? where source = ? and kind = ? and source_id = ?
           and coalesce(seen, substr(fetched_at, 1, 10)) < ?""",
        [(day.isoformat(), row.source, row.kind, row.source_id, old) for row in rows],
    )


def _create_index_triggers(db: sqlite3.Connection) -> None:
    """Have the full text forget the words of each work that is changed, for as long as this connection lives."""
    for index in _INDEXES:
        db.execute(_FORGET.format(index=index))
