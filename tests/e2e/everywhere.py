"""Every page of the dashboard on the demo world, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from finder import answers, demo_metadata, demo_store
from finder.answers import Query
from finder.answers import internships as hosts
from finder.answers import labs as lab_views
from finder.outreach import identity_tracking
from tests.e2e.test_browser import READY

INTEREST = "multimodal learning"
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)


def prepared(home: Path) -> dict[str, str]:
    """Put one person of the demo world on the shortlist; gives each page's name and address."""
    with demo_store.open_demo_store(home, print) as store:
        wish = Query(INTEREST, demo_metadata.demo_today())
        best, second = (row["author_id"] for row in answers.find_advisors(store, wish).results[:2])
        lab = lab_views.find_labs(store, wish).results[0]["lab_id"]
        host = hosts.find_internship_hosts(store, wish).results[0]["author_id"]
        entry, _ = identity_tracking.add_to_shortlist(
            store, best, INTEREST, f"{demo_metadata.demo_today()}T09:00:00+00:00"
        )
        letter = {"entry": entry}
    asked = {"interest": INTEREST}
    few = {**asked, "top": "6"}
    pages = {
        "find": ("/", few),
        "find-welcome": ("/", {}),
        "find-table": ("/", {**few, "shape": "table"}),
        "find-beside": ("/", {**few, "open": best}),
        "person": ("/person", {"author": best, **asked}),
        "look-up": ("/person", {}),
        "labs": ("/labs", {**asked, "country": "DE"}),
        "lab": ("/labs", {"lab": lab, **asked}),
        "internships": ("/internships", few),
        "host": ("/person", {"author": host, **asked}),
        "openings": ("/openings", {**asked, "posted": "30"}),
        "shortlist": ("/shortlist", letter),
        "draft": ("/draft", letter),
        "compare": ("/compare", {"author": [best, second], **asked}),
        "watches": ("/watches", {}),
        "news": ("/news", {}),
        "sources": ("/sources", {}),
        "method": ("/method", {}),
        "more": ("/more", {}),
    }
    return {name: f"{path}?{urlencode(query, doseq=True)}".rstrip("?") for name, (path, query) in pages.items()}


@contextmanager
def window(browser: Browser, width: str) -> Iterator[Page]:
    """A window of a width, light, in which nothing moves."""
    wide, high = WIDTHS[width]
    context = browser.new_context(viewport={"width": wide, "height": high}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def shown(page: Page, address: str) -> None:
    """Go there, and wait until all of it stands."""
    page.goto(address)
    page.locator("[data-testid=stMain] [data-testid=stElementContainer]").nth(1).wait_for(timeout=30_000)
    page.wait_for_selector(READY, timeout=30_000)
    page.wait_for_function("!document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]')")


def turned(page: Page, theme: Theme) -> None:
    """Ask for a theme as the system would, and wait until the page has it and no colour is on its way."""
    page.emulate_media(color_scheme=theme)
    has = "theme => getComputedStyle(document.querySelector('.stApp')).colorScheme === theme"
    page.wait_for_function(has, arg=theme)
    moving = "one => one instanceof CSSTransition && one.playState === 'running'"
    page.wait_for_function(f"!document.getAnimations().some({moving})")
