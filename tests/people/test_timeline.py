"""Where somebody was on a day: nothing that is dated later says anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import views
from finder.views import Wish, printed
from tests.worlds import stored, work


def test_a_post_seen_again_later_was_not_held_in_between(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work(
            "Early work at the first place", "Ada Vell @ Uni A", "Bo Rask", date="2019-01-01", url="https://a.org/2019"
        ),
        work("Work at the second place", "Ada Vell @ Uni B", "Bo Rask", date="2022-01-01", url="https://b.org/2022"),
        work("Back at the first place", "Ada Vell @ Uni A", "Bo Rask", date="2025-01-01", url="https://a.org/2025"),
    )
    then = views.person(store, "Ada Vell", date(2022, 12, 31))
    now = views.person(store, "Ada Vell", date(2025, 12, 31))

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
    (post,) = views.person(store, "Ada Vell", date(2025, 1, 1))["current"]

    assert (post["since"], post["until"], post["count"]) == ("2020-03", "2024-03", 3)


def test_a_place_that_nothing_has_shown_of_late_says_when_it_was_seen(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("Silent flight of owls", "Ada Vell @ Uni A", "Bo Rask @ Uni B", date="2020-04-01"),
        work("Silent flight of young owls", "Bo Rask @ Uni B", "Ada Vell", date="2025-03-01"),
    )
    seen = date(2025, 12, 31)
    ada, bo = (views.person(store, name, seen) for name in ("Ada Vell", "Bo Rask"))
    assert ["now: Uni A, last seen there 2020-04 (" in printed.card(ada), ada["current"][0]["old"]] == [True, True]
    assert ["last seen there" in printed.card(bo), bo["current"][0]["old"]] == [False, False]

    listed = views.advisors(store, Wish("silent flight of owls", seen)).results
    told = {row["name"]: row["why"] for row in listed}
    assert "at Uni A, last seen there 2020-04;" in told["Ada Vell"]
    assert "last seen there" not in told["Bo Rask"]
