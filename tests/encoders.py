"""A toy encoder as a user's folder holds one: an ONNX model that gives a dozen words their vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from finder.encoder import Encoder
from finder.encoder.encoder_choice import choose_encoder
from finder.encoder.onnx_format import OnnxGraph
from finder.resolution import work_vectors
from finder.storage import Store

MEANT: Mapping[str, Sequence[float]] = {
    "owl": (1, 0, 0, 0.1),
    "raptor": (1, 0, 0, 0),
    "silent": (0, 1, 0, 0.1),
    "mute": (0, 1, 0, 0),
    "drone": (0, 0, 1, 0),
    "bread": (0, 0, 0, 1),
    "oven": (0, 0, -0.2, 1),
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def toy(folder: Path, meant: Mapping[str, Sequence[float]] = MEANT) -> Path:
    """The folder, with an encoder that knows these words: a text is the mean of theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join([*SPECIAL, *meant]) + "\n", encoding="utf-8")
    graph = OnnxGraph()
    graph.weights["table"] = np.array([*[[1e-6] * 4] * len(SPECIAL), *meant.values()], np.float32)
    graph.weights["over tokens"] = np.ones(1, np.int64)
    graph.add_operation("Gather", ["table", "input_ids"], ["tokens"], axis=0)
    graph.add_operation("ReduceMean", ["tokens", "over tokens"], ["mean"], keepdims=0)
    (folder / "model.onnx").write_bytes(graph.to_model_bytes("input_ids", "mean", 4))
    return folder


def use(home: Path, folder: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name an encoder in the settings of a data folder, or switch it off."""
    monkeypatch.setenv("FINDER_SEMANTIC", "auto")
    home.mkdir(parents=True, exist_ok=True)
    line = 'use = "off"' if folder is None else f'folder = "{folder.as_posix()}"'
    (home / "finder.toml").write_text(f"[semantic]\n{line}\n", encoding="utf-8")
    if folder is None:
        monkeypatch.delenv("FINDER_SEMANTIC")


def encoder_of(home: Path) -> Encoder:
    """The one that the settings of a data folder name."""
    found = choose_encoder(home).encoder
    assert found is not None
    return found


def encode_all(store: Store) -> None:
    """Read everything that is stored."""
    assert work_vectors.encode_works(store, encoder_of(store.home))
