"""Which labs fit an interest: the evidence of all their works together, each lab taken for one author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from finder.ranking import advisor_score

PARTS = (*advisor_score.PARTS, "students")
WEIGHTS: Mapping[str, float] = dict.fromkeys(PARTS, 0.0)


def score_labs(labs: Any, scheme: advisor_score.ScoringScheme, weights: Mapping[str, float] = WEIGHTS) -> Any:
    """What describes each lab's evidence, its score and band.

    Args:
        labs: native lazy frame: the sums of :func:`finder.ranking.advisor_score.collect_evidence` over the works of
            labs, each lab taken for one author, with ``works_recently`` and ``active_students``.

    Returns:
        Native lazy frame with the PARTS, and what :func:`finder.ranking.advisor_score.score_advisors` gives; not
        ordered.
    """
    scored = nw.from_native(advisor_score.score_advisors(labs, scheme)).with_columns(students=student_signal())
    return scored.with_columns(score=advisor_score.score_expression(weights, PARTS)).to_native()


def student_signal() -> nw.Expr:
    """Students and postdocs at work now, levelling off: none seen 0.33, one 0.5, three 0.67, seven 0.8.

    Who has not published yet is not seen: none seen is not none.
    """
    count = nw.col("active_students").cast(nw.Float64)
    return (count + 1.0) / (count + 3.0)
