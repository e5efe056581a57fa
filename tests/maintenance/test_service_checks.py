"""The doctor's look at the services: what each fault is called, and a report that gives nobody away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from finder.cli import main
from finder.maintenance import service_checks
from finder.maintenance.service_checks import ServiceCheck
from finder.outreach.export_detection import is_export
from finder.proxies import OutboundNetwork
from finder.settings import Settings, SourceSettings
from finder.source import discover_sources
from finder.storage import open_store
from tests.serving import KEY, Internet, public, run
from tests.worlds import WITHOUT_GRANTS

Said = tuple[int, dict[str, str], bytes]
JSON, PAGE = {"content-type": "application/json; charset=utf-8"}, {"content-type": "text/html"}
ADA, CONTACT, MIRROR, PASSWORD = "Ada Vell", "ada.vell@uni.example", "https://mirror.uni.example", "hunter2-hunter2"
WORK = {
    "id": "https://openalex.org/W1",
    "title": "T",
    "publication_date": "2026-01-02",
    "type": "article",
    "authorships": [{"author": {"id": "https://openalex.org/A1", "display_name": ADA}}],
}
CARD = b"""<article class="ecl-content-item"><h3><a href="/jobs/1">PhD position</a></h3></article>"""
JOB = {"id": 7, "title": f"Assistant to {ADA}", "absolute_url": "https://acme.example/7"}


def good(request: httpx.Request) -> Said:
    """All services as they should be."""
    if request.url.path == "/robots.txt":
        return 404, {}, b""
    if request.url.host == "euraxess.ec.europa.eu":
        return 200, PAGE, CARD
    body: Any = {
        "api.openalex.org": {"meta": {"count": 1}, "results": [WORK]},
        "boards-api.greenhouse.io": {"jobs": [JOB], "meta": {"total": 1}},
        "api.ashbyhq.com": {"jobs": [{"id": "a", "title": "T", "jobUrl": "https://a.example", "isListed": True}]},
        "api.lever.co": [{"id": "a", "text": "T", "hostedUrl": "https://a.example"}],
        "api.crossref.org": {"status": "ok", "message-type": "work-list", "message": {"items": []}},
    }.get(request.url.host)
    body = body or {"total": 1, "jobPostings": [{"title": "T", "externalPath": "/job/a/T_1", "bulletFields": ["1"]}]}
    return 200, JSON, json.dumps(body).encode()


def only(host: str, said: Said) -> Callable[[httpx.Request], Said]:
    """All is well but at one host."""
    return lambda request: said if request.url.host == host and "robots" not in request.url.path else good(request)


SETTINGS = {
    "sources": WITHOUT_GRANTS,
    "contact": CONTACT,
    "keys": {"openalex_key": KEY},
    "out": OutboundNetwork(f"http://{ADA.split()[0]}:{PASSWORD}@proxy.uni.example:3128", proxy_origin="HTTPS_PROXY"),
}


class Hours:
    """Time that passes by waiting alone."""

    def __init__(self) -> None:
        self.now = 1_796_000_000.0

    def ticks(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def looked(home: Path, by: Callable[[httpx.Request], Said], **more: Any) -> tuple[dict[str, ServiceCheck], str, str]:
    """The outcomes by service, the table and the report."""
    settings, hours = Settings(home, **{**SETTINGS, **more}), Hours()
    with open_store(home) as store:
        asked = run(
            service_checks.check_services(
                settings,
                store,
                service_checks.checkable_sources(settings),
                service_checks.sample_boards(),
                transport=Internet(by),
                resolve=public,
                sleep=hours.sleep,
                ticks=hours.ticks,
            )
        )
    now = datetime(2026, 11, 30, 10, tzinfo=UTC).isoformat(timespec="seconds")
    return (
        {one.outcome.source.partition("/")[0]: one for one in asked},
        service_checks.services_table(asked),
        service_checks.services_report(asked, settings, now),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_where_all_is_well_every_service_is_reached(home: Path) -> None:
    asked, table, report = looked(home, good)

    assert {one.result for one in asked.values()} == {"reached"}, table
    assert sorted(asked) == ["ashby", "euraxess", "greenhouse", "lever", "openalex", "workday"]
    assert table.count("nothing") == len(asked)
    assert all(one.outcome.status == 200 for one in asked.values())
    assert "| source | openalex | reached | ok |  | 200 | application/json |" in report


OPENALEX, GREENHOUSE = "api.openalex.org", "boards-api.greenhouse.io"


@pytest.mark.parametrize(
    ("service", "host", "said", "result", "cause"),
    [
        ("openalex", OPENALEX, (401, JSON, b'{"error": "Invalid API key"}'), "refused", ""),
        ("openalex", OPENALEX, (429, {**JSON, "retry-after": "40000"}, b"{}"), "refused", ""),
        ("openalex", OPENALEX, (429, {**JSON, "retry-after": "1"}, b'{"creditsRemaining": 0}'), "not reached", ""),
        ("openalex", OPENALEX, (200, PAGE, b"<title>Just a moment</title> challenge"), "refused", "challenge page"),
        ("openalex", OPENALEX, (200, JSON, b'{"results": ['), "not reached", "broken off"),
        ("openalex", OPENALEX, (200, JSON, b'{"results": [{"id": 7}]}'), "changed shape", ""),
        ("openalex", OPENALEX, (200, JSON, b'{"answer": {"Ada Vell": 1}}'), "changed shape", ""),
        ("greenhouse", GREENHOUSE, (404, JSON, b"{}"), "changed shape", "unknown there"),
        ("greenhouse", GREENHOUSE, (200, JSON, b'{"offers": [{"title": "T"}]}'), "changed shape", ""),
        ("lever", "api.lever.co", (503, PAGE, b"<h1>down</h1>"), "not reached", ""),
        ("workday", "nvidia.wd5.myworkdayjobs.com", (302, {"location": "/x"}, b""), "not reached", "redirect"),
        ("ashby", "api.ashbyhq.com", (403, JSON, b'{"message": "no, Ada Vell"}'), "refused", ""),
    ],
)
def test_each_fault_has_its_word_and_the_others_are_reached(
    home: Path, service: str, host: str, said: Said, result: str, cause: str
) -> None:
    asked, table, report = looked(home, only(host, said))

    assert asked[service].result == result, asked[service].outcome
    assert [name for name, one in asked.items() if one.result != "reached"] == [service]
    assert service_checks.failure_cause(asked[service].outcome.message) == cause
    assert asked[service].to_do in table
    assert f"| {asked[service].outcome.source} | {result} |" in report


def test_a_changed_shape_is_told_by_its_names_and_types_alone(home: Path) -> None:
    people = {f"person{number}": ADA for number in range(20)}
    body = {"offers": [{"title": f"By {ADA}", "n": 1, "of": people}], ADA: CONTACT, CONTACT: 1}
    _, _, report = looked(home, only("boards-api.greenhouse.io", (200, JSON, json.dumps(body).encode())))

    assert "structure: `{offers: [{title: text, n: number, of: {…: text}}], …: text, …: number}`" in report


def test_nothing_of_the_users_and_nobodys_name_is_in_the_report(home: Path) -> None:
    echo = json.dumps({"error": f"{ADA} at {home} {CONTACT} {KEY} {MIRROR} 141.2.3.4", "message": KEY}).encode()
    sources = {**WITHOUT_GRANTS, "openalex": SourceSettings(url=MIRROR), "crossref": SourceSettings(enabled=True)}
    for status in (200, 400, 403):
        _, _, report = looked(home, lambda _, status=status: (status, {**JSON, "x": KEY}, echo), sources=sources)

        for secret in (KEY, CONTACT, "mirror.uni", PASSWORD, "proxy.uni", str(home), "141.2.3.4", *ADA.split()):
            assert secret not in report
        assert "openalex (a mirror of one's own)" in report
        assert "proxies: https" in report


def test_boards_are_of_different_platforms_and_none_is_the_users_own() -> None:
    chosen = service_checks.sample_boards()

    assert len({one.platform for one in chosen}) == len(chosen) == service_checks.BOARDS
    assert all(one.platform in discover_sources("finder.boards") for one in chosen)


def test_the_command_writes_a_report_and_ends_with_1_where_something_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.setenv("FINDER_OPENALEX_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(service_checks, "sample_boards", list)
    with pytest.raises(SystemExit, match="1"):
        main(["doctor", "--live"])
    told = capsys.readouterr()

    (report,) = (tmp_path / "exports").iterdir()
    assert "openalex" in told.out
    assert "not reached" in told.out
    assert str(report) in told.err
    assert is_export(report)
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", "--report", "x.md"])
