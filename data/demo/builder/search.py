"""Text search as OpenAlex does it: words are stemmed and ANDed; quotes, OR, AND, NOT and brackets are understood."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r'"[^"]*"|\(|\)|[^\s()"]+')
_ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")


def stem(word: str) -> str:
    """A crude stem; good enough where both sides use it.

    >>> stem("learning") == stem("learned") == stem("learns")
    True
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


def words(text: str) -> list[str]:
    """The stems of a text in order."""
    return [stem(word) for word in _WORD.findall(text.lower())]


class Texts:
    """Texts by number, found by word, phrase or expression."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self.texts: list[list[str]] = []
        self.heavy: list[frozenset[str]] = []
        self.holding: dict[str, set[int]] = defaultdict(set)
        for number, (title, body) in enumerate(fields):
            stems = [*words(title), "|", *words(body)]
            self.texts.append(stems)
            self.heavy.append(frozenset(words(title)))
            for one in set(stems):
                self.holding[one].add(number)

    def find(self, text: str) -> dict[int, float]:
        """Number -> relevance of the texts that match.

        Raises:
            ValueError: the brackets of the expression do not match.
        """
        tokens = _TOKEN.findall(text)
        found, rest = self._either(tokens)
        if rest:
            raise ValueError("unbalanced brackets")
        asked = {one for one in words(text) if one not in ("or", "and", "not")}
        return {number: self._score(number, asked) for number in found}

    def alike(self, text: str, most: int) -> dict[int, float]:
        """The texts that share most with this one, whatever they lack: what stands in for semantic search."""
        asked = set(words(text))
        near = set().union(*(self.holding.get(one, set()) for one in asked))
        ranked = sorted(((self._score(n, asked), -n) for n in near), reverse=True)[:most]
        return {-negative: score for score, negative in ranked}

    def _score(self, number: int, asked: set[str]) -> float:
        total = 0.0
        for one in asked:
            count = self.texts[number].count(one)
            rare = math.log(1 + len(self.texts) / (1 + len(self.holding.get(one, ()))))
            total += rare * (count / (count + 1) + (1.5 if one in self.heavy[number] else 0.0))
        return round(100 * total, 3)

    def _either(self, tokens: list[str]) -> tuple[set[int], list[str]]:
        found, rest = self._all(tokens)
        while rest and rest[0] == "OR":
            more, rest = self._all(rest[1:])
            found = found | more
        return found, rest

    def _all(self, tokens: list[str]) -> tuple[set[int], list[str]]:
        found: set[int] | None = None
        while tokens and tokens[0] not in ("OR", ")"):
            if tokens[0] == "AND":
                tokens = tokens[1:]
                continue
            negative = tokens[0] == "NOT"
            part, tokens = self._one(tokens[1:] if negative else tokens)
            everything = set(range(len(self.texts)))
            part = everything - part if negative else part
            found = part if found is None else found & part
        return found if found is not None else set(), tokens

    def _one(self, tokens: list[str]) -> tuple[set[int], list[str]]:
        if not tokens:
            return set(), []
        if tokens[0] == "(":
            found, rest = self._either(tokens[1:])
            if rest[:1] != [")"]:
                raise ValueError("unbalanced brackets")
            return found, rest[1:]
        return self.phrase(tokens[0], exact=tokens[0].startswith('"') or "-" in tokens[0]), tokens[1:]

    def phrase(self, text: str, *, exact: bool) -> set[int]:
        """The texts with all the words, side by side when ``exact``."""
        stems = words(text)
        if not stems:
            return set(range(len(self.texts)))
        found = set.intersection(*(self.holding.get(one, set()) for one in stems))
        if not exact or len(stems) == 1:
            return found
        return {n for n in found if any(self.texts[n][i : i + len(stems)] == stems for i in self._starts(n, stems[0]))}

    def _starts(self, number: int, first: str) -> list[int]:
        return [i for i, one in enumerate(self.texts[number]) if one == first]
