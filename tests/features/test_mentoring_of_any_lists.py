"""What holds of mentoring whatever the author lists are."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.features import advisee_pairs, advisees
from tests.lists import COMPANY, STAGES, UNI, Line, at, everybody, held, lists

TODAY = date(2026, 11, 1)
days = st.dates(date(2009, 1, 1), date(2028, 12, 31)).map(date.isoformat)
people = st.lists(st.integers(0, 7), min_size=1, max_size=5, unique=True)
worlds = st.lists(st.tuples(days, people), min_size=1, max_size=25)


def answers(authorships: pl.DataFrame, posts: pl.DataFrame, as_of: date) -> list[pl.DataFrame]:
    works = advisee_pairs.first_last_pairs(authorships, as_of)
    pairs = advisee_pairs.infer_advisees(works, authorships, everybody(authorships), at(), as_of, 2009)
    found = advisees.describe_advisees(works, pairs, authorships, posts, STAGES, as_of)
    return [found, advisees.summarize_advisees(found), advisees.infer_advisors(works, pairs)]


@settings(max_examples=20, deadline=None)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(works: list[Line], chance: Any) -> None:
    authorships, posts = lists(*works), held((1, UNI, "2026-01-01"), (2, COMPANY, "2026-01-01"))
    order = list(range(authorships.height))
    chance.shuffle(order)
    for one, two in zip(answers(authorships, posts, TODAY), answers(authorships[order], posts, TODAY), strict=True):
        assert one.equals(two)


@settings(max_examples=20, deadline=None)
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


@settings(max_examples=20, deadline=None)
@given(worlds, st.sets(st.integers(0, 7), min_size=1))
def test_asking_for_some_is_asking_for_all_and_leaving_out_the_rest(works: list[Line], heads: set[int]) -> None:
    authorships = lists(*works)
    some = pl.DataFrame({"author": sorted(heads)}, schema={"author": pl.UInt32})
    everything = advisee_pairs.first_last_pairs(authorships, TODAY)
    assert advisee_pairs.first_last_pairs(authorships, TODAY, heads=some).equals(
        everything.filter(pl.col("head").is_in(heads))
    )
    assert advisee_pairs.first_last_pairs(authorships, TODAY, firsts=some).equals(
        everything.filter(pl.col("author").is_in(heads))
    )


@settings(max_examples=20, deadline=None)
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
    assert by.filter(~pl.col("share").is_between(advisees.LIKELY, 1)).is_empty()
