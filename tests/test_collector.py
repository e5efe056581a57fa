"""Collecting: whatever the network does, the store ends with what the source holds, or says that it does not."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from serving import Request, Web, answer, page, serving

from data.demo.builder.build import build_world
from data.demo.builder.model import World
from data.demo.builder.service import answer as world_answer
from finder.ingest.collector import Collector, active_sources, build_fetch_request, has_fresh_run
from finder.model import Affiliation, Authorship, Institution, Work
from finder.settings import Settings, SourceSettings
from finder.source import FetchRequest, HttpClient, Response, Source, discover_sources
from finder.storage import open_store, responses
from finder.storage.runs import Run

TODAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
INTEREST = "multimodal learning"
Fault = Callable[[int, Request], bytes | None]


@cache
def world() -> World:
    return build_world(scale=0.3)


def told(request: Request) -> bytes:
    """What the fictional service says, as bytes on the wire."""
    path = unquote(urlsplit(request.target).path).removeprefix("/openalex")
    query = dict(parse_qsl(urlsplit(request.target).query))
    status, headers, body = world_answer(world(), path, query)
    return answer(body, status, **{name.replace("-", "_"): value for name, value in headers.items()})


async def collected(
    home: Path, fault: Fault | None = None, key: str = "a-test-key", interests: tuple[str, ...] = (INTEREST,)
) -> tuple[Run, Web]:
    """Collect from the fictional service on this machine, with faults injected; nothing really waits."""
    count = iter(range(10**9))

    def by(request: Request) -> bytes:
        return (fault(next(count), request) if fault else None) or told(request)

    async def no_sleep(_: float) -> None:
        await asyncio.sleep(0)

    async with serving(by=by) as web:
        settings = Settings(
            home,
            sources={"openalex": SourceSettings(url=f"{web.url}/openalex")},
            keys={"openalex_key": key} if key else {},
        )
        with open_store(home) as store:
            sources = {"openalex": discover_sources()["openalex"]}
            for interest in interests:
                async with Collector(settings, store, sources, clock=lambda: NOW, sleep=no_sleep) as collector:
                    run = await collector.collect(build_fetch_request(interest, TODAY))
            return run, web


def records(home: Path) -> set[tuple[str, str]]:
    with open_store(home) as store:
        return set(store.connection.execute("select kind || source_id, body from record"))


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    home = tmp_path_factory.mktemp("faultless")
    run, _ = asyncio.run(collected(home))
    assert run.state == "complete"
    found = records(home)
    assert len(found) > 100
    return found


def broken_now_and_then(turn: int, request: Request) -> bytes | None:
    """Every 7th is unavailable, every 11th is cut off, every 5th wants a pause, every 13th is half and says so."""
    if turn % 7 == 6:
        return answer({"error": "Service unavailable"}, 503)
    if turn % 5 == 4:
        return answer({"error": "Rate limit exceeded"}, 429, Retry_After=1)
    whole = told(request)
    if turn % 11 == 10:
        return whole[: len(whole) // 2]
    if turn % 13 == 12 and b'"results"' in whole:
        body = json.loads(whole.partition(b"\r\n\r\n")[2])
        body["results"] = body["results"][: len(body["results"]) // 2]
        body["meta"]["timed_out"] = True
        return answer(body)
    return None


def test_faults_leave_the_store_of_a_faultless_run(tmp_path: Path, faultless: set[tuple[str, str]]) -> None:
    asyncio.run(collected(tmp_path, broken_now_and_then))

    assert records(tmp_path) == faultless


def cut_short(turn: int, request: Request) -> bytes | None:
    """Lists of works end after six, and say nothing of it but their count."""
    body = json.loads(told(request).partition(b"\r\n\r\n")[2])
    if "/works" not in request.target or len(body["results"]) <= 6:
        return None
    body["results"], body["meta"]["next_cursor"] = body["results"][:6], None
    return answer(body)


@pytest.mark.parametrize("key", ["a-test-key", ""])
def test_lists_that_end_before_their_own_count_are_partial_and_asked_for_anew(
    tmp_path: Path, faultless: set[tuple[str, str]], key: str
) -> None:
    run, _ = asyncio.run(collected(tmp_path, cut_short, key))
    with open_store(tmp_path) as store:
        (entry,) = store.runs.source_runs(run.id)
        kept = [key for (key,) in store.connection.execute("select key from reply where key like '%/works?%'")]

    assert (run.state, entry.state, entry.complete) == ("partial", "partial", False)
    assert re.search(r"ended before (its own count|their own counts): \d+ of [\d,]+ came", entry.message)
    assert any(key.endswith(responses.QUARANTINE_SUFFIX) for key in kept)
    run, _ = asyncio.run(collected(tmp_path, key=key))
    assert run.state == "complete"
    assert not key or records(tmp_path) >= faultless


def test_without_a_key_no_cursor_is_asked_for(tmp_path: Path) -> None:
    run, web = asyncio.run(collected(tmp_path, key=""))

    assert run.state == "complete"
    assert not any("cursor" in request.query for request in web.asked)
    assert records(tmp_path)


def test_a_second_run_sends_nothing_and_changes_nothing(tmp_path: Path) -> None:
    asyncio.run(collected(tmp_path))
    before = records(tmp_path)
    _, web = asyncio.run(collected(tmp_path))

    assert records(tmp_path) == before
    # the server listens elsewhere now, so that kept replies are of another address: only then is anything sent
    with open_store(tmp_path) as store:
        assert has_fresh_run(store, INTEREST.upper(), NOW)
    del web


def out_of_budget_after(calls: int) -> Fault:
    def fault(turn: int, _: Request) -> bytes | None:
        body = {"error": "Rate limit exceeded", "message": "The daily budget is used up.", "dailyRemainingUsd": 0}
        return answer(body, 429, Retry_After=40_000) if turn >= calls else None

    return fault


def test_a_used_up_budget_is_said_and_what_came_in_is_kept(tmp_path: Path, faultless: set[tuple[str, str]]) -> None:
    _, web = asyncio.run(collected(tmp_path / "whole"))
    run, _ = asyncio.run(collected(tmp_path, out_of_budget_after(len(web.asked) - 2)))
    with open_store(tmp_path) as store:
        (entry,) = store.runs.source_runs(run.id)

    assert (run.state, entry.state) == ("partial", "out of budget")
    assert not entry.complete
    assert entry.message
    assert records(tmp_path) < faultless
    assert records(tmp_path)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (page("<title>Making sure you're not a bot!</title> challenge"), "blocked"),
        (answer({"error": "Invalid API key"}, 401), "blocked"),
        (answer({"error": "Plan upgrade required"}, 429), "failed"),
        (answer("not json at all"), "failed"),
        (answer({"entirely": "different"}), "failed"),
        (answer({"error": "no"}, 500), "failed"),
    ],
    ids=["challenge", "bad key", "plan", "garbage", "other shape", "down"],
)
def test_a_source_that_fails_is_never_an_empty_list(tmp_path: Path, said: bytes, state: str) -> None:
    run, _ = asyncio.run(collected(tmp_path, lambda *_: said))
    with open_store(tmp_path) as store:
        (entry,) = store.runs.source_runs(run.id)

    assert (run.state, entry.state) == ("failed", state)
    assert "a-test-key" not in entry.message
    assert entry.message


def test_stopping_in_the_middle_keeps_what_came_in(tmp_path: Path, faultless: set[tuple[str, str]]) -> None:
    async def stopped() -> None:
        started = asyncio.Event()

        def fault(turn: int, _: Request) -> bytes | None:
            if turn == 5:
                started.set()
            return None

        task = asyncio.create_task(collected(tmp_path, fault))
        await asyncio.wait_for(started.wait(), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stopped())
    with open_store(tmp_path) as store:
        run = store.runs.latest_run(kind="collect")
        assert run is not None
        assert (run.state, store.runs.source_runs(run.id)[0].state) == ("stopped", "partial")
        assert not has_fresh_run(store, INTEREST, NOW)
    assert records(tmp_path) <= faultless

    asyncio.run(collected(tmp_path))
    assert records(tmp_path) == faultless


def test_sources_that_are_switched_off_are_not_asked(tmp_path: Path) -> None:
    off = Settings(tmp_path, sources={"openalex": SourceSettings(enabled=False)})

    assert "openalex" in active_sources(Settings(tmp_path), discover_sources())
    assert "openalex" not in active_sources(off, discover_sources())


@contextmanager
def polling(home: Path) -> Iterator[list[str]]:
    """A reader that looks at store and snapshot all the while."""
    errors: list[str] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            try:
                with open_store(home) as store:
                    store.records.count_by_source()
                    if snapshot := store.snapshots.snapshot_or_none():
                        snapshot.scan_table("works").select("work").collect()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                errors.append(repr(error))

    thread = threading.Thread(target=look)
    thread.start()
    yield errors
    done.set()
    thread.join()


def test_readers_are_never_in_the_way_nor_kept_out(tmp_path: Path, faultless: set[tuple[str, str]]) -> None:
    from finder.publication import resolve_and_publish

    with polling(tmp_path) as errors:
        asyncio.run(collected(tmp_path))
        with open_store(tmp_path) as store:
            resolve_and_publish(store, NOW.isoformat())

    assert errors == []
    assert records(tmp_path) == faultless


def test_a_source_of_people_is_asked_for_more_of_them_where_more_works_came_in(tmp_path: Path) -> None:
    def leading(works: int) -> int:
        with open_store(tmp_path) as store:
            collector = Collector(
                Settings(tmp_path), store, {name: discover_sources()[name] for name in ("openalex", "orcid")}
            )
            tallies = collector._tallies
            tallies["openalex"].update_entry(works=works)
            leaders = {f"orcid:{number}": 1.0 for number in range(200)}
            return len(collector._leaders_to_complete(tallies["orcid"], leaders, TODAY))

    assert [leading(works) for works in (10, 400, 4_000)] == [40, 50, 60]


def test_where_the_institutions_lie_is_asked_once_and_known(tmp_path: Path) -> None:
    from finder.publication import resolve_and_publish

    _, web = asyncio.run(collected(tmp_path, interests=(INTEREST, "legged locomotion")))
    asked = [unquote(r.target) for r in web.asked if "/institutions?" in r.target]
    ids = [id_ for target in asked for id_ in target.partition("filter=id:")[2].partition("&")[0].split("|")]
    with open_store(tmp_path) as store:
        resolve_and_publish(store, NOW.isoformat())
        known = store.snapshots.current_snapshot().load_table("institutions")
    lies = {org.id: (org.city, org.latitude, org.longitude) for org in world().organisations}

    assert len(ids) == len(set(ids)) > 10
    rows = {
        id_.removeprefix("openalex:"): rest
        for id_, *rest in known.select("institution_id", "city", "latitude", "longitude").iter_rows()
    }
    assert {id_: tuple(rows[id_]) for id_ in ids} == {id_: lies[id_] for id_ in ids}
    assert known.filter(known["latitude"].is_null()).is_empty()


def test_institutions_that_cannot_be_had_make_the_run_partial_and_are_asked_for_again(
    tmp_path: Path, faultless: set[tuple[str, str]]
) -> None:
    run, _ = asyncio.run(
        collected(tmp_path, lambda _, r: answer({"error": "no"}, 500) if "/institutions?" in r.target else None)
    )
    assert run.state == "partial"
    run, _ = asyncio.run(collected(tmp_path))
    assert run.state == "complete"
    assert records(tmp_path) == faultless


def test_a_register_of_institutions_is_asked_for_those_that_works_name_by_its_ids(tmp_path: Path) -> None:
    at = Affiliation("Uni A", id="ror:03vek6s52")
    found = Work("crossref", "w1", "Owls", "2026-01-01", (Authorship("Ada Vell", affiliations=(at,)),))
    asked: list[str] = []

    async def fetch(_http: HttpClient, _ask: FetchRequest) -> AsyncIterator[Response]:
        yield Response("crossref", "https://works.example", 200, b"", NOW.isoformat())

    async def complete(_http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
        asked.extend(ask.ids)
        for id_ in ask.ids:
            yield Response("ror", f"https://ror.example/{id_}", 200, id_.encode(), NOW.isoformat())

    def organisation(reply: Response) -> Iterator[Institution]:
        id_ = reply.body.decode()
        yield Institution("ror", id_, "Uni A", ids=(id_,), city="Aville", latitude=1.0, longitude=2.0)

    sources = {
        "crossref": Source(discover_sources()["crossref"].card, lambda _: iter([found]), fetch),
        "ror": Source(discover_sources()["ror"].card, organisation, complete=complete),
    }

    async def collected_twice() -> list[str]:
        states = []
        for _ in range(2):
            async with Collector(Settings(tmp_path), store, sources, clock=lambda: NOW) as collector:
                states.append((await collector.collect(build_fetch_request("owls", TODAY))).state)
        return states

    from finder.publication import resolve_and_publish

    with open_store(tmp_path) as store:
        assert asyncio.run(collected_twice()) == ["complete", "complete"]
        resolve_and_publish(store, NOW.isoformat())
        known = store.snapshots.current_snapshot().load_table("institutions")

    assert asked == ["ror:03vek6s52"]
    assert known.select("name", "city", "latitude").rows() == [("Uni A", "Aville", 1.0)]
