"""``finder labs`` as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from finder import cli
from tests.group import ADA, GROUP, group

CONTRACT = {
    "lab_id",
    "band",
    "score",
    "head",
    "heads",
    "group",
    "institution",
    "institution_id",
    "country",
    "moved",
    "members_by_stage",
    "members",
    "students_active",
    "matched",
    "trend",
    "alumni",
    "sisters",
    "works",
    "links",
    "parts",
    "why",
    "evidence",
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    group(tmp_path)


def run(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(("labs", *arguments, "--offline", "--as-of", "2026-11-01"))
    assert (ended.value.code or 0) == code


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    run(GROUP, "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    row = next(row for row in answer["results"] if row["lab_id"] == ADA)

    assert {"interest", "as_of", "coverage", "terms", "total", "left_out", "results"} <= set(answer)
    assert set(row) >= CONTRACT
    assert row["head"] == "Ada Head"
    assert row["country"] == "DE"
    assert {one["name"]: one["stage"] for one in row["members"]}["Sam Pupil"] == "student"
    assert sum(row["members_by_stage"].values()) == len(row["members"])
    went = {one["name"]: one["now"] and one["now"]["institution"] for one in row["alumni"]["people"]}
    assert went["Once There"] == "Elsewhere College"
    assert [one["head"] for one in row["sisters"]] == ["Rue Sister"]
    assert all({"claim", "source", "url", "date"} == set(claim) for claim in row["evidence"])


def test_the_table_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    run(GROUP)
    told = capsys.readouterr().out
    assert "headed by Ada Head (established faculty, stated)" in " ".join(told.split())
    assert max(width(line) for line in told.splitlines()) <= 80


def test_csv_reads_back_and_names_no_students(capsys: pytest.CaptureFixture[str]) -> None:
    run(GROUP, "--format", "csv")
    told = capsys.readouterr().out
    assert {row["head"] for row in csv.DictReader(io.StringIO(told))} == {"Ada Head", "Rue Sister"}
    assert "Sam Pupil" not in told


def test_countries_keep_labs_out_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    run(GROUP, "--country", "FR", "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert [row["head"] for row in answer["results"]] == ["Rue Sister"]
    assert answer["left_out"]["in other countries"] == 1


def test_markdown_links_works(capsys: pytest.CaptureFixture[str]) -> None:
    run(GROUP, "--format", "md")
    assert "## Ada Head, Universität Nirgendwo (" in capsys.readouterr().out


def test_nothing_dated_later_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(("labs", GROUP, "--offline", "--as-of", "2021-01-01", "--format", "json"))
    row = next(row for row in json.loads(capsys.readouterr().out)["results"] if row["lab_id"] == ADA)
    assert [one["name"] for one in row["members"]] == ["Once There"]


def test_an_unknown_country_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    run(GROUP, "--country", "Germany", code=2)
    assert "two-letter codes" in capsys.readouterr().err
