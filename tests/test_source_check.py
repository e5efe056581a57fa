"""Testing a source: one request at most, and whatever goes wrong is told with a remedy."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finder.cli import main
from finder.ingest import source_check
from finder.ingest.source_check import ProbeOutcome
from finder.settings import Settings, SourceSettings
from finder.source import Source, discover_sources
from finder.storage import Store, open_store
from tests.serving import KEY, answer, page, run, serving

OPENALEX = discover_sources()["openalex"]
CREDITS = {"X-RateLimit-Limit": 10000, "X-RateLimit-Remaining": 9876, "X-RateLimit-Credits-Used": 1}
WORK = {
    "id": "https://openalex.org/W1",
    "title": "T",
    "publication_date": "2026-01-02",
    "type": "article",
    "authorships": [{"author": {"id": "https://openalex.org/A1", "display_name": "Ada Vell"}}],
}
GOOD = answer({"meta": {"count": 1}, "results": [WORK]}, **CREDITS)


async def asked(
    store: Store, said: bytes, source: Source = OPENALEX, key: str = "", **options: Any
) -> tuple[ProbeOutcome, list[Any]]:
    """What came of a test, and the requests it sent."""
    async with serving(said) as web:
        name = source.card.name
        keys = {source.card.key_name: key} if key and source.card.key_name else {}
        settings = Settings(store.home, sources={name: SourceSettings(url=web.url)}, keys=keys)
        return await source_check.probe_source(settings, store, source, **options), web.asked


def test_a_source_that_answers_is_ok_for_one_credit(store: Store) -> None:
    tested, requests = run(asked(store, GOOD, key=KEY))

    assert (tested.state, tested.sent, tested.credits, tested.remaining) == ("ok", 1, 1.0, 9876.0)
    assert "with your key" in tested.message
    assert (len(requests), requests[0].path, requests[0].query["api_key"]) == (1, "/works", [KEY])
    assert requests[0].query["per_page"] == ["1"]


def test_what_is_kept_is_no_proof_so_it_is_asked_anew(store: Store) -> None:
    async def twice() -> list[str]:
        first, _ = await asked(store, GOOD)
        second, requests = await asked(store, answer({}, 401))
        return [first.state, second.state, str(len(requests))]

    assert run(twice()) == ["ok", "no key", "1"]


@pytest.mark.parametrize(
    ("said", "key", "state", "words"),
    [
        (answer({"error": "API key required"}, 401), "", "no key", "openalex.org/settings/api"),
        (answer({"error": "Invalid API key"}, 401), KEY, "key refused", "does not accept the key"),
        (answer({}, 403), KEY, "blocked", "another day"),
        (answer({}, 403), "", "no key", "openalex.org/settings/api"),
        (page("<title>Just a moment...</title> challenge"), KEY, "blocked", "challenge page"),
        (page("<html><h1>Welcome</h1></html>"), KEY, "not understood", "page where json is due"),
        (page("<html>502</html>", 502), KEY, "unreachable", "502"),
        (answer({"error": "slow down"}, 429), KEY, "unreachable", "429"),
        (answer({"error": "x"}, 429, Retry_After=40000), KEY, "out of budget", "used up"),
        (answer({"error": "x"}, 503, Retry_After=3600), KEY, "unreachable", "1 h"),
        (answer({}, 302, Location="https://accounts.example.org/login"), KEY, "blocked", "wants a login"),
        (answer(b'{"results": [', Content_Length=500), KEY, "unreachable", "broke off"),
        (answer({}, 404), KEY, "not understood", "does not know"),
        (answer({"entirely": "different"}), KEY, "not understood", "pdate"),
        (answer({"meta": {"count": 0}, "results": []}), KEY, "not understood", "nothing in it"),
        (answer({"error": f"bad key {KEY}", "message": KEY}, 400), KEY, "not understood", "400"),
    ],
)
def test_every_failure_is_told_after_one_request(store: Store, said: bytes, key: str, state: str, words: str) -> None:
    tested, requests = run(asked(store, said, key=key))

    assert (tested.state, len(requests)) == (state, 1), tested.message
    assert words in tested.message
    assert KEY not in tested.message


def test_a_source_that_is_not_there_is_unreachable(store: Store) -> None:
    settings = Settings(store.home, sources={"openalex": SourceSettings(url="http://127.0.0.1:9")})
    tested = run(source_check.probe_source(settings, store, OPENALEX))

    assert (tested.state, tested.sent) == ("unreachable", 0)
    assert "Try again later" in tested.message


def test_one_that_never_answers_is_given_up(store: Store) -> None:
    async def hanging() -> ProbeOutcome:
        gone = asyncio.Event()

        async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await gone.wait()
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        async with server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            settings = Settings(store.home, sources={"openalex": SourceSettings(url=url)})
            tested = await source_check.probe_source(
                settings, store, OPENALEX, limits=replace(source_check.PATIENT, seconds=0.2)
            )
            gone.set()
        return tested

    tested = run(hanging())
    assert (tested.state, "took too long" in tested.message) == ("unreachable", True)


def test_a_source_that_is_left_alone_is_not_asked(store: Store) -> None:
    store.budgets.record_suspension("openalex", "2026-11-22", "2999-01-01T00:00:00Z", "used up")
    tested, requests = run(asked(store, GOOD, key=KEY))

    assert (tested.state, tested.sent, requests) == ("out of budget", 0, [])
    assert "It is asked again in" in tested.message


def test_a_test_stores_no_records_and_is_no_run(store: Store) -> None:
    run(asked(store, GOOD))

    assert not store.records.count_by_source()
    assert store.runs.latest_run() is None


@pytest.mark.parametrize("name", sorted(discover_sources()))
def test_every_source_can_be_tested_but_those_asked_about_somebody(name: str) -> None:
    source = discover_sources()[name]

    assert (source.probe is None) == (name in ("acl", "cordis", "homepages", "scholar"))
    if source.probe:
        assert source.probe.path.startswith("/")
        assert source.probe.credits <= 1
    assert source.card.adds.endswith(".")


# --- the command line ------------------------------------------------------------------------------------------------


def said_by(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["sources", *words])
    told = capsys.readouterr()
    return int(str(end.value.code)), told.out, told.err


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.setenv("FINDER_OPENALEX_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    return tmp_path


def test_the_command_tells_the_cost_first_and_ends_with_1_where_a_test_fails(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said_by(capsys, "--test")
    assert code == 1
    assert "one request to http://127.0.0.1:9/works, 1 credit" in err
    assert "unreachable" in out
    code, out, _ = said_by(capsys, "--test", "openalex", "--format", "json")
    assert (code, [row["state"] for row in json.loads(out)]) == (1, ["unreachable"])


def test_what_cannot_be_tested_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said_by(capsys, "--test", "scholar")
    assert (code, "about somebody: scholar" in err, "No source" in out) == (0, True, True)
    code, _, err = said_by(capsys, "--test", "oponalex")
    assert (code, "openalex" in err) == (2, True)


def test_nothing_is_asked_in_the_demo(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_DEMO", "1")
    code, _, err = said_by(capsys, "--test")
    assert (code, err) == (2, "finder: Nothing is asked in the demo.\n")


def test_all_sources_are_listed_with_what_they_add_and_their_runs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(home) as store:
        store.runs.start_run("collect", "owls", "2026-11-01T00:00:00+00:00")
    code, out, _ = said_by(capsys, "--format", "json")
    rows = json.loads(out)
    assert (code, {row["source"] for row in rows}) == (0, set(discover_sources()))
    assert rows[0]["source"] == "openalex"
    assert rows[0]["test"] == {"url": "http://127.0.0.1:9/works", "credits": 1}
    assert all(row["adds"] and row["runs"] == [] for row in rows)
