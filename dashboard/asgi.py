"""The dashboard as it is served to others: with a login, and with a guard. Started by ``finder dashboard``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.auth_middleware import AuthMiddleware, build_auth_section
from dashboard.origin_middleware import SecurityHeadersMiddleware
from finder import auth_policy
from finder.settings import load_settings

_settings = load_settings()
# the secrets are in no file of Streamlit's and in no command. Streamlit looks for just this line in the file
app = st.App(
    Path(__file__).parent / "app.py",
    secrets={"auth": build_auth_section(_settings)},
    middleware=[
        Middleware(SecurityHeadersMiddleware),
        Middleware(AuthMiddleware, origin=auth_policy.dashboard_origin(_settings.dashboard)),
    ],
)
