"""Values as OpenReview sends them: of any type, and in its second version wrapped in ``{"value": …}``."""

from __future__ import annotations

from typing import Any

from finder import ids
from finder.text import names


def unwrap_value(value: Any) -> Any:
    """A value without its wrapping."""
    return value.get("value") if isinstance(value, dict) and "value" in value else value


def value_text(value: Any) -> str:
    """A text, or nothing."""
    value = unwrap_value(value)
    return value if isinstance(value, str) else ""


def value_line(value: Any) -> str:
    """A text on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in value_text(value)).split())


def value_line_without_email(value: Any) -> str:
    """A text on one line, or nothing where it holds an e-mail address."""
    found = value_line(value)
    return "" if "@" in found else found


def value_person_name(value: Any) -> str:
    """The name of a person, or nothing where an e-mail address stands in its place."""
    return names.display_name(value_line_without_email(value))


def value_list(value: Any) -> list[Any]:
    """A list, or an empty one."""
    value = unwrap_value(value)
    return value if isinstance(value, list) else []


def value_integer(value: Any) -> int | None:
    """A whole number, also where it is written as a text."""
    value = unwrap_value(value)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        return int(value)
    return value if type(value) is int else None


def openreview_profile_id(value: Any) -> str | None:
    """The id of a profile; e-mail addresses and pages of DBLP that stand in its place are none."""
    return ids.parse_openreview_id(value_text(value))
