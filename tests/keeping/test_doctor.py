"""The doctor: every trouble is found, told with its remedy, and mended where that loses nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from test_backups import KEY, SETTINGS, everything, home_of

from finder import cli
from finder.errors import StoreError
from finder.keeping import archive, doctor
from finder.keeping.findings import Finding
from finder.settings import save_key
from finder.source import discover
from finder.store import copies, open_store
from finder.store.database import FILE, migrations
from finder.store.snapshot import POINTER
from finder.tables import TABLES
from tests.worlds import NOW, put, work

TODAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
posix = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FINDER_OPENALEX_KEY", raising=False)
    made = home_of(tmp_path, "Silent owls", "Loud owls")
    made.chmod(0o700)
    return made


def found(home: Path, now: datetime = TODAY) -> dict[str, Finding]:
    """What is not as it should be, by check."""
    return {one.check: one for one in doctor.examine(home, discover(), now) if one.state != "fine"}


def mended(home: Path, now: datetime = TODAY, *, yes: bool = False) -> list[str]:
    return doctor.mend(home, doctor.examine(home, discover(), now), now, yes=yes)


def current(home: Path) -> Path:
    with open_store(home) as store:
        return store.snapshots.current().folder


def titles(home: Path) -> set[str]:
    with open_store(home) as store:
        return set(store.snapshots.current().table("works")["title"])


def execute(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / FILE)) as db, db:
        for statement in statements:
            db.execute(statement)


def gone() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_sound_folder_has_nothing_but_its_missing_key_and_looking_changes_nothing(home: Path) -> None:
    before = everything(home)

    assert set(found(home)) == {"keys"}
    assert {one.state for one in doctor.examine(home, discover(), TODAY)} == {"fine", "note"}
    assert everything(home) == before


def test_an_empty_or_absent_folder_is_no_problem_and_stays_empty(tmp_path: Path) -> None:
    assert {one.state for one in doctor.examine(tmp_path / "new", discover(), TODAY)} <= {"fine", "note"}
    assert not (tmp_path / "new").exists()


# --- what answers read -----------------------------------------------------------------------------------------------


def truncated(home: Path) -> None:
    file = current(home) / "works.parquet"
    file.write_bytes(file.read_bytes()[:-20])


def emptied(home: Path) -> None:
    (current(home) / "authors.parquet").write_bytes(b"")


def scrambled(home: Path) -> None:
    """The ends are as they should be."""
    file = current(home) / "raw_names.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:8] + b"\xff" * (len(content) - 600) + content[-592:])


def without_a_table(home: Path) -> None:
    (current(home) / "terms.parquet").unlink()


def of_another_shape(home: Path) -> None:
    pl.DataFrame({"work": [1]}).write_parquet(current(home) / "works.parquet")


def with_fewer_rows(home: Path) -> None:
    pl.DataFrame(schema=TABLES["works"]).write_parquet(current(home) / "works.parquet")


def with_fewer_records(home: Path) -> None:
    pl.DataFrame(schema=TABLES["raw_works"]).write_parquet(current(home) / "raw_works.parquet")


def without_pointer(home: Path) -> None:
    (home / "snapshots" / POINTER).unlink()


def with_half_a_pointer(home: Path) -> None:
    (home / "snapshots" / POINTER).write_text('{"folder": ')


def ahead_of_the_record(home: Path) -> None:
    pointer = home / "snapshots" / POINTER
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"seq": 99}))


def of_another_record(home: Path) -> None:
    execute(home, "insert into meta values ('identity', 'another')")


def with_somebody_hidden(home: Path) -> None:
    with open_store(home) as store:
        store.suppressions.add(["openalex:A1"], NOW)


@pytest.mark.parametrize(
    "damage",
    [
        truncated, emptied, scrambled, without_a_table, of_another_shape, with_fewer_rows, with_fewer_records,
        without_pointer, with_half_a_pointer, ahead_of_the_record, of_another_record, with_somebody_hidden,
    ],
)  # fmt: skip
def test_a_damaged_snapshot_is_found_and_made_anew(home: Path, damage: Callable[[Path], None]) -> None:
    damage(home)

    assert found(home)["snapshot"].state == "problem"
    assert "finder doctor --mend" in found(home)["snapshot"].remedy
    assert mended(home) == ["What answers read was made anew from the record."]
    assert "snapshot" not in found(home)
    assert titles(home) == {"Silent owls", "Loud owls"}


@pytest.mark.parametrize("damage", [truncated, emptied, scrambled])
def test_whoever_reads_a_damaged_snapshot_is_told_the_remedy(home: Path, damage: Callable[[Path], None]) -> None:
    damage(home)
    with open_store(home) as store:
        snapshot = store.snapshots.current()
        with pytest.raises(StoreError, match="finder doctor --mend"):
            _ = [snapshot.table(name) for name in ("works", "authors", "raw_names")]


@pytest.mark.parametrize("damage", [truncated, scrambled, without_a_table])
def test_what_comes_in_later_mends_a_damaged_snapshot_too(home: Path, damage: Callable[[Path], None]) -> None:
    damage(home)
    shutil.copytree(home, home.parent / "copy")  # where nothing was read into memory before
    with open_store(home.parent / "copy") as store:
        put(store, work("Later bats", "Cy Cole"))

    assert titles(home.parent / "copy") == {"Silent owls", "Loud owls", "Later bats"}


def test_what_is_not_published_yet_is_only_noted(home: Path) -> None:
    with open_store(home) as store:
        put(store, work("Later bats"))
    pointer = home / "snapshots" / POINTER
    told = json.loads(pointer.read_text())
    pointer.write_text(json.dumps(told | {"seq": told["seq"] - 1}))

    assert found(home)["snapshot"].state == "note"


@pytest.mark.parametrize("left", ["works.parquet", "pointer.part"])
def test_snapshots_that_were_never_finished_are_deleted(home: Path, left: str) -> None:
    half = home / "snapshots" / "0000000009-half"
    half.mkdir()
    (half / left).write_bytes(b"PAR1")
    assert "never finished" in found(home)["snapshot"].message
    with open_store(home) as store, store.snapshots.lock():
        assert "snapshot" not in found(home), "somebody may be writing it"

    mended(home)
    assert not half.exists()
    assert titles(home) == {"Silent owls", "Loud owls"}


# --- the record ------------------------------------------------------------------------------------------------------


def garbled(home: Path, begin: int = 4096, length: int = 1 << 30) -> None:
    """Pages of the database are overwritten."""
    content = (home / FILE).read_bytes()
    end = min(len(content), begin + length)
    (home / FILE).write_bytes(content[:begin] + b"\xff" * (end - begin) + content[end:])


@pytest.mark.parametrize("begin", [0, 100, 4096])
def test_a_damaged_store_is_told_with_its_remedy(home: Path, begin: int) -> None:
    garbled(home, begin)

    assert found(home)["store"].state == "problem"
    assert "finder restore FILE" in found(home)["store"].remedy
    assert mended(home, yes=True) == []


def test_every_single_page_that_is_overwritten_is_found(home: Path) -> None:
    whole = (home / FILE).read_bytes()
    used = [at for at in range(0, len(whole), 4096) if any(whole[at : at + 4096])]
    missed = []
    for begin in used:
        (home / FILE).write_bytes(whole)
        garbled(home, begin, 4096)
        if not any(one.state == "problem" for one in found(home).values()):
            missed.append(begin // 4096 + 1)
    assert len(used) > 10
    assert missed == []


def test_a_damaged_store_is_put_back_from_its_copy_only_with_a_yes(home: Path) -> None:
    with open_store(home) as store:
        copies.before_migration(store.connection, home / FILE, 9)
        put(store, work("Later bats"))
    garbled(home)
    said = mended(home)
    assert "--yes" in said[0]
    assert found(home)["store"].state == "problem"

    assert "is as of" in mended(home, yes=True)[0]
    assert "store" not in found(home)
    assert titles(home) == {"Silent owls", "Loud owls"}


def test_a_copy_that_is_damaged_too_is_no_remedy(home: Path) -> None:
    with open_store(home) as store:
        copy = copies.before_migration(store.connection, home / FILE, 9)
    copy.write_bytes(copy.read_bytes()[:5000])
    garbled(home)

    assert found(home)["store"].mend == ""


def test_a_disk_that_gives_no_answer_is_not_taken_for_damage(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves no room for what SQLite needs to read, and reads as an error of the disk."""
    with open_store(home) as store:
        copies.before_migration(store.connection, home / FILE, 9)
    before = everything(home)

    def full(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE  # type: ignore[misc]
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("finder.keeping.restore.sqlite3.connect", full)
        assert "cannot be read now" in found(home)["store"].message
        mended(home, yes=True)
    assert everything(home) == before


@pytest.mark.parametrize(
    "statement",
    [
        "insert into text (text) values ('delete-all')",
        "delete from text_data where id > 10",
        "update meta set value = '0' where key = 'indexed'",
        "delete from posting_text",
    ],
)
def test_a_full_text_that_does_not_fit_is_made_anew(home: Path, statement: str) -> None:
    body = json.dumps({"title": "An intern", "description": "silent"})
    execute(
        home,
        "insert into posting values"
        f" (1, 'lever', 'owls', '1', '{body}', 'internship', '[]', '', '', '{NOW}', '{NOW}', 0, null)",
        "insert into posting_text (rowid, title, description) values (1, 'An intern', 'silent')",
    )
    assert "text" not in found(home)
    execute(home, statement)
    assert found(home)["text"].state == "problem"

    mended(home)
    assert "text" not in found(home)
    with open_store(home) as store:
        assert store.records.count("owls") == 2
        assert store.postings.fitting("silent") == [1]


def test_rows_that_belong_to_nothing_are_found(home: Path) -> None:
    execute(home, "insert into run_source (run, source, state) values (99, 's', 'complete')")

    assert "belongs to nothing" in found(home)["store"].message


def test_records_that_are_no_json_are_found(home: Path) -> None:
    execute(home, "update record set body = 'garbage' where id = 1")

    assert found(home)["store"].state == "problem"


def test_damaged_answers_are_let_go(home: Path) -> None:
    with open_store(home) as store:
        for key in ("whole", "other", "no zlib"):
            store.replies.keep("openalex", key, "https://a.example", 200, {}, b"said", NOW)
    execute(home, "update reply set sha256 = '00' where key = 'other'")
    execute(home, "update reply set body = x'00' where key = 'no zlib'")
    assert found(home)["replies"].message == "2 kept answers are damaged."

    mended(home)
    with open_store(home) as store:
        assert [store.replies.find(key) is None for key in ("whole", "other", "no zlib")] == [False, True, True]


def test_a_store_of_a_newer_finder_is_left_alone(home: Path) -> None:
    execute(home, f"pragma user_version = {migrations()[-1][0] + 1}")

    assert "Update the finder" in found(home)["store"].remedy


def test_a_store_of_an_older_finder_is_not_migrated_by_looking(home: Path) -> None:
    execute(home, "pragma user_version = 4")

    assert found(home)["store"].state == "note"
    with closing(sqlite3.connect(home / FILE)) as db:
        assert db.execute("pragma user_version").fetchone() == (4,)


# --- leftovers, clocks, settings, folders ----------------------------------------------------------------------------


def test_runs_and_leases_of_dead_processes_are_cleared(home: Path) -> None:
    with open_store(home) as store:
        run = store.runs.start("collect", "owls", NOW)
        with store.leases.held("refresh") as holding:
            lease = holding.lease
    row = (lease.name, lease.token, gone(), lease.host, lease.since, lease.beat)
    execute(home, f"insert into lease values {row!r}", f"update run set pid = {row[2]} where id = {run}")
    assert {"runs", "leases"} <= set(found(home))

    mended(home)
    assert not {"runs", "leases"} & set(found(home))
    with open_store(home) as store:
        ended = store.runs.latest()
        assert ended is not None
        assert ended.state == "stopped"


def test_a_lease_that_is_held_is_left_alone(home: Path) -> None:
    with open_store(home) as store, store.leases.held("refresh") as holding:
        now = datetime.now(UTC)
        assert "is going on" in found(home, now)["leases"].message
        mended(home, now)
        assert store.leases.get("refresh") == holding.lease


@pytest.mark.parametrize("name", ["secrets.part", "restore.part-abc", f"{FILE}.new"])
def test_what_was_left_half_done_is_deleted_when_it_is_old(home: Path, name: str) -> None:
    part = home / name
    part.mkdir() if "part-" in name else part.write_text("half")
    assert "left over" not in found(home), "somebody may be at it"
    os.utime(part, (0, 0))
    assert name in found(home)["left over"].message

    mended(home)
    assert not part.exists()


@pytest.mark.parametrize(
    ("jump", "says"),
    [
        (-timedelta(days=60), "The newest entry is of 2026-11-01"),
        (-timedelta(days=365 * 30), "This machine thinks it is 1996"),
        (timedelta(days=365 * 100), "This machine thinks it is 2126"),
    ],
)
def test_a_clock_that_jumped_is_said(home: Path, jump: timedelta, says: str) -> None:
    findings = doctor.examine(home, discover(), TODAY + jump)

    assert any(one.check == "clock" and one.state == "problem" and says in one.message for one in findings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("telepathy = true", "telepathy"),
        ("[sources.opnalex]\nenabled = true", "no source called opnalex"),
        ("[weights]\nfits = 2.0", "no part called fits"),
        ("[[boards]]\norganisation = 'A'\nplatform = 'leaver'\ntoken = 'a'", "leaver"),
        ("not toml", "cannot be read"),
    ],
)
def test_settings_that_are_not_understood_are_said(home: Path, text: str, says: str) -> None:
    (home / "finder.toml").write_text(text)

    assert found(home)["settings"].state == "problem"
    assert says in found(home)["settings"].message


@posix
def test_keys_that_others_can_read_are_shut(home: Path) -> None:
    save_key(home, "openalex_key", KEY).chmod(0o644)
    assert found(home)["keys"].state == "problem"

    mended(home)
    assert "keys" not in found(home)


def test_a_key_that_nobody_takes_is_said_without_it(home: Path) -> None:
    save_key(home, "opnalex_key", KEY)
    said = " ".join(f"{one.message} {one.remedy}" for one in doctor.examine(home, discover(), TODAY))

    assert "opnalex_key" in said
    assert KEY not in said


@posix
def test_a_folder_that_others_can_read_is_shut(home: Path) -> None:
    home.chmod(0o755)
    assert found(home)["folder"].state == "note"

    mended(home)
    assert "folder" not in found(home)


def test_a_folder_that_cannot_be_written_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert "Read-only file system" in found(home)["folder"].message
    assert "FINDER_HOME" in found(home)["folder"].remedy


def test_a_disk_that_is_nearly_full_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))

    assert found(home)["space"].state == "problem"
    assert "Free 197 MB" in found(home)["space"].remedy


def test_parked_sources_and_boards_that_were_never_read_are_named(home: Path) -> None:
    from finder.model import Board

    with open_store(home) as store:
        store.budgets.park("openalex", "2026-11-02", "2026-11-03T00:00:00Z", "used up")
        board = Board("Owl Lab", "lever", "owls", "", "mine")
        store.postings.register([board])
        assert "boards" not in found(home), "nobody has asked it yet"
        store.postings.note(board, "gone", "not there", "2026-11-01T00:00:00Z")

    assert found(home)["sources"].message == "OpenAlex is not asked before 2026-11-03T00:00: used up."
    assert "Owl Lab" in found(home)["boards"].message


# --- the command -----------------------------------------------------------------------------------------------------


def run(*words: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(("doctor", *words))
    assert (ended.value.code or 0) == code


def test_the_command_says_it_in_words_and_in_json_and_by_its_exit_code(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(home))
    run()
    assert "All is well." in capsys.readouterr().err
    truncated(home)
    run(code=1)
    assert "→ What answers read can be made anew" in capsys.readouterr().out
    run("--format", "json", code=1)
    answer = json.loads(capsys.readouterr().out)
    assert answer["problems"] == 1
    assert {"check", "state", "message", "remedy", "mend"} == set(answer["findings"][0])
    run("--mend")
    assert "made anew" in capsys.readouterr().err


def test_it_works_where_the_settings_do_not(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / archive.SETTINGS).write_text(SETTINGS + "telepathy = true\n")
    monkeypatch.setenv("FINDER_HOME", str(home))
    run(code=1)

    assert "telepathy" in capsys.readouterr().out
