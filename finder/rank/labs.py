"""Which labs fit an interest: the parts of a score, over the works of everybody in a lab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from finder.rank import advisors, signals

PARTS = ("fit", "recency", "activity", "momentum", "students")
WEIGHTS: Mapping[str, float] = {"fit": 3.0, "recency": 1.0, "activity": 1.5, "momentum": 0.5, "students": 1.0}


def score(labs: Any, weights: Mapping[str, float] = WEIGHTS) -> Any:
    """Parts and score for each lab: the weighted geometric mean of the parts, as for advisors.

    Args:
        labs: native lazy frame: the sums of :func:`finder.rank.advisors.gather` over the works of labs, each lab taken
            for one author, with ``works_recently`` and ``active_students``.

    Returns:
        Native lazy frame with the PARTS and ``score``, not ordered.
    """
    frame = nw.from_native(labs).lazy()
    frame = frame.with_columns(
        fit=signals.fit(), recency=signals.recency(), activity=signals.activity(), momentum=signals.momentum(),
        students=students(),
    )  # fmt: skip
    return frame.with_columns(score=advisors.mean(PARTS, weights)).to_native()


def students() -> nw.Expr:
    """Students and postdocs at work now, levelling off: none seen 0.33, one 0.5, three 0.67, seven 0.8.

    Who has not published yet is not seen: none seen is not none.
    """
    count = nw.col("active_students").cast(nw.Float64)
    return (count + 1.0) / (count + 3.0)
