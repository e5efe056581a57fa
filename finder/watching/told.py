"""Watches and refreshes as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finder.store.watches import News, Watch
from finder.views.printed import WIDTH, cut
from finder.watching.refresh import Report
from finder.watching.wishes import said


def watches(those: Sequence[Watch]) -> str:
    """Each watch with what it looks for and when."""
    if not those:
        return "There is no watch. Begin with: finder watch add INTEREST"
    lines = []
    for one in those:
        when = "paused" if one.paused else f"every {one.every} days, due {one.due}"
        last = f"last complete {one.completed_at[:10]}" if one.completed_at else "not complete yet"
        lines.append(cut(f"{one.name}: {when}; {last}", WIDTH))
        asked = "; ".join(filter(None, (f"interest: {one.wish['interest']}", said(one.wish))))
        lines.append(cut(f"    {asked}", WIDTH))
        if one.message:
            lines.append(cut(f"    {one.message}", WIDTH))
    return "\n".join(lines)


def report(found: Report, news: Sequence[News]) -> dict[str, Any]:
    """A refresh as JSON."""
    return {
        "watches": [one.__dict__ for one in found.outcomes],
        "new": found.new,
        "sources": [one.__dict__ for one in found.asked],
        "news": [{**one._asdict(), "body": dict(one.body)} for one in news],
    }


def lines(found: Report) -> list[str]:
    """How a refresh went, in a line for each watch and source."""
    told = [f"{one.watch}: {one.state}, {one.new} new" + (f". {one.message}" if one.message else "")
            for one in found.outcomes]  # fmt: skip
    return told + [
        f"{one.source}: {one.calls} calls, {one.credits:g} credits, {one.cached} kept" for one in found.asked
    ]
