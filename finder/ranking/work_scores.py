"""Works with scores, as arrays: what full-text queries find, put together in a few sorts instead of joins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl


class WorkScores(NamedTuple):
    """Works by number, ascending and each once, with the score of each in [0, 1]."""

    works: np.ndarray
    values: np.ndarray

    def order_best(self, most: int) -> np.ndarray:
        """The works that score highest, best first; of equal ones the one with the lower number."""
        return self.works[np.lexsort((self.works, -self.values))[:most]]

    def select(self, keep: np.ndarray) -> WorkScores:
        """Those works where ``keep`` is true."""
        return WorkScores(self.works[keep], self.values[keep])

    def look_up(self, works: np.ndarray) -> np.ndarray:
        """The scores of some works; 0 for those that have none."""
        if not self.works.size:
            return np.zeros(works.size)
        at = np.minimum(np.searchsorted(self.works, works), self.works.size - 1)
        return np.where(self.works[at] == works, self.values[at], 0.0)


NO_SCORES = WorkScores(np.empty(0, np.int64), np.empty(0))


def take_best_scores(parts: Sequence[WorkScores]) -> WorkScores:
    """The best score of each work."""
    works, values, begins = _group_by_work(parts)
    return WorkScores(works, np.maximum.reduceat(values, begins)) if works.size else NO_SCORES


def combine_scores(parts: Sequence[WorkScores], most: float = 1.0) -> WorkScores:
    """The scores of each work as a noisy-or, each adding to what the others left open; at most ``most``."""
    works, values, begins = _group_by_work(parts)
    return WorkScores(works, (1 - np.multiply.reduceat(1 - values, begins)) * most) if works.size else NO_SCORES


def read_scores(frame: pl.DataFrame, column: str) -> WorkScores:
    """A frame with a column ``work``, each once, as scores."""
    ordered = frame.select(pl.col("work").cast(pl.Int64), pl.col(column).cast(pl.Float64)).sort("work")
    return WorkScores(ordered["work"].to_numpy(), ordered[column].to_numpy())


def _group_by_work(parts: Sequence[WorkScores]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Works once each; all scores, those of one work together in the order of the parts; where each work begins."""
    works = np.concatenate([NO_SCORES.works, *(part.works for part in parts)])
    order = np.argsort(works, kind="stable")
    values, works = np.concatenate([NO_SCORES.values, *(part.values for part in parts)])[order], works[order]
    begins = np.flatnonzero(np.append(True, works[1:] != works[:-1])) if works.size else works
    return works[begins], values, begins
