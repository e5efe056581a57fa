"""The table of vectors: what was written stays, whoever is killed, and what is deleted is gone from the disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from finder.storage import vectors as module
from finder.storage.vectors import Kind, VectorStore, VectorWriter, text_digest

ROWS = np.arange(40, dtype=np.int8).reshape(10, 4)
DIGESTS = np.arange(100, 110, dtype=np.uint64)


@pytest.fixture
def table(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "vectors")


def write(table: VectorStore, begin: int, end: int, kind: Kind = "titles") -> VectorWriter:
    writer = table.open_writer("one", 4)
    assert writer.append_vectors(kind, DIGESTS[begin:end], ROWS[begin:end], lambda: True)
    return writer


def rows(table: VectorStore, kind: Kind = "titles") -> dict[int, list[int]]:
    now = table.current_table()
    return dict(zip(now.map_digests(kind).tolist(), now.map_vectors(kind).tolist(), strict=True))


def expected(*numbers: int) -> dict[int, list[int]]:
    return {int(DIGESTS[number]): ROWS[number].tolist() for number in numbers}


def test_a_digest_is_the_same_on_every_machine() -> None:
    """As ``printf owl | b2sum -l 64`` has it, read from its end."""
    assert text_digest("owl") == 4023525244920974642
    assert text_digest("owl") != text_digest("owls")


def test_readers_see_what_was_shown_and_a_version_that_changes_with_it(table: VectorStore) -> None:
    assert table.current_table().version == ""
    assert rows(table) == {}
    writer = write(table, 0, 3)
    before = table.current_table().version
    assert rows(table) == {}
    writer.publish_rows()
    assert rows(table) == expected(0, 1, 2)
    assert rows(table, "texts") == {}
    assert table.current_table().version != before
    same = table.current_table().version
    writer.publish_rows()
    assert table.current_table().version == same


def test_another_writer_goes_on_where_one_was_killed_before_it_showed_anything(table: VectorStore) -> None:
    assert write(table, 0, 3).all_digests("titles").tolist() == [100, 101, 102]
    write(table, 3, 5).publish_rows()
    assert rows(table) == expected(0, 1, 2, 3, 4)


@pytest.mark.parametrize("part", ["vectors", "digests"])
def test_half_a_row_is_taken_off_and_the_rest_stays(table: VectorStore, part: str) -> None:
    write(table, 0, 3).publish_rows()
    (path,) = table.current_table().folder.glob(f"titles.{part}")
    with path.open("ab") as file:
        file.write(b"???")
    write(table, 3, 5).publish_rows()
    assert rows(table) == expected(0, 1, 2, 3, 4)


def test_a_file_that_was_cut_short_is_made_anew(table: VectorStore) -> None:
    write(table, 0, 3).publish_rows()
    os.truncate(table.current_table().folder / "titles.vectors", 5)
    assert table.current_table().version == ""
    write(table, 3, 5).publish_rows()
    assert rows(table) == expected(3, 4)


def test_another_encoder_begins_a_table_of_its_own(table: VectorStore) -> None:
    write(table, 0, 3).publish_rows()
    old = table.current_table().folder
    table.open_writer("two", 4)
    assert (table.current_table().key, rows(table)) == ("two", {})
    assert not old.exists()


def test_what_is_pruned_is_on_the_disk_no_more(table: VectorStore, tmp_path: Path) -> None:
    writer = write(table, 0, 6)
    writer.append_vectors("texts", DIGESTS[6:8], ROWS[6:8], lambda: True)
    writer.publish_rows()
    writer.append_vectors("titles", DIGESTS[8:9], ROWS[8:9], lambda: True)  # not shown yet
    old = table.current_table().folder
    assert table.delete_stale_vectors(lambda _: DIGESTS[[1, 2, 7]]) == 6
    assert rows(table) == expected(1, 2)
    assert rows(table, "texts") == expected(7)
    assert not old.exists()
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for gone in (0, 3, 4, 5, 6, 8):
        assert ROWS[gone].tobytes() not in content
    assert table.delete_stale_vectors(lambda _: DIGESTS) == 0


def test_who_writes_when_it_is_pruned_does_not_bring_anything_back(table: VectorStore) -> None:
    writer = write(table, 0, 3)
    writer.publish_rows()
    table.delete_stale_vectors(lambda _: DIGESTS[:1])
    assert not writer.append_vectors("titles", DIGESTS[3:4], ROWS[3:4], lambda: True)
    writer.publish_rows()
    assert rows(table) == expected(0)
    assert not table.open_writer("one", 4).append_vectors("titles", DIGESTS[3:4], ROWS[3:4], lambda: False)
    assert rows(table) == expected(0)


def test_only_one_encodes(table: VectorStore, tmp_path: Path) -> None:
    with table.try_encoding_lock() as alone, VectorStore(tmp_path / "vectors").try_encoding_lock() as second:
        assert (alone, second) == (True, False)
    with table.try_encoding_lock() as again:
        assert again


@pytest.mark.parametrize("pointer", ["", "{}", '{"folder": "table-no", "key": "one", "size": 4, "rows": {}}', "[1]"])
def test_a_damaged_pointer_is_no_table(table: VectorStore, pointer: str) -> None:
    write(table, 0, 3).publish_rows()
    (table.current_table().folder.parent / module.POINTER).write_text(pointer, encoding="utf-8")
    assert table.current_table().version == ""
    write(table, 3, 5).publish_rows()
    assert rows(table) == expected(3, 4)


def test_share_of_texts_that_are_no_longer_stored(table: VectorStore) -> None:
    assert table.stale_share(lambda _: DIGESTS) == 0
    write(table, 0, 4).publish_rows()
    assert table.stale_share(lambda _: DIGESTS[:1]) == 0.75
