"""Taking people who are not to be stored out of every place of a data folder that may hold them.

A new table that may name people is one line in :data:`PLACES`, a new folder of files one in :data:`FOLDERS`.
"""

from __future__ import annotations

import gzip
import json
import lzma
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from finder.errors import StoreError
from finder.store import mentions
from finder.store.listed import Listed
from finder.store.records import scrubbed

if TYPE_CHECKING:
    from finder.store.database import Store

FOLDERS = ("exports", "news", "logs")
"""Folders whose files are made anew when they are wanted: those that name somebody who is erased are deleted."""
REMADE = ("snapshots", "vectors", "models", "demo")
"""Folders that are published anew and pruned when somebody is erased, or that hold nothing of anybody."""
COPIES = ("backups",)
"""Folders of whole copies of the store: they hold what it held, and are deleted when somebody is erased."""
LEFT = frozenset((".toml", ".lock", ".sqlite", ".sqlite-wal", ".sqlite-shm"))
BESIDE = (".sqlite.before-", ".sqlite.former-")
"""In names of copies that lie beside the store: from before a migration, and of former stores."""

Clean = Callable[["Store", Listed], int]


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
        text = mentions.text_of(zlib.decompress(body)) if body else ""
        if mentions.mentions(f"{url} {note} {key} {headers} {text}", listed):
            numbers.append((id_,))
    with store.write() as db:
        db.executemany("delete from reply where id = ?", numbers)
    return len(numbers)


def _completed(store: Store, listed: Listed) -> int:
    with store.write() as db:
        found = [row for row in db.execute("select source, id from completed") if row[1] in listed]
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


def _means(token: str | list[str], listed: Listed) -> bool:
    if isinstance(token, str):
        return token in listed
    source, _, source_id, name = token
    return f"{name}|on {source} {source_id}" in listed


PLACES: Mapping[str, Clean] = {
    "records": _records,
    "replies": _replies,
    "judgements": _anchored("judgement", "a", "b"),
    "shortlist entries": _anchored("shortlist_entry", "anchors", "marks"),
    "notes on others": texts("shortlist_entry", "notes", "interest"),
    "events with others": texts("shortlist_event", "text"),
    "judgements on others": rows("judgement"),
    "postings": lambda store, listed: store.postings.scrub(listed),
    "people fetched whole": _completed,
    "runs": texts("run", "interest"),
    "runs of sources": texts("run_source", "message"),
    "boards": texts("board", "message"),
    "news": rows("news"),
    "watches": texts("watch", "message"),
}
"""By what a user would call it: takes whoever is listed out of one place, and says how many things it changed."""


def erase(store: Store) -> dict[str, int]:
    """Take everybody who is not to be stored out of the record; how many things were changed, by place.

    Call it, then publish anew and :func:`compact`: after somebody was listed, and after a copy was restored.
    """
    listed = store.suppressions.erased()
    if listed is None:
        return {}
    counts = {name: clean(store, listed) for name, clean in PLACES.items()}
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
        if folder in REMADE or (not folder and path.suffix in LEFT):
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
        data = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        elif data[:2] == b"\x1f\x8b":
            yield gzip.decompress(data)
        elif data[:6] == b"\xfd7zXZ\x00":
            yield lzma.decompress(data)
        else:
            yield data
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return


def _naming(db: sqlite3.Connection, table: str, key: str, listed: Listed) -> list[int]:
    query = f"select {key}, * from {table}"  # noqa: S608 - constants only
    return [
        row[0]
        for row in db.execute(query).fetchall()
        if mentions.mentions(" ".join(value for value in row[1:] if isinstance(value, str)), listed)
    ]
