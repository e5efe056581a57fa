"""Who is near a place, held to a computation of its own over the map that the world was built from."""

from __future__ import annotations

import math
from typing import Any

import pytest

from data.demo.builder.model import World
from finder import answers, demo_store
from finder.answers import Query, labs
from finder.answers.internships import find_internship_hosts
from finder.demo_metadata import demo_today
from finder.storage import Store

INTEREST = "multimodal learning"
MANY = 5000
Point = tuple[float, float]


@pytest.fixture(scope="session")
def lies(world: World) -> dict[str, Point]:
    return {f"openalex:{org.id}": (org.latitude, org.longitude) for org in world.organisations}


def away(one: Point, other: Point) -> float:
    """By the angle between two vectors: nothing of the finder's own way."""
    (a, b), (c, d) = ((math.radians(x) for x in point) for point in (one, other))
    cross = math.hypot(
        math.cos(c) * math.sin(d - b), math.cos(a) * math.sin(c) - math.sin(a) * math.cos(c) * math.cos(d - b)
    )
    along = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(d - b)
    return 6371.0088 * math.atan2(cross, along)


def rows(store: Store, **query: Any) -> tuple[list[dict[str, Any]], int, int]:
    answer = answers.find_advisors(store, Query(INTEREST, demo_today(), top=MANY, **query))
    return answer.results, answer.total, sum(answer.left_out.values())


def test_every_institution_lies_where_it_was_put(store: Store, world: World, lies: dict[str, Point]) -> None:
    table = store.snapshots.current_snapshot().load_table("institutions")
    cities = {f"openalex:{org.id}": org.city for org in world.organisations}
    known = {
        id_: (city, (north, east))
        for id_, city, north, east in table.select("institution_id", "city", "latitude", "longitude").iter_rows()
    }

    assert known == {id_: (cities[id_], lies[id_]) for id_ in known}
    assert len(known) >= 119


@pytest.mark.parametrize("within", [1, 120, 300, 1500, 9000])
@pytest.mark.parametrize(
    ("near", "countries"),
    [("Kessafeld", ()), ("52.52,13.405", ("DE", "PL")), ("Berlin", ()), ("0,-170", ()), ("Universität Tamiburg", ())],
)
def test_just_those_are_listed_whose_nearest_current_post_is_near(
    store: Store, lies: dict[str, Point], near: str, countries: tuple[str, ...], within: int
) -> None:
    everybody, total, others = rows(store, countries=countries)
    answer = answers.find_advisors(
        store, Query(INTEREST, demo_today(), top=MANY, countries=countries, near=near, within=within)
    )
    assert answer.near
    centre = (answer.near["latitude"], answer.near["longitude"])
    nearest = {
        row["author_id"]: min((away(lies[post["institution_id"]], centre) for post in row["current"]), default=None)
        for row in everybody
    }
    found = {row["author_id"]: row["km"] for row in answer.results}

    # the answer tells its point to four decimals: ten metres
    edge = {id_ for id_, km in nearest.items() if km is not None and abs(km - within) < 0.02}
    assert found.keys() - edge == {id_ for id_, km in nearest.items() if km is not None and km <= within} - edge
    assert all(abs(km - (nearest[id_] or 0.0)) <= 0.52 for id_, km in found.items())
    assert answer.total == len(answer.results)
    assert answer.total + sum(answer.left_out.values()) == total + others


def test_order_and_scores_are_those_of_the_whole_list(store: Store) -> None:
    everybody, *_ = rows(store)
    some, *_ = rows(store, near="Kessafeld", within=400)
    order = [row["author_id"] for row in everybody]

    assert len(some) > 5
    assert [row["author_id"] for row in some] == [id_ for id_ in order if id_ in {row["author_id"] for row in some}]
    scores = {row["author_id"]: row["score"] for row in everybody}
    assert all(scores[row["author_id"]] == row["score"] for row in some)


def test_labs_and_hosts_near_by_add_up_too(store: Store, lies: dict[str, Point]) -> None:
    query, near = (
        Query(INTEREST, demo_today(), top=MANY),
        Query(INTEREST, demo_today(), top=MANY, near="Kessafeld", within=250),
    )
    for ask in (labs.find_labs, find_internship_hosts):
        whole, some = ask(store, query), ask(store, near)
        assert some.near
        centre = (some.near["latitude"], some.near["longitude"])
        assert 0 < some.total < whole.total
        assert some.total + sum(some.left_out.values()) == whole.total + sum(whole.left_out.values())
        for row in some.results:
            places = [row] if ask is labs.find_labs else row["current"]
            assert row["km"] == round(min(away(lies[place["institution_id"]], centre) for place in places))
            assert row["km"] <= 250


def test_a_world_of_before_is_asked_anew_in_full(store: Store) -> None:
    store.set_meta("world", "older")
    before = store.records.count_by_source()
    with store.connection:
        store.connection.execute("delete from record where kind = 'institution'")
    demo_store.open_demo_store(store.home.parent, lambda _: None).close()

    assert store.records.count_by_source() == before
