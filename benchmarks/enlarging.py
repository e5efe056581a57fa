"""Papers as many as wanted, drawn from the distribution of real ones.

A generated work is drawn from the stored ones: its day, flags, fit to an interest and team are those of one, the team
as many times as large as is wanted. Each of its authors is drawn from the stored authorships, so that whoever has many
works there is drawn often, as one of as many copies of that person as keep the number of works a person has. Authors
stand in the order of where those they were drawn from stood: who is mostly last there is mostly last here.

Papers as files are drawn in the same way, year by year; titles and abstracts are each two halves of real ones, and
names a real given name and a real family name, as often as they occur: namesakes are as frequent as among people.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from finder.storage import open_store
from finder.tables import conform_table

AUTHORS_PER_WORK = 10.0


def write_enlarged_tables(
    home: Path, folder: Path, works: int, interest_matches: pl.DataFrame, per_work: float, seed: int = 1
) -> None:
    """Write ``authorships.parquet`` and ``matches.parquet``, as a snapshot and the matching would have them.

    Args:
        home: a data folder that holds papers.
        interest_matches: ``work``, ``match`` of a real interest among them.
        per_work: authors a work has in the mean.
    """
    with open_store(home) as store:
        real = store.snapshots.current_snapshot().load_table("authorships")
    drawn = draw_authorships(real, works, per_work, seed)
    conform_table("authorships", drawn).write_parquet(
        folder / "authorships.parquet", compression="lz4", statistics=True
    )
    matches = drawn.lazy().unique("work").join(interest_matches.lazy(), left_on="source", right_on="work")
    matches.select("work", "match").sort("work").collect().write_parquet(folder / "matches.parquet")
    authors = drawn.select(pl.col("author").unique().sort())
    authors.with_columns(author_id=pl.format("made:{}", "author")).write_parquet(folder / "authors.parquet")


def draw_authorships(real: pl.DataFrame, works: int, per_work: float, seed: int) -> pl.DataFrame:
    """The columns of the table ``authorships``, and ``source``: the stored work that a work was drawn from."""
    chance = np.random.default_rng(seed)
    once = real.unique("work", keep="first", maintain_order=True).sort("work")
    picked = once[chance.integers(0, once.height, works)]
    team = picked["n_authors"].to_numpy() * (per_work / float(np.mean(picked["n_authors"].to_numpy())))
    team = np.maximum(1, np.floor(team + chance.random(works))).astype(np.int64)
    total = int(team.sum())
    copies = max(1, round(total / real.height))
    rows = chance.integers(0, real.height, total)
    who = real["author"].to_numpy()[rows].astype(np.int64) * copies + chance.integers(0, copies, total)
    stood = (real["position"].to_numpy()[rows] + chance.random(total)) / real["n_authors"].to_numpy()[rows]
    number = np.repeat(np.arange(works, dtype=np.int64), team)
    placed = np.lexsort((stood, number))
    first = np.repeat(np.cumsum(team) - team, team)
    frame = pl.DataFrame(
        {
            "work": number.astype(np.uint32),
            "author": who[placed].astype(np.uint32),
            "position": (np.arange(total) - first).astype(np.int16),
            "n_authors": np.repeat(team, team).astype(np.uint16),
        }
    )
    told = picked.select("alphabetical", "date", "day", "year", "published", source="work")
    told = told.with_columns(work=pl.int_range(pl.len(), dtype=pl.UInt32))
    corresponding = pl.Series("corresponding", real["corresponding"].to_numpy()[rows][placed])
    return frame.with_columns(corresponding).join(told, on="work", how="left", maintain_order="left")


def write_enlarged_papers(source: Path, folder: Path, works: int, seed: int = 1) -> int:
    """Write conference files of about so many works; returns how many.

    Args:
        source: the folder of the real conference files.
    """
    real = {path.name: _load_paper_records(path) for path in sorted(source.glob("*.json.gz"))}
    everything = [record for records in real.values() for record in records]
    share = works / len(everything)
    crowd, chance = _AuthorPool(everything, share, seed), np.random.default_rng(seed)
    texts = [record["abstract"].split() for record in everything if record.get("abstract")]
    written = 0
    for name, records in real.items():
        count = int(len(records) * share + chance.random())
        made = []
        for number in range(count):
            halves = [texts[i] for i in chance.integers(0, len(texts), 2)]
            one, other, team = (records[i] for i in chance.integers(0, len(records), 3))
            made.append(
                {
                    "id": f"{name[:-8]}-{number}",
                    "title": _join_halves(one["title"].split(), other["title"].split()),
                    "status": one.get("status"),
                    "track": one.get("track"),
                    "keywords": one.get("keywords"),
                    "abstract": _join_halves(*halves) if one.get("abstract") else "",
                    **crowd.draw_author_team(len(_record_author_names(team)), chance),
                }
            )
        with gzip.open(folder / name, "wt", encoding="utf-8", compresslevel=1) as file:
            json.dump(made, file)
        written += count
    return written


def _load_paper_records(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [record for record in json.load(file) if record.get("title") and record.get("author")]


def _record_author_names(record: dict[str, Any]) -> list[str]:
    return record["author"].split(";" if ";" in record["author"] else ",")


def _join_halves(one: list[str], other: list[str]) -> str:
    return " ".join([*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]])


class _AuthorPool:
    """Everybody that papers are signed by."""

    def __init__(self, records: list[dict[str, Any]], share: float, seed: int) -> None:
        self.copies = max(1, round(share))
        self.rows: list[tuple[str, str, bool, float]] = []  # name, place, whether an id is known, where they stood
        for record in records:
            names, places = _record_author_names(record), (record.get("aff") or "").split(";")
            known = bool(record.get("authorids"))
            for number, name in enumerate(names):
                place = places[number].strip() if len(places) == len(names) else ""
                self.rows.append((name.strip(), place, known, (number + 0.5) / len(names)))
        self.numbers = {name: number for number, name in enumerate(dict.fromkeys(row[0] for row in self.rows))}
        words = [row[0].split() for row in self.rows if " " in row[0]]
        self.given, self.family = [name[0] for name in words], [name[-1] for name in words]
        chance = np.random.default_rng(seed)
        self.called = chance.integers(0, len(words), (len(self.numbers) * self.copies, 2))

    def draw_author_team(self, team: int, chance: np.random.Generator) -> dict[str, str]:
        """Authors, their places and ids, as a record has them."""
        drawn = zip(chance.integers(0, len(self.rows), team), chance.integers(0, self.copies, team), strict=True)
        listed = sorted(((self.rows[row], copy) for row, copy in drawn), key=lambda one: one[0][3])
        names, places, ids = [], [], []
        for (name, place, known, _), copy in listed:
            number = self.numbers[name] * self.copies + int(copy)
            given, family = self.called[number]
            names.append(f"{self.given[given]} {self.family[family]}")
            places.append(place)
            ids.append(f"~{self.given[given]}_{self.family[family]}{number}" if known else "")
        return {"author": ";".join(names), "aff": ";".join(places), "authorids": ";".join(ids)}
