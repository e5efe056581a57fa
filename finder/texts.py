"""Text that came from anywhere, made fit to be shown, printed and written into files that other programs read."""

from __future__ import annotations

import re
from typing import Any

TOPIC = 90  # characters of an interest in a sentence
LONGEST = 600
"""Characters of one piece of text that are shown; what is longer is cut."""
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - some spreadsheets take the wide ones too
# what XML, calendars and mails cannot hold, and what would steer a terminal: control characters, halves of characters,
# characters that are none
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# marks by which a name could turn the direction of what follows it
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = (
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"  # the scripts' blocks
)
# from the first to the last letter, with what is of no direction between them
_RUN = re.compile(rf"{_RIGHT_TO_LEFT}+(?:[\W\d_]*{_RIGHT_TO_LEFT})*")


def printable(text: str) -> str:
    r"""A text without characters that break files or steer a terminal; line breaks stay as they are.

    >>> printable("\x1b[31ma\x00b\r\n\u202ec\rd")
    '[31mab\r\nc d'
    """
    return re.sub("\r(?!\n)", " ", _TURNING.sub("", _UNFIT.sub("", text)))


def clean(text: str) -> str:
    r"""A text without characters that break files; line breaks are ``\n``.

    >>> clean("a\x00b\r\nc")
    'ab\nc'
    """
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    r"""A text on one line.

    >>> line(" a\r\n b ")
    'a b'
    """
    return " ".join(clean(text).split())


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(0.5)
    ("'=1+1", 0.5)
    """
    if not isinstance(value, str):
        return value
    text = clean(value).strip()
    return f"'{text}" if text.startswith(_FORMULA) else text


def shown(data: object, most: int = LONGEST) -> str:
    """Data as one line to show: cut where it is longer than anybody reads.

    >>> shown("a long name", 7)
    'a long…'
    """
    flat = line(str(data))
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def named(interest: str) -> str:
    """An interest as sentences name it: in quotes, and a text by its beginning.

    >>> named("legged locomotion")
    '“legged locomotion”'
    """
    return f"“{shown(interest, TOPIC)}”"


def isolated(text: str) -> str:
    r"""A text whose right-to-left parts leave the order of all that stands around them as it is.

    Each is put between the signs that Unicode has for this (UAX 9: first strong isolate, pop directional isolate).

    >>> isolated("\u05d0\u05d1 (2), Berlin")
    '\u2068\u05d0\u05d1\u2069 (2), Berlin'
    """
    return _RUN.sub("\u2068\\g<0>\u2069", text)


def escaped(json: str) -> str:
    r"""JSON in which signs that steer a terminal or turn the direction of text are escaped, and nothing else changed.

    >>> escaped('["\u202ea"]')
    '["\\u202ea"]'
    """
    return _TURNING.sub(_code, _UNFIT.sub(_code, json))


def _code(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
