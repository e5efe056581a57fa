"""Content lines of calendars (RFC 5545) and cards (RFC 2426): escaped, folded, one writer for both."""

from __future__ import annotations

from collections.abc import Iterable

from finder.texts import clean

OCTETS = 75  # of a line, the break not counted


def escaped(text: str) -> str:
    r"""A text as a value.

    >>> escaped("a;b,c\nd\\")
    'a\\;b\\,c\\nd\\\\'
    """
    text = clean(text).replace("\t", " ").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n")


def written(lines: Iterable[str]) -> bytes:
    """Lines as a file: folded at 75 octets, never within a character, each ended by CRLF."""
    return b"".join(_folded(text) + b"\r\n" for text in lines)


def _folded(text: str) -> bytes:
    parts, part = [], b""
    for sign in text:
        encoded = sign.encode()
        if len(part) + len(encoded) > OCTETS:
            parts.append(part)
            part = b" "
        part += encoded
    return b"\r\n".join([*parts, part])
