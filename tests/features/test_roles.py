"""What a stated role means: kinds of roles at kinds of places, as an academic reads them."""

from __future__ import annotations

import polars as pl
import pytest

from finder.features.roles import is_side_role, stage_of_role

UNIVERSITY, COMPANY, INSTITUTE = "education", "company", "facility"


def stage(role: str, kind: str | None = UNIVERSITY, country: str | None = "US") -> str | None:
    frame = pl.DataFrame({"role": [role], "kind": [kind], "country": [country]}, schema_overrides={"kind": pl.String})
    return frame.select(stage_of_role(pl.col("role"), pl.col("kind"), pl.col("country"))).item()


@pytest.mark.parametrize(
    ("role", "kind", "expected"),
    [
        ("PhD student", UNIVERSITY, "student"),
        ("Doctoral Researcher", UNIVERSITY, "student"),
        ("Graduate Research Assistant", UNIVERSITY, "student"),
        ("Student Researcher", COMPANY, "student"),
        ("Research Intern", COMPANY, "student"),
        ("Postdoctoral Research Associate", UNIVERSITY, "postdoc"),
        ("Post Doc", INSTITUTE, "postdoc"),
        ("Assistant Professor", UNIVERSITY, "early-career faculty"),
        ("Assistant Research Professor", UNIVERSITY, "early-career faculty"),
        ("Research Assistant Professor", UNIVERSITY, "early-career faculty"),
        ("Assistant Professor, Graduate School of Informatics", UNIVERSITY, "early-career faculty"),
        ("Faculty Fellow/Assistant Professor", UNIVERSITY, "early-career faculty"),
        ("Instructor", UNIVERSITY, "early-career faculty"),
        ("Tenure-Track Professor", UNIVERSITY, "early-career faculty"),
        ("Research Group Leader", INSTITUTE, "early-career faculty"),
        ("Associate Professor", UNIVERSITY, "established faculty"),
        ("Senior Lecturer", UNIVERSITY, "established faculty"),
        ("Assistant → Associate Professor of Statistics", UNIVERSITY, "established faculty"),
        ("Tenured researcher", INSTITUTE, "established faculty"),
        ("PI", INSTITUTE, "established faculty"),
        ("Principal Investigator", None, "established faculty"),
        ("Director", INSTITUTE, "established faculty"),
        ("Director", COMPANY, "industry researcher"),
        ("Team Lead", COMPANY, "industry researcher"),
        ("CTO", None, "industry researcher"),
        ("CEO", COMPANY, "industry researcher"),
        ("AI Resident", COMPANY, "industry researcher"),
        ("Member of Technical Staff", COMPANY, "industry researcher"),
        ("Research Fellow", COMPANY, "industry researcher"),
        ("Research Scientist", INSTITUTE, "staff scientist"),
        ("Researcher", UNIVERSITY, "staff scientist"),
        ("Amazon Scholar", COMPANY, "established faculty"),
        ("research scientist & adjunct assistant professor", COMPANY, "industry researcher"),
        ("Director of Marketing", INSTITUTE, "staff scientist"),
    ],
)
def test_a_role_at_a_kind_of_place(role: str, kind: str | None, expected: str) -> None:
    assert stage(role, kind) == expected


def test_a_research_fellow_is_a_postdoc_where_universities_call_them_so() -> None:
    assert {stage("Research Fellow", country=code) for code in ("GB", "SG", "HK")} == {"postdoc"}
    assert {stage("Research Associate", country=code) for code in ("GB", "SG", "HK")} == {"postdoc"}
    assert stage("Research Associate", country="DE") is None
    assert stage("Senior Research Fellow", country="GB") == "staff scientist"


def test_an_unknown_kind_of_place_makes_nobody_a_staff_scientist() -> None:
    roles = (
        "Researcher",
        "Research Scientist",
        "Principal Researcher",
        "Director",
        "Group Leader",
        "Manager",
        "Fellow",
    )
    assert [stage(role, None) for role in roles] == [None] * len(roles)


def test_what_is_held_beside_is_told_from_what_is_held() -> None:
    frame = pl.DataFrame(
        {
            "role": [
                "Visiting Professor",
                "Adjunct Lecturer",
                "Emeritus",
                "Amazon Scholar",
                "Professor",
                "Professor; Visiting Scholar",
                "Advisor",
            ]
        }
    )
    assert frame.select(is_side_role(pl.col("role"))).to_series().to_list() == [
        True,
        True,
        True,
        True,
        False,
        False,
        True,
    ]
