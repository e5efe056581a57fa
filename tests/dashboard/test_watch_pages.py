"""The Watches and News pages: what is watched, and what is told of it, with somebody hostile in the news."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import components, jobs, queries
from finder import answers
from finder.answers import Query
from finder.ingest import board_crawler
from finder.settings import Settings, SourceSettings
from finder.storage import open_store
from finder.storage.watches import Watch
from finder.watch import saved_query
from finder.watch.ingest import WatchIngest
from finder.watch.refresh import WatchRefresher
from tests.dashboard.test_pages import opened, said
from tests.faces import HOSTILE, INTEREST
from tests.worlds import NOW, WITHOUT_GRANTS, author, put, work


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(board_crawler, "load_boards", lambda _: [])
    return home


@pytest.fixture
def watched(home: Path) -> Path:
    """Two watches; since they began a new person and a hostile one have come on their lists."""
    with open_store(home) as store:
        for name in ("mm", HOSTILE):
            store.watches.add(
                name, saved_query.encode_saved_query(Query(INTEREST, date(2026, 11, 1), top=100)), 7, 7, NOW
            )
        settings = Settings(home, sources={**WITHOUT_GRANTS, "openalex": SourceSettings(enabled=False)})
        refresher = WatchRefresher(WatchIngest(settings, store))
        refresher.refresh_watches(store.watches.list_watches())
        dora = author("Dora Late @ Spätheim, DE", "orcid:0000-1")
        put(
            store,
            work("Multimodal learning at night", "Cleo Other", dora, date="2026-04-01", url="https://owl.example/dora"),
            *(
                work(
                    f"{HOSTILE} multimodal learning {n}",
                    "Nobody Else",
                    f"{HOSTILE} Two @ Away, US",
                    date=f"2026-0{n}-01",
                    url="javascript:alert(1)",
                )
                for n in (1, 2, 3)
            ),
        )
        refresher.refresh_watches(store.watches.list_watches())
    return home


def watches(home: Path) -> list[Watch]:
    with open_store(home) as store:
        return store.watches.list_watches()


def unread(home: Path) -> int:
    with open_store(home) as store:
        return len(store.watches.list_news(unread=True))


def test_without_watches_and_news_the_pages_say_how_to_begin(home: Path) -> None:
    assert "No saved searches yet" in said(opened(components.WATCHES))
    assert "No news yet" in said(opened(components.NEWS))


def test_what_the_find_page_showed_can_be_watched(home: Path) -> None:
    app = opened(interest=INTEREST, country="DE", traits="moved")
    app.switch_page(components.WATCHES).run()
    assert not app.exception
    app.text_input(key="watch-name").set_value("movers")
    app.selectbox(key="watch-every").set_value(14)
    app.button(key="watch-add").click().run()
    assert not app.exception
    (made,) = watches(home)
    assert (made.name, made.every, made.digest) == ("movers", 14, 7)
    query = saved_query.query_of_watch(made, date(2026, 11, 1))
    assert (query.interest, query.countries, query.traits, query.top) == (
        INTEREST,
        ("DE",),
        ("moved",),
        saved_query.TOP,
    )


def test_a_page_can_offer_to_watch_what_it_shows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from dashboard import components, watch_form
        from dashboard.search_url import View

        watch_form.show_watch_button(View())
        watch_form.show_watch_button(View(interest="multimodal learning", country=("DE",), top=200))
        st.caption("the rest of the page")
        assert components

    monkeypatch.setattr(components.st, "page_link", lambda *_, **__: None)  # there are no pages here
    app = AppTest.from_function(script, default_timeout=60).run()
    app.session_state["watch-this"] = True
    app.run()
    for _ in range(2):
        app.text_input(key="watch-name").set_value("mine")
        app.button(key="watch-add").click().run()
        assert not app.exception
        assert "the rest of the page" in said(app)
    assert "already" in said(app)
    (made,) = watches(home)
    assert saved_query.query_of_watch(made, date(2026, 11, 1)) == Query(
        INTEREST, date(2026, 11, 1), ("DE",), top=200, weights=queries.user_weights()
    )


def test_a_name_that_is_taken_is_said(watched: Path) -> None:
    app = opened(interest=INTEREST)
    app.switch_page(components.WATCHES).run()
    app.text_input(key="watch-name").set_value("MM")
    app.button(key="watch-add").click().run()
    assert not app.exception
    assert "already" in said(app)
    assert len(watches(watched)) == 2


def test_a_watch_is_paused_and_removed(watched: Path) -> None:
    first = watches(watched)[0].id
    app = opened(components.WATCHES)
    app.button(key=f"pause-{first}").click().run()
    assert [one.paused for one in watches(watched)] == [True, False]
    assert "not refreshed while it is paused" in said(app)
    app.button(key=f"remove-{first}").click().run()
    assert not app.exception
    assert [one.name for one in watches(watched)] == [HOSTILE]


def test_a_refresh_is_a_process_of_its_own_and_takes_no_name_for_an_option(
    watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(jobs, "_start_job", lambda _, words, __: begun.append(words[3:]))
    app = opened(components.WATCHES)
    app.button(key=f"refresh-{watches(watched)[0].id}").click().run()
    app.button(key="refresh-all").click().run()
    assert begun == [["refresh", "--watch=mm"], ["refresh"]]


def test_news_is_told_with_its_proof_and_hostile_text_stays_text(watched: Path) -> None:
    app = opened(components.NEWS)
    text = said(app)
    assert "Dora Late" in text
    assert "https://owl.example/dora" in text
    assert not re.search(r"(?<!\\)<img", text)
    assert "](javascript" not in text
    assert "atom" in text
    links = [element.proto.label for element in app.get("page_link")]
    assert "Dora Late" in links


def test_news_is_filtered_by_watch_and_marked_as_read(watched: Path) -> None:
    before = unread(watched)
    app = opened(components.NEWS, watch="mm", unread="1")
    assert before > len(marks(app)) > 0
    app.button(key="read-all").click().run()
    assert not app.exception
    assert "Nothing new" in said(app)
    assert 0 < unread(watched) < before
    app = opened(components.NEWS)
    left = unread(watched)
    app.button(key=marks(app)[0]).click().run()
    assert unread(watched) == left - 1


def marks(app: AppTest) -> list[str]:
    """Keys of the buttons that mark one piece of news as read."""
    return [b.key for b in app.button if b.key and b.key.startswith("read-") and b.key != "read-all"]


def test_whoever_is_hidden_is_in_no_news(watched: Path) -> None:
    with open_store(watched) as store:
        store.suppressions.add(answers.suppression_tokens(store, "orcid:0000-1"), NOW)
    assert "Dora Late" not in said(opened(components.NEWS))


def test_the_demo_never_asks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_DEMO", "1")
    app = opened(components.WATCHES)
    assert "the demo never asks any" in said(app)
    assert not [button.key for button in app.button if button.key and button.key.startswith("refresh")]
