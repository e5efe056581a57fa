"""The dashboard speaks to its own page alone: not to other pages of this machine, other programs, or a frame."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = 1008  # WebSocket: policy violation
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Tells browsers to show no page of ours within another: what lies beneath would be clicked unseen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class SameOriginMiddleware:
    """Lets nothing through that asks for another host or comes from another page, and a socket only from our own page.

    A browser always says from which page a socket is opened. Another page of this machine has another port, and a
    program says nothing: both could click on everything that the reader can. Streamlit itself lets any page of this
    machine read files and upload some.

    Args:
        hosts: by which the server may be asked for.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope).headers
        # one header each: what stands before us might read another one of two
        hosts, origins = asked.getlist("host"), asked.getlist("origin")
        ours = len(hosts) == 1 and is_allowed_host(hosts[0], self._hosts)
        ours = ours and all(is_same_origin(origin, hosts[0]) for origin in origins)
        if scope["type"] == "websocket":
            ours = ours and len(origins) == 1
        await (self._app if ours else _reject_request)(scope, receive, send)


def is_allowed_host(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether a ``Host`` header names one of some hosts, at any port: a tunnel may have another one."""
    try:
        found = urlsplit(f"//{host}")
        _ = found.port
    except ValueError:
        return False
    return found.netloc == host and found.username is None and found.hostname in hosts


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a page has the origin of the server that it asks.

    >>> is_same_origin("http://localhost:8501", "localhost:8501")
    True
    >>> is_same_origin("http://localhost:9999", "localhost:8501")
    False
    """
    return origin.lower() == f"http://{host}".lower()


async def _reject_request(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY})
    else:
        await PlainTextResponse("This address is not the dashboard's.", 403)(scope, receive, send)
