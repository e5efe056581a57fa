"""Pictures of every page, for whoever changes how the dashboard looks, and of some for the documentation.

``FINDER_SCREENSHOTS=docs uv run pytest tests/e2e/test_pictures.py -n 0`` takes them: those of the documentation into
that folder, whole pages in both widths and themes into its folder ``every``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.everywhere import THEMES, WIDTHS, prepared, shown, turned, window
from tests.e2e.test_browser import CHROMIUM, browser, served  # noqa: F401 - a fixture
from tests.once import demo_home

PICTURES = os.environ.get("FINDER_SCREENSHOTS")
DOCUMENTED = {
    ("find-beside", "wide"): "find",
    ("find", "phone"): "find-phone",
    ("person", "wide"): "person",
    ("shortlist", "wide"): "shortlist",
    ("lab", "wide"): "lab",
}
DRAWN = 700  # milliseconds that charts take to stand
LONGEST = 6000  # pixels of a page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
    pytest.mark.skipif(not PICTURES, reason="pictures are taken where FINDER_SCREENSHOTS names a folder"),
]


@pytest.mark.timeout(600)
def test_pictures_of_every_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:  # noqa: F811
    folder = Path(PICTURES or "")
    every = folder / "every"
    every.mkdir(parents=True, exist_ok=True)
    home = demo_home(tmp_path_factory)
    pages = prepared(home)
    with served(home, "--demo") as address:
        for width in WIDTHS:
            with window(browser, width) as page:
                for name, path in pages.items():
                    shown(page, address + path)
                    page.wait_for_timeout(DRAWN)
                    if documented := DOCUMENTED.get((name, width)):
                        page.screenshot(path=folder / f"screenshot-{documented}.png")
                    for theme in THEMES:
                        turned(page, theme)
                        shown(page, address + path)  # some charts take their colours when they are made
                        _whole(page, every / f"{name}-{width}-{theme}.png")
                    turned(page, "light")


def _whole(page: Page, file: Path) -> None:
    """The page scrolls within the window: the window is made as high as the page."""
    before = page.viewport_size
    assert before
    high = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({**before, "height": min(high, LONGEST)})
    page.wait_for_timeout(DRAWN)
    page.screenshot(path=file)
    page.set_viewport_size(before)
