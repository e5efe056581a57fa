"""Taking people who are not to be stored out of every place of a data folder that may hold them.

A new table that may name people is one line in :data:`PLACES`, one that cannot is a line in :data:`IMPERSONAL`, and a
new folder of files one in :data:`FOLDERS`. Tests walk all of the schema and of the folder: what nobody owns fails them.
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

from finder.errors import StoreError
from finder.store import mentions
from finder.store.listed import Listed
from finder.store.records import scrubbed
from finder.unpacking import GZIP, inflated, windows

if TYPE_CHECKING:
    from finder.store.database import Store

FOLDERS = ("exports", "news", "logs")
"""Folders whose files are made anew when they are wanted: those that name somebody who is erased are deleted."""
REMADE = ("snapshots", "vectors", "models", "demo")
"""Folders that are published anew and pruned when somebody is erased, or that hold nothing of anybody."""
COPIES = ("backups",)
"""Folders of whole copies of the store: they hold what it held, and are deleted when somebody is erased."""
OWN = frozenset((".lock", ".sqlite", ".sqlite-wal", ".sqlite-shm"))
"""Files beside the folders that are the store itself; the user's own are looked through, and named where they mention
somebody."""
BESIDE = (".sqlite.before-", ".sqlite.former-")
"""In names of copies that lie beside the store: from before a migration, and of former stores."""

Clean = Callable[["Store", Listed], int]
ALL = ("*",)


@dataclass(frozen=True)
class Place:
    """A place that may name people.

    Attributes:
        name: what a user would call it.
        columns: by table, the columns that :attr:`clean` takes care of; ALL of them where whole rows go.
        clean: takes whoever is listed out of it, and says how many things it changed.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    clean: Clean


def rows(table: str, *, key: str = "rowid") -> Clean:
    """Delete the rows of a table that mention somebody who is listed, in any of their texts."""

    def clean(store: Store, listed: Listed) -> int:
        with store.write() as db:
            found = _naming(db, table, key, listed)
            db.executemany(f"delete from {table} where {key} = ?", [(number,) for number in found])  # noqa: S608
        return len(found)

    return clean


def texts(table: str, *columns: str) -> Clean:
    """Take mentions of somebody who is listed out of some columns, and leave the rows."""

    def clean(store: Store, listed: Listed) -> int:
        changed = 0
        with store.write() as db:
            query = f"select rowid, {', '.join(columns)} from {table}"  # noqa: S608 - constants only
            for number, *values in db.execute(query).fetchall():
                new = [value and mentions.masked(value, listed) for value in values]
                if new != values:
                    changed += 1
                    settings = ", ".join(f"{column} = ?" for column in columns)
                    db.execute(f"update {table} set {settings} where rowid = ?", (*new, number))  # noqa: S608
        return changed

    return clean


def _records(store: Store, listed: Listed) -> int:
    return sum(store.records.rewrite(lambda _, row: scrubbed(row, listed)))


def _replies(store: Store, listed: Listed) -> int:
    """Whole answers: what names somebody in one cannot be cut out of it."""
    numbers = []
    for id_, url, note, key, headers, body in store.connection.execute(
        "select id, url, note, key, headers, body from reply"
    ):
        try:
            text = mentions.text_of(inflated(body)) if body else ""
        except zlib.error:  # nobody can read it, so nobody can tell whom it names
            numbers.append((id_,))
            continue
        if mentions.mentions(f"{url} {note} {key} {headers} {text}", listed):
            numbers.append((id_,))
    with store.write() as db:
        db.executemany("delete from reply where id = ?", numbers)
    return len(numbers)


def _completed(store: Store, listed: Listed) -> int:
    with store.write() as db:
        every = db.execute("select source, id from completed").fetchall()
        found = [row for row in every if row[1] in listed or mentions.mentions(row[1], listed)]
        db.executemany("delete from completed where source = ? and id = ?", found)
    return len(found)


def _anchored(table: str, *columns: str) -> Clean:
    """Rows about somebody by the tokens they are anchored by: ids, and folded names on records."""

    def clean(store: Store, listed: Listed) -> int:
        with store.write() as db:
            query = f"select rowid, {', '.join(columns)} from {table}"  # noqa: S608 - constants only
            found = [
                (number,)
                for number, *lists in db.execute(query).fetchall()
                if any(_means(token, listed) for tokens in lists for token in json.loads(tokens))
            ]
            db.executemany(f"delete from {table} where rowid = ?", found)  # noqa: S608 - constants only
        return len(found)

    return clean


def _states(store: Store, listed: Listed) -> int:
    """People in what watches compare with: known by hashes of their ids, or by what their pages say."""
    changed = 0
    with store.write() as db:
        for number, packed in db.execute("select watch, body from watch_state").fetchall():
            body: Any = None
            try:
                body = json.loads(inflated(packed))
                kept = _without_people(body, listed)
            except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
                kept = None  # of another version: it would not be read either
            if kept is None:
                db.execute("delete from watch_state where watch = ?", (number,))
            elif kept != body:
                packed = zlib.compress(json.dumps(kept, ensure_ascii=False).encode(errors="replace"))
                db.execute("update watch_state set body = ? where watch = ?", (packed, number))
            changed += kept is None or kept != body
    return changed


def _without_people(body: Mapping[str, Any], listed: Listed) -> dict[str, Any]:
    """The body of a state, whose tables are columns by name, without the rows of whoever is listed."""
    people, tokens = body["people"], body["tokens"]
    known = zip(tokens["person"], tokens["token"], strict=True)
    gone = {person for person, token in known if f"seen|{token}" in listed}
    for number, person in enumerate(people["person"]):
        said = json.dumps([column[number] for column in people.values()], ensure_ascii=False)
        if mentions.mentions(said, listed):
            gone.add(person)
    return {**body, "people": _other_rows(people, gone), "tokens": _other_rows(tokens, gone)}


def _other_rows(columns: Mapping[str, list[Any]], gone: Collection[int]) -> dict[str, list[Any]]:
    keep = [person not in gone for person in columns["person"]]
    return {name: list(compress(values, keep)) for name, values in columns.items()}


def _watches(store: Store, listed: Listed) -> int:
    """Watches whose name or wish names somebody: these are paused, and say why."""
    changed = 0
    with store.write() as db:
        for number, name, wish in db.execute("select id, name, wish from watch").fetchall():
            new = [mentions.masked(text, listed) for text in (name, wish)]
            if new != [name, wish]:
                changed += 1
                new[0] = new[0] if new[0] == name else f"{new[0]} {number}"  # names are told apart
                query = "update watch set name = ?, wish = ?, paused = 1, message = ? where id = ?"
                db.execute(query, (*new, NAMED_THEM, number))
    return changed


def _means(token: str | list[str], listed: Listed) -> bool:
    if isinstance(token, str):
        return token in listed
    source, _, source_id, name = token
    return f"{name}|on {source} {source_id}" in listed


def _whole(name: str, table: str) -> Place:
    return Place(name, {table: ALL}, rows(table))


def _texts(name: str, table: str, *columns: str) -> Place:
    return Place(name, {table: columns}, texts(table, *columns))


NAMED_THEM = "It named somebody who was forgotten: change what it looks for, or remove it."
PLACES: tuple[Place, ...] = (
    Place("records", {"record": ALL}, _records),
    Place("replies", {"reply": ALL}, _replies),
    Place("judgements", {"judgement": ("a", "b")}, _anchored("judgement", "a", "b")),
    Place(
        "shortlist entries",
        {"shortlist_entry": ("anchors", "marks")},
        _anchored("shortlist_entry", "anchors", "marks"),
    ),
    _texts("notes on others", "shortlist_entry", "notes", "interest", "name"),
    _texts("events with others", "shortlist_event", "text", "what"),
    _whole("judgements on others", "judgement"),
    Place(
        "postings", {"posting": ALL, "posting_text_content": ALL}, lambda store, listed: store.postings.scrub(listed)
    ),
    Place("people fetched whole", {"completed": ALL}, _completed),
    _texts("runs", "run", "interest"),
    _texts("runs of sources", "run_source", "message"),
    _texts("budgets", "budget", "reason"),
    _texts("messages of boards", "board", "message"),
    _whole("boards", "board"),
    _whole("news", "news"),
    Place("what watches saw", {"watch_state": ALL}, _states),
    Place("watches", {"watch": ("name", "wish")}, _watches),
    _texts("messages of watches", "watch", "message"),
)
IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    "meta": ALL,  # salts and numbers of the store itself
    "lease": ALL,  # processes of this machine
    "suppression": ALL,  # salted hashes
    "run": ("kind", "started_at", "ended_at", "state", "since"),
    "run_source": ("source", "state"),
    "budget": ("source", "day", "parked_until"),
    "shortlist_entry": ("status", "follow_up", "starred_at"),
    "shortlist_event": ("day", "made_at"),
    "watch": ("created_at", "tried_at", "completed_at", "digested_at", "due"),
    # full text indexes: they follow their tables, and are written anew by :func:`compact`
    **{
        f"{index}_{part}": ALL
        for index in ("text", "word", "posting_text")
        for part in ("data", "idx", "docsize", "config")
    },
}
"""Texts and blobs that hold nothing of anybody."""


def erase(store: Store) -> dict[str, int]:
    """Take everybody who is not to be stored out of the record; how many things were changed, by place.

    Call it, then publish anew and :func:`compact`: after somebody was listed, and after a copy was restored.
    """
    listed = store.suppressions.erased()
    if listed is None:
        return {}
    counts = {place.name: place.clean(store, listed) for place in PLACES}
    return {name: count for name, count in counts.items() if count}


def compact(store: Store) -> None:
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


def sweep_files(home: Path, listed: Listed) -> tuple[list[str], list[str]]:
    """Delete files of the data folder that mention somebody who is listed, and all copies of the store.

    Returns:
        The paths that were deleted, and those that mention somebody but are the user's own to deal with.
    """
    deleted, left = [], []
    for path in sorted(file for file in home.rglob("*") if file.is_file()):
        place = path.relative_to(home)
        folder = place.parts[0] if len(place.parts) > 1 else ""
        if folder in REMADE or (not folder and path.suffix in OWN):
            continue
        copy = folder in COPIES or (not folder and any(part in path.name for part in BESIDE))
        if copy or (mentions.mentions(str(place), listed) or _file_mentions(path, listed)):
            if copy or folder in FOLDERS:
                path.unlink()
                deleted.append(str(place))
            else:
                left.append(str(place))
    return deleted, left


def _file_mentions(path: Path, listed: Listed) -> bool:
    return any(mentions.mentions(mentions.text_of(content), listed) for content in contents(path))


def contents(path: Path) -> Iterator[bytes]:
    """What a file holds, unpacked where it is packed; nothing where it cannot be read."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as packed:
                        yield from windows(packed)
            return
        with path.open("rb") as file:
            begins = file.read(6)
        opener: Any = gzip.open if begins[:2] == GZIP else lzma.open if begins == b"\xfd7zXZ\x00" else open
        with opener(path, "rb") as found:
            yield from windows(found)
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return


def _naming(db: sqlite3.Connection, table: str, key: str, listed: Listed) -> list[int]:
    query = f"select {key}, * from {table}"  # noqa: S608 - constants only
    return [
        row[0]
        for row in db.execute(query).fetchall()
        if mentions.mentions(" ".join(value for value in row[1:] if isinstance(value, str)), listed)
    ]
