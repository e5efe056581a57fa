"""Who could advise: the parts of a score put together, filtered, ordered and banded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from finder.errors import UsageError
from finder.rank import signals

if TYPE_CHECKING:
    import polars as pl

PARTS = ("fit", "recency", "activity", "momentum", "advising")
WEIGHTS: Mapping[str, float] = {"fit": 3.0, "recency": 1.0, "activity": 1.5, "momentum": 0.5, "advising": 1.5}
FLOOR = 0.05  # a part never counts for less: one weak part must not erase somebody
BANDS = ((0.85, "A"), (0.72, "B"), (0.60, "C"), (0.48, "D"), (0.0, "E"))  # share of the best score
# how well people at a stage can take somebody on: a convention, shown as such, the same for everybody
ADVISES: Mapping[str, float] = {
    "early-career faculty": 1.0,
    "leads a group": 0.9,
    "established faculty": 1.0,
    "industry researcher": 0.75,
    "staff scientist": 0.65,
    "postdoc": 0.3,
    "student": 0.05,
}


@dataclass(frozen=True)
class Scheme:
    """How parts become a score.

    Attributes:
        weights: by part, not negative, not all zero.
        half_life: years after which a work counts half in recency.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    half_life: float = 4.0

    def __post_init__(self) -> None:
        unknown = set(self.weights) - set(PARTS)
        if unknown:
            raise UsageError(f"There is no part called {', '.join(sorted(unknown))}. Parts are: {', '.join(PARTS)}.")
        if any(not 0 <= weight <= 100 for weight in self.weights.values()):
            raise UsageError("Weights lie between 0 and 100.")
        if not any(self.weights.get(part, 0.0) for part in PARTS):
            raise UsageError("At least one weight must be more than 0.")


def gather(matches: Any, authorships: Any, as_of: date, now: date, half_life: float) -> tuple[Any, Any]:
    """Evidence rows and one row of sums per author, for whoever has a matched work.

    Args:
        matches: native lazy frame ``work``, ``match``.
        authorships: native lazy frame, the table of that name.
        now: the day that ages are counted from, see :func:`finder.rank.match.horizon`.

    Returns:
        Two native lazy frames: evidence (see :func:`finder.rank.signals.evidence`), and one row of sums per author.
    """
    rows = signals.evidence(nw.from_native(matches).lazy(), nw.from_native(authorships).lazy(), as_of, now, half_life)
    return rows.to_native(), signals.summed(rows).to_native()


def gathered(
    matches: pl.LazyFrame, authorships: pl.LazyFrame, as_of: date, now: date, half_life: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What :func:`gather` gives, in memory: the sums are of the rows that are there, which are not computed twice."""
    found, names = nw.from_native(matches), nw.from_native(authorships)
    rows = signals.evidence(found, names, as_of, now, half_life).to_native().collect()
    return rows, summed(rows.lazy()).collect()


def summed(evidence: Any) -> Any:
    """One row of sums per author, as :func:`gather` gives them, of a native lazy frame of evidence."""
    return signals.summed(nw.from_native(evidence).lazy()).to_native()


def with_record(sums: Any, authorships: Any, as_of: date) -> Any:
    """What the whole stored record says of people, beside their sums on the interest.

    Args:
        sums: native lazy frame, those of the second frame of :func:`gather` that are of interest.

    Returns:
        Native lazy frame: ``sums`` with ``works_recently`` (all works of the last five years, matched or not),
        ``works``, ``first`` and ``last`` (counts by position), ``recent_last``, ``led_since``, ``first_seen``,
        ``last_seen`` (years).
    """
    people, names = nw.from_native(sums).lazy(), nw.from_native(authorships).lazy()
    whole = _whole_record(names.join(people.select("author"), on="author", how="semi"), as_of)
    return people.join(whole, on="author", how="left").to_native()


def _whole_record(names: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """What the stored record says of somebody beyond the interest, up to a day."""
    last = (nw.col("position") == nw.col("n_authors") - 1) & (nw.col("n_authors") > 1) & ~nw.col("alphabetical")
    year = nw.col("year")
    one, none = nw.lit(1), nw.lit(0)
    return (
        names.filter(nw.col("published"), nw.col("day") <= signals.days(as_of))
        .with_columns(
            is_last=nw.when(last).then(one).otherwise(none),
            is_first=nw.when((nw.col("position") == 0) & (nw.col("n_authors") > 1)).then(one).otherwise(none),
            is_late=nw.when(year > as_of.year - 5).then(one).otherwise(none),
            late_last=nw.when(last & (year > as_of.year - 3)).then(one).otherwise(none),
            led_year=nw.when(last).then(year),
        )
        .group_by("author")
        .agg(
            nw.len().alias("works"),
            nw.col("is_last").sum().alias("last"),
            nw.col("is_first").sum().alias("first"),
            nw.col("is_late").sum().alias("works_recently"),
            nw.col("late_last").sum().alias("recent_last"),
            nw.col("led_year").min().alias("led_since"),
            nw.col("year").min().alias("first_seen"),
            nw.col("year").max().alias("last_seen"),
        )
    )


def score(people: Any, scheme: Scheme) -> Any:
    """Parts, score and band for each author.

    The score is the weighted geometric mean of the parts, each not below FLOOR: the parts are wanted together, and
    one that is missing is not made up for by another. ``advising`` mixes what the stage allows, as far as it is
    known, with the share of works led.

    Args:
        people: native lazy frame: the sums of :func:`gather` with ``stage`` and ``stage_confidence``.

    Returns:
        Native lazy frame with the PARTS, ``score`` and ``band``, not ordered.
    """
    frame = nw.from_native(people).lazy()
    frame = frame.with_columns(
        fit=signals.fit(), recency=signals.recency(), activity=signals.activity(),
        momentum=signals.momentum(), lead=signals.lead(),
    )  # fmt: skip
    known = nw.col("stage_confidence")
    stage_says = nw.lit(0.0)
    for stage, value in ADVISES.items():
        stage_says = nw.when(nw.col("stage") == stage).then(nw.lit(value)).otherwise(stage_says)
    frame = frame.with_columns(advising=known * stage_says + (1 - known) * nw.col("lead"))
    return frame.with_columns(score=mean(PARTS, scheme.weights)).to_native()


def mean(parts: Sequence[str], weights: Mapping[str, float]) -> nw.Expr:
    """The weighted geometric mean of columns, each not below FLOOR."""
    total = sum(weights.get(part, 0.0) for part in parts)
    logs = [nw.max_horizontal(nw.col(p), nw.lit(FLOOR)).log() * (weights.get(p, 0.0) / total) for p in parts]
    return nw.sum_horizontal(*logs).exp()


def banded(scored: Any) -> Any:
    """Order by score, with bands relative to the best and ties always broken alike.

    Args:
        scored: native eager or lazy frame with ``score`` and ``author_id``.
    """
    frame = nw.from_native(scored)
    ratio = nw.col("score") / nw.col("score").max()
    band = nw.lit(BANDS[-1][1])
    for least, name in reversed(BANDS[:-1]):
        band = nw.when(ratio >= least).then(nw.lit(name)).otherwise(band)
    # sums of the same numbers differ in the last digits from run to run: they must not decide who comes first
    order = (nw.col("score") * 1e6).round(0)
    ordered = frame.with_columns(band=band, order=order).sort("order", "author_id", descending=[True, False])
    return ordered.drop("order").to_native()
