"""The student's whole story in a real browser: on the demo world, and on real conference papers where they are."""

from __future__ import annotations

import csv
import email
import os
import re
import subprocess
import sys
from email.policy import default as modern
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_browser import CHROMIUM, _settled, browser, served  # noqa: F401 - a fixture
from tests.examples import FULL
from tests.shared import SHARED, needs_shared

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
PATIENCE = 60_000


def test_the_whole_story_in_the_demo_world(browser: Browser, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    with served(tmp_path, "--demo") as address:
        _story(browser, address, "multimodal learning")
        _five_clicks(browser, address)


def _five_clicks(browser: Browser, address: str) -> None:  # noqa: F811 - the fixture
    """From an interest to a letter to a new professor in a country: five clicks."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    _ask(page, address, "multimodal learning")
    before = _listed(page)
    for facet, asked in (("country-DE", "country=DE"), ("traits-new", "traits=new")):
        page.locator(f".st-key-facet-{facet} label").click()
        page.wait_for_url(f"**{asked}**")
        _settled(page)
    assert 0 < _listed(page) < before
    name = page.locator("[class*=st-key-who-1] a strong").first.inner_text()
    page.locator("[class*=st-key-who-1] a").first.click()
    expect(page.locator(".st-key-pane").get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".st-key-pane").get_by_text("New professor").first).to_be_visible()
    _settled(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Saved")).to_be_visible(timeout=PATIENCE)
    _settled(page)
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text(f"{name},").last).to_be_visible(timeout=PATIENCE)
    page.close()


@needs_shared
@pytest.mark.timeout(240)
def test_the_whole_story_on_real_papers(browser: Browser, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    files = sorted((SHARED / "paperlists").glob("*" if FULL else "*202[45].json.gz"))
    command = [sys.executable, "-m", "finder", "import", "paperlists", *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "FINDER_HOME": str(tmp_path)})
    with served(tmp_path) as address:
        _story(browser, address, "legged locomotion")


def _story(browser: Browser, address: str, interest: str) -> None:  # noqa: F811 - the fixture
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))

    _ask(page, address, interest)
    _narrow(page)
    name = _open_and_star(page)
    view = page.url
    _write(page, name)
    _take_along(page, name)

    # the address alone brings the view back
    page.goto(view)
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("checkbox", name="Faculty", exact=True)).to_be_checked()
    context.close()

    # another evening: a new browser finds the shortlist as it was left
    later = browser.new_page(viewport={"width": 390, "height": 844})
    later.goto(f"{address}/shortlist")
    expect(later.get_by_role("heading", name="Drafted (1)")).to_be_visible(timeout=PATIENCE)
    expect(later.get_by_text(name).first).to_be_visible()
    later.goto(view)
    expect(later.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    assert later.evaluate("document.documentElement.scrollWidth") <= 390
    later.close()
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]


def _ask(page: Page, address: str, interest: str) -> None:
    page.goto(address)
    box = page.get_by_role("searchbox").or_(page.get_by_label("Your research interest")).first
    box.fill(interest)
    box.press("Enter")
    expect(page.get_by_text(re.compile(r"^[\d,]+ researchers?"))).to_be_visible(timeout=PATIENCE)
    _settled(page)


def _narrow(page: Page) -> None:
    before = _listed(page)
    page.locator(".st-key-facet-stage-established-faculty label").click()
    expect(page.get_by_role("checkbox", name="Faculty", exact=True)).to_be_checked(timeout=PATIENCE)
    page.wait_for_url("**stage=**")
    _settled(page)
    assert 0 < _listed(page) < before


def _listed(page: Page) -> int:
    """How many people passed the filters, as the page says."""
    told = page.get_by_text(re.compile(r"^[\d,]+ researchers?")).first.inner_text()
    return int(re.findall(r"[\d,]+", told)[0].replace(",", ""))


def _open_and_star(page: Page) -> str:
    first = page.locator("[class*=st-key-who-1] a strong").first
    name = first.inner_text().strip()
    first.click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    pane = page.locator(".st-key-pane")
    expect(pane.get_by_text("Read before writing")).to_be_visible(timeout=PATIENCE)
    pane.get_by_role("button", name="Save").click()
    expect(pane.get_by_role("button", name="Saved")).to_be_visible(timeout=PATIENCE)
    _settled(page)
    return name


def _write(page: Page, name: str) -> None:
    page.locator(".st-key-pane").get_by_role("button", name="Write").click()
    dear = re.compile(rf"Dear (?:Professor )?{re.escape(name)}")
    expect(page.get_by_text(dear).last).to_be_visible(timeout=PATIENCE)
    page.get_by_role("textbox", name="Their address").fill("somebody@example.org")
    page.get_by_role("textbox", name="Their address").press("Enter")
    _settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as .eml").click()
    # the page says what saving changed; whoever leaves before that leaves before it is noted
    expect(page.get_by_text("On your shortlist: drafted.")).to_be_visible(timeout=PATIENCE)
    mail = email.message_from_bytes(download.value.path().read_bytes(), policy=modern)
    assert (mail["X-Unsent"], mail["To"]) == ("1", "somebody@example.org")
    assert dear.search(mail.get_content())


def _take_along(page: Page, name: str) -> None:
    page.get_by_role("link", name="Shortlist").first.click()
    expect(page.get_by_role("heading", name="Drafted (1)")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="1 row as CSV").click()
    (row,) = csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines())
    assert (row["name"], row["status"]) == (name, "drafted")
