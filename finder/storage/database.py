"""The connection, its migrations, and the few things every table needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Self

import msgspec
from filelock import FileLock

from finder.errors import StoreError, StoreTooNew
from finder.storage import sqlite_backup
from finder.storage.budgets import Budgets
from finder.storage.fulltext import FullText
from finder.storage.judgements import Judgements
from finder.storage.leases import Leases
from finder.storage.postings import Postings
from finder.storage.records import Records
from finder.storage.responses import Responses
from finder.storage.runs import Runs
from finder.storage.shortlist import Shortlist
from finder.storage.snapshot import Snapshots
from finder.storage.suppressions import Suppressions
from finder.storage.vectors import VectorStore
from finder.storage.watches import Watches

FILE = "finder.sqlite"
LOCK = "finder.lock"
WAIT_SECONDS = 60.0


class Store:
    """An open data folder. One per thread; any number of processes may hold one at once.

    Attributes:
        records, text, replies, runs, budgets, suppressions, judgements, postings, shortlist, watches, leases,
            snapshots: the parts, each with its own few verbs.
    """

    def __init__(self, home: Path, connection: sqlite3.Connection) -> None:
        self.home = home
        self.connection = connection
        self.suppressions = Suppressions(connection, self.write_transaction)
        self.records = Records(connection, self.write_transaction, self.suppressions.erasure_list)
        self.text = FullText(connection)
        self.replies = Responses(connection, self.write_transaction, self.suppressions.erasure_list)
        self.runs = Runs(connection, self.write_transaction)
        self.budgets = Budgets(connection, self.write_transaction)
        self.judgements = Judgements(connection, self.write_transaction)
        self.postings = Postings(connection, self.write_transaction, self.suppressions.erasure_list)
        self.shortlist = Shortlist(connection, self.write_transaction, self.suppressions.which_suppressed)
        self.leases = Leases(connection, self.write_transaction, home / FILE)
        self.watches = Watches(connection, self.write_transaction, self.suppressions.which_suppressed)
        self.snapshots = Snapshots(home / "snapshots")
        self.vectors = VectorStore(home / "vectors")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, *__: object) -> None:
        self.close()
        if error is not None and _is_damage(error):
            raise _store_damage_error(self.home / FILE, error) from error

    def close(self) -> None:
        """Close the connection; nothing is lost, every write was its own transaction."""
        self.connection.close()

    def get_meta(self, key: str) -> str | None:
        """A small note kept in the store."""
        row = self.connection.execute("select value from meta where key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep a small note."""
        with self.write_transaction() as db:
            db.execute("insert or replace into meta values (?, ?)", (key, value))

    def store_identity(self) -> str:
        """Changes when the record is put back from a backup: what was published of another record is not its own."""
        return self.get_meta("identity") or ""

    @contextmanager
    def translate_damage(self) -> Iterator[None]:
        """For whoever reads much of it outside of ``with``: damage is said as such.

        Raises:
            StoreError: something is not what was written; the message names the remedy.
        """
        try:
            yield
        except (sqlite3.DatabaseError, msgspec.DecodeError, UnicodeDecodeError) as error:
            if _is_damage(error) or isinstance(error, UnicodeDecodeError):
                raise _store_damage_error(self.home / FILE, error) from error
            raise

    @contextmanager
    def write_transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it or nothing. Waits for other writers."""
        with _immediate_transaction(self.connection) as connection:
            yield connection


def open_store(home: Path) -> Store:
    """Open (and create or migrate) the store of a data folder.

    Raises:
        StoreError: the folder cannot be read or written, or the file is damaged; the message names the remedy.
        StoreTooNew: it was written by a newer finder.
    """
    path = home / FILE
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        if connection.execute("pragma journal_mode").fetchone()[0] != "wal":
            with FileLock(home / LOCK, timeout=WAIT_SECONDS):  # two that switch at once would both be refused
                connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma cache_size = -65536")
        connection.execute("pragma mmap_size = 1073741824")
        _migrate_database(connection, path)
        if connection.execute("select 1 from suppression where erased limit 1").fetchone():
            connection.execute("pragma secure_delete = on")  # what names them by mistake must not stay in free pages
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            f"{home} cannot be used: {error}. Check its rights and free space, or set FINDER_HOME."
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # it may be its message that cannot be decoded
        raise _store_damage_error(path, error) from error
    return Store(home, connection)


def _is_damage(error: BaseException) -> bool:
    """Whether it says that the file is not what was written; most kinds of SQLite's errors are about a statement."""
    garbled = isinstance(error, sqlite3.OperationalError) and "decode to UTF-8" in str(error)
    return garbled or type(error) is sqlite3.DatabaseError or isinstance(error, msgspec.DecodeError)


def _store_damage_error(path: Path, error: BaseException) -> StoreError:
    what = " ".join(str(error).split())[:120]
    return StoreError(f"{path} is damaged ({what}). Move it aside and collect again, or restore a copy: finder doctor")


@lru_cache(maxsize=1)
def load_migrations() -> tuple[tuple[int, str], ...]:
    """The numbered migrations, in order."""
    folder = resources.files("finder.storage") / "migrations"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple((int(file.name.removesuffix(".sql")), file.read_text(encoding="utf-8")) for file in files)


def _migrate_database(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables up to this finder; what there was is copied first, and stays as it was if that fails."""
    steps = load_migrations()
    newest = steps[-1][0]
    if _schema_version(connection) == newest:
        return
    with FileLock(path.with_name(LOCK), timeout=WAIT_SECONDS):
        version = _schema_version(connection)  # another process may have been quicker
        if version > newest:
            raise StoreTooNew(f"This store was written by a newer finder (version {version}). Update the finder.")
        pending = [(number, script) for number, script in steps if number > version]
        copied = sqlite_backup.copy_before_migration(connection, path, pending[0][0]) if version and pending else None
        try:
            _apply_migrations(connection, pending)
        except BaseException:
            if copied:  # the store is still what the copy is
                copied.unlink(missing_ok=True)
            raise
        sqlite_backup.prune_store_copies(path)


def _apply_migrations(connection: sqlite3.Connection, steps: list[tuple[int, str]]) -> None:
    with _immediate_transaction(connection):
        for number, script in steps:
            for statement in _split_statements(script):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {number:d}")


def _schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _split_statements(script: str) -> Iterator[str]:
    """Split a script; ``executescript`` would commit the surrounding transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _immediate_transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        connection.execute("begin immediate")
        yield connection
        connection.execute("commit")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("rollback")
        if isinstance(error, sqlite3.OperationalError) and not _is_damage(error):
            raise StoreError(f"The store cannot be written: {error}. Free some space or check its rights.") from error
        raise
