"""Where the people of a map are drawn: by springs, in plain arithmetic, the same every time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from finder.results import CoauthorTie

STEPS = 150
FURTHEST = 0.12  # of the width that somebody moves in the first step
LETTER, LINE = 6.0, 27.0  # pixels that a name takes for a letter, and from one dot to the next below it with its name
SPAN = (2.6, 2.3)  # of the drawing, in the units of places


def spring_layout(count: int, ties: Sequence[CoauthorTie]) -> np.ndarray:
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


def separate_labels(places: np.ndarray, letters: Sequence[int], width: int, height: int) -> np.ndarray:
    """Places moved up or down as far as names over them would cover each other.

    Args:
        letters: how long each name is.
        width: of the narrowest drawing, in pixels, as is ``height``.
    """
    if len(places) < 2:
        return places
    # names at the border are moved inside: half of one must fit
    half = np.array(letters) * LETTER / width * SPAN[0] / 2
    x = np.clip(places[:, 0], -SPAN[0] / 2 + half, SPAN[0] / 2 - half)
    y, line = places[:, 1].copy(), LINE / height * SPAN[1]
    beside = np.abs(x[:, None] - x[None, :]) < half[:, None] + half[None, :]
    np.fill_diagonal(beside, val=False)
    order = np.sign(np.subtract.outer(np.arange(len(y)), np.arange(len(y))))  # whoever is at the very same height
    for _ in range(STEPS):
        between = y[:, None] - y[None, :]
        lacking = np.where(beside, np.maximum(line - np.abs(between), 0.0), 0.0)
        y = np.clip(y + (lacking * np.where(between == 0, order, np.sign(between))).sum(axis=1) / 4, -1.0, 1.0)
    return np.column_stack([x, y])
