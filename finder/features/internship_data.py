"""What all proofs of internships are read from: works of people at places that take interns."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder import reference_data
from finder.features import student_status
from finder.features.advisee_pairs import BESIDE, CROWD
from finder.resolution import stage_model

ROLE = r"(?i)\bintern\b|\binternship\b|student researcher"
KEYS = ("work", "intern", "company")
LINE = ("work", "author", "institution")


class InternshipData:
    """Works on which somebody was at a place that takes interns.

    Attributes:
        record: all authorships up to the day.
        lines: those of such works: ``work``, ``author``, ``position``, ``n_authors``, ``alphabetical``, ``day``.
        everywhere: ``work``, ``author``, ``institution``, ``host`` (it takes interns), ``school``, ``kind``, ``day``:
            where authors were by the work itself, on any work.
        at: the same of such works; where one says nothing, the one place they were seen at about that time.
        quotes: footnotes, likewise, with ``quote``.
        seen: sightings with ``first`` and ``last`` as numbers, ``kind``, ``host``, ``school``.
        interns: ``author``, ``institution``, ``role``, ``first``, ``last`` of those who say to be interns somewhere.
        since: ``author``, ``since``: the day from which somebody is known to have published, by registries, too.
        students: ``work``, ``author`` of those who were students, with ``employed`` (they say to be more, too) and
            ``led`` (they led a work, too: beginners do not host, but they are no sure students either).
    """

    def __init__(
        self,
        authorships: pl.DataFrame,
        places: pl.DataFrame,
        institutions: pl.DataFrame,
        seen: pl.DataFrame,
        people: pl.DataFrame,
        as_of: date,
    ) -> None:
        until = (as_of - date(1970, 1, 1)).days
        self.record = authorships.filter(pl.col("published"), pl.col("day") <= until)
        self._people = people
        every = self.record.filter(pl.col("n_authors").is_between(2, CROWD))
        kinds = _institution_flags(institutions)
        dated = seen.filter(pl.col("first") <= as_of).with_columns(pl.col("first", "last").dt.epoch("d"))
        self.seen = dated.select("author", "institution", "role", "first", "last").join(kinds, on="institution")
        placed = places.join(every.select("work", "author", "day"), on=("work", "author")).join(kinds, on="institution")
        printed = placed.filter(pl.col("quote").is_null()).unique(LINE).drop("quote", "role")
        self.everywhere = printed
        self.quotes = placed.filter(pl.col("quote").is_not_null(), ~pl.col("kind").is_in(("education", "unknown")))
        told = pl.col("role").str.contains(ROLE) & ~pl.col("school")
        self.interns = self.seen.filter(told).select("author", "institution", "role", "first", "last")
        concerned = pl.concat([printed.filter("host").select("work"), self.quotes.select("work")]).unique()
        concerned = pl.concat([concerned, every.join(self.interns, on="author", how="semi").select("work")]).unique()
        self.lines = every.join(concerned, on="work", how="semi")
        printed = printed.join(concerned, on="work", how="semi")
        self.at = pl.concat([printed, _infer_missing_places(self.lines, placed, self.seen).select(printed.columns)])
        studies = self.at.filter("school").select("work", "author").unique()
        self.since = _publication_start(self.record, people)
        self.students = self.find_students(studies)

    def find_students(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Those of some authorships (``work``, ``author``) whose authors were students then."""
        dated = self.lines.join(lines, on=("work", "author"), how="semi").select("work", "author", "day")
        return student_status.student_authorships(dated, self.record, self._people, self.seen)


def _publication_start(record: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    first = record.group_by("author").agg(stored=pl.col("day").min())
    people = people.join(first, on="author", how="semi")
    registered = stage_model.registry_years(people["ids"])
    # of a year that is known without a day, its last day: what is known for sure
    told = people.select("author", year=pl.min_horizontal("first_year", registered.floor().fill_nan(None)))
    since = pl.min_horizontal("stored", pl.date(pl.col("year") + 1, 1, 1).dt.epoch("d") - 1)
    return first.join(told, on="author", how="left").select("author", since=since)


def _institution_flags(institutions: pl.DataFrame) -> pl.DataFrame:
    """``institution``, ``kind``, ``host`` (takes interns), ``school``."""
    known = [name for name, row in reference_data.reference_institutions().items() if row.get("careers")]
    kind = pl.col("kind").fill_null("unknown")
    host = (kind == "company") | (pl.col("name").is_in(known) & (kind != "education"))
    return institutions.select("institution", kind, host=host, school=kind == "education")


def _infer_missing_places(lines: pl.DataFrame, placed: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Of authors whose place a work does not say, the one at which they were seen about that time, if it is one."""
    without = lines.join(placed, on=("work", "author"), how="anti").select("work", "author", "day")
    near = pl.col("day").is_between(pl.col("first") - BESIDE, pl.col("last") + BESIDE)
    then = without.join(seen.drop("role"), on="author").filter(near).unique(LINE)
    return then.filter(pl.len().over("work", "author") == 1)
