"""Who wrote as a beginner under whom: an inference from author lists, years of publishing and stated roles.

A first author counts as a beginner under the last author where all of this held at the first work in these places.
Precision goes first: in doubt a pair is left out.

- The list is not in alphabetical order, and has at most CROWD names.
- The first author had published for at most BEGUN years and has led LED works at most by a year later, or stated to be
  a student or postdoc then. They did not state another post, nor write from companies only, nor from an unknown place
  under somebody at a company.
- The last author had published for longer and led more, did not state to be a student, and was seen to be grown up: by
  GROWN years of publishing, by a stated post, or, where the store begins too late to tell, by LEADS led works.

Who wrote from elsewhere each time, or as somebody from a university at a company, is a ``guest``: an intern, a visitor,
somebody supervised jointly. Where it is not known where both were, nobody is taken for a guest.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.authorship import is_last_author
from finder.features.roles import stage_of_role
from finder.resolution import coverage_start, stage_model
from finder.storage import Snapshot

CROWD = 20  # authors above which first and last say little about who taught whom
BEGUN = 6.0  # years of publishing: a doctorate, and the first years as a postdoc
GROWN = 5.0  # years of publishing
LED = 1  # works
LEADS = 3  # works
SEEN = 2  # years into what the store covers from which a first work is believed to be the first
BESIDE = 400  # days between a work and a sighting that still say where an author was when it was written
YEAR = 365.25  # days

BELOW = ("student", "postdoc")
_FLAGS = ("author_below", "author_above", "head_below", "head_above", "guest", "employed")


def first_last_pairs(
    authorships: pl.DataFrame, as_of: date, *, heads: pl.DataFrame | None = None, firsts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Works up to a day by who stands first and who last on them, without alphabetical lists and crowds.

    Args:
        authorships: the table of that name, whole.
        heads: column ``author``: works on which one of them is last; all works where neither is given.
        firsts: column ``author``: works on which one of them is first.

    Returns:
        ``head``, ``author``, ``work``, ``day`` (since 1970), in this order.
    """
    fitting = authorships.lazy().filter(
        pl.col("n_authors").is_between(2, CROWD), ~pl.col("alphabetical"), _is_published_by(as_of)
    )
    first = fitting.filter(pl.col("position") == 0).select("work", "author")
    last = fitting.filter(is_last_author(pl.col)).select("work", "day", head="author")
    found = [] if heads is None else [last.filter(_is_among_authors("head", heads["author"])).join(first, on="work")]
    if firsts is not None:
        found.append(first.filter(_is_among_authors("author", firsts["author"])).join(last, on="work"))
    both = pl.concat([part.select("head", "author", "work", "day") for part in found or [last.join(first, on="work")]])
    return both.unique().sort("head", "author", "day", "work").collect()


def find_advisee_pairs(
    snapshot: Snapshot, as_of: date, *, heads: pl.DataFrame | None = None, firsts: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What :func:`first_last_pairs` and :func:`infer_advisees` find in a snapshot."""
    authorships = snapshot.load_table("authorships")
    works = first_last_pairs(authorships, as_of, heads=heads, firsts=firsts)
    concerned = _is_pair_member(works)
    people = snapshot.load_table("authors").lazy().filter(concerned)
    seen = snapshot.load_table("affiliations").lazy().filter(concerned)
    kinds = snapshot.load_table("institutions").lazy().select("institution", "kind")
    people_, seen_at = pl.collect_all([people, seen.join(kinds, on="institution")])
    begins = snapshot.meta.get("begins", 0)
    record = authorships.lazy().filter(concerned, _is_published_by(as_of)).select("author", "work", "day").collect()
    since = coverage_start.author_coverage_start(snapshot.load_table("works"), record, begins)
    return works, infer_advisees(works, authorships, people_, seen_at, as_of, begins, since)


def infer_advisees(
    works: pl.DataFrame,
    authorships: pl.DataFrame,
    people: pl.DataFrame,
    seen: pl.DataFrame,
    as_of: date,
    begins: int,
    covered: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Of pairs of first and last authors, those that look like beginner and head.

    Args:
        works: as :func:`first_last_pairs` gives them.
        authorships: the table of that name, whole.
        people: ``author``, ``ids``, ``first_year`` of everybody in ``works``.
        seen: ``author``, ``institution``, ``kind``, ``role``, ``first``, ``last`` (dates): their affiliations, one row
            for each time they were seen.
        begins: the first year that the store covers: a first work of that time need not be anybody's first.
        covered: ``author``, ``begins`` of those whose field is covered from another year, see
            :mod:`finder.resolution.coverage_start`.

    Returns:
        ``head``, ``author``, ``guest``, ``since`` (day from which the author is known to have published).
    """
    seen = seen.filter(pl.col("first") <= as_of)
    record = _publication_record(works, authorships, as_of)
    since = _first_publication_day(record, people)
    pairs = works.group_by("head", "author").agg(day=pl.col("day").min()).lazy()
    found = (
        pairs.join(since.lazy().rename({"since": "author_since"}), on="author")
        .join(since.lazy().select(head="author", head_since="since"), on="head")
        .join(_count_led_works(pairs, record), on=("head", "author"))
        .join(_stage_at_first_work(pairs, seen), on=("head", "author"), how="left")
        .join(_flag_guests(works, seen), on=("head", "author"), how="left")
        .with_columns(pl.col(name).fill_null(value=False) for name in _FLAGS)
    )
    if covered is None:
        covered = pl.DataFrame(schema={"author": pl.UInt32, "begins": pl.Int32})
    found = found.join(covered.lazy().select(head="author", head_begins="begins"), on="head", how="left")
    covered_from = pl.date(pl.col("head_begins").fill_null(begins) + SEEN, 1, 1).dt.epoch("d")
    unsure = pl.col("head_since") < covered_from
    young = (pl.col("day") - pl.col("author_since") <= BEGUN * YEAR) & (pl.col("author_led_soon") <= LED)
    beginner = pl.col("author_below") | (young & ~pl.col("author_above") & ~pl.col("employed"))
    longer = (pl.col("head_since") < pl.col("author_since")) | unsure | pl.col("head_above")
    grown = (pl.col("day") - pl.col("head_since") >= GROWN * YEAR) | (unsure & (pl.col("head_leads") >= LEADS))
    head = longer & (grown | pl.col("head_above")) & (pl.col("head_above") | ~pl.col("head_below"))
    ahead = pl.col("head_led") > pl.col("author_led")
    return (
        found.filter(beginner & head & ahead)
        .select("head", "author", "guest", since="author_since")
        .sort("head", "author")
        .collect()
    )


def _is_pair_member(works: pl.DataFrame) -> pl.Expr:
    return _is_among_authors("author", pl.concat([works["head"], works["author"]]).unique())


def _is_among_authors(column: str, authors: pl.Series) -> pl.Expr:
    """Membership; for few authors in a long table this is faster than a join."""
    return pl.col(column).is_in(authors.implode())


def _is_published_by(as_of: date) -> pl.Expr:
    return pl.col("published") & (pl.col("day") <= _epoch_day(as_of))


def _publication_record(works: pl.DataFrame, authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All works of everybody concerned: ``author``, ``day``, ``led``."""
    led = is_last_author(pl.col)
    return (
        authorships.lazy()
        .filter(_is_pair_member(works), _is_published_by(as_of))
        .select("author", "day", led=led)
        .collect()
    )


def _first_publication_day(record: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``since``: the day from which somebody is known to have published."""
    first = record.group_by("author").agg(stored=pl.col("day").min())
    registered = stage_model.registry_years(people["ids"])
    # of a year that is known without a day, its last day: what is known for sure
    told = people.select("author", year=pl.min_horizontal("first_year", registered.floor().fill_nan(None)))
    since = pl.min_horizontal("stored", pl.date(pl.col("year") + 1, 1, 1).dt.epoch("d") - 1)
    return first.join(told, on="author", how="left").select("author", since=since)


def _count_led_works(pairs: pl.LazyFrame, record: pl.DataFrame) -> pl.LazyFrame:
    """How many works both had led when they first wrote together, the beginner also a year later, the head ever."""
    led = record.lazy().filter("led").select("author", "day")
    keys, then = pairs.select("head", "author", "day"), pl.col("day_right") <= pl.col("day")
    soon = pl.col("day_right") <= pl.col("day") + YEAR
    author = (
        keys.join(led, on="author", how="left", suffix="_right")
        .group_by("head", "author")
        .agg(author_led=then.sum(), author_led_soon=soon.sum())
    )
    head = (
        keys.join(led, left_on="head", right_on="author", how="left", suffix="_right")
        .group_by("head", "author")
        .agg(head_led=then.sum(), head_leads=pl.col("day_right").count())
    )
    return author.join(head, on=("head", "author"))


def _stage_at_first_work(pairs: pl.LazyFrame, seen: pl.DataFrame) -> pl.LazyFrame:
    """Whether both stated to be a student or postdoc, or something above that, when they first wrote together."""
    stage = stage_of_role(pl.col("role"), pl.col("kind"))
    told = seen.lazy().filter(pl.col("role").is_not_null()).select("author", "first", "last", stage=stage)
    told = _dates_to_days(told.filter(pl.col("stage").is_not_null()))
    found = pairs.select("head", "author")
    for who in ("author", "head"):
        then = pairs.select("head", "author", "day").join(told, left_on=who, right_on="author")
        stages = (
            then.filter(_is_near_work())
            .group_by("head", "author")
            .agg(
                pl.col("stage").is_in(BELOW).any().alias(f"{who}_below"),
                (~pl.col("stage").is_in(BELOW)).any().alias(f"{who}_above"),
            )
        )
        found = found.join(stages, on=("head", "author"), how="left")
    return found


def _flag_guests(works: pl.DataFrame, seen: pl.DataFrame) -> pl.LazyFrame:
    """Whether the first author of some works was a guest of the last one, or employed at a company.

    Returns:
        ``head``, ``author``, ``guest``, ``employed`` (also where only the head's company is known).
    """
    company = (pl.col("kind") == "company").fill_null(value=False)
    places = _dates_to_days(seen.lazy().with_columns(company=company)).select(
        "author", "institution", "company", "first", "last"
    )
    keys, on = works.lazy().select("head", "author", "work", "day"), ("head", "author", "work", "day")
    own = keys.join(places, on="author").filter(_is_near_work()).unique((*on, "institution"))
    host = keys.join(places, left_on="head", right_on="author").filter(_is_near_work()).unique(("work", "institution"))
    hosts = host.group_by("work").agg(host_home=(~pl.col("company")).any())
    home, here = ~pl.col("company"), pl.col("shared").fill_null(value=False)
    theirs = (
        own.join(host.select("work", "institution", shared=True), on=("work", "institution"), how="left")
        .group_by(on)
        .agg(home=home.any(), at_home=(home & here).any(), at_company=(~home & here).any())
    )
    each = keys.join(theirs, on=on, how="left").join(hosts, on="work", how="left")
    known = pl.col("home").is_not_null() & pl.col("host_home").is_not_null()
    elsewhere = known & ~pl.col("at_home") & (pl.col("home") | ~pl.col("at_company"))
    first = ~pl.coalesce("home", "host_home").sort_by("day", "work").first()
    guest = elsewhere.fill_null(value=False).filter(pl.col("home").is_not_null())
    return each.group_by("head", "author").agg(guest=(guest.len() > 0) & guest.all(), employed=first)


def _dates_to_days(seen: pl.LazyFrame) -> pl.LazyFrame:
    """Sightings with days as numbers."""
    return seen.with_columns(pl.col("first").dt.epoch("d"), pl.col("last").dt.epoch("d"))


def _is_near_work() -> pl.Expr:
    """Whether a sighting is near enough to a work to say something about it."""
    return pl.col("day").is_between(pl.col("first") - BESIDE, pl.col("last") + BESIDE)


def _epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days
