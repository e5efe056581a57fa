"""Who could introduce one to somebody: people and works by name, and who must never be on a chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from finder import answers
from finder.answers import introductions
from finder.errors import UsageError
from finder.privacy import person_erasure
from finder.publication import resolve_and_publish
from finder.storage import Store
from tests.worlds import NOW, author, stored, work

DAY = date(2026, 11, 1)
BO, CY = author("Bo Bridge", "openalex:A2"), author("Cy Detour", "openalex:A3")


@pytest.fixture
def chained(tmp_path: Path) -> Iterator[Store]:
    """Ada knows the goal by way of Bo, of late, and by way of Cy, long ago."""
    ada, goal = author("Ada Senior", "openalex:A1"), author("Gil Goal", "openalex:A9")
    with stored(
        tmp_path,
        work("Old bridge", ada, BO, date="2011-01-01"),
        work("New bridge", ada, BO, date="2024-01-01"),
        work("Far bank", BO, goal, date="2023-01-01", url="https://example.org/far"),
        work("Detour one", ada, CY, date="2025-01-01"),
        work("Detour two", CY, goal, date="2015-01-01"),
        work("Alone", author("Una Alone", "openalex:A5"), date="2025-01-01"),
    ) as store:
        yield store


def ways(store: Store, *own: str, to: str = "Gil Goal", day: date = DAY) -> list[list[str]]:
    found = introductions.find_introductions(store, own, to, day)
    return [[one["name"] for one in chain["people"]] for chain in found.chains]


def test_chains_name_people_and_the_newest_work_of_each_link(chained: Store) -> None:
    found = introductions.find_introductions(chained, ["Ada Senior"], "openalex:A9", DAY)
    first = found.chains[0]
    assert [one["name"] for one in first["people"]] == ["Ada Senior", "Bo Bridge", "Gil Goal"]
    assert [(link["title"], link["date"], link["url"]) for link in first["links"]] == [
        ("New bridge", "2024-01-01", None),
        ("Far bank", "2023-01-01", "https://example.org/far"),
    ]
    assert ways(chained, "Ada Senior")[1] == ["Ada Senior", "Cy Detour", "Gil Goal"]
    assert ways(chained, "Ada Senior", day=date(2020, 1, 1)) == []
    assert introductions.introduction_sentence(found).startswith("2 links lead from your own people to Gil Goal")


def test_of_several_people_the_nearest_leads(chained: Store) -> None:
    assert ways(chained, "Ada Senior", "Cy Detour", "Una Alone") == [["Cy Detour", "Gil Goal"]]
    assert ways(chained, "Una Alone") == []
    found = introductions.find_introductions(chained, ["Gil Goal", "Ada Senior"], "Gil Goal", DAY)
    assert (found.chains, introductions.introduction_sentence(found)) == ((), "Gil Goal is one of your own people.")


def test_whoever_is_hidden_is_on_no_chain(chained: Store) -> None:
    chained.suppressions.add(answers.suppression_tokens(chained, "Bo Bridge"), NOW)
    resolve_and_publish(chained, NOW)
    assert ways(chained, "Ada Senior") == [["Ada Senior", "Cy Detour", "Gil Goal"]]


def test_whoever_is_forgotten_is_on_no_chain(chained: Store) -> None:
    for who in ("openalex:A2", "openalex:A3"):
        person_erasure.erase_person(chained, person_erasure.find_erasure_target(chained, who, NOW), NOW)
    found = introductions.find_introductions(chained, ["Ada Senior"], "Gil Goal", DAY)
    assert found.chains == ()
    assert introductions.introduction_sentence(found).startswith(
        "No chain of co-authors leads from Ada Senior to Gil Goal."
    )


def test_own_people_who_are_unknown_are_told_or_refused(chained: Store) -> None:
    with pytest.raises(UsageError, match="Nobody called Zed Nought"):
        ways(chained, "Zed Nought", "Ada Senior")
    found = introductions.find_introductions(chained, ["Zed Nought", "Ada Senior"], "Gil Goal", DAY, lenient=True)
    assert len(found.chains) == 2
    assert [why[:24] for why in found.unknown] == ["Nobody called Zed Nought"]
