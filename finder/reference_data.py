"""What was put together by hand: countries and their shapes, venues, institutions. Small files, read once."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent


@cache
def package_data_folder() -> Path:
    """The project's ``data``: inside the package where it is installed, at the root of a checkout."""
    inside = _PACKAGE / "data"
    return inside if inside.is_dir() else _PACKAGE.parent / "data"


@cache
def load_reference_rows(file: str) -> list[dict[str, str]]:
    """A curated CSV file, by its name without ending."""
    with (package_data_folder() / "curated" / f"{file}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@cache
def country_codes_by_name() -> dict[str, str]:
    """Casefolded name or alias of a country -> ISO 3166-1 alpha-2.

    The codes themselves are not among the keys: "DE" and "IN" are also states of the USA.
    """
    return {
        name.casefold(): row["code"]
        for row in load_reference_rows("countries")
        for name in (row["name"], *row["aliases"].split("|"))
        if name
    }


@cache
def nickname_index() -> dict[str, str]:
    """Short given name -> the given name it is short for, folded; those that are short for several are left out."""
    return {short: row["name"] for row in load_reference_rows("nicknames") for short in row["short"].split("|")}


@cache
def country_codes() -> frozenset[str]:
    """All ISO 3166-1 alpha-2 codes, and Kosovo's XK."""
    return frozenset(row["code"] for row in load_reference_rows("countries"))


@cache
def _country_name_index() -> dict[str, str]:
    return {row["code"]: row["name"] for row in load_reference_rows("countries")}


def country_name(code: str) -> str:
    """A country's English name; the code itself where it is none.

    >>> country_name("DE")
    'Germany'
    """
    return _country_name_index().get(code.upper(), code)


@cache
def world_map_shapes() -> dict[str, Any]:
    """The shapes of countries as TopoJSON: ``objects.countries``, whose ids are the codes of :func:`country_codes`.

    Beside them ``small``: code -> [longitude, latitude] of whatever is too small to be seen at this scale, some of
    which have no shape at all; and ``source``, where this is from.
    """
    return json.loads((package_data_folder() / "curated" / "world.json").read_text(encoding="utf-8"))


@cache
def venue_names() -> dict[str, str]:
    """Key of a venue in conference files (``nips``) -> its name (``NeurIPS``)."""
    return {row["venue"]: row["name"] for row in load_reference_rows("venues")}


@cache
def venue_months() -> dict[str, int]:
    """Key of a venue -> the month it usually takes place in; venues that wander over the year are left out."""
    return {row["venue"]: int(row["month"]) for row in load_reference_rows("venues") if row["month"]}


@cache
def institution_aliases() -> dict[str, str]:
    """Casefolded name, alias or lab of a well-known institution -> its name."""
    return {
        name.strip().casefold(): row["name"]
        for row in load_reference_rows("institutions")
        for name in (row["name"], *row["aliases"].split("|"), *row["labs"].split("|"))
        if name.strip()
    }


@cache
def reference_institutions() -> dict[str, dict[str, str]]:
    """Name of a well-known institution -> its row.

    ``name``, ``kind``, ``country``; joined by ``|``: ``aliases``, ``labs`` (names that are kept beside the
    institution's), and for companies ``begins`` (words that names of its parts begin with).
    """
    return {row["name"]: row for row in load_reference_rows("institutions")}
