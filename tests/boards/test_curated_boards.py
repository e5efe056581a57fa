"""The curated boards: on known platforms, once each, with evidence and when it was seen."""

from __future__ import annotations

import re

import pytest
from test_every_board import asked

from finder import reference_data
from finder.source import discover_sources

ROWS = reference_data.load_reference_rows("boards")


def test_each_board_is_listed_once_on_a_known_platform() -> None:
    keys = [(row["platform"], row["token"]) for row in ROWS]

    assert len(set(keys)) == len(keys) >= 20
    assert {platform for platform, _ in keys} <= set(discover_sources("finder.boards"))


@pytest.mark.parametrize("row", ROWS, ids=[row["token"] for row in ROWS])
def test_each_row_says_how_it_is_known_and_when_that_was_seen(row: dict[str, str]) -> None:
    assert row["organisation"]
    assert row["evidence"]
    assert re.fullmatch(r"20\d\d(-\d\d-\d\d)?", row["seen"])


@pytest.mark.parametrize("row", ROWS, ids=[row["token"] for row in ROWS])
def test_each_token_is_one_that_its_platform_can_ask_for(row: dict[str, str]) -> None:
    door, _ = asked(discover_sources("finder.boards")[row["platform"]], f"board:{row['platform']}/{row['token']}")

    assert len(door.asked) == 1
    assert " " not in door.asked[0][0]


def test_places_are_countries_that_exist_and_named_once_of_a_kind() -> None:
    rows = reference_data.load_reference_rows("places")

    assert {row["country"] for row in rows} <= reference_data.country_codes()
    assert {row["kind"] for row in rows} == {"town", "region", "code"}
    assert len({(row["kind"], row["place"].casefold()) for row in rows}) == len(rows)
