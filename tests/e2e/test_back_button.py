"""The browser's back button on pages whose address follows their controls."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.test_browser import CHROMIUM, _settled, browser, served  # noqa: F401 - a fixture
from tests.faces import small

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


def test_going_back_takes_the_controls_along(browser: Browser, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    small(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/openings?interest=multimodal+learning")
        postdocs = page.get_by_test_id("stButtonGroup").get_by_text("Postdocs")
        postdocs.click(timeout=30_000)
        page.wait_for_url("**kind=postdoc**")
        _settled(page)
        page.go_back()
        page.wait_for_url("**/openings?interest=multimodal+learning")
        _settled(page)
        assert "kind" not in page.url  # the page did not write it again
        postdocs.click()
        page.wait_for_url("**kind=postdoc**")  # and it was not chosen any more: a click chooses it anew

        page.goto(f"{address}/compare?author=openalex%3AA5001&interest=multimodal+learning")
        interest = page.get_by_role("textbox", name="Interest")
        expect(interest).to_have_value("multimodal learning", timeout=30_000)
        _settled(page)
        interest.fill("haptics")
        interest.press("Enter")
        page.wait_for_url("**interest=haptics**")
        _settled(page)
        page.go_back()
        expect(interest).to_have_value("multimodal learning")
        _settled(page)
        assert "multimodal" in page.url
        page.close()
