"""Open positions of the fictional world, matched to interests and held to its truth."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from finder.answers.openings import OpeningFilter, find_openings
from finder.demo_metadata import demo_interests, demo_today, demo_truth
from finder.storage import Store

TRUE = {posting["url"]: posting for posting in demo_truth()["postings"]}


def found(store: Store, interest: str, **more: Any) -> list[dict[str, Any]]:
    return find_openings(store, interest, demo_today(), top=1000, **more).results


def test_openings_on_an_interest_are_found_and_come_before_others(store: Store) -> None:
    shown = right = there = first = 0
    for interest in demo_interests():
        rows = found(store, interest)
        open_ = {u for u, p in TRUE.items() if (p["valid_through"] or "9") >= demo_today().isoformat()}
        true = {url for url in open_ if TRUE[url]["interest"] == interest}
        fitting = {row["url"] for row in rows if row["fit"] >= 0.5}
        shown, right, there = shown + len(fitting), right + len(fitting & true), there + len(true)
        first += len({row["url"] for row in rows[: len(true)]} & true)
    print(f"openings, fit 0.5 and more: precision {right} of {shown}, recall {right} of {there}")  # noqa: T201
    print(f"openings, among the first: {first} of {there}")  # noqa: T201
    assert right / shown >= 0.9
    assert right / there >= 0.95
    assert first / there >= 0.95


def test_every_opening_says_why_it_is_listed_and_where_it_stands(store: Store) -> None:
    for row in found(store, "multimodal learning"):
        assert row["why"]
        assert row["evidence"][0]["url"] == row["url"]
        assert row["date_posted"] <= demo_today().isoformat()
        assert (row["valid_through"] or "9999") >= demo_today().isoformat()


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (OpeningFilter(kinds=("internship",)), lambda row: row["kind"] == "internship"),
        (OpeningFilter(countries=("de",)), lambda row: "DE" in row["countries"]),
        (OpeningFilter(remote=True), lambda row: row["workplace"] == "remote"),
        (OpeningFilter(posted_within=30), lambda row: row["date_posted"] >= "2026-10-02"),
        (OpeningFilter(deadline_from=date(2026, 12, 12)), lambda row: (row["valid_through"] or "9999") >= "2026-12-12"),
        (OpeningFilter(organisation="vermeluna"), lambda row: "Vermeluna" in row["hiring_organization"]),
    ],
)
def test_filters_are_exact_and_count_what_they_leave_out(store: Store, wanted: OpeningFilter, holds: Any) -> None:
    everything = found(store, "multimodal learning")
    answer = find_openings(store, "multimodal learning", demo_today(), wanted, top=1000)

    assert {row["url"] for row in answer.results} == {row["url"] for row in everything if holds(row)}
    assert answer.total + sum(answer.left_out.values()) == len(everything) + find_openings(
        store, "multimodal learning", demo_today(), top=1000
    ).left_out.get("that do not fit", 0)


def test_people_behind_an_opening_are_at_its_organisation(store: Store) -> None:
    behind = [(row, person) for row in found(store, "multimodal learning") for person in row["people"]]
    there = 0
    for row, person in behind:
        career = demo_truth()["people"][person["author_id"]]["career"]
        there += TRUE[row["url"]]["institution"] in {post["institution"] for post in career if post["to"] is None}
    print(f"people behind openings, still there: {there} of {len(behind)}")  # noqa: T201
    assert len(behind) >= 20
    assert there / len(behind) >= 0.85
