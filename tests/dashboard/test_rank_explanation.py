"""Why somebody is not on the list, and who could introduce the reader: on Find, on a person's page, beside the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard import queries
from tests.dashboard.test_pages import PERSON, names, opened, said
from tests.faces import HOSTILE, INTEREST

ME = '[me]\npeople = ["Sam Pupil", "Zed Nought"]\n'


def test_the_field_tells_the_filter_and_follows_it(home: Path) -> None:
    app = opened(interest=INTEREST, country="FR")
    app.text_input(key="whose").set_value(" Ada Senior ").run()
    assert "Not listed: filtered out" in said(app)
    assert "country: last known DE; you asked for FR" in said(app)
    app.button(key="chip-France").click().run()
    assert "Listed at place 1 of" in said(app)
    assert not app.exception


def test_the_field_offers_names_spelled_alike_and_survives_what_it_cannot_tell(home: Path) -> None:
    app = opened(interest=INTEREST)
    app.text_input(key="whose").set_value("Ada Senoir").run()
    assert any(name.startswith("Ada Senior") for name in names(app))
    app.text_input(key="whose").set_value("Nobody Else").run()
    assert any("Name one by id" in warning.value for warning in app.warning)
    assert "Scores measure topic match" in said(app), "the rest of the page is there"
    app.text_input(key="whose").set_value(HOSTILE).run()
    assert "<img" not in said(app)
    assert not app.exception


def test_a_persons_page_says_where_they_are_on_the_list(home: Path) -> None:
    assert "Listed at place 1 of" in said(opened(PERSON, author="Ada Senior", interest=INTEREST))
    student = said(opened(PERSON, author="Sam Pupil", interest=INTEREST))
    last = re.search(r"Listed at place (\d) of (\d)", student)
    assert last
    assert int(last[1]) >= int(last[2]) - 2  # only other likely students come after
    assert "isted at" not in said(opened(PERSON, author="Ada Senior"))


def test_who_could_introduce_is_said_once_the_own_people_are_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "introduce" not in said(opened(PERSON, author="Ada Senior"))
    (home / "finder.toml").write_text(ME, encoding="utf-8")
    page = said(opened(PERSON, author="Ada Senior"))
    assert "Sam Pupil has written with Ada Senior" in page
    assert "Multimodal learning with haptics" in page
    assert "Nobody called Zed Nought" in page
    beside = said(opened(interest=INTEREST, open="openalex:A5001"))
    assert "No chain of co\\-authors leads from Sam Pupil to Bela Newcomer" in beside
    monkeypatch.setattr(queries.settings_module, "is_served_mode", lambda: True)
    assert queries.query_introductions("Ada Senior") is None, "other readers have other people"
