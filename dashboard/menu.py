"""The menu: four kinds of answers, the shortlist and news with their counts, and everything else under one entry."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import components, queries
from finder.errors import FinderError


def build_menu_pages() -> list[Page]:
    """All pages; cards, steps of the shortlist and what is under "More" have no entry in the menu."""
    starred, unread = _menu_counts()
    return [
        st.Page(components.FIND, title="People", icon=":material/search:", default=True),
        st.Page(components.LABS, title="Labs", icon=":material/groups:"),
        st.Page(components.INTERNSHIPS, title="Internships", icon=":material/badge:"),
        st.Page(components.OPENINGS, title="Positions", icon=":material/work:"),
        st.Page(components.SHORTLIST, title=_title_with_count("Shortlist", starred), icon=":material/star:"),
        st.Page(components.NEWS, title=_title_with_count("News", unread), icon=":material/notifications:"),
        st.Page(components.MORE, title="More", icon=":material/more_horiz:"),
        st.Page(components.PERSON, title="Person", visibility="hidden"),
        st.Page(components.DRAFT, title="Letter", visibility="hidden"),
        st.Page(components.COMPARE, title="Compare", visibility="hidden"),
        st.Page(components.WATCHES, title="Saved searches", visibility="hidden"),
        st.Page(components.SOURCES, title="Sources", visibility="hidden"),
        st.Page(components.METHOD, title="Method", visibility="hidden"),
    ]


def _menu_counts() -> tuple[int, int]:
    """People on the shortlist and unread news; zeros where the store cannot be read, which pages tell."""
    with suppress(FinderError), queries.open_page_store() as store:
        return len(store.shortlist.list_entries()), len(store.watches.list_news(unread=True))
    return 0, 0


def _title_with_count(title: str, count: int) -> str:
    return f"{title} ({count:,})" if count else title
