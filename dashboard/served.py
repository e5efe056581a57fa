"""The dashboard as it is served to others: with a login, and with a guard over what no page shows.

Started by ``finder dashboard`` where that is set. Pages keep their own gate (:mod:`dashboard.gate`); files offered for
download, uploads and figures about the server have addresses of their own, past every page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from finder import serving
from finder import settings as settings_module
from finder.errors import FinderError

GUARDED = ("/media/", "/_stcore/")
OPEN = ("/_stcore/health", "/_stcore/host-config")  # asked for before the login page can be shown; nothing is in them
NOT_THERE = 1008  # WebSocket: policy violation


class Guard:
    """Lets a request through to a guarded address only for somebody who may enter, and a socket only from our page.

    The socket itself has no other guard: what it shows is decided by the gate, which is also where one logs in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not from_our_page(HTTPConnection(scope)):
            await send({"type": "websocket.close", "code": NOT_THERE})
        elif scope["type"] == "http" and guarded(scope["path"]) and not admitted(HTTPConnection(scope).cookies):
            await PlainTextResponse("Log in first.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def guarded(path: str) -> bool:
    """Whether an address is for readers only: all that is not a part of the empty page."""
    return path.startswith(GUARDED) and path not in OPEN


def from_our_page(connection: HTTPConnection) -> bool:
    """Whether a browser says that the page at our public address opens this connection."""
    try:
        return connection.headers.get("origin") == serving.origin(settings_module.load().dashboard)
    except (FinderError, KeyError, ValueError):
        return False


def admitted(cookies: Mapping[str, str]) -> bool:
    """Whether these are the cookies of somebody who may enter."""
    try:
        rules = settings_module.load().dashboard
        user = _user(cookies)
        return user.get("origin") == serving.origin(rules) and serving.verdict(rules, user) == "admitted"
    except (FinderError, KeyError, ValueError):
        return False


def _user(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """What the provider said at the login, as the signed cookie keeps it; nothing where it is not signed by us."""

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1")) if value else None

    user = json.loads(get_cookie_with_chunks(signed, AUTH_COOKIE_NAME) or b"{}")
    return user if isinstance(user, dict) else {}


def login() -> dict[str, Any]:
    """The secrets of the login, which are in no file of Streamlit's, in no environment of its own, and in no command.

    Raises:
        SettingsError: the dashboard may not be served as it is set.
    """
    settings = settings_module.load()
    serving.checked(settings)
    return {"auth": serving.login_settings(settings)}


app = st.App("app.py", secrets=login(), middleware=[Middleware(Guard)])
