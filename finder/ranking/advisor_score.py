"""Who could advise: evidence per person, what describes it, order and bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

import narwhals as nw

from finder.errors import UsageError
from finder.ranking import signals
from finder.resolution import career_counts

if TYPE_CHECKING:
    import polars as pl

PARTS = ("share", "freshness", "recent", "lead")
WEIGHTS: Mapping[str, float] = dict.fromkeys(PARTS, 0.0)
FORMER_PARTS = frozenset(("fit", "recency", "activity", "momentum", "advising"))
"""Parts of scores before 0.2: stored searches and addresses that name them are read without them."""
FLOOR = 0.05  # a part that is weighted never counts for less: one weak part must not erase somebody
Sort = Literal["evidence", "new-leaders", "recent", "led"]
SORTS: tuple[str, ...] = get_args(Sort)
# least evidence of each band, fitted to what became of people: docs/ranking.md has the table and the command
BANDS = ((3.0, "A"), (1.5, "B"), (0.7, "C"), (0.0, "D"))
TEXT_BANDS = ((0.9, "A"), (0.6, "B"), (0.4, "C"), (0.0, "D"))  # a convention: nobody has judged these
WORDS: Mapping[str, str] = {"A": "strong", "B": "good", "C": "some", "D": "weak"}
# share of those in a band at the end of 2022 who led a work on the very interest in the three years after: of interests
# that the bounds were fitted on, of others, and of twenty that were written down before (benchmarks/bands.py)
LATER: Mapping[str, Mapping[str, float]] = {
    "A": {"looked at": 0.31, "held out": 0.41, "new": 0.23},
    "B": {"looked at": 0.16, "held out": 0.22, "new": 0.14},
    "C": {"looked at": 0.065, "held out": 0.09, "new": 0.05},
    "D": {"looked at": 0.014, "held out": 0.02, "new": 0.012},
}
TOUCH = 0.1  # evidence below which somebody has merely stood near the interest
TEXT_TOUCH = 0.15
ONE_WORK = 0.75  # share of the evidence from which it "rests on one work"


@dataclass(frozen=True)
class ScoringScheme:
    """How evidence becomes a score.

    Attributes:
        weights: by part, 0 to 100: the score is the evidence times each part to the power of its weight.
        half_life: years after which a work counts half.
        text: the interest is a text, for which works count with a discount and bands have other bounds.
        sort: what comes first.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    half_life: float = 4.0
    text: bool = False
    sort: Sort = "evidence"

    def __post_init__(self) -> None:
        unknown = set(self.weights) - set(PARTS)
        if unknown:
            raise UsageError(f"There is no part called {', '.join(sorted(unknown))}. Parts are: {', '.join(PARTS)}.")
        if any(not 0 <= weight <= 100 for weight in self.weights.values()):
            raise UsageError("Weights lie between 0 and 100.")
        if self.sort not in SORTS:
            raise UsageError(f"There is no order called {self.sort}. Orders are: {', '.join(SORTS)}.")

    @property
    def min_evidence(self) -> float:
        """Evidence below which somebody merely stands near the interest."""
        return TEXT_TOUCH if self.text else TOUCH


def drop_former_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Stored weights without those of parts that there are no more."""
    return {part: weight for part, weight in weights.items() if part not in FORMER_PARTS}


def collect_evidence(
    matches: Any, authorships: Any, as_of: date, now: date, half_life: float, *, text: bool = False
) -> tuple[Any, Any]:
    """Evidence rows and one row of sums per author, for whoever has a matched work.

    Args:
        matches: native lazy frame ``work``, ``match``.
        authorships: native lazy frame, the table of that name.
        now: the day that ages are counted from, see :func:`finder.ranking.text_match.latest_covered_day`.
        text: the interest is a text.

    Returns:
        Two native lazy frames: see :func:`finder.ranking.signals.evidence_rows` and
        :func:`finder.ranking.signals.sum_evidence_rows`.
    """
    found, names = nw.from_native(matches).lazy(), nw.from_native(authorships).lazy()
    rows = signals.evidence_rows(found, names, as_of, now, half_life, text=text)
    return rows.to_native(), signals.sum_evidence_rows(rows).to_native()


def collect_evidence_eager(
    matches: pl.LazyFrame, authorships: pl.LazyFrame, as_of: date, now: date, half_life: float, *, text: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What :func:`collect_evidence` gives, in memory: the sums are of the rows there, which are not computed twice."""
    rows = collect_evidence(matches, authorships, as_of, now, half_life, text=text)[0].collect()
    return rows, aggregate_by_author(rows.lazy()).collect()


def aggregate_by_author(evidence: Any) -> Any:
    """One row of sums per author, as :func:`collect_evidence` gives them, of a native lazy frame of evidence."""
    return signals.sum_evidence_rows(nw.from_native(evidence).lazy()).to_native()


def add_publication_record(sums: Any, authorships: Any, as_of: date) -> Any:
    """What the whole stored record says of people, beside their sums on the interest.

    Args:
        sums: native lazy frame, those of the second frame of :func:`collect_evidence` that are of interest.

    Returns:
        Native lazy frame: ``sums`` with the columns of :func:`finder.resolution.career_counts.summarize_record`.
    """
    people, names = nw.from_native(sums).lazy(), nw.from_native(authorships).lazy()
    whole = career_counts.summarize_record(names.join(people.select("author"), on="author", how="semi"), as_of)
    return people.join(whole, on="author", how="left").to_native()


def score_advisors(people: Any, scheme: ScoringScheme) -> Any:
    """What describes each author's evidence, and the score that weights make of it; see :func:`add_score_signals`.

    Args:
        people: native lazy frame: the sums of :func:`collect_evidence` with ``works_recently``.

    Returns:
        Native lazy frame. Not ordered.
    """
    return apply_weights(add_score_signals(people, scheme), scheme)


def add_score_signals(people: Any, scheme: ScoringScheme) -> Any:
    """What describes each author's evidence, and the flags that qualify it; weights and filters change nothing of it.

    Args:
        people: as for :func:`score_advisors`.

    Returns:
        Native lazy frame with the PARTS in [0, 1]; ``one_work`` (the evidence rests on one work), ``idle_leader`` (they
        have often led works on the interest, but none within three years of what could have been seen), ``new_leader``
        (the first they led is within three years); ``band``.
    """
    frame = nw.from_native(people).lazy()
    led_ago = nw.col("reach") - nw.col("led_last")
    described = frame.with_columns(
        share=signals.focus_share(),
        freshness=signals.mean_freshness(),
        recent=signals.recent_activity(),
        lead=signals.lead_share(),
        one_work=nw.col("most") >= ONE_WORK * nw.col("evidence"),
        idle_leader=((led_ago > signals.YEARS_LED) & signals.is_frequent_leader()).fill_null(value=False),
        new_leader=(nw.col("reach") - nw.col("led_first") <= signals.YEARS_LED).fill_null(value=False),
        band=band_expression(scheme),
    )
    return described.to_native()


def apply_weights(described: Any, scheme: ScoringScheme) -> Any:
    """What :func:`add_score_signals` gives, with ``score``: the evidence, weighted."""
    return nw.from_native(described).lazy().with_columns(score=score_expression(scheme.weights)).to_native()


def score_expression(weights: Mapping[str, float], parts: tuple[str, ...] = PARTS) -> nw.Expr:
    """The evidence times each part, not below FLOOR, to the power of its weight."""
    value = nw.col("evidence")
    for part in parts:
        if weight := weights.get(part, 0.0):
            value = value * (nw.max_horizontal(nw.col(part), nw.lit(FLOOR)).log() * weight).exp()
    return value


def band_expression(scheme: ScoringScheme) -> nw.Expr:
    """The band of somebody's evidence."""
    bands = TEXT_BANDS if scheme.text else BANDS
    value = nw.lit(bands[-1][1])
    for least, name in reversed(bands[:-1]):
        value = nw.when(nw.col("evidence") >= least).then(nw.lit(name)).otherwise(value)
    return value


def sort_by_score(scored: Any, sort: Sort = "evidence") -> Any:
    """Rows in order, best first, with ties always broken alike; whoever is likely a student comes after all others.

    Args:
        scored: native eager or lazy frame as :func:`score_advisors` gives it, with ``author_id`` and, for people,
            ``likely_stage`` or ``stage``.
        sort: ``evidence``: by score; ``new-leaders``: those first who began to lead works on the interest within three
            years; ``recent``: by the year of the newest work on it that they led; ``led``: by what they led alone.
    """
    frame = nw.from_native(scored)
    keys: dict[str, nw.Expr] = {}
    known = frame.collect_schema().names()
    if by := next((name for name in ("likely_stage", "stage") if name in known), None):
        keys["student"] = nw.when(nw.col(by) == "student").then(nw.lit(0)).otherwise(nw.lit(1))
    if sort == "new-leaders":
        keys["first"] = nw.when(nw.col("new_leader")).then(nw.lit(1)).otherwise(nw.lit(0))
    elif sort == "recent":
        keys["first"] = (nw.col("led_last").fill_null(0).cast(nw.Float64) / 365.25).floor()
    elif sort == "led":
        keys["first"] = (nw.col("led_evidence") * 1e6).round(0)
    # sums of the same numbers differ in the last digits from run to run: they must not decide who comes first
    keys["order"] = (nw.col("score") * 1e6).round(0)
    in_order = frame.with_columns(**keys).sort(*keys, "author_id", descending=[True] * len(keys) + [False])
    return in_order.drop(*keys).to_native()
