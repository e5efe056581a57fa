"""Similar people, held to what the builder of the fictional world knows of everybody's interests."""

from __future__ import annotations

from typing import Any

import pytest

from finder import answers
from finder.answers import Query, similar_people
from finder.demo_metadata import demo_interests, demo_today
from finder.storage import Store

STEP = 10  # every so manieth head of a lab is asked about


def heads(store: Store, truth: dict[str, Any]) -> list[str]:
    stored = set(store.snapshots.current_snapshot().load_table("authors")["author_id"])
    return sorted({lab["head"] for lab in truth["labs"]} & stored)[::STEP]


def interests_of_works(store: Store, truth: dict[str, Any]) -> dict[str, set[int]]:
    snapshot = store.snapshots.current_snapshot()
    ids = snapshot.load_table("versions").join(snapshot.load_table("raw_works").select("record", "ids"), on="record")
    named = ids.join(snapshot.load_table("works").select("work", "work_id"), on="work").explode("ids")
    found: dict[str, set[int]] = {}
    for work_id, id_ in named.select("work_id", "ids").iter_rows():
        found.setdefault(work_id, set()).update(truth["works"].get(id_, ()))
    return found


def test_those_who_are_like_somebody_share_their_interests(store: Store, truth: dict[str, Any]) -> None:
    shared = chance = total = 0
    for head in heads(store, truth):
        own = set(truth["people"][head]["interests"])
        found = similar_people.find_similar_people(store, head, demo_today(), 10)
        theirs = [set(truth["people"].get(row.author_id, {}).get("interests", ())) for row in found.results]
        shared += sum(bool(own & one) for one in theirs)
        total += len(theirs)
        chance += len(own)
    assert total > 100
    assert shared / total >= 0.95
    assert chance / len(heads(store, truth)) < 0.25 * len(demo_interests())  # who shares one is far from everybody


def test_each_is_told_with_works_that_are_alike_and_what_these_share(store: Store, truth: dict[str, Any]) -> None:
    about = interests_of_works(store, truth)
    for head in heads(store, truth)[:8]:
        found = similar_people.find_similar_people(store, head, demo_today(), 10)
        assert found.results
        for row in found.results:
            assert row.author_id != head
            assert set(row.terms) <= set(found.terms)
            assert row.pairs
            for pair in row.pairs:
                assert about[pair.own.work_id] & about[pair.theirs.work_id], (pair.own.title, pair.theirs.title)


def test_students_are_left_out_until_they_are_asked_for(store: Store, truth: dict[str, Any]) -> None:
    head = heads(store, truth)[0]
    usual = similar_people.find_similar_people(store, head, demo_today(), 50)
    every = similar_people.find_similar_people(store, head, demo_today(), 50, students=True)
    count = [sum(row.stage == "student" for row in found.results) for found in (usual, every)]
    assert every.students == 0
    assert count[0] <= count[1] <= count[0] + usual.students


@pytest.mark.parametrize("filters", [{}, {"countries": ("DE", "US")}])
def test_advisors_like_somebody_are_a_list_on_that_persons_topic(
    store: Store, truth: dict[str, Any], filters: dict[str, Any]
) -> None:
    head = heads(store, truth)[1]
    like, words = similar_people.interest_from_person(store, head)
    answer = answers.find_advisors(store, Query(words, demo_today(), like=like, top=20, **filters))
    own = set(truth["people"][head]["interests"])
    assert len(answer.results) == 20
    assert head not in [row["author_id"] for row in answer.results]
    theirs = [set(truth["people"].get(row["author_id"], {}).get("interests", ())) for row in answer.results]
    assert sum(bool(own & one) for one in theirs) >= 19
    assert answer.coverage["read"].startswith("Read from the ")
    for row in answer.results:
        assert not filters or {post["country"] for post in row["current"]} & set(filters["countries"])
