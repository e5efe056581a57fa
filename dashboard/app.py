"""The dashboard: navigation only. Started by ``finder dashboard``.

The pages are in ``screens``: a folder called ``pages`` would be run by Streamlit itself, past this file, by whoever
comes first by the address of one of them.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import gate, parts

# an icon by name would be fetched from elsewhere
HERE = Path(__file__).parent
ICON, STYLE = HERE / "icon.svg", HERE / "style.css"

st.set_page_config(page_title="finder", page_icon=ICON, layout="wide")
st.html(STYLE)
gate.keep()
page = st.navigation(
    [
        st.Page("screens/find.py", title="Find", icon=":material/search:", default=True),
        st.Page("screens/labs.py", title="Labs", icon=":material/groups:"),
        st.Page("screens/internships.py", title="Internships", icon=":material/badge:"),
        st.Page("screens/person.py", title="Person", icon=":material/person:"),
        st.Page("screens/openings.py", title="Openings", icon=":material/work:"),
        st.Page("screens/shortlist.py", title="Shortlist", icon=":material/star:"),
        st.Page("screens/draft.py", title="Draft", icon=":material/edit:"),
        st.Page("screens/compare.py", title="Compare", icon=":material/compare_arrows:"),
        st.Page("screens/sources.py", title="Sources", icon=":material/database:"),
        st.Page("screens/method.py", title="Method", icon=":material/balance:"),
    ],
    position="top",
)
gate.reader()
parts.banner()
with parts.remedies():  # whatever a page asks
    page.run()
