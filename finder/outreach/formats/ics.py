"""Days to come back to people and days until which positions are open, as a calendar (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypedDict

from finder.outreach.export_cells import web_address
from finder.outreach.export_dataset import ExportDataset
from finder.outreach.formats.content_lines import encode_content_lines, escape_content_text
from finder.outreach.shortlist import DONE


class CalendarEvent(TypedDict):
    """An all-day event. ``about`` makes its UID."""

    day: str
    summary: str
    about: str
    url: str | None
    said: str


def as_ics(bundle: ExportDataset) -> bytes:
    """All-day events; the same event keeps its UID from export to export, so that calendars update it."""
    stamp = f"{bundle.as_of.replace('-', '')}T000000Z"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//finder//outreach//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escape_content_text(bundle.title)}",
    ]
    for event in (*_follow_up_events(bundle), *_deadline_events(bundle)):
        lines += _calendar_event_lines(event, stamp)
    return encode_content_lines([*lines, "END:VCALENDAR"])


def count_calendar_days(bundle: ExportDataset) -> int:
    """How many days there are to write down."""
    return len([*_follow_up_events(bundle), *_deadline_events(bundle)])


def _follow_up_events(bundle: ExportDataset) -> Iterator[CalendarEvent]:
    for row in bundle.people:
        entry = row.get("entry")
        if entry and (day := entry["follow_up"]) and entry["status"] not in DONE:
            yield {
                "day": day,
                "summary": f"Follow up: {row['name']}",
                "about": f"follow-up {entry['number']} {entry['starred']}",
                "url": row["links"]["homepage"],
                "said": "\n".join(filter(None, (f"Status: {entry['status']}", entry["notes"]))),
            }


def _deadline_events(bundle: ExportDataset) -> Iterator[CalendarEvent]:
    for posting in bundle.postings:
        day = (posting.get("valid_through") or "")[:10]
        if _is_iso_day(day):
            where = ", ".join(filter(None, (posting.get("hiring_organization"), posting.get("location"))))
            yield {
                "day": day,
                "summary": f"Apply by today: {posting['title']}",
                "url": posting["url"],
                "about": f"deadline {posting['url'] or posting['title']}",
                "said": where,
            }


def _is_iso_day(text: str) -> bool:
    """Whether a text is a day of the calendar, which boards do not always name."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _calendar_event_lines(event: CalendarEvent, stamp: str) -> list[str]:
    first = date.fromisoformat(event["day"])
    uid = hashlib.sha256(event["about"].encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}@finder.invalid",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape_content_text(event['summary'])}",
        "TRANSP:TRANSPARENT",
    ]
    if event["said"]:
        lines.append(f"DESCRIPTION:{escape_content_text(event['said'])}")
    if page := web_address(event["url"]):
        lines.append(f"URL:{page}")
    return [*lines, "END:VEVENT"]
