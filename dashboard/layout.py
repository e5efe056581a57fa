"""Where the people of a map are drawn: by springs, in plain arithmetic, the same every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

STEPS = 150
FURTHEST = 0.12  # of the width that somebody moves in the first step


def spring(count: int, ties: Sequence[Mapping[str, int]]) -> np.ndarray:
    """Places of so many people: those who write together attract, all repel each other (Fruchterman & Reingold 1991).

    Args:
        ties: ``one``, ``other`` (numbers from 0) and ``works``.

    Returns:
        One row per person: x and y within [-1, 1].
    """
    turns = 2 * np.pi * np.arange(count) / max(count, 1)
    # the first stands in the middle; the others begin on a circle
    places = np.column_stack([np.cos(turns), np.sin(turns)]) * (np.arange(count) > 0)[:, None]
    pull = np.zeros((count, count))
    for tie in ties:
        pull[tie["one"], tie["other"]] = pull[tie["other"], tie["one"]] = 1 + np.log(tie["works"])
    apart = 1.0 / np.sqrt(max(count, 1))
    for step in range(STEPS if count > 2 else 0):
        between = places[:, None, :] - places[None, :, :]
        distance = np.maximum(np.linalg.norm(between, axis=2), 1e-3)
        force = apart**2 / distance**2 - pull * distance / apart / max(count, 1)
        moved = (between * force[:, :, None]).sum(axis=1)
        length = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        places = places + moved / length * np.minimum(length, FURTHEST * (1 - step / STEPS))
    places = places - places.mean(axis=0) if count else places
    return places / max(float(np.abs(places).max(initial=0.0)), 1e-9)
