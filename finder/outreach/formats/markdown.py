"""An export as a report to read, print or keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finder.outreach.bundle import Bundle
from finder.outreach.texts import web
from finder.texts import line
from finder.views import printed

FOOT = "A score is a fit to your words, not a verdict on a person. Unknown means unknown."


def as_markdown(bundle: Bundle) -> bytes:
    """A part for each person, then the positions that are open."""
    lines = [f"# {_text(bundle.title)}", "", f"As of {bundle.as_of}.", ""]
    for row in bundle.people:
        lines += [*_person(row), ""]
    if bundle.postings:
        lines += ["## Open positions", "", *(_posting(one) for one in bundle.postings), ""]
    return "\n".join([*lines, FOOT, ""]).encode()


def _person(row: Mapping[str, Any]) -> list[str]:
    posts = "; ".join(printed.where(post, post["country"]) for post in row["current"])
    lines = [f"## {_link(row['name'], row['links']['homepage'])}", "", f"- {_text(posts or 'place unknown')}"]
    sure = f" ({row['stage_ground']})" if row["stage"] != "unknown" and row["stage_ground"] else ""
    lines.append(f"- stage: {_text(row['stage'] + sure)}")
    if row["why"]:
        lines.append(f"- {_text(row['why'])}")
    if says := row["recruiting"]:
        page = _link(says["date"] or "age unknown", says["url"])
        lines.append(f"- {_text(says['polarity'])} ({page}): “{_text(says['quote'])}”")
    lines += _entry(row.get("entry") or {})
    pages = [_link(kind, url) for kind, url in row["links"].items() if url]
    if pages:
        lines.append(f"- {', '.join(pages)}")
    if row["works"]:
        lines += ["", "To read:", ""]
        lines += [f"- {_link(w['title'], w['url'])}, {w['date'][:4]}, {w['position']} author" for w in row["works"]]
    return lines


def _entry(entry: Mapping[str, Any]) -> list[str]:
    if not entry:
        return []
    follow = f", to follow up on {entry['follow_up']}" if entry["follow_up"] else ""
    lines = [f"- on the shortlist since {entry['starred']}: **{_text(entry['status'])}**{follow}"]
    lines += [
        f"  - {event['day']}: {_text(event['what'])} {_text(event['text'])}".rstrip() for event in entry["history"]
    ]
    if entry["notes"]:
        lines += ["", *(f"> {_text(said)}".rstrip() for said in entry["notes"].split("\n"))]
    return lines


def _posting(one: Mapping[str, Any]) -> str:
    until = f", apply by {_text(one['valid_through'])}" if one.get("valid_through") else ""
    at = f", {_text(one['hiring_organization'])}" if one.get("hiring_organization") else ""
    return f"- {_link(one['title'], one['url'])} ({_text(one['kind'])}){at}{until}"


def _text(text: str) -> str:
    return printed.plain(line(text))


def _link(text: str, url: str | None) -> str:
    return printed.link(line(text), web(url))
