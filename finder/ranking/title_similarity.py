"""Works near a short interest in meaning, by their titles: what its words alone would miss.

The query is the interest with the mean of the works that fit its words best, which says what is meant by it (Rocchio
1971), and with the vocabulary of a field where the interest names one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from finder.ranking.work_embeddings import QUERY_TOKENS, EmbeddingReader, cosine_similarities
from finder.ranking.work_scores import WorkScores

SEEDS = 50  # best works by words that say what an interest means
BY_SEEDS, BY_FIELD = 0.3, 0.3  # their part of the query, and that of a field's vocabulary
LEAST, SPAN, MOST = 0.45, 0.30, 0.9  # likeness from which a work is near, over which it grows, and what it then gives
STRANGE = 0.55  # where no work is this near and none holds the words, the store holds nothing on the interest


class TitleSimilarity(NamedTuple):
    """How near works are to an interest: ``works`` (their numbers, ascending) and ``cosines``."""

    works: np.ndarray
    cosines: np.ndarray

    def look_up(self, works: np.ndarray) -> np.ndarray:
        """The cosines of some works; 1 for those without a vector, of which nothing is known against them."""
        at = np.minimum(np.searchsorted(self.works, works), max(self.works.size - 1, 0))
        if not self.works.size:
            return np.ones(works.size)
        return np.where(self.works[at] == works, self.cosines[at], 1.0)

    def similarity_scores(self) -> WorkScores:
        """The works that are near, with scores in (0, MOST]."""
        keep = self.cosines > LEAST
        values = MOST * np.clip((self.cosines[keep].astype(np.float64) - LEAST) / SPAN, 0.0, 1.0)
        return WorkScores(self.works[keep].astype(np.int64), values)


def compute_title_similarity(
    reader: EmbeddingReader, interest: str, seeds: np.ndarray, vocabulary: Sequence[str] = ()
) -> TitleSimilarity | None:
    """How near the titles of all works are to an interest; None where works cannot be compared so.

    Args:
        seeds: works that fit its words best.
        vocabulary: terms of the field that it names.
    """
    if not reader.is_available:
        return None
    works, vectors = reader.title_vectors
    own, *terms = reader.encode([interest, *vocabulary], QUERY_TOKENS)
    query = own.copy()
    best = np.flatnonzero(np.isin(works, seeds))
    if best.size:
        query += BY_SEEDS / (1 - BY_SEEDS) * _unit_vector(_unit_rows(vectors, best).mean(axis=0))
    if terms:
        query += BY_FIELD / (1 - BY_FIELD) * _unit_vector(np.mean(terms, axis=0))
    return TitleSimilarity(works, cosine_similarities(_unit_vector(query), vectors))


def _unit_rows(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    some = vectors[rows].astype(np.float32)
    return some / np.maximum(np.linalg.norm(some, axis=1, keepdims=True), 1e-9)


def _unit_vector(vector: np.ndarray) -> np.ndarray:
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
