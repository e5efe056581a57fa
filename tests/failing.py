"""The ways in which a source fails, and a collection in which all optional sources do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec

from data.demo.builder.build import build_world
from data.demo.builder.service import answer as world_answer
from finder import answers
from finder.errors import NotFound, QuotaExceeded, SourceBlocked, SourceError, SourceUnreachable, UnexpectedFormat
from finder.ingest.collector import Collector, build_fetch_request, build_homepage_request
from finder.model import Affiliation, Authorship, Work
from finder.publication import resolve_and_publish
from finder.settings import Settings
from finder.source import Response, Source, discover_sources
from finder.storage import open_store
from finder.storage.runs import Run, SourceRun
from tests.serving import Internet, public

TODAY, NOW = date(2026, 11, 1), datetime(2026, 11, 1, 9, tzinfo=UTC)
INTEREST = "multimodal learning"
PAGES = "homepages"
# what everything rests on, what is asked of the same host, and what is read from files alone
FILES = ("openalex", "openalex_awards", "paperlists", "csrankings", "cordis", "acl")
OPTIONAL = tuple(sorted(set(discover_sources()) - {*FILES, PAGES}))
KEYS = {"openalex_key": "oa-Planted/0123", "openreview_key": "or-Planted/4567", "semantic_scholar_key": "s2-Planted/89"}
JSON, HTML = {"content-type": "application/json"}, {"content-type": "text/html; charset=utf-8"}

Said = tuple[int, dict[str, str], bytes]
Way = Callable[[httpx.Request], Said]

# --- the ways to fail ------------------------------------------------------------------------------------------------


def says(status: int, body: bytes | object = b"", headers: Mapping[str, str] = JSON) -> Way:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: (status, dict(headers), data)


def raises(error: type[httpx.TransportError]) -> Way:
    def way(request: httpx.Request) -> Said:
        raise error(f"planted, with {request.url}")

    return way


def echo(request: httpx.Request) -> Said:
    """A careless service that repeats the keys it was sent."""
    return 400, JSON, json.dumps({"error": f"bad request {request.url} {dict(request.headers)}"}).encode()


def cut_short(request: httpx.Request) -> Said:
    """The beginning of an answer; XML where that is what is spoken."""
    if "arxiv" in str(request.url):
        return 200, {"content-type": "application/atom+xml"}, b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>h'
    return 200, JSON, b'{"total": 2, "data": [{"paperId": "1", "ti'


CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>challenge-platform</body></html>"
CAPTCHA = b'<html><body><form id="gs_captcha_f"></form>unusual traffic from your network: captcha</body></html>'
BUDGET = {"retry-after": "40000", "x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", **JSON}
LOGIN = {"location": "https://accounts.example/login?next=/"}
WAYS: dict[str, tuple[Way, type[SourceError]]] = {
    "400": (says(400, {"error": "bad request"}), UnexpectedFormat),
    "400 that repeats keys": (echo, UnexpectedFormat),
    "401": (says(401, {"error": "unauthorized"}), SourceBlocked),
    "403": (says(403, {"name": "ChallengeRequiredError", "message": "challenge required"}), SourceBlocked),
    "404": (says(404, {"error": "not found"}), NotFound),
    "404 as a page": (says(404, b"<!doctype html><title>404 Not Found</title>", HTML), NotFound),
    "410": (says(410, {"error": "gone"}), NotFound),
    "429 for a second": (says(429, {"error": "slow down"}, {"retry-after": "1", **JSON}), SourceUnreachable),
    "429": (says(429, b"Too Many Requests", {"content-type": "text/plain"}), SourceUnreachable),
    "429 for the day": (says(429, {"message": "quota exceeded"}, BUDGET), QuotaExceeded),
    "500": (says(500, {"error": "internal"}), SourceUnreachable),
    "500 challenge": (says(500, CHALLENGE, HTML), SourceBlocked),
    "502": (says(502, b"<html><title>502 Bad Gateway</title></html>", HTML), SourceUnreachable),
    "503 for an hour": (says(503, b"", {"retry-after": "3600"}), SourceUnreachable),
    "connection dropped": (raises(httpx.RemoteProtocolError), SourceUnreachable),
    "no connection": (raises(httpx.ConnectError), SourceUnreachable),
    "timeout": (raises(httpx.ReadTimeout), SourceUnreachable),
    "cut short": (cut_short, SourceUnreachable),
    "challenge page": (says(200, CHALLENGE, HTML), SourceBlocked),
    "captcha": (says(200, CAPTCHA, HTML), SourceBlocked),
    "login": (says(302, b"", LOGIN), SourceBlocked),
    "redirect without end": (lambda request: (302, {"location": str(request.url)}, b""), SourceUnreachable),
    "empty": (says(200, b"", {"content-type": "text/plain"}), SourceUnreachable),
    "wrong content type": (says(200, b"%PDF-1.7 \xff\xfe", {"content-type": "application/pdf"}), UnexpectedFormat),
    "unknown shape": (says(200, {"entirely": {"different": [1, None, "x"]}}), UnexpectedFormat),
    "list of strange things": (says(200, [None, 3, ["x"], {"id": 7}]), UnexpectedFormat),
    "says it failed": (says(200, {"status": "failed", "message": "try later", "errors": ["down"]}), UnexpectedFormat),
}
ONE_BY_ONE = ("orcid", "ror", "scholar", PAGES)  # asked for one person or place at a time, whom it may not know


def is_an_answer(way: str, source: str) -> bool:
    """Somebody whom a source does not know is no failure of it, nor is a page of somebody's that says nothing."""
    return (WAYS[way][1] is NotFound and source in ONE_BY_ONE) or (source == PAGES and way == "empty")


# --- a collection in which everybody is known everywhere -------------------------------------------------------------


@cache
def world() -> Any:
    return build_world(scale=0.3)


def openalex(request: httpx.Request) -> Said:
    return world_answer(world(), request.url.path, dict(parse_qsl(urlsplit(str(request.url)).query)))


def known_everywhere(source: Source) -> Source:
    """OpenAlex, with an id in each other source for its people and places, so that each has something to be asked."""

    def parse(reply: Response) -> Iterator[Any]:
        for record in source.parse(reply):
            known = isinstance(record, Work)
            names = tuple(map(_with_ids, record.authorships)) if isinstance(record, Work) else ()
            yield msgspec.structs.replace(record, authorships=names) if known else record

    return replace(source, parse=parse)


def _with_ids(author: Authorship) -> Authorship:
    number = next((id_.removeprefix("openalex:A") for id_ in author.ids if id_.startswith("openalex:A")), None)
    if number is None:
        return author
    more = (f"dblp:1/{number}", f"openreview:~Some_Body{number}", f"scholar:{number[-10:]:_>12}")
    at = (*author.affiliations, Affiliation("Universität Nirgendwo", id="ror:012345678"))
    return msgspec.structs.replace(author, ids=(*author.ids, *more), affiliations=at)


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def door(by: Way, now: datetime = NOW) -> dict[str, Any]:
    """What a collector is to ask in place of the network; nothing waits."""
    return dict(clock=lambda: now, sleep=no_sleep, transport=Internet(by), resolve=public)


@dataclass
class Told:
    """What came of a collection: its run, how each source fared, the answer, and the hosts that were asked."""

    run: Run
    entries: dict[str, SourceRun]
    answer: dict[str, Any]
    asked: set[str]

    @property
    def ranked(self) -> list[str]:
        return [row["author_id"] for row in self.answer["results"]]


async def collected(home: Path, way: Way | None, optional: tuple[str, ...] = OPTIONAL, now: datetime = NOW) -> Told:
    """Collect from OpenAlex and the optional sources, which answer ``way``; then look at homepages, likewise."""

    def by(request: httpx.Request) -> Said:
        return openalex(request) if way is None or request.url.host == "api.openalex.org" else way(request)

    found = {name: discover_sources()[name] for name in optional} if way else {}
    sources = {"openalex": known_everywhere(discover_sources()["openalex"]), **found}
    options = door(by, now)
    ask = replace(build_fetch_request(INTEREST, TODAY), limit=1000)
    with open_store(home) as store:
        async with Collector(Settings(home, keys=KEYS), store, sources, **options) as collector:
            runs = [await collector.collect(ask)]
        if way:
            people = {f"https://people{n}.example/": "Ada Vell" for n in range(3)}
            async with Collector(Settings(home), store, {PAGES: discover_sources()[PAGES]}, **options) as collector:
                runs.append(await collector.visit_homepages(build_homepage_request(ask, people)))
        resolve_and_publish(store, NOW.isoformat())
        entries = {entry.source: entry for run in runs for entry in store.runs.source_runs(run.id)}
        answer = answers.find_advisors(store, answers.Query(INTEREST, TODAY, top=50)).to_json()
    return Told(runs[0], entries, answer, {str(urlsplit(url).hostname) for url in options["transport"].asked})
