"""Constants of nearness in meaning, each guarded by a whole answer, judged, that a turn of it makes wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from finder.ranking import text_match, title_similarity, work_embeddings
from finder.storage import Store
from tests.encoders import encode_all, toy, use
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)


def at(cosine: float, axis: int = 1) -> list[float]:
    """A meaning that is so near to that of the first axis."""
    found = [cosine, 0.0, 0.0, 0.0]
    found[axis] = math.sqrt(1 - cosine**2)
    return found


MEANT = {
    "falcon": at(1.0),
    "hawk": at(0.7),
    "feather": at(0.5),
    "stone": [0.0, 0.0, 0.0, 1.0],
    # what is called "gated" means bells to some, and rivers to most
    "gated": [1.0, 0.0, 0.0, 0.0],
    "bells": [0.0, 1.0, 0.0, 0.0],
    "river": [0.0, 0.0, 1.0, 0.0],
    "chime": at(0.3, 1),
    "stream": at(0.3, 2),
}


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Store]:
    """Stores works with these titles, of which the encoder knows what they mean."""

    def filled(*titles: str) -> Store:
        home = tmp_path / "home"
        use(home, toy(tmp_path / "toy", MEANT), monkeypatch)
        store = stored(home, *(work(title, f"Au{letters(n)} Thor") for n, title in enumerate(titles)))
        encode_all(store)
        return store

    return filled


def found(store: Store, interest: str) -> set[str]:
    """The titles of works that an interest matches, by their first word."""
    snapshot = store.snapshots.current_snapshot()
    frame = text_match.match_works(store, snapshot, interest, TODAY).frame.join(snapshot.load_table("works"), on="work")
    return {title.split()[0] for title in frame["title"]}


def test_an_interest_of_which_nothing_is_stored_is_not_answered_by_what_is_only_of_its_field(
    place: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = place("feather one", "stone two")

    assert found(store, "falcon") == set()
    monkeypatch.setattr(title_similarity, "STRANGE", 0.3)
    assert found(store, "falcon") == {"feather"}


def test_an_interest_that_no_work_words_alike_is_answered_by_what_means_it(
    place: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = place("hawk one", "stone two")

    assert found(store, "falcon") == {"hawk"}
    monkeypatch.setattr(title_similarity, "STRANGE", 0.9)
    assert found(store, "falcon") == set()


def test_what_the_best_fifty_works_mean_is_meant_not_what_the_shortest_titles_do(
    place: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    bells, rivers = ["gated bells"] * 15, [f"gated river river river {letters(n)}" for n in range(40)]
    store = place(*bells, *rivers, "chime", "stream", *[f"stone {letters(n)}" for n in range(80)])

    assert found(store, "gated") == {"gated", "stream"}
    monkeypatch.setattr(title_similarity, "SEEDS", 15)
    assert found(store, "gated") == {"gated", "chime"}


def test_what_hundreds_of_works_mean_that_hold_a_word_in_passing_is_not_meant(
    place: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    bells = ["gated bells"] * 50
    rivers = [f"gated river river river river river {letters(n)}" for n in range(100)]
    store = place(*bells, *rivers, "chime", "stream", *[f"stone {letters(n)}" for n in range(80)])

    assert found(store, "gated") == {"gated", "chime"}
    monkeypatch.setattr(title_similarity, "SEEDS", 150)
    assert found(store, "gated") != {"gated", "chime"}


def test_words_that_stand_apart_in_a_work_that_means_something_else_are_chance(
    place: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    alike = "gated chimneys of a wide old country river river and falcon"
    other = f"gated chimneys {'river ' * 9} and falcon"
    store = place(*[f"gated falcon {letters(n)}" for n in range(20)], alike, other)

    def held() -> set[str]:
        snapshot = store.snapshots.current_snapshot()
        frame = text_match.match_works(store, snapshot, "gated falcon", TODAY).frame.filter(pl.col("direct") > 0)
        return {*frame.join(snapshot.load_table("works"), on="work")["title"]} & {alike, other}

    assert held() == {alike}
    monkeypatch.setattr(text_match, "ALIKE", 0.1)
    assert held() == {alike, other}
    monkeypatch.setattr(text_match, "ALIKE", 0.9)
    assert held() == set()


def test_it_is_said_that_works_are_not_read_yet_where_a_tenth_is_not_and_not_where_one_of_a_thousand_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def said(share: float) -> str:
        reader = SimpleNamespace(_unavailable_reason="", _encoder_name="an encoder", coverage_share=share)
        return work_embeddings.EmbeddingReader.similarity_note.func(reader)  # type: ignore[arg-type]

    assert "90% of the works are read" in said(0.9)
    assert "read so far" not in said(0.999)
    monkeypatch.setattr(work_embeddings, "ALL", 0.3)
    assert "read so far" not in said(0.9)
    monkeypatch.setattr(work_embeddings, "ALL", 1.0)
    assert "read so far" in said(0.999)
