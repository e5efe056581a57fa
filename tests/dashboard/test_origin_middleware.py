"""The dashboard on one's own machine answers its own page alone, and is shown in no frame."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dashboard.origin_middleware import SameOriginMiddleware, SecurityHeadersMiddleware
from finder.auth_policy import LOCAL_HOSTS

HOME = "localhost:8501"


def asked(kind: str, *lines: tuple[str, str]) -> tuple[str, dict[str, str]]:
    """What comes of a request: the inner application's 200, or the refusal; and the headers."""
    told: list[tuple[str, dict[str, str]]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        else:
            await send({"type": "websocket.accept"})

    async def send(message: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in message.get("headers", ())}
        if message["type"] != "http.response.body":
            told.append((str(message.get("status") or message.get("code") or "open"), headers))

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.request"}

    headers = [(name.encode(), value.encode()) for name, value in lines]
    scope = {"type": kind, "path": "/_stcore/stream", "headers": headers, "method": "GET", "query_string": b""}
    asyncio.run(SecurityHeadersMiddleware(SameOriginMiddleware(inner, LOCAL_HOSTS))(scope, receive, send))
    return told[0]


@pytest.mark.parametrize("host", [HOME, "127.0.0.1:8501", "localhost:9000", "localhost"])
def test_its_own_page_opens_a_socket(host: str) -> None:
    assert asked("websocket", ("host", host), ("origin", f"http://{host}"))[0] == "open"


@pytest.mark.parametrize(
    "lines",
    [
        [("host", HOME)],
        [("host", HOME), ("origin", "")],
        [("host", HOME), ("origin", "null")],
        [("host", HOME), ("origin", "http://localhost:9999")],
        [("host", HOME), ("origin", "http://localhost")],
        [("host", HOME), ("origin", "https://localhost:8501")],
        [("host", HOME), ("origin", "http://127.0.0.1:8501")],
        [("host", HOME), ("origin", f"http://{HOME}.evil.example")],
        [("host", HOME), ("origin", "https://any.streamlit.app")],
        [("host", HOME), ("origin", f"http://{HOME}"), ("origin", "http://evil.example")],
        [("host", "evil.example:8501"), ("origin", "http://evil.example:8501")],
        [("host", f"me@{HOME}"), ("origin", f"http://me@{HOME}")],
        [("host", f"{HOME}/x"), ("origin", f"http://{HOME}/x")],
        [("host", "localhost:x"), ("origin", "http://localhost:x")],
        [("origin", f"http://{HOME}")],
    ],
)
def test_no_other_page_and_no_program_does(lines: list[tuple[str, str]]) -> None:
    assert asked("websocket", *lines)[0] == "1008"


def test_a_name_of_others_that_points_to_this_machine_gets_no_file_either() -> None:
    assert asked("http", ("host", HOME))[0] == "200"
    assert asked("http", ("host", "evil.example:8501"))[0] == "403"


def test_no_other_page_of_this_machine_reads_or_uploads_a_file() -> None:
    assert asked("http", ("host", HOME), ("origin", f"http://{HOME}"))[0] == "200"
    for origin in ("http://localhost:9999", "null", "https://any.streamlit.app"):
        assert asked("http", ("host", HOME), ("origin", origin))[0] == "403"


@pytest.mark.parametrize("host", [HOME, "evil.example"])
def test_no_answer_may_be_shown_in_a_frame(host: str) -> None:
    headers = asked("http", ("host", host))[1]
    assert headers["content-security-policy"] == "frame-ancestors 'none'"
    assert headers["x-frame-options"] == "DENY"
