"""Where a position is: places as printed, the countries that are clear, and whether one has to be there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from finder import addresses
from finder.boards._text import clean_job_line
from finder.model import Workplace
from finder.reference_data import country_codes, country_codes_by_name

_BETWEEN = re.compile(r"\s*(?:\||;|•|\n|\s/\s|\s+or\s+)\s*")
_REMOTE = re.compile(
    r"\b(?:fully[ -])?remote\b(?![ -](?:friendly|sensing))|\bwork from home\b|\bhome ?office\b|\btelecommut\w*", re.I
)
_HYBRID = re.compile(r"\bhybrid\b|\bremote[ -]friendly\b", re.I)
_HERE = re.compile(r"\bon-?\s?site\b|\bin[ -](?:office|person)\b", re.I)
_NOISE = re.compile(
    r"\b(?:(?:fully[ -])?remote(?:[ -]friendly)?|hybrid|on-?site|in[ -]office|travel-?required|hq|headquarters|office"
    r"|metro|(?<!bay )area|region)\b",
    re.I,
)
_PARTS = re.compile(r"[,()/]| [-–—] |^[-–— ]+|[-–—]\s*$")  # noqa: RUF001 - places are typed with long dashes
_BEFORE = re.compile(r"([A-Z]{2,3})(?=[-–—, ])[-–—, ]\s*(\S.*)")  # noqa: RUF001
_NAME_BEFORE = re.compile(r"([^-–—]{4,40})[-–—](\S.*)")  # noqa: RUF001
_OTHER_CODES = frozenset({"UK", "USA"})
_IN = re.compile(r"^(?:in|within|from|based in)\s+(?:the\s+)?", re.I)


def split_locations(*texts: str | None) -> tuple[str, ...]:
    """Each place once, in order; "A | B; C" are three.

    >>> split_locations("San Francisco, CA | New York City, NY", None, "San Francisco, CA")
    ('San Francisco, CA', 'New York City, NY')
    """
    parts = (clean_job_line(part.strip(" ,")) for text in texts if text for part in _BETWEEN.split(text[:2000]))
    return tuple(dict.fromkeys(part for part in parts if part))[:40]


def join_location_parts(*parts: str | None) -> str | None:
    """A place out of town, region and country, each said once.

    >>> join_location_parts("Berlin", "Berlin", None, "Germany")
    'Berlin, Germany'
    """
    return ", ".join(dict.fromkeys(part.strip() for part in parts if part and part.strip())) or None


def location_countries(locations: Iterable[str], *codes: str | None, near: Iterable[str] = ()) -> tuple[str, ...]:
    """ISO codes, those that the platform states first, then those that the places make clear.

    Args:
        near: where the board's positions mostly are; with the clear places, they decide what "IN" or "CA" stands for.

    >>> location_countries(["Cambridge, MA", "Berlin, DE", "Remote - Canada", "Springfield, IN"])
    ('US', 'DE', 'CA')
    >>> location_countries(["Springfield, IN", "Chicago, IL"]), location_countries(["Springfield, IN"], near=["US"])
    (('US',), ('US',))
    """
    stated = [code for one in codes if (code := (one or "").strip().upper()) in country_codes()]
    places_ = list(locations)
    clear = [location_country(place) for place in places_]
    likely = frozenset([*stated, *filter(None, clear), *near])
    found = (
        code or (location_country(place, likely) if likely else None)
        for place, code in zip(places_, clear, strict=True)
    )
    return tuple(dict.fromkeys([*stated, *filter(None, found)]))


def location_country(location: str, near: frozenset[str] = addresses.NOWHERE) -> str | None:
    """The country of one place, where it is clear.

    Args:
        near: countries that are likely; they decide where letters or a town may be of several.

    >>> location_country("CN-Shanghai"), location_country("Remote in USA")
    ('CN', 'US')
    >>> location_country("London, ON"), location_country("Perth, WA")
    ('CA', 'AU')
    """
    text = _location_address(location[:300])
    if text.casefold() == "us":
        return "US"
    return addresses.address_country(text, names=True, near=near)


def _location_address(location: str) -> str:
    """A place as an address: the town first, the country last, and nothing about how one works."""
    parts = [_IN.sub("", part.strip(" -–—")) for part in _PARTS.split(_NOISE.sub(" ", location))]  # noqa: RUF001
    text = ", ".join(" ".join(part.split()) for part in parts if part.strip())
    while moved := _move_country_last(text):
        text = moved
    return text


def _move_country_last(text: str) -> str | None:
    """ "CN-Shanghai" as "Shanghai, CN"; None where no country stands before a place."""
    if (code := _BEFORE.fullmatch(text)) and (code[1] in country_codes() or code[1] in _OTHER_CODES):
        return f"{code[2]}, {code[1]}"
    if (name := _NAME_BEFORE.fullmatch(text)) and name[1].strip().casefold() in country_codes_by_name():
        return f"{name[2]}, {name[1].strip()}"
    return None


def infer_workplace(
    locations: Iterable[str], stated: str | None = None, *, remote: bool | None = None
) -> Workplace | None:
    """Whether one works there: as the platform states it, else as the places themselves say.

    Args:
        stated: the platform's own word ("OnSite", "hybrid"); it wins over a flag, which boards set for hybrid, too.
        remote: the platform's flag.

    >>> infer_workplace(["Remote - US"])
    'remote'
    >>> infer_workplace(["London"], "Hybrid", remote=True)
    'hybrid'
    >>> infer_workplace(["Remote", "Paris"]) is None
    True
    """
    if stated:
        if _HYBRID.search(stated):
            return "hybrid"
        return "remote" if _REMOTE.search(stated) else "on-site" if _HERE.search(stated) else None
    said = list(locations)
    if any(_HYBRID.search(place) for place in said):
        return "hybrid"
    if remote or (said and all(_REMOTE.search(place) for place in said)):
        return "remote"
    return "on-site" if said and all(_HERE.search(place) for place in said) else None
