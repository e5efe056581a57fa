"""What tests of boards share: an answer of a board, and what is read from it."""

from __future__ import annotations

import json
from typing import Any

from finder.model import Posting, Rejected
from finder.source import Reply, discover

SEEN = "2026-11-22T12:00:00Z"


def reply(platform: str, token: str, body: bytes | str | list[Any] | dict[str, Any], url: str = "") -> Reply:
    """An answer of a board."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Reply(platform, url or "https://board.example/jobs", 200, data, SEEN, note=f"board:{platform}/{token}")


def read(platform: str, body: bytes | str | list[Any] | dict[str, Any], token: str = "acme") -> list[Posting]:
    """The postings of an answer, none of which may be rejected."""
    found = list(discover("finder.boards")[platform].parse(reply(platform, token, body)))
    postings = [one for one in found if isinstance(one, Posting)]
    assert postings == found, [one for one in found if isinstance(one, Rejected)]
    return postings


def strange(platform: str, body: bytes | str | list[Any] | dict[str, Any], token: str = "acme") -> list[str]:
    """Why jobs of an answer were rejected."""
    found = discover("finder.boards")[platform].parse(reply(platform, token, body))
    return [one.reason for one in found if isinstance(one, Rejected)]
