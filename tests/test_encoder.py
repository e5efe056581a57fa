"""Texts become vectors; nothing is loaded before one is encoded, and what cannot be read is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finder import encoder
from finder.encoder import Encoder, NotAnEncoder, chosen, cosines
from finder.keeping import surroundings
from tests.encoders import MEANT, toy, use

VECTORS = arrays(np.int8, st.tuples(st.integers(1, 6), st.just(5)), elements=st.integers(-127, 127))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def named(home: Path, folder: Path) -> Encoder:
    use(home, folder)
    found = chosen(home).encoder
    assert found is not None
    return found


def test_texts_that_mean_the_same_lie_near(home: Path, tmp_path: Path) -> None:
    vectors = named(home, toy(tmp_path / "toy")).encode(
        ["A silent OWL", "mute raptor", "bread", "nobody knows these", ""]
    )
    near = cosines(vectors[0], vectors)
    assert near[0] == 1
    assert near[1] > 0.98 > 0.2 > near[2]
    assert list(near[3:]) == [0, 0], "what is unknown means nothing"
    assert vectors.dtype == np.int8


def test_a_text_has_one_vector_whatever_stands_beside_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = named(home, toy(tmp_path / "toy"))
    texts = [f"{first} {second}" for first in MEANT for second in MEANT]
    together = one.encode(texts)
    monkeypatch.setattr(encoder, "BATCH", 3)
    assert np.array_equal(one.encode(texts[::-1])[::-1], together)


@given(VECTORS)
def test_likeness_is_a_cosine_and_does_not_depend_on_order(vectors: np.ndarray) -> None:
    near = cosines(vectors[0], vectors)
    assert ((near >= -1) & (near <= 1)).all()
    assert near[0] == (1 if vectors[0].any() else 0)
    order = np.argsort(vectors[0], kind="stable")
    assert np.array_equal(cosines(vectors[0][order], vectors[:, order]), near)


def test_off_is_off_and_says_so(home: Path) -> None:
    use(home, None)
    assert chosen(home) == encoder.Chosen(None, "it is switched off in finder.toml")


def test_without_the_libraries_only_who_asked_for_more_is_wrong(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda _: None)
    assert (chosen(home).encoder, chosen(home).wrong) == (None, False)
    use(home, toy(tmp_path / "toy"))
    assert (chosen(home).encoder, chosen(home).wrong) == (None, True)
    assert "not installed" in chosen(home).why


def test_a_folder_without_the_files_is_named(home: Path, tmp_path: Path) -> None:
    use(home, tmp_path / "nothing")
    assert chosen(home).wrong
    assert "nothing does not hold model.safetensors and tokenizer.json" in chosen(home).why


def test_other_files_are_another_encoder(home: Path, tmp_path: Path) -> None:
    before = named(home, toy(tmp_path / "toy")).key
    assert named(home, tmp_path / "toy").key == before
    assert named(home, toy(tmp_path / "toy", {**MEANT, "wing": (1, 1, 1, 1)})).key != before


@pytest.mark.parametrize("damage", ["weights", "tokens", "another table", "too few", "nan"])
def test_what_is_no_encoder_is_refused(home: Path, tmp_path: Path, damage: str) -> None:
    folder = toy(tmp_path / "toy")
    if damage == "weights":
        (folder / "model.safetensors").write_bytes(b"x" * 50)
    elif damage == "tokens":
        (folder / "tokenizer.json").write_text("{}")
    elif damage == "another table":  # newer files of Model2Vec have weights beside it, which would have to be applied
        toy(folder, weights=np.ones(3, np.float32))
    elif damage == "too few":
        other = toy(tmp_path / "small", dict(list(MEANT.items())[:2]))
        (other / "model.safetensors").replace(folder / "model.safetensors")
    else:
        toy(folder, {**MEANT, "owl": (float("nan"), 0, 0, 0)})
    with pytest.raises(NotAnEncoder, match="no static encoder"):
        named(home, folder).encode(["owl"])


def test_the_doctor_tells_whether_there_is_one(home: Path, tmp_path: Path) -> None:
    def told() -> tuple[str, str]:
        (one,) = (found for found in surroundings.look(home, {}, datetime.now(UTC)) if found.check == "semantic")
        return one.state, one.message

    use(home, None)
    assert told() == ("fine", "Texts are compared by their words alone: it is switched off in finder.toml.")
    use(home, toy(tmp_path / "toy"))
    assert told() == ("fine", "Texts are compared by what they mean, too: toy.")
    (tmp_path / "toy" / "tokenizer.json").write_text("[]")
    assert told()[0] == "problem"
    use(home, tmp_path / "nothing")
    assert told()[0] == "problem"


def test_the_packaged_one_knows_what_is_alike(home: Path) -> None:
    found = chosen(home).encoder
    if found is None:
        pytest.skip("the extra semantic is not installed: uv sync --extra semantic")
    vectors = found.encode(["robots that walk on legs", "legged locomotion of quadrupeds", "protein folding in cells"])
    alike, other = cosines(vectors[0], vectors)[1:]
    assert alike > other + 0.1
