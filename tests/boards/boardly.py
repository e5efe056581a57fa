"""What tests of boards share: an answer of a board, and what is read from it."""

from __future__ import annotations

import json
from typing import Any

from finder.model import ClosedPosting, Posting, Rejected
from finder.source import Response, discover_sources

SEEN = "2026-11-22T12:00:00Z"


def reply(
    platform: str, token: str, body: bytes | str | list[Any] | dict[str, Any], url: str = "", seen: str = SEEN
) -> Response:
    """An answer of a board."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Response(platform, url or "https://board.example/jobs", 200, data, seen, note=f"board:{platform}/{token}")


def read(
    platform: str, body: bytes | str | list[Any] | dict[str, Any], token: str = "acme", seen: str = SEEN
) -> list[Posting]:
    """The postings of an answer that are open, none of which may be rejected."""
    found = list(discover_sources("finder.boards")[platform].parse(reply(platform, token, body, seen=seen)))
    rejected = [one for one in found if isinstance(one, Rejected) and not isinstance(one, ClosedPosting)]
    assert not rejected
    return [one for one in found if isinstance(one, Posting)]


def strange(platform: str, body: bytes | str | list[Any] | dict[str, Any], token: str = "acme") -> list[str]:
    """Why jobs of an answer were rejected."""
    found = discover_sources("finder.boards")[platform].parse(reply(platform, token, body))
    return [one.reason for one in found if isinstance(one, Rejected)]
