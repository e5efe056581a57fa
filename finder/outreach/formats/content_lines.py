"""Content lines of calendars (RFC 5545) and cards (RFC 2426): escaped, folded, one writer for both."""

from __future__ import annotations

from collections.abc import Iterable

from finder.text.sanitize import clean_text

OCTETS = 75  # of a line, the break not counted


def escape_content_text(text: str) -> str:
    r"""A text as a value.

    >>> escape_content_text("a;b,c\nd\\")
    'a\\;b\\,c\\nd\\\\'
    """
    text = clean_text(text).replace("\t", " ").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n")


def encode_content_lines(lines: Iterable[str]) -> bytes:
    """Lines as a file: folded at 75 octets, never within a character, each ended by CRLF."""
    return b"".join(_fold_content_line(text) + b"\r\n" for text in lines)


def _fold_content_line(text: str) -> bytes:
    parts, part = [], b""
    for sign in text:
        encoded = sign.encode()
        if len(part) + len(encoded) > OCTETS:
            parts.append(part)
            part = b" "
        part += encoded
    return b"\r\n".join([*parts, part])
