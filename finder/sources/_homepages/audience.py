"""Whom a sentence is about, by its words."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re

_DEGREE = r"(?<!a )(?<!my )(?<!his )(?<!her )"
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "phd",
        re.compile(
            rf"(?i:{_DEGREE}(?<!post)(?<!post[- ])\b(?:ph\.?\s?d\.?(?:s|['’]s)?|doctoral|dphil)(?!\w)"
            r"|\ba\s+(?:ph\.?\s?d\.?|doctoral)\s+(?:student|position|candidate|researcher|opening|fellow))"
        ),
    ),
    ("postdoc", re.compile(r"(?i:\bpost[-\s]?docs?\b|\bpost[-\s]?doctoral)")),
    ("master", re.compile(r"(?i:\bmasters?\b|\bm\.sc?\b|\bmsc\b|\bmeng)|\bMS\b")),
    (
        "bachelor",
        re.compile(
            r"(?i:\bundergrad\w*(?![-\s]+(?:level|probability|class|course|degree|background|math|program))|\bbachelors?\b|\bb\.sc?\b|\bbsc\b|\buroph?s?\b)|\bBS\b"
        ),
    ),
    ("intern", re.compile(r"(?i:\binterns?\b|\binternships?\b)")),
    (
        "visitor",
        re.compile(
            r"(?i:\bvisitors?\b|\bvisiting\s+(?:\w+\s+)?(?:student|scholar|researcher|phd)|\bshort-term student)"
        ),
    ),
    (
        "staff",
        re.compile(
            r"(?i:\bresearch\s+(?:assistant|engineer|scientist|associate)s?\b|\blab\s+manager|\bprogrammers?\b)"
        ),
    ),
)
_OTHER_LANGUAGES: dict[str, str] = {
    "phd": r"doktorand|\bpromovier|\bpromovend|\bpromotions(?:stelle|student|interess)|(?<!post-)(?<!post)\bdoctorant"
    r"|\bthèse|\bthésard|\bdoctorand[oa]|\bdoctorado\b|\bpredoctoral|\bdottora(?:nd|to)"
    r"|博士(?!后|後|研究員)|直博|박사(?!후)",
    "postdoc": r"postdoktorand|\bpost-?doctorant|\bpost?doctoral(?:es)?\b|\bassegnist|博士后|博士後|ポスドク|博士研究員"
    r"|박사후|포닥|포스닥",
    "master": r"\bmaster(?:and|arbeit|stud)|\bmastérant|\bmáster\b|\bmagistral|\btesist[aei]\b|\blaureand|硕|碩士"
    r"|(?<!博士)研究生(?!院)|修士|대학원생|석사",
    "bachelor": r"\bbachelor(?:and|arbeit|stud)|本科生|学部生|학부",
    "intern": r"\bpraktik(?:um|a\b|ant)|\bstagiaire|\bpasantes?\b|\bbecari|\btirocin|实习|實習|インターン|인턴",
    "visitor": r"\bgastwissenschaftler|访问学|訪問研究",
    "staff": r"hilfskr[aä]ft|\bhiwis?\b|科研助理|研究助理",
}
_ELSEWHERE = {name: re.compile(words, re.I) for name, words in _OTHER_LANGUAGES.items()}
_GRADUATE = re.compile(r"(?i:(?<!under)\b(?:grad|gradu\w*ate)(?:\s+or\s+\w+)?\s+students?)")
_COMPARED = re.compile(r"(?i:\b(?:similar(?:ly)?\s+to|unlike|as\s+with)\s+\w+)")
_PHD_INTERN = re.compile(r"(?i:\bph\.?d\.?\s+(?=intern))")


def detect_audience(text: str) -> tuple[str, ...]:
    """Whom a text names, in the order of :class:`finder.model.Statement`.

    >>> detect_audience("PhD students and a post-doc")
    ('phd', 'postdoc')
    >>> detect_audience("PhD interns")
    ('intern',)
    >>> detect_audience("graduate students")
    ('phd', 'master')
    >>> detect_audience("eine Doktorandin oder Hilfskraft"), detect_audience("招收博士后和硕士生")
    (('phd', 'staff'), ('postdoc', 'master'))
    """
    text = _COMPARED.sub("", _PHD_INTERN.sub("", text))
    found = {name for name, words in _WORDS if words.search(text)}
    found |= {name for name, words in _ELSEWHERE.items() if words.search(text)}
    if _GRADUATE.search(text):
        found |= {"phd", "master"}
    return order_audience(found)


def order_audience(found: set[str]) -> tuple[str, ...]:
    """These audiences in their usual order."""
    return tuple(name for name, _ in _WORDS if name in found)
