"""A few chosen people: the same numbers as on the list they would be on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import answers
from finder.answers import comparison, lookup
from tests.faces import INTEREST, small
from tests.worlds import stored

DAY = date(2026, 11, 1)


def test_a_score_and_its_parts_are_those_of_the_list(tmp_path: Path) -> None:
    small(tmp_path)
    store = stored(tmp_path)
    weights = {"share": 1.0, "recent": 5.0}
    listed = answers.find_advisors(store, answers.Query(INTEREST, DAY, weights=weights, half_life=2.0)).results
    for who in listed:
        author = lookup.resolve_author(store.snapshots.current_snapshot(), who["author_id"])
        row = comparison.compare_authors(store, [author], INTEREST, DAY, weights, 2.0)[author]
        assert all(row[key] == who[key] for key in ("score", "parts", "matched", "band", "strength"))
        assert row["current"] == who["current"]


def test_nobody_is_nobody(tmp_path: Path) -> None:
    small(tmp_path)
    assert comparison.compare_authors(stored(tmp_path), [], INTEREST, DAY) == {}
