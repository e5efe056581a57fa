"""Whether a clause says that somebody recruits: a small grammar per language, held as data.

``data/curated/recruiting/<language>.toml`` lists phrases by class (who, verbs of recruiting, whom, negations, …) and
rules over those classes, each with its cases. A clause becomes a row of classes, and the rules are tried in this order:

1. ``refusal``: says "not recruiting", unless an ``excuse`` fits as well.
2. ``silence``: what is rare, past, conditional, or about others is no invitation.
3. ``invitation``: says "recruiting".

``reversal`` turns the clauses before it: "…, but not this year".

A rule is a row of classes. ``a|b`` is either, ``a?`` may be absent, ``!a`` must not follow, ``^`` and ``$`` are the
ends of the clause. ``~`` stands for up to twelve tokens that may stand between an adjective and its noun (``~3``: up
to 3), ``_`` for those that may stand before a verb, ``...`` for any but the stops. In a phrase ``<w>`` is any word
that negates nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from finder.reference_data import package_data_folder
from finder.sources._homepages.lexicon import NAMES, Lexicon

Verdict = Literal["recruiting", "not recruiting", "silence", "reversal"]

_NEAR = 12  # tokens that "~" may stand for
_FAR = 40
_BEGINNING = 4  # tokens among which a clause's own subject stands
_FIRST = 0x4E00  # one character per class, so that rules are plain regular expressions
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


class ClauseReading(NamedTuple):
    """What a clause says; ``general`` where it speaks of the whole group: "we are full"."""

    clause: str
    verdict: Verdict
    general: bool = False


@dataclass(frozen=True)
class Grammar:
    """The grammar of one language."""

    splits: re.Pattern[str]
    normal: tuple[tuple[re.Pattern[str], str], ...]
    lexicon: Lexicon
    marks: Mapping[str, str]
    rules: Mapping[str, tuple[re.Pattern[str], ...]]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    asked: tuple[tuple[re.Pattern[str], str], ...]
    everybody: tuple[str, ...]

    def split_clauses(self, sentence: str) -> list[str]:
        """A sentence cut where another clause begins; each part as it stands."""
        return [part for part in self.splits.split(sentence) if part and part.strip()]

    def clause_tags(self, clause: str) -> str:
        """A clause as a row of classes, one character each."""
        return "".join(self.marks[name] for name in self.lexicon.token_classes(self.normalise_clause(clause)))

    def normalise_clause(self, text: str) -> str:
        """Small letters, one kind of quote, no contractions."""
        text = " ".join(text.translate(_QUOTES).lower().split())
        for pattern, plain in self.normal:
            text = pattern.sub(plain, text)
        return text

    def clause_verdict(self, tags: str) -> Verdict | None:
        """What one clause says."""
        if self._matches_rule("refusal", tags):
            return "silence" if self._matches_rule("excuse", tags) else "not recruiting"
        if self._matches_rule("silence", tags):
            return "silence"
        return "recruiting" if self._matches_rule("invitation", tags) else None

    def _matches_rule(self, kind: str, tags: str) -> bool:
        return any(rule.search(tags) for rule in self.rules.get(kind, ()))

    def read_clauses(self, sentence: str) -> Iterator[ClauseReading]:
        """Each clause that says something, and what; a clause without its own subject takes the one before."""
        subject = self.marks.get("who", "")
        breaks = [self.marks[name] for name in ("rel", "iff") if name in self.marks]
        before = ""
        for clause in self.split_clauses(sentence):
            tags = self.clause_tags(clause)
            if self._matches_rule("reversal", tags):
                yield ClauseReading(clause, "reversal")
                continue
            shares = subject in before and not any(mark in before for mark in breaks)
            if shares and subject not in tags[:_BEGINNING]:
                tags = subject + tags
            verdict = self.clause_verdict(tags)
            conditional = self.marks["iff"] in before[:_BEGINNING] if "iff" in self.marks else False
            if verdict:
                verdict = "silence" if conditional and verdict == "recruiting" else verdict
                yield ClauseReading(clause, verdict, any(self.marks[name] in tags for name in self.everybody))
            before = tags

    def question_as_statement(self, question: str) -> str:
        """A question as the sentence that a "yes" stands for."""
        text = self.normalise_clause(question)
        for pattern, plain in self.asked:
            text = pattern.sub(plain, text, count=1)
        return text.rstrip("?？ ")  # noqa: RUF001


@cache
def load_grammar(language: str) -> Grammar:
    """The grammar of a language out of :data:`LANGUAGES`."""
    return build_grammar(load_grammar_data(language))


@cache
def load_grammar_data(language: str) -> dict[str, Any]:
    """The file of a grammar, with the cases that stand beside its rules."""
    path = package_data_folder() / "curated" / "recruiting" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _function_words(language: str) -> frozenset[str]:
    return frozenset(load_grammar_data(language)["function_words"].split())


def likely_languages(text: str) -> tuple[str, ...]:
    """The languages a sentence may be in, by its script or its function words; English at last.

    >>> likely_languages("Wir suchen eine Doktorandin"), likely_languages("Looking for PhD students")
    (('de', 'en'), ('en',))
    """
    for language, script in _SCRIPTS:
        if script.search(text):
            return (language,)
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {one: sum(word in _function_words(one) for word in words) for one in LATIN}
    best = max(counts.values())
    likely = [one for one in LATIN if best and counts[one] == best]
    return tuple(dict.fromkeys([*likely, _FALLBACK]))


@lru_cache(maxsize=2000)
def read_recruiting_clauses(sentence: str) -> tuple[ClauseReading, ...]:
    """What the clauses of a sentence say on recruiting, in the first language it may be in that says something.

    Where one language hears nothing certain and another a refusal, it is one.
    """
    if not _LETTERS.search(sentence):
        return ()
    heard = [found for one in likely_languages(sentence) if (found := tuple(load_grammar(one).read_clauses(sentence)))]
    refusals = (found for found in heard if any(reading.verdict == "not recruiting" for reading in found))
    return next(refusals, heard[0] if heard else ())


def build_grammar(data: Mapping[str, Any]) -> Grammar:
    """A grammar out of its file.

    Raises:
        KeyError: a rule names a class that there is not.
    """
    marks = {name: chr(_FIRST + place) for place, name in enumerate(dict.fromkeys([*NAMES, *data["classes"]]))}
    letters = dict(marks)
    for name, classes in data.get("aliases", {}).items():
        letters[name] = "".join(letters[one] for one in classes.split("|"))
    gaps = {name: "".join(letters[one] for one in data[name]) for name in ("near", "before")}
    gaps["far"] = "".join(set(marks.values()) - {mark for name in data["stops"] for mark in letters[name]})
    return Grammar(
        splits=re.compile("|".join(data["splits"]), re.I),
        normal=tuple((re.compile(old), new) for old, new in data.get("normal", [])),
        lexicon=Lexicon(data),
        marks=marks,
        rules={
            kind: tuple(_compile_grammar_rule(rule["rule"], letters, gaps) for rule in data.get(kind, []))
            for kind in ("refusal", "excuse", "reversal", "silence", "invitation")
        },
        yes=re.compile(rf"^\W*(?:{'|'.join(data['yes'])})(?!\w)", re.I),
        no=re.compile(rf"^\W*(?:{'|'.join(data['no'])})" + (r"(?!\w)" if data.get("spaced", True) else ""), re.I),
        asked=tuple((re.compile(old), new) for old, new in data.get("asked", [])),
        everybody=tuple(data["everybody"]),
    )


def _compile_grammar_rule(text: str, letters: Mapping[str, str], gaps: Mapping[str, str]) -> re.Pattern[str]:
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
        else:
            named = element.strip("!?").split("|")
            chosen = "[" + "".join(letters[one] for one in named if one != "$") + "]"
            chosen = f"(?:{chosen}|$)" if "$" in named else chosen
            parts.append(f"(?!{chosen})" if element[0] == "!" else f"{chosen}{'?' if element[-1] == '?' else ''}")
    return re.compile("".join(parts))
