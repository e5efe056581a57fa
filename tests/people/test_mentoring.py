"""Who counts as somebody's student by the author lists, what is said of them, and who probably taught whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder import tables
from finder.people import beginners, mentoring

TODAY = date(2026, 11, 1)
BEGINS = 2010
HEAD, PUPIL, OTHER, PEER = 1, 2, 3, 4
UNI, COMPANY, ELSEWHERE = 0, 1, 2
KINDS = ("education", "company", "education")
STAGES = pl.DataFrame(schema={"author": pl.UInt32, "stage": pl.String, "stage_confidence": pl.Float64})

Line = tuple[str, Sequence[int]]
BEFORE: tuple[Line, ...] = (("2012-05-01", (HEAD, 9)), ("2014-05-01", (8, HEAD)))  # the head has been there for long


def lists(*works: Line, alphabetical: Sequence[int] = (), unpublished: Sequence[int] = ()) -> pl.DataFrame:
    """The table of authorships of works given by date and authors in order."""
    rows = [
        {
            "work": number, "author": who, "position": place, "n_authors": len(people), "corresponding": False,
            "alphabetical": number in alphabetical, "date": date.fromisoformat(day),
            "day": (date.fromisoformat(day) - date(1970, 1, 1)).days, "year": int(day[:4]),
            "published": number not in unpublished,
        }
        for number, (day, people) in enumerate(works)
        for place, who in enumerate(people)
    ]  # fmt: skip
    return tables.table("authorships", pl.DataFrame(rows, schema=tables.TABLES["authorships"]))


def everybody(authorships: pl.DataFrame, since: dict[int, int] | None = None) -> pl.DataFrame:
    """``author``, ``ids``, ``first_year`` as far as it is known otherwise than by works."""
    people = authorships.select(pl.col("author").unique().sort())
    years = [(since or {}).get(who) for who in people["author"]]
    ids = pl.Series("ids", [[]] * len(years), dtype=pl.List(pl.String))
    return people.with_columns(ids, pl.Series("first_year", years, dtype=pl.Int16))


def at(*seen: tuple[int, int, str | None, str, str]) -> pl.DataFrame:
    """Sightings: author, institution, role, from, to."""
    rows = [
        (who, where, KINDS[where], role, date.fromisoformat(first), date.fromisoformat(last))
        for who, where, role, first, last in seen
    ]
    schema = {
        "author": pl.UInt32, "institution": pl.UInt32, "kind": pl.String, "role": pl.String,
        "first": pl.Date, "last": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def led(
    authorships: pl.DataFrame, seen: pl.DataFrame | None = None, as_of: date = TODAY, **since: int
) -> list[tuple[int, int, bool]]:
    """Head, beginner and guest; ``since`` by the names of the constants."""
    years = {globals()[name]: year for name, year in since.items()}
    works = beginners.joint(authorships, as_of)
    places = at() if seen is None else seen
    found = beginners.beginners(works, authorships, everybody(authorships, years), places, as_of, BEGINS)
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
        (PUPIL, ELSEWHERE, None, "2020-05-01", "2020-05-01"), (HEAD, UNI, None, "2020-05-01", "2022-05-01"),
        (PUPIL, UNI, None, "2022-05-01", "2022-05-01"),
    )  # fmt: skip
    assert led(works, stay) == [(HEAD, PUPIL, False)]


# --- what is said of them ----------------------------------------------------------------------------------------


def held(*seen: tuple[int, int, str]) -> pl.DataFrame:
    """Current posts: author, institution, last seen."""
    rows = [
        (who, where, f"Place {where}", "DE", KINDS[where], None, date.fromisoformat(last), True)
        for who, where, last in seen
    ]
    schema = {
        "author": pl.UInt32, "institution": pl.UInt32, "name": pl.String, "country": pl.String, "kind": pl.String,
        "role": pl.String, "last": pl.Date, "current": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def told(authorships: pl.DataFrame, posts: pl.DataFrame, stages: Any = STAGES, as_of: date = TODAY) -> pl.DataFrame:
    works = beginners.joint(authorships, as_of)
    pairs = beginners.beginners(works, authorships, everybody(authorships), at(), as_of, BEGINS)
    return mentoring.students(works, pairs, authorships, posts, stages, as_of)


SERIES = (
    *BEFORE, ("2020-01-01", (PUPIL, HEAD)), ("2020-07-01", (PUPIL, OTHER, HEAD)), ("2021-07-01", (PUPIL, HEAD)),
    ("2025-07-01", (OTHER, PUPIL, HEAD)),
)  # fmt: skip


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
        ("established faculty", 0.3, COMPANY, "industry"),
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


def test_the_summary_counts_guests_apart() -> None:
    found = told(lists(*SERIES, ("2025-05-01", (5, HEAD))), held())
    whole = mentoring.summary(found).row(0, named=True)
    assert (whole["students"], whole["guests"], whole["recent"], whole["together"]) == (3, 0, 2, 3)
    assert sum(whole[kind] for kind in mentoring.WENT) == whole["students"]
    apart = mentoring.summary(found.with_columns(guest=pl.col("author") == PUPIL)).row(0, named=True)
    assert (apart["students"], apart["guests"], apart["months"]) == (2, 1, None)
    assert mentoring.summary(found.clear()).is_empty()


def test_advisors_are_those_last_on_most_early_works() -> None:
    works = lists(
        *BEFORE, ("2012-06-01", (OTHER, 9)), ("2013-06-01", (9, OTHER)),
        ("2020-01-01", (PUPIL, HEAD)), ("2021-01-01", (PUPIL, HEAD)), ("2021-06-01", (PUPIL, OTHER)),
        ("2022-01-01", (PUPIL, 77)), ("2030-01-01", (PUPIL, HEAD)),
    )  # fmt: skip
    found = beginners.joint(works, TODAY, firsts=pl.DataFrame({"author": [PUPIL]}, schema={"author": pl.UInt32}))
    pairs = beginners.beginners(found, works, everybody(works), at(), TODAY, BEGINS)
    said = mentoring.advisors(found, pairs)
    assert said.select("author", "head", "count", "of").rows() == [(PUPIL, HEAD, 2, 4)]
    # one more with the other, and both are likely
    more = lists(*BEFORE, ("2012-06-01", (OTHER, 9)), ("2013-06-01", (9, OTHER)), ("2020-01-01", (PUPIL, HEAD)),
                 ("2021-06-01", (PUPIL, OTHER)))  # fmt: skip
    found = beginners.joint(more, TODAY)
    pairs = beginners.beginners(found, more, everybody(more), at(), TODAY, BEGINS)
    by = mentoring.advisors(found, pairs).filter(pl.col("author") == PUPIL)
    assert set(by["head"]) == {HEAD, OTHER}
    assert by["share"].to_list() == [0.5, 0.5]


# --- of any lists ------------------------------------------------------------------------------------------------

days = st.dates(date(2009, 1, 1), date(2028, 12, 31)).map(date.isoformat)
people = st.lists(st.integers(0, 7), min_size=1, max_size=5, unique=True)
worlds = st.lists(st.tuples(days, people), min_size=1, max_size=25)


def answers(authorships: pl.DataFrame, posts: pl.DataFrame, as_of: date) -> list[pl.DataFrame]:
    works = beginners.joint(authorships, as_of)
    pairs = beginners.beginners(works, authorships, everybody(authorships), at(), as_of, 2009)
    found = mentoring.students(works, pairs, authorships, posts, STAGES, as_of)
    return [found, mentoring.summary(found), mentoring.advisors(works, pairs)]


@settings(max_examples=60, deadline=None)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(works: list[Line], chance: Any) -> None:
    authorships, posts = lists(*works), held((1, UNI, "2026-01-01"), (2, COMPANY, "2026-01-01"))
    order = list(range(authorships.height))
    chance.shuffle(order)
    for one, two in zip(answers(authorships, posts, TODAY), answers(authorships[order], posts, TODAY), strict=True):
        assert one.equals(two)


@settings(max_examples=60, deadline=None)
@given(worlds, st.dates(date(2012, 1, 1), date(2026, 1, 1)))
def test_nothing_later_than_the_day_is_used(works: list[Line], as_of: date) -> None:
    earlier = [work for work in works if date.fromisoformat(work[0]) <= as_of]
    number = {old: new for new, old in enumerate(i for i, work in enumerate(works) if work in earlier)}
    for one, two in zip(
        answers(lists(*works), held(), as_of), answers(lists(*earlier), held(), as_of) if earlier else [], strict=False
    ):
        if "works" in one.columns:
            renumbered = one["works"].list.eval(pl.element().replace_strict(number, return_dtype=pl.UInt32))
            assert renumbered.list.sort().to_list() == two["works"].list.sort().to_list()
        assert one.drop("works", strict=False).equals(two.drop("works", strict=False))


@settings(max_examples=60, deadline=None)
@given(worlds, st.sets(st.integers(0, 7), min_size=1))
def test_asking_for_some_is_asking_for_all_and_leaving_out_the_rest(works: list[Line], heads: set[int]) -> None:
    authorships = lists(*works)
    some = pl.DataFrame({"author": sorted(heads)}, schema={"author": pl.UInt32})
    everything = beginners.joint(authorships, TODAY)
    assert beginners.joint(authorships, TODAY, heads=some).equals(everything.filter(pl.col("head").is_in(heads)))
    assert beginners.joint(authorships, TODAY, firsts=some).equals(everything.filter(pl.col("author").is_in(heads)))


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_numbers_fit_together(works: list[Line]) -> None:
    found, summed, by = answers(lists(*works), held(), TODAY)
    assert (found["first"] <= found["last"]).all()
    assert (found["months"].is_null() == (found["joint"] < 2)).all()
    assert (found["joint"] == found["works"].list.len()).all()
    assert found.filter(pl.col("recent") & ~pl.col("together")).is_empty()
    assert found.filter(pl.col("together") & ~pl.col("active")).is_empty()
    assert (found["head"] != found["author"]).all()
    assert summed["students"].sum() + summed["guests"].sum() == found.height
    assert by.filter(~pl.col("share").is_between(mentoring.LIKELY, 1)).is_empty()


def test_two_years_end_on_the_day() -> None:
    for days_ago, recent in ((mentoring.RECENT, True), (mentoring.RECENT + 1, False)):
        day = (TODAY - timedelta(days=days_ago)).isoformat()
        row = told(lists(*BEFORE, (day, (PUPIL, HEAD))), held()).row(0, named=True)
        assert row["recent"] == row["together"] == row["active"] == recent
