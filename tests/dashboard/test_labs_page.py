"""The Labs page as a script: its list, a lab's card, and what its address holds."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import components, queries
from tests.group import ADA, GROUP, HOSTILE, group

APP = str(Path(dashboard.__file__).parent / "app.py")


@pytest.fixture(scope="module")
def group_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("group")
    group(home)
    return home


@pytest.fixture(autouse=True)
def _home(group_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setenv("FINDER_HOME", str(group_home))
    monkeypatch.delenv("FINDER_DEMO", raising=False)


def opened(**query: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("screens/labs.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def links(app: AppTest) -> list[str]:
    """Ways to labs and pages, without the badges of labs."""
    return [re.sub(r"^(\*\*.*?\*\*)( .*)?$", r"\1", link.proto.label) for link in app.get("page_link")]


def test_an_interest_lists_labs_with_reasons() -> None:
    app = opened(interest=GROUP)
    assert "**Lab of Ada Head**" in links(app)
    told = said(app)
    assert re.search(r"\*\*\d+ labs?\*\*", told)
    assert any("active" in link.proto.label for link in app.get("page_link"))
    assert components.escape_markdown("Universität Nirgendwo, Germany") in told


def test_countries_narrow_the_list() -> None:
    app = opened(interest=GROUP, country=["FR"])
    assert app.multiselect(key="labs-country").value == ["FR"]
    assert "**Lab of Ada Head**" not in links(app)
    app.multiselect(key="labs-country").set_value(["DE"]).run()
    assert "**Lab of Ada Head**" in links(app)
    assert app.query_params["country"] == "DE"


def test_typing_writes_the_address() -> None:
    app = opened()
    assert "Type a topic in your own words" in said(app)
    app.text_input(key="labs-interest").set_value(f" {GROUP} ").run()
    assert app.query_params["interest"] == GROUP
    assert "**Lab of Ada Head**" in links(app)
    app.text_input(key="labs-interest").set_value("basket weaving").run()
    assert "No lab is listed" in said(app)


def test_an_address_opens_one_lab() -> None:
    app = opened(lab=ADA, interest=GROUP)
    assert app.title[0].value == "Lab of Ada Head"
    told = said(app)
    for heading in ("Head", "Members", "Who writes with whom", "Alumni", "Works on the interest"):
        assert heading in told
    assert "Sam Pupil" in links(app)
    assert "Once There" in links(app)
    told = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    assert any("Sam Pupil" in alt for alt in told)
    assert any("2026: 4 on the interest" in alt for alt in told)
    (evidence,) = [one for one in app.expander if one.label.startswith("Evidence (")]
    assert "member Sam Pupil" in evidence.markdown[0].value


def test_nobodys_lab_is_said_in_words() -> None:
    assert "Nobody is stored under" in said(opened(lab="openalex:A404"))


def test_hostile_names_are_only_text() -> None:
    app = opened(lab=ADA, interest=GROUP)
    assert components.escape_markdown(HOSTILE) in links(app)
    assert not any(element.proto.allow_html for kind in ("markdown", "caption") for element in app.get(kind))
