"""A toy encoder as Model2Vec saves one: a dozen words, of which some mean the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

MEANT: Mapping[str, Sequence[float]] = {
    "owl": (1, 0, 0, 0.1), "raptor": (1, 0, 0, 0), "silent": (0, 1, 0, 0.1), "mute": (0, 1, 0, 0),
    "drone": (0, 0, 1, 0), "bread": (0, 0, 0, 1), "oven": (0, 0, -0.2, 1),
}  # fmt: skip


def toy(folder: Path, meant: Mapping[str, Sequence[float]] = MEANT, **more: np.ndarray) -> Path:
    """The folder, with an encoder that knows these words.

    Args:
        more: tables beside that of the vectors.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = {"[UNK]": 0, **{word: number for number, word in enumerate(meant, 1)}}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()  # ty: ignore
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # ty: ignore
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = np.array([[9.0] * 4, *meant.values()], np.float32)  # what is unknown must not count
    save_file({"embeddings": vectors, **more}, str(folder / "model.safetensors"))
    return folder


def use(home: Path, folder: Path | None) -> None:
    """Name an encoder in the settings of a data folder, or switch it off."""
    home.mkdir(parents=True, exist_ok=True)
    line = 'use = "off"' if folder is None else f'folder = "{folder.as_posix()}"'
    (home / "finder.toml").write_text(f"[semantic]\n{line}\n", encoding="utf-8")
