"""What a posting asks for and offers, with the sentences that say so: degree, visa, length. Pure; never guesses."""

# ruff: noqa: RUF001 - texts are typed with curly quotes and long dashes

from __future__ import annotations

import re
from typing import Literal

import msgspec

from finder.postings import durations
from finder.postings.position_patterns import PHD, word_pattern

Degree = Literal["bachelor", "master", "phd"]

LONGEST_TEXT = 12_000
LONGEST_QUOTE = 240
MOST_QUOTES = 4

_SENTENCE = re.compile(r"(?:(?<=[a-z0-9)\]%][.!?;])|(?<=hD[.!?;]))\s+(?=[A-Z0-9ÄÖÜ•*-])|\n+")
_CLAUSE = re.compile(r"(?:^|[,;(–-])[^,;(–-]*$")
_RANKS: tuple[tuple[Degree, re.Pattern[str]], ...] = (
    (
        "bachelor",
        word_pattern(
            r"bachelor(?:['’]?s)?",
            r"undergraduate",
            r"b\.?sc?\.?(?= |/|,|\)|$)",
            r"bs/ms",
            r"ba/bs",
            r"bac ?\+ ?[34]",
            r"licenciatura",
            r"laurea triennale",
        ),
    ),
    (
        "master",
        word_pattern(
            r"master['’]s",
            r"masters?(?= (?:degree|student|program\w*|thesis|level|in|or|oder|of)\b|[,/)])",
            r"m\.?sc\.?",
            r"ms(?= degree|/| or | in )",
            r"diplom",
            r"meng",
            r"master-?(?:studium|abschluss|grad)",
            r"bac ?\+ ?5",
            r"master [12]",
            r"master recherche",
            r"m[12](?= |,|$)",
            r"diplôme d['’]ingénieur",
            r"école d['’]ingénieurs?",
            r"laurea magistrale",
            r"máster",
            r"staatsexamen",
        ),
    ),
    ("phd", word_pattern(rf"{PHD}s?", r"promotion", r"promoviert\w*", r"doctorat", r"dottorato", r"doctorado")),
)
_REQUIRES = word_pattern(
    r"hold\w*",
    r"hav(?:e|ing)",
    r"has",
    r"degrees?",
    r"enrolled",
    r"pursuing",
    r"(?:studying|study)",
    r"students?",
    r"requir\w+",
    r"qualifications?",
    r"must",
    r"completed",
    r"graduat\w*",
    r"equivalent",
    r"in computer science",
    r"abgeschlossen\w*",
    r"abschluss",
    r"studium",
    r"immatrikuliert",
    r"titulaires?",
    r"diplômée?s?",
    r"inscrite?s?",
    r"étudiante?s?",
    r"niveau",
    r"prépar\w+",
    r"formation",
    r"voraussetzung\w*",
    r"verfüg\w+",
    r"laureat[oaie]",
    r"titulad[oa]s?",
    r"candidates? (?:in|for|with)",
)
_PLAINLY = re.compile(
    r"\b(?:needs?|requires?|required|must (?:have|hold)|holds?|minimum|at least|benötig\w+|erforderlich"
    r"|voraussetzung)\b"
    r".{0,80}\b(?:degree|abschluss|diploma?|studium)\b|\bdegree\b.{0,40}\b(?:required|needed|sufficient|suffices)\b",
    re.I,
)
_WELCOME = word_pattern(
    r"prefer\w*",
    r"plus",
    r"desir\w+",
    r"advantag\w+",
    r"bonus",
    r"nice to have",
    r"ideal(?:ly)?",
    r"von vorteil",
    r"wünschenswert",
    r"souhaitée?",
    r"serait un plus",
    r"un atout",
)
_OFFERED = re.compile(
    r"(?:want|wish|aim|like|opportunity|possibility|chance|offer\w*|intend|interest\w*|goal|lead\w*|motivat\w+|possible)"
    rf"\b[^.]{{0,40}}\b{PHD}\w*|\b(?:do|pursue|start|towards?) (?:an? |your )?{PHD} (?:with|at|in our)\b"
    rf"|\b{PHD} (?:positions?|programs?|programmes?|studentships?|thes[ie]s)\b"
    rf"|\b(?:our|many|other|with|supervis\w+|mentor\w*) {PHD} (?:students|candidates)\b",
    re.I,
)
_VISA = re.compile(
    r"\bvisas?\b|\bsponsorships?\b|\bwork (?:authori[sz]ation|permits?)\b|\bright to work\b"
    r"|\b(?:eligible|authori[sz]ed) to work\b|\bcitizen(?:s|ship)?\b|\bsecurity clearance\b|\bh-?1b\b|(?-i:\b[CO]PT\b)"
    r"|\b(?:home|domestic|overseas) (?:students?|applicants?|candidates?|fees?|status)\b|\bhome[- ]fee\b"
    r"|\bsettled status\b"
    r"|\b(?:international|overseas|non-(?:eu|uk)) (?:students?|applicants?|candidates?)\b.{0,60}\beligib\w*"
    r"|\b(?:uk|us|eu|eea|british|swiss|irish|dutch|german) (?:nationals?|residents?)\b|\bnationals? of\b"
    r"|\bpermanent residen(?:ts?|cy)\b|\bstaatsangehörig\w*|\bstaatsbürger\w*|\bressortissante?s?\b"
    r"|\bnationalité\b|\btitre de séjour\b|\bnacionalidad\b|\bcittadinanza\b"
    r"|\bexport control\w*|(?-i:\bITAR\b)|\barbeitserlaubnis\b|\baufenthaltstitel\b",
    re.I,
)
_NO_VISA = re.compile(r"\bsponsorships? (?:deal|package|sales|manager)|\bcorporate citizen\w*", re.I)


class Requirements(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a posting asks for, as far as it says so.

    Attributes:
        degree: the least that must be held or be under way; None is unsaid.
        degree_words: the sentence that says so.
        visa: sentences on visa, sponsorship, citizenship or permission to work.
        months: how long it lasts, shortest and longest.
        months_words: the sentence that says so.
    """

    degree: Degree | None = None
    degree_words: str = ""
    visa: tuple[str, ...] = ()
    months: tuple[int, int] | None = None
    months_words: str = ""


def extract_requirements(text: str) -> Requirements:
    """Read a description (plain text).

    >>> extract_requirements("You hold a master's degree and want to do a PhD with us, funded for four years.").degree
    'master'
    """
    found = Requirements()
    visa: list[str] = []
    before = ""
    for sentence in _SENTENCE.split(text[:LONGEST_TEXT]):
        if (degree := _minimum_degree(sentence)) and _is_lower_degree(degree, found.degree, sentence):
            found = msgspec.structs.replace(found, degree=degree, degree_words=_requirement_quote(sentence))
        labelled = f"{before} {sentence}" if durations.is_duration_label(before) else sentence
        if found.months is None and (months := durations.duration_months(labelled)):
            found = msgspec.structs.replace(found, months=months, months_words=_requirement_quote(sentence))
        before = sentence
        if _VISA.search(_NO_VISA.sub("", sentence)):
            visa.append(_requirement_quote(sentence))
    return msgspec.structs.replace(found, visa=tuple(dict.fromkeys(visa))[:MOST_QUOTES])


def _minimum_degree(sentence: str) -> Degree | None:
    """The least degree that a sentence requires; what is offered, or only welcome, is not required."""
    if not _REQUIRES.search(sentence):
        return None
    if welcome := _WELCOME.search(sentence):  # "a master's degree, PhD preferred": what stands before it is required
        sentence = _CLAUSE.sub("", sentence[: welcome.start()])
    sentence = _OFFERED.sub(" ", sentence)
    return next((degree for degree, pattern in _RANKS if pattern.search(sentence)), None)


def _is_lower_degree(degree: Degree, known: Degree | None, sentence: str) -> bool:
    """Whether this is the first degree named, or a lower one that a later sentence plainly requires."""
    if known is None:
        return True
    order = [name for name, _ in _RANKS]
    return order.index(degree) < order.index(known) and bool(_PLAINLY.search(sentence))


def _requirement_quote(sentence: str) -> str:
    text = " ".join(sentence.split()).lstrip("•*- ")
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]}…"
