"""Filters by what people say and by where they come from, held to the truth of the fictional world."""

from __future__ import annotations

from typing import Any

import pytest

from finder import answers
from finder.answers import Query
from finder.demo_metadata import demo_interests, demo_today, demo_truth
from finder.errors import UsageError
from finder.storage import Store

PEOPLE = demo_truth()["people"]
NEW = {lab["head"] for lab in demo_truth()["labs"] if lab["newcomer"]}


def listed(store: Store, interest: str = "multimodal learning", **query: Any) -> set[str]:
    return {
        row["author_id"]
        for row in answers.find_advisors(store, Query(interest, demo_today(), top=2000, **query)).results
    }


def test_those_who_recruit_say_so(store: Store) -> None:
    for interest in demo_interests():
        assert all(
            PEOPLE[id_]["recruiting"] in ("yes", "unknown age")
            for id_ in listed(store, interest, traits=("recruiting",))
        )
    assert demo_truth()["specials"]["newcomer"]["people"][0] in listed(store, traits=("recruiting",))
    assert demo_truth()["specials"]["negative_wins"]["people"][0] not in listed(store, traits=("recruiting",))


def test_new_professors_are_new(store: Store) -> None:
    found = set().union(*(listed(store, interest, traits=("new",)) for interest in demo_interests()))

    assert len(found) >= 8
    assert found <= NEW


def test_traits_add_up_and_every_one_left_out_is_counted(store: Store) -> None:
    both = listed(store, traits=("recruiting", "new"))
    assert both == listed(store, traits=("recruiting",)) & listed(store, traits=("new",))
    everybody = answers.find_advisors(store, Query("multimodal learning", demo_today()))
    some = answers.find_advisors(store, Query("multimodal learning", demo_today(), traits=("moved",)))
    assert some.total + sum(some.left_out.values()) == everybody.total + sum(everybody.left_out.values())


def test_not_at_ones_own_university(store: Store) -> None:
    home = demo_truth()["institutions"][demo_truth()["specials"]["newcomer"]["new_employer"]]["name"]
    left = listed(store) - listed(store, not_at=(home.upper()[4:],))

    assert demo_truth()["specials"]["newcomer"]["people"][0] in left
    for row in answers.find_advisors(store, Query("multimodal learning", demo_today(), top=2000)).results:
        assert (row["author_id"] in left) == any(post["institution"] == home for post in row["current"])


def test_a_trait_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="recruiting, moved, new"):
        Query("owls", demo_today(), traits=("tall",))  # type: ignore[arg-type]
