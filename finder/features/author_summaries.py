"""Where everybody stands on the day of publication, so that an answer looks up what no interest changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache

import narwhals as nw
import polars as pl

from finder.features import affiliation_history, internship_papers, moves, new_faculty, stage
from finder.resolution import career_counts, stage_model
from finder.storage import Snapshot
from finder.tables import conform_table, select_sorted_rows

KEPT = timedelta(days=31)  # for which they are good: without new records a career hardly changes in a month
RECORD = ("works_recently", "led_since", "first_seen", "last_seen")
STAGE = ("stage", "stage_confidence", "stage_ground", "stage_record", "is_student", "likely_stage", "likely_confidence")


def summarize_people(tables: Mapping[str, pl.DataFrame], today: date) -> dict[str, pl.DataFrame]:
    """Tables ``standings``, ``moves``, ``newcomers`` and ``internships``.

    Args:
        tables: those that resolution gives.
    """
    posts = affiliation_history.add_institution_names(tables["posts"], tables["institutions"])
    record = career_counts.summarize_record(nw.from_native(tables["authorships"].lazy()), today).to_native()
    people = add_first_year(tables["authors"].join(record.collect(), on="author"))
    inferred = stage_model.infer_stages(tables["careers"], people, posts, today)
    stages = stage.assign_stages(inferred, posts, people, today)
    return {
        "standings": conform_table("standings", people.join(stages, on="author").sort("author")),
        "moves": conform_table(
            "moves", moves.detect_moves(affiliation_history.filter_recently_seen(posts, today), today)
        ),
        "newcomers": conform_table("newcomers", new_faculty.detect_new_faculty(posts, people, today)),
        "internships": conform_table("internships", internship_papers.internships_from_tables(tables, today)),
    }


def revise_internships(
    snapshot: Snapshot, tables: Mapping[str, pl.DataFrame], gone: Collection[int]
) -> dict[str, pl.DataFrame]:
    """Table ``internships`` without some people, where it tells of any of them; found anew, since others take part.

    Args:
        tables: those that are to stand in place of the snapshot's, without these people.
    """
    papers = snapshot.load_table("internships")
    told = {*papers["intern"], *papers["head"], *papers["hosts"].explode(empty_as_null=True)}
    if told.isdisjoint(gone):
        return {}
    now = {name: tables[name] if name in tables else snapshot.load_table(name) for name in internship_papers.READ}
    return {
        "internships": conform_table(
            "internships", internship_papers.internships_from_tables(now, snapshot.publication_day)
        )
    }


def add_first_year(people: pl.DataFrame) -> pl.DataFrame:
    """People whose ``first_year`` is the earlier of what a source's own record and what the stored works say.

    ``counted``: whether there is such a record, which need not begin where the store does.
    """
    return people.with_columns(
        first_year=pl.min_horizontal("first_year", "first_seen"), counted=pl.col("first_year").is_not_null()
    )


def find_author_summaries(snapshot: Snapshot, people: pl.DataFrame, as_of: date) -> pl.DataFrame | None:
    """Rows of table ``standings`` of some people (``author``), or None where it is not good for that day."""
    if not _is_still_valid(snapshot, as_of):
        return None
    return select_sorted_rows(snapshot.load_table("standings"), "author", people["author"])


def find_moves(snapshot: Snapshot, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who of those whose posts these are has moved, as :func:`finder.features.moves.detect_moves` gives them."""
    if not _is_still_valid(snapshot, as_of):
        return moves.detect_moves(affiliation_history.filter_recently_seen(posts, as_of), as_of)
    return select_sorted_rows(snapshot.load_table("moves"), "author", posts["author"])


def find_new_faculty(snapshot: Snapshot, posts: pl.DataFrame, people: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who of some people has become a professor, of :func:`finder.features.new_faculty.detect_new_faculty`."""
    if not _is_still_valid(snapshot, as_of):
        return new_faculty.detect_new_faculty(posts, people, as_of)
    return select_sorted_rows(snapshot.load_table("newcomers"), "author", people["author"])


def find_internships(snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    """Works that came out of an internship, of :func:`finder.features.internship_papers.detect_internships`."""
    return (
        snapshot.load_table("internships")
        if _is_still_valid(snapshot, as_of)
        else _compute_internships(snapshot, as_of)
    )


@lru_cache(maxsize=2)  # the same days are asked for again and again
def _compute_internships(snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    tables = {name: snapshot.load_table(name) for name in internship_papers.READ}
    return conform_table("internships", internship_papers.internships_from_tables(tables, as_of))


@lru_cache(maxsize=8)
def _is_still_valid(snapshot: Snapshot, as_of: date) -> bool:
    """Whether what was found out on the day of publication is good for another: for KEPT, with nothing dated later."""
    recent = snapshot.publication_day <= as_of <= snapshot.publication_day + KEPT
    return (
        recent
        and stage_model.works_unchanged(snapshot, as_of)
        and affiliation_history.affiliations_unchanged(snapshot, as_of)
    )
