"""Who was a student, or just out of it, when they wrote some work: by what they stated, and by years of publishing."""

from __future__ import annotations

import polars as pl

from finder.authorship import is_last_author
from finder.features.advisee_pairs import BEGUN, BESIDE, LED, YEAR
from finder.features.roles import stage_of_role

RISE = 5  # years
ASIDE = r"(?i)\bintern|student researcher"  # posts that a student holds beside studying
LEADS_SOON = 2  # years after a work in which hardly anybody leads one who was a student then
GRADUATED = 100  # days after a work in which a postdoc who says so was hardly a student when it was written


def student_authorships(
    lines: pl.DataFrame, record: pl.DataFrame, people: pl.DataFrame, seen: pl.DataFrame
) -> pl.DataFrame:
    """Those of some authorships whose authors were students then, as far as can be told.

    They stated it, then or within RISE years; or they had published for BEGUN years at most, led LED works at most
    until LEADS_SOON years later, and did not state another post.

    Args:
        lines: ``work``, ``author``, ``day`` (since 1970).
        record: the table ``authorships`` up to the day that is asked about.
        people: ``author``, ``first_year`` of everybody.
        seen: sightings: ``author``, ``kind``, ``role``, ``first``, ``last`` (days).

    Returns:
        ``work``, ``author``, ``employed``: whether they stated another post beside that of a student or intern;
        ``led``: whether they led a work until then.
    """
    record = record.join(lines.select("author").unique(), on="author", how="semi")
    last = is_last_author(pl.col)
    led = lines.join(record.filter(last).select("author", led="day"), on="author")
    led = led.filter(pl.col("led") <= pl.col("day") + LEADS_SOON * YEAR).group_by("work", "author").agg(leads=pl.len())
    known = (
        lines.join(_first_work_day(record, people), on="author", how="left")
        .join(led, on=("work", "author"), how="left")
        .join(_role_levels(lines, seen), on=("work", "author"), how="left")
        .with_columns(pl.col("below", "above").fill_null(value=False), pl.col("leads").fill_null(0))
    )
    young = (pl.col("day") - pl.col("begun") <= BEGUN * YEAR) & (pl.col("leads") <= LED) & ~pl.col("above")
    found = known.filter(young | pl.col("below"))
    return found.select("work", "author", employed="above", led=(pl.col("leads") > 0) & ~pl.col("below")).unique()


def _first_work_day(record: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``begun``: the day from which works of theirs are known.

    The number that a registry gave is no help here: it may be that of an older namesake, whose page was split later.
    """
    first = record.group_by("author").agg(stored=pl.col("day").min())
    # of a year that is known without a day, its last day: what is known for sure
    told = people.select("author", told=pl.date(pl.col("first_year") + 1, 1, 1).dt.epoch("d") - 1)
    return first.join(told, on="author", how="left").select("author", begun=pl.min_horizontal("stored", "told"))


def _role_levels(lines: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``author``, ``below`` (a student then), ``above`` (more than that, by another statement)."""
    own = seen.filter(pl.col("role").is_not_null(), ~pl.col("role").str.contains(ASIDE))
    told = own.select("author", "first", "last", stage=stage_of_role(pl.col("role"), pl.col("kind"))).drop_nulls(
        "stage"
    )
    near = pl.col("day").is_between(pl.col("first") - BESIDE, pl.col("last") + BESIDE)
    said, soon = pl.col("stage"), pl.col("first") <= pl.col("day") + RISE * YEAR
    after = pl.col("first") > pl.col("day")
    below = (said == "student") & (near | (after & soon))
    graduated = (said == "postdoc") & near & (pl.col("first") <= pl.col("day") + GRADUATED)
    # nobody rises from a student to a full professor in so short a time
    risen = (said == "established faculty") & soon
    above = graduated | risen | (near & ~said.is_in(["student", "postdoc"]))
    then = lines.join(told, on="author").with_columns(below=below, above=above)
    return then.group_by("work", "author").agg(pl.col("below", "above").any())
