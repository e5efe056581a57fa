"""Answers over a store of conference papers: the first in a process, later ones, and whole calls of the command line.

Later ones are of an interest that is new to the process, or of one that is asked again.

    uv run python benchmarks/answers.py [--home FOLDER] [--papers ../shared/paperlists] [--rounds 3]

Beside them, what it takes without a store: to scan the files for the interest's words, as list tools do, and the same
over papers that are in memory already. Answers are asked with meaning, where works are read, and without
(`FINDER_SEMANTIC=off`). Then parts of a warm answer: other weights, another country, somebody's similar people, and the
sums over everybody's works, which pandas does beside it on the same tables; these two in CPU seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from measuring import SHARED, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task, time_command_line

INTERESTS = (
    "multimodal learning",
    "protein structure prediction",
    "legged locomotion",
    "bandits",
    "differential privacy",
    "neural machine translation",
    "neural rendering",
    "graph neural networks",
    "causal inference",
    "fairness",
)
WARM = 5
SIMILAR = 8  # people shown on a person's page
TODAY = date.today()  # noqa: DTZ011 - what is published holds for the days after it, as for whoever asks


def answer_timing_task(home: str, interest: str) -> Task:
    """Seconds of the first answer of this process, of an interest that is new to it, and of one that is asked again.

    Imports are not counted. What is remembered of an interest is forgotten before each time that it is to be new.
    """
    from finder import answers
    from finder.ranking import text_match
    from finder.storage import open_store

    def time_answers() -> Mapping[str, Any]:
        first, new, again = [], [], []
        with open_store(Path(home)) as store:
            for times, number in ((first, 1), (again, WARM), (new, WARM)):
                for _ in range(number):
                    if times is new:
                        text_match.clear_match_cache()
                    begun = time.perf_counter()
                    found = answers.find_advisors(store, answers.Query(interest, TODAY))
                    times.append(time.perf_counter() - begun)
        return {"cold": first[0], "new": new, "warm": again, "matched": found.coverage["matched"]}

    return time_answers


def answer_parts_task(home: str, interest: str) -> Task:
    """Parts of a warm answer, in seconds."""
    import polars as pl

    from finder import answers
    from finder.answers import similar_people
    from finder.ranking import advisor_score
    from finder.storage import open_store
    from finder.tables import select_sorted_rows

    def time_median_of(what: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
        times = []
        for _ in range(WARM):
            begun = clock()
            what()
            times.append(clock() - begun)
        return median_or_zero(times[1:])

    def time_answer_parts() -> Mapping[str, Any]:
        query = answers.Query(interest, TODAY)
        with open_store(Path(home)) as store:
            gathered = answers.collect_candidates(store, query)
            matches, now = gathered.found.frame, gathered.now
            authorships = gathered.snapshot.load_table("authorships")
            frames = matches.to_pandas(), authorships.to_pandas()

            first = answers.rank_candidates(store, gathered, query).results[0]["author_id"]

            def sum_in_polars() -> pl.DataFrame:
                rows = select_sorted_rows(authorships, "work", matches["work"])  # as answers do
                return advisor_score.collect_evidence_eager(matches.lazy(), rows.lazy(), TODAY, now, query.half_life)[1]

            def sum_in_pandas() -> Any:
                return pandas_author_sums(*frames, now, query.half_life)

            mine, other = sum_in_polars().sort("author")["evidence"], sum_in_pandas().sort_index()["evidence"]
            assert len(mine) == len(other)
            assert abs(mine.to_numpy() - other.to_numpy()).max() < 1e-9
            return {
                "weights": time_median_of(
                    lambda: answers.rank_candidates(store, gathered, replace(query, weights={"share": 1.0}))
                ),
                "country": time_median_of(
                    lambda: answers.rank_candidates(store, gathered, replace(query, countries=("DE",)))
                ),
                "similar": time_median_of(lambda: similar_people.find_similar_people(store, first, TODAY, SIMILAR)),
                "sums": time_median_of(sum_in_polars, time.process_time),
                "pandas": time_median_of(sum_in_pandas, time.process_time),
            }

    return time_answer_parts


def pandas_author_sums(matches: Any, authorships: Any, now: date, half_life: float) -> Any:
    """What :func:`finder.ranking.advisor_score.collect_evidence` sums for each author, written in pandas."""
    import numpy as np

    from finder import authorship
    from finder.ranking import signals

    rows = matches.merge(authorships, on="work")
    rows = rows[rows["published"] & (rows["day"] <= signals.epoch_days(TODAY))].copy()
    last = rows["position"] == rows["n_authors"] - 1
    led = (last | (rows["corresponding"] & (rows["position"] > 0))) & ~rows["alphabetical"]
    crowd = np.minimum(1.0, authorship.SMALL_TEAM / rows["n_authors"])
    usual = np.where(
        led,
        authorship.LEAD_CREDIT,
        np.where(rows["position"] == 0, authorship.FIRST_CREDIT, authorship.MIDDLE_CREDIT * crowd),
    )
    rows["reach"] = np.minimum(signals.epoch_days(now), rows["seen_until"].fillna(signals.epoch_days(now)))
    rows["age"] = np.maximum(rows["reach"] - rows["day"], 0)
    credit = np.where(rows["alphabetical"], authorship.ALPHABETICAL_CREDIT * crowd, usual)
    team = (authorship.TEAM / rows["n_authors"].clip(lower=2)) ** authorship.SHARING
    rows["worth"] = rows["match"] ** signals.POWER * credit * team
    rows["adds"] = rows["worth"] * 0.5 ** (rows["age"] / (365.25 * half_life))
    recent, strong = rows["age"] <= signals.RECENT, led & (rows["match"] >= signals.STRONG)
    rows["squared"], rows["led_adds"] = rows["adds"] ** 2, rows["adds"] * led
    rows["recent_worth"], rows["recent"] = rows["worth"] * recent, recent
    rows["late"], rows["led_match"] = rows["age"] <= signals.LATE_YEARS * 365, rows["match"] * led
    rows["led_day"] = rows["day"].where(strong)
    return rows.groupby("author").agg(
        evidence=("adds", "sum"),
        error=("squared", "sum"),
        most=("adds", "max"),
        led_evidence=("led_adds", "sum"),
        worth=("worth", "sum"),
        recent_worth=("recent_worth", "sum"),
        match=("match", "sum"),
        led_match=("led_match", "sum"),
        matched=("work", "size"),
        matched_recent=("recent", "sum"),
        matched_late=("late", "sum"),
        newest=("year", "max"),
        newest_day=("day", "max"),
        led_first=("led_day", "min"),
        led_last=("led_day", "max"),
        reach=("reach", "max"),
    )


def iter_conference_papers(folder: str) -> Iterator[dict[str, Any]]:
    """Every record of every file."""
    for path in sorted(Path(folder).glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from json.load(file)


def count_phrase_authors(papers: Iterable[Mapping[str, Any]], interest: str) -> list[tuple[str, int]]:
    """Who wrote most papers that say the interest word for word."""
    people: Counter[str] = Counter()
    for paper in papers:
        text = f"{paper.get('title')} {paper.get('abstract')} {paper.get('keywords')}".lower()
        if interest in text:
            people.update(name.strip() for name in str(paper.get("author") or "").split(";"))
    return people.most_common(25)


def scan_baseline_task(folder: str) -> Task:
    """Reading all files for one interest, and scanning what is in memory for each."""

    def time_file_scan() -> Mapping[str, Any]:
        begun = time.perf_counter()
        count_phrase_authors(iter_conference_papers(folder), INTERESTS[0])
        files = time.perf_counter() - begun
        loaded, memory = list(iter_conference_papers(folder)), {}
        for interest in INTERESTS:
            begun = time.perf_counter()
            count_phrase_authors(loaded, interest)
            memory[interest] = time.perf_counter() - begun
        return {"files": files, "memory": memory}

    return time_file_scan


def import_paper_store(papers: Path) -> Path:
    """A store of these papers."""
    home = Path(tempfile.mkdtemp(prefix="finder-answers-"))
    seconds = time_command_line("import", "paperlists", str(papers), home=home)
    print(f"imported {papers} into {home} in {seconds:.1f} s")
    return home


def show_answers(home: Path, use: str, rounds: int, plain: Mapping[str, Any]) -> None:
    """Answers with meaning (auto) or without (off), beside scanning the papers."""
    rows, cold, new, warm, calls = [], [], [], [], []
    for interest in INTERESTS:
        told = [
            run_in_fresh_process(__file__, "answer", home, interest, FINDER_SEMANTIC=use).told for _ in range(rounds)
        ]
        whole = [
            time_command_line("advisors", interest, "--offline", home=home, FINDER_SEMANTIC=use) for _ in range(rounds)
        ]
        cold.append(median_or_zero([one["cold"] for one in told]))
        new.append(median_or_zero([seconds for one in told for seconds in one["new"]]))
        warm.append(median_or_zero([seconds for one in told for seconds in one["warm"]]))
        calls.append(median_or_zero(whole))
        memory = plain["memory"][interest]
        rows.append(
            [
                interest,
                told[0]["matched"],
                cold[-1] * 1000,
                new[-1] * 1000,
                warm[-1] * 1000,
                calls[-1] * 1000,
                memory * 1000,
                memory / new[-1],
                plain["files"] / cold[-1],
                plain["files"] / calls[-1],
            ]
        )
    for name, of in (("median", median_or_zero), ("worst", max)):
        memory = of(list(plain["memory"].values()))
        row = [of(cold), of(new), of(warm), of(calls), memory]
        ratios = [memory / of(new), plain["files"] / of(cold), plain["files"] / of(calls)]
        rows.append([name, "", *(seconds * 1000 for seconds in row), *ratios])
    head = [
        "interest",
        "works",
        "cold ms",
        "new ms",
        "again ms",
        "whole call ms",
        "scan memory ms",
        "scan/new",
        "files/cold",
        "files/call",
    ]
    how = "with meaning where works are read" if use == "auto" else "by words alone"
    print_table(
        f"Answers {how}, medians of {rounds} rounds; scanning the files takes {plain['files']:.1f} s", head, rows
    )


def main() -> None:
    """Run the rounds and print medians."""
    if run_named_task(
        {"answer": answer_timing_task, "baseline": scan_baseline_task, "parts": answer_parts_task}, sys.argv[1:]
    ):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a data folder that holds papers already")
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = options.home or import_paper_store(options.papers)
    time_command_line(
        "advisors", INTERESTS[0], "--offline", home=home
    )  # the files are in the system's cache from here on
    plain = run_in_fresh_process(__file__, "baseline", options.papers).told
    for use in ("auto", "off"):
        show_answers(home, use, options.rounds, plain)
    told = [run_in_fresh_process(__file__, "parts", home, interest).told for interest in INTERESTS]
    columns = ("weights", "country", "similar", "sums", "pandas")
    figures = [[*(row[c] * 1000 for c in columns), row["pandas"] / row["sums"]] for row in told]
    lines: list[list[Any]] = [[interest, *row] for interest, row in zip(INTERESTS, figures, strict=True)]
    for name, of in (("median", median_or_zero), ("worst", max)):
        lines.append([name, *map(of, zip(*figures, strict=True))])
    head = ["interest", "weights ms", "country ms", "similar ms", "sums CPU ms", "pandas CPU ms", "pandas/sums"]
    print_table("Parts of a warm answer", head, lines)


if __name__ == "__main__":
    main()
