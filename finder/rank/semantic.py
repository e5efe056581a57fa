"""How near stored works are to a text in meaning (see :mod:`finder.encoder`), and how answers say so.

    reader = open_reader(store, snapshot)
    if reader.available:
        (query,) = reader.encode(["video moment retrieval"], QUERY_TOKENS)
        works, vectors = reader.titles
        near = cosines(query, vectors)

Everything is read when it is first asked for, and kept for as long as this process asks for the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from finder.encoder import QUERY_TOKENS, TITLE_TOKENS, NotAnEncoder, cosines
from finder.encoder.choice import Chosen, chosen
from finder.store import Snapshot, Store
from finder.store.vectors import Encoded

__all__ = ["QUERY_TOKENS", "TITLE_TOKENS", "Read", "Reader", "cosines", "open_reader"]

ALL = 0.995  # share of the works from which it is not said that some are not read yet


class Read(NamedTuple):
    """Works with their vectors, in order of the works' numbers.

    Attributes:
        works: their numbers.
        vectors: one row of bytes each, to be compared by :func:`cosines`.
    """

    works: np.ndarray
    vectors: np.ndarray


@dataclass(frozen=True)
class Reader:
    """What an encoder has read of the works of a snapshot."""

    snapshot: Snapshot
    choice: Chosen
    encoded: Encoded

    @property
    def version(self) -> str:
        """Changes with the snapshot and with the vectors."""
        return f"{self.snapshot.version} {self.encoded.version if self.choice.encoder else ''}"

    @property
    def available(self) -> bool:
        """Whether works can be compared by meaning; else :attr:`sentence` says why not."""
        return not self._missing

    @cached_property
    def sentence(self) -> str:
        """How works are compared, for whoever reads the answer."""
        if self._missing:
            return f"Compared by words alone: {self._missing}."
        share = self.share
        told = f"Compared by words and by what they mean ({self._name})"
        return f"{told}." if share >= ALL else f"{told}; {share:.0%} of the works are read so far, newest first."

    @cached_property
    def share(self) -> float:
        """Share of the works whose title is encoded."""
        return len(self.titles.works) / max(self.snapshot.table("digests").height, 1)

    def encode(self, texts: Sequence[str], tokens: int = QUERY_TOKENS) -> np.ndarray:
        """One unit vector of real numbers for each text.

        Raises:
            NotAnEncoder: there is none; ask :attr:`available` first.
        """
        if self.choice.encoder is None:
            raise NotAnEncoder(f"Texts cannot be encoded: {self.choice.why}.")
        return self.choice.encoder.encode(texts, tokens)

    @property
    def titles(self) -> Read:
        """All works whose title is encoded."""
        return _titles(self.snapshot, self.encoded)

    @property
    def texts(self) -> Read:
        """The same works: by title and abstract where there is one that is encoded, else by title alone."""
        return _texts(self.snapshot, self.encoded)

    @property
    def _name(self) -> str:
        return self.choice.encoder.name if self.choice.encoder else ""

    @cached_property
    def _missing(self) -> str:
        """Why works cannot be compared by meaning."""
        encoder = self.choice.encoder
        if encoder is None:
            return self.choice.why
        if self.encoded.key != encoder.key or not self.encoded.count("titles"):
            return f"{encoder.name} has not read the works yet (finder semantic)"
        try:
            encoder.load()
        except NotAnEncoder as error:
            return str(error).rstrip(".")
        return ""


def open_reader(store: Store, snapshot: Snapshot) -> Reader:
    """What the encoder that the settings name has read of a snapshot's works.

    Raises:
        SettingsError: the settings cannot be understood.
    """
    return Reader(snapshot, chosen(store.home), store.vectors.current())


@lru_cache(maxsize=2)
def _titles(snapshot: Snapshot, encoded: Encoded) -> Read:
    digests = snapshot.table("digests")
    rows = _rows(digests["title"], encoded.digests("titles"))
    known = rows >= 0
    return Read(digests["work"].to_numpy()[known], encoded.vectors("titles")[rows[known]])


@lru_cache(maxsize=2)
def _texts(snapshot: Snapshot, encoded: Encoded) -> Read:
    works, vectors = _titles(snapshot, encoded)
    digests = snapshot.table("digests")
    rows = _rows(digests["text"], encoded.digests("texts"))[np.isin(digests["work"].to_numpy(), works)]
    found = vectors.copy()
    found[rows >= 0] = encoded.vectors("texts")[rows[rows >= 0]]
    return Read(works, found)


def _rows(wanted: pl.Series, digests: np.ndarray) -> np.ndarray:
    """Where each digest is in the table; -1 where it is not."""
    held = pl.DataFrame({"digest": digests}, schema={"digest": pl.UInt64}).with_row_index("row")
    asked = pl.DataFrame({"digest": wanted})
    found = asked.join(held.unique("digest", keep="first"), on="digest", how="left", maintain_order="left")
    return found["row"].cast(pl.Int64).fill_null(-1).to_numpy()
