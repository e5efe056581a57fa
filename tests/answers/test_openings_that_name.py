"""Open positions that name somebody, at the place where they are: on their row and card, as evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finder import answers
from finder.answers import Query, labs
from finder.model import Board, Posting
from finder.rendering import lab_text
from finder.storage import Store
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)
BOARD = Board("Universität Nirgendwo", "jobposting", "https://example.org/jobs")


def posting(text: str, title: str = "PhD position", **more: str) -> Posting:
    return Posting(
        "jobposting",
        f"jobs/{title}",
        BOARD.token,
        title,
        f"https://example.org/{title.replace(' ', '-')}",
        description=text,
        date_posted="2026-10-01",
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    ada = "Ada Müller-Vell @ Universität Nirgendwo, DE"
    store = stored(
        tmp_path, *(work(f"On quiet owls, part {n}", "Stu Dent", ada, date=f"2026-0{n}-01") for n in (1, 2, 3))
    )
    store.postings.register_boards([BOARD])
    return store


def shown(store: Store, *postings: Posting) -> list[str]:
    store.postings.record_crawl(BOARD, postings, "2026-10-20T00:00:00Z", complete=True)
    (row,) = [
        r for r in answers.find_advisors(store, Query("quiet owls", TODAY)).results if r["name"].startswith("Ada")
    ]
    card = answers.person_profile(store, row["author_id"], TODAY)
    titles = [one["title"] for one in row["openings"]]

    assert titles == [one["title"] for one in card["openings"]]
    assert [f"open: {title}" for title in titles] == [
        claim["claim"].split(", apply by")[0] for claim in row["evidence"] if claim["claim"].startswith("open:")
    ]
    return titles


@pytest.mark.parametrize(
    "text", ["Join the group of Prof. Ada Müller-Vell.", "Supervisor: Ada K. Muller Vell", "ADA MÜLLER-VELL supervises"]
)
def test_an_opening_that_names_somebody_is_on_their_row(store: Store, text: str) -> None:
    assert shown(store, posting(text)) == ["PhD position"]


@pytest.mark.parametrize("text", ["Join the group of Bela Vell.", "We study owls.", "Ada and Müller-Vell are streets."])
def test_an_opening_that_names_somebody_else_is_not(store: Store, text: str) -> None:
    assert shown(store, posting(text)) == []


def test_a_namesake_elsewhere_has_nothing_to_do_with_it(store: Store) -> None:
    assert shown(store, posting("Ada Müller-Vell", hiring_organization="Another University")) == []


def test_an_opening_reaches_the_lab_of_whom_it_names(store: Store) -> None:
    assert shown(store, posting("Join the group of Ada Müller-Vell.", valid_through="2026-12-01")) == ["PhD position"]
    (lab,) = labs.find_labs(store, Query("quiet owls", TODAY)).results

    assert [one["title"] for one in lab["openings"]] == ["PhD position"]
    assert "open: PhD position, apply by 2026-12-01" in {claim["claim"] for claim in lab["evidence"]}
    assert "open: PhD position" in lab_text.render_lab_table(labs.find_labs(store, Query("quiet owls", TODAY)))


def test_what_is_closed_or_no_position_in_research_is_left_out(store: Store) -> None:
    late = posting("Ada Müller-Vell", "PhD position, old", valid_through="2026-10-25")
    office = posting("Assistant to Ada Müller-Vell", "Office manager")

    assert shown(store, late, office) == []
