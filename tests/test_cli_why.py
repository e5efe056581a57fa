"""Why somebody is listed or not, and who could introduce one to them, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finder import cli
from finder.features import author_summaries, stage
from finder.resolution import stage_model
from tests.faces import INTEREST, small

SHAPE = {
    "asked",
    "interest",
    "as_of",
    "state",
    "listed",
    "reasons",
    "author_id",
    "name",
    "place",
    "total",
    "band",
    "score",
    "parts",
    "last",
    "alike",
}
DAY = ("--as-of", "2026-11-01")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    small(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert (ended.value.code or 0) == code


def test_why_takes_the_filters_of_advisors(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("why", "Ada Senior", INTEREST, "--country", "US", "--country", "FR", *DAY)
    told = capsys.readouterr().out
    assert "Not listed: filtered out.\n- country: last known DE; you asked for US or FR\n" in told
    assert "      affiliation at Universität Nirgendwo (2025-05, test)\n" in told
    run("why", "Ada Senior", INTEREST, "--weights", "recent=9", "--top", "1", *DAY)
    assert "Not listed: below the cut, place" in capsys.readouterr().out
    run("why", "Ada Senior", INTEREST, "--weights", "nonsense", code=2)


def test_why_as_json_has_the_same_shape_for_everybody(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "SURE", 0.5)  # of one work nobody is as sure as the record has to be
    for name, value in {"FEW": 0.0, "STRANGERS": 0.0, "ABSENT": 0.0, "SEEN": -99}.items():
        monkeypatch.setattr(stage_model, name, value)
    monkeypatch.setattr(
        author_summaries, "_is_still_valid", lambda *_: False
    )  # and it was published with the usual one
    states = {}
    for who in ("Ada Senior", "Sam Pupil", "Ada Senoir"):
        run("why", who, INTEREST, "--format", "json", *DAY)
        found = json.loads(capsys.readouterr().out)
        assert {*found} == SHAPE
        for reason in found["reasons"]:
            assert {*reason} == {"about", "reason", "evidence"}
            assert all({*claim} == {"claim", "source", "url", "date"} for claim in reason["evidence"])
        states[found["state"]] = found["listed"]
    assert states == {"listed": True, "filtered out": False, "not collected": False}


def test_a_path_needs_somebody_to_begin_with(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("path", "--to", "Ada Senior", code=2)
    told = capsys.readouterr().err
    assert "--from NAME" in told
    assert "[me] people" in told
    run("path", "--from", "Sam Pupil", "--to", "Ada Senior", *DAY)
    told = capsys.readouterr().out
    assert "1. Sam Pupil > Ada Senior\n" in told
    assert "“Multimodal learning with haptics”, 2025-05-01" in " ".join(told.split())
    assert "Works of more than 25 authors do not count" in told
    run("path", "--from", "Zed Nought", "--to", "Ada Senior", code=2)


def test_own_people_in_the_settings_stand_on_the_card(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("person", "Ada Senior")
    assert "introduce" not in capsys.readouterr().out
    (home / "finder.toml").write_text('[me]\npeople = ["Sam Pupil"]\n', encoding="utf-8")
    run("person", "Ada Senior")
    assert "who could introduce you: Sam Pupil has written with Ada Senior." in capsys.readouterr().out
    run("path", "--to", "Ada Senior", "--format", "json")
    path = json.loads(capsys.readouterr().out)
    run("person", "Ada Senior", "--format", "json")
    assert json.loads(capsys.readouterr().out)["introductions"] == path
    (link,) = path["chains"][0]["links"]
    assert {*link} == {"from", "to", "work_id", "title", "date", "venue", "url"}


def test_people_who_are_none_are_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "finder.toml").write_text('[me]\npeople = [""]\n', encoding="utf-8")
    run("path", "--to", "Ada Senior", code=1)
    assert "finder.toml" in capsys.readouterr().err
