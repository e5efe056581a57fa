"""Controls whose code reaches the browser late, as over a slow line, still hold what the page set them to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.test_browser import CHROMIUM, _settled, browser, served  # noqa: F401 - a fixture
from tests.faces import INTEREST, small

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
LATE = re.compile(r"/static/js/(Slider|NumberInput|ButtonGroup|Selectbox|Multiselect)\.")


def test_a_filter_used_before_all_controls_are_there_changes_no_other(browser: Browser, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    small(tmp_path)
    held: list[Route] = []
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.route(LATE, lambda route: held.append(route))  # not the method itself: playwright marks it
        page.goto(f"{address}/?country=US&since=2020&top=50&recent=2")
        box = page.get_by_role("searchbox").or_(page.get_by_label("Your research interest")).first
        box.fill(INTEREST, timeout=30_000)
        box.press("Enter")
        expect(page.get_by_text(re.compile(r"^[\d,]+ researchers?"))).to_be_visible(timeout=30_000)
        _settled(page)

        for route in held:
            route.continue_()
        page.locator(".st-key-facet-country-DE label").click()
        page.wait_for_url("**country=DE**")
        _settled(page)
        assert held
        for part in ("country=US", "since=2020", "top=50", "recent=2", "country=DE"):
            assert part in page.url
        assert "share" not in page.url
        page.close()
