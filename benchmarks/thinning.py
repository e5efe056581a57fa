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

from benchmarks.measuring import print_table
from finder.answers import lab_index
from finder.features import author_summaries, internship_hosts, moves, new_faculty, stage, statements
from finder.ranking import advisor_score, text_match
from finder.resolution import coverage_end, coverage_start, input_tables, pipeline
from finder.storage import Store, open_store

RANKS = new_faculty.FACULTY
WEAKER: Mapping[str, tuple[str, ...]] = {stage.LEADS: RANKS}
"""Stages that say less than others: led works alone, without what the post is called."""
CLAIMS = ("stage", "hidden", "moved", "new professor", "recruiting", "host", "lab head", "inactive")
KEPT = (0.05, 0.1, 0.3, 0.5, 0.7, 0.9)  # shares of the works that are left


@dataclass(frozen=True, eq=False)  # one is like no other: what is known of it is kept by it
class MemorySnapshot:
    """A snapshot that lies in memory only."""

    folder: str
    tables: Mapping[str, pl.DataFrame]
    publication_day: date
    meta: Mapping[str, Any]

    def load_table(self, name: str) -> pl.DataFrame:
        return self.tables[name]


class UnsupportedClaim(NamedTuple):
    """Something that less data says and more data does not."""

    claim: str
    name: str
    before: str
    after: str
    ground: str


def resolve_thinned_store(frames: input_tables.Frames, store: Store, today: date, name: str) -> MemorySnapshot:
    """What would be published of some records."""
    tables = pipeline.resolve_tables(frames, store, today)
    tables |= author_summaries.summarize_people(tables, today)
    return MemorySnapshot(
        name,
        tables,
        today,
        {"begins": coverage_start.store_start_year(frames["raw_works"]), "published_at": today.isoformat()},
    )


def drop_raw_records(frames: input_tables.Frames, records: pl.Series) -> input_tables.Frames:
    """Raw tables without some records."""
    gone = pl.col("record").is_in(records.implode())
    return {name: frame.filter(~gone) for name, frame in frames.items()}


@lru_cache(maxsize=4)
def collect_claims(made: MemorySnapshot) -> pl.DataFrame:
    """``author``, ``claim``, ``said``, ``ground``, ``stated`` (a statement says so) of whatever is said of anybody."""
    stands, people = made.load_table("standings"), made.load_table("authors").select("author")
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
    moved = made.load_table("moves").select(
        "author",
        claim=pl.lit("moved"),
        said="to_name",
        ground=pl.format("{} -> {}, {}", "from_name", "to_name", "first_seen"),
        stated=pl.col("since").is_not_null(),
    )
    new = made.load_table("newcomers").select(
        "author", claim=pl.lit("new professor"), said=pl.lit("new"), ground="institution", stated=pl.lit(value=False)
    )
    told = statements.recruiting_status(statements.load_statements(made, people, made.publication_day))  # type: ignore[arg-type]
    recruits = told.select(
        "author", claim=pl.lit("recruiting"), said="polarity", ground="quote", stated=pl.lit(value=True)
    )
    return pl.concat(
        [stages, hidden, moved, new, recruits, _host_claims(made), _lab_head_claims(made), _inactivity_claims(made)]
    )


def claims_horizon_day(made: MemorySnapshot) -> date:
    """The day from which answers count what is of late."""
    works = made.load_table("works").filter("published")
    return text_match.latest_covered_day(made, works.select("work", direct=pl.lit(1.0)), made.publication_day)  # type: ignore[arg-type]


def _host_claims(made: MemorySnapshot) -> pl.DataFrame:
    led = internship_hosts.papers_by_host(internship_hosts.find_internship_papers(made, made.publication_day))  # type: ignore[arg-type]
    sure = internship_hosts.summarize_hosting(led, made.publication_day).filter(pl.col("sure") >= internship_hosts.SURE)
    named = sure.join(made.load_table("institutions"), left_on="company", right_on="institution")
    return named.select(
        "author", claim=pl.lit("host"), said="name", ground=pl.format("sure {}", "sure"), stated=pl.lit(value=False)
    )


def _lab_head_claims(made: MemorySnapshot, day: date | None = None) -> pl.DataFrame:
    found = lab_index.build_lab_index(made, day or made.publication_day).found.labs  # type: ignore[arg-type]
    each = found.select("institution", author="heads").explode("author")
    named = each.join(made.load_table("institutions"), on="institution", how="left")
    return named.select(
        "author",
        claim=pl.lit("lab head"),
        said=pl.lit("heads"),
        ground=pl.col("name").fill_null(""),
        stated=pl.lit(value=False),
    )


def _inactivity_claims(made: MemorySnapshot, day: date | None = None) -> pl.DataFrame:
    now = day or claims_horizon_day(made)
    works = made.load_table("works").filter("published").select("work", match=pl.lit(0.5))
    sums = advisor_score.collect_evidence(
        works.lazy(), made.load_table("authorships").lazy(), day or made.publication_day, now, 4.0
    )[1]
    record = advisor_score.add_publication_record(sums, made.load_table("authorships").lazy(), made.publication_day)
    idle = advisor_score.add_score_signals(record, advisor_score.ScoringScheme()).collect().filter("idle_leader")
    return idle.select(
        "author",
        claim=pl.lit("inactive"),
        said=pl.lit("idle"),
        ground=pl.lit("led none for three years"),
        stated=pl.lit(value=False),
    )


def find_unsupported_claims(more: MemorySnapshot, less: MemorySnapshot) -> tuple[list[UnsupportedClaim], int]:
    """What less data says that more data does not, of those who are one person in both; how many are not."""
    keys = ("record", "position")
    both = (
        less.load_table("sightings")
        .select(*keys, less="author")
        .join(more.load_table("sightings").select(*keys, more="author"), on=keys)
    )
    whose = both.group_by("less").agg(pl.col("more").unique())
    mixed = whose.filter(pl.col("more").list.len() > 1).height
    whose = whose.filter(pl.col("more").list.len() == 1).explode("more")
    names = more.load_table("authors").select(more="author", name="name")
    said = collect_claims(more)
    if (day := claims_horizon_day(less)) < claims_horizon_day(more):  # a lab, and silence, are said as of then
        said = said.filter(~pl.col("claim").is_in(["lab head", "inactive"]))
        said = pl.concat([said, _lab_head_claims(more, day), _inactivity_claims(more, day)])
    before = said.group_by(more="author", claim="claim").agg(before="said")
    after = collect_claims(less).filter(~pl.col("stated")).rename({"author": "less", "said": "after"})
    rows = (
        after.join(whose, on="less").join(before, on=("more", "claim"), how="left").join(names, on="more", how="left")
    )
    found = [
        UnsupportedClaim(
            row["claim"], row["name"], ", ".join(row["before"] or []) or "-", row["after"], row["ground"] or ""
        )
        for row in rows.iter_rows(named=True)
        if not _claim_holds(row["claim"], row["before"] or [], row["after"])
    ]
    return found, mixed


def _claim_holds(claim: str, before: list[str], after: str) -> bool:
    if claim in ("moved", "host"):
        return any(moves._is_same_institution({"name": name, "to_name": after}) for name in before)
    return after in before or any(name in WEAKER.get(after, ()) for name in before)


def iter_record_cuts(
    frames: input_tables.Frames, chance: np.random.Generator, works: int | None = None
) -> Iterator[tuple[str, pl.Series]]:
    """Which records to take away, and what that is called."""
    all_ = frames["raw_works"].select("record", "source", "year", series=coverage_end.venue_series())
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


def records_outside_sample(frames: input_tables.Frames, works: int, chance: np.random.Generator) -> pl.Series:
    """The works beyond about so many that stand together, of a venue and its years: a small store is of one field."""
    all_ = frames["raw_works"].select("record", "date", "year", series=coverage_end.venue_series())
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
    seen: dict[str, list[UnsupportedClaim]] = {claim: [] for claim in CLAIMS}

    def compare_thinned_store(
        name: str, frames: input_tables.Frames, more: MemorySnapshot, gone: pl.Series, store: Store
    ) -> None:
        less = resolve_thinned_store(drop_raw_records(frames, gone), store, options.as_of, name)
        found, mixed = find_unsupported_claims(more, less)
        said = Counter(collect_claims(less)["claim"].to_list())
        count = Counter(rise.claim for rise in found)
        rows.append([name, *(f"{count[claim]}/{said[claim]}" for claim in CLAIMS), mixed])
        for rise in found:
            seen[rise.claim].append(rise)

    with open_store(options.home) as store:
        frames, _ = input_tables.load_raw_tables(store)
        frames = drop_raw_records(frames, frames["raw_works"].filter(pl.col("date") > options.as_of)["record"])
        if not options.no_whole:
            whole = resolve_thinned_store(frames, store, options.as_of, "whole")
            for number in range(options.rounds):
                for name, gone in iter_record_cuts(frames, chance, options.works):
                    compare_thinned_store(f"all -> {name}, {number}", frames, whole, gone, store)
        for number in range(options.rounds):
            own = drop_raw_records(frames, records_outside_sample(frames, options.works, chance))
            small = resolve_thinned_store(own, store, options.as_of, f"small {number}")
            for name, gone in iter_record_cuts(own, chance):
                compare_thinned_store(f"{options.works} -> {name}, {number}", own, small, gone, store)
    total = ["in all"]
    for column in range(1, len(CLAIMS) + 1):
        parts = [tuple(map(int, str(row[column]).split("/"))) for row in rows]
        total.append("/".join(str(sum(part[i] for part in parts)) for i in (0, 1)))
    print_table(
        "risen / said", ("from -> to", *CLAIMS, "mixed"), [*rows, [*total, sum(int(str(row[-1])) for row in rows)]]
    )
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
