"""The shortlist as the pages know it: who is on it, the star that puts somebody on it, and every change to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import streamlit as st

from dashboard import components, queries
from finder.outreach import identity_tracking, letter_drafts, shortlist
from finder.outreach.shortlist import ShortlistedPerson
from finder.results import WorkRef
from finder.storage import Store, open_store

_TURNED, _ASK = "star-turned", "star-noted"  # whose star was turned; the entry that asks before it is deleted


def load_shortlist_people() -> list[ShortlistedPerson]:
    """All who are on the shortlist and may be shown, with what is known of them."""
    return _compute_shortlist_people(queries.current_settings().home, _shortlist_version(), queries.as_of_date())


def load_entry_numbers() -> dict[str, int]:
    """Numbers of entries by the author ids that they go by now."""
    return _compute_entry_numbers(queries.current_settings().home, _shortlist_version())


def show_star_button(
    author_id: str,
    interest: str,
    key: str,
    there: Mapping[str, int],
    on: str,
    off: str,
    *,
    kind: Literal["secondary", "tertiary"] = "tertiary",
    shortcut: str | None = None,
) -> bool:
    """A star that puts somebody on the shortlist, and takes them off; whether it was just turned.

    Where taking them off would delete what was noted of them, it goes to their entry, which asks first.

    Args:
        there: who is on it, as :func:`load_entry_numbers` says.
        on: what the button is called where they are not on it; ``off`` where they are.
        shortcut: a key that presses it.
    """
    number = there.get(author_id)
    st.button(
        on if number is None else off,
        key=f"star-{key}" if number is None else f"unstar-{key}",
        icon=":material/star:" if number is None else ":material/star_rate:",
        type=kind,
        shortcut=shortcut,
        on_click=_toggle_star,
        args=(author_id, interest, number),
    )
    if entry := st.session_state.pop(_ASK, None):
        st.switch_page(components.SHORTLIST, query_params={"entry": str(entry)})
    turned = st.session_state.get(_TURNED) == author_id
    if turned:
        del st.session_state[_TURNED]
    return turned


def _toggle_star(author_id: str, interest: str, number: int | None) -> None:
    if number is None:
        change_shortlist(
            lambda store: identity_tracking.add_to_shortlist(store, author_id, interest, queries.current_timestamp())
        )
    else:
        change_shortlist(lambda store: _unstar_unless_annotated(store, number))
    st.session_state[_TURNED] = author_id
    if _ASK not in st.session_state:
        done = "Saved to your shortlist" if number is None else "Taken off your shortlist"
        st.toast(f"{done}: {len(load_entry_numbers()):,} on it now.", icon=":material/star:")


def _unstar_unless_annotated(store: Store, number: int) -> None:
    """Take somebody off; where something was noted of them, their entry asks first."""
    entry = next((one for one in store.shortlist.list_entries() if one.id == number), None)
    if entry is None:
        return
    if entry.notes or entry.follow_up or len(entry.events) > 1:
        st.session_state[_ASK] = number
    else:
        store.shortlist.remove(number)


def star_and_write(author_id: str, interest: str) -> None:
    """Put somebody on the shortlist, if they are not there, and go to a letter to them."""
    with components.show_errors(), queries.open_page_store() as store:
        number, _ = identity_tracking.add_to_shortlist(store, author_id, interest, queries.current_timestamp())
    st.switch_page(components.DRAFT, query_params={"entry": str(number)})


def star_all_people(author_ids: Sequence[str], interest: str) -> None:
    """Put several people on the shortlist."""

    def star_each_author(store: Store) -> None:
        for author_id in author_ids:
            identity_tracking.add_to_shortlist(store, author_id, interest, queries.current_timestamp())

    change_shortlist(star_each_author)


def change_shortlist(change: Callable[[Store], object]) -> None:
    """Change the shortlist; what cannot be done is told on top of the page."""
    with components.show_errors(), queries.open_page_store() as store:
        change(store)


def own_letter_template() -> str | None:
    """The user's own letter template, where they kept one."""
    with queries.open_page_store() as store:
        return store.get_meta("letter")


def letter_works_by_id(one: ShortlistedPerson) -> dict[str, WorkRef]:
    """All works of somebody that a letter can be about, by id, those nearest to the interest first."""
    return _compute_letter_works(
        queries.current_settings().home, _shortlist_version(), queries.as_of_date(), one.entry.id, one
    )


def _shortlist_version() -> str:
    """Changes whenever the shortlist, or what is known of its people, may."""
    with queries.open_page_store() as store:
        listed = f"{store.shortlist.content_version()}/{store.suppressions.content_version()}"
    return f"{queries.answer_version()}/{queries.last_board_check()}/{listed}"


@st.cache_data(max_entries=10, show_spinner="Looking up your shortlist …")
def _compute_shortlist_people(home: Path, version: str, as_of: date) -> list[ShortlistedPerson]:
    with open_store(home) as store:
        return shortlist.load_shortlist(store, as_of)


@st.cache_data(max_entries=10, show_spinner=False)
def _compute_entry_numbers(home: Path, version: str) -> dict[str, int]:
    with open_store(home) as store:
        return shortlist.entries_by_author_id(store)


@st.cache_data(max_entries=20, show_spinner=False)
def _compute_letter_works(
    home: Path, version: str, as_of: date, number: int, _one: ShortlistedPerson
) -> dict[str, WorkRef]:
    with open_store(home) as store:
        return {work["work_id"]: work for work in letter_drafts.works_to_cite(store, _one, as_of)}
