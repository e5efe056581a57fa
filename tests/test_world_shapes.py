"""The bundled shapes of countries: everything that may be counted has a place on the map."""

from __future__ import annotations

from finder import reference_data
from finder.reference_data import country_codes, package_data_folder, world_map_shapes

COMMON = "US CN GB DE FR CH SG HK KR JP IL CA AU IN NL TW SE IT ES AT BE DK FI NO IE PL CZ BR SA AE QA LU MT CY XK"
LARGEST = 120_000  # bytes: every map that is opened takes them to the browser


def shapes() -> dict[str, list[list[list[int]]]]:
    return {one["id"]: one["arcs"] for one in world_map_shapes()["objects"]["countries"]["geometries"]}


def test_every_country_can_be_drawn() -> None:
    drawable = set(shapes()) | set(world_map_shapes()["small"])
    assert set(COMMON.split()) <= drawable
    assert country_codes() <= drawable
    assert {row["country"] for row in reference_data.load_reference_rows("institutions") if row["country"]} <= drawable


def test_no_shape_is_of_an_unknown_country_and_every_line_is_there() -> None:
    assert set(shapes()) <= country_codes()
    assert set(world_map_shapes()["small"]) <= country_codes()
    used = {n if n >= 0 else ~n for parts in shapes().values() for part in parts for ring in part for n in ring}
    assert used == set(range(len(world_map_shapes()["arcs"])))


def test_countries_too_small_to_be_seen_have_their_place() -> None:
    places = world_map_shapes()["small"]
    assert {"SG", "HK", "MT", "LU", "CH", "IL", "TW", "NL"} <= set(places)
    assert not {"US", "DE", "CN"} & set(places)
    assert places["SG"] == [103.8, 1.4]
    assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in places.values())


def test_the_file_is_small_and_says_where_it_is_from() -> None:
    assert (package_data_folder() / "curated" / "world.json").stat().st_size < LARGEST
    assert "Natural Earth" in world_map_shapes()["source"]
    assert "public domain" in world_map_shapes()["source"]
