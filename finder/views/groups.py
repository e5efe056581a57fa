"""All labs of the store as of a day, with what surrounds them: found once for each day asked for, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from finder.authorship import is_last_author
from finder.names import fold
from finder.people import beginners, lab_circle, mentoring, ties
from finder.people import labs as labs_module
from finder.people.labs import Labs
from finder.rank import match
from finder.store import Snapshot
from finder.views import cards

KEPT = 2  # answers kept in memory


@dataclass(frozen=True)
class Groups:
    """All labs.

    Attributes:
        now: the day that ages are counted from: up to when works are stored at all.
        people: heads and members, as :func:`finder.views.cards.known` gives them.
        posts: theirs, as :func:`finder.people.timeline.posts` gives them.
        works: as :func:`finder.people.lab_circle.authorships` gives them.
        alumni, sisters: as :mod:`finder.people.lab_circle` gives them.
    """

    now: date
    found: Labs
    people: pl.DataFrame
    posts: pl.DataFrame
    works: pl.DataFrame
    alumni: pl.DataFrame
    sisters: pl.DataFrame


_recent: list[tuple[str, date, Groups]] = []  # one snapshot and day are asked for again and again


def groups(snapshot: Snapshot, as_of: date) -> Groups:
    """All labs as of a day."""
    key = str(snapshot.folder)
    for folder, day, known in _recent:
        if (folder, day) == (key, as_of):
            return known
    made = find_groups(snapshot, as_of)
    _recent[:] = [(key, as_of, made), *_recent[: KEPT - 1]]
    return made


def find_groups(snapshot: Snapshot, as_of: date) -> Groups:
    """All labs as of a day, found anew."""
    authorships = snapshot.table("authorships")
    everything = snapshot.table("works").filter("published", pl.col("date") <= as_of)
    now = match.horizon(snapshot, everything.select("work", direct=pl.lit(1.0)), as_of)
    leaders = ties.leaders(authorships, as_of, now)
    near = ties.at_one_place(ties.ties(authorships, leaders, as_of, now), snapshot.table("affiliations"))
    works, pairs = beginners.pairs(snapshot, as_of, heads=leaders)
    concerned = pl.concat([near["head"], near["author"], leaders["author"], pairs["author"]]).unique()
    people, posts = cards.known(snapshot, concerned.to_frame("author"), as_of)
    counted = people.join(leaders, on="author", how="left").join(_records(authorships, as_of), on="author", how="left")
    counted = counted.with_columns(pl.col("works", "firsts", "lasts", "years").fill_null(0))
    # who heads and who learns is read from the likeliest stages; what is said of anybody is what the record bears
    likely = counted.with_columns(stage="likely_stage", stage_confidence="likely_confidence")
    found = _said(labs_module.labs(near, _pupils(works, pairs, now), likely, posts, as_of, now), people)
    led = pairs.join(found.labs.select(head="heads").explode("head"), on="head", how="semi")
    students = mentoring.students(works, led, authorships, posts, people, as_of)
    own = lab_circle.authorships(found, authorships, as_of)
    who = lab_circle.people(found)
    return Groups(
        now, found, people.join(who, on="author", how="semi"), posts.join(who, on="author", how="semi"), own,
        lab_circle.alumni(students, found, now), _apart(lab_circle.sisters(own, now), found, people),
    )  # fmt: skip


def _said(found: Labs, people: pl.DataFrame) -> Labs:
    """The labs with the stages of members that are said of them."""
    said = people.select("author", "stage", "stage_confidence")
    members = found.members.drop("stage", "stage_confidence").join(said, on="author", how="left", maintain_order="left")
    return Labs(found.labs, members.select(found.members.columns))


def _records(authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``author``, ``works``, ``firsts``, ``lasts``, ``years``: how many works everybody has, stands first on, and last;
    and years from the first to the newest.

    Alphabetical lists say who is on a work, and not who did it.
    """
    rows = authorships.filter(pl.col("published"), pl.col("day") <= ties.number(as_of))
    return rows.group_by("author").agg(
        works=pl.len(),
        firsts=(~pl.col("alphabetical") & (pl.col("position") == 0)).sum(),
        lasts=is_last_author(pl.col).sum(),
        years=(pl.col("day").max() - pl.col("day").min()) / beginners.YEAR,
    )


def _apart(sisters: pl.DataFrame, found: Labs, people: pl.DataFrame) -> pl.DataFrame:
    """Sisters without those whose heads share a name: somebody with two records is no sister of themselves."""
    heads = (
        found.labs.select("lab", author="heads").explode("author").join(people.select("author", "name"), on="author")
    )
    names = heads.select("lab", name=pl.col("name").map_elements(fold, return_dtype=pl.String))
    pairs = sisters.select("lab", "other").join(names, on="lab")
    twins = pairs.join(names.rename({"lab": "other"}), on=("other", "name"), how="semi")
    return sisters.join(twins, on=("lab", "other"), how="anti", maintain_order="left")


def _pupils(works: pl.DataFrame, pairs: pl.DataFrame, now: date) -> pl.DataFrame:
    """``head``, ``author``: beginners, no guests, whom somebody led on a work of late."""
    late = works.filter(pl.col("day") > ties.number(now) - ties.LATE).select("head", "author").unique()
    return pairs.filter(~pl.col("guest")).join(late, on=("head", "author"), how="semi").select("head", "author")
