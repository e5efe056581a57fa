"""The shortlist as the pages know it: who is on it, the star that puts somebody on it, and every change to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from dashboard import asking, parts
from finder.outreach import anchors, drafts, shortlist
from finder.outreach.shortlist import Listed
from finder.store import Store, open_store

_TURNED, _ASK = "star-turned", "star-noted"  # whose star was turned; the entry that asks before it is deleted


def everybody() -> list[Listed]:
    """All who are on the shortlist and may be shown, with what is known of them."""
    return _everybody(asking.settings().home, _version(), asking.today())


def starred() -> dict[str, int]:
    """Numbers of entries by the author ids that they go by now."""
    return _starred(asking.settings().home, _version())


def toggle(
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
        there: who is on it, as :func:`starred` says.
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
        on_click=_turn,
        args=(author_id, interest, number),
    )
    if entry := st.session_state.pop(_ASK, None):
        st.switch_page(parts.SHORTLIST, query_params={"entry": str(entry)})
    turned = st.session_state.get(_TURNED) == author_id
    if turned:
        del st.session_state[_TURNED]
    return turned


def _turn(author_id: str, interest: str, number: int | None) -> None:
    if number is None:
        keep(lambda store: anchors.star(store, author_id, interest, asking.now()))
    else:
        keep(lambda store: _unstar(store, number))
    st.session_state[_TURNED] = author_id
    if _ASK not in st.session_state:
        done = "Saved to your shortlist" if number is None else "Taken off your shortlist"
        st.toast(f"{done}: {len(starred()):,} on it now.", icon=":material/star:")


def _unstar(store: Store, number: int) -> None:
    """Take somebody off; where something was noted of them, their entry asks first."""
    entry = next((one for one in store.shortlist.all() if one.id == number), None)
    if entry is None:
        return
    if entry.notes or entry.follow_up or len(entry.events) > 1:
        st.session_state[_ASK] = number
    else:
        store.shortlist.remove(number)


def write(author_id: str, interest: str) -> None:
    """Put somebody on the shortlist, if they are not there, and go to a letter to them."""
    with parts.remedies(), asking.store() as store:
        number, _ = anchors.star(store, author_id, interest, asking.now())
    st.switch_page(parts.DRAFT, query_params={"entry": str(number)})


def star_all(author_ids: Sequence[str], interest: str) -> None:
    """Put several people on the shortlist."""

    def change(store: Store) -> None:
        for author_id in author_ids:
            anchors.star(store, author_id, interest, asking.now())

    keep(change)


def keep(change: Callable[[Store], object]) -> None:
    """Change the shortlist; what cannot be done is told on top of the page."""
    with parts.remedies(), asking.store() as store:
        change(store)


def template() -> str | None:
    """The user's own letter template, where they kept one."""
    with asking.store() as store:
        return store.meta("letter")


def works(one: Listed) -> dict[str, dict[str, Any]]:
    """All works of somebody that a letter can be about, by id, those nearest to the interest first."""
    return _works(asking.settings().home, _version(), asking.today(), one.entry.id, one)


def _version() -> str:
    """Changes whenever the shortlist, or what is known of its people, may."""
    with asking.store() as store:
        listed = f"{store.shortlist.version()}/{store.suppressions.version()}"
    return f"{asking.version()}/{asking.boards_read()}/{listed}"


@st.cache_data(max_entries=10, show_spinner="Looking up your shortlist …")
def _everybody(home: Path, version: str, as_of: date) -> list[Listed]:
    with open_store(home) as store:
        return shortlist.listed(store, as_of)


@st.cache_data(max_entries=10, show_spinner=False)
def _starred(home: Path, version: str) -> dict[str, int]:
    with open_store(home) as store:
        return shortlist.starred(store)


@st.cache_data(max_entries=20, show_spinner=False)
def _works(home: Path, version: str, as_of: date, number: int, _one: Listed) -> dict[str, dict[str, Any]]:
    with open_store(home) as store:
        return {work["work_id"]: work for work in drafts.works(store, _one, as_of)}
