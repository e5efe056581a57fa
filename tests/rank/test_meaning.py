"""With an encoder, texts are compared by what they mean, too; without one nothing changes but a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from test_long_interests import ELSE

from finder import encoder, views
from finder.encoder import Encoder
from finder.rank import match
from finder.resolve.publish import publish, refresh
from finder.rights import forgetting
from finder.store import Store
from finder.views import Wish, printed
from tests.encoders import MEANT, toy, use
from tests.rank.test_ranking import TODAY
from tests.worlds import NOW, put, stored, work

TEXT = "We ask how an owl can be so silent, and whether a small machine could learn from wings which make no sound."
WORKS = [("A mute raptor and its wings", "Ada Vell"), ("An oven for bread and its wings", "Bo Rask")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def world(home: Path, encoder: Path | None) -> Store:
    use(home, encoder)
    others = [work(title, f"Miner {chr(97 + n)}son", date="2026-03-01") for n, title in enumerate(ELSE[:20])]
    return stored(home, *(work(title, name, date="2026-03-01") for title, name in WORKS), *others)


def fits(store: Store, interest: str = TEXT) -> dict[str, float]:
    snapshot = store.snapshots.current()
    frame = match.find(store, snapshot, interest, TODAY).frame.join(snapshot.table("works"), on="work")
    return dict(frame.select("title", "match").iter_rows())


def digests(store: Store) -> set[bytes]:
    return set(store.snapshots.current().table("vectors")["text"])


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were encoded."""
    texts: list[str] = []
    real = Encoder.encode

    def encode(self: Encoder, some: Sequence[str]) -> np.ndarray:
        texts.extend(some)
        return real(self, some)

    monkeypatch.setattr(Encoder, "encode", encode)
    return texts


def test_what_means_the_same_comes_first(home: Path, tmp_path: Path) -> None:
    (same, _), (other, _) = WORKS
    by_words = fits(world(tmp_path / "plain", None))
    by_both = fits(world(home, toy(tmp_path / "toy")))
    assert by_both[same] > by_both[other]
    assert by_both[same] - by_both.get(other, 0) > by_words[same] - by_words.get(other, 0)
    assert max(by_both.values()) <= 1


def test_answers_say_how_a_text_was_read_and_nothing_of_it_for_a_topic(home: Path, tmp_path: Path) -> None:
    plain, read = world(tmp_path / "plain", None), world(home, toy(tmp_path / "toy"))
    said = "The text is compared by its words alone: it is switched off in finder.toml."
    assert views.advisors(plain, Wish(TEXT, TODAY)).coverage["read"] == said
    answer = views.advisors(read, Wish(TEXT, TODAY))
    assert answer.coverage["read"] == "The text is compared by its words and by what they mean (toy)."
    assert answer.coverage["read"] in " ".join(printed.table(answer).split())
    topic = views.advisors(read, Wish("raptor", TODAY))
    assert topic.coverage["read"] == ""
    assert topic.total == 1


def test_a_topic_is_answered_without_loading_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = world(home, toy(tmp_path / "toy"))

    def loaded(_: Encoder) -> Any:
        raise AssertionError("it was loaded")

    monkeypatch.setattr(encoder, "_loaded", loaded)
    assert views.advisors(store, Wish("raptor", TODAY)).total == 1


def test_only_new_texts_are_encoded(home: Path, tmp_path: Path, read: list[str]) -> None:
    store = world(home, toy(tmp_path / "toy"))
    assert len(read) == len(WORKS) + 20
    before = store.snapshots.current().table("vectors")
    read.clear()
    put(store, work("A drone that is silent", "Cy Dahl"))
    assert [text.strip() for text in read] == ["A drone that is silent"]
    after = store.snapshots.current().table("vectors")
    assert after.join(before, on=["record", "text", "vector"], how="semi").equals(before)
    assert after.height == before.height + 1


def test_another_encoder_reads_all_anew_at_the_next_call(home: Path, tmp_path: Path, read: list[str]) -> None:
    store = world(home, toy(tmp_path / "toy"))
    old = store.snapshots.current()
    read.clear()
    refresh(store, NOW)
    assert store.snapshots.current().version == old.version
    use(home, toy(tmp_path / "other", {**MEANT, "wings": (1, 1, 0, 0)}))
    assert "has not read the works" in match.find(store, old, TEXT, TODAY).read
    read.clear()
    refresh(store, NOW)
    assert len(read) == len(WORKS) + 20
    assert match.find(store, store.snapshots.current(), TEXT, TODAY).read.endswith("(other).")


def test_switched_off_the_snapshot_holds_and_the_next_has_no_vectors(home: Path, tmp_path: Path) -> None:
    store = world(home, toy(tmp_path / "toy"))
    old = store.snapshots.current()
    use(home, None)
    refresh(store, NOW)
    assert store.snapshots.current().version == old.version
    put(store, work("A drone that is silent", "Cy Dahl"))
    assert store.snapshots.current().table("vectors").is_empty()


def test_what_is_forgotten_leaves_no_vector(home: Path, tmp_path: Path) -> None:
    store = world(home, toy(tmp_path / "toy"))
    before = digests(store)
    authors = store.snapshots.current().table("authors")
    who = authors.filter(pl.col("name") == "Ada Vell")["author_id"][0]
    forgetting.forget(store, forgetting.known(store, who, NOW), NOW)
    gone = before - digests(store)
    assert len(gone) == 1, "the work that nobody else is on"
    for path in (home / "snapshots").rglob("*.parquet"):
        assert gone.isdisjoint(pl.read_parquet(path)["text"] if path.name == "vectors.parquet" else [])
    assert store.snapshots.current().table("vectors").height == len(before) - 1


def test_a_broken_encoder_costs_only_itself_and_is_named(home: Path, tmp_path: Path) -> None:
    folder = toy(tmp_path / "toy")
    (folder / "model.safetensors").write_bytes(b"no table")
    store = world(home, folder)
    answer = views.advisors(store, Wish(TEXT, TODAY))
    assert answer.results
    assert "by its words alone" in answer.coverage["read"]
    assert "toy is no static encoder" in answer.coverage["read"]
    assert fits(store) == fits(world(tmp_path / "plain", None))
    held = store.snapshots.current().version
    refresh(store, NOW)
    assert store.snapshots.current().version == held, "it is not tried again at every call"


def test_works_without_a_known_word_are_left_to_their_words(home: Path, tmp_path: Path) -> None:
    store = world(home, toy(tmp_path / "toy", {"qwerty": (1, 0, 0, 0)}))
    known = fits(store)
    alone = fits(world(tmp_path / "plain", None))
    assert known.keys() <= alone.keys()
    assert all(known[title] < alone[title] for title in known), "nothing known in common is no likeness"
    assert publish(store, NOW).table("vectors").height == len(WORKS) + 20
