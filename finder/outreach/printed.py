"""The shortlist as text that fits a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date

from finder.outreach import shortlist
from finder.outreach.shortlist import Listed
from finder.texts import line, shown
from finder.views.printed import WIDTH, cut, where


def table(shown: Sequence[Listed], everybody: Sequence[Listed], today: date) -> str:
    """Everybody by status, each with what to mind first, then what to read."""
    if not shown:
        return "Nobody is on the shortlist. To add somebody: finder shortlist add WHO --interest “…”"
    lines: list[str] = []
    status = ""
    for one in shown:
        if one.entry.status != status:
            status = one.entry.status
            lines += ["", f"{status} ({sum(other.entry.status == status for other in shown)})"]
        lines += _person(one, everybody, today)
    crowded = shortlist.crowded([one.entry for one in everybody])
    return "\n".join([*lines[1:], *(["", *_wrapped(crowded, "")] if crowded else [])])


def _person(one: Listed, everybody: Sequence[Listed], today: date) -> list[str]:
    place = " / ".join(where(post) for post in one.row["current"][:2]) if one.row else ""
    lines = [cut(f"  #{one.entry.id} {line(one.name)}, {line(place) or 'place unknown'}", WIDTH)]
    for warning in shortlist.warnings(one, everybody, today):
        lines += _wrapped(f"! {line(warning)}")
    if one.entry.follow_up:
        lines += _wrapped(f"follow up on {one.entry.follow_up}")
    if one.entry.notes:
        lines += _wrapped(line(one.entry.notes))
    lines += [
        cut(f"      read {n}: {work['work_id']} “{line(work['title'])}”, {work['date'][:4]}", WIDTH)
        for n, work in enumerate(one.works, 1)
    ]
    return lines


def _wrapped(text: str, indent: str = "      ") -> list[str]:
    return textwrap.wrap(shown(text), WIDTH - 6, initial_indent=indent, subsequent_indent=indent)
