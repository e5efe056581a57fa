"""Putting a record back while others are at it, killed at it, or over a damaged one."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from restored import LATER, garble, grown, titles
from test_backups import backed_up, home_of

from finder import cli
from finder.errors import AlreadyRunning
from finder.maintenance import restore
from finder.maintenance.backup_archive import SETTINGS
from finder.storage import open_store
from finder.storage.database import FILE
from finder.storage.runs import Run
from tests.worlds import NOW

# --- while others are at it ------------------------------------------------------------------------------------------


def test_while_a_refresh_runs_nothing_is_restored(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    with open_store(home) as store:
        with (
            store.leases.acquire_lease("refresh"),
            pytest.raises(AlreadyRunning, match=r"refresh is going on.*wait for it"),
        ):
            restore.restore_archive(path, home, LATER)
        run = store.runs.start_run("collect", "owls", NOW)
        with pytest.raises(AlreadyRunning, match=r"is collecting.*wait for it"):
            restore.restore_archive(path, home, LATER)
        store.runs.end_run(run, "complete", NOW)

    assert titles(home) == {"Silent owls", "Loud owls", "Later bats"}


def test_a_backup_made_during_a_refresh_holds_no_lease(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    with open_store(home) as store, store.leases.acquire_lease("refresh"):
        path = backed_up(home)
    restore.restore_archive(path, home, LATER)

    with open_store(home) as store:
        assert store.leases.list_leases() == []


def test_readers_see_the_one_record_or_the_other(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    seen, errors, done = set(), [], threading.Event()

    def look() -> None:
        with open_store(home) as store:  # open all the while
            while not done.is_set():
                try:
                    rows = store.connection.execute("select body ->> '$.title' from record").fetchall()
                    seen.add(frozenset(row[0] for row in rows))
                    assert store.snapshots.current_snapshot().load_table("works").height in (2, 3)
                except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                    errors.append(repr(error))

    thread = threading.Thread(target=look)
    thread.start()
    while not seen:
        pass
    restore.restore_archive(path, home, LATER)
    while len(seen) < 2 and not errors:
        pass
    done.set()
    thread.join()
    both = {"Silent owls", "Loud owls"}
    assert errors == []
    assert seen == {frozenset(both), frozenset({*both, "Later bats"})}


KILLED = """
import os, sys
from pathlib import Path
from finder.maintenance import restore
moment = sys.argv[3]
real = getattr(restore, moment)
def die(*args, **more):
    if sys.argv[4] == "after":
        real(*args, **more)
    os.kill(os.getpid(), 9)
setattr(restore, moment, die)
restore.restore_archive(Path(sys.argv[1]), Path(sys.argv[2]), "2026-11-20T10:00:00+00:00", list)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
@pytest.mark.parametrize(
    "moment", ["_require_valid_settings", "_swap_live_store", "_restore_settings", "_publish_after_restore"]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_step_it_is_the_one_record_or_the_other(tmp_path: Path, moment: str, when: str) -> None:
    home, path = grown(tmp_path)
    (home / SETTINGS).write_text('contact = "later@uni.example"\n')
    told = subprocess.run([sys.executable, "-c", KILLED, str(path), str(home), moment, when], capture_output=True)
    assert told.returncode == -9, told.stderr

    both = {"Silent owls", "Loud owls"}
    swapped = (moment, when) == ("_swap_live_store", "after") or moment in (
        "_restore_settings",
        "_publish_after_restore",
    )
    assert titles(home) == (both if swapped else {*both, "Later bats"})
    restore.restore_archive(path, home, LATER)
    assert titles(home) == both


# --- a store that is damaged -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [0, 100, 4096, 40960])
def test_a_damaged_store_is_moved_aside(tmp_path: Path, begin: int) -> None:
    home, path = grown(tmp_path)
    garble(home / FILE, begin)
    restored = restore.restore_archive(path, home, LATER)

    assert titles(home) == {"Silent owls", "Loud owls"}
    assert restored.former is not None
    assert restored.former.exists()


def test_a_log_of_the_damaged_store_does_not_reach_the_new_one(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    garble(home / FILE, 0)
    (home / f"{FILE}-wal").write_bytes(b"\x37\x7f\x06\x82" + b"old pages" * 1000)
    restore.restore_archive(path, home, LATER)

    assert titles(home) == {"Silent owls", "Loud owls"}
    assert restore.integrity_fault(home / FILE) == ""


def test_when_nobody_can_tell_who_is_hidden_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, path = grown(tmp_path)
    garble(home / FILE, 0)
    monkeypatch.setenv("FINDER_HOME", str(home))
    with pytest.raises(SystemExit) as ended:
        cli.main(("restore", str(path), "--yes"))

    assert not ended.value.code
    assert "could not tell who is hidden" in capsys.readouterr().err


def test_restoring_asks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, path = grown(tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(home))
    with pytest.raises(SystemExit) as ended:
        cli.main(("restore", str(path)))

    assert ended.value.code == 2
    assert "Later bats" in titles(home)


def test_a_run_of_a_process_that_is_gone_does_not_stand_in_the_way(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    with open_store(home) as store:
        run = store.runs.start_run("collect", "owls", NOW)
        with store.write_transaction() as db:
            db.execute("update run set pid = ? where id = ?", (process.pid, run))
        assert isinstance(store.runs.latest_run(), Run)

    restore.restore_archive(path, home, LATER)
    assert titles(home) == {"Silent owls", "Loud owls"}
