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


def strip_control_chars(text: str) -> str:
    r"""A text without characters that break files or steer a terminal; line breaks stay as they are.

    >>> strip_control_chars("\x1b[31ma\x00b\r\n\u202ec\rd")
    '[31mab\r\nc d'
    """
    return re.sub("\r(?!\n)", " ", _TURNING.sub("", _UNFIT.sub("", text)))


def clean_text(text: str) -> str:
    r"""A text without characters that break files; line breaks are ``\n``.

    >>> clean_text("a\x00b\r\nc")
    'ab\nc'
    """
    return strip_control_chars(text.replace("\r\n", "\n").replace("\r", "\n"))


def single_line(text: str) -> str:
    r"""A text on one line.

    >>> single_line(" a\r\n b ")
    'a b'
    """
    return " ".join(clean_text(text).split())


def csv_safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula.

    >>> csv_safe("=1+1"), csv_safe(0.5)
    ("'=1+1", 0.5)
    """
    if not isinstance(value, str):
        return value
    text = clean_text(value).strip()
    return f"'{text}" if text.startswith(_FORMULA) else text


def one_line(data: object, most: int = LONGEST) -> str:
    """Data as one line to show: cut where it is longer than anybody reads.

    >>> one_line("a long name", 7)
    'a long…'
    """
    flat = single_line(str(data))
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def quote_query(interest: str) -> str:
    """An interest as sentences name it: in quotes, and a text by its beginning.

    >>> quote_query("legged locomotion")
    '“legged locomotion”'
    """
    return f"“{one_line(interest, TOPIC)}”"


def isolate_bidi(text: str) -> str:
    r"""A text whose right-to-left parts leave the order of all that stands around them as it is.

    Each is put between the signs that Unicode has for this (UAX 9: first strong isolate, pop directional isolate).

    >>> isolate_bidi("\u05d0\u05d1 (2), Berlin")
    '\u2068\u05d0\u05d1\u2069 (2), Berlin'
    """
    return _RUN.sub("\u2068\\g<0>\u2069", text)


def escape_json_controls(json: str) -> str:
    r"""JSON in which signs that steer a terminal or turn the direction of text are escaped, and nothing else changed.

    >>> escape_json_controls('["\u202ea"]')
    '["\\u202ea"]'
    """
    return _TURNING.sub(_unicode_escape, _UNFIT.sub(_unicode_escape, json))


def _unicode_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
