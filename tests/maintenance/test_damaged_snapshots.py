"""What answers read, damaged in every way: found, told with its remedy, and made anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from patients import current, execute, found, mended, titles

from finder.errors import StoreError
from finder.storage import open_store
from finder.storage.snapshot import POINTER
from finder.tables import TABLES
from tests.worlds import NOW, put, work


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
        truncated,
        emptied,
        scrambled,
        without_a_table,
        of_another_shape,
        with_fewer_rows,
        with_fewer_records,
        without_pointer,
        with_half_a_pointer,
        ahead_of_the_record,
        of_another_record,
        with_somebody_hidden,
    ],
)
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
        snapshot = store.snapshots.current_snapshot()
        with pytest.raises(StoreError, match="finder doctor --mend"):
            _ = [snapshot.load_table(name) for name in ("works", "authors", "raw_names")]


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
    with open_store(home) as store, store.snapshots.publication_lock():
        assert "snapshot" not in found(home), "somebody may be writing it"

    mended(home)
    assert not half.exists()
    assert titles(home) == {"Silent owls", "Loud owls"}
