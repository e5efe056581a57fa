"""What a match is worth: how many of those in each band led a work on the very interest in the three years after.

    uv run python benchmarks/bands.py --keep FOLDER [--year 2022]

The interests and what is hidden of them are those of interests.py, whose store is used again (`--keep`). Asked at the
end of a year, everybody who is not likely a student counts, and is looked up in the three following years. The bounds
of `finder.ranking.advisor_score.BANDS` are fitted to the interests that were looked at; the others only say whether
they hold.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
from interests import GROUPS, LabelledWorks, open_stripped_store
from measuring import SHARED, print_table

from finder import answers
from finder.answers import Query
from finder.ranking.advisor_score import BANDS, WORDS
from finder.storage import Store

EDGES = (0.1, 0.35, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 1000.0)


def collect_outcomes(records: LabelledWorks, store: Store, interests: Sequence[str], day: date) -> pl.DataFrame:
    """``evidence``, ``led`` (later, on the interest), ``one_work``, ``idle_leader`` of everybody on each interest."""
    frames = []
    for interest in interests:
        query = Query(interest, day)
        scored = answers.score_candidates(answers.collect_candidates(store, query), query).filter(
            pl.col("stage") != "student"
        )
        later = list(records.outcomes_after(interest, day).leaders)
        led = pl.col("author").is_in(later)
        frames.append(scored.select("evidence", "one_work", "idle_leader", led=led))
    return pl.concat(frames)


def band_table_rows(found: pl.DataFrame) -> list[list[str]]:
    """One row for each span of evidence: people, share who led later, and of those whom a flag qualifies."""
    rows = []
    for low, high in pairwise(EDGES):
        some = found.filter(pl.col("evidence").is_between(low, high, closed="left"))
        flagged = [some.filter(flag)["led"].mean() for flag in ("one_work", "idle_leader")]
        rows.append([f"{low:g} to {high:g}", f"{some.height:,}", *map(_percent_text, (some["led"].mean(), *flagged))])
    for (low, band), high in zip(BANDS, (1000.0, *(least for least, _ in BANDS)), strict=False):
        some = found.filter(pl.col("evidence").is_between(low, high, closed="left"))
        rows.append([f"{WORDS[band]} ({band})", f"{some.height:,}", _percent_text(some["led"].mean()), "", ""])
    return rows


def _percent_text(share: object) -> str:
    return f"{100 * float(share):.1f} %" if isinstance(share, int | float) else ""


def main() -> None:
    """Print the table for each group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--keep", type=Path, required=True, help="the data folder that interests.py kept")
    parser.add_argument("--year", type=int, default=2022)
    options = parser.parse_args()
    with open_stripped_store(options.papers, options.keep) as (store, hidden):
        records = LabelledWorks(store, hidden)
        for group, interests in GROUPS.items():
            found = collect_outcomes(records, store, interests, date(options.year, 12, 31))
            print_table(
                f"{group}, asked at the end of {options.year}",
                ["evidence", "people", "led it later", "rest on one work", "led none of late"],
                band_table_rows(found),
            )


if __name__ == "__main__":
    main()
