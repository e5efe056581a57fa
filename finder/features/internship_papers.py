"""Works that somebody wrote as an intern: a student of one place, with the people of a company. An inference.

Five kinds of proof, the strongest of which counts where a work has several:

- ``footnote``: a footnote on the work, or the author's own profile or record, calls it an internship there. One of the
  first EARLY authors.
- ``two places``: the first author prints a university and the company, and looks like a student (see
  :mod:`finder.features.student_status`): not somebody who leads works, nor who wrote from that company alone before. A
  co-author of the company shares no other place with them: else it is a laboratory of both, and the student is at home
  in it. Whoever prints the company for long, or soon prints nothing else, counts for less: the company may employ them.
- ``two places of a later author``: the same of the second or third, of whom that is less sure.
- ``company only``: the first author prints the company only, and looks like a student: they print the same university
  before and after. For less, it is their first work, a university comes after it, and they lead nothing for years.
- ``student with company co-authors``: the first author prints a university only, the last one the company only and was
  not at that university, with COMPANY of its people at least. Weak: it may as well be a collaboration.

A university is never a host. Institutes that are no companies are hosts by the first kind only, unless they are known
to take interns: nothing else tells interns from members of two places there. Lists in alphabetical order say nothing of
who did the work: there only the first kind counts. How sure each kind is was measured (``benchmarks/hosts.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from finder.authorship import is_last_author
from finder.features import internship_affiliations
from finder.features.host_candidates import AFTER, FORMER, find_intern_hosts
from finder.features.internship_data import KEYS, LINE, InternshipData

FOOTNOTE, PLACES, STAGE = "footnote", "two places", "student with company co-authors"
LATER, ALONE = "two places of a later author", "company only"
KINDS = (FOOTNOTE, PLACES, LATER, ALONE, STAGE)
# how likely such a work came out of an internship, and where the company may employ the student, or had just hired them
CHANCES = {FOOTNOTE: 0.95, PLACES: 0.85, LATER: 0.55, ALONE: 0.75, STAGE: 0.5}
UNSURE = {PLACES: 0.5, LATER: 0.4, ALONE: 0.5}
EARLY = 3  # authors among whom somebody who says to be an intern is one of those who did the work
READ = ("authorships", "places", "institutions", "affiliations", "authors")  # tables
COMPANY = 2  # people of the company on a work, for a student without a word of an internship


def detect_internships(
    authorships: pl.DataFrame,
    places: pl.DataFrame,
    institutions: pl.DataFrame,
    seen: pl.DataFrame,
    people: pl.DataFrame,
    as_of: date,
) -> pl.DataFrame:
    """Works up to a day that came out of an internship, as far as can be told.

    Args:
        authorships, places, institutions: the tables of these names, whole.
        seen: the table ``affiliations``.
        people: ``author``, ``ids``, ``first_year`` of everybody.

    Returns:
        ``work``, ``day`` (since 1970), ``intern``, ``company`` (number of its institution), ``kind`` (of KINDS),
        ``chance``, ``quote`` (of a footnote, or null), ``role`` (as stated, or null), ``homes`` (universities that the
        intern printed), ``hosts`` (authors of the company, who most likely hosted first), ``head`` (see
        :func:`finder.features.host_candidates.find_intern_hosts`). One row for each of the first three, in that order.
    """
    world = InternshipData(authorships, places, institutions, seen, people, as_of)
    inferred = {
        PLACES: internship_affiliations.two_place_students(world),
        LATER: internship_affiliations.two_place_coauthors(world),
        ALONE: internship_affiliations.company_only_students(world),
        STAGE: _company_coauthor_proofs(world),
    }
    told = pl.concat(
        [_footnote_proofs(world), *(_internship_proofs(rows, kind) for kind, rows in inferred.items())], how="diagonal"
    )
    told = told.sort(*KEYS, "chance", "quote", "role", descending=[False, False, False, True, False, False])
    strongest = told.unique(KEYS, keep="first", maintain_order=True)
    school = world.at.filter("school").group_by("work", intern="author").agg(homes=pl.col("institution").sort())
    found = strongest.join(find_intern_hosts(world, strongest), on=KEYS).join(school, on=("work", "intern"), how="left")
    found = found.filter((pl.col("kind") != STAGE) | ~pl.col("advisor"))
    homes = pl.col("homes").fill_null(pl.lit([], pl.List(pl.UInt32)))
    needed = ("day", "kind", "chance", "quote", "role", homes, "hosts", "head")
    return found.select(*KEYS, *needed).sort(KEYS)


def internships_from_tables(tables: Mapping[str, pl.DataFrame], as_of: date) -> pl.DataFrame:
    """What :func:`detect_internships` finds in the tables READ."""
    authorships, places, institutions, seen, people = (tables[name] for name in READ)
    return detect_internships(authorships, places, institutions, seen, people, as_of)


def _internship_proofs(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Proofs of a kind; those that are ``unsure`` count for less."""
    chance = pl.when("unsure").then(UNSURE.get(kind, CHANCES[kind])).otherwise(CHANCES[kind])
    return rows.select("work", "day", intern="author", company="institution", kind=pl.lit(kind), chance=chance)


def _footnote_proofs(world: InternshipData) -> pl.DataFrame:
    """Early authors who were interns by a footnote, or by what they state of themselves."""
    early = (pl.col("position") < EARLY) & (pl.col("position") < pl.col("n_authors") - 1)
    lines = world.lines.filter(early | pl.col("alphabetical")).select("work", "author", "day")
    own = lines.join(world.interns, on="author")
    own = own.filter(pl.col("day").is_between(pl.col("first"), pl.col("last") + AFTER))
    own = own.sort("last", "role", descending=True).unique(LINE, keep="first", maintain_order=True)
    printed = lines.join(world.quotes.drop("day", "role"), on=("work", "author"))
    known = (*LINE, "day")
    rows = pl.concat([printed.select(*known, "quote"), own.select(*known, "role")], how="diagonal")
    named = rows.select("work", "day", "quote", "role", intern="author", company="institution")
    return named.with_columns(kind=pl.lit(FOOTNOTE), chance=pl.lit(CHANCES[FOOTNOTE]))


def _company_coauthor_proofs(world: InternshipData) -> pl.DataFrame:
    """Students who stand first with a university only, where somebody from a company only stands last."""
    placed = world.at.group_by("work", "author").agg(at_host=pl.col("host").any(), studies=pl.col("school").any())
    ordered = world.lines.filter(~pl.col("alphabetical")).join(placed, on=("work", "author"))
    student = ordered.filter(pl.col("position") == 0, pl.col("studies"), ~pl.col("at_host"))
    student = student.join(
        world.students.filter(~pl.col("employed"), ~pl.col("led")), on=("work", "author"), how="semi"
    )
    last = ordered.filter(is_last_author(pl.col), pl.col("at_host"), ~pl.col("studies"))
    host = world.at.filter("host").join(last.select("work", "author"), on=("work", "author"), how="semi")
    there = world.at.group_by("work", "institution").agg(people=pl.col("author").n_unique())
    host = host.join(there.filter(pl.col("people") >= COMPANY), on=("work", "institution"), how="semi")
    both = student.select("work", "author").join(host.select("work", "institution", "day", head="author"), on="work")
    alone = both.join(_students_of_last_author(world, both), on=("work", "author"), how="anti")
    return alone.select(*LINE, "day", unsure=pl.lit(value=False))


def _students_of_last_author(world: InternshipData, both: pl.DataFrame) -> pl.DataFrame:
    """Those whose last author was lately at their own university."""
    homes = world.at.filter("school").select("work", "author", "institution")
    theirs = world.seen.filter("school").select("institution", "first", head="author")
    met = (
        both.select("work", "author", "head", "day")
        .join(homes, on=("work", "author"))
        .join(theirs, on=("head", "institution"))
    )
    return met.filter(pl.col("first").is_between(pl.col("day") - FORMER, pl.col("day"))).select("work", "author")
