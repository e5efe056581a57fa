"""The country that a printed address names: by its name, a state or province, or a town that is clear. Text only."""

from __future__ import annotations

import re
from functools import cache

from finder import gazetteer, reference_data

_PARTS = re.compile(r"\s*[,;|()/]\s*|\s+[-\u2013\u2014]\s+")
_DOTS = str.maketrans("", "", ".")
_US_POSTCODE = re.compile(r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?$")
# within China as some lists have it; a country of its own here, as in ISO 3166-1
_APART_FROM_CHINA = re.compile(r"\b(?:(taiwan|taipei|r\.?o\.?c\b)|(hong\s?kong|hksar)|(maca[uo]))\b", re.IGNORECASE)
_CODES_APART = ("TW", "HK", "MO")
# GeoNames numbers the regions of Canada and Australia
_PROVINCES = {
    "CA": {
        "AB": "01",
        "BC": "02",
        "MB": "03",
        "NB": "04",
        "NL": "05",
        "NS": "07",
        "ON": "08",
        "PE": "09",
        "QC": "10",
        "SK": "11",
    },
    "AU": {"ACT": "01", "NSW": "02", "NT": "03", "QLD": "04", "SA": "05", "TAS": "06", "VIC": "07", "WA": "08"},
}
NOWHERE: frozenset[str] = frozenset()
LARGE = 100_000  # people from which a town is known without its country; names of smaller ones are words as well
LAST = 3  # parts of an address among which a town is looked for
WORDS = 3  # of a town's name
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY DC".split()
)
_WORDS = frozenset("AI EE CS IT IS SE ML ME".split())  # of departments and labs, more often than of a country
_ORGANISED = frozenset(
    "university institute department school college center centre lab labs laboratory research faculty group".split()
)
_REGIONS = {
    "new south wales": "AU",
    "queensland": "AU",
    "victoria": "AU",
    "western australia": "AU",
    "tasmania": "AU",
    "south australia": "AU",
    "bavaria": "DE",
    "bayern": "DE",
    "hessen": "DE",
    "baden-württemberg": "DE",
    "nordrhein-westfalen": "DE",
    "north rhine-westphalia": "DE",
    "saxony": "DE",
    "sachsen": "DE",
    "karnataka": "IN",
    "telangana": "IN",
    "maharashtra": "IN",
    "tamil nadu": "IN",
    "haryana": "IN",
    "uttar pradesh": "IN",
    "kerala": "IN",
    "west bengal": "IN",
    "gujarat": "IN",
    "ile-de-france": "FR",
    "île-de-france": "FR",
    "auvergne-rhône-alpes": "FR",
    "occitanie": "FR",
    "catalonia": "ES",
    "cataluña": "ES",
    "catalunya": "ES",
    "andalusia": "ES",
    "lombardy": "IT",
    "lombardia": "IT",
    "tuscany": "IT",
    "toscana": "IT",
    "piemonte": "IT",
    "noord-holland": "NL",
    "north holland": "NL",
    "zuid-holland": "NL",
    "south holland": "NL",
    "noord-brabant": "NL",
    "flanders": "BE",
    "wallonia": "BE",
    "guangdong": "CN",
    "zhejiang": "CN",
    "jiangsu": "CN",
    "hubei": "CN",
    "sichuan": "CN",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "u s a": "US",
    "p r china": "CN",
}


@cache
def address_country(text: str, *, names: bool = False, near: frozenset[str] = NOWHERE) -> str | None:
    """The country that an address names, its last part first; None where none is clear.

    A state is told from a country by the town before it.

    Args:
        names: a town counts also by other names than its usual one (these take a second to read).
        near: countries that are likely; they decide where letters or a town may be of several.

    >>> address_country("London, ON")
    'CA'
    >>> address_country("London, UK")
    'GB'
    >>> address_country("Perth, WA")
    'AU'
    >>> address_country("Tbilisi, Georgia")
    'GE'
    >>> address_country("Hsinchu 30013, Taiwan, China"), address_country("Cambridge")
    ('TW', None)
    """
    plain = _country_code_index().get(text.rpartition(",")[2].strip(" .").casefold())
    if plain not in (None, "CN", "GE"):  # most addresses end in a country
        return plain
    parts = [part.strip(" .*") for part in _PARTS.split(text)]
    parts = [part for part in parts if part]
    for place in reversed(range(len(parts))):
        before = parts[place - 1] if place else ""
        code = _region_country(parts[place], before, alone=len(parts) == 1, names=names, near=near)
        if code is not None:
            return _territory_within_china(parts[:place], text) if code == "CN" else code or None
    return next(
        (code for part in parts[: -LAST - 1 : -1] if (code := _town_country(part, names=names, near=near))), None
    )


def _territory_within_china(before: list[str], text: str) -> str:
    """China, or what many addresses and lists file under it, by the last place that stands before the word."""
    for part in reversed(before):
        code = _country_code_index().get(part.casefold().translate(_DOTS)) or _town_country(part, names=False)
        if code is not None and code in ("CN", *_CODES_APART):
            return code
    return territory_outside_china(text) or "CN"


@cache
def territory_outside_china(text: str) -> str | None:
    """Taiwan, Hong Kong or Macau, where a text names one of them: many lists file them under China.

    >>> territory_outside_china("City University of Hong Kong, China"), territory_outside_china("Peking University")
    ('HK', None)
    """
    found = _APART_FROM_CHINA.search(text)
    return _CODES_APART[found.lastindex - 1] if found and found.lastindex else None


@cache
def _country_code_index() -> dict[str, str]:
    return {name.translate(_DOTS): code for name, code in reference_data.country_codes_by_name().items()}


@cache
def _reference_place_index(kind: str) -> dict[str, str]:
    return {
        row["place"].casefold(): row["country"]
        for row in reference_data.load_reference_rows("places")
        if row["kind"] == kind
    }


@cache
def _region_country(part: str, before: str, *, alone: bool, names: bool, near: frozenset[str] = NOWHERE) -> str | None:
    """A country, or what lies in one only, at the end of a part: "30013 Taiwan", "CA 94305".

    Empty where it is one of several, and nobody knows which.
    """
    if part[-1:].isdigit() and _US_POSTCODE.search(part) and part.split()[-2] in _STATES:
        return "US"
    words = part.split()
    numbers = [place for place, word in enumerate(words) if any(map(str.isdigit, word))]
    told = [" ".join(words)]
    if numbers:  # what stands after the postcode, and what stands before it
        told = [" ".join(words[numbers[-1] + 1 :]), " ".join(words[: numbers[0]])]
    for text in filter(None, told):
        key = text.casefold().translate(_DOTS).strip()
        if key == "georgia":
            return _georgia_country(before, alone=alone, names=names)
        if code := _country_code_index().get(key) or _reference_place_index("region").get(key) or _REGIONS.get(key):
            return code
        town, _, last = text.rpartition(" ")
        if (
            town
            and last.isupper()
            and _state_code_countries(last)
            and (code := _code_suffix_country(last, town, names=names, near=near))
        ):
            return code
        if not alone and (code := _code_suffix_country(text, before, names=names, near=near)) is not None:
            return code
    return None


def _state_code_countries(code: str) -> dict[str, str]:
    """The countries that have a state or province of these letters, and GeoNames' code of it."""
    found = {country_: numbers[code] for country_, numbers in _PROVINCES.items() if code in numbers}
    return {**found, "US": code} if code in _STATES else found


def _georgia_country(before: str, *, alone: bool, names: bool) -> str | None:
    """The country or the state, by the town before it."""
    if alone:
        return "GE"
    if _matching_cities(before, "US", ["GA"], names=names):
        return "US"
    return "GE" if _matching_cities(before, "GE", names=names) else None


def _code_suffix_country(part: str, before: str, *, names: bool, near: frozenset[str] = NOWHERE) -> str | None:
    """The country of two or three letters after a town: a state, a province, or a country's own code.

    Empty where they may be of several, and the town is not known.
    """
    code = part.translate(_DOTS).upper()
    if part.translate(_DOTS) != code or not 2 <= len(code) <= 3:
        return None
    regions, own = _state_code_countries(code), code if code in reference_data.country_codes() else None
    if not regions and code not in _WORDS:
        return (_town_country_abroad(before, own, names=names) or own) if own else None
    meant = [(city.people, c) for c, r in regions.items() for city in _matching_cities(before, c, [r], names=names)]
    least = max(meant)[0] * gazetteer.ALONE if meant else 0  # "Richmond, CA" is the smaller one, in California
    meant += [
        (city.people, own)
        for city in (_matching_cities(before, own, names=names) if own else [])
        if city.people >= least
    ]
    if likely := [one for one in meant if one[1] in near]:
        return max(likely)[1]
    if meant:
        return max(meant)[1]
    around = _reference_place_index("region").get(before.casefold()) or _REGIONS.get(
        before.casefold()
    )  # "Karnataka, IN"
    if around and around in (*regions, own):
        return around
    if len(within := near & {*regions, *([own] if own else [])}) == 1:
        return next(iter(within))
    if own is None or not regions:
        return next(iter(regions)) if len(regions) == 1 else None
    town = _reference_place_index("town").get(before.casefold())
    if code == "CA":  # hundreds of towns in California are too small for any list
        return "US"
    return town if town in (*regions, own) else _reference_place_index("code").get(code.casefold(), "")


def _town_country_abroad(town: str, code: str, *, names: bool) -> str | None:
    """The country of a large town that is not in the one whose code stands after it: "München, BY" is in no Belarus."""
    return None if not town or _matching_cities(town, code, names=names) else _town_country(town, names=names)


@cache
def _town_country(part: str, *, names: bool, near: frozenset[str] = NOWHERE) -> str | None:
    """The country of a town, where one is meant clearly."""
    words = [word for word in part.split() if not any(map(str.isdigit, word))]
    if not 0 < len(words) <= WORDS or not _ORGANISED.isdisjoint(map(str.casefold, words)):
        return None
    text = " ".join(words)
    if code := _reference_place_index("town").get(text.casefold()):
        return code
    found = _matching_cities(text, names=names) if len(text) > 2 else []
    meant = {city.country for city in found}
    if len(meant) > 1 and len(likely := meant & near) == 1:
        return next(iter(likely))
    return meant.pop() if len(meant) == 1 and found[0].people >= LARGE else None


def _matching_cities(
    name: str, country_: str | None = None, regions: list[str] | None = None, *, names: bool
) -> list[gazetteer.City]:
    cities = gazetteer.find_cities(name, country_, regions or (), others=names) if name else []
    return [city for city in cities if not regions or city.region in regions]
