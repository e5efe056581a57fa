"""Every page on every kind of store: it says something sensible, and what a source wrote is never more than text."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import components, queries
from finder import demo_metadata, demo_store
from finder.storage import Store, open_store
from finder.text.sanitize import single_line
from tests import hostile, ill_stores
from tests.faces import INTEREST, small
from tests.group import ADA
from tests.ill_stores import ANEW, ILL, NOTHING
from tests.once import demo_home
from tests.rendered import Shown, faults, read, shown
from tests.worlds import NOW

APP = str(Path(dashboard.__file__).parent / "app.py")
PAGES = {
    name: getattr(components, name)
    for name in (
        "FIND",
        "LABS",
        "INTERNSHIPS",
        "PERSON",
        "OPENINGS",
        "SHORTLIST",
        "DRAFT",
        "COMPARE",
        "SOURCES",
        "METHOD",
    )
}
Query = dict[str, str | list[str]]
Homes = dict[str, Path]
Views = dict[str, dict[str, tuple[str, Query]]]


def opened(page: str, **query: str | list[str]) -> AppTest:
    """A page by its address, which must show neither a traceback nor nothing at all."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    if page != components.FIND:
        app.switch_page(page)
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, [error.message for error in app.exception]
    told = read(app)
    assert len(told.split()) > 5, told
    assert "Traceback" not in told
    assert "Error:" not in told
    return app


@pytest.fixture(autouse=True)
def _as_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setattr(queries, "local_today", lambda: date(2026, 11, 1))


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The stores that are only read: made once."""
    found = {name: tmp_path_factory.mktemp(name) for name in ("hostile", "small")}
    with demo_store.open_demo_store(demo_home(tmp_path_factory), pytest.fail) as store:
        found["demo"] = store.home
        _starred(store)
    hostile.hostile(found["hostile"])
    small(found["small"])
    return found


def _starred(store: Store) -> None:
    from finder import answers
    from finder.outreach import identity_tracking

    rows = answers.find_advisors(store, answers.Query(INTEREST, demo_metadata.demo_today())).results
    for row, status in zip(rows, ("to read", "sent", "closed"), strict=False):
        number, _ = identity_tracking.add_to_shortlist(store, row["author_id"], INTEREST, NOW)
        store.shortlist.set_status(number, status, NOW)


def seen(home: Path) -> dict[str, tuple[str, Query]]:
    """The views of a store that holds something."""
    with open_store(home) as store:
        ids = [row["author_id"] for row in hostile.people(store)][:4]
        (lab, *_) = [id_ for id_ in (ADA, *ids) if _is_lab(store, id_)]
    asked: Query = {"interest": INTEREST}
    strict: Query = {
        "country": ["DE", "FR", "US"],
        "kind": "faculty",
        "since": "2024",
        "traits": ["recruiting"],
        "not_at": "<b>",
        "share": "3",
        "top": "5",
        "without": ["multimodal <b>", "$x$"],
        "stage": ["early-career faculty"],
    }
    return {
        "welcome": (components.FIND, {}),
        "cards": (components.FIND, asked),
        "table": (components.FIND, {**asked, "shape": "table"}),
        "beside the list": (components.FIND, {**asked, "open": ids[0]}),
        "all filters": (components.FIND, {**asked, **strict}),
        "labs": (components.LABS, asked),
        "a lab": (components.LABS, {**asked, "lab": lab}),
        "hosts": (components.INTERNSHIPS, asked),
        "look-up": (components.PERSON, {}),
        "a name": (components.PERSON, {"author": "a"}),
        "a person": (components.PERSON, {**asked, "author": ids[0]}),
        "another": (components.PERSON, {**asked, "author": ids[2]}),
        "openings": (components.OPENINGS, asked),
        "shortlist": (components.SHORTLIST, {}),
        "an entry": (components.SHORTLIST, {"entry": "1"}),
        "draft": (components.DRAFT, {"entry": "1"}),
        "compare nobody": (components.COMPARE, {}),
        "compare two": (components.COMPARE, {**asked, "author": ids[:2]}),
        "compare four": (components.COMPARE, {**asked, "author": ids}),
        "sources": (components.SOURCES, {}),
        "method": (components.METHOD, {}),
    }


def _is_lab(store: Store, id_: str) -> bool:
    from finder.answers import labs
    from finder.errors import UsageError

    try:
        return bool(labs.lab_card(store, id_, queries.as_of_date(), INTEREST))
    except UsageError:
        return False


VIEWS = (
    "welcome",
    "cards",
    "table",
    "beside the list",
    "all filters",
    "labs",
    "a lab",
    "hosts",
    "look-up",
    "a name",
    "a person",
    "another",
    "openings",
    "shortlist",
    "an entry",
    "draft",
    "compare nobody",
    "compare two",
    "compare four",
    "sources",
    "method",
)


@pytest.fixture(scope="module")
def views_of(homes: dict[str, Path]) -> dict[str, dict[str, tuple[str, Query]]]:
    return {name: seen(homes[name]) for name in ("demo", "hostile")}


# --- the demo --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_the_demo(homes: Homes, views_of: Views, view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(homes["demo"]))
    monkeypatch.setenv("FINDER_DEMO", "1")
    page, query = views_of["demo"][view]
    app = opened(page, **query)
    assert any("are fictional" in one.value for one in app.markdown)
    assert not app.warning or page in (components.DRAFT, components.FIND)
    assert _faults(app) == []


def _faults(app: AppTest) -> list[tuple[str, Shown]]:
    return [(fault, one) for one in shown(app) for fault in faults(one, hostile.EVIL) if "\\sum_{" not in one.text]


# --- hostile content -------------------------------------------------------------------------------------------------

SAID = {  # what a reader must find on these views, word for word
    "cards": [hostile.ACTIVE, hostile.FORMULA],
    "table": [hostile.ACTIVE, hostile.FORMULA],
    "labs": [hostile.ACTIVE],
    "a lab": [hostile.ACTIVE, hostile.RTL],
    "hosts": [hostile.ACTIVE, hostile.RTL],
    "a person": [hostile.ACTIVE, hostile.RTL],
    "openings": [hostile.ACTIVE, hostile.RTL],
    "shortlist": [hostile.ACTIVE, hostile.RTL],
    "draft": [hostile.ACTIVE],
    "compare two": [hostile.ACTIVE],
    "sources": [hostile.ACTIVE],
}


@pytest.mark.parametrize("view", VIEWS)
def test_whatever_is_stored_is_only_text(
    homes: Homes, views_of: Views, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(homes["hostile"]))
    page, query = views_of["hostile"][view]
    app = opened(page, **query)
    assert _faults(app) == []
    told = read(app)
    assert [text for text in SAID.get(view, []) if single_line(text) not in told] == []
    assert hostile.LONG[:1000] not in told, "nobody reads a title of a hundred thousand characters"


@pytest.mark.parametrize(
    ("view", "button"),
    [("a person", "not-theirs"), ("a person", "same-as"), ("a person", "hide"), ("shortlist", "off-1")],
)
def test_dialogs_show_only_text(
    homes: Homes, views_of: Views, view: str, button: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(homes["hostile"]))
    page, query = views_of["hostile"][view]
    app = opened(page, **query | ({"author": ADA} if view == "a person" else {}))
    before = len(shown(app))
    app.button(key=button).click()
    checked(app.run())
    assert len(shown(app)) > before
    if button == "same-as":
        assert "Nobody else of this name is stored" in read(app)
    assert _faults(app) == []


# --- hostile addresses -----------------------------------------------------------------------------------------------

TYPED = {
    "markup": f"<script>alert(1)</script> {hostile.ACTIVE} {hostile.RTL}",
    "long": "x" * 100_000,
    "control": "a\x00b\x1b[31m\u202ec",
    "invisible": "\u202e\x00 \u2028",
    "digits": "²",
    "number": "9" * 5000,
}
PARAMETERS = (
    "interest",
    "author",
    "lab",
    "company",
    "entry",
    "work",
    "status",
    "country",
    "stage",
    "kind",
    "since",
    "top",
    "without",
    "traits",
    "not_at",
    "shape",
    "open",
    "posted",
    "remote",
    "fit",
    "unheard-of",
)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_an_address_may_say_anything(homes: Homes, page: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(homes["small"]))
    app = opened(page, **dict.fromkeys(PARAMETERS, TYPED[typed]))
    assert _faults(app) == []
    assert hostile.LONG[:1000] not in read(app)


@pytest.mark.parametrize("entry", ["99999", "abc", "-1", "1; drop table shortlist_entry"])
@pytest.mark.parametrize("page", [components.SHORTLIST, components.DRAFT])
def test_an_entry_that_is_not_there(homes: Homes, page: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(homes["demo"]))
    assert opened(page, entry=entry).title[0].value in ("Shortlist", "Letter")


# --- stores that hold nothing, or cannot be used ---------------------------------------------------------------------


UNASKED = {  # pages that open without asking anything of what is stored, and what they say then
    "PERSON": "Look somebody up",
    "COMPARE": "Choose two to four",
    "METHOD": "How the ranking works",
    "SHORTLIST": "Nobody is on your shortlist",
    "DRAFT": "nobody to write to",
    "SOURCES": "No key is set",
}


@pytest.mark.parametrize("ill", ILL)
def test_a_store_that_cannot_answer_says_why_and_what_to_do(
    tmp_path: Path, ill: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, reason = ILL[ill]
    home = tmp_path / "home"
    home.mkdir()
    build(home)
    monkeypatch.setenv("FINDER_HOME", str(home))
    for name, page in PAGES.items():
        query: Query = {"interest": INTEREST} | ({"author": ["openalex:A1", ADA]} if name != "SHORTLIST" else {})
        app = opened(page, **query)
        told = read(app)
        harmless = reason in (NOTHING, ANEW)
        assert reason in told or ((harmless or name == "METHOD") and UNASKED.get(name, "-") in told), (name, told)
        assert _faults(app) == [], name


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path)
    tmp_path.chmod(0o500)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    for page in PAGES.values():
        opened(page, interest=INTEREST)
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("ill", [ill for ill, (_, reason) in ILL.items() if reason == ANEW])
def test_what_is_stored_is_put_together_by_a_click(tmp_path: Path, ill: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ILL[ill][0](tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    app = opened(components.FIND, interest=INTEREST)
    app.button(key="put-together").click()
    assert "Ada Senior" in read(checked(app.run()))


def test_a_store_may_change_under_an_open_dashboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    app = opened(components.FIND, interest=INTEREST)
    for change, reason in (
        (ill_stores.another_shape, ANEW),
        (ill_stores.newer, "written by a newer finder"),
        (ill_stores.random_bytes, "damaged"),
    ):
        change(tmp_path)
        assert reason in read(checked(app.run()))
