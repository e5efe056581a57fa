"""The menu: four kinds of answers, the shortlist and news with their counts, and everything else under one entry."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import asking, parts
from finder.errors import FinderError


def build_pages() -> list[Page]:
    """All pages; cards, steps of the shortlist and what is under "More" have no entry in the menu."""
    starred, unread = _counts()
    return [
        st.Page(parts.FIND, title="People", icon=":material/search:", default=True),
        st.Page(parts.LABS, title="Labs", icon=":material/groups:"),
        st.Page(parts.INTERNSHIPS, title="Internships", icon=":material/badge:"),
        st.Page(parts.OPENINGS, title="Positions", icon=":material/work:"),
        st.Page(parts.SHORTLIST, title=_counted("Shortlist", starred), icon=":material/star:"),
        st.Page(parts.NEWS, title=_counted("News", unread), icon=":material/notifications:"),
        st.Page(parts.MORE, title="More", icon=":material/more_horiz:"),
        st.Page(parts.PERSON, title="Person", visibility="hidden"),
        st.Page(parts.DRAFT, title="Letter", visibility="hidden"),
        st.Page(parts.COMPARE, title="Compare", visibility="hidden"),
        st.Page(parts.WATCHES, title="Saved searches", visibility="hidden"),
        st.Page(parts.SOURCES, title="Sources", visibility="hidden"),
        st.Page(parts.METHOD, title="Method", visibility="hidden"),
    ]


def _counts() -> tuple[int, int]:
    """People on the shortlist and unread news; zeros where the store cannot be read, which pages tell."""
    with suppress(FinderError), asking.store() as store:
        return len(store.shortlist.all()), len(store.watches.news(unread=True))
    return 0, 0


def _counted(title: str, count: int) -> str:
    return f"{title} ({count:,})" if count else title
