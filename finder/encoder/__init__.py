"""Texts as vectors that lie near each other where the texts mean alike: all-MiniLM-L6-v2 by onnxruntime, no torch.

Files of a model are read as data, and nothing is fetched here: a package of the installation holds the model, or a
folder that the settings name, or the file that ``finder semantic fetch`` has put into the data folder.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from finder.encoder import minilm
from finder.errors import FinderError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

TITLE_TOKENS, TEXT_TOKENS, QUERY_TOKENS = 24, 96, 256
"""Tokens that are read of a title, of a title with its abstract, and of what a user asks."""
BATCH_TOKENS = 512  # of texts that are encoded together: more do not fit the processor's cache
DEVIATIONS = 7.0  # of a unit vector's components that a byte has room for: the model's reach 4.5
METHOD = 1  # changes with how vectors are made
_MOST = 127
_WORTH_A_THREAD = 20_000  # vectors from which another thread is worth its start
_ROWS = 512  # vectors that are turned into real numbers at once: what the processor's cache holds
_LETTERS_PER_TOKEN = 24  # what stands beyond is not looked at
_lock = threading.Lock()


class EncoderError(FinderError):
    """The files of an encoder are damaged or of another kind; the message names the remedy."""


@dataclass(frozen=True)
class Encoder:
    """Where an encoder's files are; they are read when the first text is encoded.

    Attributes:
        name: as people read it.
        key: changes whenever the vectors of the same texts do.
        model: an ONNX file.
        tokens: ``vocab.txt`` of word pieces, or ``tokenizer.json``.
        hashes: the sha256 that each of the two must have; empty for the user's own.
        remedy: what to do where it is damaged.
    """

    name: str
    key: str
    model: Path
    tokens: Path
    hashes: tuple[str, str] = ("", "")
    remedy: str = "Name another folder in finder.toml."

    def encode(self, texts: Sequence[str], tokens: int) -> np.ndarray:
        """One unit vector of real numbers for each text, of which no more than so many tokens are read.

        Raises:
            EncoderError: the files cannot be understood.
        """
        loaded = _load_encoder(self)
        with _lock:  # a tokenizer is cut to a length before it is used
            loaded.tokenizer.enable_truncation(max(tokens, 2))
            some = [text[: tokens * _LETTERS_PER_TOKEN] for text in texts]
            read = [found.ids for found in loaded.tokenizer.encode_batch(some)]
        batches = list(_equal_length_batches([len(ids) for ids in read]))
        vectors = np.zeros((len(texts), loaded.size), np.float32)

        def embed_batch(batch: list[int]) -> None:
            vectors[batch] = loaded.embed_token_ids(np.array([read[number] for number in batch], np.int64))

        try:
            if len(batches) < 2:
                list(map(embed_batch, batches))
            else:
                with ThreadPoolExecutor(_worker_count()) as pool:
                    list(pool.map(embed_batch, batches))
        except Exception as error:
            raise _encoder_error(self, str(error)) from error
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-12)

    @property
    def size(self) -> int:
        """Numbers of a vector.

        Raises:
            EncoderError: the files cannot be understood.
        """
        return _load_encoder(self).size

    def load(self) -> None:
        """Read the files now.

        Raises:
            EncoderError: they are damaged or of another kind.
        """
        _load_encoder(self)


class _EncoderSession(NamedTuple):
    """An encoder in memory."""

    tokenizer: Tokenizer
    session: InferenceSession
    size: int

    def embed_token_ids(self, ids: np.ndarray) -> np.ndarray:
        """The vectors of texts of the same number of tokens."""
        every = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        found = np.asarray(self.session.run(None, {one.name: every[one.name] for one in self.session.get_inputs()})[0])
        return found.mean(axis=1) if found.ndim == 3 else found


def _equal_length_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts of the same length, so that none is padded."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        length = lengths[number]
        if batch and (lengths[batch[0]] != length or (len(batch) + 1) * length > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _worker_count() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, 8)


@cache
def _load_encoder(encoder: Encoder) -> _EncoderSession:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import BertWordPieceTokenizer, Tokenizer

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # batches run side by side instead
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        model, vocabulary = (_read_model_file(encoder, number) for number in (0, 1))
        if encoder.hashes[0] == minilm.SHA256:
            model = minilm.convert_to_int8_graph(model)
        session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        if encoder.tokens.suffix == ".json":
            tokenizer = Tokenizer.from_str(vocabulary.decode())
        else:
            pieces = {piece: number for number, piece in enumerate(vocabulary.decode().splitlines())}
            tokenizer = BertWordPieceTokenizer(pieces, lowercase=True)._tokenizer
        tokenizer.no_padding()
        loaded = _EncoderSession(tokenizer, session, 0)
        size = loaded.embed_token_ids(np.array([tokenizer.encode("a").ids], np.int64)).shape[1]
    except EncoderError:
        raise
    except Exception as error:
        raise _encoder_error(encoder, str(error)) from error
    return loaded._replace(size=size)


def _read_model_file(encoder: Encoder, number: int) -> bytes:
    path, expected = (encoder.model, encoder.tokens)[number], encoder.hashes[number]
    content = path.read_bytes()
    if expected and hashlib.sha256(content).hexdigest() != expected:
        raise EncoderError(f"{path} is not the file it should be (its sha256 differs). {encoder.remedy}")
    return content


def _encoder_error(encoder: Encoder, why: str) -> EncoderError:
    return EncoderError(f"{encoder.model.parent} holds no encoder ({' '.join(why.split())[:120]}). {encoder.remedy}")


def quantization_scale(size: int) -> float:
    """What unit vectors of so many numbers are stored times."""
    return _MOST / min(1.0, DEVIATIONS / size**0.5)


def quantize_vectors(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors as bytes."""
    return np.rint(vectors * quantization_scale(vectors.shape[1])).clip(-_MOST, _MOST).astype(np.int8)


def cosine_similarities(query: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Of a unit vector with many packed ones, in real numbers of four bytes."""
    own = np.ascontiguousarray(query, np.float32) / np.float32(quantization_scale(query.size))
    found = np.empty(len(vectors), np.float32)
    each = max(-(-len(vectors) // _worker_count()), _WORTH_A_THREAD)
    parts = [slice(begin, begin + each) for begin in range(0, len(vectors), each)]
    if len(parts) < 2:
        _multiply_blocks(own, vectors, found)
        return found
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(lambda part: _multiply_blocks(own, vectors[part], found[part]), parts))
    return found


def _multiply_blocks(own: np.ndarray, vectors: np.ndarray, found: np.ndarray) -> None:
    """Put the products of one vector with some others into ``found``, some rows at a time."""
    some = np.empty((_ROWS, own.size), np.float32)
    for begin in range(0, len(vectors), _ROWS):
        part = vectors[begin : begin + _ROWS]
        np.copyto(some[: len(part)], part, casting="unsafe")
        np.dot(some[: len(part)], own, out=found[begin : begin + len(part)])
