"""Names of people and of interests, folded so that spellings of one compare equal: hints, never identities."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from anyascii import anyascii

from finder import reference_data

_DBLP_SUFFIX = re.compile(r"\s+\d{4}$")
_NOT_LETTERS = re.compile(r"[^a-z\s]+")
_MOST_WORDS = 24  # of a topic
_TITLES = re.compile(
    r"(?:(?:associate|assistant|adjunct|full|apl\.?|emeritus)\s+)?"
    r"(?:univ\.?\W*prof|professor(?:in)?|prof|doctor|dr|mr|mrs|ms|miss|herr|frau|sir|dame)(?:\.\s*|\s+|(?=-ing\b))"
    r"(?:-?ing\.\s*|rer\.\s*nat\.\s*|phil\.\s*|med\.\s*|habil\.\s*|h\.\s*c\.\s*|mult\.\s*)*",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(\s*,\s*|\s+)(ph\.?\s?d\.?|m\.?d\.?|m\.?sc\.?|b\.?sc\.?|d\.?phil\.?|dr\.?-?ing\.?|frs|jr\.?|sr\.?)$", re.I
)
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "msc", "bsc", "dphil"))
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa"}
)
WORDS = re.compile(r"[^\W_]+")
FUNCTION_WORDS = frozenset("a an and as at by for from in into of on or the to towards using via with".split())
NO_TOPIC = "This is a text, which is matched with what is stored. To collect more, name its topic in a few words."


def display_name(name: str) -> str:
    """A printed name for display: composed Unicode, single spaces, no control characters, no DBLP number.

    >>> display_name("Wei  Wang 0001")
    'Wei Wang'
    """
    if not (name.isascii() and name.isprintable()):
        name = unicodedata.normalize("NFC", "".join(c if c.isprintable() else " " for c in name))
    name = " ".join(name.split())
    if name[-1:].isdigit():
        name = _DBLP_SUFFIX.sub("", name)
    if "," not in name:
        return name
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() and "," not in given else name


def name_key(name: str) -> str:
    """A name as a key: ASCII, lower case, without punctuation, initials or middle names' dots.

    Middle initials are dropped ("Ada B. Lovelace" is "ada lovelace"), full middle names are kept.

    >>> name_key("Müller-Lüdenscheidt, Jörg K.")
    'jorg muller ludenscheidt'
    """
    name = display_name(name)
    plain = name if name.isascii() else _strip_accents(name)
    if not plain.isascii():
        plain = anyascii(plain)
    words = _NOT_LETTERS.sub("", plain.replace("-", " ").replace(".", " ").lower()).split()
    if len(words) > 2:
        words = [words[0], *(w for w in words[1:-1] if len(w) > 1), words[-1]]
    return " ".join(words) or name.lower()


def text_key(text: str) -> str:
    """A text folded as names are, so that a folded name can be looked for in it: whole words, no initials.

    >>> text_key("Ask Prof. Jörg K. Müller-Lüdenscheidt!")
    'ask prof jorg muller ludenscheidt'
    """
    ascii_ = text if text.isascii() else anyascii(_strip_accents(text))
    words = _NOT_LETTERS.sub(" ", ascii_.lower().replace("'", "")).split()
    return " ".join(word for word in words if len(word) > 1)


def umlaut_name_key(name: str) -> str:
    """A name as a key, its umlauts written out, as they often are in print.

    >>> umlaut_name_key("Jörg Møller"), umlaut_name_key("Joerg Moeller")
    ('joerg moeller', 'joerg moeller')
    """
    return name_key(unicodedata.normalize("NFC", name).translate(_UMLAUTS))


def strip_titles(name: str) -> str:
    """A name without titles and degrees around it.

    >>> strip_titles("Prof. Dr.-Ing. Ada Byron, PhD"), strip_titles("Dr. Phil Frau")
    ('Ada Byron', 'Phil Frau')
    """
    name = " ".join(name.split())
    while (title := _TITLES.match(name)) and title.end() < len(name):
        name = name[title.end() :]
    while (rest := _DEGREES.sub("", name)) != name and rest:
        name = rest
    return name


def split_phrases(interest: str, signs: str = "") -> list[str]:
    """The phrases of an interest, each once and on one line.

    Args:
        signs: what a service would take for its own language; each is a space.

    >>> split_phrases("graph networks,  owls; graph networks", "*")
    ['graph networks', 'owls']
    """
    plain = interest.translate({ord(sign): " " for sign in signs})
    phrases = (" ".join(part.split()) for part in re.split(r"[,;|\n]+", plain))
    return list(dict.fromkeys(filter(None, phrases)))


def split_author_names(cell: str) -> list[str]:
    """The names in a cell that should hold one: several where commas part several people.

    "Family, Given", and a suffix after a comma, are of one person.

    >>> split_author_names("Ada One, Bo Two, Cy Three")
    ['Ada One', 'Bo Two', 'Cy Three']
    >>> split_author_names("Byron, Ada")
    ['Byron, Ada']
    >>> split_author_names("Byron, A., Cole, C.")
    ['Byron, A.', 'Cole, C.']
    """
    if cell.count(",") < 2:
        return [cell]
    parts = [part.strip() for part in re.split(r",|\band\b|&", cell)]
    parts = [part for part in parts if part and part.casefold().replace(".", "") not in _SUFFIXES]
    if len(parts) > 2 and all(len(part.split()) > 1 for part in parts):
        return parts
    families, given = parts[::2], parts[1::2]
    initials = all(len(word) <= 2 for part in given for word in re.split(r"[\s.-]+", part))
    if len(parts) > 3 and len(families) == len(given) and initials:
        return [f"{family}, {first}" for family, first in zip(families, given, strict=True)]
    return [cell]


def are_names_compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two folded names, as words, could be spellings of one: order, initials, dropped names, nicknames.

    >>> are_names_compatible(["j", "smith"], ["jane", "smith"])
    True
    >>> are_names_compatible(["jane", "smith"], ["john", "smith"])
    False
    """
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return True
    if len(one) < 2 or len(other) < 2:
        return False
    short, long_ = sorted((one, other), key=len)
    if one[-1] == other[-1]:
        first, second = one[0], other[0]
        if (len(first) == 1 or len(second) == 1) and first[0] == second[0]:
            return True
        if short[1:-1] == long_[1:-1] and full_given_name(first) == full_given_name(second):
            return True
    same_family = one[-1] == other[-1] or one[-1] == other[0] or one[0] == other[-1]
    return (same_family or list(short) == list(long_[: len(short)])) and set(short) <= set(long_)


def full_given_name(name: str) -> str:
    """A folded given name, or the one it is short for.

    >>> full_given_name("josh"), full_given_name("ada")
    ('joshua', 'ada')
    """
    return reference_data.nickname_index().get(name, name)


def _strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def interest_key(interest: str) -> str:
    """An interest as a key: the same words in any case and spacing are the same interest."""
    return " ".join(interest.casefold().split())


def is_topic(interest: str) -> bool:
    """Whether sources can be searched for an interest; else it is a text, such as an abstract."""
    return len(interest.split()) <= _MOST_WORDS


def content_words(text: str) -> list[str]:
    """The words of an interest or a title that say what it is about, in lower case; all where none do.

    >>> content_words("Learning from the crowd")
    ['learning', 'crowd']
    """
    words = WORDS.findall(text.casefold())
    return [word for word in words if word not in FUNCTION_WORDS] or words


class NameParts(NamedTuple):
    """A name as forms and bibliographies want it: ``Luc van Gool`` is ``Luc``, ``van``, ``Gool``."""

    given: str
    particle: str
    family: str
    suffix: str = ""

    @property
    def surname(self) -> str:
        """The family name with what stands before it."""
        return f"{self.particle} {self.family}".strip()


_PARTICLES = frozenset(
    "van von vom zu zum zur de der den des del della dell di da das do dos du la le las los el al bin ibn ben ter ten"
    " te tot af av auf op 't 's d' st st.".split()
)
_AS_NAMES = frozenset("do das ben ten te ter tot af av auf op st st. zu al bin".split())
"""Of these, what begins with a capital is more often somebody's given name."""
_VIETNAMESE = frozenset(
    "nguyen nguyễn tran trần le lê pham phạm hoang hoàng huynh vu vũ vo võ dang bui ngo duong".split()
)
"""Family names that stand first, so that a "Van" after them is no particle."""
_GENERATIONS = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)


def split_name_parts(name: str) -> NameParts:
    """The parts of a name that is printed given name first. Without a particle, the last word is the family name.

    >>> split_name_parts("Luc Van Gool")
    NameParts(given='Luc', particle='Van', family='Gool', suffix='')
    >>> split_name_parts("Juan de la Cruz").surname
    'de la Cruz'
    >>> split_name_parts("van Gool").surname
    'van Gool'
    """
    words = name.split()
    suffix = words.pop() if len(words) > 2 and _GENERATIONS.fullmatch(words[-1]) else ""
    first = len(words) - 1
    while first > 0 and _is_name_particle(words, first - 1):
        first -= 1
    return NameParts(" ".join(words[:first]), " ".join(words[first:-1]), " ".join(words[-1:]), suffix)


def _is_name_particle(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if word in _PARTICLES:
        return True
    capital = word.lower() in _PARTICLES - _AS_NAMES and word.istitle()
    return capital and place > 0 and words[0].lower() not in _VIETNAMESE
