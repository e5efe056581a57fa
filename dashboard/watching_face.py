"""Watches as the pages know them: the button that adds one, and every change to them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import asking, parts
from dashboard.address import View
from finder.errors import FinderError
from finder.names import is_topic
from finder.store import Store
from finder.store.watches import LONGEST
from finder.watching import wishes

SPANS = {1: "every day", 7: "every week", 14: "every two weeks", 30: "every month"}


def button(view: View) -> None:
    """A way to watch the interest of a page with its filters; nothing in the demo, which never asks a source."""
    if asking.demo() or not view.interest or not is_topic(view.interest):
        return
    about = "Be told what changes: who is new, who moved, what opens"
    with st.popover("Watch", icon=":material/visibility:", key="watch-this", on_change="rerun", help=about) as opened:
        if opened.open:
            form(view)


def form(view: View) -> None:
    """What a new watch is called, and how often it is refreshed."""
    with asking.store() as store:
        taken = [one.name for one in store.watches.all()]
    wish = view.wish(asking.today(), asking.weights(), asking.settings().half_life_years)
    with st.form("watch-form", border=False):
        name = st.text_input("Name", value=wishes.name_for(wish, taken), max_chars=LONGEST, key="watch-name")
        every = st.selectbox("Look for news", list(SPANS), index=1, format_func=SPANS.__getitem__, key="watch-every")
        digest = st.selectbox("Write a digest", list(SPANS), index=1, format_func=SPANS.__getitem__, key="watch-digest")
        if st.form_submit_button("Watch", icon=":material/visibility:", key="watch-add"):
            try:
                kept = wishes.kept(wish)
                # as long a list as is watched from the command line, however short the page is
                kept["top"] = max(wish.top, wishes.TOP)
                with asking.store() as store:
                    store.watches.add(name, kept, every, digest, asking.now())
            except FinderError as error:  # the page below stays as it is
                st.warning(parts.text(error), icon=":material/info:")
                return
            st.success(f"Watching “{parts.text(name)}”.", icon=":material/visibility:")
            st.page_link(parts.WATCHES, label="Saved searches", icon=":material/visibility:")


def keep(change: Callable[[Store], object]) -> None:
    """Change the watches or the news; what cannot be done is told on the page."""
    with parts.remedies(), asking.store() as store:
        change(store)
