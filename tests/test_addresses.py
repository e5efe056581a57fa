"""The country that an address names."""

from __future__ import annotations

import json

import pytest
from shared import SHARED, needs_shared

from finder.addresses import address_country, territory_outside_china


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("University of Hestor, Graz, Austria", "AT"),
        ("Hsinchu 30013 Taiwan", "TW"),
        ("Taipei, Taiwan, China", "TW"),
        ("Kowloon, Hong Kong SAR, P.R. China", "HK"),
        ("Hestor University of Hong Kong, Shenzhen, China", "CN"),
        ("Taipa, Macau", "MO"),
        ("Beijing 100084 China", "CN"),
        ("Ann Arbor, MI", "US"),
        ("Palo Alto, CA 94304", "US"),
        ("Toronto, ON M5S 1A1", "CA"),
        ("Sydney NSW 2006", "AU"),
        ("Vancouver, WA", "US"),
        ("Vancouver, BC", "CA"),
        ("Berlin, DE", "DE"),
        ("Newark, DE", "US"),
        ("Chennai, IN", "IN"),
        ("Atlanta, Georgia", "US"),
        ("Batumi, Georgia", "GE"),
        ("Oslo", "NO"),
        ("Hestor AI, Zürich", "CH"),
    ],
)
def test_the_country_of_an_address(address: str, code: str) -> None:
    assert address_country(address) == code


@pytest.mark.parametrize(
    "address",
    ["Cambridge", "Springfield, IN", "University of New Mexico", "School of EE, Hestor", "Remote", "Mila", ""],
)
def test_a_word_that_may_be_something_else_is_no_country(address: str) -> None:
    assert address_country(address) is None


def test_names_in_another_language_are_read_on_demand() -> None:
    assert address_country("Lisboa", names=True) == "PT"


def test_what_lists_file_under_china() -> None:
    assert [
        territory_outside_china(text) for text in ("Hestor University of Macau", "Taipei Hestor", "Hestor University")
    ] == [
        "MO",
        "TW",
        None,
    ]


@needs_shared
def test_towns_of_the_shared_cases() -> None:
    lines = (SHARED / "cases" / "places.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = [
        case for case in map(json.loads, lines) if address_country(case["location"], names=True) != case["expected"]
    ]

    assert lines
    assert wrong == []
