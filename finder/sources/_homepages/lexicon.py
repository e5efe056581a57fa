"""The phrases of a language by their class: a clause becomes a row of classes, for the rules of :mod:`grammar`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORD = r"\d+(?:\.\d+)?|[^\W\d_]\w*(?:[-.]\w+)*|\w"
_MARKS = {"comma": ",、，", "bracket": "()（）", "colon": ":：", "dash": "-–—", "slash": "/"}  # noqa: RUF001
_PUNCTUATION = {mark: name for name, marks in _MARKS.items() for mark in marks}
NAMES = ("word", "number", *_MARKS)
"""The classes of what is no listed phrase."""
_SET = re.compile(r"\[[^\]]*\]")
_AROUND = re.compile(r"\(\?[=!<]")
_CAPTURING = re.compile(r"(?<!\\)\((?!\?)")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzäöüéèàç")


class Lexicon:
    """Where several phrases fit, the one of most words counts, then the first listed."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._spaced = data.get("spaced", True)
        word = rf"(?!(?:{'|'.join(data['negates'])})(?!\w))[\w'-]+" if "negates" in data else r"[\w'-]+"
        self._rest = re.compile(_WORD if self._spaced else r"[a-z]+|\d+|\w")
        listed = [(phrase, name) for name, phrases in data["classes"].items() for phrase in phrases]
        listed.sort(
            key=lambda one: -_strip_lookarounds(one[0]).count(" ") if self._spaced else -len(_strip_lookarounds(one[0]))
        )
        self._by_initial: dict[str, list[tuple[str, str]]] = {}
        for phrase, name in listed:
            plain = _CAPTURING.sub("(?:", phrase)
            for initial in _phrase_initials(plain):
                self._by_initial.setdefault(initial, []).append((plain.replace("<w>", word), name))
        self._compiled: dict[str, tuple[re.Pattern[str], list[str]] | None] = {}

    def token_classes(self, text: str) -> Iterator[str]:
        """The class of each token of a text."""
        at, end = 0, len(text)
        while at < end:
            found = self._match_phrase(text, at) or self._match_other_token(text, at)
            at = max(found[0], at + 1)
            if found[1]:
                yield found[1]

    def _match_phrase(self, text: str, at: int) -> tuple[int, str] | None:
        initial = text[at]
        if initial not in self._compiled:
            self._compiled[initial] = self._compile_initial(initial)
        if (compiled := self._compiled[initial]) and (match := compiled[0].match(text, at)) and match.end() > at:
            return match.end(), compiled[1][(match.lastindex or 1) - 1]
        return None

    def _match_other_token(self, text: str, at: int) -> tuple[int, str]:
        if match := self._rest.match(text, at):
            return match.end(), "number" if match[0][0].isdigit() else "word"
        return at + 1, _PUNCTUATION.get(text[at], "")

    def _compile_initial(self, initial: str) -> tuple[re.Pattern[str], list[str]] | None:
        phrases = self._by_initial.get(initial, [])
        if not phrases:
            return None
        listed = "|".join(f"({phrase})" for phrase, _ in phrases)
        return re.compile(rf"(?:{listed})(?!-?\w)" if self._spaced else listed), [name for _, name in phrases]


def _phrase_initials(phrase: str) -> set[str]:
    """The characters that a phrase may begin with.

    >>> sorted(_phrase_initials("(?:my|our) lab")), sorted(_phrase_initials("(?:very )?few"))
    (['m', 'o'], ['f', 'v'])
    """
    if phrase.startswith(("(?<", "(?=", "(?!")):
        return _phrase_initials(phrase[_group_end(phrase) + 1 :])
    if phrase.startswith("(?:"):
        end = _group_end(phrase)
        found: set[str] = set().union(*(_phrase_initials(part) for part in _split_alternatives(phrase[3:end])))
        return found | (_phrase_initials(phrase[end + 2 :]) if phrase[end + 1 : end + 2] == "?" else set())
    if phrase.startswith("<w>"):
        return set(_LETTERS)
    if phrase.startswith("\\w"):
        return set(_LETTERS) | (_phrase_initials(phrase[3:].lstrip("?-")) if phrase[2:3] in "*" else set())
    if phrase.startswith("\\b"):
        return _phrase_initials(phrase[2:])
    found = {phrase[:1]}
    return found | _phrase_initials(phrase[2:]) if phrase[1:2] == "?" else found


def _strip_lookarounds(phrase: str) -> str:
    """A phrase without what must or must not follow it."""
    while found := _AROUND.search(phrase):
        phrase = phrase[: found.start()] + phrase[found.start() + _group_end(phrase[found.start() :]) + 1 :]
    return phrase


def _group_end(phrase: str) -> int:
    """Where the group that a phrase begins with ends."""
    depth = 0
    for place, character in enumerate(_SET.sub(lambda found: "." * len(found[0]), phrase)):
        depth += (character == "(") - (character == ")")
        if not depth:
            return place
    raise ValueError(phrase)


def _split_alternatives(text: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
