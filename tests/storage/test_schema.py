"""Opening a data folder: its tables, its older and newer versions, and what cannot be opened at all."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from worlds import NOW, work

from finder.errors import StoreError, StoreTooNew
from finder.storage import Store, database, open_store
from finder.storage.database import FILE, load_migrations
from finder.storage.records import encode_record

NEWEST = load_migrations()[-1][0]
ROWS = {  # of version 1: whatever comes later has to keep them
    "meta": [("seq", "1"), ("indexed", "1"), ("salt", "abc")],
    "reply": [(1, "openalex", "GET a", "https://a.example", 200, "{}", b"x", "00", NOW, 1, "")],
    "record": [(1, "work", "openalex", "W1", '{"title":"Old owls"}', NOW, 1, 1, 1)],
    "run": [(1, "collect", "owls", NOW, NOW, "complete", 1)],
    "run_source": [(1, "openalex", "complete", "", 1, 0, 1.0, 1, 0, 1)],
    "budget": [("openalex", "2026-11-01", 1.0, 10.0, 9.0, None, "")],
    "suppression": [("aa", "aa", NOW)],
    "completed": [("openalex", "openalex:A1", NOW)],
}


def built(home: Path, steps: list[tuple[int, str]]) -> None:
    """A store as the finder of these migrations left it, with a few rows in it."""
    home.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(home / FILE)) as db:
        for number, script in steps:
            db.executescript(script)
            db.execute(f"pragma user_version = {number}")
            if number == 1:
                for table, rows in ROWS.items():
                    db.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
                db.execute("insert into text (rowid, title) values (1, 'Old owls')")
        db.commit()


def version(store: Store) -> int:
    return store.connection.execute("pragma user_version").fetchone()[0]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_every_table_is_strict(store: Store) -> None:
    query = "select name, strict from pragma_table_list where schema = 'main' and type = 'table'"
    tables = {name: strict for name, strict in store.connection.execute(query) if not name.startswith("sqlite_")}

    assert set(ROWS) <= set(tables)
    assert all(tables.values()), tables


@pytest.mark.parametrize(
    "statement",
    [
        "insert into record values (null, 'work', 's', 'w', '{}', 'now', 1, null, 'no number', null)",
        "insert into record values (null, 'work', 's', 'w', x'00', 'now', 1, null, 1, null)",
        "insert into record values (null, 'painting', 's', 'w', '{}', 'now', 1, null, 1, null)",
        "insert into record values (null, 'work', 's', null, '{}', 'now', 1, null, 1, null)",
        "insert into record values (null, 'work', 's', 'w', '{}', 'now', 1, 99, 1, null)",
        "insert into run values (null, 'collect', 'owls', 'now', null, 'humming', 1, '')",
        "insert into run_source (run, source, state) values (99, 's', 'complete')",
        "insert into budget (source, day, spent) values ('s', '2026-11-01', 'a lot')",
        "insert into suppression values (x'00', 'aa', 'now', 0)",
        "insert into meta values ('key', null)",
    ],
)
def test_what_does_not_fit_a_column_is_refused(store: Store, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.connection.execute(statement)


# --- versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", range(len(load_migrations()) + 1))
def test_every_older_version_is_brought_up_and_keeps_its_rows(tmp_path: Path, steps: int) -> None:
    built(tmp_path, load_migrations()[:steps])

    with open_store(tmp_path) as store:
        assert version(store) == NEWEST
        if steps:
            assert store.records.count_by_source() == {("openalex", "work"): 1}
            store.records.update_fulltext()  # as the next publication does
            assert store.text.match_id_string("owl") == store.text.spelling_id_string(["owl", "owls"]) == "1"
            assert store.budgets.get("openalex", "2026-11-01").remaining == 9.0
            assert store.suppressions.has_suppressions()
            assert store.runs.completion_times("openalex", ["openalex:A1"])
            run = store.runs.latest_run("owls")
            assert run is not None
            assert store.runs.source_runs(run.id)[0].complete
        store.records.put_records([encode_record(work("Written today"))], fetched_at=NOW)


def test_a_migration_to_come_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, load_migrations())
    script = "-- a note; with a semicolon\ncreate table later (a text) strict;\nalter table run add column host text;\n"
    steps = [*load_migrations(), (NEWEST + 1, script)]
    monkeypatch.setattr(database, "load_migrations", lambda: steps)

    for _ in range(2):
        with open_store(tmp_path) as store:
            assert version(store) == NEWEST + 1
            assert store.connection.execute("select interest, host from run").fetchall() == [("owls", None)]


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, load_migrations())
    script = "create table later (a text) strict;\ninsert into nowhere values (1);\n"
    steps = [*load_migrations(), (NEWEST + 1, script)]
    with monkeypatch.context() as patched:
        patched.setattr(database, "load_migrations", lambda: steps)
        with pytest.raises(StoreError):
            open_store(tmp_path)

    with open_store(tmp_path) as store:
        assert version(store) == NEWEST
        assert not store.connection.execute("select 1 from sqlite_schema where name = 'later'").fetchone()


@pytest.mark.parametrize(("number", "script"), load_migrations())
def test_no_statement_of_a_migration_is_lost(number: int, script: str) -> None:
    assert "".join(database._split_statements(script)).strip() == script.strip(), f"{number:04d} lacks a last semicolon"


def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _ in load_migrations()] == list(range(1, NEWEST + 1))


def test_a_store_of_a_newer_finder_is_left_alone(tmp_path: Path) -> None:
    built(tmp_path, load_migrations())
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute(f"pragma user_version = {NEWEST + 1}")

    with pytest.raises(StoreTooNew, match="Update the finder"):
        open_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        assert db.execute("select count(*) from record").fetchone() == (1,)


# --- what cannot be opened or written --------------------------------------------------------------------------------


def garbage(file: Path) -> None:
    file.write_bytes(b"this is no database at all\n" * 1000)


def broken_first_page(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 3996 + file.read_bytes()[4096:])


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


@pytest.mark.parametrize("damage", [garbage, broken_first_page, zeros])
def test_a_damaged_file_is_said_with_its_remedy(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    built(tmp_path, load_migrations())
    damage(tmp_path / FILE)

    with pytest.raises(StoreError, match="Move it aside") as error:
        open_store(tmp_path)
    assert str(tmp_path / FILE) in str(error.value)


def test_damage_in_the_middle_is_said_when_it_is_written_to(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.records.put_records(
            [encode_record(work(f"Title {n}", abstract="words " * 50)) for n in range(500)], fetched_at=NOW
        )
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))

    with pytest.raises(StoreError, match="Move it aside"), open_store(tmp_path) as store:
        store.records.put_records([encode_record(work(f"Another title {n}")) for n in range(500)], fetched_at=NOW)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said_with_its_remedy(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)

    with pytest.raises(StoreError, match="FINDER_HOME"):
        open_store(home)


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_file_in_place_of_the_folder_is_said_with_its_remedy(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StoreError, match="FINDER_HOME"):
        open_store(tmp_path / "file" / below)


def test_a_full_disk_is_said_and_loses_nothing(store: Store) -> None:
    store.records.put_records([encode_record(work("Kept"))], fetched_at=NOW)
    (pages,) = store.connection.execute("pragma page_count").fetchone()
    store.connection.execute(f"pragma max_page_count = {pages}")

    with pytest.raises(StoreError, match="Free some space"):
        store.records.put_records(
            [encode_record(work(f"Too much {n}", abstract="word " * 999)) for n in range(99)], fetched_at=NOW
        )
    store.connection.execute("pragma max_page_count = 1000000")
    assert store.records.count_by_source() == {("test", "work"): 1}
    store.records.put_records([encode_record(work("Kept as well"))], fetched_at=NOW)
    store.records.update_fulltext()
    assert [store.text.count_matches(word) for word in ("much", "kept")] == [0, 2]


FIRST = """
import sys
from pathlib import Path
from finder.model import Work
from finder.storage import open_store
from finder.storage.records import encode_record
print("ready", flush=True)
number = sys.stdin.readline().strip()
with open_store(Path(sys.argv[1])) as store:
    store.records.put_records([encode_record(Work("test", number, f"Title {number}", "2026", ()))], fetched_at="now")
"""


def test_many_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIRST, str(tmp_path / "home")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(8)]  # type: ignore[call-overload]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for number, process in enumerate(started):
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[1] for process in started]

    assert told == [""] * 8
    with open_store(tmp_path / "home") as store:
        assert store.records.count_by_source() == {("test", "work"): 8}
        assert store.records.last_write_seq() == 8
