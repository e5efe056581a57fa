"""Whom somebody published with as last author when those were beginners, what became of them, and who taught somebody.

Who counts as a beginner is said in :mod:`finder.features.advisee_pairs`. All of it is counted from author lists: it
knows nothing of contracts, misses who never wrote first, and takes in whoever was supervised jointly.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.features import affiliation_history
from finder.features.advisee_pairs import BEGUN, YEAR

RECENT = 730  # days that count as "the last two years"
MONTH = YEAR / 12  # days
SURE = 0.6  # confidence from which a stage says where somebody went
LIKELY = 0.3  # share of somebody's early works from which whoever stands last on them is probably an advisor
CLOSE = 0.5  # of the likeliest one's count: whoever has as much is likely, too

WENT = ("faculty", "industry", "research staff", "postdoc", "student", "university", "unknown")
_NOW = ("institution", "place", "country", "kind", "role", "source", "seen", "fresh")  # the newest post
_BY_STAGE = {
    "early-career faculty": "faculty",
    "established faculty": "faculty",
    "industry researcher": "industry",
    "staff scientist": "research staff",
    "postdoc": "postdoc",
    "student": "student",
}
_BY_KIND = {"company": "industry", "facility": "research staff", "education": "university"}


def describe_advisees(
    works: pl.DataFrame,
    pairs: pl.DataFrame,
    authorships: pl.DataFrame,
    posts: pl.DataFrame,
    stages: pl.DataFrame,
    as_of: date,
) -> pl.DataFrame:
    """Those whom some people led as last author, and where they are now.

    Args:
        works, pairs: as :func:`finder.features.advisee_pairs.find_advisee_pairs` gives them.
        authorships: the table of that name, whole.
        posts: of everybody in ``pairs``, as :func:`finder.features.affiliation_history.load_affiliations` gives them.
        stages: ``author``, ``stage``, ``stage_confidence`` of those of them whose stage is known.

    Returns:
        ``head``, ``author``, ``guest``; of their first-authored works with the head last: ``works`` (numbers, newest
        first), ``joint`` (how many), ``first``, ``last`` (dates), ``months`` (median from one to the next, null of
        fewer than two); in the two years up to the day: ``recent`` (such a work), ``together`` (any work of both),
        ``active`` (any work at all); of the newest current post: ``institution``, ``place``, ``country``, ``kind``,
        ``role``, ``source``, ``seen`` (date), ``fresh`` (in these two years); ``still`` (whether both are at one
        institution, null where it is not known where either is in these two years), ``stage``, ``stage_confidence``,
        and ``went``, one of WENT. Ordered by head, then newest first.
    """
    since = _day_number(as_of) - RECENT
    day = pl.col("day")
    own = works.lazy().join(pairs.lazy().select("head", "author", "guest"), on=("head", "author"))
    counted = (
        own.sort("day", "work", descending=True)
        .group_by("head", "author", "guest", maintain_order=True)
        .agg(
            works="work",
            joint=pl.len(),
            first=day.min().cast(pl.Date),
            last=day.max().cast(pl.Date),
            months=(-day.diff()).median() / MONTH,
            recent=(day >= since).any(),
        )
    )
    late = (
        authorships.lazy()
        .filter(pl.col("published") & day.is_between(since, _day_number(as_of)))
        .select("author", "work")
    )
    return (
        counted.join(_recent_joint_work(pairs, late), on=("head", "author"), how="left")
        .join(_current_affiliation(posts, as_of), on="author", how="left")
        .join(_shares_institution(pairs, posts, as_of), on=("head", "author"), how="left")
        .join(stages.lazy().select("author", "stage", "stage_confidence"), on="author", how="left")
        # where somebody was before they worked with the head is not where they are now
        .with_columns(pl.when(pl.col("seen") >= pl.col("first")).then(pl.col(name)).alias(name) for name in _NOW)
        .with_columns(pl.col("together", "active").fill_null(value=False), went=_destination_kind())
        .sort("head", "last", "joint", "author", descending=[False, True, True, False])
        .collect()
    )


def _recent_joint_work(pairs: pl.DataFrame, late: pl.LazyFrame) -> pl.LazyFrame:
    """``head``, ``author``, ``active``, ``together`` of pairs whose author has a work of late."""
    theirs = pairs.lazy().select("head", "author").join(late.select("author", "work"), on="author")
    of_heads = late.select("work", head="author")
    both = theirs.join(of_heads.with_columns(both=True), on=("head", "work"), how="left")
    return both.group_by("head", "author").agg(active=pl.lit(value=True).first(), together=pl.col("both").any())


def _current_affiliation(posts: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Everybody's newest current post."""
    held = posts.lazy().filter("current").unique("author", keep="first", maintain_order=True)
    return held.select(
        "author",
        "institution",
        "country",
        "kind",
        "role",
        "source",
        place="name",
        seen="last",
        fresh=affiliation_history.is_recently_seen(as_of),
    )


def _shares_institution(pairs: pl.DataFrame, posts: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Whether both have a current post at one institution, of pairs that both have one that was seen of late."""
    current = (
        posts.lazy()
        .filter("current", affiliation_history.is_recently_seen(as_of))
        .group_by("author")
        .agg(pl.col("institution").unique())
    )
    keys = pairs.lazy().select("head", "author")
    places = keys.join(current, on="author").join(current.select(head="author", theirs="institution"), on="head")
    shared = pl.col("institution").list.set_intersection("theirs").list.len() > 0
    return places.select("head", "author", still=shared)


def _destination_kind() -> pl.Expr:
    """Where somebody is, by kind: what their stage says, else what kind of place they were last seen at of late."""
    by_stage = pl.col("stage").replace_strict(_BY_STAGE, default=None, return_dtype=pl.String)
    by_kind = pl.col("kind").replace_strict(_BY_KIND, default=None, return_dtype=pl.String)
    # who has left the head and looks like a student may as well be a postdoc by now
    left = (pl.col("stage") == "student") & ~pl.col("still")
    # of faculty the confidence is that of the rank; that somebody is faculty is surer
    sure = ((pl.col("stage_confidence") >= SURE) | (by_stage == "faculty")) & ~left.fill_null(value=False)
    return pl.coalesce(pl.when(sure).then(by_stage), pl.when("fresh").then(by_kind), pl.lit("unknown"))


def summarize_advisees(students: pl.DataFrame) -> pl.DataFrame:
    """The numbers of one row per head, from what :func:`describe_advisees` gives; guests are only counted.

    Returns:
        ``head``; how many ``students``, and of these ``recent``, ``together``, ``active``, ``still``; ``months``
        (median of theirs), a count for each of WENT, and ``guests``. Nobody without students or guests.
    """
    of_lab = ~pl.col("guest")
    flags = [(pl.col(name) & of_lab).sum() for name in ("recent", "together", "active", "still")]
    went = [((pl.col("went") == kind) & of_lab).sum().alias(kind) for kind in WENT]
    months = pl.col("months").filter(of_lab).median()
    return (
        students.group_by("head")
        .agg(of_lab.sum().alias("students"), *flags, months, *went, guests=pl.col("guest").sum())
        .sort("head")
    )


def infer_advisors(works: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Who probably advised some people: last authors of what these wrote first in their first BEGUN years.

    An inference, not a statement; where two are likely, both are given.

    Args:
        works, pairs: as :func:`finder.features.advisee_pairs.find_advisee_pairs` gives them for these people as first
            authors.

    Returns:
        ``author``, ``head``, ``count`` (such works with this head), ``of`` (such works in all), ``share`` (of them),
        ``first``, ``last`` (dates), ``works`` (numbers, newest first). Ordered by author, then likeliest first.
    """
    since = pairs.group_by("author").agg(pl.col("since").first())
    early = works.join(since, on="author").filter(pl.col("day") <= pl.col("since") + BEGUN * YEAR)
    day, count = pl.col("day"), pl.col("count")
    counted = (
        early.lazy()
        .with_columns(of=pl.len().over("author"))
        .join(pairs.lazy().filter(~pl.col("guest")).select("head", "author"), on=("head", "author"))
        .sort("day", "work", descending=True)
        .group_by("author", "head", "of", maintain_order=True)
        .agg(count=pl.len(), first=day.min().cast(pl.Date), last=day.max().cast(pl.Date), works="work")
        .with_columns(share=count / pl.col("of"))
    )
    likely = (pl.col("share") >= LIKELY) & (count >= CLOSE * count.max().over("author"))
    return (
        counted.filter(likely)
        .select("author", "head", "count", "of", "share", "first", "last", "works")
        .sort("author", "count", "last", "head", descending=[False, True, True, False])
        .collect()
    )


def _day_number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
