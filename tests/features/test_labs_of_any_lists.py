"""What holds of labs whatever the author lists are."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.features import collaboration, lab_relations, labs
from finder.features.labs import Labs
from tests.features.test_labs import posts, records
from tests.lists import Line, lists

TODAY = date(2026, 11, 1)
days = st.dates(date(2019, 1, 1), date(2028, 12, 31)).map(date.isoformat)
people = st.lists(st.integers(0, 7), min_size=1, max_size=5, unique=True)
worlds = st.lists(st.tuples(days, people), min_size=1, max_size=25)
stages = st.lists(st.sampled_from(("student", "postdoc", "established faculty", "unknown")), min_size=8, max_size=8)
places = st.lists(st.integers(0, 2), min_size=8, max_size=8)


def answers(authorships: pl.DataFrame, stage: list[str], place: list[int], as_of: date) -> tuple[Labs, pl.DataFrame]:
    leaders = collaboration.recent_leaders(authorships, as_of, as_of)
    near = collaboration.collaboration_ties(authorships, leaders, as_of, as_of)
    everybody = pl.DataFrame({"author": range(8), "stage": stage}, schema_overrides={"author": pl.UInt32})
    known = everybody.with_columns(stage_confidence=pl.lit(0.9)).join(leaders, on="author", how="left")
    known = known.join(records(authorships), on="author", how="left")
    known = known.with_columns(pl.col("works", "firsts", "lasts", "years").fill_null(0))
    pupils = near.select("head", "author").filter(pl.col("author") % 2 == 0)
    found = labs.detect_labs(near, pupils, known, posts(*enumerate(place)), as_of, as_of)
    return found, lab_relations.partner_labs(lab_relations.lab_authorships(found, authorships, as_of), as_of)


@settings(max_examples=20, deadline=None)
@given(worlds, stages, places, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(works: list[Line], stage: list[str], place: list[int], chance: Any) -> None:
    authorships = lists(*works)
    order = list(range(authorships.height))
    chance.shuffle(order)
    (one, sisters), (two, others) = (answers(rows, stage, place, TODAY) for rows in (authorships, authorships[order]))
    assert one.labs.equals(two.labs)
    assert one.members.equals(two.members)
    assert sisters.equals(others)


@settings(max_examples=20, deadline=None)
@given(worlds, stages, places, st.dates(date(2022, 1, 1), date(2026, 1, 1)))
def test_nothing_later_than_the_day_is_used(works: list[Line], stage: list[str], place: list[int], as_of: date) -> None:
    earlier = [work for work in works if date.fromisoformat(work[0]) <= as_of]
    one, two = (answers(lists(*several), stage, place, as_of)[0] for several in (works, earlier))
    assert one.labs.equals(two.labs)
    assert one.members.equals(two.members)


@settings(max_examples=20, deadline=None)
@given(worlds, stages, places)
def test_everybody_is_in_one_lab_and_heads_are_no_members(
    works: list[Line], stage: list[str], place: list[int]
) -> None:
    found, _ = answers(lists(*works), stage, place, TODAY)
    heads, members = found.labs["heads"].explode(), found.members["author"]
    assert heads.is_unique().all()
    assert members.is_unique().all()
    assert not set(heads) & set(members)
    assert set(found.members["lab"]) <= set(found.labs["lab"])
    assert not {stage[head] for head in heads.drop_nulls()} & {"student", "postdoc"}
    counted = found.members.group_by("lab").len()
    told = dict(found.labs.filter(pl.col("members") > 0).select("lab", "members").iter_rows())
    assert dict(counted.iter_rows()) == told
