"""Real interests over the conference papers, with the authors' own keywords and positions hidden.

    uv run python benchmarks/interests.py [--papers ../shared/paperlists] [--keep FOLDER]

Who publishes: people with at least two works that bear the keyword; a work of the last three years in which it was
given weighs 1, an older one 0.5. Who leads: people who led at least one of them (last or corresponding author, not
alphabetical), weighed alike. Both are asked on the day of the newest such work, of people at all stages; interests of
which nobody has such works are left out there.

Who leads later: what is stored up to the ends of 2020, 2021 and 2022 is asked, and the first twenty are looked up in
the three following years: how many led a work whose title or keywords hold the interest; beside it how many are senior
by the hidden positions of those that have any, and how many led one whose first author they had not written with
before. These are the lists that a student sees, without those whom the finder takes for students.

In these lists are counted: newcomers, who led five works strongly on the interest within three years and none before,
as the share of them who stand among the first twenty and fifty; and the idle, who led none within three years, as the
share of the first twenty.

Beside the finder stand its former score and eight one-line rankings of the works that hold the words; differences are
the finder's minus theirs, with 95 % bootstrap intervals over interests. Every second of the sixty interests is held
out: nothing was chosen by looking at those. Twenty more were written down before anything was asked about them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import baselines
import former
import polars as pl
from baselines import BenchmarkQuery, Ranking
from judging import bootstrap_difference, ndcg_with_gains, recall_at_k
from measuring import SHARED
from measuring import print_table as show_table

from finder.ingest.file_import import import_files
from finder.publication import resolve_and_publish
from finder.source import discover_sources
from finder.storage import Snapshot, Store, open_store

INTERESTS = (
    "graph neural networks",
    "federated learning",
    "continual learning",
    "few-shot learning",
    "imitation learning",
    "adversarial robustness",
    "contrastive learning",
    "neural architecture search",
    "machine translation",
    "active learning",
    "optimal transport",
    "multi-agent reinforcement learning",
    "variational inference",
    "domain adaptation",
    "autonomous driving",
    "anomaly detection",
    "uncertainty estimation",
    "object detection",
    "semantic segmentation",
    "knowledge distillation",
    "quantization",
    "pruning",
    "offline reinforcement learning",
    "differential privacy",
    "fairness",
    "causal inference",
    "time series",
    "question answering",
    "speech recognition",
    "manipulation",
    "rendering",
    "animation",
    "planning",
    "knowledge graphs",
    "recommender systems",
    "gaussian processes",
    "bayesian optimization",
    "normalizing flows",
    "variational autoencoders",
    "diffusion models",
    "language modeling",
    "mutual information",
    "policy gradient",
    "model-based reinforcement learning",
    "meta-learning",
    "adversarial training",
    "equivariance",
    "interpretability",
    "data augmentation",
    "navigation",
    "multi-task learning",
    "neural machine translation",
    "program synthesis",
    "self-supervised learning",
    "stochastic gradient descent",
    "word embeddings",
    "sentiment analysis",
    "human-robot interaction",
    "clustering",
    "video",
)
NEW = (
    "tactile sensing",
    "soft robotics",
    "motion planning",
    "point clouds",
    "human pose estimation",
    "video generation",
    "vision transformers",
    "in-context learning",
    "drug discovery",
    "conformal prediction",
    "multi-armed bandits",
    "kernel methods",
    "medical imaging",
    "hyperparameter optimization",
    "machine unlearning",
    "combinatorial optimization",
    "out-of-distribution detection",
    "neural radiance fields",
    "inverse reinforcement learning",
    "game theory",
)
GROUPS = {"looked at": INTERESTS[::2], "held out": INTERESTS[1::2], "new": NEW}
THEN = tuple(date(year, 12, 31) for year in (2020, 2021, 2022))
LATER = timedelta(days=3 * 365)
STRONG = 0.5  # plain match from which a work is on an interest beyond doubt
NEWCOMER = 5  # strong works led within three years
SENIOR = r"(?i)professor|researcher|scientist|faculty|lecturer|director|principal"
JUNIOR = r"(?i)student|intern|postdoc|undergrad|assistant researcher"
HIDDEN = ("keywords", "position")
FINDER = "the finder"
EVERYBODY: dict[str, Ranking] = {
    FINDER: baselines.rank_all_by_finder,
    "the former score": baselines.rank_all_by_former_score,
    **baselines.ONE_LINERS,
}
LISTED: dict[str, Ranking] = {
    FINDER: baselines.rank_by_finder,
    "the former score": baselines.rank_by_former_score,
    **{name: baselines.make_studentless_ranking(ranking) for name, ranking in baselines.ONE_LINERS.items()},
}
LED = (pl.col("position") == pl.col("n_authors") - 1) | (pl.col("corresponding") & (pl.col("position") > 0))
LED_ALONE = LED & ~pl.col("alphabetical")


def strip_paper_labels(papers: Path, folder: Path) -> pl.DataFrame:
    """Copies of the files without what is hidden; gives ``title``, ``keywords``, ``authors``, ``positions``."""
    told = []
    for path in sorted(papers.glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = json.load(file)
        for row in rows:
            if row.get("title") and any(row.get(name) for name in HIDDEN):
                keywords = [word.strip().casefold() for word in (row.get("keywords") or "").split(";") if word.strip()]
                positions = [word.strip() for word in (row.get("position") or "").split(";")]
                told.append({"title": paper_title_key(row["title"]), "keywords": keywords, "positions": positions})
        with gzip.open(folder / path.name, "wt", encoding="utf-8", compresslevel=1) as file:
            json.dump([{name: value for name, value in row.items() if name not in HIDDEN} for row in rows], file)
    return pl.DataFrame(told, schema={"title": pl.String, "keywords": pl.List(pl.String), "positions": pl.List(str)})


def paper_title_key(title: str) -> str:
    """A title to find a paper again by."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def works_with_labels(snapshot: Snapshot, told: pl.DataFrame) -> pl.DataFrame:
    """``work``, ``date``, ``title`` and what was hidden of it."""
    frame = snapshot.load_table("works").filter("published").select("work", "date", "title")
    keys = frame.with_columns(key=pl.col("title").map_elements(paper_title_key, pl.String))
    return keys.join(told.rename({"title": "key"}).unique("key", keep="first"), on="key", how="left")


@contextmanager
def open_stripped_store(papers: Path, keep: Path | None) -> Iterator[tuple[Store, pl.DataFrame]]:
    """A store of the papers without what is hidden, and that; made in ``keep`` where it is not there."""
    with tempfile.TemporaryDirectory() as folder:
        told = strip_paper_labels(papers, Path(folder))
        home = keep or Path(folder) / "home"
        there = (home / "snapshots").exists()
        with open_store(home) as store:
            if not there:
                import_files(store, discover_sources()["paperlists"], [Path(folder)], now="2026-11-22")
                resolve_and_publish(store, "2026-11-22T00:00:00+00:00")
            yield store, told


class RankingMetrics(NamedTuple):
    """What one ranking did on one interest; None where there is no truth."""

    publishes: float | None
    found: float | None
    leads: float | None
    later: float
    senior: float
    new_first: float
    newcomers20: tuple[int, int]
    newcomers50: tuple[int, int]
    idle: tuple[int, int]


class LaterOutcomes(NamedTuple):
    """What became of the people of an interest after a day, and what they were then."""

    leaders: frozenset[int]
    with_new: frozenset[int]
    newcomers: frozenset[int]
    busy: frozenset[int]


class LabelledWorks:
    """The stored works with what was hidden of them."""

    def __init__(self, store: Store, told: pl.DataFrame) -> None:
        self.store, self.snapshot = store, store.snapshots.current_snapshot()
        self.works = works_with_labels(self.snapshot, told)
        self.authorships = self.snapshot.load_table("authorships").filter("published")

    def interest_gains(self, interest: str, *, led: bool) -> tuple[dict[int, float], date]:
        """Gain by author, and the day of the newest work that bears the interest."""
        bearing = self.works.filter(pl.col("keywords").list.contains(interest)).select("work")
        rows = self.authorships.join(bearing, on="work")
        newest: date = max(rows["date"].to_list(), default=THEN[-1])
        late = (newest - pl.col("date")).dt.total_days() <= 3 * 365
        rows = rows.filter(LED_ALONE if led else True).with_columns(gain=pl.when(late).then(1.0).otherwise(0.5))
        people = rows.group_by("author").agg(pl.len(), pl.col("gain").sum())
        people = people.filter(pl.col("len") >= (1 if led else 2))
        return dict(people.select("author", "gain").iter_rows()), newest

    def outcomes_after(self, interest: str, then: date) -> LaterOutcomes:
        """Who led a work on it after a day, who with somebody new; who was a newcomer then, and who not idle."""
        on = self.works.filter(
            pl.col("key").str.contains(paper_title_key(interest), literal=True)
            | pl.col("keywords").list.contains(interest).fill_null(value=False)
        )
        after = pl.col("date").is_between(then, then + LATER, closed="right")
        led = self.authorships.filter(LED_ALONE, after).join(on.select("work"), on="work")
        strong = former.plain_match(self.store, self.snapshot, interest, then).filter(pl.col("direct") >= STRONG)
        before = self.authorships.filter(LED_ALONE).join(strong, on="work")
        counts = before.group_by("author").agg(late=(pl.col("date") > then - LATER).sum(), all=pl.len())
        new = counts.filter(pl.col("late") == pl.col("all"), pl.col("late") >= NEWCOMER)
        return LaterOutcomes(
            frozenset(led["author"]),
            frozenset(self._leaders_of_new_authors(led, then)),
            frozenset(new["author"]),
            frozenset(counts.filter(pl.col("late") > 0)["author"]),
        )

    def _leaders_of_new_authors(self, led: pl.DataFrame, then: date) -> pl.Series:
        """Those who led a work whose first author they had not written with before."""
        firsts = self.authorships.filter(pl.col("position") == 0).select("work", first="author")
        pairs = led.select("author", "work").join(firsts, on="work").select("author", "first").unique()
        before = self.authorships.filter(pl.col("date") <= then).select("author", "work")
        theirs = before.join(pairs.select("author").unique(), on="author")
        known = theirs.join(before.rename({"author": "first"}), on="work").select("author", "first").unique()
        return pairs.join(known, on=["author", "first"], how="anti")["author"].unique()

    @cached_property
    def senior_by_author(self) -> dict[int, bool]:
        """What the hidden positions of the last years say of those that have any."""
        listed = self.authorships.join(self.works.select("work", "positions"), on="work").filter(
            pl.col("positions").list.len() == pl.col("n_authors")
        )
        said = listed.with_columns(said=pl.col("positions").list.get(pl.col("position"), null_on_oob=True)).filter(
            pl.col("said") != ""
        )
        senior = pl.col("said").str.contains(SENIOR) & ~pl.col("said").str.contains(JUNIOR)
        after = said.filter(pl.col("year") > THEN[-1].year - 2).sort("day")
        return dict(after.group_by("author").agg(senior.last()).iter_rows())


def evaluate_interest(records: LabelledWorks, interest: str) -> dict[str, RankingMetrics]:
    """Every ranking on one interest."""
    (publish_gains, newest), (lead_gains, _) = (records.interest_gains(interest, led=led) for led in (False, True))
    now = BenchmarkQuery(records.store, records.snapshot, interest, newest)
    then = [BenchmarkQuery(records.store, records.snapshot, interest, day) for day in THEN]
    became = [records.outcomes_after(interest, day) for day in THEN]
    judged = {}
    for name in EVERYBODY:
        whole = EVERYBODY[name](now) if publish_gains else []
        lists = [LISTED[name](asked) for asked in then]
        pairs = list(zip(lists, became, strict=True))
        known = [
            records.senior_by_author[author]
            for found in lists
            for author in found[:20]
            if author in records.senior_by_author
        ]
        judged[name] = RankingMetrics(
            ndcg_with_gains(whole, publish_gains) if publish_gains else None,
            recall_at_k(whole, publish_gains) if publish_gains else None,
            ndcg_with_gains(whole, lead_gains) if lead_gains else None,
            sum(len(is_.leaders & set(found[:20])) for found, is_ in pairs) / (20 * len(THEN)),
            sum(known) / max(len(known), 1),
            sum(len(is_.with_new & set(found[:20])) for found, is_ in pairs) / (20 * len(THEN)),
            _sum_pairs([(len(is_.newcomers & set(found[:20])), len(is_.newcomers)) for found, is_ in pairs]),
            _sum_pairs([(len(is_.newcomers & set(found[:50])), len(is_.newcomers)) for found, is_ in pairs]),
            _sum_pairs([(len(set(found[:20]) - is_.busy), len(found[:20])) for found, is_ in pairs]),
        )
    return judged


def _sum_pairs(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(some for some, _ in pairs), sum(whole for _, whole in pairs)


def show_interest_group(group: str, results: Mapping[str, dict[str, RankingMetrics]]) -> None:
    """Means and counts of one group of interests, and the finder minus each of the others."""
    rows, apart = [], []
    for name in EVERYBODY:
        mine = [by[name] for by in results.values()]
        row = [_mean_text([getattr(one, column) for one in mine]) for column in MEANS]
        counts = [_sum_pairs([getattr(one, column) for one in mine]) for column in COUNTS]
        rows.append([name, *row, *(f"{some / max(whole, 1):.0%} of {whole}" for some, whole in counts)])
        if name != FINDER:
            apart.append([name, *(_difference_text(results, name, column) for column in DIFFERENCES)])
    show_table(f"{len(results)} interests, {group}", ["", *MEANS.values(), *COUNTS.values()], rows)
    show_table("the finder minus each", ["", *DIFFERENCES.values()], apart)


MEANS = {
    "publishes": "publishes nDCG@20",
    "found": "recall@100",
    "leads": "leads nDCG@20",
    "later": "leads later P@20",
    "senior": "senior",
    "new_first": "new first author",
}
COUNTS = {"newcomers20": "newcomers in 20", "newcomers50": "in 50", "idle": "idle in 20"}
DIFFERENCES = {column: MEANS[column] for column in ("publishes", "leads", "later")}


def _mean_text(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.3f} ({len(known)})" if known else ""


def _difference_text(results: Mapping[str, dict[str, RankingMetrics]], name: str, column: str) -> str:
    pairs = [(getattr(by[FINDER], column), getattr(by[name], column)) for by in results.values()]
    both = [pair for pair in pairs if None not in pair]
    return str(bootstrap_difference([ours for ours, _ in both], [theirs for _, theirs in both])) if both else ""


def main() -> None:
    """Both tables, for each group of interests and for all that were not looked at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--keep", type=Path, help="a data folder for the store without what is hidden, to use it again")
    parser.add_argument("--groups", nargs="+", choices=tuple(GROUPS), default=tuple(GROUPS))
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args()
    every: dict[str, dict[str, dict[str, RankingMetrics]]] = {}
    with open_stripped_store(options.papers, options.keep) as (store, told):
        records = LabelledWorks(store, told)
        for group in options.groups:
            every[group] = {interest: evaluate_interest(records, interest) for interest in GROUPS[group]}
            show_interest_group(group, every[group])
    unseen = {interest: by for group in ("held out", "new") for interest, by in every.get(group, {}).items()}
    if {"held out", "new"} <= every.keys():
        show_interest_group("held out and new together", unseen)
    if options.json:
        whole = {g: {i: {n: j._asdict() for n, j in by.items()} for i, by in r.items()} for g, r in every.items()}
        options.json.write_text(json.dumps(whole, indent=1))


if __name__ == "__main__":
    main()
