"""The dashboard in a real browser: an evening of looking people up, and not one request beyond this machine."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.faces import INTEREST, small
from tests.group import group

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)
READY = "[data-testid=stApp][data-test-script-state=notRunning]"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def served(home: Path, *options: str, port: int = 0, **variables: str) -> Iterator[str]:
    """The dashboard as the command line starts it; gives its address."""
    port = port or free_port()
    command = [sys.executable, "-m", "finder", "dashboard", "--no-browser", "--port", str(port), *options]
    environment = {**os.environ, "FINDER_HOME": str(home), **variables}
    process = subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/_stcore/health", process)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait(health: str, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the dashboard did not start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


def _listed(page: Page, name: str) -> Locator:
    """The way to somebody from their row of the list."""
    return page.locator("[class*=st-key-who-]").get_by_role("link", name=name)


def _settled(page: Page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_selector(READY, timeout=30_000)


def test_from_an_interest_to_a_person_and_back(browser: Browser, tmp_path: Path) -> None:
    small(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        # whoever comes first comes by the address of a person: the whole dashboard must be around it
        page.goto(f"{address}/person?author=openalex%3AA5001&interest=multimodal+learning")
        expect(page.get_by_role("heading", name="Bela Newcomer")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("link", name="Positions").first).to_be_visible()

        page.goto(address)
        box = page.get_by_role("searchbox").or_(page.get_by_label("Your research interest")).first
        box.fill(INTEREST)
        box.press("Enter")
        expect(_listed(page, "Ada Senior")).to_be_visible(timeout=30_000)
        page.wait_for_url("**/?interest=multimodal+learning")

        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="rows as CSV").click()
        page.keyboard.press("Escape")
        rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
        assert "Ada Senior" in {row["name"] for row in rows}
        assert not any(value.startswith(("=", "@")) for row in rows for value in row.values())

        _listed(page, "Bela Newcomer").click()
        expect(page.get_by_role("heading", name="Bela Newcomer")).to_be_visible(timeout=30_000)
        page.wait_for_url("**/?interest=multimodal+learning&open=openalex%3AA5001")
        expect(_listed(page, "Ada Senior")).to_be_visible()
        page.get_by_role("link", name="Full page").click()
        expect(page.get_by_text("All stored papers (2)")).to_be_visible(timeout=30_000)
        page.wait_for_url("**/person?author=openalex%3AA5001&interest=multimodal+learning")
        page.get_by_role("link", name="Back to").click()
        expect(_listed(page, "Ada Senior")).to_be_visible(timeout=30_000)

        _narrowed_and_back(page)
        _pasted(page, f"{address}/?interest=multimodal+learning&country=FR&kind=pirate")
        assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
        page.close()


def _narrowed_and_back(page: Page) -> None:
    """A filter narrows the list and writes the address; the browser's back button takes it back."""
    box = page.get_by_role("checkbox", name="Faculty", exact=True)
    page.locator(".st-key-facet-stage-established-faculty label").click()
    page.wait_for_url("**stage=established+faculty**")
    expect(box).to_be_checked()
    _settled(page)
    page.go_back()
    expect(box).not_to_be_checked()
    _settled(page)
    assert "stage" not in page.url


def _pasted(page: Page, address: str) -> None:
    page.goto(address)
    expect(_listed(page, "Bela Newcomer")).to_be_visible(timeout=30_000)
    expect(_listed(page, "Ada Senior")).to_have_count(0)
    expect(page.get_by_text("Left out of the address")).to_be_visible()
    page.reload()
    expect(_listed(page, "Bela Newcomer")).to_be_visible(timeout=30_000)
    # nothing that a name or a title holds was run or became a picture
    page.goto(address.replace("country=FR", "country=US"))
    expect(_listed(page, "<img src=x onerror=alert(1)> *Eve*")).to_be_visible(timeout=30_000)
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


def test_a_reader_says_who_is_whom_and_takes_it_back(browser: Browser, tmp_path: Path) -> None:
    small(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/person?author=openalex%3AA5001")
        expect(page.get_by_role("heading", name="Is this one person?")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Some works are another person's").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox").first.click()
        page.get_by_role("option", name="Contrastive multimodal learning").click()
        page.keyboard.press("Escape")
        dialog.get_by_role("button", name="They are another person's").click()
        expect(page.get_by_text("All stored papers (1)")).to_be_visible(timeout=30_000)

        page.goto(f"{address}/person")
        expect(page.get_by_role("heading", name="What you said about who is whom")).to_be_visible(timeout=30_000)
        page.get_by_role("combobox", name="Take back").click()
        page.get_by_role("option").first.click()
        page.get_by_role("button", name="Take back", exact=True).click()
        expect(page.get_by_role("heading", name="What you said about who is whom")).to_have_count(0, timeout=30_000)
        page.goto(f"{address}/person?author=openalex%3AA5001")
        expect(page.get_by_text("All stored papers (2)")).to_be_visible(timeout=30_000)
        page.close()


def test_from_an_interest_to_a_lab_and_its_members(browser: Browser, tmp_path: Path) -> None:
    group(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/labs?interest=multimodal+learning")
        page.get_by_role("link", name="Lab of Ada Head").click(timeout=30_000)
        expect(page.get_by_role("heading", name="Lab of Ada Head")).to_be_visible(timeout=30_000)
        page.wait_for_url("**/labs?lab=openalex%3AA6001&interest=multimodal+learning")
        drawn = page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first
        expect(drawn).to_be_visible(timeout=30_000)
        assert page.locator("img[src=x]").count() == 0
        # nothing is wider than a phone
        _settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

        page.reload()
        page.get_by_role("link", name="Sam Pupil").click(timeout=30_000)
        expect(page.get_by_role("heading", name="Sam Pupil")).to_be_visible(timeout=30_000)
        page.go_back()
        page.get_by_role("link", name="Back to labs").click(timeout=30_000)
        expect(page.get_by_role("link", name="Lab of Rue Sister")).to_be_visible(timeout=30_000)
        assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
        page.close()


def test_a_keyboard_is_enough_to_star_somebody_and_to_open_them(browser: Browser, tmp_path: Path) -> None:
    small(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.get_by_label("Your research interest").first.focus(timeout=30_000)
        page.keyboard.type(INTEREST)
        page.keyboard.press("Enter")
        expect(_listed(page, "Ada Senior")).to_be_visible(timeout=30_000)
        _settled(page)
        _tab_to(page, "^Ada Senior")
        _tab_to(page, "Star Ada")
        page.keyboard.press("Enter")
        taken_off = page.get_by_role("button", name="Take Ada Senior off the shortlist")
        expect(taken_off).to_be_visible(timeout=30_000)
        _settled(page)
        _tab_to(page, "^Ada Senior", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**open=**")
        expect(page.get_by_role("heading", name="Ada Senior")).to_be_visible(timeout=30_000)
        # the arrows move the focus, s turns the star of whoever has it
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("heading", name="Ada Senior")).to_have_count(0, timeout=30_000)
        _settled(page)
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("heading", name="Ada Senior")).to_be_visible(timeout=30_000)
        _settled(page)
        page.keyboard.press("s")
        expect(taken_off).to_have_count(0, timeout=30_000)
        page.close()


def _tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Go on by keyboard to what is so called; wherever that leads, one must see where one is."""
    for _ in range(80):
        page.keyboard.press(key)
        told, outline, shadow, tag = page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at);
                return [at.innerText || "", style.outlineStyle, style.boxShadow, at.tagName];
            }"""
        )
        seen = outline != "none" or shadow != "none" or tag in ("BODY", "INPUT", "TEXTAREA")
        assert seen, f"nobody sees that {told!r} has the focus"
        if re.search(name, told):
            return
    raise AssertionError(f"{name} is not reached")
