"""Recorded replies: xz-packed JSON lines that do not depend on the host they were recorded from.

A line is ``{"body", "headers", "note", "status", "url"}``. ``url`` is ``<source>:<path and query under its base>``,
or ``<source>:<whole URL>`` where the source went elsewhere. A body that is not UTF-8 is ``{"base64": …}``.
"""

from __future__ import annotations

import base64
import json
import lzma
from collections.abc import Iterable, Mapping
from pathlib import Path

from finder.errors import StoreError
from finder.http.urls import canonical_url, normalize_url, path_under_base
from finder.source import Response

HIDDEN = frozenset({"mailto", "api_key"})
NOWHERE = "http://recorded.invalid"


def recording_key(
    source: str, url: str, base: str = NOWHERE, hidden: Iterable[str] = (), question: str | None = None
) -> str:
    """The name of a recording; ``url`` is absolute, or begins with ``/`` and is taken to lie under the base.

    What was posted as a ``question`` follows the URL.
    """
    base = normalize_url(base)
    whole = base.rstrip("/") + url if url.startswith("/") else url
    name = f"{source}:{path_under_base(canonical_url(normalize_url(whole), {*HIDDEN, *hidden}), base)}"
    return name if question is None else f"{name} {question}"


def write_recordings(path: Path, replies: Iterable[Response], bases: Mapping[str, str] | None = None) -> int:
    """Write replies (the last of each name) so that the same replies make the same bytes; returns how many.

    Args:
        path: file to write, by custom ``….jsonl.xz``.
        replies: their ``url`` is absolute, or begins with ``/`` and lies under the source's base.
        bases: the base URLs they were recorded from, by source.
    """
    lines: dict[str, str] = {}
    for reply in replies:
        key = recording_key(reply.source, reply.url, (bases or {}).get(reply.source, NOWHERE))
        row = {
            "url": key,
            "status": reply.status,
            "headers": reply.headers,
            "note": reply.note,
            "body": _body_to_json(reply.body),
        }
        lines[key] = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # the same works come back in many replies: a window over all of them packs them to a tenth of gzip's
    packed = lzma.compress("".join(f"{lines[key]}\n" for key in sorted(lines)).encode(), preset=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    return len(lines)


def read_recordings(path: Path) -> dict[str, Response]:
    """Recordings by name, as :func:`recording_key` makes it; ``Reply.url`` is what follows the source's name.

    Raises:
        StoreError: the file is missing or is not a file of recordings.
    """
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            if found := {reply.source + ":" + reply.url: reply for reply in map(_recording_from_line, file)}:
                return found
            raise ValueError
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is not a file of recordings ({type(error).__name__}). Make it anew.") from None


def _recording_from_line(line: str) -> Response:
    row = json.loads(line)
    source, _, url = row["url"].partition(":")
    return Response(source, url, row["status"], _body_from_json(row["body"]), "", row["headers"], note=row["note"])


def _body_to_json(body: bytes) -> str | dict[str, str]:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _body_from_json(body: str | dict[str, str]) -> bytes:
    return body.encode() if isinstance(body, str) else base64.b64decode(body["base64"])
