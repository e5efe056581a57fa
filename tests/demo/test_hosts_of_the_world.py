"""Who hosts interns, held to the truth of the fictional world. ``pytest -rP`` shows the figures."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from finder import answers
from finder.answers import Query
from finder.answers.internships import find_internship_hosts
from finder.demo_metadata import demo_interests, demo_today, demo_truth
from finder.features import internship_hosts
from finder.storage import Snapshot, Store

Pairs = set[tuple[Any, ...]]
INTERNSHIPS = {
    (row["work"], row["student"]): (host["host"], set(host["companies"]), row["footnote"])
    for host in demo_truth()["hosts"]
    for row in host["internships"]
}


@pytest.fixture(scope="module")
def numbers(store: Store) -> dict[str, int]:
    """The number of each stored work, by any id of any version."""
    snapshot = store.snapshots.current_snapshot()
    ids = snapshot.load_table("raw_works").select("record", "ids").explode("ids")
    return dict(snapshot.load_table("versions").join(ids, on="record").select("ids", "work").iter_rows())


@pytest.fixture(scope="module")
def found(store: Store) -> list[dict[str, Any]]:
    """Every internship found, by the ids of the truth."""
    snapshot = store.snapshots.current_snapshot()
    people, places = named(snapshot, "author"), named(snapshot, "institution")
    return [
        {**row, "host": people[row["author"]], "student": people[row["intern"]], "at": places[row["company"]]}
        for row in internship_hosts.papers_by_host(
            internship_hosts.find_internship_papers(snapshot, demo_today())
        ).iter_rows(named=True)
    ]


def named(snapshot: Snapshot, kind: str) -> dict[int, str]:
    return dict(snapshot.load_table(f"{kind}s").select(kind, f"{kind}_id").iter_rows())


def told(what: str, said: Pairs, right: Pairs, wanted: Iterable[Any], met: Iterable[Any]) -> tuple[float, float]:
    wanted = set(wanted)
    precision, recall = len(said & right) / len(said), len(wanted & set(met)) / len(wanted)
    sys.stdout.write(f"{what}: precision {precision:.3f} of {len(said)}, recall {recall:.3f} of {len(wanted)}\n")
    return precision, recall


def test_internships(found: list[dict[str, Any]], numbers: dict[str, int]) -> None:
    true = {(numbers[work], student): at for (work, student), (_, at, _) in INTERNSHIPS.items() if work in numbers}
    for kinds in (("footnote",), ("two places",), ("footnote", "two places")):
        said = {(row["work"], row["student"], row["at"]) for row in found if row["kind"] in kinds}
        right = {row for row in said if row[2] in true.get(row[:2], ())}
        of_kind = {
            (numbers[work], student)
            for (work, student), (*_, footnote) in INTERNSHIPS.items()
            if work in numbers and ("footnote" if footnote else "two places") in kinds
        }
        met = {row[:2] for row in right}
        precision, recall = told(f"internships by {' or '.join(kinds)}", said, right, of_kind, met)
        assert precision >= 0.97
        assert recall >= 0.95


def test_hosts(store: Store, found: list[dict[str, Any]], numbers: dict[str, int]) -> None:
    stored = {host for (work, _), (host, *_) in INTERNSHIPS.items() if work in numbers}
    places = {host["host"]: set(host["companies"]) for host in demo_truth()["hosts"]}
    counted = internship_hosts.summarize_hosting(
        internship_hosts.papers_by_host(
            internship_hosts.find_internship_papers(store.snapshots.current_snapshot(), demo_today())
        ),
        demo_today(),
    )
    sure = set(counted.filter(pl.col("sure") >= internship_hosts.SURE).select("author", "company").iter_rows())
    said = {(row["host"], row["at"]) for row in found if (row["author"], row["company"]) in sure}
    right = {pair for pair in said if pair[1] in places.get(pair[0], ())}

    precision, recall = told("hosts and companies", said, right, stored, {host for host, _ in right})
    assert precision >= 0.92
    assert recall >= 0.92


def test_an_internship_at_a_university_has_no_host(found: list[dict[str, Any]], numbers: dict[str, int]) -> None:
    special = demo_truth()["specials"]["university_intern"]
    assert numbers[special["work"]] not in {row["work"] for row in found}
    assert not {row["at"] for row in found} & {
        key for key, facts in demo_truth()["institutions"].items() if facts["kind"] == "university"
    }


def test_whoever_has_two_posts_hosts_where_the_company_is_on_the_work(
    store: Store, found: list[dict[str, Any]]
) -> None:
    special = demo_truth()["specials"]["two_posts"]
    theirs = {row["at"] for row in found if row["host"] == special["people"][0]}
    assert theirs <= {special["company"]}


def test_lists_hold_current_hosts_with_proofs_and_links(store: Store) -> None:
    people, right, total = demo_truth()["people"], 0, 0
    for interest in demo_interests():
        answer = find_internship_hosts(store, Query(interest, demo_today(), top=10))
        assert 1 <= len(answer.results) <= 10
        assert all(row["hosting"]["recent"] for row in answer.results)
        for row in answer.results:
            assert row["company"]["institution"] in [post["institution"] for post in row["current"]]
            assert row["proofs"]
            assert all(
                proof["work"]["url"] and proof["intern"]["author_id"] != row["author_id"] for proof in row["proofs"]
            )
            assert all(set(claim) == {"claim", "source", "url", "date"} for claim in row["evidence"])
            total += 1
            right += people.get(row["author_id"], {}).get("stage") == "industry researcher"
    sys.stdout.write(f"listed as hosts now: {right} of {total} are industry researchers\n")
    assert right / total >= 0.85


def test_a_host_who_became_a_professor_is_not_to_be_written_to_at_the_company(store: Store) -> None:
    newcomer = demo_truth()["specials"]["newcomer"]["people"][0]
    answer = find_internship_hosts(store, Query("multimodal learning", demo_today(), top=500))
    assert newcomer not in {row["author_id"] for row in answer.results}
    assert newcomer in {row["author_id"] for row in answer.former}
    card = answers.person_profile(store, newcomer, demo_today())
    assert [row["company"] for row in card["hosting"]]
    assert all(proof["work"]["url"] for row in card["hosting"] for proof in row["proofs"])


def test_one_persons_papers_are_found_without_reading_everybodys(store: Store) -> None:
    snapshot = store.snapshots.current_snapshot()
    every, lines = internship_hosts.find_internship_papers(snapshot, demo_today()), snapshot.load_table("authorships")
    heads = internship_hosts.papers_by_host(every)["author"].unique().sort().head(40)
    for author in heads:
        own = lines.filter(pl.col("author") == author).select("work")
        assert internship_hosts.find_internship_papers(snapshot, demo_today(), author).equals(
            every.join(own, on="work", how="semi")
        )
