"""With whom somebody writes, and who of these write with each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import answers
from tests.worlds import author, stored, work

DAY = date(2026, 11, 1)
ADA = author("Ada Senior", "openalex:A1")


def tied(store: object, day: date = DAY) -> dict[frozenset[str], int]:
    card = answers.person_profile(store, "openalex:A1", day)  # type: ignore[arg-type]
    people = [one["name"] for one in card["coauthors"]]
    return {frozenset((people[tie["one"]], people[tie["other"]])): tie["works"] for tie in card["coauthor_ties"]}


def test_works_that_two_coauthors_wrote_with_or_without_somebody_count(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", ADA, "Bo Friend", "Cy Friend", date="2014-01-01"),
        work("Two", "Bo Friend", "Cy Friend", date="2025-01-01"),
        work("Three", ADA, "Di Alone", date="2025-01-01"),
        work("Four", "Di Alone", "Nobody They Know", date="2025-01-01"),
    )
    assert tied(store) == {frozenset(("Bo Friend", "Cy Friend")): 2}
    assert tied(store, date(2020, 1, 1)) == {frozenset(("Bo Friend", "Cy Friend")): 1}


def test_a_crowd_ties_nobody(tmp_path: Path) -> None:
    crowd = [f"{letter}{other} Member" for letter in "ABCDEFGHIJ" for other in "abcdefghijkl"]
    assert tied(stored(tmp_path, work("All of us", ADA, *crowd))) == {}
