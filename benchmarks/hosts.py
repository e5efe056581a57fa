"""How well internships are found, against the positions that some conferences ask their authors for.

    uv run python -m benchmarks.hosts HOME              # one series at a time with its positions hidden, then all shown
    uv run python -m benchmarks.hosts HOME --list KIND  # and the proofs of one kind, with what their authors stated

HOME is a data folder that ``finder import paperlists`` filled; ``--files`` is the folder of those files. Files with
``or_profile`` say who held which post; others only list as many positions as authors (see
:mod:`benchmarks.stage_labels`), of which one in twenty stands with somebody else. A proof is right where its author
said to be an intern, or a student, on that very work. Whoever says to hold another post, too, is counted apart. An
internship can be found where an intern stands first and somebody else, who is no intern, prints the company.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.measuring import print_table
from benchmarks.stage_labels import conference_series, load_position_lists
from finder.answers import Query, internships
from finder.features import internship_papers
from finder.features.internship_data import ROLE
from finder.features.roles import stage_of_role
from finder.storage import Snapshot, Store, open_store

FILES = Path("../shared/paperlists")
TODAY = date(2026, 11, 30)
INTERN = ROLE
FIRST = 10  # hosts looked at
ASKED = (
    "reinforcement learning",
    "large language models",
    "multimodal learning",
    "3D vision",
    "speech recognition",
    "robot manipulation",
    "graph neural networks",
    "recommender systems",
)
ABOUT = 150  # days between a work and what somebody said of that time
_KEYS = ("work", "author")


def load_stated_posts(snapshot: Snapshot) -> pl.DataFrame:
    """``work``, ``author``, ``institution``, ``role``, ``series``: posts that authors of a work stated beside it."""
    venues = snapshot.load_table("works").select("work", series=conference_series(pl.col("venue")))
    return snapshot.load_table("places").filter(pl.col("role").is_not_null()).drop("quote").join(venues, on="work")


def hide_positions(snapshot: Snapshot, series: str | None = None) -> dict[str, pl.DataFrame]:
    """The tables that internships are found in, without a position that one series, or any, states."""
    works = snapshot.load_table("works")
    works = works if series is None else works.filter(conference_series(pl.col("venue")) == series)
    records = snapshot.load_table("versions").join(works.select("work"), on="work", how="semi")["record"]
    here = pl.col("work").is_in(works["work"].implode())
    of_series = pl.col("record").is_in(records.implode())
    seen, places = snapshot.load_table("affiliations"), snapshot.load_table("places")
    return internship_tables(snapshot) | {
        "places": places.with_columns(role=pl.when(~here).then("role")),
        "affiliations": seen.with_columns(role=pl.when(~of_series).then("role"), stated=pl.col("stated") & ~of_series),
    }


def internship_tables(snapshot: Snapshot) -> dict[str, pl.DataFrame]:
    """The tables that internships are found in."""
    return {name: snapshot.load_table(name) for name in internship_papers.READ}


def internships_in_tables(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Internships in some tables."""
    return internship_papers.internships_from_tables(tables, TODAY)


def load_work_statements(snapshot: Snapshot, files: Path) -> pl.DataFrame:
    """What authors said of themselves on a work: ``work``, ``author``, ``series``, ``said``, ``intern``.

    ``said`` is ``intern``, ``student``, ``student and more`` or ``another post``.
    """
    kinds = snapshot.load_table("institutions").select("institution", "kind")
    own = (
        load_stated_posts(snapshot).join(kinds, on="institution").select(*_KEYS, "series", "role", "kind", listed=False)
    )
    told = load_position_lists(snapshot, files).select(
        *_KEYS, conference_series(pl.col("venue")).alias("series"), "role", "kind", listed=True
    )
    rows = pl.concat([own.filter(~pl.col("series").is_in(told["series"].unique().implode())), told])
    stage = stage_of_role(pl.col("role"), pl.col("kind"))
    rows = rows.with_columns(stage=stage, intern=pl.col("role").str.contains(INTERN))
    student, more = (pl.col("stage") == "student").any(), (pl.col("stage") != "student").any()
    said = (
        pl.when(pl.col("intern").any())
        .then(pl.lit("intern"))
        .when(student & more)
        .then(pl.lit("student and more"))
        .when(student)
        .then(pl.lit("student"))
        .when(more)
        .then(pl.lit("another post"))
    )
    return rows.group_by(*_KEYS, "series", "listed").agg(said=said).drop_nulls("said")


def judge_by_other_works(snapshot: Snapshot, files: Path, proofs: pl.DataFrame) -> pl.DataFrame:
    """Proofs of whose authors it is known, from any work, whether they were students then: with ``said``, ``right``.

    They were where they said so on that work or later, and no other post before; they were not where they said to hold
    another post on that work or in the four years before.
    """
    kinds = snapshot.load_table("institutions").select("institution", "kind")
    dates = snapshot.load_table("works").select("work", "date")
    own = load_stated_posts(snapshot).join(kinds, on="institution").join(dates, on="work")
    rows = pl.concat(
        [
            own.select("author", "date", "role", "kind"),
            load_position_lists(snapshot, files).select("author", "date", "role", "kind"),
        ]
    )
    stage = stage_of_role(pl.col("role"), pl.col("kind"))
    told = rows.select(intern="author", then=pl.col("date").dt.epoch("d"), stage=stage).drop_nulls("stage")
    both = proofs.join(told, on="intern").with_columns(apart=pl.col("then") - pl.col("day"))
    student, apart = pl.col("stage") == "student", pl.col("apart")
    yes, no = student & (apart >= -ABOUT), ~student & apart.is_between(-4 * 365, ABOUT)
    found = both.group_by("work", "intern", "company").agg(yes=yes.any(), no=no.any())
    known = found.filter(pl.col("yes") ^ pl.col("no"))
    said = pl.when("yes").then(pl.lit("student")).otherwise(pl.lit("another post"))
    return proofs.join(known, on=("work", "intern", "company")).with_columns(said=said, right="yes")


def findable_internships(snapshot: Snapshot, said: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``intern``, ``company``, ``series``, ``alone`` (prints the company only): what there is to find."""
    kinds = snapshot.load_table("institutions").select(
        "institution", school=(pl.col("kind") == "education").fill_null(False)
    )
    places = snapshot.load_table("places").filter(pl.col("quote").is_null()).join(kinds, on="institution")
    first = snapshot.load_table("authorships").filter(pl.col("position") == 0).select(*_KEYS)
    interns_ = said.filter(pl.col("said") == "intern").join(first, on=_KEYS)
    at = places.join(interns_, on=_KEYS).with_columns(
        alone=~pl.col("school").any().over(_KEYS), stated=pl.col("role").str.contains(INTERN)
    )
    at = at.filter(~pl.col("school"), pl.col("stated") | (pl.col("role").is_null() & pl.col("listed")))
    others = places.join(said.filter(pl.col("said") == "intern"), on=_KEYS, how="anti")
    mates = others.select("work", "institution", mate="author")
    both = at.join(mates, on=("work", "institution")).filter(pl.col("mate") != pl.col("author"))
    rows = both.select("work", "series", "listed", "alone", intern="author", company="institution").unique()
    return rows.unique(("work", "intern"), keep="first")


def join_statements(proofs: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Proofs of whose authors something is known, with ``said`` and ``right``."""
    found = proofs.join(said.rename({"author": "intern"}), on=("work", "intern"))
    return found.with_columns(right=pl.col("said").is_in(["intern", "student", "student and more"]))


def show_precision_by_kind(found: pl.DataFrame) -> None:
    """Print precision by kind of proof and chance, with calibration."""
    rows = []
    groups = found.with_columns(chance=pl.col("chance").round(2)).sort("kind", "chance", descending=[False, True])
    for (kind, chance), part in groups.group_by("kind", "chance", maintain_order=True):
        counts = [(part["said"] == name).sum() for name in ("intern", "student", "student and more", "another post")]
        rows.append([kind, chance, part.height, *counts, float(part["right"].mean())])  # type: ignore[arg-type]
    print_table("Proofs", ["kind", "chance", "n", "intern", "student", "and more", "other", "precision"], rows)


def main() -> None:
    """Print all figures."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("home", type=Path, help="a data folder with conference files")
    ask.add_argument("--files", type=Path, default=FILES, help="the folder of these files")
    ask.add_argument("--list", dest="listed", help="a kind of proof to list")
    ask.add_argument("--names", type=int, default=0, help="how many of the first hosts to name")
    given = ask.parse_args()
    with open_store(given.home) as store:
        snapshot = store.snapshots.current_snapshot()
        said = load_work_statements(snapshot, given.files)
        truth = findable_internships(snapshot, said)
        hidden = []
        for series in said["series"].unique().sort():
            found = internships_in_tables(hide_positions(snapshot, series))
            hidden.append(found.join(said.filter(pl.col("series") == series).select("work").unique(), on="work"))
        proofs = pl.concat(hidden)
        for listed, name in ((False, "positions known"), (True, "positions listed")):
            print(f"\n== With positions hidden, one series at a time; {name}")
            show_precision_by_kind(join_statements(proofs, said.filter(pl.col("listed") == listed)))
            there = truth.filter(pl.col("listed") == listed)
            show_internship_recall(there, proofs)
        print("\n== With all positions hidden, judged by what authors said before and after, on any work")
        every = internships_in_tables(hide_positions(snapshot))
        about = judge_by_other_works(snapshot, given.files, every)
        show_precision_by_kind(about)
        print("\n== With positions stated")
        shown = internships_in_tables(internship_tables(snapshot))
        there = truth.filter(~pl.col("listed"))
        show_internship_recall(there, shown)
        show_host_correctness(snapshot, there, shown, said)
        show_first_hosts(store, given.names)
        if given.listed:
            _list_internships(snapshot, about.filter(pl.col("kind") == given.listed))
            _list_internships(
                snapshot,
                truth.join(proofs, on=("work", "intern"), how="anti").with_columns(
                    kind=pl.lit("missed"), chance=0.0, said=pl.lit("intern"), hosts=pl.lit([], pl.List(pl.UInt32))
                ),
            )


def show_first_hosts(store: Store, names: int) -> None:
    """Print of the first hosts for eight interests how many hosted nobody of late, or nobody on the interest."""
    rows, lines = [], []
    for interest in ASKED:
        found = internships.find_internship_hosts(store, Query(interest, TODAY, top=FIRST))
        idle = sum(not row["hosting"]["recent"] for row in found.results)
        off = sum(not row["hosting"]["on_interest"] for row in found.results)
        weak = sum(row["hosting"]["weak"] for row in found.results)
        rows.append([interest, found.total, len(found.results), idle, off, weak])
        for row in found.results[:names]:
            proof = row["proofs"][0]
            at = f"{row['company']['institution']} {row['company']['country']}"
            told = f"{proof['intern']['name']}: {proof['work']['title'][:60]} ({proof['kind']})"
            lines.append(f"{interest} | {row['name']} | {at} | {row['score']:.2f} | {row['why']} | {told}")
    rows.append(["all", *(sum(row[column] for row in rows) for column in range(1, 6))])
    print_table("First hosts", ["interest", "hosts", "shown", "idle", "off", "weak"], rows)
    print("\n".join(lines))


def show_internship_recall(truth: pl.DataFrame, proofs: pl.DataFrame) -> None:
    """Print how many internships were found, by how their authors print where they are."""
    best = proofs.group_by("work", "intern").agg(chance=pl.col("chance").max())
    both = truth.join(best, on=("work", "intern"), how="left")
    rows = [
        [name, part.height, part["chance"].is_not_null().sum(), (part["chance"] >= 0.5).sum()]
        for name, part in (
            ("all", both),
            ("company only", both.filter("alone")),
            ("both", both.filter(~pl.col("alone"))),
        )
    ]
    print_table("Interns who stand first", ["printed", "n", "found", "from 0.5 on"], rows)


def show_host_correctness(snapshot: Snapshot, truth: pl.DataFrame, proofs: pl.DataFrame, said: pl.DataFrame) -> None:
    """Print how often the first host is somebody of the company who states to be no student or intern."""
    first = truth.join(proofs, on=("work", "intern", "company")).select("work", author=pl.col("hosts").list.first())
    known = first.join(said, on=_KEYS)
    right = (known["said"] == "another post").sum()
    print(f"\nFirst hosts: {first.height}, position known {known.height}, no student or intern {right}")


def _list_internships(snapshot: Snapshot, rows: pl.DataFrame) -> None:
    names = dict(snapshot.load_table("authors").select("author", "name").iter_rows())
    at = dict(snapshot.load_table("institutions").select("institution", "name").iter_rows())
    works = {
        row["work"]: row for row in snapshot.load_table("works").select("work", "title", "venue").iter_rows(named=True)
    }
    for row in rows.sort("said", "work").iter_rows(named=True):
        work = works[row["work"]]
        hosts = ", ".join(names[host] for host in row["hosts"][:3])
        print(
            f"{row['said']}\t{row['chance']:.2f}\t{names[row['intern']]} at {at[row['company']]}: {hosts}"
            f"\t{work['venue']}\t{work['title'][:60]}"
        )


if __name__ == "__main__":
    main()
