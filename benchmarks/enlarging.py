"""Worlds as large as wanted, drawn from the distribution of a store of real papers. Nothing real is in them.

A generated work is drawn from the stored ones: its day, flags and fit to an interest are those of one, its team is that
of one, times ``team``. Each of its authors is drawn from the stored authorships, so that whoever has many works there is
drawn often, as one of as many copies of that person as keep the number of works a person has. Authors stand in the
order of where those they were drawn from stood: who is mostly last there is mostly last here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from finder.store import open_store
from finder.tables import table

AUTHORS_PER_WORK = 10.0


def tables(
    home: Path, folder: Path, works: int, interest_matches: pl.DataFrame, per_work: float, seed: int = 1
) -> None:
    """Write ``authorships.parquet`` and ``matches.parquet``, as a snapshot and the matching would have them.

    Args:
        home: a data folder that holds papers.
        interest_matches: ``work``, ``match`` of a real interest among them.
        per_work: authors a work has in the mean.
    """
    with open_store(home) as store:
        real = store.snapshots.current().table("authorships")
    drawn = drawn_authorships(real, works, per_work, seed)
    table("authorships", drawn).write_parquet(folder / "authorships.parquet", compression="lz4", statistics=True)
    matches = drawn.lazy().unique("work").join(interest_matches.lazy(), left_on="source", right_on="work")
    matches.select("work", "match").sort("work").collect().write_parquet(folder / "matches.parquet")
    authors = drawn.select(pl.col("author").unique().sort())
    authors.with_columns(author_id=pl.format("made:{}", "author")).write_parquet(folder / "authors.parquet")


def drawn_authorships(real: pl.DataFrame, works: int, per_work: float, seed: int) -> pl.DataFrame:
    """The columns of the table ``authorships``, and ``source``: the stored work that a work was drawn from."""
    chance = np.random.default_rng(seed)
    once = real.unique("work", keep="first", maintain_order=True).sort("work")
    picked = once[chance.integers(0, once.height, works)]
    team = picked["n_authors"].to_numpy() * (per_work / picked["n_authors"].mean())
    team = np.maximum(1, np.floor(team + chance.random(works))).astype(np.int64)
    total = int(team.sum())
    copies = max(1, round(total / real.height))
    rows = chance.integers(0, real.height, total)
    who = real["author"].to_numpy()[rows].astype(np.int64) * copies + chance.integers(0, copies, total)
    stood = (real["position"].to_numpy()[rows] + chance.random(total)) / real["n_authors"].to_numpy()[rows]
    number = np.repeat(np.arange(works, dtype=np.int64), team)
    placed = np.lexsort((stood, number))
    first = np.repeat(np.cumsum(team) - team, team)
    frame = pl.DataFrame({
        "work": number.astype(np.uint32), "author": who[placed].astype(np.uint32),
        "position": (np.arange(total) - first).astype(np.int16), "n_authors": np.repeat(team, team).astype(np.uint16),
    })  # fmt: skip
    told = picked.select("alphabetical", "date", "day", "year", "published", source="work")
    told = told.with_columns(work=pl.int_range(pl.len(), dtype=pl.UInt32))
    corresponding = pl.Series("corresponding", real["corresponding"].to_numpy()[rows][placed])
    return frame.with_columns(corresponding).join(told, on="work", how="left", maintain_order="left")
