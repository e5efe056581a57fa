"""Whether somebody recruits, from what they say and when they said it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from finder import answers
from finder.answers import Query
from finder.features import statements
from finder.model import Statement
from tests.worlds import author, stored, work

TODAY = date(2026, 11, 1)
ADA = ("orcid:0000-0002-1825-0097",)


def said(polarity: str, date_: str | None = None, **more: Any) -> Statement:
    values = {"quote": f"{polarity} {date_}", "url": "https://example.org/ada", "seen": "2026-10-01", **more}
    return Statement("homepages", f"s-{polarity}-{date_}", "Ada Vell", ADA, polarity, date=date_, **values)  # type: ignore[arg-type]


def row(home: Path, *told: Statement, as_of: date = TODAY) -> dict[str, Any]:
    store = stored(home, work("Modality dropout", author("Ada Vell @ Uni A, DE", *ADA), date="2026-01-01"), *told)
    return answers.find_advisors(store, Query("modality dropout", as_of)).results[0]


@pytest.mark.parametrize(
    ("told", "polarity", "age"),
    [
        ([], None, None),
        ([said("recruiting", "2026-11")], "recruiting", "current"),
        ([said("recruiting")], "recruiting", "unknown"),
        ([said("recruiting", "2023")], None, None),
        ([said("recruiting", "2026"), said("not recruiting")], "not recruiting", "unknown"),
        ([said("recruiting"), said("recruiting", "2026")], "recruiting", "current"),
        ([said("conditions")], None, None),
        ([said("recruiting", "2026", seen="2024-01-01")], None, None),
    ],
    ids=["nothing said", "dated", "undated", "old", "no wins", "dated first", "conditions", "page not read for long"],
)
def test_recruiting(tmp_path: Path, told: list[Statement], polarity: str | None, age: str | None) -> None:
    found = row(tmp_path, *told)["recruiting"]

    assert (found and found["polarity"], found and found["age"]) == (polarity, age)


def test_a_statement_is_quoted_with_its_page(tmp_path: Path) -> None:
    result = row(tmp_path, said("recruiting", "2026-11", quote="I take on two PhD students."))

    assert result["recruiting"]["quote"] == "I take on two PhD students."
    claims = [claim for claim in result["evidence"] if "I take on two PhD students." in claim["claim"]]
    assert [claim["url"] for claim in claims] == ["https://example.org/ada"]


def test_who_announces_a_move_is_moving_while_the_works_still_carry_the_old_employer(tmp_path: Path) -> None:
    result = row(tmp_path, said("joining", "2026-10", institution="Uni B", role="Assistant Professor"))

    assert (result["moved"]["from"], result["moved"]["to"]) == ("Uni A", "Uni B")
    assert "moving to Uni B" in result["why"]


def test_nothing_that_was_read_later_is_used(tmp_path: Path) -> None:
    assert row(tmp_path, said("recruiting", "2026-11"), as_of=date(2026, 5, 1))["recruiting"] is None


def test_somebody_elses_page_says_nothing_about_a_namesake(tmp_path: Path) -> None:
    other = Statement(
        "homepages",
        "x",
        "Ada Vell",
        ("orcid:0000-0001-5109-3700",),
        "recruiting",
        "Come!",
        "https://x.org",
        "2026-10-01",
    )

    assert row(tmp_path, other)["recruiting"] is None


def test_the_page_on_joining_and_the_page_of_the_group(tmp_path: Path) -> None:
    pages = [
        said("conditions", "2026", url="https://example.org/ada/join"),
        said("recruiting", "2026", url="https://example.org/ada/join", quote="I take on PhD students."),
        said("recruiting", "2025", url="https://example.org/ada/"),
        said("joining", "2026", url="https://group.example.org/ada/our-lab/"),
    ]
    records = [work("Modality dropout", author("Ada Vell @ Uni A, DE", *ADA), date="2026-01-01"), *pages]
    snapshot = stored(tmp_path, *records).snapshots.current_snapshot()
    people = snapshot.load_table("authors")
    found = statements.statement_pages(statements.load_statements(snapshot, people, TODAY))

    assert found.select("openings", "group").rows() == [
        ("https://example.org/ada/join", "https://group.example.org/ada/our-lab/")
    ]
    assert statements.statement_pages(statements.load_statements(snapshot, people, date(2020, 1, 1))).is_empty()
