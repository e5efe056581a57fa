"""Who counts as somebody's student by the author lists, what is said of them, and who probably taught whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from finder.features import advisee_pairs, advisees
from tests.lists import COMPANY, ELSEWHERE, STAGES, UNI, Line, at, everybody, held, lists

TODAY = date(2026, 11, 1)
BEGINS = 2010
HEAD, PUPIL, OTHER, PEER = 1, 2, 3, 4

BEFORE: tuple[Line, ...] = (("2012-05-01", (HEAD, 9)), ("2014-05-01", (8, HEAD)))  # the head has been there for long


def led(
    authorships: pl.DataFrame, seen: pl.DataFrame | None = None, as_of: date = TODAY, **since: int
) -> list[tuple[int, int, bool]]:
    """Head, beginner and guest; ``since`` by the names of the constants."""
    years = {globals()[name]: year for name, year in since.items()}
    works = advisee_pairs.first_last_pairs(authorships, as_of)
    places = at() if seen is None else seen
    found = advisee_pairs.infer_advisees(works, authorships, everybody(authorships, years), places, as_of, BEGINS)
    return [row[:3] for row in found.iter_rows()]


def test_a_beginner_under_somebody_grown_is_led() -> None:
    assert led(lists(*BEFORE, ("2020-05-01", (PUPIL, OTHER, HEAD)))) == [(HEAD, PUPIL, False)]


@pytest.mark.parametrize(
    "works",
    [
        pytest.param([("2020-05-01", (PUPIL, HEAD, OTHER))], id="the head is not last"),
        pytest.param([("2020-05-01", (OTHER, PUPIL, HEAD))], id="the pupil is not first"),
        pytest.param([("2020-05-01", (PUPIL,))], id="alone"),
        pytest.param([("2020-05-01", (PUPIL, *range(20, 40), HEAD))], id="a crowd"),
        pytest.param([("2012-05-01", (PUPIL, 9)), ("2020-05-01", (PUPIL, HEAD))], id="published for eight years"),
        pytest.param(
            [("2018-01-01", (7, PUPIL)), ("2019-01-01", (6, PUPIL)), ("2020-05-01", (PUPIL, HEAD))], id="leads others"
        ),
    ],
)
def test_no_student(works: list[Line]) -> None:
    assert PUPIL not in [pupil for head, pupil, _ in led(lists(*BEFORE, *works)) if head == HEAD]


def test_alphabetical_lists_and_works_that_are_not_published_say_nothing() -> None:
    works = (*BEFORE, ("2020-05-01", (PUPIL, OTHER, HEAD)))
    assert led(lists(*works, alphabetical=[2])) == []
    assert led(lists(*works, unpublished=[2])) == []


def test_a_peer_professor_is_no_student() -> None:
    works = lists(*BEFORE, ("2020-05-01", (PEER, HEAD)))
    professor = at((PEER, UNI, "Associate Professor", "2019-09-01", "2020-09-01"))
    assert led(works) == [(HEAD, PEER, False)]
    assert led(works, professor) == []
    assert led(works, PEER=2011) == []


def test_a_stated_student_is_one_however_long_they_publish() -> None:
    works = lists(*BEFORE, ("2020-05-01", (PUPIL, HEAD)))
    student = at((PUPIL, UNI, "PhD student", "2019-09-01", "2020-09-01"))
    assert (HEAD, PUPIL, False) not in led(works, PUPIL=2010, HEAD=2005)
    assert (HEAD, PUPIL, False) in led(works, student, PUPIL=2010, HEAD=2005)
    assert (HEAD, PUPIL, False) not in led(works, student, PUPIL=2010)  # the head came later


def test_a_student_leads_nobody() -> None:
    works = lists(*BEFORE, ("2020-05-01", (PUPIL, HEAD)))
    assert led(works, at((HEAD, UNI, "PhD student", "2020-01-01", "2020-09-01"))) == []
    assert led(lists(("2019-05-01", (HEAD, 9)), ("2020-05-01", (PUPIL, HEAD)))) == []  # a year before is not grown


def test_where_the_store_begins_too_late_several_led_works_tell_who_is_grown() -> None:
    early = [(f"2010-0{month}-01", (10 + month, HEAD)) for month in (3, 4, 5)]
    assert (HEAD, 13, False) in led(lists(*early))
    assert led(lists(*early[:2])) == []


def test_guests_and_employees_are_told_apart() -> None:
    works = lists(*BEFORE, ("2020-05-01", (PUPIL, HEAD)))

    def seen(pupil: Sequence[int], head: Sequence[int]) -> list[tuple[int, int, bool]]:
        day = "2020-05-01"
        return led(works, at(*[(PUPIL, n, None, day, day) for n in pupil], *[(HEAD, n, None, day, day) for n in head]))

    assert seen([UNI], [UNI]) == [(HEAD, PUPIL, False)]
    assert seen([UNI], []) == [(HEAD, PUPIL, False)]  # unknown is not elsewhere
    assert seen([UNI], [UNI, COMPANY]) == [(HEAD, PUPIL, False)]
    assert seen([ELSEWHERE], [UNI]) == [(HEAD, PUPIL, True)]
    assert seen([UNI, COMPANY], [COMPANY]) == [(HEAD, PUPIL, True)]  # an intern
    assert seen([COMPANY], [COMPANY]) == []  # a colleague
    assert seen([], [COMPANY]) == []  # perhaps a colleague
    assert seen([], [COMPANY, UNI]) == [(HEAD, PUPIL, False)]


def test_an_intern_who_came_to_stay_is_no_guest() -> None:
    works = lists(*BEFORE, ("2020-05-01", (PUPIL, HEAD)), ("2022-05-01", (PUPIL, HEAD)))
    stay = at(
        (PUPIL, ELSEWHERE, None, "2020-05-01", "2020-05-01"),
        (HEAD, UNI, None, "2020-05-01", "2022-05-01"),
        (PUPIL, UNI, None, "2022-05-01", "2022-05-01"),
    )
    assert led(works, stay) == [(HEAD, PUPIL, False)]


# --- what is said of them ----------------------------------------------------------------------------------------


def told(authorships: pl.DataFrame, posts: pl.DataFrame, stages: Any = STAGES, as_of: date = TODAY) -> pl.DataFrame:
    works = advisee_pairs.first_last_pairs(authorships, as_of)
    pairs = advisee_pairs.infer_advisees(works, authorships, everybody(authorships), at(), as_of, BEGINS)
    return advisees.describe_advisees(works, pairs, authorships, posts, stages, as_of)


SERIES = (
    *BEFORE,
    ("2020-01-01", (PUPIL, HEAD)),
    ("2020-07-01", (PUPIL, OTHER, HEAD)),
    ("2021-07-01", (PUPIL, HEAD)),
    ("2025-07-01", (OTHER, PUPIL, HEAD)),
)


def test_numbers_of_a_student() -> None:
    row = told(lists(*SERIES), held((PUPIL, UNI, "2025-07-01"), (HEAD, UNI, "2026-01-01"))).row(
        by_predicate=pl.col("author") == PUPIL, named=True
    )
    assert (row["joint"], row["first"], row["last"]) == (3, date(2020, 1, 1), date(2021, 7, 1))
    assert row["works"] == [4, 3, 2]
    assert row["months"] == pytest.approx((182 + 365) / 2 / 30.44, abs=0.05)
    assert (row["recent"], row["together"], row["active"]) == (False, True, True)
    assert (row["still"], row["place"], row["went"]) == (True, "Place 0", "university")


def test_one_joint_work_has_no_typical_time() -> None:
    row = told(lists(*BEFORE, ("2020-01-01", (PUPIL, HEAD))), held()).row(0, named=True)
    assert row["months"] is None
    assert (row["place"], row["still"], row["went"], row["active"]) == (None, None, "unknown", False)


def test_where_somebody_was_long_ago_does_not_say_where_they_are() -> None:
    row = told(
        lists(*BEFORE, ("2020-01-01", (PUPIL, HEAD))), held((PUPIL, COMPANY, "2021-01-01"), (HEAD, UNI, "2026-01-01"))
    )
    assert row["fresh"].to_list() == [False]
    assert row["still"].to_list() == [None]
    assert row["went"].to_list() == ["unknown"]


@pytest.mark.parametrize(
    ("stage", "confidence", "where", "went"),
    [
        ("established faculty", 0.9, UNI, "faculty"),
        ("industry researcher", 0.9, UNI, "industry"),
        ("established faculty", 0.3, COMPANY, "faculty"),
        ("postdoc", 0.3, COMPANY, "industry"),
        ("student", 0.9, ELSEWHERE, "university"),
        ("student", 0.9, UNI, "student"),
        ("unknown", 0.0, UNI, "university"),
    ],
)
def test_where_they_went(stage: str, confidence: float, where: int, went: str) -> None:
    stages = pl.DataFrame([(PUPIL, stage, confidence)], schema=STAGES.schema, orient="row")
    posts = held((PUPIL, where, "2026-01-01"), (HEAD, UNI, "2026-01-01"))
    row = told(lists(*BEFORE, ("2025-01-01", (PUPIL, HEAD))), posts, stages).row(0, named=True)
    assert row["went"] == went


def test_a_place_from_before_the_joint_work_is_not_where_somebody_is_now() -> None:
    before, after = (told(lists(*SERIES), held((PUPIL, ELSEWHERE, day))) for day in ("2012-01-01", "2026-01-01"))
    places = [
        found.filter(pl.col("author") == PUPIL).select("place", "fresh", "went").row(0) for found in (before, after)
    ]

    assert places[0] == (None, None, "unknown")
    assert places[1][:2] == ("Place 2", True)


def test_the_summary_counts_guests_apart() -> None:
    found = told(lists(*SERIES, ("2025-05-01", (5, HEAD))), held())
    whole = advisees.summarize_advisees(found).row(0, named=True)
    assert (whole["students"], whole["guests"], whole["recent"], whole["together"]) == (3, 0, 2, 3)
    assert sum(whole[kind] for kind in advisees.WENT) == whole["students"]
    apart = advisees.summarize_advisees(found.with_columns(guest=pl.col("author") == PUPIL)).row(0, named=True)
    assert (apart["students"], apart["guests"], apart["months"]) == (2, 1, None)
    assert advisees.summarize_advisees(found.clear()).is_empty()


def test_advisors_are_those_last_on_most_early_works() -> None:
    works = lists(
        *BEFORE,
        ("2012-06-01", (OTHER, 9)),
        ("2013-06-01", (9, OTHER)),
        ("2020-01-01", (PUPIL, HEAD)),
        ("2021-01-01", (PUPIL, HEAD)),
        ("2021-06-01", (PUPIL, OTHER)),
        ("2022-01-01", (PUPIL, 77)),
        ("2030-01-01", (PUPIL, HEAD)),
    )
    found = advisee_pairs.first_last_pairs(
        works, TODAY, firsts=pl.DataFrame({"author": [PUPIL]}, schema={"author": pl.UInt32})
    )
    pairs = advisee_pairs.infer_advisees(found, works, everybody(works), at(), TODAY, BEGINS)
    said = advisees.infer_advisors(found, pairs)
    assert said.select("author", "head", "count", "of").rows() == [(PUPIL, HEAD, 2, 4)]
    # one more with the other, and both are likely
    more = lists(
        *BEFORE,
        ("2012-06-01", (OTHER, 9)),
        ("2013-06-01", (9, OTHER)),
        ("2020-01-01", (PUPIL, HEAD)),
        ("2021-06-01", (PUPIL, OTHER)),
    )
    found = advisee_pairs.first_last_pairs(more, TODAY)
    pairs = advisee_pairs.infer_advisees(found, more, everybody(more), at(), TODAY, BEGINS)
    by = advisees.infer_advisors(found, pairs).filter(pl.col("author") == PUPIL)
    assert set(by["head"]) == {HEAD, OTHER}
    assert by["share"].to_list() == [0.5, 0.5]


def test_two_years_end_on_the_day() -> None:
    for days_ago, recent in ((advisees.RECENT, True), (advisees.RECENT + 1, False)):
        day = (TODAY - timedelta(days=days_ago)).isoformat()
        row = told(lists(*BEFORE, (day, (PUPIL, HEAD))), held()).row(0, named=True)
        assert row["recent"] == row["together"] == row["active"] == recent
