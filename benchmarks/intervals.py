"""Differences between two rankings, with bootstrap intervals over what they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

DRAWS = 10_000
SEED = 20261130


class Interval(NamedTuple):
    """A mean difference with its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} [{self.low:+.3f}; {self.high:+.3f}]"


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """Ours minus theirs, pair by pair; drawn anew with replacement, the same draws in every call."""
    apart = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    drawn = np.random.default_rng(SEED).integers(0, apart.size, (DRAWS, apart.size))
    low, high = np.percentile(apart[drawn].mean(axis=1), (2.5, 97.5))
    return Interval(float(apart.mean()), float(low), float(high))
