"""Texts as OpenAlex prints them, made fit to keep."""

from __future__ import annotations

import html
import re
from datetime import date
from itertools import chain

import msgspec

from finder.text.redaction import redact_contacts

ABSTRACT_MAX, RAW_MAX = 5_000, 400

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_PLACES = msgspec.json.Decoder(dict[str, list[int]])
PLACES_MAX = 100_000  # words of an abstract beyond which its index is odd
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def abstract_from_index(index: bytes) -> str | None:
    """The text of an inverted index (word -> places), cut at about 5,000 characters; None where there is none.

    >>> abstract_from_index(b'{"again": [2], "once": [0], "and": [1]}')
    'once and again'
    """
    try:
        return _fill_abstract_slots(_PLACES.decode(index))
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        return _sort_abstract_words(index)


def _fill_abstract_slots(places: dict[str, list[int]]) -> str | None:
    """The quick way for the usual index: each word into its place."""
    taken = [*chain.from_iterable(places.values())]
    length = max(taken, default=-1) + 1
    if length > PLACES_MAX or min(taken, default=0) < 0:
        raise msgspec.ValidationError("places that no text has")
    words = [""] * length
    for word, ps in places.items():
        for place in ps:
            words[place] = word
    return _truncate_abstract(" ".join(words))


def _sort_abstract_words(index: bytes) -> str | None:
    """The careful way for an odd one."""
    try:
        places = msgspec.json.decode(index)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if isinstance(places, dict) and isinstance(places.get("InvertedIndex"), dict):
        places = places["InvertedIndex"]  # as old snapshots wrap it
    if not isinstance(places, dict):
        return None
    pairs = [(p, w) for w, ps in places.items() if isinstance(ps, list) for p in ps if type(p) is int]
    return _truncate_abstract(" ".join(word for _, word in sorted(pairs)))


def _truncate_abstract(text: str) -> str | None:
    text = " ".join(text.split())
    return (text if len(text) <= ABSTRACT_MAX else text[:ABSTRACT_MAX].rsplit(" ", 1)[0]) or None


def clean_raw_text(text: str | None) -> str:
    """A printed text without e-mail addresses, in single spaces.

    >>> clean_raw_text("TU Berlin,  Germany. E-mail: ada@tu.example")
    'TU Berlin, Germany.'
    """
    return " ".join(redact_contacts(text or "").split()).strip(" ,;:-")[:RAW_MAX]


def clean_work_title(text: str) -> str:
    """A title without markup and entities."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def iso_date_prefix(text: str | None) -> date | None:
    """The day an ISO date or time begins with."""
    found = _DAY.match(text or "")
    try:
        return date.fromisoformat(found.group()) if found else None
    except ValueError:
        return None


def openalex_key(url: str | None) -> str:
    """The last part of an id's URL, in upper case: ``W2741809807``."""
    return (url or "").rstrip("/").rsplit("/", 1)[-1].upper()
