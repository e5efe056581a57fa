"""At which stage of a career somebody is: what they stated, else what the record suggests, with how sure that is."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.features import stage_statements
from finder.resolution import stage_model

# stages that are stated, or that a record suggests
KNOWN = (
    "student",
    "postdoc",
    "early-career faculty",
    "established faculty",
    "industry researcher",
    "staff scientist",
)
LEADS = "leads a group"  # who is last author on many works, where it is not known as what
STAGES = (*KNOWN, LEADS, "unknown")
MANY = 10  # led works

GONE = 2  # years without a work after which the record no longer says where somebody is
LATELY = 730  # days for which somebody who said to be a student is kept off lists of advisors
SURE = 0.95  # confidence from which the record alone does so, of whoever never led a work
# that a rank which only the record tells of a plain "faculty" is right: measured on those who stated it
EARLY_CHANCE, ESTABLISHED_CHANCE = 0.6, 0.65


def assign_stages(inferred: pl.DataFrame, posts: pl.DataFrame, record: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Stage, confidence and ground for authors.

    Args:
        inferred: as :func:`finder.resolution.stage_model.infer_stages` gives it.
        posts: as :func:`finder.features.affiliation_history.load_affiliations` gives them.
        record: one row per author: ``ids``, ``first_year``, ``last_seen`` (year of the newest work).

    Returns:
        ``author``, ``stage``, ``stage_confidence``, ``stage_ground`` (a sentence), ``stage_record`` (or null);
        ``likely_stage``, ``likely_confidence``: the same where the record holds too little to say it, by which people
        are put in order; and ``is_student``: sure enough to be kept off lists of advisors.
    """
    age = (pl.lit(as_of) - pl.col("stated_until")).dt.total_days()
    said_lately = pl.col("stated_stage").is_not_null() & (age <= LATELY)
    by_record = (
        pl.col("stated_stage").is_null()
        & (pl.col("inferred_confidence") >= SURE)
        & (pl.col("led").fill_null(0) == 0)
        & ~pl.col("does_research")
    )
    student = pl.col("stage") == "student"
    return (
        record.lazy()
        .join(stage_statements.newest_stated_stage(posts, as_of), on="author", how="left")
        .join(inferred.lazy(), on="author", how="left")
        .with_columns(pl.col("does_research").fill_null(value=False))
        .pipe(_apply_record_stage, as_of)
        .with_columns(
            stage=pl.coalesce("stated_stage", "inferred_stage"),
            stage_confidence=pl.coalesce("stated_confidence", "inferred_confidence").round(2),
            stage_ground=pl.coalesce("stated_ground", "inferred_ground"),
            likely_stage=pl.coalesce("stated_stage", "likely_stage"),
            likely_confidence=pl.coalesce("stated_confidence", "likely_confidence"),
        )
        .select(
            "author",
            "stage",
            "stage_confidence",
            "stage_ground",
            "likely_stage",
            "likely_confidence",
            stage_record="stated_record",
            is_student=(student & (said_lately | by_record)).fill_null(value=False),
        )
        .collect()
    )


def _apply_record_stage(frame: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """What the record alone suggests, unless it ended a while ago; and which faculty a plain "faculty" is."""
    gone = pl.col("last_seen") < as_of.year - GONE
    # who states to do research, where it is not known for whom, is at least no beginner
    below = pl.col("does_research") & pl.col("inferred_stage").is_in(stage_model.BELOW)
    said = pl.col("inferred_stage").is_not_null() & ~gone & ~below
    likely = pl.col("likely_stage").is_not_null() & ~gone
    likely &= ~(pl.col("does_research") & pl.col("likely_stage").is_in(stage_model.BELOW))
    many = ~gone & (pl.col("led") >= MANY).fill_null(value=False)
    leads = ~said & ~gone & (pl.col("leads") | (pl.col("led") >= MANY)).fill_null(value=False)
    nothing = pl.when(gone).then(pl.lit("no work of late")).otherwise(pl.lit("the record says too little"))
    group = pl.format("leads a group: last author on {} of {} works", "led", "n_works")
    # "faculty" without a rank: the one that the record rather speaks for
    plain = pl.col("plain_faculty").fill_null(value=False) & (pl.col("higher_rank") < stage_model.ESTABLISHED)
    plain = plain.fill_null(value=False)
    return frame.with_columns(
        inferred_stage=pl.when(said)
        .then("inferred_stage")
        .when(leads)
        .then(pl.lit(LEADS))
        .otherwise(pl.lit("unknown")),
        inferred_confidence=pl.when(said)
        .then("inferred_confidence")
        .when(leads)
        .then("senior_confidence")
        .otherwise(0.0),
        likely_stage=pl.when(likely).then("likely_stage").when(many).then(pl.lit(LEADS)).otherwise(pl.lit("unknown")),
        likely_confidence=pl.when(likely).then("likely_confidence").when(many).then("senior_confidence").otherwise(0.0),
        inferred_ground=pl.when(said).then("inferred_ground").when(leads).then(group).otherwise(nothing),
        stated_stage=pl.when(plain).then(pl.lit("early-career faculty")).otherwise("stated_stage"),
        # that somebody is faculty is stated; since when is not
        stated_confidence=pl.when(pl.col("plain_faculty"))
        .then(pl.when(plain).then(EARLY_CHANCE).otherwise(ESTABLISHED_CHANCE))
        .otherwise("stated_confidence"),
    )
