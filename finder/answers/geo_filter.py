"""Near a place: what a user means by it, and how far from it institutions, people and openings are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from finder import gazetteer, reference_data
from finder.errors import UsageError
from finder.geo import distance_km
from finder.resolution import affiliation_parser
from finder.results import Advisor, Located, NearPlace, Opening
from finder.storage import Snapshot

WITHIN = 100  # kilometres, where nothing is said
MOST = 20_038  # half around the globe
ONE_CITY = 60.0  # kilometres that institutions of one city may lie from their middle
UNKNOWN = "without a known place"
CHOICES = 6  # named in an error
_COORDINATES = re.compile(r"([-+]?\d{1,3}(?:\.\d*)?)\s*[,;\s]\s*([-+]?\d{1,3}(?:\.\d*)?)")
_BRACKETS = re.compile(r"\([^)]*\)")
_NOT_ASKED = (
    "No stored institution has coordinates. Conference files and CSRankings carry none; collecting an interest asks "
    "OpenAlex for them: finder collect “{}”"
)
_NONE_GIVEN = "No stored institution has coordinates: the records of {:,} institutions that were collected hold none."


@dataclass(frozen=True)
class GeoPlace:
    """A point, what it is called, and how that is known."""

    name: str
    latitude: float
    longitude: float
    known_by: str


@dataclass(frozen=True)
class GeoFilter:
    """Where somebody wants to be, and how far that is from everything else.

    Attributes:
        distances: ``institution``, ``institution_id``, ``km`` of all institutions whose place is known.
        cities: point by key of a city's name and country, of those that have an institution.
        records: institutions whose own record is stored, wherever they lie.
    """

    place: GeoPlace
    within: int
    distances: pl.DataFrame
    cities: Mapping[tuple[str, str], tuple[float, float]]
    records: int

    def nearest_distances(self, posts: pl.DataFrame) -> pl.DataFrame:
        """``author``, ``km`` from the nearest of their current posts; null where no place of them is known."""
        here = posts.filter("current").join(self.distances, on="institution")
        return here.group_by("author").agg(pl.col("km").min())

    def distance_tests(self) -> list[tuple[str, pl.Expr]]:
        """Reasons to leave a row out, by its ``km``."""
        return [(UNKNOWN, pl.col("km").is_null()), (f"further than {self.within:,} km", pl.col("km") > self.within)]

    def add_distances(self, rows: Sequence[Advisor]) -> None:
        """Add ``km``, rounded, to each post that people hold now, and to their row that of the nearest."""
        for row in rows:
            away = [self.distance_to(post["institution_id"]) for post in row["current"]]
            for post, km in zip(row["current"], away, strict=True):
                post["km"] = km
            row["km"] = min((km for km in away if km is not None), default=None)

    def distance_to(self, institution_id: str) -> int | None:
        """Kilometres to an institution."""
        found = self.distances.filter(pl.col("institution_id") == institution_id)["km"]
        return None if found.is_empty() else round(found[0])

    def text_distances(self, places: Iterable[tuple[Sequence[str], Sequence[str]]]) -> pl.Series:
        """``km`` to the nearest of each row's places as printed, of which the countries are known.

        A place counts where its first part is exactly a city of one of these countries, and only one such is meant.
        """
        point = cache(self._locate_text)
        rows = [
            (number, *(point(text, tuple(countries)) if text else (None, None)))
            for number, (texts, countries) in enumerate(places)
            for text in texts or ("",)
        ]
        frame = pl.DataFrame(rows, {"row": pl.Int64, "north": pl.Float64, "east": pl.Float64}, orient="row")
        away = distance_km(pl.col("north"), pl.col("east"), self.place.latitude, self.place.longitude)
        return frame.group_by("row").agg(km=away.min()).sort("row")["km"]

    def _locate_text(self, text: str, countries: Sequence[str]) -> tuple[float, float] | tuple[None, None]:
        city, *rest = (part.strip() for part in _BRACKETS.sub(" ", text).split(","))
        named = {code for part in rest if (code := reference_data.country_codes_by_name().get(part.casefold()))}
        found: set[tuple[float, float]] = set()
        for code in named & set(countries) or countries:
            stored = self.cities.get((affiliation_parser.fold_organisation(city), code))
            others = [] if stored else gazetteer.find_cities(city, code, rest)
            found |= {stored} if stored else {(one.latitude, one.longitude) for one in others}
        return found.pop() if len(found) == 1 else (None, None)

    def to_json(self, interest: str) -> NearPlace:
        """The place as the answer tells of it, with what to do where no place of anybody is known."""
        return {
            "place": self.place.name,
            "latitude": round(self.place.latitude, 4),
            "longitude": round(self.place.longitude, 4),
            "known_by": self.place.known_by,
            "within": self.within,
            "remedy": self._missing_places_remedy(interest),
        }

    def _missing_places_remedy(self, interest: str) -> str | None:
        if not self.distances.is_empty():
            return None
        return _NONE_GIVEN.format(self.records) if self.records else _NOT_ASKED.format(interest)


def check_near_options(near: str, within: int | None) -> None:
    """Refuse what cannot be meant.

    Raises:
        UsageError: kilometres without a place, or too few or too many of them.
    """
    if within is not None and not near.strip():
        raise UsageError("--within goes with --near, for example: --near Berlin --within 200")
    if within is not None and not 1 <= within <= MOST:
        raise UsageError(f"--within is kilometres between 1 and {MOST:,}.")


def resolve_geo_filter(snapshot: Snapshot, near: str, within: int | None) -> GeoFilter | None:
    """What is near a place; None where no place is asked for.

    Raises:
        UsageError: the place is not known, or could be several; the message says what to do.
    """
    if not near.strip():
        return None
    located = snapshot.load_table("institutions").filter(pl.col("latitude").is_not_null())
    cities = _institution_cities(located)
    place = _resolve_geo_place(" ".join(near.split()), located, cities)
    away = distance_km(pl.col("latitude"), pl.col("longitude"), place.latitude, place.longitude)
    distances = located.select("institution", "institution_id", km=away)
    one = {
        (row["key"], row["country"]): (row["latitude"], row["longitude"])
        for row in cities.filter(pl.col("spread") <= ONE_CITY).iter_rows(named=True)
        if row["country"]
    }
    records = snapshot.load_table("raw_institutions").height
    return GeoFilter(place, WITHIN if within is None else within, distances, one, records)


def _institution_cities(located: pl.DataFrame) -> pl.DataFrame:
    """``key``, ``country``, ``city``, ``names`` of its institutions, their middle, and how far they ``spread``."""
    named = located.filter(pl.col("city").is_not_null())
    keys = pl.Series("key", map(affiliation_parser.fold_organisation, named["city"]), dtype=pl.String)
    north, east = pl.col("latitude").radians(), pl.col("longitude").radians()
    middle = (
        named.with_columns(keys)
        .with_columns(x=north.cos() * east.cos(), y=north.cos() * east.sin(), z=north.sin())
        .with_columns(pl.col("x", "y", "z").mean().over("key", "country"))
        .with_columns(
            north=pl.arctan2("z", (pl.col("x") ** 2 + pl.col("y") ** 2).sqrt()).degrees(),
            east=pl.arctan2("y", "x").degrees(),
        )
    )
    away = distance_km(pl.col("latitude"), pl.col("longitude"), pl.col("north"), pl.col("east"))
    return (
        middle.group_by("key", "country")
        .agg(
            pl.col("city").sort().first(),
            latitude=pl.col("north").first(),
            longitude=pl.col("east").first(),
            spread=away.max(),
            names=pl.col("name").sort(),
        )
        .sort("key", "country")
    )


def _resolve_geo_place(text: str, located: pl.DataFrame, cities: pl.DataFrame) -> GeoPlace:
    """The place that a text means: coordinates, an institution, a city of one, or any city."""
    if numbers := _COORDINATES.fullmatch(text):
        north, east = map(float, numbers.groups())
        if abs(north) > 90 or abs(east) > 180:
            raise UsageError("Coordinates are latitude, then longitude, in degrees, such as 52.52,13.40")
        return GeoPlace(f"{north:g}, {east:g}", north, east, "coordinates")
    name, country = _split_city_country(text)
    for key, value in ((affiliation_parser.fold_organisation, text), (affiliation_parser.fold_organisation, name)):
        if found := _find_institution_place(
            key(value), affiliation_parser.fold_organisation, located, None if value == text else country
        ):
            return found
    if found := _find_institution_city(affiliation_parser.fold_organisation(name), country, cities):
        return found
    if found := _find_institution_place(
        affiliation_parser.organisation_key(text), affiliation_parser.organisation_key, located, None
    ):
        return found
    return _find_gazetteer_city(text, name, country, cities, located.height)


def _split_city_country(text: str) -> tuple[str, str | None]:
    """A name and the country behind its last comma, as a code or in words."""
    name, _, tail = text.rpartition(",")
    tail = tail.strip()
    code = (
        tail.upper()
        if tail.upper() in reference_data.country_codes()
        else reference_data.country_codes_by_name().get(tail.casefold())
    )
    return (name.strip(), code) if name.strip() and code else (text, None)


def _find_institution_place(key: str, keyed: Any, located: pl.DataFrame, country: str | None) -> GeoPlace | None:
    names = located["name"].to_list()
    found = located.filter(pl.Series([keyed(name) == key for name in names], dtype=pl.Boolean))
    found = found if country is None else found.filter(pl.col("country") == country)
    if found.height > 1:
        raise UsageError(
            f"{found.height} institutions are called so. Say which: "
            + " / ".join(sorted({f"{row['name']}, {row['country']}" for row in found.iter_rows(named=True)})[:CHOICES])
            + ", or give coordinates such as 52.52,13.40"
        )
    for row in found.iter_rows(named=True):
        return GeoPlace(row["name"], row["latitude"], row["longitude"], "an institution of that name")
    return None


def _find_institution_city(key: str, country: str | None, cities: pl.DataFrame) -> GeoPlace | None:
    """A city of stored institutions.

    Raises:
        UsageError: there are several.
    """
    found = cities.filter(pl.col("key") == key)
    found = found if country is None else found.filter(pl.col("country") == country)
    if found.height > 1:
        choices = " / ".join(_city_label(row["city"], row["country"]) for row in found.iter_rows(named=True))
        raise UsageError(f"{found['city'][0]} could be several places. Say which: {choices}")
    for row in found.iter_rows(named=True):
        called, names = _city_label(row["city"], row["country"]), row["names"]
        if row["spread"] > ONE_CITY:
            raise UsageError(
                f"{called} could be several places: {', '.join(names[:CHOICES])} lie far apart. Name one of these, or "
                "give coordinates such as 52.52,13.40"
            )
        ground = f"the middle of {len(names)} institutions there" if len(names) > 1 else names[0]
        return GeoPlace(called, row["latitude"], row["longitude"], ground)
    return None


def _find_gazetteer_city(text: str, name: str, country: str | None, cities: pl.DataFrame, located: int) -> GeoPlace:
    """A city that no stored institution is known to be in.

    Raises:
        UsageError: it is none, or could be several.
    """
    found = gazetteer.find_cities(name, country)
    if len(found) == 1:
        city = found[0]
        return GeoPlace(_city_label(city.name, city.country), city.latitude, city.longitude, "GeoNames")
    if len({city.country for city in found}) > 1:
        choices = " / ".join(dict.fromkeys(_city_label(city.name, city.country) for city in found[:CHOICES]))
        raise UsageError(f"{name} could be several places. Say which: {choices}, or give coordinates")
    if found:
        points = " / ".join(f"{city.latitude:.2f},{city.longitude:.2f} ({city.region})" for city in found[:CHOICES])
        raise UsageError(f"{_city_label(name, country)} could be several places. Say which by coordinates: {points}")
    others = (
        cities.filter(pl.col("key") == affiliation_parser.fold_organisation(name))["country"].drop_nulls().to_list()
    )
    others += [city.country for city in gazetteer.find_cities(name)]
    hint = f" It is known in {', '.join(dict.fromkeys(others))}." if country and others else ""
    raise UsageError(
        f"No place called {text} is known, neither as a city nor among the {located:,} stored institutions whose place "
        f"is known.{hint} Try a bigger city near it, “City, CC”, or coordinates such as 52.52,13.40; or collect an "
        "interest first: with it come the places of its institutions."
    )


def _city_label(city: str, country: str | None) -> str:
    return f"{city}, {country}" if country else city


def describe_radius(asked: NearPlace) -> str:
    """The place that was asked for, in words.

    >>> describe_radius({"within": 100, "place": "Potsdam, DE"})
    'within 100 km of Potsdam, DE'
    """
    return f"within {asked['within']:,} km of {asked['place']}"


def distance_suffix(row: Located | Opening) -> str:
    """How far something is, where a place was asked for and its own is known.

    >>> distance_suffix({"km": 27}), distance_suffix({"km": None}), distance_suffix({})
    (', 27 km', '', '')
    """
    km = row.get("km")
    return f", {km:,} km" if km is not None else ""


def describe_geo_place(asked: NearPlace) -> str:
    """Where the place that was asked for was taken to be, and how that is known."""
    point = f"{asked['latitude']:.2f}, {asked['longitude']:.2f}; {asked['known_by']}"
    return (
        f"{asked['place']} is taken to be at {point}. Distances are as the crow flies, to an institution's own place."
    )
