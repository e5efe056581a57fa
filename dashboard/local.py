"""The dashboard on one's own machine, for its own page alone. Started by ``finder dashboard``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.origin_middleware import SameOriginMiddleware, SecurityHeadersMiddleware
from finder.auth_policy import LOCAL_HOSTS

# Streamlit looks for just this line in the file
app = st.App(
    Path(__file__).parent / "app.py",
    middleware=[Middleware(SecurityHeadersMiddleware), Middleware(SameOriginMiddleware, hosts=LOCAL_HOSTS)],
)
