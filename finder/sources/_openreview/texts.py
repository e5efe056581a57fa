"""Values as OpenReview sends them: of any type, and in its second version wrapped in ``{"value": …}``."""

from __future__ import annotations

from typing import Any

from finder import ids, names


def bare(value: Any) -> Any:
    """A value without its wrapping."""
    return value.get("value") if isinstance(value, dict) and "value" in value else value


def text(value: Any) -> str:
    """A text, or nothing."""
    value = bare(value)
    return value if isinstance(value, str) else ""


def line(value: Any) -> str:
    """A text on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text(value)).split())


def unaddressed(value: Any) -> str:
    """A text on one line, or nothing where it holds an e-mail address."""
    found = line(value)
    return "" if "@" in found else found


def name(value: Any) -> str:
    """The name of a person, or nothing where an e-mail address stands in its place."""
    return names.tidy(unaddressed(value))


def listed(value: Any) -> list[Any]:
    """A list, or an empty one."""
    value = bare(value)
    return value if isinstance(value, list) else []


def whole(value: Any) -> int | None:
    """A whole number, also where it is written as a text."""
    value = bare(value)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        return int(value)
    return value if type(value) is int else None


def profile_id(value: Any) -> str | None:
    """The id of a profile; e-mail addresses and pages of DBLP that stand in its place are none."""
    return ids.openreview(text(value))
