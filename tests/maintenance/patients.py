"""Data folders for the doctor, and what it says of them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finder.maintenance import doctor
from finder.maintenance.findings import Finding
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.database import FILE

TODAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
posix = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")


def found(home: Path, now: datetime = TODAY) -> dict[str, Finding]:
    """What is not as it should be, by check."""
    return {one.check: one for one in doctor.examine_data_folder(home, discover_sources(), now) if one.state != "fine"}


def mended(home: Path, now: datetime = TODAY, *, yes: bool = False) -> list[str]:
    return doctor.apply_remedies(home, doctor.examine_data_folder(home, discover_sources(), now), now, yes=yes)


def current(home: Path) -> Path:
    with open_store(home) as store:
        return store.snapshots.current_snapshot().folder


def titles(home: Path) -> set[str]:
    with open_store(home) as store:
        return set(store.snapshots.current_snapshot().load_table("works")["title"])


def execute(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / FILE)) as db, db:
        for statement in statements:
            db.execute(statement)


def gone() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid
