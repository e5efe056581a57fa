"""Watches as the pages know them: the button that adds one, and every change to them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import components, queries
from dashboard.search_url import View
from finder.errors import FinderError
from finder.storage import Store
from finder.storage.watches import LONGEST
from finder.text.names import is_topic
from finder.watch import saved_query

SPANS = {1: "every day", 7: "every week", 14: "every two weeks", 30: "every month"}


def show_watch_button(view: View) -> None:
    """A way to watch the interest of a page with its filters; nothing in the demo, which never asks a source."""
    if queries.is_demo() or not view.interest or not is_topic(view.interest):
        return
    about = "Be told what changes: who is new, who moved, what opens"
    with st.popover("Watch", icon=":material/visibility:", key="watch-this", on_change="rerun", help=about) as opened:
        if opened.open:
            show_watch_form(view)


def show_watch_form(view: View) -> None:
    """What a new watch is called, and how often it is refreshed."""
    with queries.open_page_store() as store:
        taken = [one.name for one in store.watches.list_watches()]
    query = view.to_advisor_query(
        queries.as_of_date(), queries.user_weights(), queries.current_settings().half_life_years
    )
    with st.form("watch-form", border=False):
        name = st.text_input(
            "Name", value=saved_query.default_watch_name(query, taken), max_chars=LONGEST, key="watch-name"
        )
        every = st.selectbox("Look for news", list(SPANS), index=1, format_func=SPANS.__getitem__, key="watch-every")
        digest = st.selectbox("Write a digest", list(SPANS), index=1, format_func=SPANS.__getitem__, key="watch-digest")
        if st.form_submit_button("Watch", icon=":material/visibility:", key="watch-add"):
            try:
                kept = saved_query.encode_saved_query(query)
                # as long a list as is watched from the command line, however short the page is
                kept["top"] = max(query.top, saved_query.TOP)
                with queries.open_page_store() as store:
                    store.watches.add(name, kept, every, digest, queries.current_timestamp())
            except FinderError as error:  # the page below stays as it is
                st.warning(components.escape_markdown(error), icon=":material/info:")
                return
            st.success(f"Watching “{components.escape_markdown(name)}”.", icon=":material/visibility:")
            st.page_link(components.WATCHES, label="Saved searches", icon=":material/visibility:")


def change_watches(change: Callable[[Store], object]) -> None:
    """Change the watches or the news; what cannot be done is told on the page."""
    with components.show_errors(), queries.open_page_store() as store:
        change(store)
