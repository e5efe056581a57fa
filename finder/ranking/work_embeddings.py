"""How near stored works are to a text in meaning (see :mod:`finder.encoder`), and how answers say so.

    reader = open_embedding_reader(store, snapshot)
    if reader.is_available:
        (query,) = reader.encode(["video moment retrieval"], QUERY_TOKENS)
        works, vectors = reader.title_vectors
        near = cosine_similarities(query, vectors)

Everything is read when it is first asked for, and kept for as long as this process asks for the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from finder.encoder import QUERY_TOKENS, TITLE_TOKENS, EncoderError, cosine_similarities
from finder.encoder.encoder_choice import EncoderChoice, choose_encoder
from finder.storage import Snapshot, Store
from finder.storage.vectors import VectorTable

__all__ = [
    "QUERY_TOKENS",
    "TITLE_TOKENS",
    "EmbeddingReader",
    "WorkVectors",
    "cosine_similarities",
    "open_embedding_reader",
]

ALL = 0.995  # share of the works from which it is not said that some are not read yet


class WorkVectors(NamedTuple):
    """Works with their vectors, in order of the works' numbers.

    Attributes:
        works: their numbers.
        vectors: one row of bytes each, to be compared by :func:`cosine_similarities`.
    """

    works: np.ndarray
    vectors: np.ndarray


@dataclass(frozen=True)
class EmbeddingReader:
    """What an encoder has read of the works of a snapshot."""

    snapshot: Snapshot
    choice: EncoderChoice
    encoded: VectorTable

    @property
    def version(self) -> str:
        """Changes with the snapshot and with the vectors."""
        return f"{self.snapshot.version} {self.encoded.version if self.choice.encoder else ''}"

    @property
    def is_available(self) -> bool:
        """Whether works can be compared by meaning; else :attr:`similarity_note` says why not."""
        return not self._unavailable_reason

    @cached_property
    def similarity_note(self) -> str:
        """How works are compared, for whoever reads the answer."""
        if self._unavailable_reason:
            return f"Compared by words alone: {self._unavailable_reason}."
        share = self.coverage_share
        told = f"Compared by words and by what they mean ({self._encoder_name})"
        return f"{told}." if share >= ALL else f"{told}; {share:.0%} of the works are read so far, newest first."

    @cached_property
    def coverage_share(self) -> float:
        """Share of the works whose title is encoded."""
        return len(self.title_vectors.works) / max(self.snapshot.load_table("digests").height, 1)

    def encode(self, texts: Sequence[str], tokens: int = QUERY_TOKENS) -> np.ndarray:
        """One unit vector of real numbers for each text.

        Raises:
            EncoderError: there is none; ask :attr:`is_available` first.
        """
        if self.choice.encoder is None:
            raise EncoderError(f"Texts cannot be encoded: {self.choice.why}.")
        return self.choice.encoder.encode(texts, tokens)

    @property
    def title_vectors(self) -> WorkVectors:
        """All works whose title is encoded."""
        return _load_title_vectors(self.snapshot, self.encoded)

    @property
    def text_vectors(self) -> WorkVectors:
        """The same works: by title and abstract where there is one that is encoded, else by title alone."""
        return _load_text_vectors(self.snapshot, self.encoded)

    @property
    def _encoder_name(self) -> str:
        return self.choice.encoder.name if self.choice.encoder else ""

    @cached_property
    def _unavailable_reason(self) -> str:
        """Why works cannot be compared by meaning."""
        encoder = self.choice.encoder
        if encoder is None:
            return self.choice.why
        if self.encoded.key != encoder.key or not self.encoded.row_count("titles"):
            return f"{encoder.name} has not read the works yet (finder semantic)"
        try:
            encoder.load()
        except EncoderError as error:
            return str(error).rstrip(".")
        return ""


def open_embedding_reader(store: Store, snapshot: Snapshot) -> EmbeddingReader:
    """What the encoder that the settings name has read of a snapshot's works.

    Raises:
        SettingsError: the settings cannot be understood.
    """
    return EmbeddingReader(snapshot, choose_encoder(store.home), store.vectors.current_table())


@lru_cache(maxsize=2)
def _load_title_vectors(snapshot: Snapshot, encoded: VectorTable) -> WorkVectors:
    digests = snapshot.load_table("digests")
    rows = _digest_rows(digests["title"], encoded.map_digests("titles"))
    known = rows >= 0
    return WorkVectors(digests["work"].to_numpy()[known], encoded.map_vectors("titles")[rows[known]])


@lru_cache(maxsize=2)
def _load_text_vectors(snapshot: Snapshot, encoded: VectorTable) -> WorkVectors:
    works, vectors = _load_title_vectors(snapshot, encoded)
    digests = snapshot.load_table("digests")
    rows = _digest_rows(digests["text"], encoded.map_digests("texts"))[np.isin(digests["work"].to_numpy(), works)]
    found = vectors.copy()
    found[rows >= 0] = encoded.map_vectors("texts")[rows[rows >= 0]]
    return WorkVectors(works, found)


def _digest_rows(wanted: pl.Series, digests: np.ndarray) -> np.ndarray:
    """Where each digest is in the table; -1 where it is not."""
    held = pl.DataFrame({"digest": digests}, schema={"digest": pl.UInt64}).with_row_index("row")
    asked = pl.DataFrame({"digest": wanted})
    found = asked.join(held.unique("digest", keep="first"), on="digest", how="left", maintain_order="left")
    return found["row"].cast(pl.Int64).fill_null(-1).to_numpy()
