"""Who hosts interns, held to the truth of the fictional world. ``pytest -rP`` shows the figures."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from finder import views
from finder.people import hosts
from finder.store import Snapshot, Store
from finder.views import Wish
from finder.views.internships import internships
from finder.world import interests, today, truth

Pairs = set[tuple[Any, ...]]
INTERNSHIPS = {
    (row["work"], row["student"]): (host["host"], set(host["companies"]), row["footnote"])
    for host in truth()["hosts"]
    for row in host["internships"]
}


@pytest.fixture(scope="module")
def numbers(store: Store) -> dict[str, int]:
    """The number of each stored work, by any id of any version."""
    snapshot = store.snapshots.current()
    ids = snapshot.table("raw_works").select("record", "ids").explode("ids")
    return dict(snapshot.table("versions").join(ids, on="record").select("ids", "work").iter_rows())


@pytest.fixture(scope="module")
def found(store: Store) -> list[dict[str, Any]]:
    """Every internship found, by the ids of the truth."""
    snapshot = store.snapshots.current()
    people, places = named(snapshot, "author"), named(snapshot, "institution")
    return [
        {**row, "host": people[row["author"]], "student": people[row["intern"]], "at": places[row["company"]]}
        for row in hosts.led(hosts.papers(snapshot, today())).iter_rows(named=True)
    ]


def named(snapshot: Snapshot, kind: str) -> dict[int, str]:
    return dict(snapshot.table(f"{kind}s").select(kind, f"{kind}_id").iter_rows())


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
    places = {host["host"]: set(host["companies"]) for host in truth()["hosts"]}
    counted = hosts.hosting(hosts.led(hosts.papers(store.snapshots.current(), today())), today())
    sure = set(counted.filter(pl.col("sure") >= hosts.SURE).select("author", "company").iter_rows())
    said = {(row["host"], row["at"]) for row in found if (row["author"], row["company"]) in sure}
    right = {pair for pair in said if pair[1] in places.get(pair[0], ())}

    precision, recall = told("hosts and companies", said, right, stored, {host for host, _ in right})
    assert precision >= 0.92
    assert recall >= 0.92


def test_an_internship_at_a_university_has_no_host(found: list[dict[str, Any]], numbers: dict[str, int]) -> None:
    special = truth()["specials"]["university_intern"]
    assert numbers[special["work"]] not in {row["work"] for row in found}
    assert not {row["at"] for row in found} & {
        key for key, facts in truth()["institutions"].items() if facts["kind"] == "university"
    }


def test_whoever_has_two_posts_hosts_where_the_company_is_on_the_work(
    store: Store, found: list[dict[str, Any]]
) -> None:
    special = truth()["specials"]["two_posts"]
    theirs = {row["at"] for row in found if row["host"] == special["people"][0]}
    assert theirs <= {special["company"]}


def test_lists_hold_current_hosts_with_proofs_and_links(store: Store) -> None:
    people, right, total = truth()["people"], 0, 0
    for interest in interests():
        answer = internships(store, Wish(interest, today(), top=10))
        assert 1 <= len(answer.results) <= 10
        assert all(row["hosting"]["recent"] for row in answer.results)
        for row in answer.results:
            assert row["company"]["institution"] in [post["institution"] for post in row["current"]]
            assert row["proofs"]
            assert all(proof["work"]["url"] and proof["intern"]["author_id"] != row["author_id"]
                       for proof in row["proofs"])  # fmt: skip
            assert all(set(claim) == {"claim", "source", "url", "date"} for claim in row["evidence"])
            total += 1
            right += people.get(row["author_id"], {}).get("stage") == "industry researcher"
    sys.stdout.write(f"listed as hosts now: {right} of {total} are industry researchers\n")
    assert right / total >= 0.85


def test_a_host_who_became_a_professor_is_not_to_be_written_to_at_the_company(store: Store) -> None:
    newcomer = truth()["specials"]["newcomer"]["people"][0]
    answer = internships(store, Wish("multimodal learning", today(), top=500))
    assert newcomer not in {row["author_id"] for row in answer.results}
    assert newcomer in {row["author_id"] for row in answer.former}
    card = views.person(store, newcomer, today())
    assert [row["company"] for row in card["hosting"]]
    assert all(proof["work"]["url"] for row in card["hosting"] for proof in row["proofs"])


def test_one_persons_papers_are_found_without_reading_everybodys(store: Store) -> None:
    snapshot = store.snapshots.current()
    every, lines = hosts.papers(snapshot, today()), snapshot.table("authorships")
    heads = hosts.led(every)["author"].unique().sort().head(40)
    for author in heads:
        own = lines.filter(pl.col("author") == author).select("work")
        assert hosts.papers(snapshot, today(), author).equals(every.join(own, on="work", how="semi"))
