"""The stage that people claim for themselves: of all their stated posts, the one that says what they are now.

A post held beside another decides nothing while the main one is known. Who studies and does research on one day
studies; who teaches a course beside leading research in a company is no lecturer; and who is a student or postdoc at
one place, and was seen at another since, has finished.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.features import roles

# years for which a statement stays likely: nobody is a student for ever
_HOLDS = {
    "student": 4.0,
    "postdoc": 3.0,
    "early-career faculty": 6.0,
    "established faculty": 30.0,
    "industry researcher": 6.0,
    "staff scientist": 6.0,
}
# what usually follows once a statement is older than it holds
_THEN = {"early-career faculty": "established faculty"}
# of two statements of one day the more senior one decides what somebody can offer
_RANK = {
    "student": 0,
    "postdoc": 1,
    "industry researcher": 1,
    "staff scientist": 1,
    "early-career faculty": 2,
    "established faculty": 3,
}
BELOW = ("student", "postdoc")
SAME_TIME = 200  # days: posts whose newest evidence is this close together are held at once
SEEN = 3  # sightings that make a place somebody's main one
BUSIER = 1.5  # times as many sightings as at the company whose post they state, or
AFTER = 0.5  # as many, where the university was seen long after the company
LATER = 2  # sightings at another place that show that somebody has left
MAIN, ALONE = 15, 5  # sightings elsewhere, and times as many as at the place of whose student somebody is said to be
LATELY = 3.0  # years for which it counts that somebody does research


def newest_stated_stage(posts: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """The newest statement of each author that still holds and is of the main post.

    Args:
        posts: as :func:`finder.features.affiliation_history.load_affiliations` gives them.

    Returns:
        ``author``, ``stated_stage``, ``stated_confidence``, ``stated_ground`` (a sentence), ``stated_record``,
        ``stated_until`` (date), ``plain_faculty`` (no rank is stated); and ``does_research``: they state that, where
        the kind of the institution is not known. Nobody who states nothing.
    """
    told = _read_stated_posts(posts, as_of)
    age, holds = pl.col("age"), pl.col("told").replace_strict(_HOLDS, default=3.0, return_dtype=pl.Float64)
    later = pl.col("told").replace_strict(_THEN, default=None, return_dtype=pl.String)
    studies = ((pl.col("told") == "student").any() & pl.col("told").is_in(["student", *roles.RESEARCHER]).all()).over(
        "author", "last"
    )
    rank = pl.col("told").replace_strict(_RANK, default=0, return_dtype=pl.Int8)
    rank = pl.when(studies & (pl.col("told") == "student")).then(pl.lit(9, pl.Int8)).otherwise(rank)
    best = (
        told.filter(pl.col("told").is_not_null(), ~pl.col("aside"))
        .with_columns(stated_stage=pl.when(age > holds).then(later).otherwise("told"), rank=rank, holds=holds)
        .filter(pl.col("stated_stage").is_not_null())
        .sort("author", "last", "rank", "record", "role", "name", descending=[False, True, True, True, False, False])
        .unique("author", keep="first", maintain_order=True)
        .select(
            "author",
            "stated_stage",
            stated_confidence=(0.95 - 0.45 * (age / pl.col("holds")).clip(0, 1)).clip(0.5, 0.95),
            stated_ground=pl.format("stated as {} at {} ({})", "role", "name", pl.col("last").dt.year()),
            stated_record="record",
            stated_until="last",
            plain_faculty=pl.col("role").str.to_lowercase() == "faculty",
        )
    )
    research = pl.col("told").is_null() & pl.col("researches") & (age <= LATELY)
    return told.group_by("author").agg(does_research=research.any()).join(best, on="author", how="left")


def _read_stated_posts(posts: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Stated posts with the stage each stands for (``told``), ``age`` in years, and whether it decides (``aside``)."""
    day, role = pl.col("last").dt.epoch("d"), pl.col("role")
    states = posts.filter(pl.col("author").is_in(posts.filter(role.is_not_null())["author"].unique().implode()))
    every = roles.add_role_readings(states).lazy().with_columns(pl.col("beside").fill_null(value=False))
    rows = every.filter(role.is_not_null()).with_columns(age=(pl.lit(as_of).dt.epoch("d") - day) / 365.25)
    # a lecturer beside a senior post in a company: the lectures are held beside
    teaches = (pl.col("told") == "early-career faculty") & pl.col("teaches")
    heads = (pl.col("told") == "industry researcher") & pl.col("senior")
    at_once = (pl.col("last").max().over("author") - pl.col("last")).dt.total_days() <= SAME_TIME
    lectures = teaches & at_once & (heads & at_once).any().over("author")
    keys = ("author", "institution")
    return (
        rows.join(_compare_other_places(rows, every), on=keys, how="left")
        .with_columns(pl.col("main", "busier", "left", "dwarfed", "outlived").fill_null(value=False))
        .with_columns(
            aside=lectures
            | (pl.col("beside") & pl.col("main"))
            | (pl.col("told").is_in(roles.RESEARCHER) & pl.col("busier"))
            | ((pl.col("told") == "industry researcher") & pl.col("outlived"))
            | (pl.col("told").is_in(BELOW) & (pl.col("left") | pl.col("dwarfed")))
        )
    )


def _compare_other_places(rows: pl.LazyFrame, every: pl.LazyFrame) -> pl.LazyFrame:
    """What other places say of a stated one, by author and institution.

    Returns:
        ``main``: there is another post that is not held beside. ``busier``: a university was seen at least as lately,
        and more often. ``left``: another place was seen later, more than once. ``outlived``: so was a university, after
        all that was seen there. ``dwarfed``: another place was seen about then, and so often that the statement may be
        a namesake's.
    """
    places = every.group_by("author", "institution").agg(
        times=pl.col("count").sum(),
        seen=pl.col("last").max(),
        school=(pl.col("kind") == "education").any(),
        mainly=(~pl.col("beside")).any(),
    )
    stated = rows.group_by("author", "institution").agg(stated_last=pl.col("last").max())
    counted = places.select("author", "institution", own_times="times", own_seen="seen")
    own = stated.join(counted, on=("author", "institution"))
    both = own.join(places.rename({"institution": "other"}), on="author").filter(
        pl.col("institution") != pl.col("other")
    )
    newer = (pl.col("seen") - pl.col("stated_last")).dt.total_days()
    since = (pl.col("seen") - pl.col("own_seen")).dt.total_days()
    seen_often = pl.col("times") >= SEEN
    often = seen_often & (pl.col("times") >= BUSIER * pl.col("own_times"))
    return both.group_by("author", "institution").agg(
        main=pl.col("mainly").any(),
        busier=(pl.col("school") & (newer >= 0) & often).any(),
        left=((newer > SAME_TIME) & (pl.col("times") >= LATER)).any(),
        dwarfed=(
            (newer >= -SAME_TIME) & (pl.col("times") >= MAIN) & (pl.col("times") >= ALONE * pl.col("own_times"))
        ).any(),
        outlived=(
            pl.col("school") & (since > SAME_TIME) & (pl.col("times") >= AFTER * pl.col("own_times")) & seen_often
        ).any(),
    )
