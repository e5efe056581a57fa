"""A dashboard that is served to others, in a real browser, with a login at a provider on this machine."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.test_browser import CHROMIUM, _listed, _settled, browser, free_port, served  # noqa: F401 - a fixture
from tests.faces import small

pytest.importorskip("authlib", reason="the login is an extra: uv sync --extra serve")
from tests.provider import CLIENT, SECRET, Provider, providing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
ADA = {"email": "Ada@Example.org", "email_verified": True}
EVE = {"email": "eve@evil.example", "email_verified": True}
LIKE_ADA = {"email": "ada@example.org", "email_verified": False}
PAGES = ("", "person", "labs", "internships", "openings", "shortlist", "draft", "compare", "sources", "method")
QUERY = "?interest=multimodal+learning&author=openalex%3AA5001"
INSIDE = re.compile("Ada Senior|Bela Newcomer|Universität Nirgendwo")


@contextmanager
def behind_a_login(home: Path, provider: Provider) -> Iterator[str]:
    small(home)
    port = free_port()
    address = f"http://localhost:{port}"
    (home / "finder.toml").write_text(
        f"""[dashboard]
        serve = true
        public_url = "{address}"
        operator = "The Test Group, group@example.org"
        allowed_users = ["ada@example.org"]
        oidc_url = "{provider.discovery}"
        client_id = "{CLIENT}"
        """
    )
    with served(home, port=port, FINDER_OIDC_KEY=SECRET):
        yield address


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are read as Linux shows them")
def test_by_default_it_listens_to_this_machine_alone(tmp_path: Path) -> None:
    small(tmp_path)
    with served(tmp_path) as address:
        port = int(address.rpartition(":")[2])
        rows = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()]
        listening = {row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
        assert listening == {f"0100007F:{port:04X}"}  # 127.0.0.1, as Linux writes it
        own = f"127.0.0.1:{port}"
        assert _socket(port, own, f"http://{own}") == "101"
        assert {_socket(port, own, origin) for origin in ("http://localhost:9999", f"http://localhost:{port}", "")} == {
            "403"
        }
        with urllib.request.urlopen(f"{address}/_stcore/host-config", timeout=10) as answer:
            assert json.load(answer)["allowedOrigins"] == [address]
            assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def _socket(port: int, host: str, origin: str) -> str:
    """The status of the answer to whoever would open a WebSocket."""
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *([f"Origin: {origin}"] if origin else []),
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        return raw.recv(64).split()[1].decode()


def test_nobody_passes_but_who_is_on_the_list(browser: Browser, tmp_path: Path) -> None:  # noqa: F811
    with providing() as provider, behind_a_login(tmp_path, provider) as address:
        _strangers_see_nothing(browser, [f"{address}/{page}{QUERY}" for page in PAGES])
        for user in (EVE, LIKE_ADA):
            provider.user = user
            _refused(browser, address)
        provider.user = ADA
        context = browser.new_context()
        file = _inside(context, address)
        _the_file_is_for_readers(context, browser, file)
        _struck_from_the_list(context, tmp_path, address)
        assert set(provider.secrets) == {SECRET}
        context.close()


def _strangers_see_nothing(browser: Browser, addresses: list[str]) -> None:  # noqa: F811
    context = browser.new_context()
    page = context.new_page()
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: heard.append(str(data))))
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("The Test Group, group").first).to_be_visible()
        _settled(page)
        assert page.get_by_role("link", name="Shortlist").count() == 0
    assert len(heard) >= len(addresses)
    assert not [said for said in heard if INSIDE.search(said)]
    context.close()


def _logged_in(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Log in").click(timeout=30_000)
    page.wait_for_url(re.compile(re.escape(address) + "/?$"))
    return page


def _refused(browser: Browser, address: str) -> None:  # noqa: F811
    context = browser.new_context()
    page = _logged_in(context, address)
    expect(page.get_by_role("heading", name="Access denied")).to_be_visible(timeout=30_000)
    page.goto(f"{address}/shortlist")
    expect(page.get_by_role("heading", name="Access denied")).to_be_visible(timeout=30_000)
    assert context.request.get(f"{address}/_stcore/metrics").status == 403
    context.close()


def _inside(context: BrowserContext, address: str) -> str:
    """In, by the address of a list, to a file of it; gives the address of the file."""
    page = _logged_in(context, address)
    expect(page.get_by_role("button", name="Log out")).to_be_visible(timeout=30_000)
    page.goto(f"{address}/?interest=multimodal+learning")
    expect(_listed(page, "Ada Senior")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="rows as CSV").click()
    assert "Ada Senior" in download.value.path().read_text(encoding="utf-8-sig")
    return download.value.url


def _the_file_is_for_readers(context: BrowserContext, browser: Browser, file: str) -> None:  # noqa: F811
    assert "/media/" in file
    assert context.request.get(file).status == 200
    assert status(file) == 403
    forged = browser.new_context()
    forged.add_cookies([{"name": "_streamlit_user", "value": "e30.aa.bb", "url": file}])
    assert forged.request.get(file).status == 403
    forged.close()


def _struck_from_the_list(context: BrowserContext, home: Path, address: str) -> None:
    """Who may enter is asked anew each time, also of those who are in."""
    settings = (home / "finder.toml").read_text()
    (home / "finder.toml").write_text(settings.replace("ada@example.org", "bela@example.org"))
    page = context.new_page()
    page.goto(f"{address}/?interest=multimodal+learning")
    expect(page.get_by_role("heading", name="Access denied")).to_be_visible(timeout=30_000)
    assert page.get_by_text("bela@").count() == 0
    assert page.get_by_role("link", name="Ada Senior").count() == 0
    assert context.request.get(f"{address}/_stcore/metrics").status == 403
    (home / "finder.toml").write_text("serve = what")
    page.reload()
    expect(page.get_by_text("closed for the moment")).to_be_visible(timeout=30_000)
