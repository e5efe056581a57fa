"""The shortlist in the store: whom it holds, what happened with them, and whom it never gives back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import NOW

from finder.errors import UsageError
from finder.storage import Store, open_store
from finder.storage.judgements import Sighting

LATER = "2026-11-02T08:00:00+00:00"
ADA = ("orcid:1", Sighting("test", "work", "w1", "ada vell"))


def star(store: Store, *anchors: str | Sighting, marks: tuple[str, ...] = (), name: str = "Ada Vell") -> int:
    return store.shortlist.add(anchors or ADA, marks, name, "  bees and  wasps ", NOW)


def test_whoever_is_starred_twice_is_there_once_with_all_that_was_noted(store: Store) -> None:
    first = star(store)
    store.shortlist.set_notes(first, "kind to students")
    again = star(store, *reversed(ADA))

    (entry,) = store.shortlist.list_entries()
    assert first == again == entry.id
    assert (entry.name, entry.status, entry.interest, entry.notes) == (
        "Ada Vell",
        "to read",
        "bees and wasps",
        "kind to students",
    )
    assert set(entry.anchors) == set(ADA)
    assert [(event.what, event.day) for event in entry.events] == [("starred", NOW[:10])]


def test_what_happened_is_kept_in_the_order_of_its_days(store: Store) -> None:
    id_ = star(store)
    store.shortlist.set_status(id_, "sent", LATER)
    store.shortlist.set_status(id_, "sent", LATER)
    store.shortlist.log_event(id_, "call", "they rang ", date(2026, 10, 1), LATER)
    store.shortlist.set_status(id_, "replied", LATER, day=date(2026, 11, 20))
    store.shortlist.set_follow_up(id_, date(2026, 12, 1))

    (entry,) = store.shortlist.list_entries()
    assert [(e.day, e.what, e.text) for e in entry.events] == [
        ("2026-10-01", "call", "they rang"),
        ("2026-11-01", "starred", ""),
        ("2026-11-02", "sent", ""),
        ("2026-11-20", "replied", ""),
    ]
    assert (entry.status, entry.follow_up) == ("replied", "2026-12-01")
    store.shortlist.set_follow_up(id_, None)
    assert store.shortlist.list_entries()[0].follow_up is None


def test_removing_takes_everything_along(store: Store) -> None:
    id_, other = star(store), star(store, "orcid:2")
    assert store.shortlist.remove(id_)
    assert not store.shortlist.remove(id_)
    assert [entry.id for entry in store.shortlist.list_entries()] == [other]
    assert store.connection.execute("select distinct entry from shortlist_event").fetchall() == [(other,)]


@pytest.mark.parametrize("token", ["orcid:1", "openalex:A9", "ada vell|ror:0"])
def test_whoever_is_suppressed_is_not_there_and_cannot_be_changed(store: Store, token: str) -> None:
    id_ = star(store, marks=("openalex:A9", "ada vell|ror:0"))
    store.suppressions.add([token], NOW)

    assert store.shortlist.list_entries() == []
    with pytest.raises(UsageError, match="not on the shortlist"):
        store.shortlist.set_notes(id_, "x")
    store.suppressions.remove(token)
    assert [entry.id for entry in store.shortlist.list_entries()] == [id_]


def test_what_makes_no_sense_is_refused(store: Store) -> None:
    id_ = star(store)
    with pytest.raises(UsageError, match="Statuses are: to read"):
        store.shortlist.set_status(id_, "married", NOW)
    with pytest.raises(UsageError, match="characters"):
        store.shortlist.set_notes(id_, "x" * 20_001)
    with pytest.raises(UsageError, match="a word or two"):
        store.shortlist.log_event(id_, " ", "", date(2026, 1, 1), NOW)
    for verb in (
        lambda: store.shortlist.set_status(99, "sent", NOW),
        lambda: store.shortlist.set_notes(99, ""),
        lambda: store.shortlist.set_follow_up(99, None),
        lambda: store.shortlist.log_event(99, "call", "", date(2026, 1, 1), NOW),
    ):
        with pytest.raises(UsageError, match="not on the shortlist"):
            verb()


def test_the_version_changes_with_every_change(store: Store) -> None:
    seen = {store.shortlist.content_version()}
    id_ = star(store)
    for change in (
        lambda: None,
        lambda: store.shortlist.set_status(id_, "sent", NOW),
        lambda: store.shortlist.set_notes(id_, "x"),
        lambda: store.shortlist.set_follow_up(id_, date(2026, 12, 1)),
        lambda: store.shortlist.log_event(id_, "call", "", date(2026, 1, 1), NOW),
        lambda: store.shortlist.remove(id_) and star(store, "orcid:3"),
    ):
        change()
        seen.add(store.shortlist.content_version())
    assert len(seen) == 7


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=50), st.text(max_size=200))
def test_any_text_is_given_back(tmp_path_factory: pytest.TempPathFactory, name: str, notes: str) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    with open_store(home) as store:
        store.shortlist.set_notes(star(store, name=name), notes)
    with open_store(home) as store:
        (entry,) = store.shortlist.list_entries()
    assert (entry.name, entry.notes) == (name, notes.strip())
