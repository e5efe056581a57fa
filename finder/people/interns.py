"""Works that somebody wrote as an intern: a student of one place, with the people of a company. An inference.

Three kinds of proof, the strongest of which counts where a work has several:

- ``footnote``: a footnote on the work, or the author's own profile or record, calls it an internship there. One of the
  first EARLY authors.
- ``two places``: the first author prints a university and the company, and looks like a student (see
  :mod:`finder.people.juniors`): not somebody who wrote from that company alone before. A co-author of the company
  shares no other place with them: else it is a laboratory of both, and the student is at home in it. Whoever prints the
  company for LONG, or soon prints nothing else, counts for less: the company may employ them.
- ``student with company co-authors``: the first author prints a university only, the last one the company only and was
  not at that university, with COMPANY of its people at least. Weak: it may as well be a collaboration.

A university is never a host. Institutes that are no companies are hosts by the first kind only, unless they are known
to take interns: nothing else tells interns from members of two places there.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from finder import curated
from finder.people import juniors
from finder.people.beginners import BESIDE, CROWD, YEAR

FOOTNOTE, PLACES, STAGE = "footnote", "two places", "student with company co-authors"
KINDS = (FOOTNOTE, PLACES, STAGE)
# how likely such a work came out of an internship, by reading works of each kind by hand
CHANCES = {FOOTNOTE: 0.95, PLACES: 0.85, STAGE: 0.6}
HIRED = 0.5  # of two places where it is as likely that the company employs the student, or had just hired them
LONG = 600  # days over which a student prints the company: more than an internship, as likely as not
EARLY = 3  # authors among whom somebody who says to be an intern is one of those who did the work
COMPANY = 2  # people of the company on a work, for a student without a word of an internship
AFTER = 540  # days after an internship for which works may come out of it
SOON = 400  # days after a work for which the next ones say what became of the author
FORMER = 1500  # days before a work in which a head who was at the student's university may have been the advisor
AHEAD = 3  # years by which somebody who began to publish after an intern is less likely to have led them
ROLE = r"(?i)\bintern\b|\binternship\b|student researcher"
# most places of which nobody says what they are are parts of universities
_NO_HOSTS = ("education", "unknown")
_KEYS = ("work", "intern", "company")
_LINE = ("work", "author", "institution")


def papers(
    authorships: pl.DataFrame, places: pl.DataFrame, institutions: pl.DataFrame, seen: pl.DataFrame,
    people: pl.DataFrame, as_of: date,
) -> pl.DataFrame:  # fmt: skip
    """Works up to a day that came out of an internship, as far as can be told.

    Args:
        authorships, places, institutions: the tables of these names, whole.
        seen: the table ``affiliations``.
        people: ``author``, ``ids``, ``first_year`` of everybody.

    Returns:
        ``work``, ``day`` (since 1970), ``intern``, ``company`` (number of its institution), ``kind`` (of KINDS),
        ``chance``, ``quote`` (of a footnote, or null), ``role`` (as stated, or null), ``homes`` (universities that the
        intern printed), ``hosts`` (authors of the company, whoever led the work first). One row for each of the
        first three, in that order.
    """
    world = _World(authorships, places, institutions, seen, people, as_of)
    told = pl.concat([_footnotes(world), _two_places(world), _by_stage(world)], how="diagonal")
    told = told.sort(*_KEYS, "chance", "quote", "role", descending=[False, False, False, True, False, False])
    strongest = told.unique(_KEYS, keep="first", maintain_order=True)
    school = world.at.filter("school").group_by("work", intern="author").agg(homes=pl.col("institution").sort())
    found = strongest.join(_hosts(world, strongest), on=_KEYS).join(school, on=("work", "intern"), how="left")
    homes = pl.col("homes").fill_null(pl.lit([], pl.List(pl.UInt32)))
    needed = ("day", "kind", "chance", "quote", "role", homes, "hosts")
    return found.select(*_KEYS, *needed).sort(_KEYS)


class _World:
    """What all kinds of proof read, for works on which somebody was at a place that takes interns.

    Attributes:
        lines: authorships up to the day: ``work``, ``author``, ``position``, ``n_authors``, ``alphabetical``, ``day``.
        at: ``work``, ``author``, ``institution``, ``host`` (it takes interns), ``school``, ``day``: where authors were
            by the work itself; where it says nothing, the one place they were seen at about that time.
        quotes: footnotes, likewise, with ``quote``.
        seen: sightings with ``first`` and ``last`` as numbers, ``kind``, ``host``, ``school``.
        interns: ``author``, ``institution``, ``role``, ``first``, ``last`` of those who say to be interns somewhere.
        since: ``author``, ``since``: the day of everybody's first work.
        students: ``work``, ``author`` of those who were students, and ``employed`` where they say to be more, too.
    """

    def __init__(
        self, authorships: pl.DataFrame, places: pl.DataFrame, institutions: pl.DataFrame, seen: pl.DataFrame,
        people: pl.DataFrame, as_of: date,
    ) -> None:  # fmt: skip
        until = (as_of - date(1970, 1, 1)).days
        record = authorships.filter(pl.col("published"), pl.col("day") <= until)
        every = record.filter(pl.col("n_authors").is_between(2, CROWD))
        kinds = _kinds(institutions)
        dated = seen.filter(pl.col("first") <= as_of).with_columns(pl.col("first", "last").dt.epoch("d"))
        self.seen = dated.select("author", "institution", "role", "first", "last").join(kinds, on="institution")
        placed = places.join(every.select("work", "author", "day"), on=("work", "author")).join(kinds, on="institution")
        printed = placed.filter(pl.col("quote").is_null()).unique(_LINE).drop("quote", "role")
        self.everywhere = printed
        self.quotes = placed.filter(pl.col("quote").is_not_null(), ~pl.col("kind").is_in(_NO_HOSTS))
        told = pl.col("role").str.contains(ROLE) & ~pl.col("kind").is_in(_NO_HOSTS)
        self.interns = self.seen.filter(told).select("author", "institution", "role", "first", "last")
        concerned = pl.concat([printed.filter("host").select("work"), self.quotes.select("work")]).unique()
        concerned = pl.concat([concerned, every.join(self.interns, on="author", how="semi").select("work")]).unique()
        self.lines = every.join(concerned, on="work", how="semi")
        printed = printed.join(concerned, on="work", how="semi")
        self.at = pl.concat([printed, _beside(self.lines, placed, self.seen).select(printed.columns)])
        studies = self.at.filter("school").select("work", "author").unique()
        lines = self.lines.join(studies, on=("work", "author"), how="semi").select("work", "author", "day")
        self.since = juniors.since(record, people)
        self.students = juniors.students(lines, record, people, self.seen)


def _kinds(institutions: pl.DataFrame) -> pl.DataFrame:
    """``institution``, ``kind``, ``host`` (takes interns), ``school``."""
    known = [name for name, row in curated.institutions().items() if row.get("careers")]
    kind = pl.col("kind").fill_null("unknown")
    host = (kind == "company") | (pl.col("name").is_in(known) & (kind != "education"))
    return institutions.select("institution", kind, host=host, school=kind == "education")


def _beside(lines: pl.DataFrame, placed: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Of authors whose place a work does not say, the one at which they were seen about that time, if it is one."""
    without = lines.join(placed, on=("work", "author"), how="anti").select("work", "author", "day")
    near = pl.col("day").is_between(pl.col("first") - BESIDE, pl.col("last") + BESIDE)
    then = without.join(seen.drop("role"), on="author").filter(near).unique(_LINE)
    return then.filter(pl.len().over("work", "author") == 1)


def _proof(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    known = [name for name in ("quote", "role") if name in rows.columns]
    named = rows.select("work", "day", *known, intern="author", company="institution")
    return named.with_columns(kind=pl.lit(kind), chance=pl.lit(CHANCES[kind]))


def _footnotes(world: _World) -> pl.DataFrame:
    """Early authors who were interns by a footnote, or by what they state of themselves."""
    early = (pl.col("position") < EARLY) & (pl.col("position") < pl.col("n_authors") - 1)
    lines = world.lines.filter(early | pl.col("alphabetical")).select("work", "author", "day")
    own = lines.join(world.interns, on="author")
    own = own.filter(pl.col("day").is_between(pl.col("first"), pl.col("last") + AFTER))
    own = own.sort("last", "role", descending=True).unique(_LINE, keep="first", maintain_order=True)
    printed = lines.join(world.quotes.drop("day", "role"), on=("work", "author"))
    known = (*_LINE, "day")
    return _proof(pl.concat([printed.select(*known, "quote"), own.select(*known, "role")], how="diagonal"), FOOTNOTE)


def _two_places(world: _World) -> pl.DataFrame:
    """Students who stand first with a university and a company."""
    firsts = world.lines.filter((pl.col("position") == 0) | pl.col("alphabetical")).select("work", "author")
    students = world.students.join(firsts, on=("work", "author"))
    here = world.at.filter("host").join(students, on=("work", "author"))
    here = here.join(_wrote_for(world, here), on=_LINE, how="left")
    here = here.filter(~pl.col("before").fill_null(value=False)).join(_met(world, here), on=_LINE, how="semi")
    unsure = pl.col("after").fill_null(value=False) | pl.col("long").fill_null(value=False) | pl.col("employed")
    return _proof(here, PLACES).with_columns(
        chance=pl.when(here.select(unsure).to_series()).then(HIRED).otherwise("chance")
    )


def _wrote_for(world: _World, here: pl.DataFrame) -> pl.DataFrame:
    """Whether some authors wrote from the company alone: in the work ``before``, and soon ``after`` and no longer else;
    and whether they wrote from it for ``long``.

    Args:
        here: ``work``, ``author``, ``institution``, ``day``.
    """
    record = world.everywhere.join(here.select("author").unique(), on="author", how="semi")
    record = record.group_by("work", "author", other_day="day").agg(
        at="institution", studies=pl.col("school").any()
    ).rename({"work": "other"})  # fmt: skip
    both = here.select(*_LINE, "day").join(record, on="author").filter(pl.col("work") != pl.col("other"))
    there = pl.col("at").list.contains(pl.col("institution"))
    alone, studies = there & ~pl.col("studies"), pl.col("studies")
    earlier, later = pl.col("other_day") < pl.col("day"), pl.col("other_day") > pl.col("day")
    soon = later & (pl.col("other_day") <= pl.col("day") + SOON)
    newest_alone = pl.col("other_day").filter(earlier & alone).max()
    newest_study = pl.col("other_day").filter(earlier & studies).max()
    return both.group_by(_LINE).agg(
        before=newest_alone.is_not_null() & (newest_study.is_null() | (newest_study < newest_alone)),
        after=(soon & alone).any() & ~(later & studies).any(),
        long=(pl.col("other_day") - pl.col("day")).filter(there & studies).abs().max() > LONG,
    )


def _met(world: _World, here: pl.DataFrame) -> pl.DataFrame:
    """Those of some authors at companies who met somebody of it there with whom they share no other place."""
    homes = world.at.group_by("work", "author").agg(homes="institution")
    mates = world.at.group_by("work", other="author").agg(theirs="institution")
    both = here.select(_LINE).join(homes, on=("work", "author")).join(mates, on="work")
    shared = pl.col("homes").list.set_intersection("theirs").list.len() > 1
    there = pl.col("theirs").list.contains(pl.col("institution"))
    return both.filter(pl.col("author") != pl.col("other"), there, ~shared).select(_LINE).unique()


def _by_stage(world: _World) -> pl.DataFrame:
    """Students who stand first with a university only, where somebody from a company only stands last."""
    placed = world.at.group_by("work", "author").agg(at_host=pl.col("host").any(), studies=pl.col("school").any())
    ordered = world.lines.filter(~pl.col("alphabetical")).join(placed, on=("work", "author"))
    student = ordered.filter(pl.col("position") == 0, pl.col("studies"), ~pl.col("at_host"))
    student = student.join(world.students.filter(~pl.col("employed")), on=("work", "author"), how="semi")
    last = ordered.filter(pl.col("position") == pl.col("n_authors") - 1, pl.col("at_host"), ~pl.col("studies"))
    host = world.at.filter("host").join(last.select("work", "author"), on=("work", "author"), how="semi")
    there = world.at.group_by("work", "institution").agg(people=pl.col("author").n_unique())
    host = host.join(there.filter(pl.col("people") >= COMPANY), on=("work", "institution"), how="semi")
    both = student.select("work", "author").join(host.select("work", "institution", "day", head="author"), on="work")
    return _proof(both.join(_advised(world, both), on=("work", "author"), how="anti"), STAGE)


def _advised(world: _World, both: pl.DataFrame) -> pl.DataFrame:
    """Those whose last author was lately at their own university."""
    homes = world.at.filter("school").select("work", "author", "institution")
    theirs = world.seen.filter("school").select("institution", "first", head="author")
    met = (
        both.select("work", "author", "head", "day")
        .join(homes, on=("work", "author"))
        .join(theirs, on=("head", "institution"))
    )
    return met.filter(pl.col("first").is_between(pl.col("day") - FORMER, pl.col("day"))).select("work", "author")


def _hosts(world: _World, told: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``intern``, ``company``, ``hosts``: who else was there, and is no intern or student; leaders first."""
    known = world.interns.select("author", "institution", "first", "last")
    interns = world.at.select(*_LINE, "day").join(known, on=("author", "institution"))
    interns = interns.filter(pl.col("day").is_between(pl.col("first"), pl.col("last") + AFTER)).select(_LINE)
    interns = pl.concat([interns, world.quotes.select(_LINE)]).unique()
    there = world.at.join(interns, on=_LINE, how="anti").join(world.students, on=("work", "author"), how="anti")
    lines = world.lines.select("work", "author", "position", "alphabetical")
    there = there.select("work", company="institution", author="author").join(lines, on=("work", "author"))
    # where names stand in alphabetical order, whoever has published for longest has most likely led
    since = world.since
    order = pl.when("alphabetical").then(pl.col("since")).otherwise(-pl.col("position"))
    # whoever has a chair beside it is less likely to be the one an intern sits with
    chair = world.at.filter("school").select("work", "author", chair=True).unique()
    there = there.join(since, on="author", how="left").join(chair, on=("work", "author"), how="left")
    there = there.with_columns(pl.col("chair").fill_null(value=False), order=order)
    both = told.select(_KEYS).join(there, on=("work", "company")).filter(pl.col("author") != pl.col("intern"))
    # they may have, for all that: records begin late, too
    begun = world.since.select(intern="author", begun="since")
    both = both.join(begun, on="intern", how="left").with_columns(late=pl.col("since") > pl.col("begun") + AHEAD * YEAR)
    return (
        both.sort(*_KEYS, "late", "chair", "order", "author").group_by(_KEYS, maintain_order=True).agg(hosts="author")
    )
