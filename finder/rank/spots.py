"""Where the words of an interest really stand in a text: full text finds by stems, which take in too much. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from finder.store.spelling import base_form, prefix_of

_BETWEEN = r"(?:\s*[&/+'’]\s*|[-‐‑]|\s+)"  # noqa: RUF001 - words of one phrase; other signs part phrases


def find_phrase(text: str, words: Sequence[str]) -> str:
    """The first place where words stand one after the other, as it is written there; empty where there is none.

    >>> find_phrase("Interns in Vision-Language  Models", ("vision", "language", "model"))
    'Vision-Language Models'
    >>> find_phrase("Work in the community", ("communication",))
    ''
    """
    bases = [base_form(word) for word in words]
    for found in _pattern(tuple(words)).finditer(text):
        if [base_form(word) for word in found.groups()] == bases:
            return " ".join(found[0].split())
    return ""


def find_each(text: str, words: Sequence[str]) -> list[str]:
    """Each of some words as it is first written in a text; empty where one of them is not there."""
    found = [find_phrase(text, (word,)) for word in dict.fromkeys(words)]
    return found if all(found) else []


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (rf"({re.escape(prefix_of(word))}[^\W_]*)" for word in words)
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(each)}(?![^\W_])", re.IGNORECASE)
