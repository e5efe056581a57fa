"""A filter that the stored sources cannot answer says so, and what would tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finder import answers
from finder.answers import Query
from finder.answers.query import Trait
from finder.rendering import answer_text
from tests.worlds import author, stored, work

DAY = date(2026, 11, 1)
PLAIN = work("Modality dropout in practice", "Ada Vell @ Uni A, DE", "Bo Rask @ Uni A, DE", date="2026-06-01")


def asked(home: Path, *traits: Trait, works: tuple = (PLAIN,)) -> answers.Answer:
    return answers.find_advisors(stored(home, *works), Query("modality dropout", DAY, traits=traits))


def test_nothing_is_said_of_what_nobody_asked(tmp_path: Path) -> None:
    assert asked(tmp_path).coverage["gaps"] == []


def test_new_professors_cannot_be_known_where_nobody_states_a_post(tmp_path: Path) -> None:
    found = asked(tmp_path, "new")

    (said,) = found.coverage["gaps"]
    assert found.results == []
    assert "cannot be known" in said
    assert "[sources.orcid]" in said
    assert "cannot be known" in answer_text.empty_answer_reason(found)


def test_who_recruits_cannot_be_known_where_no_page_was_read(tmp_path: Path) -> None:
    found = asked(tmp_path, "recruiting")

    (said,) = found.coverage["gaps"]
    assert "silence is not a no" in said
    assert "[sources.homepages]" in said


def test_how_many_state_a_post_is_said_where_some_do(tmp_path: Path) -> None:
    head = author("Ada Vell @ Uni A, DE", role="Professor")
    found = asked(tmp_path, "new", works=(work("Modality dropout again", head, "Bo Rask", date="2026-06-01"),))

    assert "1 of 2 people here state a post" in found.coverage["gaps"][0]
