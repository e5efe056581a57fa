"""Every page, wide and on a phone, light and dark: nothing axe-core calls serious, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.everywhere import WIDTHS, prepared, shown, turned, window
from tests.e2e.test_browser import CHROMIUM, browser, served  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
BAD = ("serious", "critical")
ALL = {"resultTypes": ["violations"]}
CONTRAST = {**ALL, "runOnly": ["color-contrast", "link-in-text-block"]}  # all that a theme changes
ACCEPTED: dict[tuple[str, str], str] = {}
"""Rules broken by Streamlit's own widgets, with a part of the selector of what breaks them, and why that stays."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    home: Path = tmp_path_factory.mktemp("home")
    pages = prepared(home)
    with served(home, "--demo") as address:
        yield address, pages


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_used_by_everybody(
    browser: Browser,
    world: tuple[str, dict[str, str]],
    width: str,  # noqa: F811 - the fixture
) -> None:
    address, pages = world
    wrong: list[str] = []
    with window(browser, width) as page:
        for name, path in pages.items():
            shown(page, address + path)
            wrong += [f"{name}: {told}" for told in _violations(page, ALL)]
            turned(page, "dark")
            wrong += [f"{name}, dark: {told}" for told in _violations(page, CONTRAST)]
            turned(page, "light")
            if page.evaluate("document.documentElement.scrollWidth") > WIDTHS[width][0]:
                wrong.append(f"{name}: wider than the window")
    assert not wrong, "\n".join(wrong)


def _violations(page: Page, options: dict[str, Any]) -> Iterator[str]:
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    for violation in found:
        if violation["impact"] not in BAD:
            continue
        for node in violation["nodes"]:
            where = " ".join(map(str, node["target"]))
            if not any(violation["id"] == rule and part in where for rule, part in ACCEPTED):
                yield f"{violation['id']} at {where}: {node['html'][:200]}"
