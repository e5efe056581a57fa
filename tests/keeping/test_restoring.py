"""Putting a record back: at once for all who look, with what holds today, and without losing the former one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from test_backups import SETTINGS, backed_up, home_of

from finder import cli
from finder.errors import Busy
from finder.keeping import archive, restore
from finder.resolve.publish import publish
from finder.store import copies, open_store
from finder.store.database import FILE
from finder.store.runs import Run
from tests.worlds import NOW, put, stored, work

LATER = "2026-11-20T10:00:00+00:00"


def titles(home: Path) -> set[str]:
    """What answers read, after all that came in is published."""
    with open_store(home) as store:
        publish(store, LATER)
        return set(store.snapshots.current().table("works")["title"])


def grown(tmp_path: Path) -> tuple[Path, Path]:
    """A store that went on after its backup, and the backup."""
    home = home_of(tmp_path, "Silent owls", "Loud owls")
    path = backed_up(home)
    stored(home, work("Later bats", "Cy Cole")).close()
    return home, path


def test_the_backups_record_holds_again_and_is_published(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    (home / archive.SETTINGS).write_text('contact = "later@uni.example"\n')
    restored = restore.from_archive(path, home, LATER)

    assert titles(home) == {"Silent owls", "Loud owls"}
    assert restored.made_at == NOW
    assert (home / archive.SETTINGS).read_text() == SETTINGS
    assert "later@uni" in (home / f"{archive.SETTINGS}.former").read_text()
    assert restored.former in copies.kept(home / FILE)
    with closing(sqlite3.connect(restored.former)) as db:
        assert db.execute("select count(*) from record where body like '%Later bats%'").fetchone() == (1,)
    with open_store(home) as store:
        put(store, work("After that", "Cy Cole"))
    assert titles(home) == {"Silent owls", "Loud owls", "After that"}


def test_what_another_record_published_is_no_base_for_this_one(tmp_path: Path) -> None:
    """Both are at the same write number, so that only what they are tells them apart."""
    home, other = home_of(tmp_path / "a", "Silent owls"), home_of(tmp_path / "b", "Of another machine")
    restore.from_archive(backed_up(other), home, LATER)

    assert titles(home) == {"Of another machine"}


def test_it_goes_into_an_empty_folder(tmp_path: Path) -> None:
    _, path = grown(tmp_path)
    restored = restore.from_archive(path, tmp_path / "new", LATER)

    assert restored.former is None
    assert titles(tmp_path / "new") == {"Silent owls", "Loud owls"}


def test_an_empty_record_leaves_nothing_of_the_former_to_be_read(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    (tmp_path / "b").mkdir()
    open_store(tmp_path / "b" / "home").close()
    restore.from_archive(backed_up(tmp_path / "b" / "home"), home, LATER)

    with open_store(home) as store:
        assert store.snapshots.latest() is None


def test_only_the_last_two_former_stores_stay(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    for day in (1, 2, 3):
        restore.from_archive(path, home, f"2026-11-0{day}T00:00:00+00:00")

    assert [copy.name for copy in copies.kept(home / FILE)] == [
        f"{FILE}.former-2026110{day}000000.bak" for day in (3, 2)
    ]


# --- what holds today ------------------------------------------------------------------------------------------------


def people(home: Path) -> set[str]:
    with open_store(home) as store:
        publish(store, LATER)
        return set(store.snapshots.current().table("authors")["name"])


def hide(home: Path, name: str) -> None:
    with open_store(home) as store:
        ids = {row["name"]: row["author_id"] for row in store.snapshots.current().table("authors").to_dicts()}
        store.suppressions.add([ids[name]], NOW)
        publish(store, NOW)


@pytest.mark.parametrize("own_list", [False, True])
def test_whoever_is_hidden_now_stays_hidden(tmp_path: Path, own_list: bool) -> None:
    home = home_of(tmp_path)
    if own_list:  # with a salt that the store of today shares
        hide(home, "Bo Rask")
    path = backed_up(home)
    hide(home, "Ada Vell")
    restored = restore.from_archive(path, home, LATER)

    assert restored.hidden_known
    assert people(home) == (set() if own_list else {"Bo Rask"})


def test_a_damaged_store_is_asked_through_its_copies_who_is_hidden(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    path = backed_up(home)
    hide(home, "Ada Vell")
    with open_store(home) as store:
        copies.before_migration(store.connection, home / FILE, 9)
    garble(home / FILE, 0)
    restored = restore.from_archive(path, home, LATER)

    assert not restored.hidden_known
    assert people(home) == {"Bo Rask"}


def test_lists_of_two_machines_hold_both_through_later_restorations(tmp_path: Path) -> None:
    here, there = home_of(tmp_path / "a"), home_of(tmp_path / "b")
    hide(here, "Ada Vell")
    hide(there, "Bo Rask")
    path = backed_up(there)
    for _ in range(2):
        restore.from_archive(path, here, LATER)
        assert people(here) == set()
    with open_store(here) as store:
        assert len(store.suppressions.carried().salts) == 2


def test_a_hidden_one_of_another_list_can_be_shown_again(tmp_path: Path) -> None:
    here, there = home_of(tmp_path / "a"), home_of(tmp_path / "b")
    hide(there, "Bo Rask")
    path = backed_up(there)
    hide(here, "Ada Vell")
    (id_,) = authors(tmp_path, "Ada Vell")
    restore.from_archive(path, here, LATER)
    with open_store(here) as store:
        assert store.suppressions.remove(id_)
        assert not store.suppressions.remove(id_)
    assert people(here) == {"Ada Vell"}


def authors(tmp_path: Path, name: str) -> list[str]:
    """The ids that somebody has in a store of the same works where nobody is hidden."""
    with open_store(home_of(tmp_path / "all")) as store:
        return store.snapshots.current().table("authors").filter(name=name)["author_id"].to_list()


def test_todays_spending_stays_spent(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    with open_store(home) as store:
        store.budgets.spend("openalex", "2026-11-20", 90.0, 100.0, 10.0)
    restore.from_archive(path, home, LATER)

    with open_store(home) as store:
        assert store.budgets.get("openalex", "2026-11-20").remaining == 10.0


def test_what_may_not_come_back_is_taken_out_before_it_holds(tmp_path: Path) -> None:
    home, path = grown(tmp_path)

    def clean(store: object) -> None:
        with store.write() as db:  # type: ignore[attr-defined]
            db.execute("delete from record where body like '%Loud owls%'")

    restore.from_archive(path, home, LATER, clean)
    assert titles(home) == {"Silent owls"}


# --- while others are at it ------------------------------------------------------------------------------------------


def test_while_a_refresh_runs_nothing_is_restored(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    with open_store(home) as store:
        with store.leases.held("refresh"), pytest.raises(Busy, match=r"refresh is going on.*wait for it"):
            restore.from_archive(path, home, LATER)
        run = store.runs.start("collect", "owls", NOW)
        with pytest.raises(Busy, match=r"is collecting.*wait for it"):
            restore.from_archive(path, home, LATER)
        store.runs.end(run, "complete", NOW)

    assert titles(home) == {"Silent owls", "Loud owls", "Later bats"}


def test_a_backup_made_during_a_refresh_holds_no_lease(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    with open_store(home) as store, store.leases.held("refresh"):
        path = backed_up(home)
    restore.from_archive(path, home, LATER)

    with open_store(home) as store:
        assert store.leases.all() == []


def test_readers_see_the_one_record_or_the_other(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    seen, errors, done = set(), [], threading.Event()

    def look() -> None:
        with open_store(home) as store:  # open all the while
            while not done.is_set():
                try:
                    rows = store.connection.execute("select body ->> '$.title' from record").fetchall()
                    seen.add(frozenset(row[0] for row in rows))
                    assert store.snapshots.current().table("works").height in (2, 3)
                except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                    errors.append(repr(error))

    thread = threading.Thread(target=look)
    thread.start()
    while not seen:
        pass
    restore.from_archive(path, home, LATER)
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
from finder.keeping import restore
moment = sys.argv[3]
real = getattr(restore, moment)
def die(*args, **more):
    if sys.argv[4] == "after":
        real(*args, **more)
    os.kill(os.getpid(), 9)
setattr(restore, moment, die)
restore.from_archive(Path(sys.argv[1]), Path(sys.argv[2]), "2026-11-20T10:00:00+00:00")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
@pytest.mark.parametrize("moment", ["_settings_hold", "_swap", "_settings_back", "_publish"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_step_it_is_the_one_record_or_the_other(tmp_path: Path, moment: str, when: str) -> None:
    home, path = grown(tmp_path)
    told = subprocess.run([sys.executable, "-c", KILLED, str(path), str(home), moment, when], capture_output=True)
    assert told.returncode == -9, told.stderr

    both = {"Silent owls", "Loud owls"}
    swapped = (moment, when) == ("_swap", "after") or moment in ("_settings_back", "_publish")
    assert titles(home) == (both if swapped else {*both, "Later bats"})
    restore.from_archive(path, home, LATER)
    assert titles(home) == both


# --- a store that is damaged -----------------------------------------------------------------------------------------


def garble(path: Path, begin: int = 4096) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:begin] + b"\xff" * (len(content) - begin))


@pytest.mark.parametrize("begin", [0, 100, 4096, 40960])
def test_a_damaged_store_is_moved_aside(tmp_path: Path, begin: int) -> None:
    home, path = grown(tmp_path)
    garble(home / FILE, begin)
    restored = restore.from_archive(path, home, LATER)

    assert titles(home) == {"Silent owls", "Loud owls"}
    assert restored.former is not None
    assert restored.former.exists()


def test_a_log_of_the_damaged_store_does_not_reach_the_new_one(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    garble(home / FILE, 0)
    (home / f"{FILE}-wal").write_bytes(b"\x37\x7f\x06\x82" + b"old pages" * 1000)
    restore.from_archive(path, home, LATER)

    assert titles(home) == {"Silent owls", "Loud owls"}
    assert restore.sound(home / FILE) == ""


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
        run = store.runs.start("collect", "owls", NOW)
        with store.write() as db:
            db.execute("update run set pid = ? where id = ?", (process.pid, run))
        assert isinstance(store.runs.latest(), Run)

    restore.from_archive(path, home, LATER)
    assert titles(home) == {"Silent owls", "Loud owls"}
