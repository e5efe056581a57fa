"""The finder held to the truth of the fictional world."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from finder import answers, demo_store
from finder.answers import Query
from finder.demo_metadata import demo_interests, demo_today, demo_truth
from finder.storage import Store

CAN_ADVISE = {"early-career faculty", "established faculty", "industry researcher", "staff scientist"}
SPECIAL = demo_truth()["specials"]


def listed(store: Store, interest: str, **query: Any) -> list[dict[str, Any]]:
    return answers.find_advisors(store, Query(interest, demo_today(), **query)).results


def true_stage(author_id: str) -> str:
    return demo_truth()["people"].get(author_id, {}).get("stage", "nobody")


def test_everything_that_the_demo_asks_is_recorded(store: Store) -> None:
    for interest in demo_interests():
        run = store.runs.latest_run(interest=interest)
        assert run is not None
        assert run.state == "complete", store.runs.source_runs(run.id)


@pytest.mark.parametrize("interest", demo_interests())
def test_the_first_twenty_could_advise_and_work_on_it(store: Store, interest: str) -> None:
    rows = listed(store, interest, top=20)
    stages = Counter(true_stage(row["author_id"]) for row in rows)
    on_it = sum(interest in demo_truth()["people"].get(row["author_id"], {}).get("interests", {}) for row in rows)

    assert len(rows) == 20
    assert sum(stages[stage] for stage in CAN_ADVISE) >= 17, stages
    assert on_it >= 19


def test_stages_of_those_still_active(people: pl.DataFrame) -> None:
    pairs = Counter(
        (true_stage(row["author_id"]), row["stage"])
        for row in people.iter_rows(named=True)
        if row["stage"] != "unknown"
    )
    active = {pair: count for pair, count in pairs.items() if pair[0] not in ("left", "nobody")}
    right = sum(count for (true, said), count in active.items() if true == said)

    assert right / sum(active.values()) >= 0.72
    faculty = sum(count for (true, said), count in active.items() if "faculty" in said)
    assert (
        sum(count for (true, said), count in active.items() if "faculty" in said and "faculty" in true) / faculty
        >= 0.88
    )


def test_faculty_are_where_they_are(people: pl.DataFrame) -> None:
    right = total = 0
    for row in people.iter_rows(named=True):
        person = demo_truth()["people"].get(row["author_id"])
        if person and "faculty" in person["stage"] and row["last_seen"] >= demo_today().year - 1:
            now = {post["institution"] for post in person["career"] if post["to"] is None}
            total += 1
            right += bool(now & set(row["places"] or ()))

    assert total > 150
    assert right / total >= 0.9


def test_namesakes_stay_apart(store: Store) -> None:
    ids = store.snapshots.current_snapshot().load_table("authors")["ids"]
    known = [{i for i in row if i.startswith("openalex:A")} for row in ids.to_list()]
    for pair in demo_truth()["namesakes"]:
        together = set(pair["people"] if isinstance(pair, dict) else pair)
        assert not any(together <= row for row in known)


def test_versions_of_a_work_count_once(store: Store) -> None:
    snapshot = store.snapshots.current_snapshot()
    raw = (
        snapshot.load_table("raw_works")
        .select("record", "ids")
        .explode("ids")
        .join(snapshot.load_table("versions"), on="record")
    )
    work_of = dict(raw.select("ids", "work").iter_rows())
    pairs = [
        [work_of[v] for v in (pair["works"] if isinstance(pair, dict) else pair) if v in work_of]
        for pair in demo_truth()["duplicates"]
    ]
    stored = [pair for pair in pairs if len(pair) == 2]

    assert len(stored) > 60
    assert sum(a == b for a, b in stored) / len(stored) >= 0.97


def test_who_opted_out_is_nowhere(store: Store) -> None:
    authors = store.snapshots.current_snapshot().load_table("authors")
    (person,) = SPECIAL["opted_out"]["people"]

    assert authors.filter(pl.col("author_id").str.contains("A9999999999|A5317838346")).is_empty()
    assert authors.filter(pl.col("author_id") == person).is_empty()


def test_a_focussed_newcomer_comes_before_somebody_with_sixty_works_of_which_few_touch_it(store: Store) -> None:
    order = [row["author_id"] for row in listed(store, "multimodal learning", top=2000)]
    (newcomer,), (volume,) = SPECIAL["strong_newcomer"]["people"], SPECIAL["volume_trap"]["people"]

    assert newcomer in order
    assert volume not in order or order.index(newcomer) < order.index(volume)


def test_two_current_posts_are_both_kept(store: Store) -> None:
    card = answers.person_profile(store, SPECIAL["two_posts"]["people"][0], demo_today())

    assert SPECIAL["two_posts"]["company"] in {post["institution_id"] for post in card["current"]}
    assert len({post["institution_id"] for post in card["current"]}) >= 2


def test_a_country_is_exactly_that_country(store: Store) -> None:
    for row in listed(store, "multimodal learning", countries=("DE",), top=200):
        assert "DE" in {post["country"] for post in row["current"]}


def test_the_demo_is_built_only_once(store: Store) -> None:
    said: list[str] = []
    demo_store.open_demo_store(Path(store.home).parent, said.append).close()

    assert said == []
