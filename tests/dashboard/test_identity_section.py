"""The person page's word on who is whom: asked for, kept, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import components
from finder.storage import open_store
from tests.worlds import author, stored, together, work

APP = str(Path(dashboard.__file__).parent / "app.py")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stored(
        tmp_path,
        work("Bees and more", author("Wei Lan @ Uni A", "openalex:A1"), "Bo Rask", date="2025-03-01"),
        work("Wasps and more", author("Wei Lan @ Uni A", "openalex:A1"), "Bo Rask", date="2025-04-01"),
        work("Quarks and more", author("Wei Lan @ Uni A", "openalex:A2"), "Bo Rask", date="2025-05-01"),
    ).close()
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    return tmp_path


def page_of(author_id: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["author"] = author_id
    app.switch_page(components.PERSON)
    app.run()
    assert not app.exception
    return app


def people(home: Path) -> set[frozenset[str]]:
    with open_store(home) as store:
        return {titles for titles in together(store) if len(titles) < 3}


def test_the_page_says_how_sure_it_is_and_who_else_it_could_be(home: Path) -> None:
    told = "\n".join(
        str(e.value) for kind in ("subheader", "markdown", "caption") for e in page_of("openalex:A1").get(kind)
    )

    assert "Is this one person?" in told
    assert "a shared id" in told
    assert "different openalex ids" in told


def test_same_and_back_again(home: Path) -> None:
    app = page_of("openalex:A1")
    app.button(key="same-openalex:A2").click().run()
    assert not app.exception
    assert people(home) == set()
    assert app.query_params["author"] in ("openalex:A1", ["openalex:A1"])

    app = page_of("")
    app.selectbox(key="take-back").select_index(0).run()
    app.button(key="take-back-sure").click().run()
    assert not app.exception
    assert frozenset({"Quarks and more"}) in people(home)


def test_a_dialog_offers_the_works_that_could_be_another_persons(home: Path) -> None:
    app = page_of("openalex:A1")
    app.button(key="not-theirs").click().run()

    assert set(app.multiselect(key="split-works").options) == {"Bees and more (2025)", "Wasps and more (2025)"}
    assert app.button(key="split-sure").disabled


def test_nothing_can_be_judged_in_the_demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_DEMO", "1")
    app = page_of("openalex:A1")

    assert not [button for button in app.button if button.key in ("not-theirs", "same-as", "same-openalex:A2")]
