from __future__ import annotations

import logging
import zlib
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from serving import KEY, TOY, Door, Internet, answer, public, run, serving

from finder.errors import SourceError, SourceUnreachable
from finder.source import SourceInfo
from finder.storage import Store

BY_HEADER = replace(TOY, key_param=None, key_header="x-api-key")
BEARER = replace(TOY, key_param=None, key_header="Authorization: Bearer")


def assert_nowhere(store: Store, *texts: str) -> None:
    TestKeys.assert_nowhere(store, *texts)


class TestKeys:
    """A planted key may be sent to its own source, and may turn up nowhere else."""

    @staticmethod
    def assert_nowhere(store: Store, *texts: str) -> None:
        store.connection.execute("pragma wal_checkpoint(truncate)")
        kept = [path.read_bytes() for path in store.home.rglob("*") if path.is_file()]
        kept += [
            body for row in store.connection.execute("select body from reply") for body in (zlib.decompress(row[0]),)
        ]
        for spelling in (KEY, quote(KEY, safe=""), quote(KEY)):
            assert not any(spelling.encode() in data for data in kept)
            assert not any(spelling in text for text in texts)

    @pytest.mark.parametrize(
        "said",
        [
            answer({"asked": f"/works?api_key={KEY}"}, Link=f"</next?api_key={KEY}>; rel=next", ETag=f'"{KEY}"'),
            answer({"error": "bad", "message": f"key {KEY} is strange"}, 400),
            answer({"message": KEY}, 401),
            answer({}, 503),
            answer(b"", 302, Location=f"/again?api_key={quote(KEY, safe='')}"),
            answer(b"", 302, Location=f"/again/{KEY}"),
            answer(b"", 302, Location=f"https://thief.example/?stolen={quote(KEY, safe='')}"),
            answer(b"", 302, Location=f"gopher://{KEY}"),
            b"HTTP/1.1 200 OK\r\nBad\x00Header: " + KEY.encode() + b"\r\n\r\n{}",
            answer(b"[1", Content_Length=99),
        ],
    )
    def test_it_is_sent_and_shown_nowhere(self, store: Store, said: bytes, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)

        async def scenario() -> None:
            async with serving(said) as web:
                door = Door(store, web.url, key=KEY)
                texts = []
                try:
                    reply = await door.get(note=f"with {KEY}")
                    texts += [reply.url, reply.note, repr(reply.headers), reply.body.decode()]
                except SourceError as error:
                    texts += [str(error), error.url, repr(error), repr(error.__cause__)]
                assert web.asked[0].query["api_key"] == [KEY], "the source itself gets it"
                texts += [repr(event) for event in door.events]
                self.assert_nowhere(store, *texts, caplog.text)

        run(scenario())

    def test_no_other_host_gets_it(self, store: Store) -> None:
        def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
            if request.url.path == "/robots.txt":
                return 404, {}, b""
            places = {"/away": "https://other.example/here", "/plain": "http://api.toy.example/x"}
            if place := places.get(request.url.path):
                return 302, {"location": place}, b""
            return 200, {"content-type": "application/json"}, b"{}"

        async def scenario() -> None:
            web = Internet(by)
            door = Door(store, key=KEY)
            for path in (
                "/away",
                "/plain",
                "https://api.toy.example.evil.example/",
                "https://other.example/?api_key=1",
            ):
                await door.get(path, transport=web, resolve=public)
            keyed = [url for url in web.asked if quote(KEY, safe="") in url]
            assert [url.split("?")[0] for url in keyed] == [
                f"https://api.toy.example{path}" for path in ("/away", "/plain")
            ]

        run(scenario())

    def test_an_error_of_the_client_does_not_hang_on_to_the_url(self, store: Store) -> None:
        def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
            raise httpx.UnsupportedProtocol(f"cannot do {request.url}")

        door = Door(store, key=KEY)
        with pytest.raises(SourceUnreachable) as error:
            run(door.get(transport=Internet(by), resolve=public))
        self.assert_nowhere(store, str(error.value), repr(error.value.__cause__))
        assert error.value.__suppress_context__

    def test_an_address_with_it_is_not_shown(self, store: Store) -> None:
        door = Door(store, key=KEY)
        with pytest.raises(SourceUnreachable) as error:
            run(door.get(f"https://me:{KEY}@api.toy.example/"))
        self.assert_nowhere(store, str(error.value), error.value.url, repr(door.events))

    def test_a_short_key_does_not_eat_words_of_an_answer(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(answer({"title": "test of time"})) as web:
                assert b"test of time" in (await Door(store, web.url, key="test").get()).body
                assert web.asked[0].query["api_key"] == ["test"]

        run(scenario())


class TestKeyHeaders:
    """The same where a header carries the key."""

    @pytest.mark.parametrize(
        ("card", "header", "sent"),
        [(BY_HEADER, "x-api-key", KEY), (BEARER, "authorization", f"Bearer {KEY}")],
    )
    @pytest.mark.parametrize(
        "said",
        [
            answer({"asked": f"with {KEY}"}, X_Echo=KEY, ETag=f'"{KEY}"'),
            answer({"error": "bad", "message": f"key {KEY} is strange"}, 400),
            answer({"message": KEY}, 401),
            answer({}, 503),
            answer(b"", 302, Location=f"https://thief.example/{quote(KEY, safe='')}"),
        ],
    )
    def test_it_is_sent_and_shown_nowhere(
        self, store: Store, said: bytes, card: SourceInfo, header: str, sent: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)

        async def scenario() -> None:
            async with serving(said) as web:
                door = Door(store, web.url, key=KEY, card=card)
                try:
                    reply = await door.get(note=f"with {KEY}")
                    texts = [reply.url, reply.note, repr(reply.headers), reply.body.decode()]
                except SourceError as error:
                    texts = [str(error), error.url, repr(error), repr(error.__cause__)]
                assert web.asked[0].headers[header] == sent
                assert KEY not in web.asked[0].target
                assert_nowhere(store, *texts, *map(repr, door.events), caplog.text)

        run(scenario())

    @pytest.mark.parametrize("card", [BY_HEADER, BEARER])
    def test_no_other_host_gets_it(self, store: Store, card: SourceInfo) -> None:
        places = {"/away": "https://other.example/here", "/plain": "http://api.toy.example/x", "/back": "/here"}
        keyed: list[str] = []

        def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
            if any(KEY in value for value in request.headers.values()):
                keyed.append(str(request.url))
            if request.url.path == "/robots.txt":
                return 404, {}, b""
            if place := places.get(request.url.path):
                return 302, {"location": place}, b""
            return 200, {"content-type": "application/json"}, b"{}"

        async def scenario() -> None:
            door, web = Door(store, key=KEY, card=card), Internet(by)
            for path in (*places, "https://api.toy.example.evil.example/", "https://other.example/"):
                await door.get(path, transport=web, resolve=public)

        run(scenario())
        assert keyed == [f"https://api.toy.example{path}" for path in ("/away", "/plain", "/back", "/here")]

    def test_without_a_key_there_is_no_header(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(answer()) as web:
                await Door(store, web.url, card=BEARER).get()
                assert "authorization" not in web.asked[0].headers

        run(scenario())

    def test_what_cannot_be_a_header_is_not_shown(self, store: Store) -> None:
        async def scenario(key: str) -> None:
            async with serving(answer()) as web:
                door = Door(store, web.url, key=key, card=BEARER)
                with pytest.raises(SourceUnreachable) as error:
                    await door.get()
                assert web.asked == []
                assert_nowhere(store, str(error.value), repr(error.value.__cause__), repr(door.events))

        for key in (f"{KEY}\r\nX-Other: 1", f"{KEY}é"):
            run(scenario(key))

    def test_how_a_key_is_sent_does_not_change_the_name_of_the_reply(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(answer()) as web:
                with_key = await Door(store, web.url, key=KEY, card=BY_HEADER).get()
                without = await Door(store, web.url, card=BY_HEADER).get()
                assert (with_key.url, without.from_cache) == (without.url, True)

        run(scenario())
