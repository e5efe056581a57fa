"""What is said of people from less data, against what is said of the same people from more.

    uv run python -m benchmarks.thinning HOME [--works 2000] [--rounds 5] [--show 5]

HOME is a data folder that ``finder import paperlists`` filled. From all of its works, and from some files of it, works,
venues and years are taken away at random. Less data may turn a claim to unknown, or to a weaker one: what it turns to
a stronger or a different one, without a statement that says so, is counted by claim.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from benchmarks.measuring import show
from finder.people import hosts, moves, newcomers, stage, standings, statements
from finder.rank import advisors, match
from finder.resolve import coverage, pipeline, raw, reach
from finder.store import Store, open_store
from finder.views import groups

RANKS = newcomers.FACULTY
WEAKER: Mapping[str, tuple[str, ...]] = {stage.LEADS: RANKS}
"""Stages that say less than others: led works alone, without what the post is called."""
CLAIMS = ("stage", "hidden", "moved", "new professor", "recruiting", "host", "lab head", "inactive")
KEPT = (0.05, 0.1, 0.3, 0.5, 0.7, 0.9)  # shares of the works that are left


@dataclass(frozen=True, eq=False)  # one is like no other: what is known of it is kept by it
class Tables:
    """A snapshot that lies in memory only."""

    folder: str
    tables: Mapping[str, pl.DataFrame]
    made: date
    meta: Mapping[str, Any]

    def table(self, name: str) -> pl.DataFrame:
        return self.tables[name]


class Rise(NamedTuple):
    """Something that less data says and more data does not."""

    claim: str
    name: str
    before: str
    after: str
    ground: str


def resolved(frames: raw.Frames, store: Store, today: date, name: str) -> Tables:
    """What would be published of some records."""
    tables = pipeline.resolve(frames, store, today)
    tables |= standings.summarize_people(tables, today)
    return Tables(
        name, tables, today, {"begins": coverage.begins(frames["raw_works"]), "published_at": today.isoformat()}
    )


def without(frames: raw.Frames, records: pl.Series) -> raw.Frames:
    """Raw tables without some records."""
    gone = pl.col("record").is_in(records.implode())
    return {name: frame.filter(~gone) for name, frame in frames.items()}


@lru_cache(maxsize=4)
def claims(made: Tables) -> pl.DataFrame:
    """``author``, ``claim``, ``said``, ``ground``, ``stated`` (a statement says so) of whatever is said of anybody."""
    stands, people = made.table("standings"), made.table("authors").select("author")
    known = stands.filter(pl.col("stage") != "unknown")
    stages = known.select(
        "author",
        claim=pl.lit("stage"),
        said="stage",
        ground="stage_ground",
        stated=pl.col("stage_record").is_not_null(),
    )
    hidden = known.filter("is_student").select(
        "author",
        claim=pl.lit("hidden"),
        said="stage",
        ground="stage_ground",
        stated=pl.col("stage_record").is_not_null(),
    )
    moved = made.table("moves").select(
        "author", claim=pl.lit("moved"), said="to_name",
        ground=pl.format("{} -> {}, {}", "from_name", "to_name", "first_seen"), stated=pl.col("since").is_not_null(),
    )  # fmt: skip
    new = made.table("newcomers").select(
        "author", claim=pl.lit("new professor"), said=pl.lit("new"), ground="institution", stated=pl.lit(value=False)
    )
    told = statements.recruiting(statements.told(made, people, made.made))  # type: ignore[arg-type]
    recruits = told.select(
        "author", claim=pl.lit("recruiting"), said="polarity", ground="quote", stated=pl.lit(value=True)
    )
    return pl.concat([stages, hidden, moved, new, recruits, _hosts(made), _heads(made), _inactive(made)])


def reached(made: Tables) -> date:
    """The day from which answers count what is of late."""
    works = made.table("works").filter("published")
    return match.horizon(made, works.select("work", direct=pl.lit(1.0)), made.made)  # type: ignore[arg-type]


def _hosts(made: Tables) -> pl.DataFrame:
    led = hosts.led(hosts.papers(made, made.made))  # type: ignore[arg-type]
    sure = hosts.hosting(led, made.made).filter(pl.col("sure") >= hosts.SURE)
    named = sure.join(made.table("institutions"), left_on="company", right_on="institution")
    return named.select(
        "author", claim=pl.lit("host"), said="name", ground=pl.format("sure {}", "sure"), stated=pl.lit(value=False)
    )


def _heads(made: Tables, day: date | None = None) -> pl.DataFrame:
    found = groups.find_groups(made, day or made.made).found.labs  # type: ignore[arg-type]
    each = found.select("institution", author="heads").explode("author")
    named = each.join(made.table("institutions"), on="institution", how="left")
    return named.select(
        "author", claim=pl.lit("lab head"), said=pl.lit("heads"), ground=pl.col("name").fill_null(""),
        stated=pl.lit(value=False),
    )  # fmt: skip


def _inactive(made: Tables, day: date | None = None) -> pl.DataFrame:
    now = day or reached(made)
    works = made.table("works").filter("published").select("work", match=pl.lit(0.5))
    sums = advisors.gather(works.lazy(), made.table("authorships").lazy(), day or made.made, now, 4.0)[1]
    record = advisors.with_record(sums, made.table("authorships").lazy(), made.made)
    idle = advisors.describe(record, advisors.Scheme()).collect().filter("idle_leader")
    return idle.select(
        "author", claim=pl.lit("inactive"), said=pl.lit("idle"), ground=pl.lit("led none for three years"),
        stated=pl.lit(value=False),
    )  # fmt: skip


def rises(more: Tables, less: Tables) -> tuple[list[Rise], int]:
    """What less data says that more data does not, of those who are one person in both; how many are not."""
    keys = ("record", "position")
    both = less.table("sightings").select(*keys, less="author").join(
        more.table("sightings").select(*keys, more="author"), on=keys
    )  # fmt: skip
    whose = both.group_by("less").agg(pl.col("more").unique())
    mixed = whose.filter(pl.col("more").list.len() > 1).height
    whose = whose.filter(pl.col("more").list.len() == 1).explode("more")
    names = more.table("authors").select(more="author", name="name")
    said = claims(more)
    if (day := reached(less)) < reached(more):  # a lab, and silence, are said as of then
        said = said.filter(~pl.col("claim").is_in(["lab head", "inactive"]))
        said = pl.concat([said, _heads(more, day), _inactive(more, day)])
    before = said.group_by(more="author", claim="claim").agg(before="said")
    after = claims(less).filter(~pl.col("stated")).rename({"author": "less", "said": "after"})
    rows = (
        after.join(whose, on="less").join(before, on=("more", "claim"), how="left").join(names, on="more", how="left")
    )
    found = [
        Rise(row["claim"], row["name"], ", ".join(row["before"] or []) or "-", row["after"], row["ground"] or "")
        for row in rows.iter_rows(named=True)
        if not _holds(row["claim"], row["before"] or [], row["after"])
    ]
    return found, mixed


def _holds(claim: str, before: list[str], after: str) -> bool:
    if claim in ("moved", "host"):
        return any(moves._one_place({"name": name, "to_name": after}) for name in before)
    return after in before or any(name in WEAKER.get(after, ()) for name in before)


def cuts(frames: raw.Frames, chance: np.random.Generator, works: int | None = None) -> Iterator[tuple[str, pl.Series]]:
    """Which records to take away, and what that is called."""
    all_ = frames["raw_works"].select("record", "source", "year", series=reach.series())
    records = all_["record"].to_numpy()
    for share in KEPT if works is None else (works / len(records),):
        gone = chance.permutation(records)[round(share * len(records)) :]
        yield (f"{share:.0%} of the works" if works is None else f"{works} works"), pl.Series(gone)
    if works is not None:
        return
    years = np.sort(all_["year"].unique().to_numpy())
    year = int(chance.choice(years))
    yield "a year less", all_.filter(pl.col("year") == year)["record"]
    yield "early years less", all_.filter(pl.col("year") <= year)["record"]
    yield "late years less", all_.filter(pl.col("year") >= year)["record"]
    column = "source" if all_["source"].n_unique() > 1 else "series"
    names = all_[column].unique().sort()
    yield f"a {column} less", all_.filter(pl.col(column) == names[int(chance.integers(len(names)))])["record"]
    people = frames["raw_people"]
    if people.height:
        source = people["source"].unique().sort().to_list()
        yield "records of people less", people.filter(pl.col("source") == str(chance.choice(source)))["record"]


def some_files(frames: raw.Frames, works: int, chance: np.random.Generator) -> pl.Series:
    """The works beyond about so many that stand together, of a venue and its years: a small store is of one field."""
    all_ = frames["raw_works"].select("record", "date", "year", series=reach.series())
    venue = all_.group_by("series").len().filter(pl.col("len") >= works).sort("series")["series"]
    own = all_.filter(pl.col("series") == venue[int(chance.integers(len(venue)))])
    picked = own.sample(works, seed=int(chance.integers(1 << 30)))
    return all_.join(picked, on="record", how="anti")["record"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--works", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 12, 31))
    parser.add_argument("--show", type=int, default=0, help="how many of each claim are printed")
    parser.add_argument("--no-whole", action="store_true", help="only small stores")
    options = parser.parse_args()
    chance = np.random.default_rng(options.seed)
    rows: list[list[object]] = []
    seen: dict[str, list[Rise]] = {claim: [] for claim in CLAIMS}

    def compare(name: str, frames: raw.Frames, more: Tables, gone: pl.Series, store: Store) -> None:
        less = resolved(without(frames, gone), store, options.as_of, name)
        found, mixed = rises(more, less)
        said = Counter(claims(less)["claim"].to_list())
        count = Counter(rise.claim for rise in found)
        rows.append([name, *(f"{count[claim]}/{said[claim]}" for claim in CLAIMS), mixed])
        for rise in found:
            seen[rise.claim].append(rise)

    with open_store(options.home) as store:
        frames, _ = raw.load(store)
        frames = without(frames, frames["raw_works"].filter(pl.col("date") > options.as_of)["record"])
        if not options.no_whole:
            whole = resolved(frames, store, options.as_of, "whole")
            for number in range(options.rounds):
                for name, gone in cuts(frames, chance, options.works):
                    compare(f"all -> {name}, {number}", frames, whole, gone, store)
        for number in range(options.rounds):
            own = without(frames, some_files(frames, options.works, chance))
            small = resolved(own, store, options.as_of, f"small {number}")
            for name, gone in cuts(own, chance):
                compare(f"{options.works} -> {name}, {number}", own, small, gone, store)
    total = ["in all"]
    for column in range(1, len(CLAIMS) + 1):
        parts = [tuple(map(int, str(row[column]).split("/"))) for row in rows]
        total.append("/".join(str(sum(part[i] for part in parts)) for i in (0, 1)))
    show("risen / said", ("from -> to", *CLAIMS, "mixed"), [*rows, [*total, sum(int(str(row[-1])) for row in rows)]])
    kinds = Counter(
        (rise.claim, rise.before if rise.claim == "stage" else "", rise.after if rise.claim == "stage" else "")
        for all_ in seen.values()
        for rise in all_
    )
    for (claim, before, after), number in kinds.most_common():
        print(f"{number:6} {claim} {before} -> {after}")
    for claim, all_ in seen.items():
        for index in chance.permutation(len(all_))[: options.show]:
            print(claim, *all_[index][1:], sep=" | ")


if __name__ == "__main__":
    main()
