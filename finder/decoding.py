"""Bytes into text, in whatever encoding somebody wrote them. Pure.

The order is: byte order mark, what the server says, what the page says, UTF-8, and only then a guess. What a label says
is believed only where the bytes bear it out: servers often name one encoding for all their pages.
"""

# ruff: noqa: RUF001 - letters of many scripts

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from charset_normalizer import from_bytes

DAMAGED = "\ufffd"
"""Stands where bytes are no character of the encoding."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HEAD = 4096
"""Bytes in which a page names its encoding, if it does."""
GUESSED = 200_000
"""Bytes that a guess is made from."""
TOLERATED = 0.05
"""Share of the characters beyond ASCII that may be damaged before another encoding is tried."""
_META = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml\b[^>]{0,99}?encoding=[\"']([\w.:-]{2,40})", re.I
)
_TAGS = re.compile(rb"<[^<>]{0,2000}>")
_WIDER = {
    # the label of an encoding -> what pages so labelled are in fact written in (WHATWG Encoding Standard)
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_NAMES = {"x-sjis": "cp932", "ks_c_5601-1987": "cp949", "x-gbk": "gb18030", "unicode": "utf-16", "windows-949": "cp949"}
_UNSAFE = frozenset("unicode-escape raw-unicode-escape punycode idna undefined utf-7".split())
_MANY_BYTES = frozenset("gb18030 big5hkscs cp932 euc_jp cp949 iso2022_jp hz".split())
_LIKELY = (
    "cp1252",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
)
"""What pages that do not name their encoding are written in, the commonest first."""
CHAOS_TOLERANCE = 0.06
"""By how much messier than the best a reading may be that still comes into question."""
UNKNOWN_LETTER_SHARE = 0.9
"""What a reading counts whose common letters are not listed."""
_LANGUAGE = re.compile(rb"<html\b[^>]{0,200}?\blang\s*=\s*[\"']?([a-z]{2})", re.I)
_LANGUAGES_BY_ENCODING = {
    "cp1252": "de fr es it pt nl sv da no fi",
    "cp1250": "pl cs sk hu sl hr ro",
    "cp1254": "tr",
    "cp1251": "ru uk bg sr",
    "cp932": "ja",
    "euc_jp": "ja",
    "cp949": "ko",
    "gb18030": "zh",
    "cp1253": "el",
}
_MARKS = frozenset("“”„‘’‚–—…•·©®«»°§€\xa0")
_LETTERS = {
    "cp1252": re.compile("[äöüßéèêëàâçîïôûùœæøåñáíóúãõìò]", re.I),
    "cp1250": re.compile("[ąćęłńóśźżčďěňřšťúůýžőűáéíäöüßăâî]", re.I),
    "cp1254": re.compile("[ğışİçöüâîû]", re.I),
    "cp1251": re.compile("[а-яёіїєґ]", re.I),
    "koi8_r": re.compile("[а-яё]"),  # as cp1251, its small letters are capitals and the other way round
    "cp932": re.compile("[\u3041-\u30ff\u4e00-\u9fff、。「」・ー（）]"),
    "cp949": re.compile("[\uac00-\ud7a3]"),
}


class DecodedText(NamedTuple):
    """A text.

    Attributes:
        encoding: Python's name of the encoding.
        guessed: nothing but the bytes themselves tells the encoding.
    """

    text: str
    encoding: str
    guessed: bool = False


def decode_bytes(data: bytes, content_type: str = "", *, cut: bool = False) -> DecodedText:
    """The text of a file or page.

    Args:
        content_type: the header that came with it.
        cut: it ends wherever it was cut, maybe within a character.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return DecodedText(_decode_as(data[len(mark) :], encoding, cut=cut), encoding)
    if data.isascii() and b"\x1b" not in data:
        return DecodedText(data.decode("ascii"), "utf-8")
    tried: list[tuple[str, str]] = []
    for encoding in _candidate_encodings(data, content_type):
        if encoding not in (one for one, _ in tried):
            text = _decode_as(data, encoding, cut=cut)
            tried.append((encoding, text))
            if _is_nearly_undamaged(text):
                return DecodedText(text, encoding)
    guessed = _guess_encoding(data)
    if guessed:
        return DecodedText(_decode_as(data, guessed, cut=cut), guessed, guessed=True)
    encoding, text = min(tried, key=lambda one: one[1].count(DAMAGED))
    return DecodedText(text, encoding, guessed=True)


def strip_byte_order_mark(data: bytes) -> bytes:
    """Text in UTF-8 without a byte order mark; whatever has none stays as it is."""
    if data.startswith(tuple(mark for mark, _ in BOMS)):
        return decode_bytes(data).text.encode("utf-8", "replace")
    return data


def _candidate_encodings(data: bytes, content_type: str) -> Iterator[str]:
    """Encodings that something speaks for, the surest first."""
    message = Message()
    message["content-type"] = content_type.encode("ascii", "ignore").decode()
    found = _META.search(data[:HEAD])
    labels = (
        message.get_content_charset() or "",
        (found[1] or found[2] or b"").decode("ascii", "ignore") if found else "",
    )
    for label in labels:
        encoding = python_encoding_name(label)
        if encoding and encoding not in _MANY_BYTES and not encoding.startswith("utf") and _is_valid_utf8(data):
            yield "utf-8"  # text of one byte a character is never by chance UTF-8
        if encoding:
            yield encoding
    yield "utf-8"


def python_encoding_name(label: str) -> str:
    """Python's name of the encoding that a label means; empty where there is none.

    >>> python_encoding_name("GB2312"), python_encoding_name("latin1"), python_encoding_name("none")
    ('gb18030', 'cp1252', '')
    """
    label = label.strip().lower()
    try:
        name = codecs.lookup(_NAMES.get(label, label)).name
        b"a".decode(name, "replace")  # refuses what is no encoding of text
        return "" if name in _UNSAFE else _WIDER.get(name, name)
    except (LookupError, ValueError):
        return ""


def _is_valid_utf8(data: bytes) -> bool:
    text = _decode_as(data, "utf-8", cut=True)
    return DAMAGED not in text


def _decode_as(data: bytes, encoding: str, *, cut: bool) -> str:
    try:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(data, final=not cut)
    except (UnicodeError, ValueError):
        return DAMAGED
    return text.removeprefix("\ufeff")


def _is_nearly_undamaged(text: str) -> bool:
    """Whether so little is damaged that the encoding is right and some bytes are not."""
    damaged = text.count(DAMAGED)
    if not damaged:
        return True
    return damaged <= TOLERATED * sum(character > "\x7f" for character in text)


def _guess_encoding(data: bytes) -> str:
    """The encoding that makes words of the bytes, by the text that a reader would see; empty where none does."""
    shown = b" ".join(_TAGS.sub(b" ", data[:GUESSED]).split())
    found = list(from_bytes(shown, cp_isolation=list(_LIKELY), threshold=0.3))
    least = min((one.chaos for one in found), default=0.0)
    plausible = {name for one in found if one.chaos <= least + CHAOS_TOLERANCE for name in one.could_be_from_charset}
    language = _LANGUAGE.search(data[:HEAD])
    spoken = language[1].decode("ascii").lower() if language else ""

    def encoding_likelihood(encoding: str) -> float:
        hinted = spoken in _LANGUAGES_BY_ENCODING.get(encoding, "").split()
        return _common_letter_share(_decode_as(shown, encoding, cut=True), encoding) + hinted

    return max((_WIDER.get(one, one) for one in _LIKELY if one in plausible), key=encoding_likelihood, default="")


def _common_letter_share(text: str, encoding: str) -> float:
    """Share of the characters beyond ASCII that are common in the languages written in an encoding.

    The detector sees only whether letters may stand beside one another, which many encodings allow.
    """
    beyond = [character for character in text if character > "\x7f"]
    common = _LETTERS.get(encoding)
    if common is None or not beyond:
        return UNKNOWN_LETTER_SHARE
    share = sum(character in _MARKS or bool(common.match(character)) for character in beyond) / len(beyond)
    return share if encoding != "cp932" or re.search("[\u3041-\u3093]", text) else 0.0
