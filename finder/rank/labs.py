"""Which labs fit an interest: the evidence of all their works together, each lab taken for one author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from finder.rank import advisors

PARTS = (*advisors.PARTS, "students")
WEIGHTS: Mapping[str, float] = dict.fromkeys(PARTS, 0.0)


def score(labs: Any, scheme: advisors.Scheme, weights: Mapping[str, float] = WEIGHTS) -> Any:
    """What describes each lab's evidence, its score and band.

    Args:
        labs: native lazy frame: the sums of :func:`finder.rank.advisors.gather` over the works of labs, each lab taken
            for one author, with ``works_recently`` and ``active_students``.

    Returns:
        Native lazy frame with the PARTS, and what :func:`finder.rank.advisors.score` gives; not ordered.
    """
    scored = nw.from_native(advisors.score(labs, scheme)).with_columns(students=students())
    return scored.with_columns(score=advisors.weighted(weights, PARTS)).to_native()


def students() -> nw.Expr:
    """Students and postdocs at work now, levelling off: none seen 0.33, one 0.5, three 0.67, seven 0.8.

    Who has not published yet is not seen: none seen is not none.
    """
    count = nw.col("active_students").cast(nw.Float64)
    return (count + 1.0) / (count + 3.0)
