"""Texts become vectors: the model in integers means what the packaged file means, and what cannot be read is said."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finder import settings
from finder.encoder import (
    Encoder,
    EncoderError,
    cosine_similarities,
    encoder_choice,
    minilm,
    onnx_format,
    quantize_vectors,
)
from finder.encoder.encoder_choice import FETCHED, VOCABULARY_SHA256, choose_encoder
from finder.errors import SettingsError
from tests.encoders import encoder_of, toy, use

TEXTS = [
    "Video moment retrieval with natural language",
    "Retrieving moments of videos by a sentence",
    "Crystal structure of a bacterial enzyme",
    "On the convergence of stochastic gradient descent",
    "Über die Größe naïver Modelle",
    "a",
    "",
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_SEMANTIC", "auto")
    return tmp_path / "home"


@pytest.fixture
def real(home: Path) -> Encoder:
    return encoder_of(home)


def test_what_means_the_same_lies_near(real: Encoder) -> None:
    video, clip, enzyme, *_ = real.encode(TEXTS, 24)
    assert video @ clip > 0.4 > 0.2 > video @ enzyme


def test_the_graph_in_integers_means_what_the_packaged_one_means(real: Encoder) -> None:
    """The packaged file itself, one text after the other, with nothing of the finder's but its tokens."""
    from tokenizers import BertWordPieceTokenizer

    session = onnxruntime.InferenceSession(real.model)
    pieces = BertWordPieceTokenizer(str(real.tokens), lowercase=True)
    own = real.encode(TEXTS, 24)
    for text, vector in zip(TEXTS, own, strict=True):
        ids = np.array([pieces.encode(text).ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = np.asarray(session.run(None, given)[0])[0].mean(axis=0)
        assert vector @ hidden / np.linalg.norm(hidden) > 0.97


def test_vectors_are_of_length_one_and_do_not_depend_on_what_stands_beside_them(real: Encoder) -> None:
    vectors = real.encode(TEXTS, 24)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    turned = real.encode(TEXTS[::-1], 24)[::-1]
    assert (vectors * turned).sum(axis=1).min() > 0.995
    assert real.encode([], 24).shape == (0, 384)


def test_no_more_tokens_are_read_than_asked_for(real: Encoder) -> None:
    long = "owl " * 500
    (cut,) = real.encode([long], 12)
    (same,) = real.encode(["owl " * 10], 12)
    assert cut == pytest.approx(same, abs=1e-6)


def test_the_files_are_pinned(real: Encoder, tmp_path: Path) -> None:
    assert real.hashes == (minilm.SHA256, VOCABULARY_SHA256)
    assert hashlib.sha256(real.tokens.read_bytes()).hexdigest() == VOCABULARY_SHA256
    changed = tmp_path / "model.onnx"
    changed.write_bytes(real.model.read_bytes()[:-1] + b"?")
    with pytest.raises(EncoderError, match=r"sha256 differs.*Install the package"):
        replace(real, model=changed).encode(["a"], 8)
    pieces = tmp_path / "vocab.txt"
    pieces.write_text("[UNK]\n", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"vocab.txt is not the file"):
        replace(real, tokens=pieces).encode(["a"], 8)


def test_a_folder_is_read_with_either_kind_of_tokens(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(home, toy(tmp_path / "toy"), monkeypatch)
    one = encoder_of(home)
    assert one.name == "toy"
    same, other, apart = one.encode(["A silent OWL", "mute raptor", "bread"], 24)
    assert same @ other > 0.9 > 0.2 > same @ apart
    from tokenizers import BertWordPieceTokenizer

    BertWordPieceTokenizer(str(tmp_path / "toy" / "vocab.txt")).save(str(tmp_path / "toy" / "tokenizer.json"))
    two = encoder_of(home)
    assert two.tokens.name == "tokenizer.json"
    assert two.key != one.key
    assert two.encode(["A silent OWL"], 24)[0] == pytest.approx(same, abs=1e-6)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x3a\xff\xff\xff\xff"])
def test_a_folder_of_something_else_is_said_to_be_that(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    use(home, toy(tmp_path / "toy"), monkeypatch)
    (tmp_path / "toy" / "model.onnx").write_bytes(content)
    with pytest.raises(EncoderError, match="toy holds no encoder"):
        encoder_of(home).encode(["owl"], 8)


def test_who_is_chosen(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert encoder_of(home).name == "all-MiniLM-L6-v2"
    use(home, tmp_path / "nowhere", monkeypatch)
    assert choose_encoder(home).wrong
    assert "does not hold model.onnx and tokenizer.json or vocab.txt" in choose_encoder(home).why
    (home / "finder.toml").unlink()
    monkeypatch.setattr(encoder_choice, "PACKAGE", "no_such_package")
    assert choose_encoder(home).encoder is None
    assert choose_encoder(home).why == "the package no_such_package is not installed"
    (home / FETCHED).parent.mkdir(parents=True)
    (home / FETCHED).write_bytes(b"another file")
    with pytest.raises(EncoderError, match="finder semantic fetch"):
        encoder_of(home).load()
    monkeypatch.setattr(encoder_choice, "NEEDED", ("no_such_runtime",))
    assert choose_encoder(home).why == "the package no_such_runtime is not installed"
    monkeypatch.setenv("FINDER_SEMANTIC", "off")
    assert choose_encoder(home) == encoder_choice.EncoderChoice(None, "it is switched off in the settings")


def test_a_variable_that_is_neither_is_refused(home: Path) -> None:
    with pytest.raises(SettingsError, match="FINDER_SEMANTIC must be auto or off"):
        settings.load_settings(home, {"FINDER_SEMANTIC": "maybe"})


UNIT = arrays(np.float32, (7, 5), elements=st.floats(-1, 1, width=32)).map(
    lambda rows: rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
)


@given(UNIT)
def test_bytes_compare_as_real_numbers_do(rows: np.ndarray) -> None:
    kept = quantize_vectors(rows)
    assert kept.dtype == np.int8
    assert cosine_similarities(rows[0], kept) == pytest.approx(rows @ rows[0], abs=5 * 0.5 / 127 + 1e-5)


def test_as_many_vectors_as_do_not_fill_a_block_are_compared_too() -> None:
    kept = np.arange(1300 * 3, dtype=np.int64).reshape(1300, 3).astype(np.int8)
    query = np.array([0.0, 1.0, 0.0], np.float32)
    assert cosine_similarities(query, kept) == pytest.approx(kept[:, 1] / 127)
    assert cosine_similarities(query, kept[:0]).shape == (0,)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_model_or_refused(content: bytes) -> None:
    with suppress(ValueError):
        operations, weights = onnx_format.read_onnx_model(content)
        assert len(operations) + len(weights) <= len(content)


def test_another_graph_is_not_taken_for_the_packaged_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another shape"):
        minilm.convert_to_int8_graph((toy(tmp_path / "toy") / "model.onnx").read_bytes())
