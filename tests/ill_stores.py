"""Stores that hold nothing that could answer, or cannot be used: how each comes about, and what has to be said then."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl

from finder.storage import open_store
from finder.storage.database import FILE, load_migrations
from finder.storage.records import encode_record
from finder.storage.snapshot import POINTER
from tests.faces import small
from tests.worlds import NOW, work


def empty(home: Path) -> None:
    """Nothing at all."""
    shutil.rmtree(home)


def unpublished(home: Path) -> None:
    """Records of which nothing was published."""
    with open_store(home) as store:
        store.records.put_records(
            [encode_record(work(f"Multimodal learning {n}", "Ada Senior")) for n in range(3)], fetched_at=NOW
        )


def killed(home: Path) -> None:
    """Published, but the pointer to it was lost."""
    small(home)
    (home / "snapshots" / POINTER).write_bytes(os.urandom(200))


def another_shape(home: Path) -> None:
    """What another version of the finder published."""
    small(home)
    path = home / "snapshots" / POINTER
    pointer = json.loads(path.read_text())
    pointer["meta"]["shape"] = "of-old"
    for table in (path.parent / pointer["folder"]).glob("*.parquet"):
        pl.read_parquet(table, memory_map=False).select(pl.first().alias("renamed")).write_parquet(table)
    path.write_text(json.dumps(pointer))


def truncated(home: Path) -> None:
    """Tables that were not written to their end."""
    small(home)
    for table in (home / "snapshots").glob("*/*.parquet"):
        table.write_bytes(table.read_bytes()[:-20])


def first_migration(home: Path) -> None:
    """As the first version of the finder left it."""
    with closing(sqlite3.connect(home / FILE)) as db:
        db.executescript(load_migrations()[0][1])
        db.execute("pragma user_version = 1")
        db.commit()


def newer(home: Path) -> None:
    """Written by a version to come."""
    small(home)
    with closing(sqlite3.connect(home / FILE)) as db:
        db.execute("pragma user_version = 999")
        db.commit()


def random_bytes(home: Path) -> None:
    """A file that is no database."""
    (home / FILE).write_bytes(os.urandom(100_000))


def middle(home: Path) -> None:
    """A database that is damaged behind its first page."""
    small(home)
    content = (home / FILE).read_bytes()
    (home / FILE).write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    for beside in home.glob(f"{FILE}-*"):
        beside.unlink()


def no_folder(home: Path) -> None:
    """A file in place of the folder."""
    home.rmdir()
    home.write_text("a file where the folder should be")


def no_file(home: Path) -> None:
    """A folder in place of the file."""
    (home / FILE).mkdir()


def settings(home: Path) -> None:
    """Settings that cannot be read."""
    (home / "finder.toml").write_text("[sources\nthis is no TOML")


NOTHING, ANEW = "Nothing is stored yet", "must be rebuilt"
ILL: dict[str, tuple[Callable[[Path], None], str]] = {
    "empty": (empty, NOTHING),
    "the first version": (first_migration, NOTHING),
    "unpublished": (unpublished, ANEW),
    "pointer lost": (killed, ANEW),
    "another shape": (another_shape, ANEW),
    "truncated": (truncated, ANEW),
    "newer": (newer, "written by a newer finder"),
    "random bytes": (random_bytes, "Move it aside"),
    "damaged in the middle": (middle, "Move it aside"),
    "no folder": (no_folder, "set FINDER_HOME"),
    "no file": (no_file, "set FINDER_HOME"),
    "settings": (settings, "finder.toml"),
}
