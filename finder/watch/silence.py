"""What is said where nothing is new; apart, so that it is said without all that puts news into words."""

from __future__ import annotations

from collections.abc import Sequence


def describe_silence(since: str, watches: Sequence[str]) -> str:
    """The sentence.

    Args:
        since: the day from which on, or empty.
        watches: names of all that it is about.

    >>> describe_silence("", []), describe_silence("2026-11-01", ["owls", "newts"])
    ('Nothing new for any watch.', 'Nothing new since 2026-11-01 for owls, newts.')
    """
    span = f" since {since}" if since else ""
    return f"Nothing new{span} for {', '.join(watches) or 'any watch'}."
