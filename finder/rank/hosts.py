"""Who could host an intern: the evidence of their own works, as for advisors, times their interns of late."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import narwhals as nw

from finder.rank import advisors

PARTS = (*advisors.PARTS, "hosting")
WEIGHTS: Mapping[str, float] = {**advisors.WEIGHTS, "hosting": 1.0}


def score(people: Any) -> Any:
    """Score for each host.

    Args:
        people: native lazy frame: what :func:`finder.rank.advisors.score` gives, with ``hosted``: works expected to be
            of interns, see :func:`finder.people.hosts.hosting`.

    Returns:
        Native lazy frame with ``hosting`` (one intern's work of late on the interest is worth 0.5, two 0.75) and
        another ``score``: the evidence, weighted by it.
    """
    frame = nw.from_native(people).lazy()
    frame = frame.with_columns(hosting=1 - (nw.col("hosted") * math.log(0.5)).exp())
    return frame.with_columns(score=advisors.weighted(WEIGHTS, PARTS)).to_native()
