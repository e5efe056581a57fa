"""Internships by the places that a student printed: the company beside a university, or the company in between."""

from __future__ import annotations

import polars as pl

from finder.authorship import is_last_author
from finder.features.advisee_pairs import YEAR
from finder.features.host_candidates import FORMER
from finder.features.internship_data import LINE, InternshipData

LONG = 600  # days over which a student prints the company: more than an internship, as likely as not
SOON = 400  # days after a work for which the next ones say what became of the author
EARLY = 3  # authors among whom a student with two places is one of those who did the work
OFTEN = 2  # other works on which a student who returns prints the company alone
BEGINS = 4  # years of publishing of a later author with two places who is taken for a student
ROUND = 1100  # days before and after an internship in which a student prints the university
LEADS_NEVER = 4  # years after a first work at a company, then one at a university: who leads by then was no student


def two_place_students(world: InternshipData) -> pl.DataFrame:
    """Students who stand first with a university and a company.

    Returns:
        ``work``, ``author``, ``institution`` (the company), ``day``, ``unsure``: whether the company may employ them.
    """
    first = ~pl.col("alphabetical") & (pl.col("position") == 0)
    return _select_two_places(world, world.students, world.lines.filter(first))


def two_place_coauthors(world: InternshipData) -> pl.DataFrame:
    """The same of second and third authors, other than the last, who have led nothing and begun of late."""
    early = pl.col("position").is_between(1, EARLY - 1) & (pl.col("position") < pl.col("n_authors") - 1)
    lines = world.lines.filter(~pl.col("alphabetical"), early).join(world.since, on="author")
    lines = lines.filter(pl.col("day") - pl.col("since") <= BEGINS * YEAR)
    firsts = world.record.filter(pl.col("position") == 0).select("author", other="day")
    near = lines.select("work", "author", "day").join(firsts, on="author")
    near = near.filter((pl.col("other") - pl.col("day")).abs() <= ROUND)
    return _select_two_places(world, world.students, lines.join(near, on=("work", "author"), how="semi"))


def company_only_students(world: InternshipData) -> pl.DataFrame:
    """Students who stand first with the company only, and print a university on works after it.

    Returns:
        As :func:`two_place_students`; ``unsure`` where they did not print the same university before.
    """
    lines = world.lines.filter(~pl.col("alphabetical"), pl.col("position") == 0)
    schools = world.at.filter("school").select("work", "author")
    here = world.everywhere.filter("host").join(lines.select("work", "author"), on=("work", "author"), how="semi")
    here = here.join(schools, on=("work", "author"), how="anti")
    here = here.join(world.find_students(here.select("work", "author").unique()), on=("work", "author"))
    here = here.filter(pl.len().over("work", "author") == 1, ~pl.col("employed"), ~pl.col("led"))
    around = here.join(_affiliations_around(world, here), on=LINE).join(
        _works_with_advisor(world, here), on="work", how="anti"
    )
    apart = around.filter(pl.col("again") | pl.col("fresh")).with_columns(unsure=~pl.col("again"))
    return apart.join(_met_company_author(world, apart), on=LINE, how="semi").select(*LINE, "day", "unsure")


def _affiliations_around(world: InternshipData, here: pl.DataFrame) -> pl.DataFrame:
    """Of authors at companies: ``again`` (the same university before and after, the company neither long nor often),
    ``fresh`` (their first work there, then a university, and nothing led for years).
    """
    record = world.everywhere.join(here.select("author").unique(), on="author", how="semi")
    other = record.select("author", "school", other="work", place="institution", then="day")
    both = here.select(*LINE, "day").join(other, on="author").filter(pl.col("work") != pl.col("other"))
    both = both.with_columns(apart=pl.col("then") - pl.col("day"), there=pl.col("place") == pl.col("institution"))
    mixed = both.group_by(*LINE, "other").agg(mixed=pl.col("there").any())
    both = both.join(mixed, on=(*LINE, "other"))
    studies = pl.col("school") & ~pl.col("mixed")
    near = pl.col("apart").abs() <= ROUND
    at_school = (
        both.filter(studies & near)
        .group_by(*LINE, "place")
        .agg(before=(pl.col("apart") <= 0).any(), after=(pl.col("apart") > 0).any())
    )
    again = at_school.group_by(LINE).agg(
        returned=(pl.col("before") & pl.col("after")).any(), after=pl.col("after").any()
    )
    span = both.group_by(LINE).agg(
        long=pl.col("apart").filter("there").abs().max().fill_null(0) > LONG,
        stays=pl.col("there").sum(),
        before=(pl.col("apart") < 0).any(),
    )
    last = is_last_author(pl.col)
    led = here.select(*LINE, "day").join(world.record.filter(last).select("author", led="day"), on="author")
    led = led.filter(pl.col("led") <= pl.col("day") + LEADS_NEVER * YEAR).select(LINE).unique()
    found = again.join(span, on=LINE).join(led.with_columns(led=True), on=LINE, how="left")
    return found.select(
        *LINE,
        again=pl.col("returned") & ~pl.col("long") & (pl.col("stays") <= OFTEN),
        fresh=pl.col("after") & (pl.col("stays") == 0) & ~pl.col("before") & pl.col("led").is_null(),
    )


def _works_with_advisor(world: InternshipData, here: pl.DataFrame) -> pl.DataFrame:
    """``work``: those of some first authors whose last one was lately at a university that they print: an advisor."""
    last = is_last_author(pl.col)
    heads = world.lines.filter(last).select("work", "day", head="author").join(here.select("work", "author"), on="work")
    places = world.everywhere.filter("school").select("author", "institution").unique()
    theirs = world.seen.filter("school").select("institution", "first", head="author")
    met = heads.join(places, on="author").join(theirs, on=("head", "institution"))
    return met.filter(pl.col("first").is_between(pl.col("day") - FORMER, pl.col("day"))).select("work").unique()


def _select_two_places(world: InternshipData, students: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Those of some students on some lines who print a university and a company, and met somebody of the company."""
    students = students.filter(~pl.col("led")).join(lines, on=("work", "author"), how="semi")
    here = world.at.filter("host").join(students, on=("work", "author"))
    here = here.join(_company_only_history(world, here), on=LINE, how="left")
    here = here.filter(~pl.col("before").fill_null(value=False)).join(
        _met_company_author(world, here), on=LINE, how="semi"
    )
    unsure = pl.col("after").fill_null(value=False) | pl.col("long").fill_null(value=False) | pl.col("employed")
    return here.select(*LINE, "day", unsure=unsure)


def _company_only_history(world: InternshipData, here: pl.DataFrame) -> pl.DataFrame:
    """Whether some authors wrote from the company alone: in the work ``before``, and soon ``after`` and no longer else;
    and whether they wrote from it for ``long``.

    Args:
        here: ``work``, ``author``, ``institution``, ``day``.
    """
    record = world.everywhere.join(here.select("author").unique(), on="author", how="semi")
    record = (
        record.group_by("work", "author", other_day="day")
        .agg(at="institution", studies=pl.col("school").any())
        .rename({"work": "other"})
    )
    both = here.select(*LINE, "day").join(record, on="author").filter(pl.col("work") != pl.col("other"))
    there = pl.col("at").list.contains(pl.col("institution"))
    alone, studies = there & ~pl.col("studies"), pl.col("studies")
    earlier, later = pl.col("other_day") < pl.col("day"), pl.col("other_day") > pl.col("day")
    soon = later & (pl.col("other_day") <= pl.col("day") + SOON)
    newest_alone = pl.col("other_day").filter(earlier & alone).max()
    newest_study = pl.col("other_day").filter(earlier & studies).max()
    return both.group_by(LINE).agg(
        before=newest_alone.is_not_null() & (newest_study.is_null() | (newest_study < newest_alone)),
        after=(soon & alone).any() & ~(later & studies).any(),
        long=(pl.col("other_day") - pl.col("day")).filter(there & studies).abs().max() > LONG,
    )


def _met_company_author(world: InternshipData, here: pl.DataFrame) -> pl.DataFrame:
    """Those of some authors at companies who met somebody of it there with whom they share no other place."""
    homes = world.at.group_by("work", "author").agg(homes="institution")
    mates = world.at.group_by("work", other="author").agg(theirs="institution")
    both = here.select(LINE).join(homes, on=("work", "author")).join(mates, on="work")
    shared = pl.col("homes").list.set_intersection("theirs").list.len() > 1
    there = pl.col("theirs").list.contains(pl.col("institution"))
    return both.filter(pl.col("author") != pl.col("other"), there, ~shared).select(LINE).unique()
