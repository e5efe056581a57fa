"""People as cards (vCard 3.0, RFC 2426, which Outlook reads, too): who they are and where to read on.

Never an address to write to or to call.
"""

from __future__ import annotations

import hashlib

from finder.answers.affiliation_rows import main_affiliation
from finder.outreach.export_cells import web_address
from finder.outreach.export_dataset import ExportDataset, ExportedPerson
from finder.outreach.formats.content_lines import encode_content_lines, escape_content_text
from finder.rendering.answer_text import affiliation_label
from finder.text.names import split_name_parts
from finder.text.sanitize import single_line


def as_vcard(bundle: ExportDataset) -> bytes:
    """One card a person."""
    return encode_content_lines(text for row in bundle.people for text in _vcard_lines(row))


def _vcard_lines(row: ExportedPerson) -> list[str]:
    name = single_line(row["name"]) or "?"
    parts = split_name_parts(name)
    uid = hashlib.sha256((row["author_id"] or name).encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:x-finder:{uid}",
        f"FN:{escape_content_text(name)}",
        f"N:{escape_content_text(parts.surname)};{escape_content_text(parts.given)};;;{escape_content_text(parts.suffix)}",
    ]
    post = main_affiliation(row)
    if post and post["old"]:
        lines.append(f"NOTE:{escape_content_text(single_line(affiliation_label(post)))}")
    elif post:
        places = [post["institution"], post["unit"]]
        lines.append("ORG:" + ";".join(escape_content_text(single_line(place)) for place in places if place))
        if post["role"]:
            lines.append(f"TITLE:{escape_content_text(single_line(post['role']))}")
    lines += [
        f"URL:{page}"
        for page in map(web_address, [url for url in row["links"].values() if isinstance(url, str)])
        if page
    ]
    return [*lines, "END:VCARD"]
