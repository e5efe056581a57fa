"""How long a position lasts, where its text says so: in digits or words, in five languages. Pure."""

# ruff: noqa: RUF001 - texts are typed with curly quotes and long dashes

from __future__ import annotations

import re

from finder.postings.position_patterns import word_pattern

WEEKS_A_MONTH = 52 / 12
LONGEST_MONTHS = 72

_COUNTED: dict[str, int] = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "un deux trois quatre cinq six sept huit neuf dix onze douze",
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    )
    for number, word in enumerate(words.split(), 1)
} | {
    "a": 1,
    "eine": 1,
    "einen": 1,
    "einem": 1,
    "une": 1,
    "una": 1,
    "fuenf": 5,
    "zwoelf": 12,
    "eighteen": 18,
    "achtzehn": 18,
    "twenty-four": 24,
    "thirty-six": 36,
    "half": 0,
}
_WORDS = "|".join(sorted((word for word in _COUNTED if word != "half"), key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,2}}(?:[.,]\d)?½?|(?:{_WORDS})(?:[ -]and[ -]a[ -]half)?)"
_UNIT = (
    r"(?:weeks?|wochen?|semaines?|semanas?|settimane|months?|monate?n?|mois|meses|mesi|maanden"
    r"|years?|jahre?n?|ans?|années?|años?|anni|jaar)"
)
_SPAN = re.compile(
    rf"(?<![\w.,])({_NUMBER})(?:[ -]*(?:-|–|to|or|bis|oder|und|and|à|et|ou|a|y|e|o|tot)[ -]*({_NUMBER}))?"
    rf"\s*(?:\([\w-]{{1,20}}\))?\+?[ -]*({_UNIT})\b",
    re.I,
)
_COMPOUND = re.compile(rf"(?<!\w)({_NUMBER})-?(jährig|monatig|wöchig)\w*", re.I)
_LASTS = word_pattern(
    r"intern\w*",
    r"praktik\w*",
    r"contracts?",
    r"positions?",
    r"duration",
    r"dauer",
    r"for",
    r"lasts?",
    r"limited",
    r"fixed[- ]term",
    r"\w*befristet\w*",
    r"funded",
    r"appointments?",
    r"program(?:me)?",
    r"placement",
    r"term",
    r"initially",
    r"spend",
    r"full[- ]time",
    r"minimum",
    r"available",
    r"stay",
    r"thesis",
    r"laufzeit",
    r"vertrag\w*",
    r"zunächst",
    r"stelle",
    r"projekt\w*",
    r"finanzier\w*",
    r"durée",
    r"dur[ée]e",
    r"contrat",
    r"cdd",
    r"stage",
    r"financé\w*",
    r"thèse",
    r"poste",
    r"duración",
    r"contrato",
    r"beca",
    r"durata",
    r"contratto",
    r"borsa",
    r"tirocinio",
    r"duur",
    r"aanstelling",
    r"studentship",
    r"phd",
    r"fellowship",
    r"extend\w*",
)
_NO_SPAN = word_pattern(
    r"experience",
    r"erfahrung\w*",
    r"berufserfahrung",
    r"expérience",
    r"experiencia",
    r"esperienza",
    r"probation\w*",
    r"probezeit",
    r"leave",
    r"last",
    r"past",
    r"ago",
    r"old",
    r"vest\w*",
    r"notice",
    r"every",
    r"within",
    r"since",
    r"track record",
    r"industry",
    r"professional",
    r"working (?:in|with|on)",
    r"bonus",
    r"history",
    r"founded",
    r"revenue",
    r"growth",
    r"review\w*",
    r"sabbatical",
    r"kündigungsfrist",
    r"période d['’]essai",
    r"préavis",
    r"innerhalb",
    r"seit",
    r"depuis",
    r"alle",
    r"letzten",
    r"dernières?",
    # a doctoral network's mobility rule
    r"resid\w*",
    r"lived",
    r"mobility",
    r"mobilität\w*",
    r"host(?:ing)? (?:country|organi[sz]ation|institution)",
    r"host['’]s country",
    r"main activit\w+",
    r"carried out",
    r"not (?:have )?(?:more|longer) than",
    r"more than \w+ months? in",
    r"(?:prior to|preceding|before) (?:the |their |your |his |her )?"
    r"(?:recruit\w*|start|call|application|deadline|hiring|date|selection)",
    r"gewohnt",
    r"aufgehalten",
    r"gelebt",
    r"aufenthalt\w*",
    r"résid\w*",
    r"séjourn\w*",
    r"mobilité",
    r"mobilidad",
    r"residido",
)
_LABEL = re.compile(
    r"^[^\d.]{0,40}\b(?:duration|dauer|laufzeit|vertragsdauer|durée|duración|durata|duur|length|contract term|period)\b"
    r"[^\d\n]{0,30}$",
    re.I,
)


def duration_months(sentence: str) -> tuple[int, int] | None:
    """How long a position lasts by one sentence, shortest and longest.

    >>> duration_months("The contract is for 3.5 years.")
    (42, 42)
    >>> duration_months("auf drei Jahre befristet")
    (36, 36)
    >>> duration_months("Durée: 4 à 6 mois")
    (4, 6)
    """
    if _NO_SPAN.search(sentence):
        return None
    if found := _COMPOUND.search(sentence):
        low, high, unit = found[1], None, found[2]
    elif (found := _SPAN.search(sentence)) and _LASTS.search(sentence):
        low, high, unit = found.groups()
    else:
        return None
    a, b = _number_to_months(low, unit), _number_to_months(high or low, unit)
    return (a, b) if 1 <= a <= b <= LONGEST_MONTHS else None


def is_duration_label(line: str) -> bool:
    """Whether a line only says that a duration follows."""
    return len(line) < 80 and _LABEL.match(line.strip()) is not None


def _number_to_months(number: str, unit: str) -> int:
    count = _parse_duration_number(number.lower())
    if unit[:2].lower() in ("we", "wo", "wö", "se"):
        return max(1, round(count / WEEKS_A_MONTH))
    return round(count * (12 if unit[0].lower() in "yja" else 1))


def _parse_duration_number(number: str) -> float:
    half = 0.5 if number.endswith("½") or re.search(r"[ -]and[ -]a[ -]half$", number) else 0
    plain = re.split(r"[ -]and[ -]a[ -]half$", number.rstrip("½"))[0]
    if plain[0].isdigit():
        return float(plain.replace(",", ".")) + half
    return _COUNTED[plain] + half
