"""Whose a place is that a work lists without saying so, by where its authors are seen elsewhere."""

from __future__ import annotations

import polars as pl

from finder.resolution.affiliation_parser import affiliation_country, canonical_name, organisation_key
from finder.resolution.input_tables import UNPLACED

SEEN, NEAR = 2, 400  # sightings at a place, and days around the list, by which somebody is taken to be there still
OFTEN = 3  # works of two years on whose lists a place stands, and
SHARE = 0.5  # of all lists that somebody stands under in these years, from which it is theirs, unless a co-author is
CLEAR = 0.9  # of those who print a name are at one institution, which is the one that a list means by it
COMPANY = 0.5  # on more than this share of these works
_WHERE = ("record", "position")


def assign_list_affiliations(
    at: pl.DataFrame, named: pl.DataFrame, works: pl.DataFrame, printed: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of ``at`` with those of lists given to whom they belong; nothing else is changed.

    All authors of a work that lists one institution only, by whatever names, are there. Somebody is at the only place
    listed where they were seen twice within about a year, and at the place that keeps standing on their works, whoever
    the co-authors are. Whoever a work places otherwise is left as they are.

    Args:
        at: affiliations with ``institution`` as a number, see :func:`finder.resolution.pipeline.attach_institutions`.
        named: as :func:`finder.resolution.authors.resolve_authors` gives it.
        works, printed: tables ``raw_works``, ``raw_affiliations``.

    Returns:
        The rows of what is sure of the work itself, and those that tell only where somebody was about then.
    """
    lists = _parse_list_places(at, printed)
    if lists.is_empty():
        return at, at
    one = lists.sort("record", "institution", "printed", "domain").unique(
        ("record", "institution"), keep="first", maintain_order=True
    )
    days = works.select("record", day=pl.col("date").dt.epoch("d"))
    people = named.filter(pl.col("position") >= 0).select(*_WHERE, "author", "ids").join(days, on="record")
    known = at.filter(pl.col("position") >= 0).select(*_WHERE, "institution").unique()
    under = people.join(one.select("record").unique(), on="record", how="semi").join(known, on=_WHERE, how="anti")
    listed = under.drop("ids").join(one.select("record", "institution"), on="record")
    sightings = known.join(people.select(*_WHERE, "author", "day"), on=_WHERE)
    whole = _list_lengths(printed).join(_list_lengths(lists), on=("record", "len")).select("record")
    sure = pl.concat([_single_institution_works(listed, under, whole), place_by_sightings(listed, sightings)]).unique()
    about = place_by_recurrence(listed, people).join(sure, on=(*_WHERE, "institution"), how="anti").unique()
    both = [
        found.join(one.drop("position"), on=("record", "institution")).select(at.columns).sort(*_WHERE, "institution")
        for found in (sure, about)
    ]
    at = pl.concat([at, both[0]])
    return at, pl.concat([at, both[1]])


def _parse_list_places(at: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """The places that are nobody's, as rows of ``at``: those with a bare name where one institution bears it."""
    nobodys, named = pl.col("position") == UNPLACED, pl.col("domain").is_not_null()
    bare = printed.filter(nobodys, ~named).drop("country").rename({"institution": "printed"})
    known = at.filter(pl.col("position") >= 0).group_by("printed", "institution").len()
    keyed = _add_organisation_keys(known).group_by("key", "institution").agg(pl.col("len").sum())
    clear = keyed.filter(pl.col("len") >= CLEAR * pl.col("len").sum().over("key")).select("key", "institution")
    read = (
        _add_organisation_keys(bare)
        .join(clear, on="key")
        .with_columns(given=pl.lit(None, pl.String))
        .select(at.columns)
    )
    return pl.concat([at.filter(nobodys, named), read])


def _add_organisation_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the key of the organisation that each text in ``printed`` names, and the country printed for it."""
    texts = rows["printed"].unique()
    read = [(text, organisation_key(text), affiliation_country(text, canonical_name(text))) for text in texts]
    named = pl.DataFrame(read, schema=dict.fromkeys(("printed", "key", "country"), pl.String), orient="row")
    return rows.join(named, on="printed")


def _list_lengths(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("position") == UNPLACED).group_by("record").len()


def _single_institution_works(listed: pl.DataFrame, under: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """All authors of works that list one institution.

    Not where the places are those of profiles, which not everybody has.

    Args:
        whole: ``record`` of the works on whose lists every text was understood.
    """
    of_profile = pl.col("ids").list.eval(pl.element().str.starts_with("openreview:")).list.any()
    some = under.filter(of_profile).select("record").unique()
    one = listed.filter(pl.col("institution").n_unique().over("record") == 1)
    return one.join(whole, on="record", how="semi").join(some, on="record", how="anti").select(*_WHERE, "institution")


def place_by_sightings(listed: pl.DataFrame, sightings: pl.DataFrame) -> pl.DataFrame:
    """Who was seen twice at just one of the places of a list, about that time."""
    both = listed.join(
        sightings.select("author", "institution", seen="day", other="record"), on=("author", "institution")
    )
    near = both.filter((pl.col("seen") - pl.col("day")).abs() <= NEAR, pl.col("other") != pl.col("record"))
    times = near.group_by(*_WHERE, "institution").agg(times=pl.col("other").n_unique())
    one = times.filter(pl.len().over(_WHERE) == 1, pl.col("times") >= SEEN)
    return one.select(*_WHERE, "institution")


def place_by_recurrence(listed: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Who keeps standing under one place, in two years that follow each other, beside changing co-authors."""
    year = pl.from_epoch(pl.col("day"), "d").dt.year()
    # each work is of two spans: with the year before and with the year after
    spans = listed.with_columns(span=pl.concat_list(year - 1, year)).explode("span")
    of_span = ("author", "span")
    under = spans.group_by(of_span).agg(lists=pl.col("record").n_unique())
    often = spans.group_by(*of_span, "institution").agg(works=pl.col("record").unique())
    often = often.with_columns(times=pl.col("works").list.len()).filter(pl.col("times") >= OFTEN)
    often = often.join(under, on=of_span).filter(pl.col("times") >= SHARE * pl.col("lists"))
    beside = often.explode("works").join(people.select(works="record", other="author").unique(), on="works")
    beside = beside.filter(pl.col("other") != pl.col("author"))
    most = beside.group_by(*of_span, "institution", "other").agg(shared=pl.col("works").n_unique())
    most = most.group_by(*of_span, "institution").agg(pl.col("shared").max())
    sure = often.join(most, on=(*of_span, "institution"), how="left").filter(
        pl.col("shared").fill_null(0) <= COMPANY * pl.col("times")
    )
    theirs = sure.explode("works").select("author", "institution", record="works").unique()
    return listed.join(theirs, on=("author", "institution", "record"), how="semi").select(*_WHERE, "institution")
