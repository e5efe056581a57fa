"""Who could host an intern: the evidence of their own works, as for advisors, times their interns of late."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import narwhals as nw

from finder.ranking import advisor_score

PARTS = (*advisor_score.PARTS, "hosting")
WEIGHTS: Mapping[str, float] = {**advisor_score.WEIGHTS, "hosting": 1.0}


def score_hosts(people: Any) -> Any:
    """Score for each host.

    Args:
        people: native lazy frame: what :func:`finder.ranking.advisor_score.score_advisors` gives, with ``hosted``:
            works expected to be of interns, see :func:`finder.features.internship_hosts.summarize_hosting`.

    Returns:
        Native lazy frame with ``hosting`` (one intern's work of late on the interest is worth 0.5, two 0.75) and
        another ``score``: the evidence, weighted by it.
    """
    frame = nw.from_native(people).lazy()
    frame = frame.with_columns(hosting=1 - (nw.col("hosted") * math.log(0.5)).exp())
    return frame.with_columns(score=advisor_score.score_expression(WEIGHTS, PARTS)).to_native()
