"""What the door must never do: reach into a private network, swallow a bomb, or read what robots.txt keeps."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from serving import PUBLIC, TOY, Door, Internet, answer, page, public, run, serving, tokens

from finder.errors import SourceBlocked, SourceError, SourceUnreachable
from finder.http import RequestLimits
from finder.http.ssrf_guard import is_public_address
from finder.http.transport import user_agent
from finder.http.urls import is_under_base
from finder.storage import Store

HTML = replace(TOY, expects="html", credit_headers=None)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_private_addresses(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"])
def test_public_addresses(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/",
        "http://127.1:{port}/",
        "http://0x7f.0.0.1:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
    ],
)
def test_data_cannot_send_us_to_this_machine(store: Store, url: str) -> None:
    async def scenario() -> None:
        async with serving(answer()) as web:
            asked = url.format(port=urlsplit(web.url).port)
            with pytest.raises(SourceBlocked, match="not a public host"):
                await Door(store).get(asked)
        assert web.asked == []

    run(scenario())


def test_a_name_that_resolves_to_a_private_address_is_refused(store: Store) -> None:
    web = Internet(lambda _: (200, {}, b"{}"))
    for addresses in (["127.0.0.1"], [PUBLIC, "10.0.0.1"], []):
        with pytest.raises(SourceBlocked, match="not a public host"):
            run(Door(store).get("https://evil.example/", transport=web, resolve=lambda _, found=addresses: found))
    assert web.asked == []


def test_a_name_that_cannot_be_looked_up(store: Store) -> None:
    def nothing(host: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(SourceUnreachable, match=r"api\.toy\.example could not be looked up"):
        run(Door(store).get(resolve=nothing))


@pytest.mark.parametrize("target", ["http://127.0.0.1:22/", "http://169.254.169.254/latest", "//localhost/x"])
def test_a_redirect_into_a_private_network_is_refused(store: Store, target: str) -> None:
    async def scenario() -> None:
        async with serving(answer(b"", 302, Location=target)) as web:
            with pytest.raises(SourceBlocked, match="not a public host"):
                await Door(store, web.url).get()
        assert web.paths == ["/works"]

    run(scenario())


@pytest.mark.parametrize(
    "target", ["ftp://a.example/x", "file:///etc/passwd", "javascript:alert(1)", "http://a:b@c.example/"]
)
def test_a_redirect_to_what_is_no_web_address(store: Store, target: str) -> None:
    async def scenario() -> None:
        async with serving(answer(b"", 302, Location=target)) as web:
            with pytest.raises(SourceUnreachable):
                await Door(store, web.url).get()

    run(scenario())


@pytest.mark.parametrize(
    "path", ["ftp://a.example/", "http://user:pw@a.example/", "http://a.example:99999/", "https://[::1/"]
)
def test_what_is_no_web_address_is_not_asked(store: Store, path: str) -> None:
    with pytest.raises(SourceError):
        run(Door(store, "http://127.0.0.1:9").get(path, limits=RequestLimits(tries=1), resolve=lambda _: ["127.0.0.1"]))


def test_redirects_are_followed_but_not_without_end(store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer(b"", 301, Location="/moved"), answer({"a": 1})) as web:
            reply = await Door(store, web.url).get()
            assert (reply.url, web.paths) == (f"{web.url}/works", ["/works", "/moved"])
        async with serving(answer(b"", 302, Location="/works")) as web:
            with pytest.raises(SourceUnreachable, match="redirects without end"):
                await Door(store, web.url).get("/other")
            assert len(web.asked) == 6

    run(scenario())


@pytest.mark.parametrize(
    "target", ["/login?next=/works", "/users/sign_in/../sign-in", "https://accounts.google.com/o", "/sso/"]
)
def test_a_redirect_to_a_login_page_is_a_refusal(store: Store, target: str) -> None:
    async def scenario() -> None:
        async with serving(answer(b"", 302, Location=target), page("please log in")) as web:
            with pytest.raises(SourceBlocked, match="login"):
                await Door(store, web.url).get()
            assert len(web.asked) == 1

    run(scenario())


class TestSize:
    SMALL = RequestLimits(body=100_000)

    def outcome(self, store: Store, said: bytes) -> Any:
        async def scenario() -> Any:
            async with serving(said) as web:
                return await Door(store, web.url).get(limits=self.SMALL)

        return run(scenario())

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    def test_a_bomb_is_noticed_while_it_unpacks(
        self, store: Store, encoding: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        most = 0
        real = zlib.decompressobj

        class Watched:
            def __init__(self, window: int) -> None:
                self.real = real(window)

            def __getattr__(self, name: str) -> Any:
                return getattr(self.real, name)

            def decompress(self, data: bytes, limit: int) -> bytes:
                nonlocal most
                out = self.real.decompress(data, limit)
                most = max(most, len(out))
                return out

        pack = gzip.compress if encoding == "gzip" else zlib.compress
        bomb = pack(bytes(30_000_000))
        monkeypatch.setattr(zlib, "decompressobj", Watched)
        with pytest.raises(SourceUnreachable, match="larger than"):
            self.outcome(store, answer(bomb, Content_Encoding=encoding))
        assert 0 < most <= 100_001

    def test_a_body_beyond_the_limit_is_not_read_to_its_end(self, store: Store) -> None:
        with pytest.raises(SourceUnreachable, match="larger than"):
            self.outcome(store, answer(b"[" + b"1," * 100_000 + b"1]"))

    def test_an_encoding_nobody_asked_for(self, store: Store) -> None:
        with pytest.raises(SourceUnreachable):
            self.outcome(store, answer(b"\x00" * 100, Content_Encoding="br"))


class TestRobots:
    RULES = "User-agent: *\nDisallow: /*?print=\nDisallow: /private\nAllow: /private/cv$\n"

    @staticmethod
    def site(robots: bytes) -> Callable[[Any], bytes]:
        return lambda request: robots if request.path == "/robots.txt" else page("<p>hello")

    def test_rules_are_heeded_wildcards_included_and_read_once_a_day(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(by=self.site(answer(self.RULES))) as web:
                door = Door(store, web.url, card=HTML)
                async with door.open() as http:
                    await http.get(HTML, "/lab")
                    await http.get(HTML, "/private/cv")
                    for path in ("/lab?print=1", "/private/diary"):
                        with pytest.raises(SourceBlocked, match=r"robots\.txt"):
                            await http.get(HTML, path)
                await door.get("/lab/2")
                assert web.paths == ["/robots.txt", "/lab", "/private/cv", "/lab/2"]

        run(scenario())

    def test_a_host_without_the_file_forbids_nothing(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(by=self.site(page("no such page", 404))) as web:
                assert (await Door(store, web.url, card=HTML).get("/lab")).status == 200

        run(scenario())

    def test_a_file_that_cannot_be_read_means_no(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(by=self.site(answer("", 503))) as web:
                with pytest.raises(SourceUnreachable, match=r"robots\.txt could not be read"):
                    await Door(store, web.url, card=HTML).get("/lab", limits=RequestLimits(tries=2))
                assert set(web.paths) == {"/robots.txt"}

        run(scenario())

    def test_an_api_is_asked_under_its_own_terms_but_what_lies_elsewhere_is_not(self, store: Store) -> None:
        def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
            if request.url.path == "/robots.txt":
                return 200, {}, b"User-agent: *\nDisallow: /"
            if request.url.path == "/moved":
                return 302, {"location": "https://elsewhere.example/x"}, b""
            return 200, {"content-type": "application/json"}, b"{}"

        async def scenario() -> None:
            web = Internet(by)
            door = Door(store)
            assert (await door.get(transport=web, resolve=public)).status == 200
            for path in ("https://elsewhere.example/x", "/moved"):
                with pytest.raises(SourceBlocked, match=r"robots\.txt"):
                    await door.get(path, transport=web, resolve=public)
            assert web.asked.count("https://elsewhere.example/robots.txt") == 1
            assert "https://elsewhere.example/x" not in web.asked

        run(scenario())

    def test_a_crawl_delay_is_kept(self, store: Store) -> None:
        async def scenario() -> None:
            async with (
                serving(by=self.site(answer("User-agent: *\nCrawl-delay: 0.2"))) as web,
                Door(store, web.url, card=HTML).open(sleep=asyncio.sleep) as http,
            ):
                await asyncio.gather(*(http.get(HTML, f"/{name}") for name in "abc"))

        run(scenario())
        taken = tokens(store)
        assert len(taken) == 4, "robots.txt and three pages"
        assert all(later - earlier > 200 for earlier, later in pairwise(taken[1:]))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/v1", True),
        ("https://a.example/v1/works?q=1", True),
        ("https://a.example/v1-evil/works", False),
        ("https://a.example/v1/../admin", False),
        ("https://a.example/v1/%2e%2e/admin", False),
        ("https://a.example:8443/v1/works", False),
        ("http://a.example/v1/works", False),
        ("https://b.example/v1/works", False),
    ],
)
def test_what_lies_under_a_base(url: str, expected: bool) -> None:
    assert is_under_base(url, "https://a.example/v1/") is expected


def test_a_contact_cannot_add_headers() -> None:
    assert user_agent("me@x.example\r\nX-Evil: 1") == "finder/0.1.0 (mailto:me@x.exampleX)"
    assert user_agent("") == "finder/0.1.0 (a literature search; no contact set)"
