"""Where everybody stands is looked up; it is what would be computed anew, for as long as it is good."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from finder.answers import person_rows
from finder.features import affiliation_history, author_summaries
from finder.storage import Store
from tests.worlds import author, stored, work

ADA, BELA = "orcid:0000-0002-1825-0097", "orcid:0000-0001-5109-3700"
MADE = date(2026, 11, 1)  # when tests.worlds publishes


@pytest.fixture
def world(tmp_path: Path) -> Store:
    """A professor who has moved, a new one, and a student."""
    moved = [
        *(
            work(f"Gait {n}", f"Pupil {n}", author("Ada Vell @ Uni A, DE", ADA), date=f"20{15 + n}-03-01")
            for n in range(10)
        ),
        *(
            work(f"Sand {n}", f"Boy {n}", author("Ada Vell @ Uni B, CH", ADA), date=f"2025-0{1 + n}-01")
            for n in range(5)
        ),
    ]
    new = [
        work(
            "Snow",
            author("Bela Korr @ Uni A, DE", BELA, role="PhD student"),
            author("Ada Vell", ADA),
            date="2023-03-01",
        ),
        work("Ice", "Kid One", author("Bela Korr @ Uni C, AT", BELA, role="Assistant Professor"), date="2025-09-01"),
    ]
    student = [
        work("Mud", author("Cara Lind @ Uni B, CH", role="PhD student"), author("Ada Vell", ADA), date="2026-05-01")
    ]
    return stored(tmp_path, *moved, *new, *student)


def people(store: Store, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Everybody with record and stage, who has moved, and who is new."""
    snapshot = store.snapshots.current_snapshot()
    known, posts = person_rows.load_author_profiles(snapshot, snapshot.load_table("authors").select("author"), as_of)
    found = (
        author_summaries.find_moves(snapshot, posts, as_of),
        author_summaries.find_new_faculty(snapshot, posts, known, as_of),
    )
    return known, *found


def test_what_is_looked_up_is_what_is_computed(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = people(world, MADE)
    monkeypatch.setattr(author_summaries, "_is_still_valid", lambda *_: False)
    computed = people(world, MADE)

    known, moved, new = looked_up
    by_name = dict(known.select("name", "is_student").iter_rows())
    assert by_name["Cara Lind"]
    assert not by_name["Ada Vell"]
    assert set(moved["to_name"]) == {"Uni B", "Uni C"}
    assert new["institution"].to_list() == ["Uni C"]
    for one, other in zip(looked_up, computed, strict=True):
        assert_frame_equal(one.sort("author"), other.sort("author"), check_column_order=False, check_dtypes=False)


@pytest.mark.parametrize(
    ("as_of", "good"),
    [
        (MADE, True),
        (MADE + author_summaries.KEPT, True),
        (MADE + author_summaries.KEPT + timedelta(days=1), False),
        (date(2026, 10, 31), False),
        (date(2025, 2, 1), False),
    ],
)
def test_it_is_good_for_a_month_and_never_for_the_past(world: Store, as_of: date, good: bool) -> None:
    snapshot = world.snapshots.current_snapshot()
    assert (author_summaries.find_author_summaries(snapshot, snapshot.load_table("authors"), as_of) is not None) is good


def test_it_is_not_good_beyond_what_is_dated_after_the_publication(tmp_path: Path) -> None:
    store = stored(tmp_path, work("Gait", "Ada Vell"), work("To come", author("Ada Vell", ADA), date="2026-11-10"))
    snapshot = store.snapshots.current_snapshot()
    everybody = snapshot.load_table("authors")

    assert author_summaries.find_author_summaries(snapshot, everybody, date(2026, 11, 9)) is not None
    assert author_summaries.find_author_summaries(snapshot, everybody, date(2026, 11, 10)) is None
    assert affiliation_history.affiliations_unchanged(snapshot, date(2026, 11, 10))
