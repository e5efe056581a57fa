"""Whether a clause says that somebody recruits: a small grammar per language, held as data.

``data/curated/recruiting/<language>.toml`` lists phrases by class (who, verbs of recruiting, whom, negations, …) and rules
over those classes. A clause becomes a row of classes, and the rules are tried in this order:

1. ``refusal``: says "not recruiting", unless an ``excuse`` fits as well.
2. ``silence``: what is rare, past, conditional, or about others is no invitation.
3. ``invitation``: says "recruiting".

A rule is a row of classes. ``a|b`` is either, ``a?`` may be absent, ``!a`` must not follow, ``^`` and ``$`` are the ends
of the clause. ``~`` stands for up to twelve tokens that may stand between an adjective and its noun (``~3``: up to three),
``_`` for those that may stand before a verb, ``...`` for any but the stops, ``*`` for any. In a phrase ``<w>`` is any word
that negates nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from finder.curated import data_folder

Verdict = Literal["recruiting", "not recruiting", "silence", "reversal"]

_NEAR = 12  # tokens that "~" may stand for
_FAR = 40
_BEGINNING = 4  # tokens among which a clause's own subject stands
_FIRST = 0x4E00  # one character per class, so that rules are plain regular expressions
_WORD = r"\d+(?:\.\d+)?|[^\W\d_]\w*(?:[-.]\w+)*|\w"
_PUNCTUATION = {",": "comma", "、": "comma", "，": "comma", "(": "bracket", ")": "bracket", "（": "bracket", "）": "bracket",  # noqa: RUF001
                ":": "colon", "：": "colon", "-": "dash", "–": "dash", "—": "dash", "/": "slash"}  # noqa: RUF001  # fmt: skip
_SET = re.compile(r"\[[^\]]*\]")
_CAPTURING = re.compile(r"(?<!\\)\((?!\?)")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": " ", "”": " ", '"': " ", "\u00ad": None})  # noqa: RUF001
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_LETTERS = re.compile(r"[^\W\d_]{2}")
LATIN = ("en", "de", "fr", "es", "it")
LANGUAGES = (*LATIN, *(language for language, _ in _SCRIPTS))
_FALLBACK = "en"


class Lexicon:
    """The phrases of a language by their class; of several that fit the one of most words counts, then the first listed."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._spaced = data.get("spaced", True)
        word = rf"(?!(?:{'|'.join(data['negates'])})(?!\w))[\w'-]+" if "negates" in data else r"[\w'-]+"
        self._rest = re.compile(_WORD if self._spaced else r"[a-z]+|\d+|\w")
        listed = [(phrase, name) for name, phrases in data["classes"].items() for phrase in phrases]
        listed.sort(key=lambda one: -_bare(one[0]).count(" ") if self._spaced else -len(_bare(one[0])))
        self._by_initial: dict[str, list[tuple[str, str]]] = {}
        for phrase, name in listed:
            plain = _CAPTURING.sub("(?:", phrase)
            for initial in _initials(plain):
                self._by_initial.setdefault(initial, []).append((plain.replace("<w>", word), name))
        self._compiled: dict[str, tuple[re.Pattern[str], list[str]] | None] = {}

    def classes(self, text: str) -> Iterator[str]:
        """The class of each token of a text."""
        at, end = 0, len(text)
        while at < end:
            found = self._phrase(text, at) or self._other(text, at)
            at = max(found[0], at + 1)
            if found[1]:
                yield found[1]

    def _phrase(self, text: str, at: int) -> tuple[int, str] | None:
        initial = text[at]
        if initial not in self._compiled:
            self._compiled[initial] = self._compile(initial)
        if (compiled := self._compiled[initial]) and (match := compiled[0].match(text, at)) and match.end() > at:
            return match.end(), compiled[1][(match.lastindex or 1) - 1]
        return None

    def _other(self, text: str, at: int) -> tuple[int, str]:
        if match := self._rest.match(text, at):
            return match.end(), "number" if match[0][0].isdigit() else "word"
        return at + 1, _PUNCTUATION.get(text[at], "")

    def _compile(self, initial: str) -> tuple[re.Pattern[str], list[str]] | None:
        phrases = self._by_initial.get(initial, [])
        if not phrases:
            return None
        listed = "|".join(f"({phrase})" for phrase, _ in phrases)
        return re.compile(rf"(?:{listed})(?!\w)" if self._spaced else listed), [name for _, name in phrases]


def _initials(phrase: str) -> set[str]:
    """The characters that a phrase may begin with.

    >>> sorted(_initials("(?:my|our) lab")), sorted(_initials("(?:very )?few"))
    (['m', 'o'], ['f', 'v'])
    """
    if phrase.startswith(("(?<", "(?=", "(?!")):
        return _initials(phrase[_closing(phrase) + 1 :])
    if phrase.startswith("(?:"):
        end = _closing(phrase)
        found = set().union(*(_initials(part) for part in _alternatives(phrase[3:end])))
        return found | (_initials(phrase[end + 2 :]) if phrase[end + 1 : end + 2] == "?" else set())
    if phrase.startswith("<w>"):
        return set("abcdefghijklmnopqrstuvwxyzäöüéèàç")
    if phrase.startswith("\\w"):
        return set("abcdefghijklmnopqrstuvwxyzäöüéèàç") | (_initials(phrase[3:].lstrip("?-")) if phrase[2:3] in "*" else set())
    if phrase.startswith("\\b"):
        return _initials(phrase[2:])
    found = {phrase[:1]}
    return found | _initials(phrase[2:]) if phrase[1:2] == "?" else found


def _bare(phrase: str) -> str:
    """A phrase without what must or must not follow it."""
    while (start := phrase.find("(?=")) >= 0 or (start := phrase.find("(?!")) >= 0 or (start := phrase.find("(?<")) >= 0:
        phrase = phrase[:start] + phrase[start + _closing(phrase[start:]) + 1 :]
    return phrase


def _closing(phrase: str) -> int:
    """Where the group that a phrase begins with ends."""
    depth = 0
    for place, character in enumerate(_SET.sub(lambda found: "." * len(found[0]), phrase)):
        depth += (character == "(") - (character == ")")
        if not depth:
            return place
    raise ValueError(phrase)


def _alternatives(text: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


@dataclass(frozen=True)
class Grammar:
    """The grammar of one language."""

    language: str
    splits: re.Pattern[str]
    normal: tuple[tuple[re.Pattern[str], str], ...]
    lexicon: Lexicon
    marks: Mapping[str, str]
    rules: Mapping[str, tuple[re.Pattern[str], ...]]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    asked: tuple[tuple[re.Pattern[str], str], ...]
    everybody: tuple[str, ...]

    def clauses(self, sentence: str) -> list[str]:
        """A sentence cut where another clause begins; each part as it stands."""
        return [part for part in self.splits.split(sentence) if part and part.strip()]

    def tags(self, clause: str) -> str:
        """A clause as a row of classes, one character each."""
        return "".join(self.marks[name] for name in self.lexicon.classes(self.normalised(clause)))

    def normalised(self, text: str) -> str:
        """Small letters, one kind of quote, no contractions."""
        text = " ".join(text.translate(_QUOTES).lower().split())
        for pattern, plain in self.normal:
            text = pattern.sub(plain, text)
        return text

    def verdict(self, tags: str) -> Verdict | None:
        """What one clause says."""
        if self._fits("refusal", tags):
            return "silence" if self._fits("excuse", tags) else "not recruiting"
        if self._fits("silence", tags):
            return "silence"
        return "recruiting" if self._fits("invitation", tags) else None

    def _fits(self, kind: str, tags: str) -> bool:
        return any(rule.search(tags) for rule in self.rules.get(kind, ()))

    def verdicts(self, sentence: str) -> Iterator[tuple[str, Verdict]]:
        """Each clause that says something, and what; a clause without its own subject takes the one before."""
        subject = self.marks.get("who", "")
        breaks = [self.marks[name] for name in ("rel", "iff") if name in self.marks]
        before = ""
        for clause in self.clauses(sentence):
            tags = self.tags(clause)
            if self._fits("reversal", tags):
                yield clause, "reversal"
                continue
            shares = subject in before and not any(mark in before for mark in breaks)
            if shares and subject not in tags[:_BEGINNING]:
                tags = subject + tags
            verdict = self.verdict(tags)
            conditional = self.marks["iff"] in before[:_BEGINNING] if "iff" in self.marks else False
            if verdict:
                yield clause, "silence" if conditional and verdict == "recruiting" else verdict
            before = tags

    def told(self, question: str) -> str:
        """A question as the sentence that a "yes" stands for."""
        text = self.normalised(question)
        for pattern, plain in self.asked:
            text = pattern.sub(plain, text, count=1)
        return text.rstrip("?？ ")  # noqa: RUF001


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language out of :data:`LANGUAGES`."""
    return built(source(language))


@cache
def source(language: str) -> dict[str, Any]:
    """The file of a grammar, with the cases that stand beside its rules."""
    path = data_folder() / "curated" / "recruiting" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _function_words(language: str) -> frozenset[str]:
    return frozenset(source(language)["function_words"].split())


def language_of(text: str) -> str:
    """The language of a sentence, by its script or its function words; English where they do not tell.

    >>> language_of("Wir suchen eine Doktorandin"), language_of("Looking for PhD students")
    ('de', 'en')
    """
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {one: sum(word in _function_words(one) for word in words) for one in LATIN}
    best = max(counts.values())
    return _FALLBACK if counts[_FALLBACK] == best else next(one for one in LATIN if counts[one] == best)


@lru_cache(maxsize=2000)
def read(sentence: str) -> tuple[tuple[str, Verdict], ...]:
    """Each clause of a sentence that says something on recruiting, and what."""
    return tuple(grammar(language_of(sentence)).verdicts(sentence)) if _LETTERS.search(sentence) else ()


def concerns_all(clause: str) -> bool:
    """Whether a refusal speaks of the whole group: "we are full"."""
    rules = grammar(language_of(clause))
    return any(rules.marks[name] in rules.tags(clause) for name in rules.everybody)


def built(data: Mapping[str, Any]) -> Grammar:
    """A grammar out of its file.

    Raises:
        KeyError: a rule names a class that there is not.
    """
    names = ["word", "number", *dict.fromkeys(_PUNCTUATION.values()), *data["classes"]]
    marks = {name: chr(_FIRST + place) for place, name in enumerate(dict.fromkeys(names))}
    letters = {**marks, **{name: "".join(marks[one] for one in of.split("|")) for name, of in data.get("aliases", {}).items()}}
    gaps = {name: "".join(letters[one] for one in data[name]) for name in ("near", "before")}
    gaps["far"] = "".join(set(marks.values()) - {mark for name in data["stops"] for mark in letters[name]})
    return Grammar(
        language=data["language"],
        splits=re.compile("|".join(data["splits"]), re.I),
        normal=tuple((re.compile(old), new) for old, new in data.get("normal", [])),
        lexicon=Lexicon(data),
        marks=marks,
        rules={
            kind: tuple(_rule(rule["rule"], letters, gaps) for rule in data.get(kind, []))
            for kind in ("refusal", "excuse", "reversal", "silence", "invitation")
        },
        yes=re.compile(rf"^\W*(?:{'|'.join(data['yes'])})(?!\w)", re.I),
        no=re.compile(rf"^\W*(?:{'|'.join(data['no'])})" + (r"(?!\w)" if data.get("spaced", True) else ""), re.I),
        asked=tuple((re.compile(old), new) for old, new in data.get("asked", [])),
        everybody=tuple(data["everybody"]),
    )  # fmt: skip


def _rule(text: str, letters: Mapping[str, str], gaps: Mapping[str, str]) -> re.Pattern[str]:
    parts = []
    for element in text.split():
        if element in ("^", "$"):
            parts.append(element)
        elif element[0] == "~":
            parts.append(f"[{gaps['near']}]{{0,{element[1:] or _NEAR}}}?")
        elif element[0] == "_":
            parts.append(f"[{gaps['before']}]{{0,{element[1:] or _NEAR}}}?")
        elif element == "...":
            parts.append(f"[{gaps['far']}]{{0,{_FAR}}}?")
        elif element == "*":
            parts.append(f".{{0,{_FAR}}}?")
        else:
            named = element.strip("!?").split("|")
            chosen = "[" + "".join(letters[one] for one in named if one != "$") + "]"
            chosen = f"(?:{chosen}|$)" if "$" in named else chosen
            parts.append(f"(?!{chosen})" if element[0] == "!" else f"{chosen}{'?' if element[-1] == '?' else ''}")
    return re.compile("".join(parts))
