"""Watches and refreshes as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finder.rendering.answer_text import WIDTH, truncate_line
from finder.storage.watches import NewsItem, Watch
from finder.watch.refresh import RefreshReport
from finder.watch.saved_query import describe_saved_query


def watch_list_text(those: Sequence[Watch]) -> str:
    """Each watch with what it looks for and when."""
    if not those:
        return "There is no watch. Begin with: finder watch add INTEREST"
    lines = []
    for one in those:
        when = "paused" if one.paused else f"every {one.every} days, due {one.due}"
        last = f"last complete {one.completed_at[:10]}" if one.completed_at else "not complete yet"
        lines.append(truncate_line(f"{one.name}: {when}; {last}", WIDTH))
        asked = "; ".join(filter(None, (f"interest: {one.wish['interest']}", describe_saved_query(one.wish))))
        lines.append(truncate_line(f"    {asked}", WIDTH))
        if one.message:
            lines.append(truncate_line(f"    {one.message}", WIDTH))
    return "\n".join(lines)


def refresh_report_json(found: RefreshReport, news: Sequence[NewsItem]) -> dict[str, Any]:
    """A refresh as JSON."""
    return {
        "watches": [one.__dict__ for one in found.outcomes],
        "new": found.new,
        "sources": [one.__dict__ for one in found.asked],
        "news": [{**one._asdict(), "body": dict(one.body)} for one in news],
    }


def refresh_report_lines(found: RefreshReport) -> list[str]:
    """How a refresh went, in a line for each watch and source."""
    told = [
        f"{one.watch}: {one.state}, {one.new} new" + (f". {one.message}" if one.message else "")
        for one in found.outcomes
    ]
    return told + [
        f"{one.source}: {one.calls} calls, {one.credits:g} credits, {one.cached} kept" for one in found.asked
    ]
