"""Refusals as services really sent them, and the stand-in service with its faults."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from finder import answers
from finder.errors import NotFound, SourceBlocked, SourceError, SourceUnreachable, UnexpectedFormat
from finder.http import CachingHttpClient
from finder.http.rate_limiter import HostRateLimiter
from finder.ingest.collector import Collector, build_fetch_request
from finder.publication import resolve_and_publish
from finder.settings import load_settings
from finder.source import Response, discover_sources
from finder.storage import Store, open_store
from finder.storage.runs import SourceRun
from tests.failing import OPTIONAL, TODAY, Said, door, no_sleep
from tests.shared import SHARED, needs_shared

RECORDED = SHARED / "recorded"
STANDIN = SHARED / "standin" / "standin.py"
CORPUS = ("automl2022.json.gz", "automl2023.json.gz", "automl2024.json.gz")
INTEREST = "neural architecture search"


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine has no manners to ask for."""
    monkeypatch.setattr(HostRateLimiter, "_try_take_token", lambda *_: 0.0)


@needs_shared
@pytest.mark.parametrize(
    ("file", "source", "status", "error"),
    [
        ("arxiv/error-400-bad-id.xml", "arxiv", 400, UnexpectedFormat),
        ("crossref/error-400-rows.json", "crossref", 400, UnexpectedFormat),
        ("crossref/error-404-bad-cursor.json", "crossref", 404, NotFound),
        ("crossref/error-404-doi.txt", "crossref", 404, NotFound),
        ("dblp/bot-challenge-excerpt.html", "dblp", 500, SourceBlocked),
        ("dblp/bot-challenge-excerpt.html", "dblp", 200, SourceBlocked),
        ("dblp/error-429-excerpt.html", "dblp", 429, SourceUnreachable),
        ("orcid/error-404-bad-id.json", "orcid", 404, NotFound),
        ("orcid/error-500-bad-start.json", "orcid", 500, SourceUnreachable),
        ("orcid/sample-error.xml", "orcid", 404, NotFound),
        ("semanticscholar/error-400-recommendations.json", "semantic_scholar", 400, UnexpectedFormat),
        ("semanticscholar/error-400-unknown-field.json", "semantic_scholar", 400, UnexpectedFormat),
        ("semanticscholar/error-404-author.json", "semantic_scholar", 404, NotFound),
        ("semanticscholar/error-404-doi-2025.json", "semantic_scholar", 404, NotFound),
        ("semanticscholar/error-404-paper.json", "semantic_scholar", 404, NotFound),
        ("semanticscholar/error-404-title-match-2025.json", "semantic_scholar", 404, NotFound),
        ("semanticscholar/error-429-quoted.txt", "semantic_scholar", 429, SourceUnreachable),
    ],
)
def test_a_recorded_refusal_is_refused(
    file: str, source: str, status: int, error: type[SourceError], store: Store
) -> None:
    body = (RECORDED / file).read_bytes()
    kind = {"html": "text/html", "xml": "application/xml", "json": "application/json"}.get(file.rpartition(".")[2])
    card = discover_sources()[source].card

    async def asked() -> None:
        def by(_: Any) -> Said:
            return status, {"content-type": kind or "text/plain"}, body

        async with CachingHttpClient(load_settings(store.home, {}), store, **door(by)) as http:
            await http.get(card, "/works")

    with pytest.raises(error):
        asyncio.run(asked())
    with pytest.raises((UnexpectedFormat, SourceBlocked)):  # nor is it read, should it ever be sent with 200
        list(
            discover_sources()[source].parse(Response(source, "https://example.org", 200, body, "2026-11-01T00:00:00Z"))
        )


@needs_shared
def test_all_recorded_refusals_are_tested_here() -> None:
    (marks,) = [mark for mark in test_a_recorded_refusal_is_refused.pytestmark if mark.name == "parametrize"]
    folders = {"arxiv", "crossref", "dblp", "openreview", "orcid", "ror", "semanticscholar", "scholar"}
    files = [row["file"] for row in json.loads((RECORDED / "INDEX.json").read_text(encoding="utf-8"))]
    refusals = {f for f in files if f.partition("/")[0] in folders and ("error" in f or "challenge" in f)}

    assert {case[0] for case in marks.args[1]} == refusals


@contextmanager
def standin(folder: Path, *faults: str) -> Iterator[str]:
    """The stand-in over three small conference files; its URL."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for name in CORPUS:
        if not (corpus / name).exists():
            (corpus / name).symlink_to(SHARED / "paperlists" / name)
    words = ["--port", "0", "--corpus", str(corpus), "--cache", str(folder / "catalogue.sqlite"), *faults]
    with subprocess.Popen([sys.executable, STANDIN, *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.kill()


async def collected(home: Path, url: str) -> tuple[str, dict[str, SourceRun], list[str]]:
    """Collect from the stand-in, where only OpenAlex is served: all other sources are not there."""
    environ = {f"FINDER_{name.upper()}_URL": f"{url}/{name}" for name in (*OPTIONAL, "openalex")}
    settings = load_settings(home, {**environ, "FINDER_OPENALEX_KEY": "planted-key-0123"})
    sources = {name: discover_sources()[name] for name in (*OPTIONAL, "openalex")}
    with open_store(home) as store:
        async with Collector(settings, store, sources, sleep=no_sleep) as collector:
            run = await collector.collect(build_fetch_request(INTEREST, TODAY))
        resolve_and_publish(store, "2026-11-01T09:00:00+00:00")
        entries = {entry.source: entry for entry in store.runs.source_runs(run.id)}
        rows = answers.find_advisors(store, answers.Query(INTEREST, TODAY, top=50)).results
    return run.state, entries, [row["author_id"] for row in rows]


@needs_shared
def test_over_the_stand_in_with_its_faults_advisors_are_ranked(tmp_path: Path) -> None:
    with standin(tmp_path) as url:
        state, entries, whole = asyncio.run(collected(tmp_path / "whole", url))
    assert len(whole) >= 10
    assert (state, entries["openalex"].state) == ("partial", "complete")

    for fault, same in {"fail": True, "drop": True, "partial": False}.items():
        with standin(tmp_path, f"--{fault}-every", "3") as url:
            state, entries, ranked = asyncio.run(collected(tmp_path / fault, url))
        assert state == "partial"
        assert (ranked == whole) if same else (ranked and entries["openalex"].state in ("complete", "partial"))
        for name in OPTIONAL:
            assert entries[name].state in ("failed", "blocked", "not asked", "complete")
            assert entries[name].message, f"{name} failed silently"
            assert (entries[name].works, entries[name].people) == (0, 0)


@needs_shared
def test_a_day_too_short_for_the_stand_in_is_said_to_be(tmp_path: Path) -> None:
    with standin(tmp_path, "--budget", "0.0015") as url:
        state, entries, ranked = asyncio.run(collected(tmp_path / "home", url))

    assert (state, entries["openalex"].state) == ("partial", "out of budget")
    assert "asked again in" in entries["openalex"].message
    assert ranked
