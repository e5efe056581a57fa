"""Works with scores: the best of several, noisy-or, and what is found again by a question that was asked before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.ranking import text_match
from finder.ranking.work_scores import NO_SCORES, WorkScores, combine_scores, take_best_scores
from tests.worlds import stored, work

PARTS = st.lists(st.dictionaries(st.integers(0, 30), st.floats(0.0, 1.0), max_size=12), max_size=5)
TODAY = date(2026, 11, 1)


def scores(values: dict[int, float]) -> WorkScores:
    works = sorted(values)
    return WorkScores(np.array(works, np.int64), np.array([values[work] for work in works], np.float64))


@given(PARTS)
def test_each_work_has_the_best_of_its_scores_and_what_all_of_them_leave_open(parts: list[dict[int, float]]) -> None:
    best, both = (
        take_best_scores([scores(part) for part in parts]),
        combine_scores([scores(part) for part in parts], most=0.5),
    )

    every = sorted({work for part in parts for work in part})
    assert best.works.tolist() == both.works.tolist() == every
    for number, one in enumerate(every):
        own = [part[one] for part in parts if one in part]
        assert best.values[number] == max(own)
        assert both.values[number] == pytest.approx(0.5 * (1 - np.prod([1 - value for value in own])))


def test_the_best_come_first_and_of_equal_ones_the_lower_number() -> None:
    assert scores({5: 0.5, 3: 0.9, 4: 0.5, 9: 0.1}).order_best(3).tolist() == [3, 4, 5]


def test_works_that_have_no_score_have_nothing() -> None:
    wanted = np.array([1, 3, 7])
    assert scores({3: 0.9, 4: 0.5}).look_up(wanted).tolist() == [0.0, 0.9, 0.0]
    assert NO_SCORES.look_up(wanted).tolist() == [0.0, 0.0, 0.0]


def test_a_question_asked_again_is_answered_from_memory_until_the_store_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_match, "_match_cached_query", text_match.lru_cache(text_match._match_cached_query))
    store = stored(tmp_path, work("Legged locomotion on sand", "Ada Vell"))
    snapshot = store.snapshots.current_snapshot()
    found = text_match.match_works(store, snapshot, "legged locomotion", TODAY)

    assert text_match.match_works(store, snapshot, "legged locomotion", TODAY) is found
    assert text_match.match_works(store, snapshot, "legged locomotion", date(2019, 1, 1)) is not found
    assert text_match.match_works(store, snapshot, "legged locomotion", TODAY, expand=False) is not found
