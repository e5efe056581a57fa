"""Star, shortlist, letter, comparison and exports in the dashboard, over a small store with somebody hostile in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import components
from finder import answers
from finder.model import Board, Posting, Statement
from finder.outreach import identity_tracking
from finder.publication import resolve_and_publish
from finder.storage import Store, open_store
from finder.storage.shortlist import ShortlistEntry
from tests.dashboard.test_pages import opened, said
from tests.faces import FORMULA, HOSTILE, INTEREST
from tests.worlds import NOW, put

BELA = "openalex:A5001"


@pytest.fixture
def starred(home: Path) -> Path:
    with open_store(home) as store:
        for who in (BELA, "Ada Senior", FORMULA, HOSTILE):
            identity_tracking.add_to_shortlist(store, who, INTEREST, NOW)
    return home


def exporting(page: str | None = None, **query: str | list[str]) -> AppTest:
    """A page with its exports opened."""
    app = opened(page, **query)
    app.session_state["exports"] = True
    return app.run()


def labels(app: AppTest, kind: str = "download_button") -> list[str]:
    return [element.proto.label for element in app.get(kind)]


def entries(home: Path) -> list[ShortlistEntry]:
    with open_store(home) as store:
        return store.shortlist.list_entries()


def test_a_star_puts_somebody_on_the_list_for_the_interest_of_the_page(home: Path) -> None:
    app = opened(interest=INTEREST)
    app.button(key="star-0").click().run()
    assert not app.exception
    (entry,) = entries(home)
    assert (entry.interest, entry.status) == (INTEREST, "to read")
    app.button(key="unstar-0").click().run()
    assert entries(home) == [], "one click takes them off again"


def test_a_star_is_not_taken_off_by_a_click_where_something_was_noted(home: Path) -> None:
    opened(components.PERSON, author=BELA, interest=INTEREST).button(key="star-person").click().run()
    (entry,) = entries(home)
    with open_store(home) as store:
        store.shortlist.set_notes(entry.id, "met at a workshop")
    for page in (components.FIND, components.PERSON):
        app = opened(page, author=BELA, interest=INTEREST)
        next(one for one in app.button if one.key and one.key.startswith("unstar-")).click().run()
        assert [one.notes for one in entries(home)] == ["met at a workshop"], page
        assert "Shortlist" in [title.value for title in app.title], f"{page}: their entry asks first"


def test_writing_to_somebody_puts_them_on_the_shortlist_and_opens_a_letter(home: Path) -> None:
    app = opened(components.PERSON, author=BELA, interest=INTEREST)
    app.button(key="write-person").click().run()
    assert not app.exception
    assert [BELA in entry.anchors for entry in entries(home)] == [True]
    assert "Bela Newcomer," in app.code[0].value


def test_the_board_shows_who_is_how_far_and_keeps_what_is_said(starred: Path) -> None:
    app = opened(components.SHORTLIST)
    assert [element.value for element in app.subheader] == ["To read (4)"]
    bela = next(entry.id for entry in entries(starred) if BELA in entry.anchors)
    app.selectbox(key=f"status-{bela}").set_value("sent").run()
    assert [element.value for element in app.subheader] == ["To read (3)", "Sent (1)"]
    app.text_area(key=f"notes-{bela}").set_value("kind, they say").run()
    app.date_input(key=f"day-{bela}").set_value(date(2026, 10, 30)).run()
    assert "You wanted to come back to them on" in said(app)
    app.selectbox(key=f"what-{bela}").set_value("call")
    app.text_input(key=f"said-{bela}").set_value("about *money*")
    next(button for button in app.button if button.key and button.key.endswith(f"keep-{bela}")).click().run()
    assert not app.exception
    entry = next(entry for entry in entries(starred) if entry.id == bela)
    assert (entry.status, entry.notes, entry.follow_up) == ("sent", "kind, they say", "2026-10-30")
    assert [(event.day, event.what) for event in entry.events] == [
        ("2026-11-01", "starred"),
        ("2026-11-01", "sent"),
        ("2026-11-01", "call"),
    ]
    assert "about \\*money\\*" in said(app)


def test_hostile_names_are_only_text_on_every_page(starred: Path) -> None:
    hostile = next(str(entry.id) for entry in entries(starred) if entry.name == HOSTILE)
    ids = [entry.name for entry in entries(starred)]
    assert HOSTILE in ids
    pages = [opened(components.SHORTLIST, entry=hostile), opened(components.DRAFT, entry=hostile)]
    with open_store(starred) as store:
        who = [
            row["author_id"] for row in answers.find_advisors(store, answers.Query(INTEREST, date(2026, 11, 1))).results
        ][:4]
    pages.append(opened(components.COMPARE, author=who, interest=INTEREST))
    for app in pages:
        told = said(app)
        assert "<img" not in told.replace("\\<", "")
        assert "<script" not in told.replace("\\<", "")
        assert "](javascript" not in told
        assert not any(element.proto.allow_html for kind in ("markdown", "caption") for element in app.get(kind))


def test_files_hold_who_is_ticked_else_all_who_are_shown(starred: Path) -> None:
    app = exporting(components.SHORTLIST)
    assert "4 rows as CSV" in labels(app)
    app.checkbox(key=f"tick-{entries(starred)[0].id}").check().run()
    assert "1 row as CSV" in labels(app)
    assert "1 person as vCards" in labels(app)
    assert not app.exception

    app = exporting(interest=INTEREST)
    assert labels(app)[0].replace("CSV", "Excel") in labels(app)
    ticks = next(box for box in app.multiselect if box.key and box.key.startswith("ticks-"))
    ticks.set_value([BELA]).run()
    assert "1 row as Excel" in labels(app)
    assert "2 works as BibTeX" in labels(app)


def test_open_positions_and_their_deadlines_are_taken_along(starred: Path) -> None:
    board = Board("Universität Nirgendwo", "jobposting", "https://example.org/jobs", "", "a test")
    one = Posting(
        "jobposting",
        "jobs/1",
        board.token,
        f"PhD position in {INTEREST}",
        "https://example.org/1",
        description="Ask Ada Senior.",
        date_posted="2026-10-01",
        valid_through="2026-12-24",
    )
    with open_store(starred) as store:
        store.postings.register_boards([board])
        store.postings.record_crawl(board, [one], "2026-10-20T00:00:00Z", complete=True)
    assert {"1 row as Excel", "1 day as Calendar"} <= set(labels(exporting(components.OPENINGS, interest=INTEREST)))
    assert "1 day as Calendar" in labels(exporting(components.SHORTLIST))


def test_a_letter_tells_first_what_they_say_and_names_a_work(starred: Path) -> None:
    with open_store(starred) as store:
        _say(store, "not recruiting", "I take nobody on.")
        _say(store, "conditions", "Write [HIRE] first.")
        number = next(entry.id for entry in store.shortlist.list_entries() if BELA in entry.anchors)
    app = opened(components.DRAFT, entry=str(number))
    assert "not recruiting" in app.error[0].value
    assert "Write &#91;HIRE&#93; first" in said(app)
    assert "Dear Professor Bela Newcomer" in app.code[0].value
    assert "9 places in brackets" in said(app)
    assert app.button(key="d-ready").disabled
    app.selectbox(key=f"d-ask-{number}").set_value("thesis").run()
    assert "write my thesis" in app.code[0].value
    assert "Save as .eml" in labels(app)

    app.text_input(key="d-to").set_value("bela at ailleurs").run()
    assert "is not one e" in said(app)
    assert not app.code
    app.text_input(key="d-to").set_value("").run()
    area = app.text_area(key=f"d-template-{number}")
    area.set_value("Subject: x\n\nDear {{ person.name }}, hire me.").run()
    assert "does not name" in said(app)
    assert not app.code
    area.set_value("Subject: x\n\n{{ person.__class__ }}").run()
    assert "cannot be used" in said(app)
    area.set_value("Subject: x\n\nOn {{ work.title }}").run()
    app.button(key="d-ready").click().run()
    assert "ready" in [event.what for entry in entries(starred) for event in entry.events]
    app.button(key="d-keep").click().run()
    assert (
        "On {{ work.title }}" in opened(components.DRAFT, entry=str(number)).text_area(key=f"d-template-{number}").value
    )
    assert not app.exception


def _say(store: Store, polarity: str, quote: str) -> None:
    said = Statement(
        source="homepages",
        source_id=f"s-{polarity}",
        name="Bela Newcomer",
        ids=(BELA,),
        polarity=polarity,  # type: ignore[arg-type]
        quote=quote,
        url="https://a.example",
        date="2026-10",
        seen="2026-10-20",
    )
    put(store, said)


def test_people_are_compared_from_an_address(home: Path) -> None:
    with open_store(home) as store:
        results = answers.find_advisors(store, answers.Query(INTEREST, date(2026, 11, 1))).results
    ada = next(row["author_id"] for row in results if row["name"] == "Ada Senior")
    app = opened(components.COMPARE, author=[ada, BELA, "nobody"], interest=INTEREST)
    told = said(app)
    assert app.multiselect(key="c-people").value == [ada, BELA]
    assert "Universität Nirgendwo" in told
    assert "Université Ailleurs" in told
    assert "not quality" in told
    assert len(app.get("vega_lite_chart")) == 2
    app.text_input(key="c-interest").set_value("basket weaving").run()
    assert "No stored work on" in said(app)
    assert "Choose two to four" in said(opened(components.COMPARE, author=ada))


def test_whoever_is_hidden_is_on_no_page(starred: Path) -> None:
    with open_store(starred) as store:
        number = next(entry.id for entry in store.shortlist.list_entries() if BELA in entry.anchors)
        store.suppressions.add(answers.suppression_tokens(store, BELA), NOW)
        resolve_and_publish(store, NOW)
    for page, query in (
        (components.SHORTLIST, {"entry": str(number)}),
        (components.DRAFT, {"entry": str(number)}),
        (components.COMPARE, {"author": BELA}),
    ):
        app = opened(page, **query)
        assert "Newcomer" not in said(app)
        assert not [link for link in labels(app, "page_link") if "Newcomer" in link]


def test_an_empty_list_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "new"))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    assert "Save people from a list" in said(opened(components.SHORTLIST))
    assert "nobody to write to" in said(opened(components.DRAFT))
    assert "Choose two to four" in said(opened(components.COMPARE))


def test_somebody_is_taken_off_only_when_that_is_sure(starred: Path) -> None:
    first = entries(starred)[0].id
    app = opened(components.SHORTLIST)
    app.button(key=f"off-{first}").click().run()
    assert first in [entry.id for entry in entries(starred)]
    app.button(key="off-sure").click().run()
    assert first not in [entry.id for entry in entries(starred)]
