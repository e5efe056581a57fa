"""Similar people: does half of somebody's works find the other half, and people of the same human-made list?

    uv run python benchmarks/similar.py --home FOLDER [--people 150] [--lists ../shared/truth/experts.csv]

Halves: of people who led many works within five years every second one says what they work on; they are then looked for
among everybody by the others alone. Printed: how often they stand first, among the first ten, the mean reciprocal rank,
and what it takes without telling who they are.

Lists: of people whom a list names on a topic, how many of the twenty nearest are on the same list; the works they share
are left out, as the finder does. Beside it the share of listed people among all who led as much.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
from experts import AuthorIndex, ListedExpert
from measuring import SHARED, print_table

from finder.ranking import similar_authors
from finder.ranking.similar_authors import Nearness, OwnWorks
from finder.ranking.work_embeddings import open_embedding_reader
from finder.storage import Snapshot, Store, open_store

SEED, LEAST_LED = 20261130, 8


def active_leaders(snapshot: Snapshot, day: date) -> pl.DataFrame:
    """``author``, ``led``: works that people led within the years that count."""
    led = similar_authors.add_lead_credit(snapshot.load_table("authorships"), day).filter(pl.col("led") == 1.0)
    recent = led.filter(pl.col("year") > max(led["year"].to_list()) - similar_authors.RECENT_YEARS)
    return recent.group_by("author").agg(led=pl.len()).sort("author")


def ranks_by_half(
    store: Store, snapshot: Snapshot, chosen: list[int], day: date, near: Nearness | None
) -> tuple[list[int], list[float]]:
    """At which place each is found by the other half of their works, from 1 on, and the seconds that took."""
    places, seconds = [], []
    for author in chosen:
        whole = similar_authors.recent_led_works(snapshot, author, day)
        half = whole.works.gather_every(2)
        begun = time.perf_counter()
        own = OwnWorks(half.with_columns(pl.col("share") / pl.col("share").sum()), whole.role, whole.since)
        matches = similar_authors.score_topic_works(similar_authors.extract_topic(store, snapshot, own), near)
        found, _ = similar_authors.rank_similar_authors(snapshot, matches, day, half["work"])
        seconds.append(time.perf_counter() - begun)
        at = found.with_row_index("place", offset=1).filter(pl.col("author") == author)["place"]
        places.append(int(at[0]) if at.len() else 10**9)
    return places, seconds


def same_list_shares(
    store: Store, snapshot: Snapshot, path: Path, day: date, led: dict[int, int], near: Nearness | None
) -> list[list[object]]:
    """For each topic the share of the twenty nearest who are on the same list, and that of all who led as much."""
    people, listed = AuthorIndex(snapshot), defaultdict(set)
    written = snapshot.load_table("authorships").select("author", "work")
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            who = people.authors_of_name(ListedExpert(row["name"], row["institution"]))
            if row["split"] == "open" and len(who) == 1:
                listed[row["topic"]].add(who[0])
    rows = []
    for topic, members in sorted(listed.items()):
        asked = sorted(author for author in members if led.get(author, 0) >= similar_authors.ENOUGH)[:12]
        if len(asked) < 6:
            continue
        shares = []
        for author in asked:
            own = similar_authors.recent_led_works(snapshot, author, day)
            theirs = written.filter(pl.col("author") == author)["work"]
            matches = similar_authors.score_topic_works(similar_authors.extract_topic(store, snapshot, own), near)
            found, _ = similar_authors.rank_similar_authors(snapshot, matches, day, theirs)
            first = found.filter(pl.col("author") != author).head(20)["author"]
            shares.append(len(set(first) & members) / 20)
        usual = len(members) / max(sum(works >= similar_authors.ENOUGH for works in led.values()), 1)
        rows.append([topic, len(members), len(asked), statistics.mean(shares), usual])
    return rows


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--lists", type=Path, default=SHARED / "truth" / "experts.csv")
    options = parser.parse_args()
    with open_store(options.home) as store:
        snapshot, day = store.snapshots.current_snapshot(), date.today()  # noqa: DTZ011 as the command line
        led = active_leaders(snapshot, day)
        many = led.filter(pl.col("led") >= LEAST_LED)["author"].to_list()
        chosen = random.Random(SEED).sample(many, min(options.people, len(many)))
        near = similar_authors.make_author_similarity(open_embedding_reader(store, snapshot))
        rows = []
        for name, by in (("by terms", None), ("and by meaning", near)):
            if name == "by terms" or by is not None:
                places, seconds = ranks_by_half(store, snapshot, chosen, day, by)
                rows.append(
                    [
                        name,
                        len(places),
                        statistics.mean(place == 1 for place in places),
                        statistics.mean(place <= 10 for place in places),
                        statistics.mean(1 / place for place in places),
                        1000 * statistics.median(seconds),
                        1000 * max(seconds),
                    ]
                )
        print_table("Found again by the other half", ["", "people", "first", "in 10", "MRR", "ms", "worst ms"], rows)
        head = ["topic", "listed", "asked", "on the same list", "of all who led as much"]
        rows = same_list_shares(store, snapshot, options.lists, day, dict(led.iter_rows()), near)
        rows.append(["mean", "", "", *(statistics.mean(row[n] for row in rows) for n in (3, 4))])
        print_table("Of the twenty nearest", head, rows)


if __name__ == "__main__":
    main()
