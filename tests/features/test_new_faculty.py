"""Who is a new professor: from small frames of posts. Precision first: what is not said is not said."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.features.new_faculty import detect_new_faculty
from finder.resolution.affiliation_end_dates import since_to_date

TODAY = date(2026, 11, 1)
SCHEMA = {
    "author": pl.UInt32,
    "institution": pl.UInt32,
    "name": pl.String,
    "kind": pl.String,
    "country": pl.String,
    "role": pl.String,
    "stated": pl.Boolean,
    "current": pl.Boolean,
    "first": pl.Date,
    "last": pl.Date,
    "since": pl.String,
    "record": pl.Int64,
    "source": pl.String,
}
PLACES = {"Uni A": 1, "Uni B": 2, "Brightloom": 3}


def post(role: str | None, since: str | None, at: str = "Uni A", until: date = TODAY, **more: Any) -> dict[str, Any]:
    first = pl.select(since_to_date(pl.lit(since))).item() if since else until
    return {
        "author": 1,
        "institution": PLACES[at],
        "name": at,
        "kind": "company" if at == "Brightloom" else "education",
        "country": None,
        "role": role,
        "stated": role is not None,
        "current": until == TODAY,
        "first": first,
        "last": until,
        "since": since,
        "record": 7,
        "source": "orcid",
        **more,
    }


def found(*posts: dict[str, Any], led_since: int | None = None, as_of: date = TODAY) -> list[dict[str, Any]]:
    record = pl.DataFrame({"author": [1], "led_since": [led_since]}, {"author": pl.UInt32, "led_since": pl.Int32})
    return detect_new_faculty(pl.DataFrame(list(posts), SCHEMA), record, as_of).to_dicts()


ASSISTANT = post("Assistant Professor", "2025-09")
BEFORE = date(2025, 8, 31)


def test_a_first_stated_professorship_of_late() -> None:
    assert found(ASSISTANT, post("Research Scientist", "2021", "Brightloom", BEFORE)) == [
        {"author": 1, "since": "2025-09", "after": None, "evidence": 7, "source": "orcid", "institution": "Uni A"}
    ]


@pytest.mark.parametrize(
    "posts",
    [
        [post("Assistant Professor", None)],
        [post("Assistant Professor", "2023-01")],
        [post("Assistant Professor", "2025", stated=False)],
        [post("Assistant Professor", "2025-09", until=date(2026, 5, 1))],
        [ASSISTANT, post("Assistant Professor", "2021", "Uni B", BEFORE)],
        [ASSISTANT, post("Faculty", None, "Uni B")],
        [ASSISTANT, post("Professor", "2010", "Uni B")],
        [post("Associate Professor", "2025"), post("Assistant Professor", "2019", until=date(2024, 12, 31))],
        [post("Associate Professor", "2025")],
        [post("Faculty", "2025")],
        [post("Visiting Professor", "2025")],
        [post("Professor Emeritus", "2025")],
        [post("Adjunct Assistant Professor", "2025")],
        [post("Postdoc", "2025")],
        [post("Principal Research Scientist", "2025", "Brightloom")],
    ],
    ids=[
        "unknown start",
        "years ago",
        "not stated",
        "over",
        "professor elsewhere before",
        "faculty elsewhere, since?",
        "professor elsewhere at once",
        "promoted",
        "a rank that is rarely the first",
        "no rank",
        "visiting",
        "emeritus",
        "adjunct",
        "postdoc",
        "in a company",
    ],
)
def test_who_is_none(posts: list[dict[str, Any]]) -> None:
    assert found(*posts) == []


def test_a_long_record_of_leading_hides_a_post_that_nobody_mentions() -> None:
    assert found(ASSISTANT, led_since=2018) == []
    assert found(ASSISTANT, led_since=2024)


def test_leading_in_a_company_is_explained_where_the_company_is_stated() -> None:
    assert found(ASSISTANT, post("Research Scientist", "2018", "Brightloom", BEFORE), led_since=2018)


def test_a_higher_rank_is_the_first_where_something_else_is_stated_before_it() -> None:
    (new,) = found(
        post("Professor", "2025"), post("Senior Research Scientist", "2015", "Brightloom", date(2024, 12, 31))
    )

    assert new["since"] == "2025"


def test_it_is_news_for_three_years() -> None:
    assert found(ASSISTANT, as_of=date(2028, 8, 1))
    assert not found(ASSISTANT, as_of=date(2028, 10, 1))


ROLES = ["Assistant Professor", "Associate Professor", "Professor", "Faculty", "Postdoc", "Research Scientist", None]
some_posts = st.lists(
    st.builds(
        post,
        st.sampled_from(ROLES),
        st.sampled_from([None, "2015", "2022-04", "2024", "2025-09", "2026-07"]),
        st.sampled_from(list(PLACES)),
        st.sampled_from([TODAY, date(2026, 8, 1)]),
    ),
    max_size=5,
)
leading = st.none() | st.integers(2010, 2026)


@settings(deadline=None)
@given(posts=some_posts, led_since=leading)
def test_whoever_is_new_holds_a_dated_faculty_post_and_held_none_before(posts: Any, led_since: int | None) -> None:
    for new in found(*posts, led_since=led_since):
        # a company's "faculty" is none
        school = [p for p in posts if p["role"] == "Faculty" and p["kind"] == "education"]
        professor = [p for p in posts if "Professor" in (p["role"] or "")] + school
        assert new["since"] >= "2024"
        assert any(p["since"] == new["since"] and p["name"] == new["institution"] and p["current"] for p in professor)
        assert not [p for p in professor if p["since"] and p["since"] < new["since"][:4]]


@settings(deadline=None)
@given(posts=some_posts, led_since=leading)
def test_more_about_the_past_never_makes_a_newcomer_of_a_professor(posts: Any, led_since: int | None) -> None:
    assert found(*posts, post("Professor", "2012", "Uni B", date(2020, 12, 31)), led_since=led_since) == []


@settings(deadline=None)
@given(posts=some_posts, led_since=leading, seed=st.randoms(use_true_random=False))
def test_the_order_of_posts_does_not_matter(posts: Any, led_since: int | None, seed: Any) -> None:
    shuffled = list(posts)
    seed.shuffle(shuffled)

    assert found(*posts, led_since=led_since) == found(*shuffled, led_since=led_since)


# --- a student or postdoc before, a professor after ------------------------------------------------------------------


def seen(role: str, on: date, at: str = "Uni A") -> dict[str, Any]:
    """What somebody stated on a day, without saying since when."""
    return post(role, None, at, on)


def test_a_postdoc_who_states_a_first_professorship_later_became_one_in_between() -> None:
    before, after = seen("Postdoc", date(2024, 11, 1), "Uni B"), seen("Assistant Professor", date(2026, 3, 1))

    (row,) = found(before, after)
    assert (row["institution"], row["after"], row["since"]) == ("Uni A", "2024-11", "2026-03")


def test_a_work_at_the_new_place_narrows_the_time() -> None:
    shown = post(None, None, "Uni A", date(2025, 6, 1))
    statements = seen("PhD student", date(2024, 11, 1), "Uni B"), seen("Assistant Professor", date(2026, 3, 1))

    assert found(*statements, shown)[0]["since"] == "2025-06"


@pytest.mark.parametrize(
    "posts",
    [
        [seen("Postdoc", date(2024, 11, 1), "Uni B"), seen("Full Professor", date(2026, 3, 1))],
        [seen("Postdoc", date(2024, 11, 1), "Uni B"), seen("Visiting Assistant Professor", date(2026, 3, 1))],
        [seen("Researcher", date(2024, 11, 1), "Brightloom"), seen("Assistant Professor", date(2026, 3, 1))],
        [seen("Lecturer", date(2023, 11, 1)), seen("Postdoc", date(2024, 11, 1)), seen("Lecturer", date(2026, 3, 1))],
        [seen("PhD student", date(2018, 11, 1), "Uni B"), seen("Assistant Professor", date(2024, 3, 1))],
        [seen("Postdoc", date(2020, 11, 1), "Uni B"), seen("Assistant Professor", date(2022, 3, 1))],
    ],
    ids=["a rank that is rarely the first", "a visit", "no beginner", "faculty before", "maybe years ago", "years ago"],
)
def test_who_is_none_by_two_statements(posts: list[dict[str, Any]]) -> None:
    assert found(*posts) == []
