"""The table of vectors: what was written stays, whoever is killed, and what is deleted is gone from the disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from finder.store import vectors as module
from finder.store.vectors import Kind, Vectors, Writer, digest

ROWS = np.arange(40, dtype=np.int8).reshape(10, 4)
DIGESTS = np.arange(100, 110, dtype=np.uint64)


@pytest.fixture
def table(tmp_path: Path) -> Vectors:
    return Vectors(tmp_path / "vectors")


def write(table: Vectors, begin: int, end: int, kind: Kind = "titles") -> Writer:
    writer = table.writer("one", 4)
    assert writer.append(kind, DIGESTS[begin:end], ROWS[begin:end], lambda: True)
    return writer


def rows(table: Vectors, kind: Kind = "titles") -> dict[int, list[int]]:
    now = table.current()
    return dict(zip(now.digests(kind).tolist(), now.vectors(kind).tolist(), strict=True))


def expected(*numbers: int) -> dict[int, list[int]]:
    return {int(DIGESTS[number]): ROWS[number].tolist() for number in numbers}


def test_a_digest_is_the_same_on_every_machine() -> None:
    """As ``printf owl | b2sum -l 64`` has it, read from its end."""
    assert digest("owl") == 4023525244920974642
    assert digest("owl") != digest("owls")


def test_readers_see_what_was_shown_and_a_version_that_changes_with_it(table: Vectors) -> None:
    assert table.current().version == ""
    assert rows(table) == {}
    writer = write(table, 0, 3)
    before = table.current().version
    assert rows(table) == {}
    writer.show()
    assert rows(table) == expected(0, 1, 2)
    assert rows(table, "texts") == {}
    assert table.current().version != before
    same = table.current().version
    writer.show()
    assert table.current().version == same


def test_another_writer_goes_on_where_one_was_killed_before_it_showed_anything(table: Vectors) -> None:
    assert write(table, 0, 3).digests("titles").tolist() == [100, 101, 102]
    write(table, 3, 5).show()
    assert rows(table) == expected(0, 1, 2, 3, 4)


@pytest.mark.parametrize("part", ["vectors", "digests"])
def test_half_a_row_is_taken_off_and_the_rest_stays(table: Vectors, part: str) -> None:
    write(table, 0, 3).show()
    (path,) = table.current().folder.glob(f"titles.{part}")
    with path.open("ab") as file:
        file.write(b"???")
    write(table, 3, 5).show()
    assert rows(table) == expected(0, 1, 2, 3, 4)


def test_a_file_that_was_cut_short_is_made_anew(table: Vectors) -> None:
    write(table, 0, 3).show()
    os.truncate(table.current().folder / "titles.vectors", 5)
    assert table.current().version == ""
    write(table, 3, 5).show()
    assert rows(table) == expected(3, 4)


def test_another_encoder_begins_a_table_of_its_own(table: Vectors) -> None:
    write(table, 0, 3).show()
    old = table.current().folder
    table.writer("two", 4)
    assert (table.current().key, rows(table)) == ("two", {})
    assert not old.exists()


def test_what_is_pruned_is_on_the_disk_no_more(table: Vectors, tmp_path: Path) -> None:
    writer = write(table, 0, 6)
    writer.append("texts", DIGESTS[6:8], ROWS[6:8], lambda: True)
    writer.show()
    writer.append("titles", DIGESTS[8:9], ROWS[8:9], lambda: True)  # not shown yet
    old = table.current().folder
    assert table.prune(lambda _: DIGESTS[[1, 2, 7]]) == 6
    assert rows(table) == expected(1, 2)
    assert rows(table, "texts") == expected(7)
    assert not old.exists()
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for gone in (0, 3, 4, 5, 6, 8):
        assert ROWS[gone].tobytes() not in content
    assert table.prune(lambda _: DIGESTS) == 0


def test_who_writes_when_it_is_pruned_does_not_bring_anything_back(table: Vectors) -> None:
    writer = write(table, 0, 3)
    writer.show()
    table.prune(lambda _: DIGESTS[:1])
    assert not writer.append("titles", DIGESTS[3:4], ROWS[3:4], lambda: True)
    writer.show()
    assert rows(table) == expected(0)
    assert not table.writer("one", 4).append("titles", DIGESTS[3:4], ROWS[3:4], lambda: False)
    assert rows(table) == expected(0)


def test_only_one_encodes(table: Vectors, tmp_path: Path) -> None:
    with table.working() as alone, Vectors(tmp_path / "vectors").working() as second:
        assert (alone, second) == (True, False)
    with table.working() as again:
        assert again


@pytest.mark.parametrize("pointer", ["", "{}", '{"folder": "table-no", "key": "one", "size": 4, "rows": {}}', "[1]"])
def test_a_damaged_pointer_is_no_table(table: Vectors, pointer: str) -> None:
    write(table, 0, 3).show()
    (table.current().folder.parent / module.POINTER).write_text(pointer, encoding="utf-8")
    assert table.current().version == ""
    write(table, 3, 5).show()
    assert rows(table) == expected(3, 4)


def test_share_of_texts_that_are_no_longer_stored(table: Vectors) -> None:
    assert table.stale(lambda _: DIGESTS) == 0
    write(table, 0, 4).show()
    assert table.stale(lambda _: DIGESTS[:1]) == 0.75
