"""Makes ``data/curated/world.json``, the shapes that the dashboard's maps draw, from the npm package world-atlas.

``npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz``, then
``uv run --with pycountry python benchmarks/world_shapes.py package``.
"""

from __future__ import annotations

import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry  # type: ignore[import-not-found] # ISO's numbers, needed here only

from finder.reference_data import country_codes, package_data_folder

GRID = 5000  # steps from one edge of the world to the other: finer than any screen draws it
SMALL = 4.5  # square degrees at the equator below which a country is hardly a pixel on a phone: 55,000 km²
# without a number of their own in Natural Earth; ISO 3166 knows the second and third as parts of these countries
NUMBERLESS = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
# in no file of Natural Earth, or there within the country they belong to
BY_HAND = {
    "BQ": (-68.3, 12.2),
    "BV": (3.4, -54.4),
    "CC": (96.8, -12.2),
    "CX": (105.6, -10.5),
    "GP": (-61.5, 16.2),
    "MQ": (-61.0, 14.6),
    "RE": (55.5, -21.1),
    "SJ": (16.0, 78.6),
    "TK": (-171.8, -9.2),
    "UM": (166.6, 19.3),
    "YT": (45.2, -12.8),
    "AQ": (0.0, -80.0),
}
SOURCE = (
    "Natural Earth 1:110m countries (public domain, naturalearthdata.com), from the npm package world-atlas 2.0.2 "
    "(ISC, Copyright 2013-2019 Michael Bostock), without Antarctica, on a coarser grid, named by ISO 3166-1 alpha-2; "
    "places of small countries are the middles of their 1:50m and 1:10m shapes. Borders are as drawn there: no "
    "statement on whose a place is. Made by benchmarks/world_shapes.py."
)
Point = tuple[float, float]


def main(package: Path) -> None:
    coarse, *finer = (json.loads((package / f"countries-{scale}.json").read_text()) for scale in ("110m", "50m", "10m"))
    lines = decode_arcs(coarse)
    shapes: dict[str, list[list[list[int]]]] = {}
    for geometry in coarse["objects"]["countries"]["geometries"]:
        if (code := country_code_of(geometry)) != "AQ":
            for part in geometry_polygons(geometry):
                away = (
                    code == "FR" and largest_part_middle([part], lines)[0] < -40
                )  # ISO 3166 gives French Guiana a code of its own
                shapes.setdefault("GF" if away else code, []).append(part)
    small = dict(BY_HAND)
    for topology in reversed(finer):
        own = decode_arcs(topology)
        small |= {
            country_code_of(one): largest_part_middle(geometry_polygons(one), own)
            for one in topology["objects"]["countries"]["geometries"]
            if country_code_of(one)
        }
    drawn = {
        code
        for code, parts in shapes.items()
        if sum(abs(ring_area(ring_points(part[0], lines))) for part in parts) >= SMALL
    }
    dots = {code: [round(x, 1), round(y, 1)] for code, (x, y) in sorted(small.items()) if code not in drawn}
    dots = {code: at for code, at in dots.items() if code in country_codes()}
    if missing := country_codes() - set(shapes) - set(dots):
        raise SystemExit(f"nowhere: {sorted(missing)}")
    world = {"type": "Topology", "source": SOURCE, **encode_topology(shapes, lines), "small": dots}
    (package_data_folder() / "curated" / "world.json").write_text(json.dumps(world, separators=(",", ":")) + "\n")


def country_code_of(geometry: dict[str, Any]) -> str:
    """The code that a country is stored under; empty for what is none."""
    known = pycountry.countries.get(numeric=geometry.get("id") or "-")
    return known.alpha_2 if known else NUMBERLESS.get(geometry["properties"]["name"], "")


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The lines as degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        lines.append(line)
    return lines


def geometry_polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def ring_points(numbers: list[int], lines: list[list[Point]]) -> list[Point]:
    parts = [lines[n] if n >= 0 else lines[~n][::-1] for n in numbers]
    return [point for part in parts for point in part[:-1]]


def ring_area(points: list[Point]) -> float:
    """Square degrees, as at the equator."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return sum((x2 - x) * (math.sin(math.radians(y)) + math.sin(math.radians(y2))) for (x, y), (x2, y2) in pairs) * (
        90 / math.pi
    )


def largest_part_middle(parts: list[list[list[int]]], lines: list[list[Point]]) -> Point:
    """The middle of the largest part."""
    points = max((ring_points(part[0], lines) for part in parts), key=lambda one: abs(ring_area(one)))
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def encode_topology(shapes: dict[str, list[list[list[int]]]], lines: list[list[Point]]) -> dict[str, Any]:
    """The shapes over the lines that they use, on the coarser grid."""
    used = sorted({n if n >= 0 else ~n for parts in shapes.values() for part in parts for one in part for n in one})
    number = {old: new for new, old in enumerate(used)}
    west, south, east, north = -180.0, -90.0, 180.0, 90.0
    sx, sy = (east - west) / GRID, (north - south) / GRID

    def renumber_arc(n: int) -> int:
        return number[n] if n >= 0 else ~number[~n]

    def delta_encode_line(line: list[Point]) -> list[list[int]]:
        at = [(round((x - west) / sx), round((y - south) / sy)) for x, y in line]
        kept = [at[0], *(b for a, b in pairwise(at) if a != b)]
        kept += [kept[-1]] * (len(kept) == 1)  # a line has two ends
        return [list(kept[0]), *([b[0] - a[0], b[1] - a[1]] for a, b in pairwise(kept))]

    geometries = [
        {
            "type": "MultiPolygon",
            "id": code,
            "arcs": [[[renumber_arc(n) for n in one] for one in part] for part in parts],
        }
        for code, parts in sorted(shapes.items())
    ]
    return {
        "transform": {"scale": [sx, sy], "translate": [west, south]},
        "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [delta_encode_line(lines[n]) for n in used],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
