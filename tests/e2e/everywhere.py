"""Every page of the dashboard on the demo world, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from finder import demo, views, world
from finder.outreach import anchors
from finder.views import Wish
from finder.views import internships as hosts
from finder.views import labs as lab_views
from tests.e2e.test_browser import READY

INTEREST = "multimodal learning"
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
THEMES = ("light", "dark")


def prepared(home: Path) -> dict[str, str]:
    """Build the demo world with one person on the shortlist; gives each page's name and address."""
    with demo.ready(home, print) as store:
        wish = Wish(INTEREST, world.today())
        best, second = (row["author_id"] for row in views.advisors(store, wish).results[:2])
        lab = lab_views.labs(store, wish).results[0]["lab_id"]
        host = hosts.internships(store, wish).results[0]["author_id"]
        entry, _ = anchors.star(store, best, INTEREST, f"{world.today()}T09:00:00+00:00")
        letter = {"entry": entry}
    asked = {"interest": INTEREST}
    pages = {
        "find": ("/", asked), "find-welcome": ("/", {}), "find-table": ("/", {**asked, "shape": "table"}),
        "person": ("/person", {"author": best, **asked}), "look-up": ("/person", {}),
        "labs": ("/labs", asked), "lab": ("/labs", {"lab": lab, **asked}),
        "internships": ("/internships", asked), "host": ("/person", {"author": host, **asked}),
        "openings": ("/openings", asked), "shortlist": ("/shortlist", letter), "draft": ("/draft", letter),
        "compare": ("/compare", {"author": [best, second], **asked}),
        "sources": ("/sources", {}), "method": ("/method", {}),
    }  # fmt: skip
    return {name: f"{path}?{urlencode(query, doseq=True)}".rstrip("?") for name, (path, query) in pages.items()}


@contextmanager
def window(browser: Browser, width: str, theme: str) -> Iterator[Page]:
    """A window of a width, in a theme, in which nothing moves."""
    wide, high = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def shown(page: Page, address: str) -> None:
    """Go there, and wait until all of it stands."""
    page.goto(address)
    page.locator("[data-testid=stMain] [data-testid=stElementContainer]").nth(1).wait_for(timeout=30_000)
    page.wait_for_selector(READY, timeout=30_000)
    page.wait_for_function("!document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]')")
