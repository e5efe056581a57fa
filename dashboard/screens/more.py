"""More: the ways to what is needed less often."""

from __future__ import annotations

import streamlit as st

from dashboard import components

PAGES = (
    (
        components.PERSON,
        "Look somebody up",
        ":material/person_search:",
        "Find a person by name, by an id or by a link.",
    ),
    (components.COMPARE, "Compare people", ":material/compare_arrows:", "Up to four people side by side."),
    (
        components.WATCHES,
        "Saved searches",
        ":material/visibility:",
        "Searches that are run again, and tell what changed.",
    ),
    (components.SOURCES, "Sources", ":material/database:", "Where data comes from: switch on, add keys, test."),
    (components.METHOD, "Method", ":material/balance:", "How people are matched, ranked and described."),
)

st.title("More", anchor=False)
for page, label, icon, about in PAGES:
    with st.container(gap=None, key=f"to-{label.split()[0].lower()}"):
        st.page_link(page, label=label, icon=icon)
        st.caption(about)
