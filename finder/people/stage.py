"""At which stage of a career somebody is: what they stated, else what the record suggests, with how sure that is."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.people import career

STAGES = (
    "student",
    "postdoc",
    "early-career faculty",
    "established faculty",
    "industry researcher",
    "staff scientist",
    "unknown",
)

# role as stated, in lower case -> stage, first that fits; "industry" and "staff" are told apart by the employer
_ROLES: tuple[tuple[str, str], ...] = (
    (r"post-?\s?doc", "postdoc"),
    (r"student|intern\b|undergrad|graduate|phd\b|ph\.d|doctoral|master|pupil|research assistant$", "student"),
    (r"assistant prof|junior prof|tenure.track|group leader|^lecturer|^assistant lecturer", "early-career faculty"),
    (
        r"prof|reader\b|senior lecturer|emerit|^chair|^faculty|^dean|docent|principal investigator",
        "established faculty",
    ),
    (
        r"research(er)?|scientist|engineer|director|fellow|manager|founder|chief|president|lead|staff|architect",
        "staff scientist",
    ),
)
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
GONE = 2  # years without a work after which the record no longer says where somebody is
SEEN = 2  # years into what the store covers from which a first work is believed to be the first
FACULTY_EARLY = 8  # years since the first work up to which a plain "faculty" is early-career


def of_role(role: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """The stage that a stated role at a kind of institution stands for; null where the role says nothing."""
    text = role.str.to_lowercase()
    stage: pl.Expr = pl.lit(None, pl.String)
    for pattern, name in reversed(_ROLES):
        stage = pl.when(text.str.contains(pattern)).then(pl.lit(name)).otherwise(stage)
    researcher = stage.is_in(["staff scientist", "established faculty"]) & ~text.str.contains("prof")
    return pl.when(researcher & (kind == "company")).then(pl.lit("industry researcher")).otherwise(stage)


def stages(careers: pl.DataFrame, posts: pl.DataFrame, record: pl.DataFrame, as_of: date, begins: int) -> pl.DataFrame:
    """Stage, confidence and ground for authors.

    Args:
        careers: as :func:`finder.people.career.records` gives them.
        posts: as :func:`finder.people.timeline.posts` gives them.
        record: one row per author: ``ids``, ``led_since`` (year of the first last-authorship), ``first_year``,
            ``last_seen`` (year of the newest work).
        begins: the first year that the store covers: a first work of that time need not be anybody's first.

    Returns:
        ``author``, ``stage``, ``stage_confidence``, ``stage_ground`` (a sentence), ``stage_record`` (or null).
    """
    inferred = career.infer(careers, record.select("author", "ids", "first_year"), posts, as_of)
    return (
        record.lazy()
        .join(_stated(posts, as_of), on="author", how="left")
        .pipe(_inferred, inferred, as_of, begins)
        .with_columns(
            stage=pl.coalesce("stated_stage", "inferred_stage"),
            stage_confidence=pl.coalesce("stated_confidence", "inferred_confidence").round(2),
            stage_ground=pl.coalesce("stated_ground", "inferred_ground"),
        )
        .select("author", "stage", "stage_confidence", "stage_ground", stage_record="stated_record")
        .collect()
    )


def _stated(posts: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """The newest statement that still holds."""
    age = (pl.lit(as_of).dt.epoch("d") - pl.col("last").dt.epoch("d")) / 365.25
    told = (
        posts.lazy()
        .filter(pl.col("role").is_not_null())
        .with_columns(told=of_role(pl.col("role"), pl.col("kind")), age=age)
    )
    fresh = told.filter(pl.col("told").is_not_null()).with_columns(
        holds=pl.col("told").replace_strict(_HOLDS, default=3.0, return_dtype=pl.Float64)
    )
    later = pl.col("told").replace_strict(_THEN, default=None, return_dtype=pl.String)
    lapsed = pl.col("age") > pl.col("holds")
    # two statements of one day: the more senior one decides what somebody can offer
    rank = pl.col("told").replace_strict({s: i for i, s in enumerate(STAGES)}, default=9, return_dtype=pl.Int8)
    rank = (
        pl.when(pl.col("told").is_in(["industry researcher", "staff scientist"]))
        .then(pl.lit(1, pl.Int8))
        .otherwise(rank)
    )
    return (
        fresh.with_columns(stated_stage=pl.when(lapsed).then(later).otherwise("told"), rank=rank)
        .filter(pl.col("stated_stage").is_not_null())
        .sort("author", "last", "rank", "record", descending=[False, True, True, True])
        .unique("author", keep="first", maintain_order=True)
        .select(
            "author",
            "stated_stage",
            stated_confidence=(0.95 - 0.45 * (pl.col("age") / pl.col("holds")).clip(0, 1)).clip(0.5, 0.95),
            stated_ground=pl.format("stated as {} at {} ({})", "role", "name", pl.col("last").dt.year()),
            stated_record="record",
            plain_faculty=pl.col("role").str.to_lowercase() == "faculty",
        )
    )


def _inferred(frame: pl.LazyFrame, inferred: pl.DataFrame, as_of: date, begins: int) -> pl.LazyFrame:
    """What the record alone suggests, unless it ended a while ago; and which faculty a plain "faculty" is."""
    years, led_years = as_of.year - pl.col("first_year"), as_of.year - pl.col("led_since")
    gone = pl.col("last_seen") < as_of.year - GONE
    said = pl.col("inferred_stage").is_not_null() & ~gone
    nothing = pl.when(gone).then(pl.lit("no work of late")).otherwise(pl.lit("the record says too little"))
    # "faculty" without a rank: early-career only where both the first work and the first led one are seen to be late,
    # and nothing else in the record speaks for somebody established
    late = (pl.col("first_year") >= begins + SEEN) & ((led_years <= FACULTY_EARLY - 2) | pl.col("led_since").is_null())
    late = late & (pl.col("inferred_stage") != "established faculty").fill_null(value=True)
    plain = pl.col("plain_faculty").fill_null(value=False) & (years <= FACULTY_EARLY) & late.fill_null(value=False)
    return frame.join(inferred.lazy(), on="author", how="left").with_columns(
        inferred_stage=pl.when(said).then("inferred_stage").otherwise(pl.lit("unknown")),
        inferred_confidence=pl.when(said).then("inferred_confidence").otherwise(0.0),
        inferred_ground=pl.when(said).then("inferred_ground").otherwise(nothing),
        stated_stage=pl.when(plain).then(pl.lit("early-career faculty")).otherwise("stated_stage"),
        # that somebody is faculty is stated; since when is not
        stated_confidence=pl.when(pl.col("plain_faculty"))
        .then(pl.when(plain).then(0.5).otherwise(0.65))
        .otherwise("stated_confidence"),
    )
