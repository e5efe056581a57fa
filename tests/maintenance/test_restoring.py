"""Putting a record back: with what holds today, and without losing the former one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from restored import LATER, garble, grown, hide, people, titles
from test_backups import SETTINGS, backed_up, home_of

from finder.maintenance import backup_archive, restore
from finder.privacy import person_erasure
from finder.storage import open_store, sqlite_backup
from finder.storage.database import FILE
from tests.worlds import NOW, put, work


def test_the_backups_record_holds_again_and_is_published(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    (home / backup_archive.SETTINGS).write_text('contact = "later@uni.example"\n')
    restored = restore.restore_archive(path, home, LATER, list)

    assert titles(home) == {"Silent owls", "Loud owls"}
    assert restored.made_at == NOW
    assert (home / backup_archive.SETTINGS).read_text() == SETTINGS
    assert "later@uni" in (home / f"{backup_archive.SETTINGS}.former").read_text()
    assert restored.former in sqlite_backup.list_store_copies(home / FILE)
    with closing(sqlite3.connect(restored.former)) as db:
        assert db.execute("select count(*) from record where body like '%Later bats%'").fetchone() == (1,)
    with open_store(home) as store:
        put(store, work("After that", "Cy Cole"))
    assert titles(home) == {"Silent owls", "Loud owls", "After that"}


def test_what_another_record_published_is_no_base_for_this_one(tmp_path: Path) -> None:
    """Both are at the same write number, so that only what they are tells them apart."""
    home, other = home_of(tmp_path / "a", "Silent owls"), home_of(tmp_path / "b", "Of another machine")
    restore.restore_archive(backed_up(other), home, LATER)

    assert titles(home) == {"Of another machine"}


def test_it_goes_into_an_empty_folder(tmp_path: Path) -> None:
    _, path = grown(tmp_path)
    restored = restore.restore_archive(path, tmp_path / "new", LATER)

    assert restored.former is None
    assert titles(tmp_path / "new") == {"Silent owls", "Loud owls"}


def test_an_empty_record_leaves_nothing_of_the_former_to_be_read(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    (tmp_path / "b").mkdir()
    open_store(tmp_path / "b" / "home").close()
    restore.restore_archive(backed_up(tmp_path / "b" / "home"), home, LATER)

    with open_store(home) as store:
        assert store.snapshots.snapshot_or_none() is None


def test_only_the_last_two_former_stores_stay(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    for day in (1, 2, 3):
        restore.restore_archive(path, home, f"2026-11-0{day}T00:00:00+00:00")

    assert [copy.name for copy in sqlite_backup.list_store_copies(home / FILE)] == [
        f"{FILE}.former-2026110{day}000000.bak" for day in (3, 2)
    ]


# --- what holds today ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own_list", [False, True])
def test_whoever_is_hidden_now_stays_hidden(tmp_path: Path, own_list: bool) -> None:
    home = home_of(tmp_path)
    if own_list:  # with a salt that the store of today shares
        hide(home, "Bo Rask")
    path = backed_up(home)
    hide(home, "Ada Vell")
    restored = restore.restore_archive(path, home, LATER)

    assert restored.hidden_known
    assert people(home) == (set() if own_list else {"Bo Rask"})


def test_a_damaged_store_is_asked_through_its_copies_who_is_hidden(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    path = backed_up(home)
    hide(home, "Ada Vell")
    with open_store(home) as store:
        sqlite_backup.copy_before_migration(store.connection, home / FILE, 9)
    garble(home / FILE, 0)
    restored = restore.restore_archive(path, home, LATER)

    assert not restored.hidden_known
    assert people(home) == {"Bo Rask"}


def test_lists_of_two_machines_hold_both_through_later_restorations(tmp_path: Path) -> None:
    here, there = home_of(tmp_path / "a"), home_of(tmp_path / "b")
    hide(here, "Ada Vell")
    hide(there, "Bo Rask")
    path = backed_up(there)
    for _ in range(2):
        restore.restore_archive(path, here, LATER)
        assert people(here) == set()
    with open_store(here) as store:
        assert len(store.suppressions.export_suppressions().salts) == 2


def test_a_hidden_one_of_another_list_can_be_shown_again(tmp_path: Path) -> None:
    here, there = home_of(tmp_path / "a"), home_of(tmp_path / "b")
    hide(there, "Bo Rask")
    path = backed_up(there)
    hide(here, "Ada Vell")
    (id_,) = authors(tmp_path, "Ada Vell")
    restore.restore_archive(path, here, LATER)
    with open_store(here) as store:
        assert store.suppressions.remove(id_)
        assert not store.suppressions.remove(id_)
    assert people(here) == {"Ada Vell"}


def authors(tmp_path: Path, name: str) -> list[str]:
    """The ids that somebody has in a store of the same works where nobody is hidden."""
    with open_store(home_of(tmp_path / "all")) as store:
        return store.snapshots.current_snapshot().load_table("authors").filter(name=name)["author_id"].to_list()


def test_todays_spending_stays_spent(tmp_path: Path) -> None:
    home, path = grown(tmp_path)
    with open_store(home) as store:
        store.budgets.record_spending("openalex", "2026-11-20", 90.0, 100.0, 10.0)
    restore.restore_archive(path, home, LATER)

    with open_store(home) as store:
        assert store.budgets.get("openalex", "2026-11-20").remaining == 10.0


def test_whoever_was_forgotten_since_does_not_come_back(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    path = backed_up(home)
    with open_store(home) as store:
        person_erasure.erase_person(store, person_erasure.find_erasure_target(store, "Ada Vell", LATER), LATER)
    restore.restore_archive(path, home, LATER)

    assert people(home) == {"Bo Rask"}
    with open_store(home) as store:
        assert store.connection.execute("select count(*) from record where body like '%Vell%'").fetchone() == (0,)
