"""The dashboard: navigation only. Started by ``finder dashboard``.

The pages are in ``screens``: a folder called ``pages`` would be run by Streamlit itself, past this file, by whoever
comes first by the address of one of them.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import components, login_page, menu

# an icon by name would be fetched from elsewhere
HERE = Path(__file__).parent
SIDEBAR = 240  # pixels
ICON, STYLE = HERE / "icon.svg", HERE / "style.css"

st.set_page_config(page_title="finder", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR)
st.html(STYLE)
login_page.require_login()
page = st.navigation(menu.build_menu_pages(), position="top")
login_page.show_login_status()
components.show_demo_banner()
with components.show_errors():  # whatever a page asks
    page.run()
