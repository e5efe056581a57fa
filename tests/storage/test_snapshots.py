"""Snapshots: put in place all at once, and kept for whoever began with one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from finder.errors import EmptyStore, SnapshotUnusable
from finder.storage.snapshot import KEEP, POINTER, Snapshots

ROWS = 2_000
PUBLISHED = 30
DEADLINE = 60.0


def tables(number: int) -> dict[str, pl.DataFrame]:
    """Two tables whose every row bears the number of their publication."""
    rows = pl.DataFrame({"number": [number] * ROWS})
    return {"works": rows, "authors": rows.head(number + 1)}


def publish(snapshots: Snapshots, number: int) -> None:
    snapshots.publish_tables(tables(number), number, {"number": number})


def folders(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.is_dir())


def test_what_was_published_is_read(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "snapshots")
    snapshots.publish_tables(tables(7), 7, {"works": 3})

    snapshot = snapshots.current_snapshot()
    assert (snapshot.seq, snapshot.meta["works"]) == (7, 3)
    assert snapshot.load_table("works").height == snapshot.scan_table("works").collect().height == ROWS
    assert snapshot.load_table("works") is snapshot.load_table("works"), "a table is read once"


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "snapshots")

    assert snapshots.snapshot_or_none() is None
    with pytest.raises(EmptyStore, match="finder collect"):
        snapshots.current_snapshot()


@pytest.mark.parametrize("pointer", ["", "{", "{}", '{"folder": "x"}', "[]", "7", "\xff"])
def test_a_broken_pointer_is_as_good_as_none(tmp_path: Path, pointer: str) -> None:
    (tmp_path / POINTER).write_text(pointer)

    assert Snapshots(tmp_path).snapshot_or_none() is None


def test_a_pointer_to_a_folder_that_is_gone_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / POINTER).write_text(json.dumps({"folder": "0000000001-gone", "seq": 1, "meta": {}}))

    assert Snapshots(tmp_path).snapshot_or_none() is None


@pytest.mark.parametrize("shape", ["of another version", None])
def test_a_snapshot_of_another_version_is_as_good_as_none(tmp_path: Path, shape: str | None) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 1)
    pointer = json.loads((tmp_path / POINTER).read_text())
    pointer["meta"]["shape"] = shape
    (tmp_path / POINTER).write_text(json.dumps(pointer))

    assert snapshots.snapshot_or_none() is None
    with pytest.raises(SnapshotUnusable, match="another version"):
        snapshots.current_snapshot()


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:-20]), lambda file: file.unlink()])
def test_a_damaged_table_is_said_with_its_remedy(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 1)
    damage(snapshots.current_snapshot().folder / "works.parquet")

    with pytest.raises(SnapshotUnusable, match="finder doctor --mend"):
        snapshots.current_snapshot().load_table("works")


def test_the_last_few_are_kept_and_older_ones_swept(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    names = []
    for number in range(KEEP + 3):
        publish(snapshots, number)
        names.append(snapshots.current_snapshot().folder.name)

    assert folders(tmp_path) == sorted(names[-KEEP:])


def test_whoever_began_with_a_snapshot_may_go_on_with_it(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 0)
    begun = snapshots.current_snapshot()
    for number in range(1, KEEP):
        publish(snapshots, number)

    assert begun.scan_table("works").collect()["number"].unique().to_list() == [0]
    assert snapshots.current_snapshot().seq == KEEP - 1


def test_a_half_written_folder_is_harmless_and_swept_in_time(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 0)
    half = tmp_path / "0000000001-halfway"
    half.mkdir()
    (half / "works.parquet").write_bytes(b"PAR1 and then the power went")
    (half / "pointer.part").write_text("{")

    assert snapshots.current_snapshot().seq == 0
    for number in range(1, KEEP + 1):
        publish(snapshots, number)
        assert snapshots.current_snapshot().seq == number
    assert half.name not in folders(tmp_path)


def test_publishing_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 0)

    with pytest.raises(AttributeError):
        snapshots.publish_tables({**tables(1), "broken": None}, 1, {})  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        snapshots.publish_tables(tables(1), 1, {"not json": object()})
    assert snapshots.current_snapshot().seq == 0
    assert snapshots.current_snapshot().load_table("works")["number"].to_list() == [0] * ROWS


class Reader:
    """Reads whatever is current, over and over, and remembers what it saw."""

    def __init__(self, folder: Path) -> None:
        self.snapshots = Snapshots(folder)
        self.seen: list[int] = []
        self.errors: list[str] = []

    def look(self) -> None:
        try:
            snapshot = self.snapshots.current_snapshot()
            works, authors = (snapshot.scan_table(name).collect() for name in ("works", "authors"))
            if works["number"].to_list() != [snapshot.seq] * ROWS or authors.height != snapshot.seq + 1:
                self.errors.append(f"torn: {snapshot.seq}")
            self.seen.append(snapshot.seq)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            self.errors.append(repr(error))


@contextmanager
def looking(readers: list[Reader], moved: threading.Condition) -> Iterator[None]:
    done = threading.Event()

    def loop(reader: Reader) -> None:
        while not done.is_set():
            reader.look()
            with moved:
                moved.notify_all()

    threads = [threading.Thread(target=loop, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def keeping_up(readers: list[Reader], number: int) -> Callable[[], bool]:
    """Nobody is left behind by more than a snapshot is promised to stay."""
    return lambda: all(reader.errors or (reader.seen and reader.seen[-1] > number - KEEP) for reader in readers)


def test_readers_never_see_a_torn_or_missing_snapshot(tmp_path: Path) -> None:
    snapshots, moved = Snapshots(tmp_path), threading.Condition()
    publish(snapshots, 0)
    readers = [Reader(tmp_path), Reader(tmp_path)]
    with looking(readers, moved):
        for number in range(1, PUBLISHED + 1):
            publish(snapshots, number)
            with moved:
                assert moved.wait_for(keeping_up(readers, number + 1), DEADLINE)

    for reader in readers:
        assert reader.errors == []
        assert reader.seen == sorted(reader.seen), "time does not run backwards"
        assert reader.seen[-1] > PUBLISHED - KEEP
