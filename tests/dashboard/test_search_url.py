"""The address of a view: what is written is read back, and what makes no sense is left out with a note."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search_url import View, parse_search_url
from finder.features.stage import STAGES
from finder.ranking.advisor_score import PARTS, WEIGHTS

YEAR = 2026
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
views = st.builds(
    View,
    interest=st.lists(words, max_size=4).map(" ".join),
    country=st.lists(st.sampled_from(["DE", "FR", "US"]), unique=True).map(tuple),
    stage=st.lists(st.sampled_from(STAGES), unique=True).map(tuple),
    kind=st.sampled_from(["any", "faculty", "industry"]),
    since=st.none() | st.integers(1990, YEAR),
    top=st.integers(1, 500),
    without=st.lists(words, unique=True, max_size=3).map(tuple),
    traits=st.lists(st.sampled_from(["recruiting", "moved", "new"]), unique=True).map(tuple),
    not_at=st.lists(words, max_size=2).map(" ".join),
    near=st.lists(words, max_size=2).map(" ".join),
    within=st.none() | st.integers(1, 20_000),
    shape=st.sampled_from(["cards", "table"]),
    weights=st.dictionaries(st.sampled_from(PARTS), st.integers(0, 40).map(lambda n: n / 4)),
)


@given(views)
def test_what_is_written_is_read_back(view: View) -> None:
    query = {name: value if isinstance(value, list) else [value] for name, value in view.to_url_params().items()}
    assert parse_search_url(query, YEAR) == (view, [])


@given(
    st.dictionaries(st.sampled_from([*View().__dict__, *PARTS, "other"]), st.lists(st.text(max_size=20), max_size=3))
)
def test_no_address_breaks_the_page(query: dict[str, list[str]]) -> None:
    view, _ = parse_search_url(query, YEAR)
    if view.interest:
        assert view.to_advisor_query(date(YEAR, 11, 1), WEIGHTS, 4.0).interest == view.interest


def test_the_usual_view_has_an_empty_address() -> None:
    assert View().to_url_params() == {}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"country": ["XX"]}, "XX"),
        ({"stage": ["wizard"]}, "wizard"),
        ({"kind": ["pirate"]}, "pirate"),
        ({"traits": ["tall"]}, "tall"),
        ({"since": ["1066"]}, "1066"),
        ({"top": ["many"]}, "many"),
        ({"top": ["٣"]}, "٣"),
        ({"within": ["0"]}, "0"),
        ({"within": ["far"]}, "far"),
        ({"within": ["40000"]}, "40000"),
        ({"share": ["-1"]}, "-1"),
        ({"share": ["nan"]}, "nan"),
    ],
)
def test_what_makes_no_sense_is_told(query: dict[str, list[str]], told: str) -> None:
    view, notes = parse_search_url(query, YEAR)
    assert view == View()
    assert told in notes[0]


def test_kilometres_count_only_with_a_place() -> None:
    near, _ = parse_search_url({"interest": ["owls"], "near": [" Potsdam "], "within": ["27"]}, YEAR)
    nowhere, notes = parse_search_url({"interest": ["owls"], "within": ["27"]}, YEAR)
    wishes = [view.to_advisor_query(date(YEAR, 11, 1), WEIGHTS, 4.0) for view in (near, nowhere)]

    assert [(wish.near, wish.within) for wish in wishes] == [("Potsdam", 27), ("", None)]
    assert notes == []


def test_a_whole_day_means_its_year() -> None:
    assert parse_search_url({"since": ["2024-05-01"]}, YEAR)[0].since == 2024
