"""What each work adds to somebody's evidence for an interest, in Narwhals over lazy frames.

``evidence`` has one row per author and matched work; ``summed`` adds the rows up per author. docs/ranking.md has the
formula, what it was chosen by, and what was tried and left out.
"""

from __future__ import annotations

import math
from datetime import date

import narwhals as nw

from finder.authorship import LATE_YEARS, authorship_credit, is_lead_author

POWER = 1.5  # of a match: a work that is wholly on an interest says more than two that are half on it
DISCOUNT = 0.7  # of an author's k-th best work for a text: 0.7^(k-1), since most works read a little like a text
RECENT = 730  # days that count as "the last two years"
YEARS_LED = 3 * 365  # days within which somebody who leads works on an interest has led one
OFTEN = 5  # led works, and as many as would be due in that time, without which it says nothing that there is none
STRONG = 0.35  # match from which a work is on the interest, not only near it
HALF = 0.8  # evidence of the last two years at which ``recent`` is 0.5


def evidence_rows(
    matches: nw.LazyFrame,
    authorships: nw.LazyFrame,
    as_of: date,
    now: date,
    half_life: float,
    *,
    text: bool = False,
) -> nw.LazyFrame:
    """One row per author and matched work, with what it adds.

    Args:
        matches: ``work``, ``match`` in [0, 1].
        authorships: the table of that name.
        as_of: nothing dated later counts.
        now: the day up to which works on the interest are stored: ages are counted from it.
        half_life: years after which a work counts half.
        text: the interest is a text: an author's works count with a geometric discount, best first.

    Returns:
        ``author``, ``work``, ``match``, ``credit``, ``led`` (whether they led it), ``reach`` (the day up to which works
        of the author could have been seen: ``now``, or earlier where their venues are stored up to then), ``age`` (days
        before that), ``fresh`` = 0.5^(age / half-life), ``worth`` = match^POWER x credit (match x credit for a text),
        ``adds`` = worth x fresh: what the work adds to the author's evidence.
    """
    reach = nw.col("seen_until").fill_null(epoch_days(now)).clip(upper_bound=epoch_days(now))
    on_it = nw.col("match") if text else (nw.col("match").log() * POWER).exp()
    rows = (
        matches.join(authorships, on="work", how="inner")
        .filter(nw.col("published"), nw.col("day") <= epoch_days(as_of))
        .with_columns(led=is_lead_author(), reach=reach)
        .with_columns(
            credit=authorship_credit(nw.col("led"), crowd=not text),
            age=(nw.col("reach") - nw.col("day")).clip(lower_bound=0),
        )
        .with_columns(
            # 0.5^(age / half-life) by way of exp, which every engine has
            fresh=(nw.col("age") * (math.log(0.5) / (365.25 * half_life))).exp(),
            worth=on_it * nw.col("credit"),
        )
    )
    if not text:
        return rows.with_columns(adds=nw.col("worth") * nw.col("fresh"))
    last_digits = (nw.col("work") % 1_000_000).cast(nw.Float64)
    return (
        # one key for order: best first, then by the work's number
        rows.with_columns(order=-nw.col("worth") * nw.col("fresh") + last_digits * 1e-15)
        .with_columns(nth=nw.col("order").rank("ordinal").over("author"))
        .with_columns(adds=nw.col("worth") * nw.col("fresh") * ((nw.col("nth") - 1) * math.log(DISCOUNT)).exp())
        .drop("order", "nth")
    )


def epoch_days(day: date) -> int:
    """Days since 1970, as the tables have them."""
    return (day - date(1970, 1, 1)).days


def sum_evidence_rows(rows: nw.LazyFrame) -> nw.LazyFrame:
    """One row per author: ``evidence`` and what describes it.

    Returns:
        ``author``; ``evidence``: the sum of ``adds``; ``error``: its standard error, each work being a draw of its own
        (the root of the summed squares); ``most``: what the best work adds; ``led_evidence``: the part from works they
        led; ``worth_sum``, ``recent_worth``: undecayed, of all works and of the last two years; ``match_sum``,
        ``led_match``; ``matched``, ``matched_recent``, ``matched_late`` (works: all, of two years, of LATE_YEARS);
        ``newest`` (year), ``newest_day``; ``led_first``, ``led_last`` (days of the first and the newest work on the
        interest that they led, null where there is none), ``led_works`` (how many); ``reach``: the day that their ages
        are counted from.
    """
    recent, late = nw.col("age") <= RECENT, nw.col("age") <= LATE_YEARS * 365
    strong = nw.col("led") & (nw.col("match") >= STRONG)
    none = nw.lit(0.0)
    return (
        rows.with_columns(
            squared=nw.col("adds") * nw.col("adds"),
            led_adds=nw.when(nw.col("led")).then(nw.col("adds")).otherwise(none),
            recent_worth=nw.when(recent).then(nw.col("worth")).otherwise(none),
            recent_work=nw.when(recent).then(nw.lit(1)).otherwise(nw.lit(0)),
            late_work=nw.when(late).then(nw.lit(1)).otherwise(nw.lit(0)),
            led_match=nw.when(nw.col("led")).then(nw.col("match")).otherwise(none),
            led_day=nw.when(strong).then(nw.col("day")),
            led_work=nw.when(strong).then(nw.lit(1)).otherwise(nw.lit(0)),
        )
        .group_by("author")
        .agg(
            nw.col("adds").sum().alias("evidence"),
            nw.col("squared").sum().alias("error"),
            nw.col("adds").max().alias("most"),
            nw.col("led_adds").sum().alias("led_evidence"),
            nw.col("worth").sum().alias("worth_sum"),
            nw.col("recent_worth").sum(),
            nw.col("match").sum().alias("match_sum"),
            nw.col("led_match").sum(),
            nw.len().alias("matched"),
            nw.col("recent_work").sum().alias("matched_recent"),
            nw.col("late_work").sum().alias("matched_late"),
            nw.col("year").max().alias("newest"),
            nw.col("day").max().alias("newest_day"),
            nw.col("led_day").min().alias("led_first"),
            nw.col("led_day").max().alias("led_last"),
            nw.col("led_work").sum().alias("led_works"),
            nw.col("reach").max(),
        )
        .with_columns(error=nw.col("error").sqrt())
    )


def is_frequent_leader() -> nw.Expr:
    """Whether somebody led works on the interest so often that three years without one say something.

    Of few works those of late may be what is not stored: where one is due in three years, none is no silence.
    """
    span = nw.col("led_last") - nw.col("led_first")
    return (nw.col("led_works") >= OFTEN) & (span * OFTEN <= YEARS_LED * (nw.col("led_works") - 1))


def focus_share() -> nw.Expr:
    """Share of somebody's own works of the last LATE_YEARS that is on the interest."""
    own = nw.max_horizontal(nw.col("works_recently"), nw.col("matched_late"), nw.lit(1))
    return nw.col("matched_late") / own.cast(nw.Float64)


def mean_freshness() -> nw.Expr:
    """Mean freshness of somebody's matched works by what they are worth: 1 today, 0.5 after a half-life."""
    return nw.col("evidence") / nw.max_horizontal(nw.col("worth_sum"), nw.lit(1e-9))


def recent_activity() -> nw.Expr:
    """Work on the interest in the last two years, levelling off: 0.5 at HALF, 0.75 at twice that."""
    return 1 - (nw.col("recent_worth") * (math.log(0.5) / HALF)).exp()


def lead_share() -> nw.Expr:
    """Share of the matched works, by match, that somebody led."""
    return nw.col("led_match") / nw.max_horizontal(nw.col("match_sum"), nw.lit(1e-9))
