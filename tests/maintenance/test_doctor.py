"""The doctor: every trouble around the record is found, told with its remedy, and mended where that loses nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from patients import TODAY, execute, found, gone, mended, posix
from test_backups import KEY, SETTINGS, everything
from test_damaged_snapshots import truncated

from finder import cli
from finder.maintenance import backup_archive, doctor
from finder.settings import save_key
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.database import FILE
from tests.worlds import NOW


def test_a_sound_folder_has_nothing_but_its_missing_key_and_looking_changes_nothing(home: Path) -> None:
    before = everything(home)

    assert set(found(home)) == {"keys"}
    assert {one.state for one in doctor.examine_data_folder(home, discover_sources(), TODAY)} == {"fine", "note"}
    assert everything(home) == before


def test_an_empty_or_absent_folder_is_no_problem_and_stays_empty(tmp_path: Path) -> None:
    assert {one.state for one in doctor.examine_data_folder(tmp_path / "new", discover_sources(), TODAY)} <= {
        "fine",
        "note",
    }
    assert not (tmp_path / "new").exists()


def test_runs_and_leases_of_dead_processes_are_cleared(home: Path) -> None:
    with open_store(home) as store:
        run = store.runs.start_run("collect", "owls", NOW)
        with store.leases.acquire_lease("refresh") as holding:
            lease = holding.lease
    row = (lease.name, lease.token, gone(), lease.host, lease.since, lease.beat)
    execute(home, f"insert into lease values {row!r}", f"update run set pid = {row[2]} where id = {run}")
    assert {"runs", "leases"} <= set(found(home))

    mended(home)
    assert not {"runs", "leases"} & set(found(home))
    with open_store(home) as store:
        ended = store.runs.latest_run()
        assert ended is not None
        assert ended.state == "stopped"


def test_a_lease_that_is_held_is_left_alone(home: Path) -> None:
    with open_store(home) as store, store.leases.acquire_lease("refresh") as holding:
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
    findings = doctor.examine_data_folder(home, discover_sources(), TODAY + jump)

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
    said = " ".join(
        f"{one.message} {one.remedy}" for one in doctor.examine_data_folder(home, discover_sources(), TODAY)
    )

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
        store.budgets.record_suspension("openalex", "2026-11-02", "2026-11-03T00:00:00Z", "used up")
        board = Board("Owl Lab", "lever", "owls", "", "mine")
        store.postings.register_boards([board])
        assert "boards" not in found(home), "nobody has asked it yet"
        store.postings.record_board_state(board, "gone", "not there", "2026-11-01T00:00:00Z")

    assert found(home)["sources"].message == "OpenAlex is not asked before 2026-11-03T00:00: used up."
    assert "Owl Lab" in found(home)["boards"].message


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
    (home / backup_archive.SETTINGS).write_text(SETTINGS + "telepathy = true\n")
    monkeypatch.setenv("FINDER_HOME", str(home))
    run(code=1)

    assert "telepathy" in capsys.readouterr().out
