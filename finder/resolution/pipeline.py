"""From what the sources said to works, people, places and posts: the tables of a snapshot."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.resolution import (
    affiliation_assignment,
    affiliation_timeline,
    authors,
    career_counts,
    coverage_end,
    domain_assignment,
    grants,
    input_tables,
    institutions,
    internship_footnotes,
    judgement_keys,
    register_matching,
    term_frequencies,
    works,
)
from finder.storage import Store
from finder.tables import conform_table


def resolve_tables(frames: input_tables.Frames, store: Store, today: date) -> dict[str, pl.DataFrame]:
    """All tables of a snapshot from the raw ones; posts and careers as of a day."""
    names = frames["raw_names"]
    printed = domain_assignment.assign_by_mail_domain(frames["raw_affiliations"], names, frames["raw_works"])
    printed = _drop_own_names(printed, names)
    all_works, versions = works.resolve_works(frames["raw_works"], names)
    all_institutions, naming = institutions.resolve_institutions(printed, frames["raw_institutions"])
    at = attach_institutions(printed, naming)
    struck = _find_suppressed_names(names, at, all_institutions, store)
    named = authors.resolve_authors(
        names, versions, at, frames["raw_works"], struck, judgement_keys.judgement_tokens(store)
    )
    named = register_matching.assign_register_rows(named, all_works)
    if store.suppressions.has_suppressions():  # somebody without ids or place can be named by author id only
        listed = store.suppressions.which_suppressed(named["author_id"].unique().to_list())
        named = named.filter(~pl.col("author_id").is_in(list(listed)))
    at, about = affiliation_assignment.assign_list_affiliations(at, named, frames["raw_works"], printed)
    authorships = _build_authorships(named, all_works, today)
    told = _build_affiliations(named, institutions.add_lab_units(about, all_institutions), frames)
    said = _build_statements(frames["raw_statements"], named)
    places_of_grants = grants.match_places(frames["raw_investigators"], naming, all_institutions)
    return {
        **frames,
        "works": all_works,
        "versions": versions,
        "institutions": all_institutions,
        "sightings": conform_table("sightings", named),
        "authors": authors.build_author_table(named, frames["raw_people"], all_works),
        "authorships": authorships,
        "authored": conform_table("authored", authorships.select("author").with_row_index("row").sort("author", "row")),
        "careers": career_counts.count_careers(authorships, all_works, today),
        "affiliations": told,
        "posts": affiliation_timeline.build_affiliation_timeline(told, said, all_institutions, today),
        "places": _build_work_places(named, at, internship_footnotes.extract_internships(at, all_institutions)),
        "statements": said,
        **grants.assign_grants(frames, named, told, places_of_grants),
        "terms": term_frequencies.count_terms(all_works),
    }


def attach_institutions(printed: pl.DataFrame, naming: pl.DataFrame) -> pl.DataFrame:
    """The raw affiliations with ``institution`` as a number; what was printed moves to ``printed``.

    ``country`` is where it was printed to be, null where only the institution's is known.
    """
    ways = ("id", "raw", "domain", "given")
    both = printed.rename({"country": "given"}).join(
        naming, left_on=("institution", *ways), right_on=("institution_name", *ways), nulls_equal=True, suffix="_number"
    )
    return both.rename({"institution": "printed", "institution_number": "institution"})


def _drop_own_names(printed: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The raw affiliations without those that are the person's own name: some forms ask for it twice."""
    keys = ("record", "position")
    both = printed.with_row_index("row").join(names.select(*keys, "name"), on=keys, how="left", maintain_order="left")
    own = pl.col("institution").str.to_lowercase() == pl.col("name").str.to_lowercase()
    return printed.filter(~both.select(own.fill_null(value=False)).to_series())


def _build_authorships(named: pl.DataFrame, all_works: pl.DataFrame, today: date) -> pl.DataFrame:
    """One row per work and author, as the version that stands for the work has it."""
    needed = ("record", "position", "work", "author", "corresponding")
    on_works = named.lazy().filter(pl.col("position") >= 0).select(needed)
    dated = all_works.lazy().select("work", "date", "published", "n_authors", "alphabetical", representative="record")
    frame = (
        on_works.join(dated, on="work")
        .sort(pl.col("record") != pl.col("representative"), "record", "position")
        .unique(("work", "author"), keep="first", maintain_order=True)
        .sort("work", "position", "author")
        # as numbers too: engines differ in what they can do with dates
        .with_columns(day=pl.col("date").dt.epoch("d"), year=pl.col("date").dt.year())
    )
    rows = frame.collect()
    until = coverage_end.author_coverage_end(rows, all_works, today)
    return conform_table("authorships", rows.join(until, on="author", how="left", maintain_order="left"))


def _build_affiliations(named: pl.DataFrame, places: pl.DataFrame, frames: input_tables.Frames) -> pl.DataFrame:
    """Author at institution in a role, one row for each time that a work or the person's own record tells of.

    They become one post only when it is known which day is asked about: later ones must not stretch earlier ones.
    """
    works_dates = frames["raw_works"].select("record", "source", day="date")
    people_dates = frames["raw_people"].select("record", "source", day="seen")
    dates = pl.concat([works_dates, people_dates])
    since = pl.date(pl.col("since"), 1, 1)
    # a source that counts by year says no more than that year; a stated post without an end holds when it was seen,
    # and one that is said to end in the year it was seen has ended as likely as not
    this_year = pl.col("stated") & (pl.col("until") == pl.col("day").dt.year())
    month = pl.when(this_year).then(7).otherwise(12)
    last = pl.when(this_year).then(1).otherwise(31)
    until = pl.when(pl.col("until").is_not_null()).then(pl.min_horizontal(pl.date(pl.col("until"), month, last), "day"))
    frame = (
        places.lazy()
        .join(named.lazy().select("record", "position", "author"), on=("record", "position"))
        .join(dates.lazy(), on="record")
        .with_columns(start=pl.coalesce(since, "day"), end=pl.coalesce(until, "day"))
        # down to the unit: which of several stands must not hang on the order in which records came in
        .sort(
            "end",
            "record",
            "position",
            "unit",
            "country",
            descending=[True, True, False, False, False],
            nulls_last=True,
        )
        .group_by("author", "institution", "role", "start", "end", maintain_order=True)
        .agg(
            unit=pl.col("unit").drop_nulls().first(),
            country=pl.col("country").drop_nulls().first(),
            stated=pl.col("stated").any(),
            first=pl.col("start").first(),
            last=pl.col("end").first(),
            count=pl.len(),
            source=pl.col("source").first(),
            record=pl.col("record").first(),
        )
        .sort("author", "last", "institution", "role", descending=[False, True, False, False])
    )
    return conform_table("affiliations", frame.collect())


def _build_work_places(named: pl.DataFrame, places: pl.DataFrame, internships: pl.DataFrame) -> pl.DataFrame:
    """Where each author of each work was, as any version of it says, and which internships footnotes on it name."""
    keys = ("record", "position")
    # what a footnote names is no place of its own
    quoted = internships.lazy().select(*keys, "institution", "quote")
    plain = (
        places.lazy()
        .select(*keys, "institution", "role")
        .join(quoted.drop("quote"), on=(*keys, "institution"), how="anti")
    )
    both = pl.concat([plain, quoted], how="diagonal")
    frame = both.join(named.lazy().filter(pl.col("work").is_not_null()), on=keys)
    needed = ("work", "author", "institution", "role", "quote")
    return conform_table("places", frame.select(needed).unique().sort(needed).collect())


def _build_statements(raw_statements: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """What people say of themselves, by who they are: a page is known by an id of theirs or by being their homepage.

    A homepage that two records name is whose name the page bears.
    """
    told = raw_statements.lazy().select("record", "fold", id="ids").explode("id", empty_as_null=True)
    own = named.lazy().select("author", "fold", id="ids").explode("id", empty_as_null=True)
    pages = named.lazy().select("author", "fold", id=pl.format("homepage:{}", "homepage"))
    by_id = told.join(own.drop_nulls().select("author", "id").unique(), on="id").select("record", "author")
    by_page = told.join(pages.drop_nulls().unique(), on=("id", "fold")).select("record", "author")
    whose = pl.concat([by_id, by_page]).unique()
    frame = raw_statements.lazy().join(whose, on="record").sort("author", "seen", "record")
    return conform_table("statements", frame.collect())


def _find_suppressed_names(
    names: pl.DataFrame, places: pl.DataFrame, all_institutions: pl.DataFrame, store: Store
) -> pl.DataFrame | None:
    """The printed names that a suppression is about, by id or by name and institution."""
    if not store.suppressions.has_suppressions():
        return None
    by_id = names.select("record", "position", token="ids").explode("token", empty_as_null=True)
    at = places.select("record", "position", "institution").join(
        all_institutions.select("institution", "institution_id"), on="institution"
    )
    by_place = names.join(at, on=("record", "position")).select(
        "record", "position", token=pl.format("{}|{}", "fold", "institution_id")
    )
    tokens = pl.concat([by_id, by_place]).filter(pl.col("token").is_not_null())
    listed = store.suppressions.which_suppressed(tokens["token"].unique().to_list())
    return tokens.filter(pl.col("token").is_in(list(listed))).select("record", "position").unique()
