"""Near a place: what is meant by it, and who and what is listed then."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder import answers, gazetteer
from finder.answers import Query, geo_filter, openings
from finder.answers.openings import OpeningFilter
from finder.errors import UsageError
from finder.model import Affiliation, Authorship, Board, Institution, Posting, Record
from finder.rendering import answer_text
from finder.storage import Store
from tests.worlds import NOW, copied, stored, work

TODAY = date(2026, 11, 1)
_number = count(1)


def uni(name: str, city: str | None, country: str, latitude: float, longitude: float) -> Institution:
    id_ = f"openalex:I{next(_number)}"
    return Institution(
        "openalex", id_, name, ids=(id_,), country=country, city=city, latitude=latitude, longitude=longitude
    )


def at(*places: Institution) -> list[Record]:
    """One author at each of these institutions, and one at a place that nobody knows."""
    works = [
        work(
            f"On owls {place.name}",
            Authorship(
                f"At {place.name}", affiliations=(Affiliation(place.name, id=place.ids[0], country=place.country),)
            ),
        )
        for place in places
    ]
    return [*works, work("On owls", "Nemo Nescio @ Unmapped College"), *places]


def made(home: Path, *places: Institution) -> Store:
    return stored(home, *at(*places))


PLACES = [
    uni("Uni Oldtown", "Oldtown", "DE", 52.0, 13.0),
    uni("Oldtown Polytechnic", "Oldtown", "DE", 52.2, 13.0),
    uni("Uni Saint-Égal", "Saint-Égal", "FR", 48.0, 2.0),
    uni("Twin College", "Twinford", "GB", 51.0, 0.0),
    uni("Twin University", "Twinford", "US", 42.0, -71.0),
    uni("Far East Springs", "Springs", "US", 30.0, -80.0),
    uni("Far West Springs", "Springs", "US", 40.0, -120.0),
    uni("Fiji One", "Dateville", "FJ", -17.0, 179.9),
    uni("Fiji Two", "Dateville", "FJ", -17.0, -179.9),
    uni("Named Elsewhere", None, "DE", 50.0, 8.0),
]
EVERYWHERE = at(*PLACES)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return copied(tmp_path, *EVERYWHERE)


def place(store: Store, text: str) -> geo_filter.GeoPlace:
    found = geo_filter.resolve_geo_filter(store.snapshots.current_snapshot(), text, None)
    assert found
    return found.place


@pytest.mark.parametrize(
    ("typed", "name", "point"),
    [
        ("52.5,13.4", "52.5, 13.4", (52.5, 13.4)),
        (" -17.5 , 178 ", "-17.5, 178", (-17.5, 178)),
        ("uni oldtown", "Uni Oldtown", (52.0, 13.0)),
        ("Oldtown", "Oldtown, DE", (52.1, 13.0)),
        ("oldtown, germany", "Oldtown, DE", (52.1, 13.0)),
        ("saint-egal", "Saint-Égal, FR", (48.0, 2.0)),
        ("Twinford, US", "Twinford, US", (42.0, -71.0)),
        ("Named Elsewhere", "Named Elsewhere", (50.0, 8.0)),
        ("Named Elsewhere, DE", "Named Elsewhere", (50.0, 8.0)),
        ("Dateville", "Dateville, FJ", (-17.0, 180.0)),
        ("Potsdam", "Potsdam, DE", (52.399, 13.066)),  # no institution there: from the gazetteer
        ("München", "Munich, DE", (48.137, 11.576)),
        ("Cambridge, GB", "Cambridge, GB", (52.2, 0.117)),
    ],
)
def test_what_is_meant(store: Store, typed: str, name: str, point: tuple[float, float]) -> None:
    found = place(store, typed)

    assert found.name == name
    assert found.latitude == pytest.approx(point[0], abs=0.01)
    assert abs(found.longitude) == pytest.approx(abs(point[1]), abs=0.01)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Twinford", "Twinford, GB / Twinford, US"),
        ("Cambridge", "Cambridge, GB / Cambridge, CA / Cambridge, US"),
        ("Springs", "Far East Springs, Far West Springs"),
        ("Xyzzyville", "collect an interest first"),
        ("Oldtown, FR", "It is known in DE"),
        ("52.5,200", "latitude, then longitude"),
        ("95,20", "latitude, then longitude"),
        ("Springfield, US", "by coordinates"),
    ],
)
def test_what_is_not_clear_is_refused_with_what_to_do(store: Store, typed: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        place(store, typed)
    assert told in str(error.value)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="--within goes with --near"):
        Query("owls", TODAY, within=5)
    for within in (0, 30_000):
        with pytest.raises(UsageError, match="kilometres between"):
            Query("owls", TODAY, near="Berlin", within=within)


def test_those_without_a_known_place_are_counted_apart(store: Store) -> None:
    answer = answers.find_advisors(store, Query("owls", TODAY, near="Oldtown", within=20))

    assert {row["name"]: row["km"] for row in answer.results} == {"At Uni Oldtown": 11, "At Oldtown Polytechnic": 11}
    assert answer.left_out == {"further than 20 km": 8, "without a known place": 1}
    assert answer.near
    assert (answer.near["place"], answer.near["within"], answer.near["remedy"]) == ("Oldtown, DE", 20, None)
    assert ", 11 km" in answer_text.render_advisor_answer(answer, "table")
    assert answer_text.render_advisor_answer(answer, "csv").splitlines()[1].endswith(",11")


def test_without_the_filter_nothing_changes(store: Store) -> None:
    answer = answers.find_advisors(store, Query("owls", TODAY))

    assert (answer.total, answer.near, answer.left_out) == (11, None, {})
    assert not any("km" in row or "km" in row["current"][0] for row in answer.results)


def test_the_nearest_of_two_current_posts_counts(tmp_path: Path) -> None:
    here, there = uni("Uni Here", "Here", "DE", 52.0, 13.0), uni("Uni There", "There", "US", 40.0, -100.0)
    both = tuple(Affiliation(each.name, id=each.ids[0]) for each in (there, here))
    old = Authorship("Moved Away", ("openalex:A7",), affiliations=both[1:])
    new = Authorship("Moved Away", ("openalex:A7",), affiliations=both[:1])
    store = stored(
        tmp_path,
        work("On owls", Authorship("Two Posts", affiliations=both)),
        here,
        there,
        work("Owls before", old, date="2019-05-01"),
        work("Owls now", new, date="2026-05-01"),
    )
    (row,) = answers.find_advisors(store, Query("owls", TODAY, near="Here", within=10)).results

    assert (row["name"], row["km"]) == ("Two Posts", 0)
    assert sorted(post["km"] for post in row["current"]) == [0, 7917]


def test_where_no_place_of_anybody_is_known_that_and_the_remedy_are_said(tmp_path: Path) -> None:
    store = stored(tmp_path, work("On owls", "Ada Vell @ Uni A, DE"), work("On owls again", "Bo Rask @ Uni B, DE"))
    answer = answers.find_advisors(store, Query("owls", TODAY, near="Berlin"))

    assert (answer.total, answer.left_out) == (0, {"without a known place": 2})
    assert answer.near
    assert "finder collect “owls”" in answer.near["remedy"]
    assert "Conference files" in answer_text.render_advisor_answer(answer, "table")
    with pytest.raises(UsageError, match="collect an interest first"):
        answers.find_advisors(store, Query("owls", TODAY, near="Xyzzyville"))


def posting(number: int, *locations: str, countries: tuple[str, ...] = ()) -> Posting:
    return Posting(
        "greenhouse",
        f"b/{number}",
        "board:greenhouse/b",
        f"PhD position on owls {number}",
        f"https://boards.example/{number}",
        "Brightloom Labs",
        "Owls.",
        locations,
        countries,
    )


def test_openings_by_the_places_that_they_name(store: Store) -> None:
    known = {
        posting(1, "Potsdam, Germany", countries=("DE",)): 34,
        posting(2, "Remote"): None,
        posting(3): None,
        posting(4, "Paris (hybrid), France", "Oldtown, Germany", countries=("FR", "DE")): 0,
        posting(5, "Springfield, United States", countries=("US",)): None,
        posting(6, "Portland, OR", countries=("US",)): 8364,
        posting(7, "Berlin, Germany", "Berlin, US", countries=("DE", "US")): 55,
    }
    board = Board("Brightloom Labs", "greenhouse", "b")
    store.postings.register_boards([board])
    store.postings.record_crawl(board, known, NOW, complete=True)
    everything = openings.find_openings(store, "owls", TODAY, top=50)
    found = openings.find_openings(store, "owls", TODAY, OpeningFilter(near="Oldtown", within=60), 50)
    far = openings.find_openings(store, "owls", TODAY, OpeningFilter(near="Oldtown", within=20_000), 50)
    number = {row["title"]: int(row["title"].split()[-1]) for row in everything.results}

    assert everything.total == len(known)
    assert {number[row["title"]]: row["km"] for row in far.results} == {
        int(one.title.split()[-1]): km for one, km in known.items() if km is not None
    }
    assert {number[row["title"]] for row in found.results} == {1, 4, 7}
    assert found.left_out == {"further than 60 km": 1, "without a known place": 3}
    assert ", 34 km" in answer_text.render_openings(found)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(min_size=1, max_size=30))
def test_whatever_is_typed_is_a_place_or_refused(store: Store, typed: str) -> None:
    try:
        found = geo_filter.resolve_geo_filter(store.snapshots.current_snapshot(), typed, None)
    except UsageError:
        return
    assert found is None or abs(found.place.latitude) <= 90


def test_the_gazetteer_names_the_one_that_is_meant() -> None:
    assert [city.country for city in gazetteer.find_cities("Berlin")] == ["DE"]
    assert [city.region for city in gazetteer.find_cities("Portland", "US", ["ME"])] == ["ME"]
    assert gazetteer.find_cities("Xyzzyville") == []
    assert {city.country for city in gazetteer.find_cities("Cambridge")} >= {"GB", "US"}
