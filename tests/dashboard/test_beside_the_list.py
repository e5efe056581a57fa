"""Somebody beside the list, and rows that are ticked in the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from finder.storage import open_store
from tests.dashboard.test_pages import names, opened, said, tick
from tests.faces import INTEREST


def test_an_address_opens_somebody_beside_the_list(home: Path) -> None:
    app = opened(interest=INTEREST, open="openalex:A5001")
    assert [title.value for title in app.title] == ["Bela Newcomer"]
    assert "**Ada Senior**" in names(app)
    assert "2 of 2 stored papers" in said(app)
    assert "Brightloom Labs" in said(app)
    app.button(key="close").click().run()
    assert [title.value for title in app.title] == ["Ada Senior"], "the first of the list is in focus again"
    assert "open" not in app.query_params
    app.button(key="step-down").click().run()
    assert app.query_params["open"]
    assert [title.value for title in app.title] != ["Ada Senior"]


def test_every_name_opens_its_person_and_keeps_the_view(home: Path) -> None:
    app = opened(interest=INTEREST, country="FR", since="2024")
    (link,) = [link for link in app.get("page_link") if link.proto.label.startswith("**Bela Newcomer**")]
    told = link.proto.query_string
    assert all(part in told for part in ("open=openalex", "country=FR", "since=2024", "interest=multimodal"))


def test_another_interest_closes_it_and_a_filter_does_not(home: Path) -> None:
    app = opened(interest=INTEREST, open="openalex:A5001")
    tick(app, "country-DE")
    assert [title.value for title in app.title] == ["Bela Newcomer"]
    app.text_input(key="interest").set_value("contrastive learning").run()
    assert "open" not in app.query_params


def test_whoever_is_unknown_leaves_the_list_standing(home: Path) -> None:
    app = opened(interest=INTEREST, open="<b>nobody</b>")
    assert any("nobody" in warning.value for warning in app.warning)
    assert "**Ada Senior**" in names(app)


def test_ticked_rows_go_to_the_shortlist_and_to_the_comparison(home: Path) -> None:
    app = opened(interest=INTEREST, shape="table")
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    (compare,) = [link for link in app.get("page_link") if link.proto.label == "Compare"]
    assert compare.proto.query_string.count("author=") == 2
    app.button(key="star-ticked").click().run()
    assert not app.exception
    listed = list(app.dataframe[0].value["name"][:2])
    with open_store(home) as store:
        assert [entry.name for entry in store.shortlist.list_entries()] == listed


def test_weights_rank_anew_without_gathering_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(interest=INTEREST)
    before = names(app)
    monkeypatch.setattr("finder.answers.collect_candidates", lambda *_: pytest.fail("gathered again"))
    app.slider(key="weight-recent").set_value(5.0).run()
    app.slider(key="weight-share").set_value(1.0).run()
    assert not app.exception
    assert sorted(names(app)) == sorted(before)
