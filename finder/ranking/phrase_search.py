"""Where the words of an interest really stand in a text: full text finds by stems, which take in too much. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from finder.storage.light_stemmer import base_form, spelling_prefix

_BETWEEN = r"(?:\s*[&/+'’]\s*|[-‐‑]|\s+)"  # noqa: RUF001 - words of one phrase; other signs part phrases


def find_phrase(text: str, words: Sequence[str]) -> str:
    """The first place where words stand one after the other, as it is written there; empty where there is none.

    >>> find_phrase("Interns in Vision-Language  Models", ("vision", "language", "model"))
    'Vision-Language Models'
    >>> find_phrase("Work in the community", ("communication",))
    ''
    """
    bases = [base_form(word) for word in words]
    for found in _phrase_pattern(tuple(words)).finditer(text):
        if [base_form(word) for word in found.groups()] == bases:
            return " ".join(found[0].split())
    return ""


def find_all_words(text: str, words: Sequence[str]) -> list[str]:
    """Each of some words as it is first written in a text; empty where one of them is not there."""
    found = [find_phrase(text, (word,)) for word in dict.fromkeys(words)]
    return found if all(found) else []


@lru_cache(maxsize=512)
def _phrase_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (rf"({re.escape(spelling_prefix(word))}[^\W_]*)" for word in words)
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(each)}(?![^\W_])", re.IGNORECASE)
