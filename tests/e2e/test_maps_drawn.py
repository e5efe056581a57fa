"""The maps in a real browser: drawn when they are opened, no wider than a phone, with nothing asked elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.test_browser import CHROMIUM, _settled, browser, served  # noqa: F401 - a fixture
from tests.group import ADA, GROUP, group

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_map_is_drawn_where_it_is_opened(browser: Browser, tmp_path: Path, scheme: str) -> None:  # noqa: F811
    group(tmp_path)
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path, key, least in (
            (f"labs?interest={GROUP.replace(' ', '+')}", "world", 170),  # countries
            (f"labs?lab={ADA}", "alumni-world", 170),
            (f"person?author={ADA}", "coauthors", 2),
        ):
            page.goto(f"{address}/{path}")
            part = page.locator(f".st-key-{key}")
            part.locator("summary").click(timeout=30_000)
            drawing = part.locator("svg.marks")
            expect(drawing).to_be_visible(timeout=30_000)
            _settled(page)
            assert drawing.locator("path[fill]:not([fill=none])").count() >= least
            for shown in (drawing, *drawing.locator("text").all()):
                box = shown.bounding_box()
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= 390
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
        page.close()
