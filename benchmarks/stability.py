"""How much an answer changes by little: one paper fewer on the interest, and one in twenty fewer.

    uv run python benchmarks/stability.py --home FOLDER [--papers 30]

Works are taken out of what an interest matched, and everybody is weighed anew. Of the first twenty: how many of those
who are not on the missing papers keep their band, how many are still among the first twenty, and how many of their
pairs change order; of pairs further apart than the width of the narrowest band, too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from answers import INTERESTS, TODAY

from finder import answers
from finder.answers import Query
from finder.ranking import advisor_score
from finder.storage import open_store

FIRST = 20
SUMS = (
    "volume",
    "fresh_share",
    "now_worth",
    "before_worth",
    "matched_recent",
    "led_match",
    "match_sum",
    "worth_sum",
    "newest",
    "newest_day",
    "matched",
)
APART = 0.12  # of the best score: the width of the narrowest band


def rank_without_works(gathered: answers.CandidatePool, wish: Query, missing: pl.Series) -> pl.DataFrame:
    """``author``, ``score``, ``band`` of everybody but students, best first, without some works."""
    left = gathered.found.frame.filter(~pl.col("work").is_in(missing.implode()))
    rows = gathered.snapshot.load_table("authorships").lazy()
    sums = advisor_score.collect_evidence_eager(left.lazy(), rows, wish.as_of, gathered.now, wish.half_life)[1]
    people = sums.filter(pl.col("volume") >= answers.TOUCH).join(gathered.people.drop(SUMS), on="author")
    scored = advisor_score.score_advisors(
        people.lazy(), advisor_score.ScoringScheme(half_life=wish.half_life)
    ).collect()
    return advisor_score.banded(scored.filter(pl.col("stage") != "student")).select("author", "score", "band")


def measure_changes(before: pl.DataFrame, after: pl.DataFrame, touched: set[int]) -> dict[str, float]:
    """What became of the first people, those who are on a missing work left out."""
    first = before.head(FIRST).filter(~pl.col("author").is_in(touched)).with_row_index("place")
    later = after.with_row_index("place_later").select("author", "place_later", "band")
    both = first.join(later, on="author", how="left", suffix="_later")
    place, score = both["place_later"].fill_null(10**6).to_numpy().astype(int), both["score"].to_numpy()
    swapped = place[:, None] > place[None, :]
    pairs = np.triu(np.ones_like(swapped), 1).astype(bool)
    wide = pairs & (score[:, None] - score[None, :] > APART * before["score"].max())
    return {
        "kept their band": float((both["band"] == both["band_later"]).mean() or 0.0),
        "still among the first": float((place < FIRST).mean()),
        "pairs that changed order": float(swapped[pairs].mean()) if pairs.any() else 0.0,
        "of pairs far apart": float(swapped[wide].mean()) if wide.any() else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--papers", type=int, default=30)
    given = parser.parse_args()
    random, found = np.random.default_rng(7), {"one paper fewer": [], "one in twenty fewer": []}
    with open_store(given.home) as store:
        for interest in INTERESTS:
            wish = Query(interest, TODAY)
            gathered = answers.collect_candidates(store, wish)
            authorships = gathered.snapshot.load_table("authorships")
            before = rank_without_works(gathered, wish, pl.Series([], dtype=pl.UInt32))
            # of the works of those who are listed first: others could not change anything
            near = authorships.filter(pl.col("author").is_in(before.head(FIRST)["author"].implode()))["work"].unique()
            works = gathered.found.frame.filter(pl.col("work").is_in(near.implode()))["work"].sort().to_numpy()
            every = gathered.found.frame["work"].to_numpy()
            drawn = [[w] for w in random.choice(works, min(given.papers, len(works)), replace=False)]
            many = [random.choice(every, len(every) // 20, replace=False) for _ in range(5)]
            for name, lots in (("one paper fewer", drawn), ("one in twenty fewer", many)):
                for lot in lots:
                    missing = pl.Series(lot, dtype=pl.UInt32)
                    gone = authorships.filter(pl.col("work").is_in(missing.implode()))["author"]
                    touched = set(gone) if name == "one paper fewer" else set()
                    found[name].append(measure_changes(before, rank_without_works(gathered, wish, missing), touched))
    for name, rows in found.items():
        means = pl.DataFrame(rows).mean().row(0, named=True)
        print(f"{name} ({len(rows)} times): " + ", ".join(f"{what} {value:.4f}" for what, value in means.items()))


if __name__ == "__main__":
    main()
