"""The dashboard as it is served to others: with a login, and with a guard. Started by ``finder dashboard``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.guard import Guard, login
from dashboard.own_page import Unframed
from finder import serving
from finder.settings import load

_settings = load()
# the secrets are in no file of Streamlit's and in no command. Streamlit looks for just this line in the file
app = st.App(
    Path(__file__).parent / "app.py",
    secrets={"auth": login(_settings)},
    middleware=[Middleware(Unframed), Middleware(Guard, origin=serving.origin(_settings.dashboard))],
)
