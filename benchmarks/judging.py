"""How good a ranking is, and how sure a difference between two is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

DRAWS = 10_000
SEED = 20261130


class ConfidenceInterval(NamedTuple):
    """A mean difference with its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} [{self.low:+.3f}; {self.high:+.3f}]"


def bootstrap_difference(ours: Sequence[float], theirs: Sequence[float]) -> ConfidenceInterval:
    """Ours minus theirs, pair by pair; drawn anew with replacement, the same draws in every call."""
    apart = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    drawn = np.random.default_rng(SEED).integers(0, apart.size, (DRAWS, apart.size))
    low, high = np.percentile(apart[drawn].mean(axis=1), (2.5, 97.5))
    return ConfidenceInterval(float(apart.mean()), float(low), float(high))


def expert_ranks(ranked: Sequence[int], experts: Sequence[Sequence[int]]) -> list[int]:
    """Places, from 0 on, at which experts stand who do; each of them is one or several authors."""
    place = {author: rank for rank, author in enumerate(ranked)}
    return sorted(min(place[a] for a in some if a in place) for some in experts if any(a in place for a in some))


def binary_ndcg(places: Sequence[int], wanted: int, most: int) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002) where all who are wanted count alike."""
    best = sum(1 / math.log2(rank + 2) for rank in range(min(most, wanted)))
    return sum(1 / math.log2(place + 2) for place in places if place < most) / best


def ndcg_with_gains(ranked: Sequence[int], gains: Mapping[int, float], most: int = 20) -> float:
    """The same where they count differently."""
    weights = [1 / math.log2(place + 2) for place in range(most)]
    got = sum(gains.get(author, 0.0) * weight for author, weight in zip(ranked, weights, strict=False))
    best = sum(gain * weight for gain, weight in zip(sorted(gains.values(), reverse=True), weights, strict=False))
    return got / best


def recall_at_k(ranked: Sequence[int], gains: Mapping[int, float], most: int = 100) -> float:
    """Share of those who could be found among the first, of at most as many."""
    return len(gains.keys() & set(ranked[:most])) / min(len(gains), most)
