"""From a star to a letter in a real browser: kept over a reload, saved unsent, exported; nothing asked elsewhere."""

from __future__ import annotations

import csv
import email
import re
from email.policy import default as modern
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_browser import CHROMIUM, _settled, browser, served  # noqa: F401 - a fixture
from tests.faces import small

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


def test_from_a_star_to_a_letter_and_a_file(browser: Browser, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    small(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        _star(page, address)
        _written(page)
        _exported(page, address)
        page.set_viewport_size({"width": 390, "height": 844})
        _settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
        page.close()


def _star(page: Page, address: str) -> None:
    page.goto(f"{address}/?interest=multimodal+learning")
    page.get_by_role("button", name="Star Bela Newcomer").click(timeout=30_000)
    expect(page.get_by_role("button", name="Take Bela Newcomer off the shortlist")).to_be_visible(timeout=30_000)
    _settled(page)
    page.get_by_role("link", name="Shortlist").first.click()
    expect(page.get_by_role("heading", name="To read (1)")).to_be_visible(timeout=30_000)
    page.get_by_text("Notes and history").click()
    page.get_by_role("textbox", name="Notes").fill("kind, they say")
    page.get_by_role("textbox", name="Notes").press("Control+Enter")
    _settled(page)


def _written(page: Page) -> None:
    page.get_by_role("link", name="Write a letter").click()
    expect(page.get_by_text("Dear Professor Bela Newcomer").last).to_be_visible(timeout=30_000)
    page.wait_for_url("**/draft?entry=*&work=*")
    opens = page.get_by_role("link", name="Open in my mail program").get_attribute("href")
    assert (opens or "").startswith("mailto:?subject=")
    page.get_by_role("textbox", name="Their address").fill("bela@ailleurs.example")
    page.get_by_role("textbox", name="Their address").press("Enter")
    expect(page.get_by_role("link", name="Open in my mail program")).to_have_attribute(
        "href", re.compile(r"^mailto:bela@ailleurs\.example\?"), timeout=30_000
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as .eml").click()
    mail = email.message_from_bytes(download.value.path().read_bytes(), policy=modern)
    assert (mail["X-Unsent"], mail["To"]) == ("1", "bela@ailleurs.example")
    assert "Multimodal learning from few pairs" in mail.get_content()
    # the browser has the file before the server knows that it was saved
    expect(page.get_by_text("On your shortlist: drafted")).to_be_visible(timeout=30_000)


def _exported(page: Page, address: str) -> None:
    page.goto(f"{address}/shortlist")
    expect(page.get_by_role("heading", name="Drafted (1)")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.get_by_role("heading", name="Drafted (1)")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="1 row as CSV").click()
    (row,) = csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines())
    assert (row["name"], row["status"], row["notes"]) == ("Bela Newcomer", "drafted", "kind, they say")
    page.keyboard.press("Escape")
