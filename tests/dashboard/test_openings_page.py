"""The Openings page: what fits, what is new, what is filtered, and its address."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import components, queries
from finder.answers import openings
from finder.model import Board, Posting
from finder.storage import open_store
from tests.faces import HOSTILE, INTEREST, small

APP = str(Path(dashboard.__file__).parent / "app.py")
BOARD = Board("Universität Nirgendwo", "jobposting", "https://example.org/jobs", "", "a test")


def posting(title: str, **more: object) -> Posting:
    fields = {"date_posted": "2026-10-01", "countries": ("DE",), "locations": ("Nirgendwo, Germany",), **more}
    url = f"https://example.org/{title}"
    return Posting("jobposting", f"jobs/{title}", BOARD.token, title, url, **fields)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small(tmp_path)
    with open_store(tmp_path) as store:
        store.postings.register_boards([BOARD])
        first = posting(f"PhD position in {INTEREST}", description="Ask Ada Senior. You hold a master's degree.")
        other = posting("Plumber", description="Pipes.")
        hostile = posting(f"Internship in {INTEREST} {HOSTILE}", countries=("US",), workplace="remote")
        store.postings.record_crawl(BOARD, [first, other, hostile], "2026-10-20T00:00:00Z", complete=True)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setattr(queries, "local_today", lambda: date(2026, 11, 1))
    return tmp_path


def page(**query: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(components.OPENINGS)
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in ("title", "markdown", "caption", "info") for e in app.get(kind))


def test_what_fits_is_listed_with_why_and_who_is_behind_it(home: Path) -> None:
    app = page(interest=INTEREST)

    assert "**2 openings**; 1 that do not fit not listed" in told(app)
    assert "its title says" in told(app)
    assert "Plumber" not in told(app)
    assert "You hold a master" in told(app)
    assert any("named in the posting" in link.proto.label for link in app.get("page_link"))
    assert HOSTILE not in told(app)


def test_filters_are_in_the_address(home: Path) -> None:
    app = page(interest=INTEREST, kind="phd")
    assert "**1 opening**" in told(app)
    app.multiselect(key="o-country").set_value(["US"]).run()
    assert "Nothing that fits is open" in told(app)
    assert app.query_params["country"] in ("US", ["US"])
    assert not app.exception


def test_what_came_since_the_last_visit_is_new(home: Path) -> None:
    with open_store(home) as store:
        openings.record_openings_visit(store, "2026-10-25T00:00:00Z")
        store.postings.record_crawl(BOARD, [posting(f"Postdoc in {INTEREST}")], "2026-10-30T00:00:00Z", complete=False)
    app = page(interest=INTEREST)

    assert told(app).count("green-badge[new]") == 1
    assert "green-badge[new]" not in told(page(interest=INTEREST))


def test_an_empty_page_says_what_to_do(home: Path) -> None:
    assert "Type a topic" in told(page())
