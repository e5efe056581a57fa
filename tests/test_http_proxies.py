"""Behind a proxy: what goes through it, what does not, and that the way into somebody's own network stays shut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from serving import PUBLIC, TOY, answer, run, serving

from finder import settings as settings_module
from finder.errors import SettingsError, SourceBlocked, SourceError, SourceUnreachable
from finder.http import CachingHttpClient
from finder.http.proxy_transport import build_ssl_context
from finder.maintenance import environment_checks
from finder.proxies import OutboundNetwork, read_outbound_network
from finder.settings import Settings
from finder.source import discover_sources
from finder.storage import Store

PLAIN = replace(TOY, base="http://api.toy.example")


@dataclass
class Proxy:
    """A proxy: its address, and the first lines of what it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@asynccontextmanager
async def proxy(said: bytes) -> AsyncIterator[Proxy]:
    """One that gives the same answer to everything."""
    found = Proxy()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found.asked.append(head.decode().splitlines()[0].removesuffix(" HTTP/1.1"))
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        found.url = f"http://ada:secret-word@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield found


async def nowait(_: float) -> None:
    await asyncio.sleep(0)


def unknown(host: str) -> list[str]:
    raise OSError(host)


def ask(store: Store, said: bytes, path: str = "/works", card: Any = TOY, resolve: Any = unknown, **more: Any) -> Any:
    """What came of asking behind a proxy: the reply or error, and what the proxy was asked."""

    async def scenario() -> tuple[Any, list[str]]:
        async with proxy(said) as found:
            out = OutboundNetwork(found.url, found.url, proxy_origin="HTTPS_PROXY", **more)
            settings = Settings(store.home, out=out)
            try:
                async with CachingHttpClient(settings, store, sleep=nowait, resolve=resolve) as http:
                    outcome: Any = await http.get(card, path)
            except SourceError as error:
                outcome = error
            return outcome, found.asked

    outcome, asked = run(scenario())
    assert "secret-word" not in str(outcome)
    return outcome, asked


def test_a_source_is_asked_through_the_proxy_which_looks_its_name_up(store: Store) -> None:
    reply, asked = ask(store, answer({"a": 1}), card=PLAIN)

    assert reply.body == b'{"a": 1}'
    assert asked == ["GET http://api.toy.example/works"]


def test_https_is_tunnelled_and_a_refusal_says_what_the_proxy_wants(store: Store) -> None:
    error, asked = ask(store, answer("", 407))

    assert asked == ["CONNECT api.toy.example:443"]
    assert isinstance(error, SourceUnreachable)
    assert "refuses api.toy.example (407). It wants a name and a password: HTTPS_PROXY=" in str(error)


def test_a_proxy_that_is_not_there_is_named(store: Store) -> None:
    settings = Settings(store.home, out=OutboundNetwork("http://127.0.0.1:9", "http://127.0.0.1:9"))

    async def scenario() -> None:
        async with CachingHttpClient(settings, store, sleep=nowait, resolve=unknown) as http:
            await http.get(TOY, "/works")

    with pytest.raises(SourceUnreachable, match=r"could not be reached through the proxy 127\.0\.0\.1:9"):
        run(scenario())


@pytest.mark.parametrize(
    ("path", "resolve"),
    [
        ("http://10.0.0.1/", None),
        ("http://[fd00::1]/", None),
        ("https://169.254.169.254/latest", None),
        ("http://inside.example/", lambda _: ["10.1.2.3"]),
        ("http://inside.example/", lambda _: [PUBLIC, "127.0.0.1"]),
        ("http://only-the-proxy-knows.example/", unknown),
        ("http://api.toy.example.evil.example/", unknown),
        ("http://pages.example:22/", lambda _: [PUBLIC]),
    ],
)
def test_the_way_into_ones_own_network_stays_shut(store: Store, path: str, resolve: Any) -> None:
    error, asked = ask(store, answer("inner secrets"), path, PLAIN, resolve or (lambda host: [host.strip("[]")]))

    assert isinstance(error, SourceBlocked)
    assert asked == []


def test_a_proxy_that_keeps_to_public_hosts_may_look_up_every_name(store: Store) -> None:
    _, asked = ask(store, answer({"a": 1}), "http://pages.example/robots.txt", PLAIN, looks_up=True)

    assert asked[0] == "GET http://pages.example/robots.txt"


def test_without_a_proxy_a_name_that_cannot_be_looked_up_says_that_one_may_be_wanted(store: Store) -> None:
    async def scenario() -> None:
        async with CachingHttpClient(Settings(store.home), store, sleep=nowait, resolve=unknown) as http:
            await http.get(TOY, "/works")

    with pytest.raises(SourceUnreachable, match=r"could not be looked up .*HTTPS_PROXY"):
        run(scenario())


def test_ones_own_mirror_on_this_machine_needs_no_proxy(store: Store) -> None:
    async def scenario() -> list[str]:
        async with serving(answer({"a": 1})) as web, proxy(answer("", 500)) as found:
            sources = {"toy": settings_module.SourceSettings(url=web.url)}
            settings = Settings(store.home, sources=sources, out=OutboundNetwork(found.url, found.url))
            async with CachingHttpClient(settings, store) as http:
                await http.get(TOY, "/works")
            return [*web.paths, *found.asked]

    assert run(scenario()) == ["/works"]


@pytest.mark.parametrize(
    ("rules", "url", "direct"),
    [
        ("uni.example", "https://www.uni.example/", True),
        ("uni.example", "https://uni.example/", True),
        (".uni.example", "https://uni.example/", True),
        ("uni.example", "https://notuni.example/", False),
        ("*.uni.example", "https://a.uni.example/", True),
        ("a.example, b.example", "https://b.example/", True),
        ("*", "https://b.example/", True),
        ("10.0.0.0/8", "http://10.2.3.4/", True),
        ("10.0.0.0/8", "http://11.2.3.4/", False),
        ("a.example:8080", "http://a.example/", False),
        ("a.example:8080", "http://a.example:8080/", True),
        ("", "http://127.0.0.1:8155/", True),
        ("", "http://localhost/", True),
        ("", "http://[::1]/", True),
        ("", "https://a.example/", False),
    ],
)
def test_what_is_excluded_is_asked_directly(rules: str, url: str, direct: bool) -> None:
    out = read_outbound_network(
        {"https_proxy": "proxy.example:3128", "HTTP_PROXY": "http://proxy.example:3128", "no_proxy": rules}
    )

    assert (out.proxy_for(url) == "") == direct
    assert out.proxy_for("https://z.example") == ("" if rules == "*" else "http://proxy.example:3128")


def test_the_settings_win_over_the_variables_and_hold_no_password(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    (tmp_path / "finder.toml").write_text(
        f'[http]\nproxy = "http://p.example:1"\nca = "{ca}"\nno_proxy = "uni.example"\n'
    )
    environ = {"HTTPS_PROXY": "http://q.example:2", "SSL_CERT_FILE": "/other", "NO_PROXY": "x.example"}
    out = settings_module.load_settings(tmp_path, environ).out

    assert out.describe() == (
        "Hosts are asked: https:// through p.example:1, http:// through p.example:1 (finder.toml), but for uni.example."
        f" Certificates of {ca} (finder.toml) are trusted, too."
    )
    assert read_outbound_network(environ, "none").proxy_for("https://a.example") == ""
    with pytest.raises(SettingsError, match="Keep them out of it"):
        read_outbound_network({}, "http://ada:secret@p.example")


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")

    with pytest.raises(SettingsError, match=r"SSL_CERT_FILE: the certificates of .*ca\.pem cannot be read"):
        build_ssl_context(read_outbound_network({"SSL_CERT_FILE": str(tmp_path / "ca.pem")}))


@pytest.mark.parametrize(
    ("environ", "states", "said"),
    [
        ({}, ["fine"], "asked directly"),
        ({"HTTPS_PROXY": "http://u:secret@p.example:1"}, ["fine"], "p.example:1"),
        ({"ALL_PROXY": "socks5://p.example:1"}, ["problem"], "socks5://"),
        ({"HTTPS_PROXY": "http://"}, ["problem"], "no address"),
        ({"REQUESTS_CA_BUNDLE": "/nowhere.pem"}, ["problem"], "/nowhere.pem"),
    ],
)
def test_the_doctor_says_which_way_is_taken(environ: dict[str, str], states: list[str], said: str) -> None:
    found = list(environment_checks._network_findings(Settings(Path(), out=read_outbound_network(environ))))

    assert [one.state for one in found] == states
    assert said in found[0].message
    assert "secret" not in found[0].message


def test_every_source_has_a_base_that_a_proxy_can_be_asked_for() -> None:
    out = read_outbound_network({"HTTPS_PROXY": "http://p.example:1"})
    assert all(out.proxy_for(source.card.base) for source in discover_sources().values())
