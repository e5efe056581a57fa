"""Taking people who are not to be stored out of every place of a data folder that may hold them.

A new table that may name people is one line in :data:`ERASERS`, one that cannot is a line in
:data:`IMPERSONAL_COLUMNS`, and a new folder of files one in :data:`FOLDERS`. Tests walk all of the schema and of the
folder: what nobody owns fails them.
"""

from __future__ import annotations

import gzip
import json
import lzma
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from finder.decompression import GZIP, inflate_bytes, overlapping_chunks
from finder.errors import StoreError
from finder.storage import mention_masking
from finder.storage.hash_list import HashList
from finder.storage.records import strip_listed_people

if TYPE_CHECKING:
    from finder.storage.database import Store

FOLDERS = ("exports", "news", "logs")
"""Folders whose files are made anew when they are wanted: those that name somebody who is erased are deleted."""
REBUILT_FOLDERS = ("snapshots", "vectors", "models", "demo")
"""Folders that are published anew and pruned when somebody is erased, or that hold nothing of anybody."""
BACKUP_FOLDERS = ("backups",)
"""Folders of whole copies of the store: they hold what it held, and are deleted when somebody is erased."""
STORE_SUFFIXES = frozenset((".lock", ".sqlite", ".sqlite-wal", ".sqlite-shm"))
"""Files beside the folders that are the store itself; the user's own are looked through, and named where they mention
somebody."""
STORE_COPY_MARKS = (".sqlite.before-", ".sqlite.former-")
"""In names of copies that lie beside the store: from before a migration, and of former stores."""

EraseFunction = Callable[["Store", HashList], int]
ALL = ("*",)


@dataclass(frozen=True)
class Eraser:
    """A place that may name people.

    Attributes:
        name: what a user would call it.
        columns: by table, the columns that :attr:`clean` takes care of; ALL of them where whole rows go.
        clean: takes whoever is listed out of it, and says how many things it changed.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    clean: EraseFunction


def row_eraser(table: str, *, key: str = "rowid") -> EraseFunction:
    """Delete the rows of a table that mention somebody who is listed, in any of their texts."""

    def erase_rows(store: Store, listed: HashList) -> int:
        with store.write_transaction() as db:
            found = _rows_naming_people(db, table, key, listed)
            db.executemany(f"delete from {table} where {key} = ?", [(number,) for number in found])  # noqa: S608
        return len(found)

    return erase_rows


def text_eraser(table: str, *columns: str) -> EraseFunction:
    """Take mentions of somebody who is listed out of some columns, and leave the rows."""

    def erase_texts(store: Store, listed: HashList) -> int:
        changed = 0
        with store.write_transaction() as db:
            query = f"select rowid, {', '.join(columns)} from {table}"  # noqa: S608 - constants only
            for number, *values in db.execute(query).fetchall():
                new = [value and mention_masking.mask_mentions(value, listed) for value in values]
                if new != values:
                    changed += 1
                    settings = ", ".join(f"{column} = ?" for column in columns)
                    db.execute(f"update {table} set {settings} where rowid = ?", (*new, number))  # noqa: S608
        return changed

    return erase_texts


def _erase_from_records(store: Store, listed: HashList) -> int:
    return sum(store.records.rewrite_records(lambda _, row: strip_listed_people(row, listed)))


def _erase_responses(store: Store, listed: HashList) -> int:
    """Whole answers: what names somebody in one cannot be cut out of it."""
    numbers = []
    for id_, url, note, key, headers, body in store.connection.execute(
        "select id, url, note, key, headers, body from reply"
    ):
        try:
            text = mention_masking.decode_body_text(inflate_bytes(body)) if body else ""
        except zlib.error:  # nobody can read it, so nobody can tell whom it names
            numbers.append((id_,))
            continue
        if mention_masking.mentions_listed_person(f"{unquote(url)} {note} {unquote(key)} {headers} {text}", listed):
            numbers.append((id_,))
    with store.write_transaction() as db:
        db.executemany("delete from reply where id = ?", numbers)
    return len(numbers)


def _erase_completed_ids(store: Store, listed: HashList) -> int:
    with store.write_transaction() as db:
        every = db.execute("select source, id from completed").fetchall()
        found = [row for row in every if row[1] in listed or mention_masking.mentions_listed_person(row[1], listed)]
        db.executemany("delete from completed where source = ? and id = ?", found)
    return len(found)


def _anchor_eraser(table: str, *columns: str) -> EraseFunction:
    """Rows about somebody by the tokens they are anchored by: ids, and folded names on records."""

    def erase_by_anchors(store: Store, listed: HashList) -> int:
        with store.write_transaction() as db:
            query = f"select rowid, {', '.join(columns)} from {table}"  # noqa: S608 - constants only
            found = [
                (number,)
                for number, *lists in db.execute(query).fetchall()
                if any(_is_anchor_listed(token, listed) for tokens in lists for token in json.loads(tokens))
            ]
            db.executemany(f"delete from {table} where rowid = ?", found)  # noqa: S608 - constants only
        return len(found)

    return erase_by_anchors


def _erase_from_states(store: Store, listed: HashList) -> int:
    """People in what watches compare with: known by hashes of their ids, or by what their pages say."""
    changed = 0
    with store.write_transaction() as db:
        for number, packed in db.execute("select watch, body from watch_state").fetchall():
            body: Any = None
            try:
                body = json.loads(inflate_bytes(packed))
                kept = _state_without_people(body, listed)
            except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
                kept = None  # of another version: it would not be read either
            if kept is None:
                db.execute("delete from watch_state where watch = ?", (number,))
            elif kept != body:
                packed = zlib.compress(json.dumps(kept, ensure_ascii=False).encode(errors="replace"))
                db.execute("update watch_state set body = ? where watch = ?", (packed, number))
            changed += kept is None or kept != body
    return changed


def _state_without_people(body: Mapping[str, Any], listed: HashList) -> dict[str, Any]:
    """The body of a state, whose tables are columns by name, without the rows of whoever is listed."""
    people, tokens = body["people"], body["tokens"]
    known = zip(tokens["person"], tokens["token"], strict=True)
    gone = {person for person, token in known if f"seen|{token}" in listed}
    for number, person in enumerate(people["person"]):
        said = json.dumps([column[number] for column in people.values()], ensure_ascii=False)
        if mention_masking.mentions_listed_person(said, listed):
            gone.add(person)
    return {**body, "people": _rows_without_people(people, gone), "tokens": _rows_without_people(tokens, gone)}


def _rows_without_people(columns: Mapping[str, list[Any]], gone: Collection[int]) -> dict[str, list[Any]]:
    keep = [person not in gone for person in columns["person"]]
    return {name: list(compress(values, keep)) for name, values in columns.items()}


def _mask_watches(store: Store, listed: HashList) -> int:
    """Watches whose name or wish names somebody: these are paused, and say why."""
    changed = 0
    with store.write_transaction() as db:
        for number, name, wish in db.execute("select id, name, wish from watch").fetchall():
            new = [mention_masking.mask_mentions(text, listed) for text in (name, wish)]
            if new != [name, wish]:
                changed += 1
                new[0] = new[0] if new[0] == name else f"{new[0]} {number}"  # names are told apart
                query = "update watch set name = ?, wish = ?, paused = 1, message = ? where id = ?"
                db.execute(query, (*new, PAUSE_MESSAGE, number))
    return changed


def _is_anchor_listed(token: str | list[str], listed: HashList) -> bool:
    if isinstance(token, str):
        return token in listed
    source, _, source_id, name = token
    return f"{name}|on {source} {source_id}" in listed


def _whole_row_eraser(name: str, table: str) -> Eraser:
    return Eraser(name, {table: ALL}, row_eraser(table))


def _column_text_eraser(name: str, table: str, *columns: str) -> Eraser:
    return Eraser(name, {table: columns}, text_eraser(table, *columns))


PAUSE_MESSAGE = "It named somebody who was forgotten: change what it looks for, or remove it."
ERASERS: tuple[Eraser, ...] = (
    Eraser("records", {"record": ALL}, _erase_from_records),
    Eraser("replies", {"reply": ALL}, _erase_responses),
    Eraser("judgements", {"judgement": ("a", "b")}, _anchor_eraser("judgement", "a", "b")),
    Eraser(
        "shortlist entries",
        {"shortlist_entry": ("anchors", "marks")},
        _anchor_eraser("shortlist_entry", "anchors", "marks"),
    ),
    _column_text_eraser("notes on others", "shortlist_entry", "notes", "interest", "name"),
    _column_text_eraser("events with others", "shortlist_event", "text", "what"),
    _whole_row_eraser("judgements on others", "judgement"),
    Eraser(
        "postings",
        {"posting": ALL, "posting_text_content": ALL},
        lambda store, listed: store.postings.erase_mentions(listed),
    ),
    Eraser("people fetched whole", {"completed": ALL}, _erase_completed_ids),
    _column_text_eraser("runs", "run", "interest"),
    _column_text_eraser("runs of sources", "run_source", "message"),
    _column_text_eraser("budgets", "budget", "reason"),
    _column_text_eraser("messages of boards", "board", "message"),
    _whole_row_eraser("boards", "board"),
    _whole_row_eraser("news", "news"),
    Eraser("what watches saw", {"watch_state": ALL}, _erase_from_states),
    Eraser("watches", {"watch": ("name", "wish")}, _mask_watches),
    _column_text_eraser("messages of watches", "watch", "message"),
)
IMPERSONAL_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "meta": ALL,  # salts and numbers of the store itself
    "lease": ALL,  # processes of this machine
    "suppression": ALL,  # salted hashes
    "run": ("kind", "started_at", "ended_at", "state", "since"),
    "run_source": ("source", "state"),
    "budget": ("source", "day", "parked_until"),
    "shortlist_entry": ("status", "follow_up", "starred_at"),
    "shortlist_event": ("day", "made_at"),
    "watch": ("created_at", "tried_at", "completed_at", "digested_at", "due"),
    # full text indexes: they follow their tables, and are written anew by :func:`compact_database`
    **{
        f"{index}_{part}": ALL
        for index in ("text", "word", "posting_text")
        for part in ("data", "idx", "docsize", "config")
    },
}
"""Texts and blobs that hold nothing of anybody."""


def run_erasers(store: Store) -> dict[str, int]:
    """Take everybody who is not to be stored out of the record; how many things were changed, by place.

    Call it, then publish anew and :func:`compact_database`: after somebody was listed, and after a copy was restored.
    """
    listed = store.suppressions.erasure_list()
    if listed is None:
        return {}
    counts = {place.name: place.clean(store, listed) for place in ERASERS}
    return {name: count for name, count in counts.items() if count}


def compact_database(store: Store) -> None:
    """Write the database anew, so that no free page and no log keeps what was deleted.

    Raises:
        StoreError: there is no room, or another process is at it.
    """
    db = store.connection
    try:
        for index in ("text", "word"):
            db.execute(f"insert into {index} ({index}) values ('optimize')")  # noqa: S608 - one of the two above
        db.execute("vacuum")
        busy = db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"What was deleted may still be read from free space of the file: {error}. "
            "Close other finders, free as much disk as the store takes, and run the same command again."
        ) from error
    if busy:
        raise StoreError(
            "Another finder is reading, so that the write-ahead log still holds what was deleted. "
            "Close it (the dashboard, too), and run the same command again."
        )


def erase_from_files(home: Path, listed: HashList) -> tuple[list[str], list[str]]:
    """Delete files of the data folder that mention somebody who is listed, and all copies of the store.

    Returns:
        The paths that were deleted, and those that mention somebody but are the user's own to deal with.
    """
    deleted, left = [], []
    for path in sorted(file for file in home.rglob("*") if file.is_file()):
        place = path.relative_to(home)
        folder = place.parts[0] if len(place.parts) > 1 else ""
        if folder in REBUILT_FOLDERS or (not folder and path.suffix in STORE_SUFFIXES):
            continue
        copy = folder in BACKUP_FOLDERS or (not folder and any(part in path.name for part in STORE_COPY_MARKS))
        if copy or (mention_masking.mentions_listed_person(str(place), listed) or _file_mentions_person(path, listed)):
            if copy or folder in FOLDERS:
                path.unlink()
                deleted.append(str(place))
            else:
                left.append(str(place))
    return deleted, left


def _file_mentions_person(path: Path, listed: HashList) -> bool:
    return any(
        mention_masking.mentions_listed_person(mention_masking.decode_body_text(content), listed)
        for content in iter_file_contents(path)
    )


def iter_file_contents(path: Path) -> Iterator[bytes]:
    """What a file holds, unpacked where it is packed; nothing where it cannot be read."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as packed:
                        yield from overlapping_chunks(packed)
            return
        with path.open("rb") as file:
            begins = file.read(6)
        opener: Any = gzip.open if begins[:2] == GZIP else lzma.open if begins == b"\xfd7zXZ\x00" else open
        with opener(path, "rb") as found:
            yield from overlapping_chunks(found)
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return


def _rows_naming_people(db: sqlite3.Connection, table: str, key: str, listed: HashList) -> list[int]:
    query = f"select {key}, * from {table}"  # noqa: S608 - constants only
    return [
        row[0]
        for row in db.execute(query).fetchall()
        if mention_masking.mentions_listed_person(
            " ".join(value for value in row[1:] if isinstance(value, str)), listed
        )
    ]
