"""The copy that a migration makes first: whole, private, and only where there is something to lose."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from worlds import NOW, work

from finder.errors import StoreError
from finder.storage import database, open_store, sqlite_backup
from finder.storage.database import FILE, load_migrations
from finder.storage.records import encode_record

MIGRATIONS = load_migrations()
NEWEST = MIGRATIONS[-1][0]
NEXT = f"{FILE}.before-{NEWEST + 1:04d}.bak"


def filled(home: Path, count: int = 3) -> None:
    with open_store(home) as store:
        store.records.put_records([encode_record(work(f"Title {n}")) for n in range(count)], fetched_at=NOW)


@pytest.fixture
def coming(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The migrations of a finder to come; more may be added."""
    steps = [*load_migrations(), (NEWEST + 1, "create table later (a text) strict;\n")]
    monkeypatch.setattr(database, "load_migrations", lambda: steps)
    return steps


def works(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        return db.execute("select count(*) from record").fetchone()[0]


def backups(home: Path) -> list[str]:
    return sorted(file.name for file in home.iterdir() if "before" in file.name)


def test_a_new_store_has_nothing_to_copy(tmp_path: Path) -> None:
    filled(tmp_path)
    assert backups(tmp_path) == []


def test_the_store_is_copied_before_it_is_changed(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    filled(tmp_path)
    request.getfixturevalue("coming")
    for _ in range(2):
        open_store(tmp_path).close()

    assert backups(tmp_path) == [NEXT]
    assert works(tmp_path / NEXT) == 3
    with closing(sqlite3.connect(tmp_path / NEXT)) as db:
        assert db.execute("pragma user_version").fetchone() == (NEWEST,)
        assert not db.execute("select 1 from sqlite_schema where name = 'later'").fetchone()
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / NEXT).stat().st_mode) == 0o600


def test_what_others_have_just_written_is_in_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as writer:  # still open: all of it is in the write-ahead log only
        writer.records.put_records([encode_record(work("In the log"))], fetched_at=NOW)
        steps = [*load_migrations(), (NEWEST + 1, "create table later (a text) strict;\n")]
        monkeypatch.setattr(database, "load_migrations", lambda: steps)
        open_store(tmp_path).close()

    assert works(tmp_path / NEXT) == 1


def test_only_the_last_two_copies_stay(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    filled(tmp_path)
    steps = request.getfixturevalue("coming")
    for number in range(NEWEST + 2, NEWEST + 5):
        open_store(tmp_path).close()
        steps.append((number, f"create table later{number} (a text) strict;\n"))

    assert backups(tmp_path) == [f"{FILE}.before-{number:04d}.bak" for number in (NEWEST + 2, NEWEST + 3)]


def test_a_migration_that_fails_leaves_no_copy_because_nothing_changed(
    tmp_path: Path, coming: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(database, "load_migrations", lambda: coming[:-1])
        filled(tmp_path)
    coming.append((NEWEST + 2, "insert into nowhere values (1);\n"))
    with pytest.raises(StoreError):
        open_store(tmp_path)

    assert backups(tmp_path) == []
    assert works(tmp_path / FILE) == 3


def test_without_room_for_the_copy_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)
    steps = [*load_migrations(), (NEWEST + 1, "create table later (a text) strict;\n")]
    with monkeypatch.context() as patched:
        patched.setattr(database, "load_migrations", lambda: steps)
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
        with pytest.raises(StoreError, match=r"1 MB are free\. Free \d+ MB.*Nothing was changed"):
            open_store(tmp_path)

    assert backups(tmp_path) == []
    with open_store(tmp_path) as store:
        assert store.connection.execute("pragma user_version").fetchone() == (NEWEST,)


KILLED = """
import os, sys
from pathlib import Path
from finder.storage import database, open_store, sqlite_backup
newest = database.load_migrations()[-1][0]
script = "create table later (a text) strict;\\ncreate table last (a text) strict;\\n"
steps = [*database.load_migrations(), (newest + 1, script)]
database.load_migrations = lambda: steps
where, name, when = sys.argv[2].split()
module = {"sqlite_backup": sqlite_backup, "database": database}[where]
real = getattr(module, name)
def die(*args):
    if when == "after":
        real(*args)
    if when == "within":
        args[0].create_function("kill", 0, lambda: os.kill(os.getpid(), 9))
        real(args[0], [(newest + 1, "create table later (a text) strict;\\nselect kill();\\n")])
    os.kill(os.getpid(), 9)
setattr(module, name, die)
open_store(Path(sys.argv[1]))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize(
    "moment",
    [
        "sqlite_backup copy_before_migration before",
        "sqlite_backup ensure_copy_space after",
        "sqlite_backup copy_before_migration after",
        "database _apply_migrations before",
        "database _apply_migrations within",
        "database _apply_migrations after",
        "sqlite_backup prune_store_copies after",
    ],
)
def test_killed_while_it_migrates_nothing_is_lost_and_the_next_opening_goes_on(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    told = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), moment], capture_output=True, text=True)
    assert told.returncode == -9, told.stderr
    assert works(tmp_path / FILE) == 3
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        there = db.execute("select count(*) from sqlite_schema where name in ('later', 'last')").fetchone()[0]
        assert there == 2 * (db.execute("pragma user_version").fetchone()[0] > NEWEST), "all of it or nothing"

    script = "create table later (a text) strict;\ncreate table last (a text) strict;\n"
    monkeypatch.setattr(database, "load_migrations", lambda: [*MIGRATIONS, (NEWEST + 1, script)])
    with open_store(tmp_path) as store:
        assert store.connection.execute("pragma user_version").fetchone() == (NEWEST + 1,)
        assert store.records.count_by_source() == {("test", "work"): 3}
    assert works(tmp_path / NEXT) == 3


def test_a_copy_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "there").mkdir()
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="cannot be written"):
        sqlite_backup.copy_database(store.connection, tmp_path / "there")

    assert not (tmp_path / "there.part").exists()
