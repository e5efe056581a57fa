"""Who hosted an intern: of the people of the company on a work the one who hosts others, too, and stands nearest.

Nearest is who stands next to the intern, or last without leading a group; works with the same intern before and after
make two nearer. Advisors who have left the intern's university, beginners and professors come after all others.
"""

from __future__ import annotations

import polars as pl

from finder.authorship import is_last_author
from finder.features.advisee_pairs import YEAR
from finder.features.internship_data import KEYS, LINE, InternshipData

AFTER = 540  # days after an internship for which works may come out of it
FORMER = 1500  # days before a work in which whoever was at the intern's university may have been the advisor
AHEAD = 3  # years by which somebody who began to publish after an intern is less likely to have led them
CROWDED = 3  # people of the company from which on a senior who stands last may be the head of all of them only
WHILE = 3 * 365  # days before and after in which other interns tell who hosts
AGAIN = 0.5  # what a further work with the same intern counts for beside another intern
MOST_AGAIN = 3  # such works that count
MOST_OTHERS = 1  # other interns from which more of them tell nothing more: heads of laboratories have most
LAST = 2.0  # what standing last counts for without leading a group, beside standing next to the intern
SENIOR = 15  # works led at that time by somebody who more likely heads the group than sits with an intern
HEADS = 0.5  # what that counts against them


def find_intern_hosts(world: InternshipData, told: pl.DataFrame) -> pl.DataFrame:
    """Who else was at the company and is no intern or student.

    Args:
        told: proofs: ``work``, ``intern``, ``company``, ``day``, ``chance``.

    Returns:
        ``work``, ``intern``, ``company``, ``hosts`` (most likely first), ``head``: who leads them, where it is not the
        first of them; ``advisor``: whether the first was lately at the intern's own university, as all of them were.
    """
    both = _host_candidates(world, told).join(_count_leads_nearby(world, told), on=("work", "author"), how="left")
    last = ~pl.col("alphabetical") & (pl.col("position") == pl.col("position").max().over(KEYS))
    senior = (pl.col("leads") >= SENIOR).fill_null(value=False)
    both = both.with_columns(senior=senior, head=last & senior & (pl.len().over(KEYS) >= CROWDED))
    away = (pl.col("position") - pl.col("intern_position")).abs()
    nearness = pl.when(last & ~senior).then(LAST).otherwise(1 / away.rank("dense").over(KEYS))
    both = both.with_columns(nearness=nearness)
    both = both.join(_count_other_interns(both), on=("company", "author", "intern", "work"), how="left")
    both = both.join(_joint_work_counts(world, both), on=("intern", "author"), how="left")
    again = (pl.col("joint") - 1).clip(0, MOST_AGAIN) * AGAIN
    others = (pl.col("recurs").fill_null(0.0).clip(upper_bound=MOST_OTHERS) + 1).log(2)
    worth = others + again + pl.col("nearness") - pl.when("senior").then(HEADS).otherwise(0.0)
    # where names stand in alphabetical order, whoever has published for longest has most likely led
    worth = pl.when("alphabetical").then(-pl.col("since").cast(pl.Float64)).otherwise(worth.round(6))
    ordered = both.with_columns(worth=worth).sort(
        *KEYS,
        "advisor",
        "late",
        "chair",
        "worth",
        "position",
        "author",
        descending=[*[False] * 6, True, True, False],
    )
    found = ordered.group_by(KEYS, maintain_order=True).agg(
        hosts="author", head=pl.col("author").filter("head").first(), advisor=pl.col("advisor").first()
    )
    return found.with_columns(head=pl.when(pl.col("head") != pl.col("hosts").list.first()).then("head"))


def _host_candidates(world: InternshipData, told: pl.DataFrame) -> pl.DataFrame:
    """The people of the company on each work, and what tells them apart."""
    interns = world.at.select(*LINE, "day").join(_internship_terms(world, told), on=("author", "institution"))
    interns = interns.filter(pl.col("day").is_between(pl.col("first"), pl.col("last") + AFTER)).select(LINE)
    interns = pl.concat([interns, world.quotes.select(LINE)]).unique()
    there = world.at.join(interns, on=LINE, how="anti").join(world.students, on=("work", "author"), how="anti")
    lines = world.lines.select("work", "author", "position", "alphabetical")
    there = there.select("work", company="institution", author="author").join(lines, on=("work", "author"))
    # whoever has a chair beside it is less likely to be the one an intern sits with
    chair = world.at.filter("school").select("work", "author", chair=True).unique()
    there = there.join(world.since, on="author", how="left").join(chair, on=("work", "author"), how="left")
    there = there.with_columns(pl.col("chair").fill_null(value=False))
    both = told.select(*KEYS, "day", "chance").join(there, on=("work", "company"))
    both = both.filter(pl.col("author") != pl.col("intern"))
    # they may have, for all that: records begin late, too
    begun = world.since.select(intern="author", begun="since")
    first = lines.select("work", intern="author", intern_position="position")
    late = pl.col("since") > pl.col("begun") + AHEAD * YEAR
    both = both.join(begun, on="intern", how="left").join(first, on=("work", "intern")).with_columns(late=late)
    both = both.join(_former_advisors(world, both), on=("work", "intern", "author"), how="left")
    return both.with_columns(pl.col("advisor").fill_null(value=False))


def _former_advisors(world: InternshipData, both: pl.DataFrame) -> pl.DataFrame:
    """Of people of companies, those who were lately at the university of an intern: advisors who have left, or both."""
    homes = world.at.filter("school").select("work", "institution", intern="author")
    theirs = world.seen.filter("school").select("author", "institution", "first", "last")
    met = both.select("work", "intern", "author", "day").join(homes, on=("work", "intern"))
    met = met.join(theirs, on=("author", "institution"))
    then = (pl.col("last") >= pl.col("day") - FORMER) & (pl.col("first") <= pl.col("day"))
    return met.filter(then).select("work", "intern", "author", advisor=True).unique()


def _count_leads_nearby(world: InternshipData, told: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``author``, ``leads``: how many works authors of some works led at about that time."""
    last = is_last_author(pl.col)
    led = world.record.filter(last).select("author", then="day")
    lines = world.lines.join(told, on="work", how="semi").select("work", "author", "day")
    pairs = lines.join(led, on="author")
    near = pairs.filter((pl.col("then") - pl.col("day")).abs() <= WHILE)
    return near.group_by("work", "author").agg(leads=pl.len())


def _internship_terms(world: InternshipData, told: pl.DataFrame) -> pl.DataFrame:
    """When somebody was an intern somewhere, as they say or as proofs say."""
    stated = world.interns.select("author", "institution", "first", "last")
    found = told.select(author="intern", institution="company", first="day", last="day")
    return pl.concat([stated, found], how="vertical_relaxed")


def _count_other_interns(both: pl.DataFrame) -> pl.DataFrame:
    """``recurs``: other interns of a company whom somebody stood beside at that time, as sure as each is.

    The head of all of them stands there for other reasons.
    """
    own = both.filter(~pl.col("head")).select("company", "author", other="intern", then="day", likely="chance")
    keys = ("company", "author", "intern", "work")
    pairs = both.select(*keys, "day").join(own, on=("company", "author")).filter(pl.col("other") != pl.col("intern"))
    near = pairs.filter((pl.col("then") - pl.col("day")).abs() <= WHILE)
    each = near.group_by(*keys, "other").agg(likely=pl.col("likely").max())
    return each.group_by(keys).agg(recurs=pl.col("likely").sum())


def _joint_work_counts(world: InternshipData, both: pl.DataFrame) -> pl.DataFrame:
    """``joint``: how many works interns wrote with the people of the company."""
    pairs = both.select("intern", "author").unique()
    own = world.record.select("work", intern="author").join(pairs.select("intern").unique(), on="intern", how="semi")
    theirs = world.record.select("work", "author").join(pairs.select("author").unique(), on="author", how="semi")
    joint = own.join(theirs, on="work").join(pairs, on=("intern", "author"), how="semi")
    return joint.group_by("intern", "author").agg(joint=pl.len())
