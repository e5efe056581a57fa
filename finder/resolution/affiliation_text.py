"""How affiliations are written: misspelt words, addresses, departments and schools. Text only."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

_RIGHT = ("university", "institute", "technology", "laboratory", "department", "research", "academy", "science")
_LETTERS = 2  # of which a misspelt word may have too many or too few, taken together
ALIKE = 0.85  # order of letters, as difflib counts it
_LONG = 6  # letters from which a word is long enough to be known misspelt
_TRIMMED = re.compile(r"[^\W\d_]+")

_STREET = re.compile(
    r"^(?:p\.?\s?o\.?\s*box\b.*|(?:no\.?\s*)?\d+[a-z]?(?:-\d+)?,?\s+(?:[\w.'-]+\s+){0,4}"
    r"(?:st|street|ave?|avenue|blvd|boulevard|rd|road|dr|drive|lane|ln|way|pl|place|sq|square|hwy|highway|parkway|"
    r"pkwy|court|ct|terrace|crescent|mall|plaza|row|campus drive|stra(?:ß|ss)e|str|rue|via)\b\.?.*|"
    r"[\w.'\s-]+(?:stra(?:ß|ss)e|str\.)\s+\d+\w?|(?:rue|via|avenue|avenida|calle|rua|viale|piazza)\s.*\d.*|"
    r"\d+\s+[A-Z][a-z]+way)$",
    re.IGNORECASE,
)
_NUMBERED_ADDRESS = re.compile(r"\d|[Bb][Oo][Xx]")
# what a university's name may be followed by without a comma
_SCHOOL_OF = re.compile(
    r"(?<=\w)\s+(?:(?:(?:graduate|undergraduate)\s+)?(?:school|department|dept\.?|faculty|college|division)\s+(?:of|for)\s.*"
    r"|(?:medical|law|business|graduate|engineering|management)\s+school"
    r"|(?<=university )medical\s+(?:center|centre|college))$",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"universit|hochschule|polytech|politec|institute of technology", re.IGNORECASE)

_PART = re.compile(
    r"^(?:the )?(?:departments?|depts?\b\.?|dep\.|departamento|département|dipartimento|faculty|faculté|"
    r"facultad|fakult|"
    r"school|schools|division|chair|college) (?:of|for|de|di|der|für|in|d)\b|"
    r"^(?:school|department|faculty|college|institute|university|laborator(?:y|ies)|labs?|research|company|center|"
    r"centre|group|home|headquarters|institution|affiliation)$|\b(?:department|dept\.?|faculty)$",
    re.IGNORECASE,
)
_ORGANISED = frozenset(
    "institute academy university center centre laboratories agency lab laboratory group graduate key".split()
)
_COLLEGES = re.compile(r"^(?:the )?college of (?!comput|engin|sci|info|arts|med|elec|mech|letters|it\b)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
# of which alone the name of no institution is made
_SUBJECTS = frozenset(
    "computer computing computational science sciences engineering electrical electronic electronics electric "
    "information informatics technology technologies mathematics mathematical math statistics physics robotics "
    "robot artificial intelligence intelligent machine learning data communication communications systems system "
    "mechanical automation control software network networks biology medicine biomedical chemistry economics "
    "linguistics psychology department dept school faculty college division institute lab laboratory laboratories "
    "center centre group research applied and of for the in et de eecs ece cse cs ee ai nlp vision language "
    "aerospace industrial management operations cognitive neuroscience advanced studies program programme "
    "graduate key state university company academy industrial enterprise agricultural biological environmental civil "
    "chemical materials".split()
)
_COMPANY = re.compile(
    r"\b(inc|corp|corporation|llc|ltd|gmbh|co\., ltd|technologies|company|labs|ai lab|research lab)\b", re.IGNORECASE
)
_SCHOOL = re.compile(
    r"universi|college|school|hochschule|institute of technology|polytech|politec|académ|école|\bTU\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"\s+\d{1,2}$")
# towns that number their universities
_NUMBERS_COUNT = re.compile(
    r"paris|lyon|lille|rennes|bordeaux|grenoble|montpellier|toulouse|strasbourg|universit[ée]\b|batna|oran\b|yaound|"
    r"constantine|alger|s[ée]tif|annaba|group|studio|lab\b",
    re.IGNORECASE,
)
_DONOR = re.compile(r"^(?P<whole>(?!university\b).*\buniversity)\s+[^\W\d_]+$", re.IGNORECASE)


# accents that a PDF gives as signs of their own before their letter, often with a space before them, too
_ACCENTS = {
    "\u00b4": "\u0301",
    "\u0060": "\u0300",
    "\u00a8": "\u0308",
    "\u02c6": "\u0302",
    "\u02dc": "\u0303",
    "\u02da": "\u030a",
    "\u02c7": "\u030c",
    "\u02d9": "\u0307",
}
_ACCENT = re.compile(
    r"(?P<before>\w?)(?P<gap> ?)"
    r"(?P<sign>[\u00b4`\u00a8\u02c6\u02dc\u02da\u02c7\u02d9\u0300-\u030c]) ?(?P<letter>[A-Za-z])"
)
_CEDILLA = re.compile(r"\u00b8(?P<after>[cs])|(?P<before>[cCsS]) ?\u00b8")
# "Universit à di", "Universit é de": only the sign's letter was cut off
_CUT = re.compile(
    r"\b(?P<word>(?:universit|facult|citt|montr|l)[^\W\d_]{0,2}) (?P<letter>[àéäà])(?= |$|,)", re.IGNORECASE
)


def compose_accents(text: str) -> str:
    """A text whose accents stand as signs before their letters, as PDF files give them, with letters that bear them.

    Signs that are quotation marks or apostrophes stay.
    """
    if text.isascii() and "`" not in text:
        return text
    return _CUT.sub(r"\g<word>\g<letter>", _CEDILLA.sub(_replace_cedilla, _ACCENT.sub(_replace_accent, text)))


def _replace_accent(found: re.Match[str]) -> str:
    sign = _ACCENTS.get(found["sign"], found["sign"])
    letter = unicodedata.normalize("NFC", found["letter"] + sign)
    # a letter that takes no such accent tells that the sign is a quotation mark or an apostrophe
    if len(letter) > 1 or (found["sign"] == "`" and found["letter"].isupper() and found["letter"] not in "AEIOU"):
        return found[0]
    following = found.string[found.end() : found.end() + 1]
    if found["sign"] == "\u00b4" and (found["before"].lower() == "i" or (letter in "śt" and not following.isalpha())):
        return found[0]  # an apostrophe: Xi'an, the university's
    # capitals begin a word of their own
    gap = found["gap"] if found["letter"].isupper() or not found["before"] else ""
    return f"{found['before']}{gap}{letter}"


def _replace_cedilla(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", f"{found['after'] or found['before']}\u0327")


def correct_spelling(text: str) -> str:
    """A printed affiliation with the usual misspellings of its usual words put right.

    >>> correct_spelling("Hestor Univeristy")
    'Hestor University'
    >>> correct_spelling("Insitute of Technolgy")
    'Institute of Technology'
    >>> correct_spelling("Universität Valdorra")
    'Universität Valdorra'
    """
    text = compose_accents(text)
    words = text.split(" ")
    right = [_correct_word(word) for word in words]
    return text if right == words else " ".join(right)


@cache
def _correct_word(word: str) -> str:
    found = _TRIMMED.search(word) if len(word) >= _LONG else None
    if found is None or not found[0].isascii() or (right := _match_known_word(found[0].casefold())) is None:
        return word
    right = right.capitalize() if found[0][0].isupper() else right
    return word.replace(found[0], right, 1)


def _match_known_word(word: str) -> str | None:
    """The usual word that a misspelt one has about the letters of, in about the same order."""
    for right in _RIGHT:
        if word == right or word[0] != right[0] or word[-1] != right[-1] or abs(len(word) - len(right)) > 1:
            continue
        missing = sum(max(0, right.count(letter) - word.count(letter)) for letter in set(right))
        excess = sum(max(0, word.count(letter) - right.count(letter)) for letter in set(word))
        if (
            missing <= 1
            and excess <= 1
            and missing + excess <= _LETTERS
            and SequenceMatcher(None, word, right).ratio() > ALIKE
        ):
            return right
    return None


def is_address(part: str) -> bool:
    """Whether a part of an affiliation is a street or a post box.

    >>> is_address("3400 Braid St"), is_address("PO Box 12"), is_address("360 Robotics"), is_address("Hestor Street")
    (True, True, False, False)
    """
    if not _NUMBERED_ADDRESS.search(part):
        return False
    return bool(_STREET.match(part.strip(" .")))


def strip_subunit(part: str) -> str:
    """A university without the school of it that is printed after it, and without a footnote's number.

    >>> strip_subunit("Hestor University School of Medicine")
    'Hestor University'
    >>> strip_subunit("University of Valdorra 5")
    'University of Valdorra'
    >>> strip_subunit("Paris 8")
    'Paris 8'
    """
    if part[-1:].isdigit() and not _NUMBERS_COUNT.search(part):
        part = _NUMBERED.sub("", part)
    found = _SCHOOL_OF.search(part) if _WHOLE.search(part) else None
    before = part[: found.start()].strip(" ,-") if found else ""
    if not before.count(" ") or not _WHOLE.search(before):
        return part
    donor = _DONOR.match(before)
    return donor["whole"] if donor else before


def looks_like_school(name: str) -> bool:
    """Whether a name says that it is a university's or a college's."""
    return bool(_SCHOOL.search(name))


def looks_like_company(name: str) -> bool:
    """Whether a name says that it is a company's."""
    return bool(_COMPANY.search(name))


def is_subunit(name: str) -> bool:
    """Whether a name is that of a department, school or address: of some institution, and of none by itself.

    >>> is_subunit("Department of Computing")
    True
    >>> is_subunit("EECS")
    True
    >>> is_subunit("College of Hestor")
    False
    >>> is_subunit("Hestor School")
    False
    """
    if _PART.search(name) and not _COLLEGES.match(name) and not _WHOLE.search(name):
        return True
    return is_address(name) or (is_generic_name(name) and _ORGANISED.isdisjoint(_affiliation_words(name)))


def is_generic_name(name: str) -> bool:
    """Whether a name says only what is done there, not whose it is: many are called so.

    >>> is_generic_name("Robotics Institute"), is_generic_name("Hestor Robotics Institute")
    (True, False)
    """
    return set(_affiliation_words(name)) <= _SUBJECTS


def _affiliation_words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]
