"""People as cards (vCard 4.0, RFC 6350): who they are and where to read on. Never an address to write to or to call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from finder.outreach.bundle import Bundle
from finder.outreach.formats.contentlines import escaped, written
from finder.outreach.texts import web
from finder.texts import line
from finder.views.places import main_post
from finder.views.printed import where


def as_vcard(bundle: Bundle) -> bytes:
    """One card a person."""
    return written(text for row in bundle.people for text in _card(row))


def _card(row: Mapping[str, Any]) -> list[str]:
    name = line(row["name"]) or "?"
    given, _, family = name.rpartition(" ")
    uid = hashlib.sha256((row["author_id"] or name).encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VCARD", "VERSION:4.0", "KIND:individual", f"UID:x-finder:{uid}", f"FN:{escaped(name)}",
        f"N:{escaped(family)};{escaped(given)};;;",
    ]  # fmt: skip
    post = main_post(row)
    if post.get("old"):
        lines.append(f"NOTE:{escaped(line(where(post)))}")
    elif post:
        parts = [post["institution"], post.get("unit")]
        lines.append("ORG:" + ";".join(escaped(line(part)) for part in parts if part))
        if post.get("role"):
            lines.append(f"TITLE:{escaped(line(post['role']))}")
    lines += [f"URL:{page}" for page in map(web, row["links"].values()) if page]
    return [*lines, "END:VCARD"]
