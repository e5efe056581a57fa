"""Where somebody was on a day: nothing that is dated later says anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import views
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
