"""Sixty real interests over the conference papers, with the authors' own keywords and positions hidden.

    uv run python benchmarks/interests.py [--papers ../shared/paperlists]

Who: people who published at least two works that bear the keyword are the truth; a work of the last three years in
which it was given weighs 1, an older one 0.5. They are asked for on the day of the newest such work. nDCG@20 and
recall@100 of everybody, ranked by the finder (its default weights; then fit alone), beside BM25 summed over an author's
works and the number of matched works.

When: what is stored up to the end of 2022 is asked, and the first twenty are looked up in 2023 to 2025: how many led
(last or corresponding author) a work whose title or keywords hold the interest, how many are faculty or senior by the
hidden positions of those that have any, how many led one whose first author they had not written with before. The
finder's list is the one a student sees; the others' leave out nobody, then those whom the finder takes for students.

Every second interest is held out: nothing was chosen by looking at those.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
from measuring import SHARED

from finder import views
from finder.imports import import_files
from finder.rank import advisors, match
from finder.resolve.publish import publish
from finder.source import discover
from finder.store import Snapshot, Store, open_store
from finder.views import Wish

INTERESTS = (
    "graph neural networks", "federated learning", "continual learning", "few-shot learning", "imitation learning",
    "adversarial robustness", "contrastive learning", "neural architecture search", "machine translation",
    "active learning", "optimal transport", "multi-agent reinforcement learning", "variational inference",
    "domain adaptation", "autonomous driving", "anomaly detection", "uncertainty estimation", "object detection",
    "semantic segmentation", "knowledge distillation", "quantization", "pruning", "offline reinforcement learning",
    "differential privacy", "fairness", "causal inference", "time series", "question answering", "speech recognition",
    "manipulation", "rendering", "animation", "planning", "knowledge graphs", "recommender systems",
    "gaussian processes", "bayesian optimization", "normalizing flows", "variational autoencoders", "diffusion models",
    "language modeling", "mutual information", "policy gradient", "model-based reinforcement learning",
    "meta-learning", "adversarial training", "equivariance", "interpretability", "data augmentation", "navigation",
    "multi-task learning", "neural machine translation", "program synthesis", "self-supervised learning",
    "stochastic gradient descent", "word embeddings", "sentiment analysis", "human-robot interaction", "clustering",
    "video",
)  # fmt: skip
THEN = date(2022, 12, 31)
SENIOR = r"(?i)professor|researcher|scientist|faculty|lecturer|director|principal"
JUNIOR = r"(?i)student|intern|postdoc|undergrad|assistant researcher"
HIDDEN = ("keywords", "position")
Ranking = Callable[..., list[int]]


def hidden(papers: Path, folder: Path) -> pl.DataFrame:
    """Copies of the files without what is hidden; gives ``title``, ``keywords``, ``authors``, ``positions``."""
    told = []
    for path in sorted(papers.glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = json.load(file)
        for row in rows:
            if row.get("title") and any(row.get(name) for name in HIDDEN):
                keywords = [word.strip().casefold() for word in (row.get("keywords") or "").split(";") if word.strip()]
                positions = [word.strip() for word in (row.get("position") or "").split(";")]
                told.append({"title": key(row["title"]), "keywords": keywords, "positions": positions})
        with gzip.open(folder / path.name, "wt", encoding="utf-8", compresslevel=1) as file:
            json.dump([{name: value for name, value in row.items() if name not in HIDDEN} for row in rows], file)
    return pl.DataFrame(told, schema={"title": pl.String, "keywords": pl.List(pl.String), "positions": pl.List(str)})


def key(title: str) -> str:
    """A title to find a paper again by."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def works(snapshot: Snapshot, told: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``date``, ``title`` and what was hidden of it."""
    frame = snapshot.table("works").filter("published").select("work", "date", "title")
    keys = frame.with_columns(key=pl.col("title").map_elements(key, pl.String))
    return keys.join(told.rename({"title": "key"}).unique("key", keep="first"), on="key", how="left")


# --- rankings: interest and day to authors, best first ----------------------------------------------------------------


def by_the_finder(scheme: advisors.Scheme) -> Ranking:
    """Everybody the finder knows on an interest."""

    def ranked(store: Store, interest: str, day: date, _students: Sequence[int] = ()) -> list[int]:
        gathered = views.gather(store, Wish(interest, day))
        scored = advisors.score(gathered.people.lazy(), scheme).collect()
        return scored.sort("score", "author", descending=[True, False])["author"].to_list()

    return ranked


def by_what(column: pl.Expr) -> Ranking:
    """A usual ranking: a sum over the works that hold the interest's words."""

    def ranked(store: Store, interest: str, day: date, students: Sequence[int] = ()) -> list[int]:
        snapshot = store.snapshots.current()
        found = match.find(store, snapshot, interest, day, expand=False).frame
        rows = snapshot.table("authorships").lazy().join(found.lazy(), on="work")
        sums = rows.group_by("author").agg(score=column).filter(~pl.col("author").is_in(list(students)))
        return sums.sort("score", "author", descending=[True, False]).collect()["author"].to_list()

    return ranked


RANKINGS = {
    "the finder": by_the_finder(advisors.Scheme()),
    "the finder, fit alone": by_the_finder(advisors.Scheme({"fit": 1.0})),
    "BM25 summed": by_what(pl.col("match").sum()),
    "matched works": by_what(pl.len()),
}


# --- who ----------------------------------------------------------------------------------------------------------


def truth(every: pl.DataFrame, authorships: pl.DataFrame, interest: str) -> tuple[dict[int, float], date]:
    """Gain by author, and the day of the newest work that bears the interest."""
    bearing = every.filter(pl.col("keywords").list.contains(interest))
    newest = bearing["date"].max() or THEN
    late = (newest - pl.col("date")).dt.total_days() <= 3 * 365
    rows = authorships.join(bearing, on="work").with_columns(gain=pl.when(late).then(1.0).otherwise(0.5))
    people = rows.group_by("author").agg(pl.len(), pl.col("gain").sum()).filter(pl.col("len") >= 2)
    return dict(people.select("author", "gain").iter_rows()), newest


def ndcg(ranked: Sequence[int], gains: Mapping[int, float], most: int = 20) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002)."""
    weights = [1 / math.log2(place + 2) for place in range(most)]
    got = sum(gains.get(author, 0.0) * weight for author, weight in zip(ranked, weights, strict=False))
    best = sum(gain * weight for gain, weight in zip(sorted(gains.values(), reverse=True), weights, strict=False))
    return got / best


def recall(ranked: Sequence[int], gains: Mapping[int, float], most: int = 100) -> float:
    """Share of those who could be found among the first, of at most as many."""
    return len(gains.keys() & set(ranked[:most])) / min(len(gains), most)


# --- when ---------------------------------------------------------------------------------------------------------


class Later:
    """What became of people after a day."""

    def __init__(self, every: pl.DataFrame, authorships: pl.DataFrame) -> None:
        self._every, self._authorships = every, authorships
        listed = authorships.join(every.select("work", "positions"), on="work").filter(
            pl.col("positions").list.len() == pl.col("n_authors")
        )
        said = listed.with_columns(said=pl.col("positions").list.get(pl.col("position"), null_on_oob=True)).filter(
            pl.col("said") != ""
        )
        senior = pl.col("said").str.contains(SENIOR) & ~pl.col("said").str.contains(JUNIOR)
        after = said.filter(pl.col("year") > THEN.year - 2).sort("day")
        self._senior = dict(after.group_by("author").agg(senior.last()).iter_rows())

    def of(self, people: Sequence[int], interest: str) -> dict[str, float]:
        """Shares of people: still leading on the interest, senior (of those known), with a new first author."""
        phrase = key(interest)
        on = self._every.filter(
            pl.col("key").str.contains(phrase, literal=True)
            | pl.col("keywords").list.contains(interest).fill_null(value=False)
        ).filter(pl.col("date") > THEN)
        names = self._authorships
        led = names.filter(
            pl.col("author").is_in(list(people)),
            (pl.col("position") == pl.col("n_authors") - 1) | (pl.col("corresponding") & (pl.col("position") > 0)),
            ~pl.col("alphabetical"),
        ).join(on.select("work"), on="work")
        firsts = led.select("author", "work").join(
            names.filter(pl.col("position") == 0).select("work", first="author"), on="work"
        )
        before = names.filter(pl.col("day") <= (THEN - date(1970, 1, 1)).days)
        pairs = firsts.select("author", "first").unique()
        theirs = before.join(pairs.select("author").unique(), on="author").select("author", "work")
        known = theirs.join(before.select("work", first="author"), on="work").select("author", "first").unique()
        new = pairs.join(known, on=["author", "first"], how="anti")
        senior = [self._senior[one] for one in people if one in self._senior]
        size = max(len(people), 1)
        return {
            "still lead on it": led["author"].n_unique() / size,
            "senior": sum(senior) / max(len(senior), 1),
            "new first author": new["author"].n_unique() / size,
        }


def mean(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each column."""
    return pl.DataFrame(list(rows)).mean().row(0, named=True)


def show(title: str, table: Mapping[str, Mapping[str, float]]) -> None:
    """A table of shares."""
    columns = list(next(iter(table.values())))
    print(f"\n{title:34}" + "".join(f"{column:>18}" for column in columns))
    for name, row in table.items():
        print(f"{name:34}" + "".join(f"{row[column]:18.3f}" for column in columns), flush=True)


def main() -> None:
    """Both tables, for the half that was looked at and the half that was held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "home") as store:
        told = hidden(asked.papers, Path(folder))
        import_files(store, discover()["paperlists"], [Path(folder)], now="2026-11-22")
        publish(store, "2026-11-22T00:00:00+00:00")
        snapshot = store.snapshots.current()
        every, authorships = works(snapshot, told), snapshot.table("authorships").filter("published")
        later = Later(every, authorships)
        ids = dict(snapshot.table("authors").select("author_id", "author").iter_rows())
        for half, interests in (("looked at", INTERESTS[::2]), ("held out", INTERESTS[1::2])):
            who: dict[str, list[dict[str, float]]] = {}
            when: dict[str, list[dict[str, float]]] = {}
            for interest in interests:
                gains, newest = truth(every, authorships, interest)
                people = views.gather(store, Wish(interest, THEN)).people
                students = people.filter(pl.col("stage") == "student")["author"].to_list()
                listed = {
                    "the finder": [ids[row["author_id"]] for row in views.advisors(store, Wish(interest, THEN)).results]
                }
                for name, ranking in RANKINGS.items():
                    found = ranking(store, interest, newest)
                    if gains:  # somebody has two works that bear it
                        row = {"nDCG@20": ndcg(found, gains), "recall@100": recall(found, gains)}
                        who.setdefault(name, []).append(row)
                    if not name.startswith("the finder"):
                        listed[name] = ranking(store, interest, THEN)
                        listed[f"{name}, no students"] = ranking(store, interest, THEN, students)
                for name, first in listed.items():
                    when.setdefault(name, []).append(later.of(first[:20], interest))
            show(f"Who, {len(who['the finder'])} interests {half}", {name: mean(rows) for name, rows in who.items()})
            show(f"When, {len(interests)} interests {half}", {name: mean(rows) for name, rows in when.items()})


if __name__ == "__main__":
    main()
