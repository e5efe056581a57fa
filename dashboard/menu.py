"""The menu: four kinds of answers, the shortlist and news with their counts, and everything else under one entry."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import asking, parts
from finder.errors import FinderError


def build_pages() -> Mapping[str, list[Page]]:
    """All pages by section of the menu; steps of the shortlist and cards are pages without an entry."""
    starred, unread = _counts()
    return {
        "": [
            st.Page(parts.FIND, title="People", icon=":material/search:", default=True),
            st.Page(parts.LABS, title="Labs", icon=":material/groups:"),
            st.Page(parts.INTERNSHIPS, title="Internships", icon=":material/badge:"),
            st.Page(parts.OPENINGS, title="Positions", icon=":material/work:"),
            st.Page(parts.SHORTLIST, title=_counted("Shortlist", starred), icon=":material/star:"),
            st.Page(parts.NEWS, title=_counted("News", unread), icon=":material/notifications:"),
            st.Page(parts.PERSON, title="Person", icon=":material/person:", visibility="hidden"),
            st.Page(parts.DRAFT, title="Letter", icon=":material/edit:", visibility="hidden"),
            st.Page(parts.COMPARE, title="Compare", icon=":material/compare_arrows:", visibility="hidden"),
        ],
        "More": [
            st.Page(parts.WATCHES, title="Saved searches", icon=":material/visibility:"),
            st.Page(parts.SOURCES, title="Sources", icon=":material/database:"),
            st.Page(parts.METHOD, title="Method", icon=":material/balance:"),
        ],
    }


def _counts() -> tuple[int, int]:
    """People on the shortlist and unread news; zeros where the store cannot be read, which pages tell."""
    with suppress(FinderError), asking.store() as store:
        return len(store.shortlist.all()), len(store.watches.news(unread=True))
    return 0, 0


def _counted(title: str, count: int) -> str:
    return f"{title} ({count:,})" if count else title
