"""The guard of a dashboard that is served to others, over what no page shows.

Pages have their own gate (:mod:`dashboard.login_page`); files offered for download, uploads and figures about the
server have addresses of their own, past every page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from dashboard.origin_middleware import POLICY
from finder import auth_policy
from finder import settings as settings_module
from finder.errors import FinderError
from finder.settings import Settings

GUARDED = ("/media/", "/_stcore/")
OPEN = ("/_stcore/health", "/_stcore/host-config")  # asked for before the login page can be shown; nothing is in them


class AuthMiddleware:
    """Lets a request through to a guarded address only for somebody who may enter, and a socket only from our page.

    The socket itself has no other guard: what it shows is decided by the gate, which is also where one logs in.

    Args:
        origin: of the page that readers see, as a browser says it.
    """

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app = app
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] == "websocket" and HTTPConnection(scope).headers.get("origin") != self._origin:
            await send({"type": "websocket.close", "code": POLICY})
        elif scope["type"] == "http" and is_protected_path(scope["path"]) and not self._may_pass(scope):
            await PlainTextResponse("Log in first.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        """Whether somebody who may enter asks, and no page of another site does so for them."""
        origins = HTTPConnection(scope).headers.getlist("origin")
        return all(origin == self._origin for origin in origins) and self._is_admitted(scope)

    def _is_admitted(self, scope: Scope) -> bool:
        try:
            user, rules = user_from_cookies(HTTPConnection(scope).cookies), settings_module.load_settings().dashboard
        except (FinderError, ValueError):
            return False
        return user.get("origin") == self._origin and auth_policy.login_verdict(rules, user) == "admitted"


def is_protected_path(path: str) -> bool:
    """Whether an address is for readers only: all that is not a part of the empty page."""
    return path.startswith(GUARDED) and path not in OPEN


def user_from_cookies(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """What the provider said at the login, as the signed cookie keeps it; nothing where it is not signed by us."""

    def read_signed_cookie(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1")) if value else None

    user = json.loads(get_cookie_with_chunks(read_signed_cookie, AUTH_COOKIE_NAME) or b"{}")
    return user if isinstance(user, dict) else {}


def build_auth_section(settings: Settings) -> dict[str, Any]:
    """What ``st.login`` wants to know, as its ``[auth]`` section has it.

    Raises:
        SettingsError: the dashboard may not be served as it is set.
    """
    rules = auth_policy.validate_dashboard(settings)
    return {
        "redirect_uri": f"{auth_policy.dashboard_origin(rules)}/oauth2callback",
        "cookie_secret": settings.keys[auth_policy.COOKIE],
        "client_id": rules.client_id,
        "client_secret": settings.keys[auth_policy.CLIENT],
        "server_metadata_url": rules.oidc_url,
    }
