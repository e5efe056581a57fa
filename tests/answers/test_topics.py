"""What somebody's late papers are about: shares of keywords, beside those of the years before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import answers
from tests.worlds import stored, work

DAY = date(2026, 11, 1)


def test_topics_are_shares_of_late_papers_beside_the_years_before(tmp_path: Path) -> None:
    def paper(title: str, year: int, *keywords: str) -> object:
        return work(title, "Ada Vell @ Uni A, DE", date=f"{year}-06-01", keywords=keywords)

    works = [
        paper("Owls hear", 2026, "owls", "hearing"),
        paper("Owls see", 2025, "Owls"),
        paper("Bats hear", 2025, "bats"),
        paper("Owls flew", 2022, "owls"),
        paper("Bats flew", 2021, "bats", "flight"),
        paper("Without keywords", 2026),
    ]
    with stored(tmp_path, *works) as store:
        topics = answers.person_profile(store, "Ada Vell", DAY)["topics"]
    assert topics == [{"topic": "owls", "papers": 2, "share": 0.67, "before": 0.5}]


def test_nobody_has_topics_without_keywords(tmp_path: Path) -> None:
    with stored(tmp_path, work("Owls", "Ada Vell @ Uni A", date="2026-06-01", keywords=())) as store:
        assert answers.person_profile(store, "Ada Vell", DAY)["topics"] == []
