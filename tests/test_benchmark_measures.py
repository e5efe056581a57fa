"""The measures that benchmarks judge rankings by."""

from __future__ import annotations

import pytest

from benchmarks.judging import binary_ndcg, bootstrap_difference, expert_ranks, ndcg_with_gains, recall_at_k


def test_an_expert_of_several_authors_stands_where_the_first_of_them_does():
    assert expert_ranks([7, 3, 9, 4], [[4, 3], [9], [1, 2]]) == [1, 2]


def test_a_ranking_that_begins_with_all_who_are_wanted_is_perfect_and_one_without_them_nothing():
    assert binary_ndcg([0, 1, 2], wanted=3, most=50) == 1.0
    assert binary_ndcg([], wanted=3, most=50) == 0.0
    assert ndcg_with_gains([5, 6], {5: 1.0, 6: 0.5}) == 1.0
    assert ndcg_with_gains([6, 5], {5: 1.0, 6: 0.5}) < 1.0


def test_what_stands_below_the_cut_counts_nothing():
    assert binary_ndcg([0, 60], wanted=2, most=50) == binary_ndcg([0], wanted=2, most=50) < 1.0
    assert recall_at_k([1, 2, 3], {3: 1.0, 4: 1.0}, most=2) == 0.0


def test_an_interval_holds_zero_only_where_the_difference_is_unsure():
    sure = bootstrap_difference([0.5] * 12, [0.3] * 12)
    assert sure.mean == pytest.approx(0.2)
    assert sure.low > 0
    unsure = bootstrap_difference([0.5, 0.1] * 6, [0.3, 0.4] * 6)
    assert unsure.low < 0 < unsure.high
