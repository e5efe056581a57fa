"""Who could host an intern: the fit of their own work, as for advisors, with how much they have hosted of late."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import narwhals as nw

from finder.rank import advisors

PARTS = ("fit", "recency", "activity", "hosting")
WEIGHTS: Mapping[str, float] = {"fit": 3.0, "recency": 1.0, "activity": 1.0, "hosting": 3.0}


def score(people: Any) -> Any:
    """Parts and score for each host.

    Args:
        people: native lazy frame: what :func:`finder.rank.advisors.score` gives, with ``hosted``: works expected to be
            of interns, see :func:`finder.people.hosts.hosting`.

    Returns:
        Native lazy frame with ``hosting`` (one intern's work of late on the interest is worth 0.5, two 0.75) and
        another ``score``: the weighted geometric mean of PARTS.
    """
    frame = nw.from_native(people).lazy()
    frame = frame.with_columns(hosting=1 - (nw.col("hosted") * math.log(0.5)).exp())
    return frame.with_columns(score=advisors.mean(PARTS, WEIGHTS)).to_native()
