"""The parts of a score. Each is one function from frames to a column in [0, 1], in Narwhals over lazy frames.

Every part rests on the same rows: ``evidence``, one row per author and matched work.
"""

from __future__ import annotations

import math
from datetime import date

import narwhals as nw

DISCOUNT = 0.7  # of an author's k-th best work: 0.7^(k-1), so that volume alone does not win
LED, FIRST, MIDDLE, EQUAL = 1.0, 0.75, 0.3, 0.7  # credit by position on a work
SMALL = 6  # authors up to which a middle author keeps the whole middle credit
RECENT = 730  # days that count as "now"
TYPICAL = 0.5  # what a work that is wholly on the interest is usually worth to one of its authors
PRIOR = 2.0  # by which a share is damped: one work of one is not a whole career


def credit() -> nw.Expr:
    """An authorship's share in a work: last and corresponding authors carry the lab, first authors the work.

    Where authors stand in alphabetical order, positions say nothing and everybody has the same. Middle authors of
    large teams share one middle credit's worth of SMALL people.
    """
    last = nw.col("position") == nw.col("n_authors") - 1
    crowd = nw.min_horizontal(nw.lit(1.0), SMALL / nw.col("n_authors").cast(nw.Float64))
    by_position = (
        nw.when(last | (nw.col("corresponding") & (nw.col("position") > 0)))
        .then(nw.lit(LED))
        .otherwise(nw.when(nw.col("position") == 0).then(nw.lit(FIRST)).otherwise(MIDDLE * crowd))
    )
    return nw.when(nw.col("alphabetical")).then(EQUAL * crowd).otherwise(by_position)


def leading() -> nw.Expr:
    """1 where somebody led the work (last, corresponding but not first, or alone), 0.5 in alphabetical order."""
    last = nw.col("position") == nw.col("n_authors") - 1
    led = last | (nw.col("corresponding") & (nw.col("position") > 0))
    return (
        nw.when(nw.col("alphabetical"))
        .then(nw.lit(0.5))
        .otherwise(nw.when(led).then(nw.lit(1.0)).otherwise(nw.lit(0.0)))
    )


def evidence(
    matches: nw.LazyFrame, authorships: nw.LazyFrame, as_of: date, now: date, half_life: float
) -> nw.LazyFrame:
    """One row per author and matched work, with what it is worth.

    Args:
        matches: ``work``, ``match`` in [0, 1].
        authorships: the table of that name.
        as_of: nothing dated later counts.
        now: the day that ages are counted from: up to when works on the interest are stored at all.
        half_life: years after which a work counts half in recency.

    Returns:
        ``author``, ``work``, ``match``, ``credit``, ``led``, ``age`` (days), ``fresh`` = 0.5^(age / half-life),
        ``worth`` = match x credit, ``nth`` (1 for the author's best) and ``share`` = DISCOUNT^(nth - 1) x worth.
    """
    rows = (
        matches.join(authorships, on="work", how="inner")
        .filter(nw.col("published"), nw.col("day") <= days(as_of))
        .with_columns(credit=credit(), led=leading(), age=nw.max_horizontal(days(now) - nw.col("day"), nw.lit(0)))
        .with_columns(worth=nw.col("match") * nw.col("credit"))
    )
    nth = nw.col("order").rank("ordinal").over("author")
    last_digits = (nw.col("work") % 1_000_000).cast(nw.Float64)
    return (
        # one key for order: best first, then newest, then by the work's number, whose end is less than a day there
        rows.with_columns(order=-nw.col("worth") + nw.col("age") * 1e-9 + last_digits * 1e-15)
        .with_columns(nth=nth)
        .with_columns(
            share=_power(DISCOUNT, nw.col("nth") - 1) * nw.col("worth"),
            fresh=_power(0.5, nw.col("age") / (365.25 * half_life)),
        )
        .drop("order")
    )


def days(day: date) -> int:
    """Days since 1970, as the tables have them."""
    return (day - date(1970, 1, 1)).days


def _power(base: float, exponent: nw.Expr) -> nw.Expr:
    """base^exponent by way of exp, which every engine has."""
    return (exponent.cast(nw.Float64) * math.log(base)).exp()


def summed(rows: nw.LazyFrame) -> nw.LazyFrame:
    """One row per author with the sums the parts are made of."""
    now, before = nw.col("age") <= RECENT, (nw.col("age") > RECENT) & (nw.col("age") <= 2 * RECENT)
    solid = nw.col("worth")
    return (
        rows.with_columns(
            fresh_share=nw.col("share") * nw.col("fresh"),
            now_worth=nw.when(now).then(solid).otherwise(nw.lit(0.0)),
            before_worth=nw.when(before).then(solid).otherwise(nw.lit(0.0)),
            now_work=nw.when(now).then(nw.lit(1)).otherwise(nw.lit(0)),
            led_match=nw.col("led") * nw.col("match"),
        )
        .group_by("author")
        .agg(
            nw.col("share").sum().alias("volume"),
            nw.col("fresh_share").sum(),
            nw.col("now_worth").sum(),
            nw.col("before_worth").sum(),
            nw.col("now_work").sum().alias("matched_recent"),
            nw.col("led_match").sum(),
            nw.col("match").sum().alias("match_sum"),
            nw.col("worth").sum().alias("worth_sum"),
            nw.col("year").max().alias("newest"),
            nw.col("day").max().alias("newest_day"),
            nw.len().alias("matched"),
        )
    )


def fit() -> nw.Expr:
    """How much of somebody's work is on the interest: best works with a discount, and their share of the whole.

    volume / (1 / (1 - DISCOUNT)) is at most 1; the share keeps a newcomer with few but focussed works from being
    drowned by somebody who touches everything.
    """
    volume = nw.col("volume") * (1 - DISCOUNT)
    whole = nw.max_horizontal(TYPICAL * nw.col("works_recently"), nw.col("worth_sum"))
    return 0.75 * volume + 0.25 * nw.col("worth_sum") / (whole + PRIOR)


def recency() -> nw.Expr:
    """Mean freshness of somebody's matched works, best works first: 1 today, 0.5 after a half-life."""
    return nw.col("fresh_share") / nw.max_horizontal(nw.col("volume"), nw.lit(1e-9))


def activity() -> nw.Expr:
    """Work on the interest in the last two years, levelling off: one good work 0.5, two 0.75, three 0.88."""
    return 1 - _power(0.5, nw.col("now_worth") / 0.8)


def momentum() -> nw.Expr:
    """The last two years against the two before, as the interest as a whole went: 0.5 is in step with it.

    Measured against the field, since a field that is collected only up to last year would else seem to die out.
    """
    field = (nw.col("now_worth").sum() + 1.0) / (nw.col("before_worth").sum() + 1.0)
    return (nw.col("now_worth") + 0.5) / (nw.col("now_worth") + field * nw.col("before_worth") + 1.0)


def lead() -> nw.Expr:
    """Share of the matched works that somebody led, damped by one work."""
    return (nw.col("led_match") + 0.15) / (nw.col("match_sum") + 0.6)
