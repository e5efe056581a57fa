"""Texts as vectors that lie near each other where the texts mean alike: the extra ``semantic``.

A static encoder is a table of one vector for each token; a text is the mean of its tokens' (as WordLlama and Model2Vec
have it). It takes a tenth of a millisecond and no more than NumPy. Nothing needs it and nothing is ever fetched: it is
there when the package is installed, or where the settings name a folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from finder import settings
from finder.errors import FinderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "wordllama"
# its files are read, and it is not imported: it would set up everybody's logging and load what talks to the network
PACKED = ("weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json")
FOLDER = ("model.safetensors", "tokenizer.json")  # as Model2Vec saves them
TABLES = ("embedding.weight", "embeddings")  # what the two call the table
NEEDED = ("safetensors", "tokenizers")
LONGEST = 8_000  # letters of a text that are read
BATCH = 2_000  # texts that are encoded at once
METHOD = 1  # changes with how vectors are made
_UNKNOWN = ("[UNK]", "<unk>")
_MOST = 127


class NotAnEncoder(FinderError):
    """The files of an encoder are damaged or of another kind; the message names the remedy."""


@dataclass(frozen=True)
class Encoder:
    """Where an encoder's files are; they are read when the first text is encoded.

    Attributes:
        name: as people read it.
        key: changes whenever the vectors of the same texts do.
    """

    name: str
    key: str
    weights: Path
    tokens: Path

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row of small integers for each text, its direction alone; zeros where no token is known.

        Raises:
            NotAnEncoder: the files cannot be understood.
        """
        tokenizer, vectors, unknown = _loaded(self)
        means = np.zeros((len(texts), vectors.shape[1]), np.float32)
        for begin in range(0, len(texts), BATCH):
            some = [text[:LONGEST] for text in texts[begin : begin + BATCH]]
            for number, found in enumerate(tokenizer.encode_batch(some, add_special_tokens=False), begin):
                if ids := [token for token in found.ids if token not in unknown]:
                    means[number] = vectors[ids].mean(axis=0)
        return _packed(means)


@dataclass(frozen=True)
class Chosen:
    """The encoder that is used, or why there is none.

    Attributes:
        wrong: it is not what the user has asked for.
    """

    encoder: Encoder | None
    why: str = ""
    wrong: bool = False

    @property
    def key(self) -> str:
        """The encoder's, or nothing."""
        return self.encoder.key if self.encoder else ""


def chosen(home: Path) -> Chosen:
    """What the settings of a data folder and this installation come to; nothing is loaded.

    Raises:
        SettingsError: the settings cannot be understood.
    """
    wish = settings.load(home).semantic
    if wish.use == "off":
        return Chosen(None, "it is switched off in finder.toml")
    if not all(map(find_spec, NEEDED)):
        return Chosen(None, "the extra “semantic” is not installed", wrong=bool(wish.folder))
    if wish.folder:
        folder = home / Path(wish.folder).expanduser()
        return _of_files(folder.name, "", folder, FOLDER)
    spec = find_spec(PACKAGE)
    if spec is None or not spec.origin:
        return Chosen(None, "the extra “semantic” is not installed")
    number = version(PACKAGE)
    return _of_files(f"{PACKAGE} {number}", number, Path(spec.origin).parent, PACKED)


def _of_files(name: str, number: str, folder: Path, names: tuple[str, str]) -> Chosen:
    weights, tokens = (folder / part for part in names)
    try:  # a package is known by its version, a folder by what its files look like from outside
        stats = [number or path.stat().st_mtime_ns for path in (weights, tokens)]
        sizes = [path.stat().st_size for path in (weights, tokens)]
    except OSError:
        return Chosen(None, f"{folder} does not hold {' and '.join(names)}", wrong=True)
    return Chosen(Encoder(name, f"{METHOD} {name} {stats} {sizes}", weights, tokens))


@cache
def _loaded(encoder: Encoder) -> tuple[Tokenizer, np.ndarray, frozenset[int | None]]:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    try:
        tensors: dict[str, Any] = load_file(encoder.weights)
        tokenizer = Tokenizer.from_file(str(encoder.tokens))
    except Exception as error:
        raise _strange(encoder, str(error)) from error
    known = [name for name in TABLES if name in tensors]
    if len(known) != 1 or len(tensors) != 1:  # a table with weights beside it would be read wrongly
        raise _strange(encoder, f"it holds {', '.join(sorted(tensors)) or 'nothing'}, not one table of vectors")
    vectors = np.asarray(tensors[known[0]], np.float32)
    if vectors.ndim != 2 or len(vectors) < tokenizer.get_vocab_size() or not np.isfinite(vectors).all():
        raise _strange(encoder, "its table has no vector for each token")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, vectors, frozenset(map(tokenizer.token_to_id, _UNKNOWN))


def _strange(encoder: Encoder, why: str) -> NotAnEncoder:
    return NotAnEncoder(
        f"{encoder.weights.parent} is no static encoder ({' '.join(why.split())[:120]}). See docs/semantic.md"
    )


def _packed(vectors: np.ndarray) -> np.ndarray:
    """Rows as bytes, each as long as fits: only directions are compared."""
    most = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    return np.rint(_MOST * vectors / np.maximum(most, 1e-12)).astype(np.int8)


def cosines(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Of packed vectors; in whole numbers, so that no order of summing changes them."""
    mine, theirs = one.astype(np.int64), others.astype(np.int32)
    dots = theirs @ mine
    lengths = np.sqrt((theirs.astype(np.int64) ** 2).sum(axis=1) * float((mine**2).sum()))
    return np.where(lengths > 0, dots / np.maximum(lengths, 1.0), 0.0).round(9)
