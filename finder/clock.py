"""Days as their reader has them. What is stored and compared is in UTC; follow-ups and deadlines are read locally."""

from __future__ import annotations

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    """The moment it is, in UTC: what is stored, compared and shown is counted from here."""
    return datetime.now(UTC)


def utc_timestamp() -> str:
    """The moment it is in ISO form, to the second."""
    return utc_now().isoformat(timespec="seconds")


def utc_today() -> date:
    """The day it is in UTC."""
    return utc_now().date()


def local_day(moment: str | None = None) -> date:
    """The day it is where the reader is, now or at a moment in ISO form."""
    if moment is None:
        return utc_now().astimezone().date()
    when = datetime.fromisoformat(moment)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone().date()
