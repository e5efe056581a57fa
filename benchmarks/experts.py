"""Of the people whom public, human-made lists name on a topic, how many does the finder name, and how far up?

    uv run python benchmarks/experts.py --home FOLDER [--lists ../shared/truth/experts.csv] [--split open] [--pairs]

Lists are area chairs of topical tracks, committees, directories of labs, invited speakers. For each topic (with
--pairs: each topic and country) of which at least 8 listed people are stored, the finder is asked as its command line
asks (`finder advisors TOPIC [--country CODE] --top 50`), beside one-line rankings of the works that hold the words,
with and without those whom the finder takes for students, and beside its former score. A list is a sample of a field: a
figure by itself says little, differences between rankings do; their intervals are 95 % bootstraps over topics.

Measures: nDCG@50; hits@20 and hits@50, the share of those who could be hit (at most 20, 50); the reciprocal rank of the
first one listed. A name that several authors bear counts as hit by any of them, unless the list's institution tells
which one is meant.

`--compare FILE` adds rankings of your own: each public function of that Python file that takes one argument, the
`Question` of baselines.py, and gives authors' numbers, best first.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
import runpy
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import baselines
from baselines import BenchmarkQuery, Ranking
from judging import binary_ndcg, bootstrap_difference, expert_ranks
from measuring import SHARED, print_table

from finder.storage import Snapshot, open_store
from finder.text.names import name_key

LEAST = 8  # listed people who must be stored
TOP = 50
FINDER = "the finder"
FORMER = "the former score"
MAIN = (FORMER, "works as last author, 4 y", "BM25 summed", "BM25 x recency")  # shown for each topic
COMMON = frozenset(
    "university of the and at for institute technology research lab labs college school national department de ai "
    "science sciences technical".split()
)


class ListedExpert(NamedTuple):
    """A row of a list."""

    name: str
    institution: str


class Scores(NamedTuple):
    """How one ranking does on one topic, each from 0 to 1."""

    ndcg: float
    hits20: float
    hits50: float
    first: float


class TopicResult(NamedTuple):
    """A topic, or a topic in a country."""

    topic: str
    country: str
    listed: int
    stored: int
    on_topic: int
    namesakes: int
    scores: dict[str, Scores]


class AuthorIndex:
    """Printed names to authors of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        seen = snapshot.load_table("sightings").select("record", "position", "author")
        names = snapshot.load_table("raw_names").select("record", "position", "fold")
        counted = names.join(seen, on=["record", "position"]).group_by("fold", "author").len()
        self._of: dict[str, Counter[int]] = defaultdict(Counter)
        self._by_ends: dict[str, set[str]] = defaultdict(set)
        for name, author, size in counted.iter_rows():
            self._of[name][author] = size
            if ends := _first_and_last_word(name):
                self._by_ends[ends].add(name)
        places = snapshot.load_table("institutions").select("institution", "name")
        at = snapshot.load_table("affiliations").select("author", "institution").unique().join(places, on="institution")
        self._places: dict[int, set[str]] = defaultdict(set)
        for author, name in at.select("author", "name").iter_rows():
            self._places[author] |= _place_words(name)

    def authors_of_name(self, row: ListedExpert) -> list[int]:
        """Those who may be meant, most seen under that name first; one where the institution tells."""
        folded = name_key(row.name)
        found = self._of.get(folded)
        if not found:
            others = self._by_ends.get(_first_and_last_word(folded), set())
            found = self._of[next(iter(others))] if len(others) == 1 else Counter()
        if len(found) > 1 and (asked := _place_words(row.institution)):
            there = [author for author in found if asked & self._places[author]]
            if len(there) == 1:
                return there
        return sorted(found, key=lambda author: -found[author])


def _first_and_last_word(folded: str) -> str:
    """First and last word of a name; nothing of one word."""
    words = folded.split()
    return f"{words[0]} {words[-1]}" if len(words) > 1 else ""


def _place_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", name_key(text or ""))) - COMMON


def score_ranking(ranked: Sequence[int], experts: Sequence[Sequence[int]]) -> Scores:
    """Of experts, each of whom is one or several authors."""
    places = expert_ranks(ranked, experts)
    hits = [sum(place < most for place in places) / min(most, len(experts)) for most in (20, TOP)]
    return Scores(binary_ndcg(places, len(experts), TOP), hits[0], hits[1], 1 / (1 + min(places, default=math.inf)))


def load_expert_lists(path: Path, split: str, *, pairs: bool) -> dict[tuple[str, str], list[ListedExpert]]:
    """Topic and country (nothing: anywhere) to rows."""
    found: dict[tuple[str, str], list[ListedExpert]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if split in ("all", row["split"]) and (row["country"] or not pairs):
                found[row["topic"], row["country"] if pairs else ""].append(
                    ListedExpert(row["name"], row["institution"])
                )
    return dict(sorted(found.items(), key=lambda item: (item[0][0].casefold(), item[0][1])))


def all_rankings(extra: Path | None) -> dict[str, Ranking]:
    """All that are compared, the finder first."""
    own: dict[str, Ranking] = {FINDER: baselines.rank_by_finder, FORMER: baselines.rank_by_former_score}
    return {**own, **baselines.ONE_LINERS, **baselines.NO_STUDENTS, **(_load_extra_rankings(extra) if extra else {})}


def _load_extra_rankings(path: Path) -> dict[str, Ranking]:
    found = runpy.run_path(str(path))
    return {
        name.replace("_", " "): value
        for name, value in found.items()
        if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == "<run_path>"
    }


def authors_by_country(snapshot: Snapshot) -> dict[str, frozenset[int]]:
    """Who is in each country now."""
    places = snapshot.load_table("institutions").select("institution", "country").drop_nulls()
    now = snapshot.load_table("posts").filter("current").select("author", "institution").join(places, on="institution")
    return {str(code): frozenset(group["author"]) for (code,), group in now.group_by("country")}


def evaluate_topics(
    home: Path, wanted: Mapping[tuple[str, str], list[ListedExpert]], compared: Mapping[str, Ranking]
) -> list[TopicResult]:
    """Every topic of which enough people are stored."""
    results = []
    with open_store(home) as store:
        snapshot = store.snapshots.current_snapshot()
        people, inside = AuthorIndex(snapshot), authors_by_country(snapshot)
        for (topic, country), rows in wanted.items():
            experts = [some for row in rows if (some := people.authors_of_name(row))]
            if len(experts) < LEAST:
                continue
            there = inside.get(country, frozenset()) if country else None
            asked = BenchmarkQuery(store, snapshot, topic, date.today(), country, there, TOP)  # noqa: DTZ011 as the command line
            on_topic = set(asked.authorship_rows["author"])
            found = {name: score_ranking(ranking(asked), experts) for name, ranking in compared.items()}
            on, shared = sum(bool(on_topic & set(some)) for some in experts), sum(len(some) > 1 for some in experts)
            results.append(TopicResult(topic, country, len(rows), len(experts), on, shared, found))
            print(f"{topic} {country}".strip(), file=sys.stderr)
    return results


def measure_values(results: Sequence[TopicResult], name: str, of: Callable[[Scores], float]) -> list[float]:
    """One measure of one ranking over all topics."""
    return [of(result.scores[name]) for result in results]


def show_topics(results: Sequence[TopicResult], names: Sequence[str]) -> None:
    """The finder and a few others on each topic."""
    head = ["topic", "", "listed", "stored", "on topic", "namesakes", "hits@20", "hits@50", "first", "nDCG@50", *names]
    rows = [
        [
            r.topic,
            r.country,
            r.listed,
            r.stored,
            r.on_topic,
            r.namesakes,
            *_score_cells(r.scores[FINDER]),
            *(f"{r.scores[name].ndcg:.2f}" for name in names),
        ]
        for r in results
    ]
    print_table("Each topic: the finder, then nDCG@50 of others", head, rows)


def _score_cells(found: Scores) -> list[str]:
    return [f"{value:.2f}" for value in (found.hits20, found.hits50, found.first, found.ndcg)]


def show_means(results: Sequence[TopicResult], names: Sequence[str], title: str) -> None:
    """Means, and the finder minus each of the others."""
    rows = []
    for name in names:
        means = [sum(values) / len(values) for values in zip(*(r.scores[name] for r in results), strict=True)]
        apart = []
        for of in (lambda s: s.ndcg, lambda s: s.hits20):
            ours, theirs = measure_values(results, FINDER, of), measure_values(results, name, of)
            apart.append("" if name == FINDER else str(bootstrap_difference(ours, theirs)))
        rows.append([name, *(f"{value:.3f}" for value in means), *apart])
    head = ["", "nDCG@50", "hits@20", "hits@50", "first", "finder minus it, nDCG@50", "hits@20"]
    print_table(title, head, rows)


def results_as_json(results: Sequence[TopicResult], names: Sequence[str]) -> dict[str, object]:
    """Everything that is printed."""
    return {
        "topics": [{**r._asdict(), "scores": {name: r.scores[name]._asdict() for name in names}} for r in results],
        "differences": {
            name: {
                "ndcg": bootstrap_difference(
                    *(measure_values(results, one, lambda s: s.ndcg) for one in (FINDER, name))
                )._asdict(),
                "hits20": bootstrap_difference(
                    *(measure_values(results, one, lambda s: s.hits20) for one in (FINDER, name))
                )._asdict(),
            }
            for name in names
            if name != FINDER
        },
    }


def main() -> None:
    """Ask, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a data folder that holds the papers; better a copy")
    parser.add_argument("--lists", type=Path, default=SHARED / "truth" / "experts.csv")
    parser.add_argument("--split", choices=("open", "kept", "all"), default="open")
    parser.add_argument("--pairs", action="store_true", help="topics in countries in place of topics alone")
    parser.add_argument("--compare", type=Path, help="a Python file with further rankings")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args()
    begun = time.perf_counter()
    compared = all_rankings(options.compare)
    results = evaluate_topics(
        options.home, load_expert_lists(options.lists, options.split, pairs=options.pairs), compared
    )
    if not results:
        parser.error(f"of no topic are {LEAST} listed people stored")
    kind = "pairs of topic and country" if options.pairs else "topics"
    show_topics(results, [*MAIN, *list(compared)[len(all_rankings(None)) :]])
    show_means(results, list(compared), f"Means over {len(results)} {kind}, {options.split} lists; 95 % intervals")
    if options.json:
        options.json.write_text(json.dumps(results_as_json(results, list(compared)), indent=1))
    print(f"{time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
