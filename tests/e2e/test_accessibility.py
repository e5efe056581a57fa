"""Every page, wide and on a phone, light and dark: nothing axe-core calls serious, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.everywhere import WIDTHS, prepared, shown, turned, window
from tests.e2e.test_browser import CHROMIUM, browser, served  # noqa: F401 - a fixture
from tests.once import demo_home

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
BAD = ("serious", "critical")
ALL = {"resultTypes": ["violations"]}
CONTRAST = {**ALL, "runOnly": ["color-contrast", "link-in-text-block"]}  # all that a theme changes


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    home = demo_home(tmp_path_factory)
    pages = prepared(home)
    with served(home, "--demo") as address:
        yield address, pages


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_used_by_everybody(
    browser: Browser,  # noqa: F811 - the fixture
    world: tuple[str, dict[str, str]],
    width: str,
) -> None:
    address, pages = world
    wrong: list[str] = []
    asked: list[str] = []
    with window(browser, width) as page:
        page.on("request", lambda request: asked.append(request.url))
        for name, path in pages.items():
            shown(page, address + path)
            wrong += [f"{name}: {told}" for told in _violations(page, ALL)]
            turned(page, "dark")
            wrong += [f"{name}, dark: {told}" for told in _violations(page, CONTRAST)]
            turned(page, "light")
            if page.evaluate("document.documentElement.scrollWidth") > WIDTHS[width][0]:
                wrong.append(f"{name}: wider than the window")
    wrong += [f"asked elsewhere: {url}" for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert not wrong, "\n".join(wrong)


def _violations(page: Page, options: dict[str, Any]) -> Iterator[str]:
    for violation in Axe().run(page, options=options).response["violations"]:
        if violation["impact"] in BAD:
            for node in violation["nodes"]:
                yield f"{violation['id']} at {' '.join(map(str, node['target']))}: {node['html'][:200]}"
