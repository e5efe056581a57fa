"""From nothing to a list in one command, without a key: the conference files that are open to everybody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from finder import cli, pipeline
from finder.settings import Settings
from finder.source import discover_sources
from finder.sources import paperlists
from finder.storage import open_store
from tests.worlds import stored, work

YEAR = datetime.now(UTC).year
PAPERS = [
    {
        "title": f"Modality dropout {n}",
        "author": "Ada Vell;Bo Orn",
        "aff": "University of Valdorra;Uni B",
        "id": str(n),
        "status": "Poster",
        "track": "main",
        "abstract": "We drop modalities.",
    }
    for n in range(4)
]


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(ended.value.code or 0)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> list[str]:
    """Paths that a stub of the files was asked for: two of a venue are there, one is broken, no other is known."""
    paths: list[str] = []

    def answer(request: Request) -> Response:
        paths.append(request.path)
        if request.path == f"/iclr/iclr{YEAR - 1}.json":
            return Response(json.dumps(PAPERS), content_type="text/plain")
        return Response("404: Not Found", 404, content_type="text/plain")

    httpserver.expect_request("").respond_with_handler(answer)
    monkeypatch.setattr("finder.http.rate_limiter.HostRateLimiter._try_take_token", lambda *_: 0.0)
    for name in ("FINDER_OPENALEX_KEY",):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FINDER_PAPERLISTS_URL", httpserver.url_for("").rstrip("/"))
    return paths


def test_one_command_fetches_them_and_answers(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("advisors", "modality dropout", "--open-papers", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)

    assert {row["name"] for row in found["results"]} == {"Ada Vell", "Bo Orn"}
    assert len(asked) == len(paperlists.plan(pipeline.question_open_papers(datetime.now(UTC).date())))
    assert not [
        path for path in asked if not path.endswith(tuple(f"{YEAR - n}.json" for n in range(pipeline.OPEN_YEARS)))
    ]


def test_setup_fetches_them_and_says_what_comes_next(
    asked: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run("setup", "--open-papers") == 0
    assert "Ready: 4 works" in capsys.readouterr().err
    with open_store(tmp_path / "home") as store:
        assert pipeline.is_interest_fresh(store, "modality dropout") is False, "no interest counts as collected"


@pytest.mark.parametrize("other", ["--offline", "--demo"])
def test_what_asks_nobody_does_not_fetch_them(other: str, asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("advisors", "modality dropout", "--open-papers", other) == 2
    assert "leave out --offline and --demo" in capsys.readouterr().err
    assert asked == []


def test_where_nothing_could_be_fetched_it_says_that_the_answer_is_what_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, said = stored(tmp_path, work("Modality dropout", "Ada Vell")), list[str]()
    monkeypatch.setattr(pipeline, "_fetch_and_publish", lambda *_: "failed")

    assert pipeline.collect_open_papers(Settings(tmp_path), store, said.append) == "failed"
    assert said == [pipeline.FROM_STORE, "Ready: 1 works by 1 people."]


def test_the_sentence_names_both_commands() -> None:
    assert "finder setup --open-papers" in pipeline.WITHOUT_KEY
    assert "finder advisors INTEREST --open-papers" in pipeline.WITHOUT_KEY
    number = len(paperlists.plan(pipeline.question_open_papers(datetime(2026, 11, 30, tzinfo=UTC).date())))
    assert abs(number - 90) <= 15, "about 90 requests are promised"
    assert discover_sources()["paperlists"].card.default_on is False
