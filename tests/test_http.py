from __future__ import annotations

import asyncio
import gzip
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from serving import KEY, TOY, Door, answer, page, run, serving, tokens, told

from finder.errors import (
    KeyRefused,
    NotFound,
    NotRecorded,
    SourceBlocked,
    SourceError,
    SourceUnreachable,
    UnexpectedFormat,
)
from finder.http import RequestLimits
from finder.storage import Store


def test_an_answer_is_kept_with_its_provenance(store: Store) -> None:
    door, reply, asked = run(told(store, answer({"a": 1}), params={"b": 2, "a": None, "c": ["x", "y"]}, note="part 1"))

    assert asked == ["/works?b=2&c=x&c=y"]
    assert (reply.status, json.loads(reply.body), reply.complete, reply.from_cache) == (200, {"a": 1}, True, False)
    assert reply.fetched_at == "2026-11-22T12:00:00Z"
    row = store.connection.execute("select id, url, note from reply").fetchone()
    assert row == (reply.id, reply.url, "part 1")
    assert door.kinds == ["sent"]


def test_it_says_who_asks_and_does_not_take_cookies(store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer(Set_Cookie="track=1; Path=/")) as web:
            door = Door(store, web.url)
            async with door.open() as http:
                await http.get(TOY, "/one")
                await http.get(TOY, "/two")
        agents = {request.headers["user-agent"] for request in web.asked}
        assert agents == {"finder/0.1.0 (mailto:me@uni.example)"}
        assert all("cookie" not in request.headers for request in web.asked)

    run(scenario())


def test_a_fresh_answer_is_not_asked_for_again_whatever_the_order_of_its_parameters(store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer()) as web:
            door = Door(store, web.url, key=KEY)
            first = await door.get(params={"a": 1, "b": "x y", "mailto": "me@uni.example"})
            door.now += timedelta(days=6)
            again = await door.get("/works?b=x%20y", params={"a": 1})
        assert len(web.asked) == 1
        assert (again.from_cache, again.id, again.body) == (True, first.id, first.body)
        assert door.kinds == ["sent", "cached"]

    run(scenario())


def test_an_old_answer_is_asked_for_conditionally(store: Store) -> None:
    async def scenario() -> None:
        stamps = {"ETag": '"v1"', "Last_Modified": "Sun, 01 Nov 2026 00:00:00 GMT"}
        async with serving(answer({"v": 1}, **stamps), answer(b"", 304), answer({"v": 2})) as web:
            door = Door(store, web.url)
            first = await door.get()
            door.now += timedelta(days=8)
            second = await door.get()
            cached = await door.get()
            door.now += timedelta(days=8)
            third = await door.get()
        assert "if-none-match" not in web.asked[0].headers
        assert web.asked[1].headers["if-none-match"] == '"v1"'
        assert web.asked[1].headers["if-modified-since"] == stamps["Last_Modified"]
        assert (second.body, second.id, second.from_cache) == (first.body, first.id, False)
        assert second.fetched_at == cached.fetched_at == "2026-11-30T12:00:00Z"
        assert cached.from_cache
        assert third.body == b'{"v": 2}'

    run(scenario())


DROPPED = answer(b'{"a": [1, 2', Content_Length=1000)


@pytest.mark.parametrize(
    "broken",
    [
        answer("no", 503),
        answer("no", 500),
        DROPPED,
        b"",
        answer(b"[1, 2"),
        answer(b""),
        answer(gzip.compress(b"{}")[:-8], Content_Encoding="gzip"),
    ],
    ids=["503", "500", "dropped in the body", "closed at once", "cut short", "empty", "broken gzip"],
)
def test_what_passes_is_tried_again(store: Store, broken: bytes) -> None:
    door, reply, asked = run(told(store, broken, broken, answer(), backoff=lambda attempt: attempt))

    assert reply.body == b'{"ok":true}'
    assert len(asked) == 3
    assert door.slept == [1, 2]
    assert [kind for kind in door.kinds if kind != "sent"] == ["retry", "retry"]


def test_tries_are_bounded(store: Store) -> None:
    door, error, asked = run(told(store, answer("no", 503)))

    assert isinstance(error, SourceUnreachable)
    assert "503" in str(error)
    assert len(asked) == 5
    assert door.kinds[-1] == "failed"


def test_waiting_is_bounded(store: Store) -> None:
    door, error, asked = run(told(store, answer("no", 503, Retry_After=50)))

    assert isinstance(error, SourceUnreachable)
    assert door.slept == [50, 50]
    assert len(asked) == 3


def test_a_service_that_is_away_for_an_hour_is_not_waited_for(store: Store) -> None:
    door, error, asked = run(told(store, answer("no", 503, Retry_After=3600)))

    assert isinstance(error, SourceUnreachable)
    assert "1 h" in str(error)
    assert (len(asked), door.slept) == (1, [])


def test_a_host_that_is_not_there(store: Store) -> None:
    door = Door(store, "http://127.0.0.1:9")
    with pytest.raises(SourceUnreachable, match="could not be reached"):
        run(door.get(limits=RequestLimits(tries=2)))


def test_a_server_that_never_ends_its_answer(store: Store) -> None:
    async def scenario() -> None:
        async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
            await asyncio.sleep(5)
            writer.close()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        async with server:
            door = Door(store, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            with pytest.raises(SourceUnreachable, match="too long"):
                await door.get(limits=RequestLimits(seconds=0.2, tries=2))

    run(scenario())


CHALLENGE = page("<!doctype html><title>Making sure you're not a bot!</title><script id=anubis_challenge></script>")
HTML = replace(TOY, expects="html", credit_headers=None)
TEXT = replace(TOY, expects="text")


@pytest.mark.parametrize(
    ("said", "card", "kind", "words"),
    [
        (CHALLENGE, TOY, SourceBlocked, "challenge"),
        (page("<p>captcha", 500), TOY, SourceBlocked, "challenge"),
        (page("<p>Our systems have detected unusual traffic", 429), TOY, SourceBlocked, "challenge"),
        (CHALLENGE, TEXT, SourceBlocked, "challenge"),
        (answer("<html>hello"), TOY, UnexpectedFormat, "page where json"),
        (page("hello"), TEXT, UnexpectedFormat, "page where text"),
        (answer("Resource not found."), TOY, UnexpectedFormat, "not JSON"),
        (page("<!doctype html><title>404", 404), TOY, NotFound, "does not know"),
        (answer({"error": "gone"}, 410), TOY, NotFound, "does not know"),
        (answer({"error": "API key required"}, 401), TOY, KeyRefused, "wants a key. A key is free at"),
        (answer({}, 403), TOY, SourceBlocked, "403"),
        (
            answer({"error": "x", "message": "no such filter\x1b[31m"}, 400),
            TOY,
            UnexpectedFormat,
            "400: no such filter",
        ),
    ],
)
def test_what_is_no_answer_is_said_and_not_tried_again(
    store: Store, said: bytes, card: Any, kind: type[SourceError], words: str
) -> None:
    door, error, asked = run(told(store, said, card=card))

    assert type(error) is kind
    assert words in str(error)
    assert "\x1b" not in str(error)
    assert error.url.endswith("/works")
    assert len(asked) == 1
    assert door.kinds[-1] == "failed"
    assert store.connection.execute("select count(*) from reply").fetchone() == (0,)


def test_a_key_that_is_not_accepted(store: Store) -> None:
    _, error, _ = run(told(store, answer({"error": "Invalid API key"}, 401), key=KEY))

    assert isinstance(error, SourceBlocked)
    assert "does not accept the key. A key is free at toy.example." in str(error)


def test_xml_is_text_and_a_page_about_challenges_is_a_page(store: Store) -> None:
    xml = answer("<?xml version='1.0'?><feed/>", Content_Type="application/atom+xml")
    assert run(told(store, xml, card=TEXT))[1].status == 200

    async def scenario() -> None:
        grand = page("<html><h1>The Grand Challenge: captcha solving")
        async with serving(by=lambda request: grand if request.path == "/lab" else answer("", 404)) as web:
            assert (await Door(store, web.url, card=HTML).get("/lab")).status == 200

    run(scenario())


def timed_out(body: bytes) -> bool:
    return not json.loads(body).get("meta", {}).get("timed_out")


class TestPartial:
    PART = answer({"meta": {"timed_out": True}, "results": [1]})
    WHOLE = answer({"meta": {}, "results": [1, 2]})

    def test_a_partial_answer_is_asked_for_again(self, store: Store) -> None:
        _, reply, asked = run(told(store, self.PART, self.WHOLE, check=timed_out))

        assert (reply.complete, len(asked)) == (True, 2)

    def test_what_stays_partial_is_given_but_never_from_the_cache(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(self.PART, self.PART, self.PART, self.WHOLE) as web:
                door = Door(store, web.url)
                reply = await door.get(check=timed_out)
                assert (reply.complete, len(web.asked)) == (False, 3)
                offline = await door.get(check=timed_out, mode="offline")
                assert (offline.complete, offline.id) == (False, reply.id)
                whole = await door.get(check=timed_out)
                assert (whole.complete, whole.from_cache, len(web.asked)) == (True, False, 4)
                assert (await door.get(mode="offline")).complete

        run(scenario())

    def test_a_partial_answer_does_not_replace_a_whole_one(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(self.WHOLE, self.PART) as web:
                door = Door(store, web.url)
                await door.get(check=timed_out)
                door.now += timedelta(days=30)
                assert not (await door.get(check=timed_out)).complete
                assert (await door.get(mode="offline")).complete

        run(scenario())


def test_offline_answers_from_what_is_kept_and_sends_nothing(store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer()) as web:
            door = Door(store, web.url)
            await door.get()
            door.now += timedelta(days=400)
            assert (await door.get(mode="offline")).from_cache
            with pytest.raises(NotRecorded, match="without --offline"):
                await door.get("/other", mode="offline")
        assert web.paths == ["/works"]

    run(scenario())


def test_at_most_so_many_requests_are_under_way_at_once(store: Store) -> None:
    async def scenario() -> None:
        now = most = 0

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.02)
            now -= 1
            writer.write(answer())
            writer.close()

        server = await asyncio.start_server(slow, "127.0.0.1", 0)
        async with server:
            card = replace(TOY, concurrency=2)
            door = Door(store, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            async with door.open() as http:
                await asyncio.gather(*(http.get(card, f"/{number}") for number in range(8)))
        assert most == 2

    run(scenario())


WORKER = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from serving import TOY
from finder.http import CachingHttpClient
from finder.settings import Settings, SourceSettings
from finder.storage import open_store

async def main(home, url, name):
    settings = Settings(home=Path(home), sources={"toy": SourceSettings(url=url)})
    with open_store(settings.home) as store:
        async with CachingHttpClient(settings, store) as http:
            card = replace(TOY, pace=10)
            await asyncio.gather(*(http.get(card, f"/{name}/{number}") for number in range(12)))

asyncio.run(main(*sys.argv[1:]))
"""


def test_processes_share_the_pace_of_a_host(store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer("{}", 503), answer()) as web:
            workers = [
                await asyncio.create_subprocess_exec(
                    sys.executable, "-c", WORKER, str(store.home), web.url, name, cwd=Path(__file__).parent
                )
                for name in "ab"
            ]
            assert [await worker.wait() for worker in workers] == [0, 0]
        assert len(web.asked) == 25, "the 503 was asked for again"

    run(scenario())
    taken = tokens(store)
    assert len(taken) == 25, "every try took a token"
    assert all(later - earlier > 1000 for earlier, later in zip(taken, taken[10:], strict=False))


def test_gzip_is_unpacked(store: Store) -> None:
    packed = gzip.compress(b'{"a":') + gzip.compress(b"1}")
    assert run(told(store, answer(packed, Content_Encoding="gzip")))[1].body == b'{"a":1}'
