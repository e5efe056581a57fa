"""Copies of the whole record: made while others write, complete or absent, readable by their owner alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from finder.errors import StoreError

COPIES_TO_KEEP = 2
"""Copies from before migrations that stay."""
SPARE_BYTES = 32 * 1024 * 1024
"""Bytes that have to be left beside a copy, for what is written meanwhile."""


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database as it is at one moment; others may read and write meanwhile.

    Raises:
        StoreError: there is no room; nothing is left behind.
    """
    ensure_copy_space(target.parent, database_size(source))
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as db:
            source.backup(db)
            db.execute("pragma journal_mode = delete")  # one file, not three
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(f"{target} cannot be written: {error}. Free some space or check its rights.") from error
    finally:
        part.unlink(missing_ok=True)


def database_size(connection: sqlite3.Connection) -> int:
    """Bytes of a database, with what is in its write-ahead log."""
    pages, each = (connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * each)


def ensure_copy_space(folder: Path, needed: int) -> None:
    """Make sure that there is room for so many bytes and a little more.

    Raises:
        StoreError: there is not; the message says how much is missing.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        wanted = (needed + SPARE_BYTES) / 1e6
        missing = wanted - free / 1e6
        raise StoreError(
            f"A copy of the store needs {wanted:,.0f} MB in {folder}, and {free / 1e6:,.0f} MB are free. "
            f"Free {missing:,.0f} MB, or move the folder and set FINDER_HOME. Nothing was changed."
        )


def copy_before_migration(connection: sqlite3.Connection, path: Path, number: int) -> Path:
    """Copy the store beside itself before migration ``number``; returns the copy."""
    target = path.with_name(f"{path.name}.before-{number:04d}.bak")
    copy_database(connection, target)
    return target


def prune_store_copies(path: Path, what: str = "before", most: int = COPIES_TO_KEEP, made: Path | None = None) -> None:
    """Of the copies from before migrations, or of former stores, keep the newest few.

    Args:
        made: the one just made: the newest, whatever the clock had said when the others were made.
    """
    others = [old for old in sorted(path.parent.glob(f"{path.name}.{what}-[0-9]*.bak")) if old != made]
    for old in others[: max(0, len(others) + (made is not None) - most)]:
        for file in (old, *(old.with_name(f"{old.name}{suffix}") for suffix in ("-wal", "-shm"))):
            file.unlink(missing_ok=True)


def list_store_copies(path: Path) -> list[Path]:
    """All copies that lie beside a store, the newest first: they hold what the store held."""
    found = [
        file for pattern in (f"{path.name}.before-*", f"{path.name}.former-*") for file in path.parent.glob(pattern)
    ]
    return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)


def store_copy_time(copy: Path) -> str:
    """When a copy was made, as an ISO time in UTC."""
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC).isoformat(timespec="seconds")
