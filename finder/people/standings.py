"""Where everybody stands on the day of publication, so that an answer looks up what no interest changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import narwhals as nw
import polars as pl

from finder.people import interns, moves, newcomers, stage, timeline
from finder.resolve import career, careers
from finder.store import Snapshot
from finder.tables import rows_of, table

KEPT = timedelta(days=31)  # for which they are good: without new records a career hardly changes in a month
RECORD = ("works_recently", "led_since", "first_seen", "last_seen")
STAGE = ("stage", "stage_confidence", "stage_ground", "stage_record", "is_student", "likely_stage", "likely_confidence")


def summarize_people(tables: Mapping[str, pl.DataFrame], today: date) -> dict[str, pl.DataFrame]:
    """Tables ``standings``, ``moves``, ``newcomers`` and ``internships``.

    Args:
        tables: those that resolution gives.
    """
    posts = timeline.describe(tables["posts"], tables["institutions"])
    record = careers.summarize_record(nw.from_native(tables["authorships"].lazy()), today).to_native()
    people = with_first_year(tables["authors"].join(record.collect(), on="author"))
    inferred = career.infer(tables["careers"], people, posts, today)
    stages = stage.stages(inferred, posts, people, today)
    return {
        "standings": table("standings", people.join(stages, on="author").sort("author")),
        "moves": table("moves", moves.moves(timeline.of_late(posts, today), today)),
        "newcomers": table("newcomers", newcomers.newcomers(posts, people, today)),
        "internships": table("internships", interns.papers_of(tables, today)),
    }


def with_first_year(people: pl.DataFrame) -> pl.DataFrame:
    """People whose ``first_year`` is the earlier of what a source's own record and what the stored works say.

    ``counted``: whether there is such a record, which need not begin where the store does.
    """
    return people.with_columns(
        first_year=pl.min_horizontal("first_year", "first_seen"), counted=pl.col("first_year").is_not_null()
    )


def find_published(snapshot: Snapshot, people: pl.DataFrame, as_of: date) -> pl.DataFrame | None:
    """Rows of table ``standings`` of some people (``author``), or None where it is not good for that day."""
    if not _hold(snapshot, as_of):
        return None
    return rows_of(snapshot.table("standings"), "author", people["author"])


def find_moves(snapshot: Snapshot, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who of those whose posts these are has moved, as :func:`finder.people.moves.moves` gives them."""
    if not _hold(snapshot, as_of):
        return moves.moves(timeline.of_late(posts, as_of), as_of)
    return rows_of(snapshot.table("moves"), "author", posts["author"])


def find_newcomers(snapshot: Snapshot, posts: pl.DataFrame, people: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who of some people has become a professor, as :func:`finder.people.newcomers.newcomers` gives them."""
    if not _hold(snapshot, as_of):
        return newcomers.newcomers(posts, people, as_of)
    return rows_of(snapshot.table("newcomers"), "author", people["author"])


def find_internships(snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    """Works that came out of an internship, as :func:`finder.people.interns.papers` gives them."""
    return snapshot.table("internships") if _hold(snapshot, as_of) else _internships(snapshot, as_of)


@lru_cache(maxsize=2)  # the same days are asked for again and again
def _internships(snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    tables = {name: snapshot.table(name) for name in interns.READ}
    return table("internships", interns.papers_of(tables, as_of))


@lru_cache(maxsize=8)
def _hold(snapshot: Snapshot, as_of: date) -> bool:
    """Whether what was found out on the day of publication is good for another: for KEPT, with nothing dated later."""
    recent = snapshot.made <= as_of <= snapshot.made + KEPT
    return recent and career.holds(snapshot, as_of) and timeline.holds(snapshot, as_of)
