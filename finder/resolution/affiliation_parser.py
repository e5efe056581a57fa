"""What a printed affiliation says: which organisation, and which lab of it. Text only; the tables are elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from finder import addresses, reference_data
from finder.resolution import affiliation_text

_PARTS = re.compile(r"\s*[,;|]\s*")
_MARKS = re.compile(r"(?<=[a-z])\d$|[^\w\s().+&!'-]+$|^[^\w\s(]+")  # of footnotes
_BRACKETS = re.compile(r"\s*\(([^)]*)\)")
_NAMES = re.compile(
    r"universi|\buniv\b|\bTU\b|hochschule|\bETH\b|\bEPFL\b|polytech|politec|institut|college|school of|école|academy|"
    r"\blabs?\b|laborator|research|\binc\b|gmbh|corp|hospital|cnrs|inria|\bkaist\b|\bmit\b",
    re.IGNORECASE,
)
_UNIVERSITY = re.compile(
    r"universi|\buniv\b|hochschule|institute of technology|polytech|politec|\bETH\b|\bEPFL\b|école|\bTU\b", re.I
)
_PART_OF = re.compile(
    r"^(the )?(department|dept\b|faculty|school of|schools|division|center for|centre for|chair|group|lab(oratory)? of|"
    r"college of (engineering|computing|computer|science)|institute of (computer|information|automation of)|"
    r"key lab|state key|national key|dipartimento|fakult|(research|laborator(y|ies)|labs?|institute|university)$)",
    re.IGNORECASE,
)
_NO_COMPANY = re.compile(r"universi|college|school|hospital|medical|clinic|academy of sciences|foundation\b", re.I)
_LAB = re.compile(
    r"\b(labs?|laborator|research|ai|brain|robotics|academy|institute|cent(er|re)|team|group|studio)", re.I
)
_JOINS = re.compile(r"\s+[-\u2013\u2014]\s+|\s*/\s*|\s+(?:and|&)\s+")
_MARKS_OF_JOINS = (" - ", " \u2013 ", " \u2014 ", "/", " and ", " & ")  # looked for first, which is quicker
# labs that are named after a part of the world, and are at one place in it
_OFFICES = {
    "microsoft research asia": "CN",
    "msr asia": "CN",
    "msra": "CN",
    "naver lab europe": "FR",
    "nec lab europe": "DE",
    "salesforce research asia": "SG",
    "honda research institute europe": "DE",
}
_ADDRESSED = re.compile(r"[,;|()/0-9]|\s[-\u2013\u2014]\s")  # a name alone has no address
_BETWEEN = re.compile(r"\s+(?:at|@|-|\u2013)\s+|\s*[@/]\s*")
_APOSTROPHES = dict.fromkeys(map(ord, "'`\u2018\u2019"))
_WORD = re.compile(r"\w+")
_ELIDED = re.compile(r"\b[dDlL]['\u2019](?=\w)")  # "Université d'Artois"
_JOINT = re.compile(r"[\w.]+[-\u2013]\w")  # "Alibaba-NTU Joint Institute" is of both
_LEGAL = frozenset(
    "inc incorporated corp corporation ltd limited llc gmbh ag plc co company com se bv pte pvt group holdings holding "
    "technology technologies systems electronics platforms".split()
)
_FORMS = frozenset("inc incorporated corp corporation ltd limited llc gmbh ag plc co company pte pvt".split())
_LITTLE_WORDS = frozenset("the of at and for de di la le du der und et".split())
_SAME = {
    **dict.fromkeys(("universitat", "universitaet", "universite", "universita", "universidad", "univ"), "university"),
    **dict.fromkeys(("laboratory", "laboratories", "labs"), "lab"),
    "centre": "center",
}
# whose name alone does not say which one is meant: what is printed after it is part of the name
SEVERAL = frozenset(
    "university california|university texas|university illinois|university north carolina|university maryland|"
    "university massachusetts|university wisconsin|university michigan|university nevada|university colorado|"
    "university missouri|university nebraska|university alabama|university alaska|university arkansas|"
    "university hawaii|university houston|university tennessee|university washington|university louisiana|"
    "university minnesota|university south florida|state university new york|city university new york|"
    "california state university|indian institute technology|indian institute information technology|"
    "international institute information technology|indian institute science education research|"
    "national institute technology|university technology|university science|university applied sciences|"
    "chinese university hong kong|hong kong university science technology|university london|"
    "national university ireland|max planck institute|institute science|swiss federal institute technology".split("|")
)
_TOWNS = frozenset("berkeley cambridge columbia edinburgh oxford penn princeton waterloo stanford".split())
_STATES = frozenset(
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|"
    "indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|"
    "montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|"
    "oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|"
    "west virginia|wisconsin|wyoming|ontario|quebec|british columbia|alberta|usa|us|uk|prc|p r china|pr china".split(
        "|"
    )
)
# "Washington University" is not the University of Washington
_OTHERS_OF_TOWNS = frozenset("york miami boston columbia cambridge oxford london waterloo concordia".split())
_PAST = re.compile(r"\b(work|intern|former|visit|while|during)", re.IGNORECASE)
_LONGEST_LAB = 60


@cache
def fold_organisation(name: str) -> str:
    """A name as a key: plain lower-case words, without little ones and without the legal form at the end.

    >>> fold_organisation("The Universität of Köln"), fold_organisation("Megvii (Face++) Co., Ltd.")
    ('university koln', 'megvii face')
    """
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = _WORD.findall(_ELIDED.sub("", name).translate(_APOSTROPHES).casefold())
    words = [_SAME.get(word, word) for word in plain if word not in _LITTLE_WORDS]
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    return " ".join(words)


@cache
def _organisation_by_key() -> dict[str, str]:
    """Key of a name, alias or lab -> the organisation's name."""
    return {fold_organisation(name): known for name, known in reference_data.institution_aliases().items()}


@cache
def _company_prefixes() -> dict[str, str]:
    """Key of the words that all names of a company begin with -> its name."""
    rows = reference_data.reference_institutions().values()
    return {fold_organisation(words): row["name"] for row in rows for words in row["begins"].split("|") if words}


@cache
def _lab_keys(name: str) -> frozenset[str]:
    row = reference_data.reference_institutions().get(name, {})
    return frozenset(map(fold_organisation, filter(None, row.get("labs", "").split("|"))))


@cache
def _split_affiliation(printed: str) -> list[str]:
    """What stands between commas, without brackets, legal forms and streets; a campus in brackets is its own part."""
    text = affiliation_text.correct_spelling(" ".join(printed.split()))
    if "(" in text:
        text = _BRACKETS.sub(lambda found: f", {found[1]}" if len(found[1]) > 6 else "", text)
    parts = [_MARKS.sub("", part).strip(" .") for part in _PARTS.split(text)]
    parts = [part for part in parts if part and not _FORMS.issuperset(fold_organisation(part).split())]
    named = [
        text
        for part in parts
        if not affiliation_text.is_address(part)
        for text in _split_joined_names(affiliation_text.strip_subunit(part))
    ]
    return named or parts


def _split_joined_names(part: str) -> list[str]:
    """What a dash, a slash or an "and" joins, where each side is one of its own: a department, or an institution."""
    if not any(mark in part for mark in _MARKS_OF_JOINS) or fold_organisation(part) in _organisation_by_key():
        return [part]
    sides = [side for side in _JOINS.split(part) if side]
    if len(sides) == 1:
        return sides
    both = [_is_institution(side) or bool(_PART_OF.search(side)) for side in sides]
    return sides if all(both) and any(map(_is_institution, sides)) else [part]


def _is_institution(text: str) -> bool:
    """Whether a text names an institution by itself: a well-known one, or a university with a name of its own."""
    if fold_organisation(text) in _organisation_by_key():
        return True
    return bool(_UNIVERSITY.search(text)) and not _PART_OF.search(text) and not affiliation_text.is_generic_name(text)


@cache
def main_organisation(printed: str) -> str:
    """The organisation in a printed affiliation: not the department before it, nor the city behind it.

    >>> main_organisation("Dept. of Computer Science, University of Valdorra, Ann Arbor, MI")
    'University of Valdorra'
    >>> main_organisation("School of Maths, University of Nevada, Reno")
    'University of Nevada, Reno'
    """
    parts = _split_affiliation(printed)
    if len(parts) <= 1:
        return parts[0] if parts else printed.strip()
    for fits in (_UNIVERSITY.search, _NAMES.search):
        found = [place for place, part in enumerate(parts) if fits(part) and not _PART_OF.search(part)]
        if found:
            return _add_campus(parts, found[0])
    return next((part for part in parts if not _PART_OF.search(part)), parts[0])


def _add_campus(parts: list[str], place: int) -> str:
    name, after = parts[place], parts[place + 1] if place + 1 < len(parts) else ""
    campus = fold_organisation(after)
    if fold_organisation(name) not in SEVERAL or not campus or _is_region(after, campus) or _NAMES.search(after):
        return name
    return f"{name}, {after}"


def _is_region(text: str, key: str) -> bool:
    """A country or state, in words or as two letters, or an address."""
    return (
        len(key) < 3
        or key in _STATES
        or text.casefold() in reference_data.country_codes_by_name()
        or any(map(str.isdigit, text))
    )


@cache
def canonical_name(name: str) -> str:
    """The organisation's name: a well-known one by any of its aliases or labs, else as printed.

    >>> canonical_name("CSAIL, MIT"), canonical_name("Noah's Ark Lab, Huawei Technologies Co., Ltd.")
    ('Massachusetts Institute of Technology', 'Huawei')
    """
    known = _find_well_known(name)
    if known:
        return known
    parts = _split_affiliation(name)
    for part, after in pairwise(parts):  # names that have a comma in them
        if found := _organisation_by_key().get(fold_organisation(f"{part} {after}")):
            return found
        if _UNIVERSITY.search(part) or fold_organisation(part) in _organisation_by_key():
            break
    part = _expand_iit(main_organisation(name))
    if not _UNIVERSITY.search(part):
        company = next(filter(None, map(_company_name, parts)), None)
        if company:
            return company
    if not _NAMES.search(part):
        return next(
            (_organisation_by_key()[fold_organisation(text)] for text in parts if _is_known_part(text, parts)), part
        )
    key_ = fold_organisation(part)
    found = _find_well_known(part) or part
    if key_ in _lab_keys(found):  # "Institute of Automation" may be somebody else's
        others = [text for text in parts if fold_organisation(text) != key_ and _NAMES.search(text)]
        if others and not any(_organisation_by_key().get(fold_organisation(text)) == found for text in others):
            return part
    return found


def _find_well_known(name: str) -> str | None:
    """The well-known institution that a name is one of, also as "Univ Hestor" or "Hestor University"."""
    key_ = fold_organisation(name)
    if found := _organisation_by_key().get(key_):
        return found
    if "university" not in key_ or key_ == "university":
        return None
    words = key_.split()
    rest = " ".join(word for word in words if word != "university")
    if rest in _STATES or rest in _OTHERS_OF_TOWNS:
        return None
    return _school_names().get(rest) or _school_names().get(" ".join(("university", rest)))


@cache
def _school_names() -> dict[str, str]:
    """Key of a well-known university, whole and short ("penn"), or of its town ("university hestor") -> its name."""
    found: dict[str, str] = {}
    for name, row in reference_data.reference_institutions().items():
        if row["kind"] == "education":
            keys = map(fold_organisation, (name, *filter(None, row["aliases"].split("|"))))
            found.update({k: name for k in keys if not k.isdigit()})
    return found


def _is_known_part(part: str, parts: list[str]) -> bool:
    """Whether a part names a well-known institution: not the state in "Ann Arbor, MI", nor the town in "Oxford, UK"."""
    short = fold_organisation(part)
    town = short in _TOWNS and len(parts) > 1 and not any(map(_PART_OF.search, parts))
    return len(short) > 2 and short in _organisation_by_key() and not town


def _expand_iit(name: str) -> str:
    return re.sub(r"^IIT[\s,-]+(?=[A-Z])", "Indian Institute of Technology ", name)


def _company_name(part: str) -> str | None:
    """The company that a part of an affiliation names, by a curated name, or by the words that its names begin with."""
    if _NO_COMPANY.search(part):
        return None
    for text in (part, *_BETWEEN.split(part)):
        words = fold_organisation(text).split()
        name = _organisation_by_key().get(" ".join(words)) if len(text.strip()) > 2 else None
        if name and reference_data.reference_institutions()[name]["kind"] == "company":
            return name
        if _JOINT.match(text):
            continue
        for length in (3, 2, 1):
            if found := _company_prefixes().get(" ".join(words[:length])):
                return found
    return None


@cache
def organisation_key(name: str) -> str:
    """A name of an organisation as a key: that of its well-known name where it has one."""
    return fold_organisation(canonical_name(name))


@cache
def affiliation_country(text: str, name: str) -> str | None:
    """The country that is printed for an organisation: by the address after it, or by its own name.

    Args:
        text: all that was printed, perhaps of several organisations.
        name: what :func:`canonical_name` makes of the one that is asked about.

    >>> affiliation_country("Google, London, UK", "Google"), affiliation_country("Google Zurich", "Google")
    ('GB', 'CH')
    >>> affiliation_country("Google", "Google") is None
    True
    >>> two = "University of Valdorra, Graz, Austria and University of Hestor, Bonn, Germany"
    >>> affiliation_country(two, "University of Hestor")
    'DE'
    """
    if not _ADDRESSED.search(text):
        return _office_country(text, name) if is_known_company(name) else addresses.territory_outside_china(name)
    address = text
    if text.casefold().count("universi") > 1:
        address = _own_address(text, name)
    if found := addresses.address_country(address):
        return found
    return _office_country(text, name) if is_known_company(name) else addresses.territory_outside_china(name)


def _own_address(text: str, name: str) -> str:
    """The part of a text that names one organisation, and the parts after it up to the next university."""
    parts = [side for part in _PARTS.split(text) for side in _split_joined_names(part)]
    wholes = [place for place, part in enumerate(parts) if _is_institution(part)]
    own = next((place for place in wholes if organisation_key(parts[place]) == fold_organisation(name)), None)
    if own is None or len(wholes) < 2:
        return text
    return ", ".join(parts[own : next((place for place in wholes if place > own), None)])


def _office_country(text: str, name: str) -> str | None:
    """The country of a town or country at the end of a company's name: "Google Zurich", "IBM Research Tokyo"."""
    for part in _split_affiliation(text):
        if found := _OFFICES.get(fold_organisation(part)):
            return found
        words = part.split()
        if len(words) == 1 or _company_name(part) != name:
            continue
        for place in (-2, -1):
            last = " ".join(words[place:])
            if len(words) > -place and not _LAB.search(last):
                if last in ("America", "North America"):
                    return "US"
                if found := addresses.address_country(last):
                    return found
    return None


def is_known_company(name: str) -> bool:
    """Whether a well-known name is a company's."""
    return reference_data.reference_institutions().get(name, {}).get("kind") == "company"


@cache
def lab_unit(printed: str, name: str) -> str | None:
    """The lab of a well-known organisation that a printed affiliation names, as printed; None where it names none.

    Departments of universities are not told: they are printed in too many ways to compare.

    >>> lab_unit("Google Brain, Mountain View, CA", "Google")
    'Google Brain'
    >>> lab_unit("Google LLC", "Google") is None
    True
    >>> lab_unit("GenAI Lab, Meta", "Meta")
    'GenAI Lab'
    """
    if name not in reference_data.reference_institutions():
        return None
    parts = [part for part in _split_affiliation(printed) if len(part) <= _LONGEST_LAB]
    for part in parts:
        if fold_organisation(part) in _lab_keys(name):
            return part
    return next(_company_units(parts, name), None) if is_known_company(name) else None


def _company_units(parts: list[str], name: str) -> Iterator[str]:
    """What else is said of a part of a company: words after its name, or a lab before it."""
    before: list[str] = []
    for part in parts:
        if _company_name(part) == name:
            if _names_company_part(fold_organisation(part).split(), name) and not _PAST.search(part):
                yield part
            yield from before
            return
        if _LAB.search(part) and len(fold_organisation(part).split()) > 1:
            before.append(part)


def _names_company_part(words: list[str], name: str) -> bool:
    """Whether anything but the company's name, its legal form and a country is printed."""
    stems = [stem.split() for stem, of in (*_company_prefixes().items(), (fold_organisation(name), name)) if of == name]
    said = max((len(stem) for stem in stems if words[: len(stem)] == stem), default=0)
    rest = [word for word in words[said:] if word not in _LEGAL]
    alias = " ".join(words) in _organisation_by_key() and " ".join(words) not in _lab_keys(name)
    place = " ".join(rest)
    return bool(rest) and not alias and place not in _STATES and place not in reference_data.country_codes_by_name()
