"""People as cards (vCard 3.0, RFC 2426, which Outlook reads, too): who they are and where to read on.

Never an address to write to or to call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from finder.names import parts_of
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
    parts = parts_of(name)
    uid = hashlib.sha256((row["author_id"] or name).encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VCARD", "VERSION:3.0", f"UID:x-finder:{uid}", f"FN:{escaped(name)}",
        f"N:{escaped(parts.surname)};{escaped(parts.given)};;;{escaped(parts.suffix)}",
    ]  # fmt: skip
    post = main_post(row)
    if post.get("old"):
        lines.append(f"NOTE:{escaped(line(where(post)))}")
    elif post:
        places = [post["institution"], post.get("unit")]
        lines.append("ORG:" + ";".join(escaped(line(place)) for place in places if place))
        if post.get("role"):
            lines.append(f"TITLE:{escaped(line(post['role']))}")
    lines += [f"URL:{page}" for page in map(web, row["links"].values()) if page]
    return [*lines, "END:VCARD"]
