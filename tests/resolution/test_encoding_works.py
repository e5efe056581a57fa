"""Stored works are read once each, newest first; what was read stays, and goes with the text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from finder.encoder import Encoder
from finder.errors import StoreError
from finder.privacy import person_erasure
from finder.publication import resolve_and_publish
from finder.resolution import work_vectors
from finder.storage import Store
from finder.storage.vectors import text_digest
from tests.encoders import MEANT, encode_all, encoder_of, toy, use
from tests.worlds import NOW, copied, put, work

WORKS = [
    work("A mute raptor and its wings", "Ada Vell", date="2020-03-01", abstract="An owl is silent."),
    work("An oven for bread", "Bo Rask", date="2022-03-01"),
    work("A drone of many parts", "Cy Dahl", date="2021-03-01", abstract="It hums."),
]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    use(tmp_path / "home", toy(tmp_path / "toy"), monkeypatch)
    return copied(tmp_path / "home", *WORKS)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were encoded."""
    texts: list[str] = []
    real = Encoder.encode

    def encode(self: Encoder, some: Sequence[str], tokens: int) -> np.ndarray:
        texts.extend(some)
        return real(self, some, tokens)

    monkeypatch.setattr(Encoder, "encode", encode)
    return texts


def held(store: Store) -> set[int]:
    now = store.vectors.current_table()
    return {*now.map_digests("titles").tolist(), *now.map_digests("texts").tolist()}


def forget(store: Store, name: str) -> None:
    authors = store.snapshots.current_snapshot().load_table("authors")
    who = authors.filter(pl.col("name") == name)["author_id"][0]
    person_erasure.erase_person(store, person_erasure.find_erasure_target(store, who, NOW), NOW)


def test_titles_come_first_the_newest_before_all_then_abstracts(
    store: Store, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_vectors, "AT_ONCE", {"titles": 1, "texts": 1})
    encode_all(store)
    assert read == [
        "An oven for bread",
        "A drone of many parts",
        "A mute raptor and its wings",
        "A drone of many parts. It hums.",
        "A mute raptor and its wings. An owl is silent.",
    ]


def test_only_new_texts_are_read(store: Store, read: list[str]) -> None:
    encode_all(store)
    before = store.vectors.current_table()
    read.clear()
    put(store, work("A drone that is silent", "Di Ems"), work("An oven for bread", "Ed Frye", date="2024-01-01"))
    assert not store.vectors.current_table().is_complete_for(before.key, store.snapshots.current_snapshot().version)
    encode_all(store)
    assert read == ["A drone that is silent"]
    assert store.vectors.current_table().is_complete_for(before.key, store.snapshots.current_snapshot().version)
    assert store.vectors.current_table().folder == before.folder


def test_what_was_read_before_it_was_killed_stays(
    store: Store, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_vectors, "AT_ONCE", {"titles": 1, "texts": 1})

    def kill(one: work_vectors.EncodingProgress) -> None:
        if (one.kind, one.done) == ("titles", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_vectors.encode_works(store, encoder_of(store.home), kill)
    assert read == ["An oven for bread", "A drone of many parts"]
    assert held(store) == {text_digest(text) for text in read}
    assert work_vectors.vector_coverage(store, store.snapshots.current_snapshot(), encoder_of(store.home)) == {
        "titles": 2 / 3,
        "texts": 0,
    }
    read.clear()
    encode_all(store)
    assert read[0] == "A mute raptor and its wings"
    assert len(read) == 3
    assert (
        work_vectors.count_missing_vectors(store, store.snapshots.current_snapshot(), encoder_of(store.home), "texts")
        == 0
    )


def test_another_encoder_reads_all_anew(
    store: Store, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode_all(store)
    read.clear()
    use(store.home, toy(tmp_path / "other", {**MEANT, "wings": (1, 1, 0, 0)}), monkeypatch)
    encode_all(store)
    assert len(read) == 5


def test_what_is_forgotten_leaves_no_vector(store: Store) -> None:
    encode_all(store)
    before = held(store)
    gone = {text_digest("A mute raptor and its wings"), text_digest("A mute raptor and its wings. An owl is silent.")}
    assert gone < before
    forget(store, "Ada Vell")
    assert held(store) == before - gone
    for path in (store.home / "vectors").rglob("*.digests"):
        assert gone.isdisjoint(np.frombuffer(path.read_bytes(), "<u8").tolist())
    for path in (store.home / "snapshots").rglob("digests.parquet"):
        assert gone.isdisjoint(pl.read_parquet(path)["title"])


def test_whoever_is_forgotten_while_works_are_read_is_not_brought_back(
    store: Store, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is in memory already when its work goes."""
    real = Encoder.encode

    def encode(self: Encoder, some: Sequence[str], tokens: int) -> np.ndarray:
        if any("raptor" in text for text in some):
            forget(store, "Ada Vell")
        return real(self, some, tokens)

    monkeypatch.setattr(Encoder, "encode", encode)
    encode_all(store)
    assert held(store) == {
        text_digest(t) for t in ("An oven for bread", "A drone of many parts", "A drone of many parts. It hums.")
    }


def test_works_that_come_in_meanwhile_are_read_too(
    store: Store, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_vectors, "AT_ONCE", {"titles": 1, "texts": 1})
    come = [work("A late owl", "Di Ems", date="2026-01-01")]

    def bring(one: work_vectors.EncodingProgress) -> None:
        if one.done and come:
            put(store, come.pop())

    assert work_vectors.encode_works(store, encoder_of(store.home), bring)
    assert text_digest("A late owl") in held(store)
    assert len(read) - len(set(read)) <= 1, "only what was being read is read again"


def test_vectors_of_texts_that_are_no_longer_stored_are_swept_out(store: Store) -> None:
    encode_all(store)
    record = WORKS[1]
    renamed = work("An oven for cake", "Bo Rask", date="2022-03-01", source_id=record.source_id)
    put(store, renamed)
    encode_all(store)
    assert text_digest("An oven for cake") in held(store)
    assert text_digest("An oven for bread") not in held(store)


def test_a_long_abstract_is_known_by_what_is_read_of_it(store: Store) -> None:
    long = work("Long", "Di Ems", abstract="owl " * 2000)
    put(store, long)
    version = store.snapshots.current_snapshot()
    digests = version.load_table("digests")
    assert text_digest(f"Long. {'owl ' * 2000}"[: work_vectors.LETTERS]) in digests["text"]


def test_a_folder_that_cannot_be_written_is_said_to_be_that(store: Store) -> None:
    (store.home / "vectors").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        encode_all(store)


def test_nothing_stored_is_nothing_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from finder.storage import open_store

    use(tmp_path / "home", toy(tmp_path / "toy"), monkeypatch)
    with open_store(tmp_path / "home") as empty:
        assert work_vectors.encode_works(empty, encoder_of(empty.home))
        assert not held(empty)


def test_a_snapshot_does_not_depend_on_the_encoder(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_before = store.snapshots.current_snapshot().version
    encode_all(store)
    use(store.home, None, monkeypatch)
    assert resolve_and_publish(store, NOW).version == held_before
