"""All labs of a day are found once: the next process reads what the one before kept, and never another day's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from finder.answers import lab_index
from finder.privacy import person_suppression
from finder.storage import Snapshot
from tests.worlds import NOW, copied, work

DAY = date(2026, 11, 1)
TEAM = ("Una Stern @ Hestor University, DE", "Bo Peer @ Hestor University, DE", "Ida Head @ Hestor University, DE")
WORKS = tuple(work(f"Robots {n}", *TEAM[n % 2 :], date=f"202{n}-05-01") for n in range(2, 7))


def fail(*_: object) -> None:
    raise AssertionError("found anew")


def find_again(snapshot: Snapshot, day: date = DAY) -> lab_index.LabIndex:
    """As a process does that has nothing in memory."""
    lab_index._recent.clear()
    return lab_index.load_lab_index(snapshot, day)


def test_the_next_process_reads_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with copied(tmp_path, *WORKS) as store:
        snapshot = store.snapshots.current_snapshot()
        found = find_again(snapshot)
        assert found.found.members.height
        with monkeypatch.context() as patched:
            patched.setattr(lab_index, "build_lab_index", fail)
            again = find_again(snapshot)
            with pytest.raises(AssertionError, match="found anew"):
                find_again(snapshot, DAY + timedelta(days=1))
        assert again.now == found.now
        assert again.found.labs.equals(found.found.labs)
        assert again.found.members.equals(found.found.members)
        for name in ("people", "posts", "works", "alumni", "sisters"):
            assert getattr(again, name).equals(getattr(found, name)), name
            assert getattr(again, name).schema == getattr(found, name).schema, name


def test_what_is_damaged_is_found_anew(tmp_path: Path) -> None:
    with copied(tmp_path, *WORKS) as store:
        snapshot = store.snapshots.current_snapshot()
        found = find_again(snapshot)
        (file,) = snapshot.folder.glob("groups-*/people.parquet")
        file.write_bytes(b"PAR1")
        assert find_again(snapshot).people.equals(found.people)


def test_whoever_is_hidden_is_in_no_lab_that_was_kept(tmp_path: Path) -> None:
    with copied(tmp_path, *WORKS) as store:
        assert "Bo Peer" in find_again(store.snapshots.current_snapshot()).people["name"].to_list()
        person_suppression.suppress_person(store, "Bo Peer", NOW)
        assert "Bo Peer" not in find_again(store.snapshots.current_snapshot()).people["name"].to_list()
