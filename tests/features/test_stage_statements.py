"""Which of somebody's statements says at which stage they are now: from small frames of posts."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from finder.features.stage_statements import newest_stated_stage

TODAY = date(2026, 11, 1)
SCHEMA = {
    "author": pl.UInt32,
    "institution": pl.UInt32,
    "name": pl.String,
    "kind": pl.String,
    "country": pl.String,
    "role": pl.String,
    "last": pl.Date,
    "count": pl.UInt32,
    "record": pl.Int64,
}
PLACES = {"Uni A": 1, "Uni B": 2, "Brightloom": 3, "Institute C": 4}
KINDS = {"Brightloom": "company", "Institute C": "facility"}


def post(role: str | None, at: str = "Uni A", last: date = TODAY, count: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "author": 1,
        "institution": PLACES[at],
        "name": at,
        "kind": KINDS.get(at, "education"),
        "country": "US",
        "role": role,
        "last": last,
        "count": count,
        "record": 7,
        **more,
    }


def stage(*posts: dict[str, Any]) -> str | None:
    found = newest_stated_stage(pl.DataFrame(list(posts), SCHEMA), TODAY).collect()
    return found["stated_stage"].item() if found.height else None


EARLIER = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([post("PhD student"), post("Researcher", "Brightloom")], "student"),
        ([post("PhD student"), post("Assistant Professor", "Uni B")], "early-career faculty"),
        ([post("Lecturer"), post("Research Director", "Brightloom")], "industry researcher"),
        ([post("Lecturer"), post("Software Engineer", "Brightloom")], "early-career faculty"),
        ([post("Visiting Professor"), post("Research Scientist", "Brightloom", EARLIER)], "industry researcher"),
        ([post("Visiting Professor"), post(None, "Uni B", EARLIER, 5)], None),
        ([post("Visiting Professor")], "established faculty"),
        ([post("Research Scientist", "Brightloom", EARLIER, 20), post(None, count=40)], None),
        ([post("Research Scientist", "Brightloom", EARLIER, 20), post(None, count=4)], "industry researcher"),
        ([post("Research Scientist", "Brightloom", EARLIER, 20), post(None, count=10)], None),
        (
            [
                post("Research Scientist", "Brightloom", EARLIER, 10),
                post(None, "Brightloom", count=10),
                post(None, count=10),
            ],
            "industry researcher",
        ),
        ([post("Postdoc", count=2), post(None, "Uni B", EARLIER, 30)], "postdoc"),
        ([post("Postdoc", count=2), post(None, "Uni B", count=14)], "postdoc"),
        ([post("Postdoc", count=4), post(None, "Uni B", count=19)], "postdoc"),
        ([post("Postdoc", count=2), post(None, "Uni B", count=15)], None),
        ([post("PhD student", last=EARLIER), post(None, "Uni B", count=2)], None),
        ([post("PhD student", last=EARLIER), post(None, "Uni B", count=1)], "student"),
        ([post("PhD student", last=date(2021, 6, 1))], None),
        ([post("Assistant Professor", last=date(2018, 6, 1))], "established faculty"),
    ],
    ids=[
        "studies and does research",
        "studied and teaches",
        "lectures beside a company",
        "teaches beside engineering",
        "a visit, and a main post",
        "a visit, and a main place",
        "a visit alone",
        "a company beside a university",
        "mainly a company",
        "a university long after a company",
        "a company still",
        "a postdoc who came",
        "a postdoc with a second place",
        "a postdoc with two places",
        "a namesake's statement",
        "left since",
        "one work elsewhere",
        "long ago",
        "promoted since",
    ],
)
def test_what_somebody_is_by_their_own_word(posts: list[dict[str, Any]], expected: str | None) -> None:
    assert stage(*posts) == expected
    assert stage(*reversed(posts)) == expected


def test_research_at_a_place_of_unknown_kind_is_noted_and_says_no_stage() -> None:
    found = newest_stated_stage(pl.DataFrame([post("Researcher", kind=None)], SCHEMA), TODAY).collect()

    assert found["does_research"].to_list() == [True]
    assert found["stated_stage"].to_list() == [None]
