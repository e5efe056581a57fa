"""Hostile content in a real browser: nothing runs, nothing is fetched from elsewhere, no link leads astray."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from finder.reference_data import package_data_folder
from tests import hostile
from tests.e2e.test_browser import CHROMIUM, _settled, browser, served  # noqa: F401 - a fixture
from tests.group import ADA

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
ASKED = "interest=multimodal+learning"
VIEWS = {  # where, and what is there when it is done
    "/?" + ASKED: " match",
    f"/person?author={ADA.replace(':', '%3A')}&{ASKED}": "Is this one person?",
    f"/labs?{ASKED}": "2 labs",
    f"/labs?lab={ADA.replace(':', '%3A')}&{ASKED}": "Who writes with whom",
    f"/internships?{ASKED}": "Open internships that fit",
    f"/openings?{ASKED}": "3 openings",
    "/shortlist?entry=1": "Nothing is ever sent from here",
    "/draft?entry=1": "The letter",
    "/sources": "Last run",
}


@pytest.mark.timeout(300)
def test_hostile_content_is_only_text(browser: Browser, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    hostile.hostile(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        dialogs: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for path, done in VIEWS.items():
            page.goto(address + path)
            expect(page.get_by_text(done).first).to_be_visible(timeout=60_000)
            _settled(page)
            _unfold(page)
            _only_text(page, path)
        assert dialogs == []
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        page.close()


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())")
    _settled(page)


@cache
def _curated_hosts() -> frozenset[str | None]:
    """Hosts of the programmes and searches that the project itself links beside open positions."""
    folder = package_data_folder() / "curated"
    files = (("programmes.csv", "link"), ("searches.csv", "address"))
    return frozenset(
        urlsplit(row[column]).hostname
        for name, column in files
        for row in csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines())
    )


def _only_text(page: Page, path: str) -> None:
    told = page.locator("[data-testid=stMain]").inner_text()
    assert "<img src=x onerror=alert(1)>" in told.replace("\u2060", ""), path
    for wrong in (
        "img[src=x]",
        "img[src*=evil]",
        "script:not([src]):text('alert')",
        "a[href^=javascript i]",
        "a[href^=data i]",
        ".katex",
        "iframe",
    ):
        assert page.locator(f"[data-testid=stApp] {wrong}").count() == 0, (path, wrong)
    hosts = page.evaluate("[...document.querySelectorAll('a[href]')].map(one => new URL(one.href).hostname)")
    assert not [host for host in hosts if "evil" in host], path
    if path != "/sources":  # which links the homes of the sources themselves
        assert set(hosts) - _curated_hosts() <= {"127.0.0.1", "good.example", "openalex.org", ""}, path
    assert page.locator("[data-testid=stMain]").get_by_text("bug_report", exact=True).count() == 0, path
    # as it stands in the page no sign turns what follows it
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067") & set(told), path
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
