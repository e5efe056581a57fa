"""With every optional source failing in every way, advisors are still ranked, and each failure is named."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from finder import answers, pipeline
from finder.errors import NotFound, SourceBlocked, SourceError, SourceUnreachable, UnexpectedFormat
from finder.http import CachingHttpClient
from finder.http.rate_limiter import HostRateLimiter
from finder.ingest.collector import Collector
from finder.model import Authorship
from finder.settings import Settings, SourceSettings
from finder.source import FetchRequest, Response, Source, SourceInfo, discover_sources
from finder.storage import Store
from tests import failing
from tests.failing import HTML, INTEREST, JSON, KEYS, NOW, OPTIONAL, PAGES, TODAY, WAYS, Said, Told, collected, door
from tests.worlds import stored, work

REMEDY = re.compile(r"try again|asked again|update the finder|open .* in a browser|key|wait a day|log in", re.I)
DAY = timedelta(days=1)
IDS = {
    "orcid": "orcid:0000-0002-1825-0097",
    "ror": "ror:012345678",
    "scholar": "scholar:dq-VzqkAAAAJ",
    PAGES: "homepage:https://people.example/",
}


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked, so nobody needs a pace."""
    monkeypatch.setattr(HostRateLimiter, "_try_take_token", lambda *_: 0.0)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """The data folder after a collection from OpenAlex alone, and what came of it."""
    home = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HostRateLimiter, "_try_take_token", lambda *_: 0.0)
        told = asyncio.run(collected(home, None))
    assert told.run.state == "complete"
    assert len(told.ranked) > 10
    return home, told


@pytest.fixture
def home(tmp_path: Path, alone: tuple[Path, Told]) -> Path:
    """A copy of that folder: what OpenAlex said is kept there."""
    return shutil.copytree(alone[0], tmp_path / "home")


@pytest.mark.parametrize("name", WAYS)
def test_all_fail_in_one_way_and_the_ranking_stands(name: str, home: Path, alone: tuple[Path, Told]) -> None:
    told = asyncio.run(collected(home, WAYS[name][0]))

    assert told.run.state == "partial"
    assert told.entries["openalex"].state == "complete"
    assert told.ranked == alone[1].ranked
    shown = {row["source"]: row for row in told.answer["coverage"]["sources"]}
    for source in (*OPTIONAL, PAGES):
        entry = told.entries[source]
        assert source == PAGES or urlsplit(discover_sources()[source].card.base).hostname in told.asked
        assert entry.works + entry.people == 0, f"{source} made something of nothing"
        assert entry.message, f"{source} failed silently"
        assert (shown[source]["state"], shown[source]["message"]) == (entry.state, entry.message)
        assert not any(key in entry.message for key in KEYS.values())
        if failing.is_an_answer(name, source):
            assert (entry.state, shown[source]["complete"]) == ("complete", True)
        else:
            assert entry.state in ("failed", "blocked", "out of budget"), entry
            assert shown[source]["complete"] is False
            assert REMEDY.search(entry.message), entry.message


def expected(way: str, source: str) -> tuple[type[SourceError], ...]:
    """What a source raises; pages are read by what robots.txt says, and have no shape that could break off."""
    error = WAYS[way][1]
    if source in ("scholar", PAGES):
        return {
            "429": (SourceBlocked, SourceUnreachable),
            "429 for a second": (SourceBlocked, SourceUnreachable),
            "500 challenge": (SourceUnreachable,),
            "429 for the day": (SourceBlocked, SourceUnreachable),
            "cut short": (UnexpectedFormat,),
            "empty": (UnexpectedFormat,),
        }.get(way, (error,))
    return (UnexpectedFormat,) if (way, source) == ("cut short", "arxiv") else (error,)


async def drained(source: Source, http: CachingHttpClient) -> int:
    """Ask everything of a source; how many records came."""
    ids = (IDS[source.card.name],) if source.card.name in IDS else ()
    ask = FetchRequest(INTEREST, TODAY, TODAY, TODAY, ids=ids, names=dict.fromkeys(ids, "Ada Vell"))
    fetch = source.fetch or source.complete
    assert fetch is not None
    return sum([len([*source.parse(reply)]) async for reply in fetch(http, ask)])


@pytest.mark.parametrize("source", [*OPTIONAL, PAGES])
@pytest.mark.parametrize("way", WAYS)
def test_each_source_says_what_happened(way: str, source: str, store: Store) -> None:
    async def asked() -> int:
        async with CachingHttpClient(Settings(store.home, keys=KEYS), store, **door(WAYS[way][0])) as http:
            return await drained(discover_sources()[source], http)

    if failing.is_an_answer(way, source):
        assert asyncio.run(asked()) <= 1  # a page that says nothing is rejected as such
    else:
        with pytest.raises(expected(way, source)) as caught:
            asyncio.run(asked())
        assert not any(key in f"{caught.value} {caught.value.url}" for key in KEYS.values())


# --- what is left of a failure ---------------------------------------------------------------------------------------

FEED = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>%d</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
<entry><id>http://arxiv.org/abs/2603.00001v1</id><title>Multimodal learning by walking</title>
<published>2026-03-01T10:00:00Z</published><author><name>Zoe Quill</name></author></entry></feed>"""


def feed(total: int) -> Said:
    return 200, {"content-type": "application/atom+xml"}, FEED % total


@pytest.mark.parametrize("way", ["unknown shape", "wrong content type", "cut short"])
def test_what_was_not_understood_is_asked_anew_and_not_taken_from_what_is_kept(way: str, home: Path) -> None:
    bad = asyncio.run(collected(home, WAYS[way][0], ("arxiv",))).entries["arxiv"]
    good = asyncio.run(collected(home, lambda _: feed(1), ("arxiv",))).entries["arxiv"]

    assert (bad.state, bad.works) == ("failed", 0)
    assert (good.state, good.works, good.calls) == ("complete", 1, 1)


def test_what_came_before_a_failure_is_kept_and_the_answer_is_said_to_be_partial(home: Path) -> None:
    def way(request: httpx.Request) -> Said:
        return feed(201) if "start=0" in str(request.url) else (500, JSON, b"{}")

    told = asyncio.run(collected(home, way, ("arxiv",)))

    assert (told.run.state, told.entries["arxiv"].state, told.entries["arxiv"].works) == ("partial", "partial", 1)
    assert "it answered 500" in told.entries["arxiv"].message


def test_an_answer_that_stays_partial_is_said_to_be(home: Path) -> None:
    nothing = FEED.partition(b"<entry>")[0] % 400 + b"</feed>"
    told = asyncio.run(collected(home, lambda _: (200, HTML | {"content-type": "text/xml"}, nothing), ("arxiv",)))

    assert (told.run.state, told.entries["arxiv"].state) == ("partial", "partial")
    assert "partial" in told.entries["arxiv"].message


@pytest.mark.parametrize("error", [KeyError("x"), ZeroDivisionError(), RecursionError(), AttributeError("y")])
def test_a_parser_that_breaks_costs_only_its_source(error: Exception, home: Path, alone: tuple[Path, Told]) -> None:
    def parse(_: Response) -> Iterator[Any]:
        raise error

    broken = replace(discover_sources()["arxiv"], parse=parse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(failing, "discover_sources", lambda: {**discover_sources(), "arxiv": broken})
        told = asyncio.run(collected(home, lambda _: feed(1), ("arxiv",)))

    assert told.entries["arxiv"].state == "failed"
    assert f"could not be read ({type(error).__name__})" in told.entries["arxiv"].message
    assert told.ranked == alone[1].ranked


def test_who_is_known_nowhere_else_leaves_nothing_to_ask_and_nothing_to_complain_about(home: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(failing, "known_everywhere", lambda source: source)
        told = asyncio.run(collected(home, WAYS["500"][0], ("ror", "scholar")))

    assert told.run.state == "complete"
    assert [told.entries[name].state for name in ("ror", "scholar")] == ["not asked", "not asked"]
    assert told.asked.isdisjoint({"api.ror.org", "scholar.google.com"})


def test_scholar_is_left_alone_for_a_day_after_it_has_refused(home: Path) -> None:
    ask = partial(collected, home, WAYS["403"][0], ("scholar",))
    first, soon, later = (asyncio.run(ask(now=NOW + after)) for after in (0 * DAY, DAY - DAY / 24, DAY + DAY / 24))

    assert [t.entries["scholar"].state for t in (first, soon, later)] == ["blocked"] * 3
    assert ["scholar.google.com" in told.asked for told in (first, soon, later)] == [True, False, True]
    assert "left alone, as it refused us. It is asked again in 1 h" in soon.entries["scholar"].message


# --- people's own pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["403", "timeout", "404", "challenge page", "wrong content type"])
def test_pages_that_all_fail_leave_the_answer_as_it_was(way: str, tmp_path: Path) -> None:
    ada = Authorship("Ada Vell", homepage="https://people.example/ada")
    store = stored(tmp_path, work("Modality dropout", ada, date="2024-05-01"))
    settings = Settings(tmp_path, sources={PAGES: SourceSettings(enabled=True)})
    before, said = answers.find_advisors(store, answers.Query("modality dropout", TODAY)), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline.collector, "Collector", partial(Collector, **door(WAYS[way][0])))
        pipeline.visit_top_homepages(settings, store, "modality dropout", said.append)
    after = answers.find_advisors(store, answers.Query("modality dropout", TODAY))

    assert after.results == before.results
    (entry,) = [row for row in after.coverage["sources"] if row["source"] == PAGES]
    assert entry["message"]
    gone = WAYS[way][1] is NotFound
    assert entry["complete"] is gone
    assert bool(said) is not gone
    store.close()


@pytest.mark.parametrize(("asked", "state"), [(2, "partial"), (1, "complete")])
def test_pages_of_which_some_fail_are_said_to_be_partial(asked: int, state: str, store: Store) -> None:
    def by(request: httpx.Request) -> Said:
        if request.url.path == "/robots.txt":
            return 404, {}, b""
        return (403, HTML, b"") if request.url.host == "people1.example" else (200, HTML, b"<h1>Ada Vell</h1>")

    async def visit() -> tuple[str, str]:
        people = {f"homepage:https://people{n}.example/": "Ada Vell" for n in range(asked)}
        ask = FetchRequest(INTEREST, TODAY, TODAY, TODAY, ids=tuple(people), names=people)
        async with Collector(Settings(store.home), store, {PAGES: discover_sources()[PAGES]}, **door(by)) as collector:
            run = await collector.visit_homepages(ask)
        return run.state, store.runs.source_runs(run.id)[0].message

    found, message = asyncio.run(visit())
    assert found == state
    assert ("1 of its answers could not be had" in message) is (state == "partial")


def test_the_cards_of_all_sources_are_here() -> None:
    cards: list[SourceInfo] = [source.card for source in discover_sources().values()]

    assert {card.name for card in cards} == {*OPTIONAL, PAGES, *failing.FILES}
    on = {card.name for card in cards if card.default_on}
    assert on == {"openalex", "openalex_awards", "nsf", "ukri"}
