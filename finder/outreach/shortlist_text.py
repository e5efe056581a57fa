"""The shortlist as text that fits a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date

from finder.outreach import shortlist
from finder.outreach.shortlist import ShortlistedPerson
from finder.rendering.answer_text import WIDTH, affiliation_label, truncate_line
from finder.text.sanitize import one_line, single_line


def render_shortlist(shown: Sequence[ShortlistedPerson], everybody: Sequence[ShortlistedPerson], today: date) -> str:
    """Everybody by status, each with what to mind first, then what to read."""
    if not shown:
        return "Nobody is on the shortlist. To add somebody: finder shortlist add WHO --interest “…”"
    lines: list[str] = []
    status = ""
    for one in shown:
        if one.entry.status != status:
            status = one.entry.status
            lines += ["", f"{status} ({sum(other.entry.status == status for other in shown)})"]
        lines += _shortlist_person_lines(one, everybody, today)
    crowded = shortlist.crowding_warning([one.entry for one in everybody])
    return "\n".join([*lines[1:], *(["", *_wrap_entry_text(crowded, "")] if crowded else [])])


def _shortlist_person_lines(one: ShortlistedPerson, everybody: Sequence[ShortlistedPerson], today: date) -> list[str]:
    place = " / ".join(affiliation_label(post) for post in one.row["current"][:2]) if one.row else ""
    lines = [
        truncate_line(f"  #{one.entry.id} {single_line(one.name)}, {single_line(place) or 'place unknown'}", WIDTH)
    ]
    for warning in shortlist.entry_warnings(one, everybody, today):
        lines += _wrap_entry_text(f"! {single_line(warning)}")
    if one.entry.follow_up:
        lines += _wrap_entry_text(f"follow up on {one.entry.follow_up}")
    if one.entry.notes:
        lines += _wrap_entry_text(single_line(one.entry.notes))
    lines += [
        truncate_line(f"      read {n}: {work['work_id']} “{single_line(work['title'])}”, {work['date'][:4]}", WIDTH)
        for n, work in enumerate(one.works, 1)
    ]
    return lines


def _wrap_entry_text(text: str, indent: str = "      ") -> list[str]:
    return textwrap.wrap(one_line(text), WIDTH - 6, initial_indent=indent, subsequent_indent=indent)
