"""How right labs are about who is in them, against positions that authors stated, with all positions hidden.

    uv run python -m benchmarks.lab_members HOME [--list]

HOME is a data folder that ``finder import paperlists`` filled; ``--files`` is the folder of those files. The labs of
the day are found as if nobody had stated a position. A member shown as a student is right where they said to be one
while they wrote with the head, or later; a member is a colleague where they said to be faculty by then. A head is none
where they said to be a student or postdoc, and nothing else, within the last three years.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.measuring import print_table
from benchmarks.stage_labels import load_position_lists
from finder.answers import lab_index
from finder.features import author_summaries
from finder.features.roles import stage_of_role
from finder.resolution import affiliation_timeline
from finder.storage import Snapshot, open_store

FILES = Path("../shared/paperlists")
TODAY = date(2026, 11, 30)
FACULTY = ("early-career faculty", "established faculty")
BELOW = ("student", "postdoc")
ABOUT = pl.duration(days=150)  # between a work and what somebody said of that time
LATE = pl.duration(days=3 * 365)


@dataclass(frozen=True, eq=False)
class OverlaidSnapshot(Snapshot):
    """A snapshot some of whose tables are others."""

    others: Mapping[str, pl.DataFrame]

    def load_table(self, table: str) -> pl.DataFrame:
        """A table in memory."""
        return self.others[table] if table in self.others else super().load_table(table)


def hide_all_positions(snapshot: Snapshot) -> OverlaidSnapshot:
    """A snapshot as if nobody had stated a position."""
    names = ("careers", "authorships", "authors", "institutions", "places", "affiliations", "statements")
    tables = {name: snapshot.load_table(name) for name in names}
    for name in ("places", "affiliations"):
        tables[name] = tables[name].with_columns(role=pl.lit(None, pl.String))
    tables["affiliations"] = tables["affiliations"].with_columns(stated=pl.lit(value=False))
    made = snapshot.publication_day
    tables["posts"] = affiliation_timeline.build_affiliation_timeline(
        tables["affiliations"], tables["statements"], tables["institutions"], made
    )
    tables |= author_summaries.summarize_people(tables, made)
    return OverlaidSnapshot(snapshot.folder, snapshot.seq, snapshot.meta, tables)


def load_stage_statements(snapshot: Snapshot, files: Path) -> pl.DataFrame:
    """``author``, ``then``, ``said`` (a stage), ``listed``: all that anybody stated; one in twenty that are listed
    stands with another author of the work.
    """
    kinds, dates = snapshot.load_table("institutions").select("institution", "kind"), snapshot.load_table("works")
    own = snapshot.load_table("places").filter(pl.col("role").is_not_null()).join(kinds, on="institution")
    columns = ("author", "date", "role", "kind", "listed")
    own = own.join(dates.select("work", "date"), on="work").with_columns(listed=pl.lit(value=False))
    lists = load_position_lists(snapshot, files).with_columns(listed=pl.lit(value=True))
    own = own.join(lists, on="work", how="anti")
    rows = pl.concat([own.select(columns), lists.select(columns)])
    stage = stage_of_role(pl.col("role"), pl.col("kind"))
    return rows.select("author", "listed", then="date", said=stage).drop_nulls("said").unique()


def judge_members(members: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Members of whom something was stated: ``student``, ``colleague`` (by their own word)."""
    both = members.join(told, on="author")
    student = (pl.col("said") == "student") & (pl.col("then") >= pl.col("since") - ABOUT)
    before = pl.col("then") <= pl.col("last") + ABOUT
    faculty = pl.col("said").is_in(FACULTY) & before
    another = ~pl.col("said").is_in(BELOW) & before
    # who is a student on one work and something else on a later one was one when seen
    return both.group_by(members.columns).agg(student=student.any(), colleague=faculty.any(), another=another.any())


def show_members(members: pl.DataFrame, told: pl.DataFrame) -> list[tuple[int, str]]:
    """Print what members stated, by what they are shown as; returns who was no student."""
    known = judge_members(members, told).filter(pl.col("student") | pl.col("another"))
    rows = []
    for stage, part in known.sort("stage").group_by("stage", maintain_order=True):
        rows.append([stage[0], part.height, part["student"].sum(), part["colleague"].sum()])
    rows.append(["all", known.height, known["student"].sum(), known["colleague"].sum()])
    print_table("Members of whom something was stated", ["shown as", "n", "were students", "were faculty"], rows)
    wrong = known.filter(~pl.col("student")).select("author", pl.format("member, shown as {}", "stage"))
    return wrong.rows()


def show_heads(found: lab_index.LabIndex, heads: pl.DataFrame, told: pl.DataFrame) -> list[tuple[int, str]]:
    """Print what heads stated of late; returns who was a student or postdoc."""
    stages = found.people.select("author", "stage")
    newest = told.join(heads, on="author").filter(pl.col("then") >= pl.lit(found.now) - LATE).join(stages, on="author")
    said, shown = pl.col("said"), pl.col("stage")
    judged = newest.group_by("author").agg(
        below=said.is_in(BELOW).all(),
        stage=shown.first(),
        same=((said == shown) | (said.is_in(FACULTY) & shown.is_in(FACULTY))).any(),
    )
    told_of = judged.filter(~pl.col("stage").is_in(["unknown", "leads a group"]))
    print_table(
        "Heads of whom something was stated of late",
        ["n", "no student or postdoc", "stage told", "rightly"],
        [[judged.height, (~judged["below"]).sum(), told_of.height, told_of["same"].sum()]],
    )
    return judged.filter("below").select("author", pl.format("head, shown as {}", "stage")).rows()


def main() -> None:
    """Print the figures."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("home", type=Path, help="a data folder with conference files")
    ask.add_argument("--files", type=Path, default=FILES, help="the folder of these files")
    ask.add_argument("--list", action="store_true", help="name who is wrong")
    given = ask.parse_args()
    with open_store(given.home) as store:
        snapshot = store.snapshots.current_snapshot()
        told, found = (
            load_stage_statements(snapshot, given.files),
            lab_index.build_lab_index(hide_all_positions(snapshot), TODAY),
        )
        names = dict(snapshot.load_table("authors").select("author", "name").iter_rows())
    members, labs = found.found.members, found.found.labs
    print(f"{labs.height} labs, {members.height} members")
    heads = labs.select("lab", author="heads").explode("author")
    for title, rows in (("in order", told.filter(~pl.col("listed"))), ("in order or listed", told)):
        print(f"\n== Positions {title}")
        wrong = show_members(members, rows) + show_heads(found, heads, rows)
        if given.list:
            print("\n".join(f"{names[author]}: {said}" for author, said in wrong))
    sisters = found.sisters
    own = sisters.join(heads, on="lab").join(heads.rename({"lab": "other", "author": "twin"}), on="other")
    same_name = own.with_columns(pl.col("author", "twin").replace_strict(names)).filter(
        pl.col("author") == pl.col("twin")
    )
    print(f"\nSisters: {sisters.height}, of which headed by a namesake of the head {same_name['lab'].n_unique()}")


if __name__ == "__main__":
    main()
