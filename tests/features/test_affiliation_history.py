"""Where somebody was on a day: nothing that is dated later says anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import answers
from finder.answers import Query
from finder.model import Affiliation, Authorship, Work
from finder.rendering import answer_text
from tests.worlds import author, put, stored, work


def test_a_post_seen_again_later_was_not_held_in_between(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work(
            "Early work at the first place", "Ada Vell @ Uni A", "Bo Rask", date="2019-01-01", url="https://a.org/2019"
        ),
        work("Work at the second place", "Ada Vell @ Uni B", "Bo Rask", date="2022-01-01", url="https://b.org/2022"),
        work("Back at the first place", "Ada Vell @ Uni A", "Bo Rask", date="2025-01-01", url="https://a.org/2025"),
    )
    then = answers.person_profile(store, "Ada Vell", date(2022, 12, 31))
    now = answers.person_profile(store, "Ada Vell", date(2025, 12, 31))

    assert [post["institution"] for post in then["current"]] == ["Uni B"]
    assert [(p["institution"], p["until"], p["url"]) for p in then["previous"]] == [
        ("Uni A", "2019-01", "https://a.org/2019")
    ]
    assert [post["institution"] for post in now["current"]] == ["Uni A"]


def test_one_post_is_one_row_from_first_to_last_seen(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        *[
            work(f"Work number {y} of a series", "Ada Vell @ Uni A", "Bo Rask", date=f"{y}-03-01")
            for y in (2020, 2022, 2024)
        ],
    )
    (post,) = answers.person_profile(store, "Ada Vell", date(2025, 1, 1))["current"]

    assert (post["since"], post["until"], post["count"]) == ("2020-03", "2024-03", 3)


def test_a_place_that_nothing_has_shown_of_late_says_when_it_was_seen(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("Silent flight of owls", "Ada Vell @ Uni A", "Bo Rask @ Uni B", date="2020-04-01"),
        work("Silent flight of young owls", "Bo Rask @ Uni B", "Ada Vell", date="2025-03-01"),
    )
    seen = date(2025, 12, 31)
    ada, bo = (answers.person_profile(store, name, seen) for name in ("Ada Vell", "Bo Rask"))
    assert ["last: Uni A (2020-04 to 2020-04" in answer_text.render_person_card(ada), ada["current"][0]["old"]] == [
        True,
        True,
    ]
    assert ["now: Uni B (" in answer_text.render_person_card(bo), bo["current"][0]["old"]] == [True, False]
    assert "now:" not in answer_text.render_person_card(ada)

    listed = answers.find_advisors(store, Query("silent flight of owls", seen)).results
    told = {row["name"]: row["why"] for row in listed}
    assert "; last seen at Uni A in 2020;" in told["Ada Vell"]
    assert "; at Uni B;" in told["Bo Rask"]
    table = answer_text.render_advisor_table(answers.find_advisors(store, Query("silent flight of owls", seen)))
    assert ["last seen at Uni A in 2020" in table, "last seen at Uni B" in table] == [True, False]


def test_a_place_of_years_ago_tells_the_country_and_nothing_else(tmp_path: Path) -> None:
    def at(place: str, country: str) -> Authorship:
        return Authorship("Ada Vell", ("orcid:1",), (Affiliation(place, country=country, kind="company"),))

    store = stored(
        tmp_path,
        *(work(f"Wings of {n}", at("Brightloom Inc", "SE"), "Bo Rask", date=f"{n}-04-01") for n in (2018, 2019, 2020)),
        work("Silent flight of owls", at("Brightloom Inc", "SE"), "Bo Rask", date="2021-04-01"),
        work("Silent flight of pale owls", at("Ruve Inc", "FR"), "Bo Rask", date="2022-03-01"),
        work("Silent flight of old owls", at("Ruve Inc", "FR"), "Bo Rask", date="2022-10-01"),
        work("Silent flight of grey owls", at("Ruve Inc", "FR"), "Bo Rask", date="2022-11-01"),
        work("Silent flight of young owls", Authorship("Ada Vell", ("orcid:1",)), "Bo Rask", date="2025-11-01"),
    )

    def asked(day: date, **query: object) -> list[str]:
        rows = answers.find_advisors(store, Query("silent flight of owls", day, **query)).results  # type: ignore[arg-type]
        return [row["name"] for row in rows if row["name"] == "Ada Vell"]

    early, late = date(2023, 1, 1), date(2025, 1, 1)
    assert [asked(day, countries=("FR",)) for day in (early, late)] == [["Ada Vell"]] * 2
    assert [asked(day, kind="industry") for day in (early, late)] == [["Ada Vell"], []]
    assert [asked(day, traits=("moved",)) for day in (early, late)] == [["Ada Vell"], []]


def test_one_sighting_does_not_displace_a_place_seen_for_years(tmp_path: Path) -> None:
    years = [work(f"Work of {n}", "Ada Vell @ Uni A", "Bo Rask", date=f"202{n}-01-01") for n in range(5)]
    once = work("Elsewhere once", "Ada Vell @ Uni B", "Bo Rask", date="2025-01-01")
    twice = work("Elsewhere again", "Ada Vell @ Uni B", "Bo Rask", date="2025-09-01")
    seen = date(2025, 12, 31)
    store = stored(tmp_path, *years, once)
    both = answers.person_profile(store, "Ada Vell", seen)["current"]
    put(store, twice)
    then = answers.person_profile(store, "Ada Vell", seen)["current"]

    assert [post["institution"] for post in both] == ["Uni B", "Uni A"]
    assert [post["institution"] for post in then] == ["Uni B"]


def test_only_what_was_seen_since_displaces_a_place_seen_for_years(tmp_path: Path) -> None:
    def at(store: str, *more: Work) -> list[str]:
        years = [work(f"Work of {n}", "Ada Vell @ Uni A", "Bo Rask", date=f"202{n}-01-01") for n in range(5)]
        found = answers.person_profile(stored(tmp_path / store, *years, *more), "Ada Vell", date(2025, 12, 31))[
            "current"
        ]
        return sorted(post["institution"] for post in found)

    def stating(day: str) -> Work:
        return work("Stated", author("Ada Vell @ Uni B", role="Professor"), "Bo Rask", date=day)

    beside = work("Beside", "Ada Vell @ Uni B", "Bo Rask", date="2023-06-01")
    later = work("Later", "Ada Vell @ Uni B", "Bo Rask", date="2025-01-01")
    other = work("Yet elsewhere", "Ada Vell @ Uni C", "Bo Rask", date="2025-03-01")
    # what was seen before the last time at the old place says nothing of it, nor do two places once each
    assert at("once", beside, later) == ["Uni A", "Uni B"]
    assert at("two", later, other) == ["Uni A", "Uni B", "Uni C"]
    assert at("again", later, other, work("Again", "Ada Vell @ Uni B", "Bo Rask", date="2025-06-01")) == [
        "Uni B",
        "Uni C",
    ]
    # a statement of about that time may be of a second post of somebody seen very often
    assert at("stated", stating("2024-05-01")) == ["Uni B"]
    many = [work(f"More of {n}", "Ada Vell @ Uni A", "Bo Rask", date="2024-01-01") for n in range(10)]
    assert at("steady", stating("2024-05-01"), *many) == ["Uni A", "Uni B"]
    assert at("moved", stating("2025-05-01")) == ["Uni B"]


def test_a_place_that_somebody_came_to_beside_a_stated_post_is_held_with_it(tmp_path: Path) -> None:
    def now(store: str, *works: Work) -> list[str]:
        found = answers.person_profile(stored(tmp_path / store, *works), "Ada Vell", date(2025, 12, 31))["current"]
        return sorted(post["institution"] for post in found)

    def stating(day: str) -> Work:
        return work(f"Stated {day}", author("Ada Vell @ Firm B", role="Researcher"), "Bo Rask", date=day)

    def seen(*days: str) -> list[Work]:
        return [work(f"Seen {day}", "Ada Vell @ Uni A", "Bo Rask", date=day) for day in days]

    stated = stating("2023-11-01"), stating("2024-11-01")
    assert now("beside", *stated, *seen("2024-01-01", "2024-07-01")) == ["Firm B", "Uni A"]
    assert now("once", *stated, *seen("2024-07-01")) == ["Firm B"]
    assert now("before", *stated, *seen("2023-01-01", "2024-07-01")) == ["Firm B"]
    assert now("past", *stated, *seen("2024-01-01", "2024-02-01")) == ["Firm B"]
