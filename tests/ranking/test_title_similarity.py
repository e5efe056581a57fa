"""With an encoder, texts are compared by what they mean, too; without one nothing changes but a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_long_interests import ELSE

from finder import answers
from finder.answers import Query
from finder.encoder import Encoder, quantize_vectors
from finder.encoder.encoder_choice import EncoderChoice
from finder.ranking import document_similarity, text_match, work_embeddings
from finder.ranking.work_embeddings import EmbeddingReader, cosine_similarities, open_embedding_reader
from finder.rendering import answer_text
from finder.storage import Store
from tests.encoders import encode_all, encoder_of, toy, use
from tests.ranking.test_ranking import TODAY
from tests.worlds import put, stored, work

TEXT = "We ask how an owl can be so silent, and whether a small machine could learn from wings which make no sound."
WORKS = [("A mute raptor and its wings", "Ada Vell"), ("An oven for bread and its wings", "Bo Rask")]
APART = "raptor mute"  # shares no word with the text


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def world(home: Path, encoder: Path | None, monkeypatch: pytest.MonkeyPatch) -> Store:
    use(home, encoder, monkeypatch)
    others = [work(title, f"Miner {chr(97 + n)}son", date="2026-03-01") for n, title in enumerate(ELSE[:20])]
    store = stored(home, *(work(title, name, date="2026-03-01") for title, name in WORKS), *others)
    if encoder is not None:
        encode_all(store)
    return store


def fits(store: Store, interest: str = TEXT) -> dict[str, float]:
    snapshot = store.snapshots.current_snapshot()
    frame = text_match.match_works(store, snapshot, interest, TODAY).frame.join(snapshot.load_table("works"), on="work")
    return dict(frame.select("title", "match").iter_rows())


def reader(store: Store) -> EmbeddingReader:
    return open_embedding_reader(store, store.snapshots.current_snapshot())


def titles(store: Store, works: np.ndarray) -> list[str]:
    known = dict(store.snapshots.current_snapshot().load_table("works").select("work", "title").iter_rows())
    return [known[number] for number in works.tolist()]


def test_what_means_the_same_comes_first(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (same, _), (other, _) = WORKS
    by_words = fits(world(tmp_path / "plain", None, monkeypatch))
    by_both = fits(world(home, toy(tmp_path / "toy"), monkeypatch))
    assert by_both[same] > by_both[other]
    assert by_both[same] - by_both.get(other, 0) > by_words[same] - by_words.get(other, 0)
    assert max(by_both.values()) <= 1


def test_a_work_that_shares_no_word_joins_by_what_it_means(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world(home, toy(tmp_path / "toy"), monkeypatch)
    put(store, work(APART, "Di Ems", date="2026-03-01"))
    assert APART not in fits(store), "it is not read yet"
    encode_all(store)
    assert fits(store)[APART] > document_similarity.MEANING * 0.5


def test_answers_say_how_a_text_was_read(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = world(tmp_path / "plain", None, monkeypatch)
    said = answers.find_advisors(plain, Query(TEXT, TODAY)).coverage["read"]
    assert said == "Compared by words alone: it is switched off in the settings."
    store = world(home, toy(tmp_path / "toy"), monkeypatch)
    answer = answers.find_advisors(store, Query(TEXT, TODAY))
    assert answer.coverage["read"] == "Compared by words and by what they mean (toy)."
    assert answer.coverage["read"] in " ".join(answer_text.render_advisor_table(answer).split())


def test_works_are_compared_as_far_as_they_are_read_and_it_says_how_far(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world(home, toy(tmp_path / "toy"), monkeypatch)
    more = [work(f"Owl number {chr(97 + n) * 3}", f"Di {chr(97 + n) * 4}", date="2026-04-01") for n in range(22)]
    put(store, *more)
    one = reader(store)
    assert one.is_available
    assert one.coverage_share == 0.5
    assert one.similarity_note == (
        "Compared by words and by what they mean (toy); 50% of the works are read so far, newest first."
    )
    encode_all(store)
    assert reader(store).coverage_share == 1
    assert reader(store).version != one.version


def test_works_are_not_compared_by_what_another_encoder_has_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world(home, toy(tmp_path / "toy"), monkeypatch)
    use(home, toy(tmp_path / "other"), monkeypatch)
    assert not reader(store).is_available
    assert reader(store).similarity_note == (
        "Compared by words alone: other has not read the works yet (finder semantic)."
    )
    assert fits(store) == fits(world(tmp_path / "plain", None, monkeypatch))


def test_a_broken_encoder_costs_only_itself_and_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world(home, toy(tmp_path / "toy"), monkeypatch)
    known = encoder_of(home)
    bad = tmp_path / "bad" / "model.onnx"
    bad.parent.mkdir()
    bad.write_bytes(b"no model")
    monkeypatch.setattr(
        work_embeddings, "choose_encoder", lambda _: EncoderChoice(Encoder("bad", known.key, bad, known.tokens))
    )
    answer = answers.find_advisors(store, Query(TEXT, TODAY))
    assert answer.results
    assert answer.coverage["read"].startswith("Compared by words alone: ")
    assert "bad holds no encoder" in answer.coverage["read"]
    by_words = fits(store)
    monkeypatch.undo()
    assert by_words == fits(world(tmp_path / "plain", None, monkeypatch))


def test_what_is_read_of_a_work_is_its_abstract_where_it_has_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(home, toy(tmp_path / "toy"), monkeypatch)
    store = stored(
        home, work("Bread", "Ada Vell"), work("A title", "Bo Rask", abstract="owl owl owl"), work("Drone", "Cy Dahl")
    )
    encode_all(store)
    one = reader(store)
    (owl,) = one.encode(["owl"])
    by_title, by_text = one.title_vectors, one.text_vectors
    assert by_title.works.tolist() == by_text.works.tolist()
    assert titles(store, by_title.works[np.argsort(cosine_similarities(owl, by_text.vectors))])[-1] == "A title"
    at = titles(store, by_title.works).index("A title")
    assert cosine_similarities(owl, by_text.vectors)[at] > 0.9
    bread = titles(store, by_title.works).index("Bread")
    assert np.array_equal(by_title.vectors[bread], by_text.vectors[bread])
    assert np.array_equal(by_title.vectors[bread], quantize_vectors(one.encode(["Bread"], 24))[0])


def test_a_text_of_noise_brings_no_work_by_meaning(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = world(home, toy(tmp_path / "toy"), monkeypatch)
    assert not set(fits(store, "drone qwerty zxcvb asdfg hjkl poiuy mnbvc lkjhg fdsa trewq")) & {t for t, _ in WORKS}


def test_the_model_that_is_installed_reads_and_compares(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_SEMANTIC", "auto")
    words = ("Finding clips in footage by a sentence", "The price of bread in medieval towns")
    store = stored(home, *(work(title, f"Ada {chr(97 + n) * 3}") for n, title in enumerate(words)))
    encode_all(store)
    one = reader(store)
    assert one.similarity_note == "Compared by words and by what they mean (all-MiniLM-L6-v2)."
    (query,) = one.encode(["video moment retrieval"], 24)
    near = dict(
        zip(titles(store, one.title_vectors.works), cosine_similarities(query, one.title_vectors.vectors), strict=True)
    )
    assert near[words[0]] > 0.3 > 0.15 > near[words[1]]
