"""One work from its versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worlds import stored, work

LONG = "A long enough title about modality dropout"


@pytest.mark.parametrize(
    ("one", "other", "works"),
    [
        (dict(ids=("doi:10.1/x",)), dict(title="Another title entirely, revised", ids=("doi:10.1/x",)), 1),
        (dict(ids=("arxiv:2101.00001",)), dict(title="Renamed for the conference", ids=("arxiv:2101.00001",)), 1),
        (dict(), dict(title="A Long Enough Title: about modality-dropout!", date="2026-01-01"), 1),
        (dict(), dict(date="2019-01-01"), 2),
        (dict(), dict(people=("Bo Rask",)), 2),
        (dict(title="Editorial"), dict(title="Editorial"), 2),
    ],
    ids=["doi", "arxiv", "folded title", "years apart", "other first author", "too short a title"],
)
def test_versions(tmp_path: Path, one: dict, other: dict, works: int) -> None:  # type: ignore[type-arg]
    records = [work(v.pop("title", LONG), *v.pop("people", ("Ada Vell",)), **v) for v in (dict(one), dict(other))]
    snapshot = stored(tmp_path, *records).snapshots.current_snapshot()

    assert snapshot.load_table("works").height == works


def test_the_published_version_stands_for_the_work_and_every_source_is_named(tmp_path: Path) -> None:
    preprint = work(LONG, "Ada Vell", type="preprint", source="a", venue="Preprints", citations=9)
    paper = work(LONG, "Ada Vell @ Uni A", type="conference-paper", source="b", venue="Conf", date="2025-12-01")
    row = stored(tmp_path, preprint, paper).snapshots.current_snapshot().load_table("works").row(0, named=True)

    assert (row["venue"], row["sources"], row["citations"]) == ("Conf", ["a", "b"], 9)


def test_both_versions_authors_are_one_and_count_the_work_once(tmp_path: Path) -> None:
    snapshot = stored(
        tmp_path, work(LONG, "Ada Vell", type="preprint"), work(LONG, "Ada Vell @ Uni A")
    ).snapshots.current_snapshot()

    assert snapshot.load_table("authorships").height == 1


def test_what_was_only_submitted_is_no_published_work(tmp_path: Path) -> None:
    snapshot = stored(tmp_path, work(LONG, "Ada Vell @ Uni A", published=False)).snapshots.current_snapshot()

    assert snapshot.load_table("works")["published"].to_list() == [False]
    assert snapshot.load_table("affiliations").height == 1


def test_an_id_of_many_titles_is_a_volumes_and_joins_nothing(tmp_path: Path) -> None:
    volume = ("doi:10.1/volume",)
    papers = [work(f"{LONG} {word}", "Ada Vell", ids=volume) for word in ("of owls", "of bats", "of moths")]
    twice = [work(title, "Bo Rask", ids=("doi:10.1/own",)) for title in ("A first title of it", "Its second title")]
    works = stored(tmp_path, *papers, *twice).snapshots.current_snapshot().load_table("works")

    assert works.height == 4
    assert works["work_id"].is_unique().all()
    assert set(works["work_id"].filter(works["work_id"].str.starts_with("doi:"))) == {"doi:10.1/own"}
