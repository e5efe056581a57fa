"""finder boards and finder sweep, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from finder import cli

JOB = {"id": 7, "title": "Research Intern", "absolute_url": "https://acme.example/7", "location": {"name": "Paris"}}
MINE = """
[[boards]]
organisation = "Acme"
platform = "greenhouse"
token = "acme"
region = "FR"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.setenv("FINDER_GREENHOUSE_URL", httpserver.url_for("").rstrip("/"))
    (tmp_path / "finder.toml").write_text(MINE)
    return tmp_path


def run(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert (ended.value.code or 0) == code


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    run("boards", "--format", "json")
    return {row["organisation"]: row for row in json.loads(capsys.readouterr().out)}


def test_boards_begin_unchecked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed(capsys)

    assert {row["state"] for row in rows.values()} == {"unchecked"}
    assert rows["Acme"] == {
        "organisation": "Acme",
        "platform": "greenhouse",
        "token": "acme",
        "region": "FR",
        "origin": "finder.toml",
        "state": "unchecked",
        "checked_at": None,
        "swept_at": None,
        "message": "",
        "open": 0,
    }
    run("boards")
    table = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in table)
    assert any(line.split() == ["Acme", "greenhouse/acme", "unchecked", "0"] for line in table)


def test_a_board_is_swept_by_its_name_and_says_so(
    home: Path, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v1/boards/acme/jobs").respond_with_json({"jobs": [JOB]})
    run("sweep", "--board", "Acme")
    told = capsys.readouterr()

    assert told.out == ""
    assert told.err.splitlines() == [
        "[1/1] Acme (greenhouse): reached; 1 positions, 1 new, 0 gone",
        "1 of 1 boards were read.",
    ]
    acme = listed(capsys)["Acme"]
    assert (acme["state"], acme["open"]) == ("reached", 1)
    run("sweep", "--board", "greenhouse/ACME")
    assert "asked lately" in capsys.readouterr().err
    assert len(httpserver.log) == 1


def test_a_board_that_is_not_there_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v1/boards/acme/jobs").respond_with_json({"status": 404}, status=404)
    run("sweep", "--board", "greenhouse/acme", code=1)

    assert "Acme (greenhouse): gone; Greenhouse does not know" in capsys.readouterr().err
    assert listed(capsys)["Acme"]["state"] == "gone"


def test_a_board_that_is_not_known_is_wrong_usage(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("sweep", "--board", "Nobody", code=2)

    assert "There is no board 'Nobody'" in capsys.readouterr().err


def test_a_platform_that_is_not_known_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "finder.toml").write_text(MINE.replace("greenhouse", "grenhouse"))
    run("boards", code=1)

    assert capsys.readouterr().err.startswith(
        "finder: finder.toml: 'grenhouse' is no platform of job boards. One of: ashby,"
    )
