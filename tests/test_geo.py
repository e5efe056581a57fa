"""Distances on the globe."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.geo import RADIUS, distance_km, is_valid_point

HALF = math.pi * RADIUS
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
Point = tuple[float, float]


def km(one: Point, other: Point) -> float:
    return pl.select(distance_km(*one, *other)).item()


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_around(one: Point, other: Point) -> None:
    assert km(one, other) == km(other, one)
    assert 0 <= km(one, other) <= HALF * (1 + 1e-12)


@given(points)
def test_nothing_lies_between_a_point_and_itself(point: Point) -> None:
    assert km(point, point) == 0


@given(points)
def test_antipodes_are_half_around_the_globe_apart(point: Point) -> None:
    north, east = point
    assert km(point, (-north, east - 180 if east > 0 else east + 180)) == pytest.approx(HALF, rel=1e-6)


@given(points, points, points)
def test_no_way_round_is_shorter(one: Point, two: Point, three: Point) -> None:
    assert km(one, three) <= km(one, two) + km(two, three) + 1e-6


@given(st.floats(-89, 89), st.floats(0.001, 2))
def test_the_dateline_is_no_border(north: float, away: float) -> None:
    assert km((north, 180 - away), (north, away - 180)) == pytest.approx(km((north, -away), (north, away)), rel=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ((52.52, 13.405), (48.8566, 2.3522), 877.5),  # Berlin, Paris
        ((52.52, 13.405), (52.3989, 13.0657), 26.6),  # Berlin, Potsdam
        ((51.5074, -0.1278), (40.7128, -74.006), 5570.2),  # London, New York
        ((-17.7134, 178.065), (-13.7590, -172.1046), 1140.0),  # Fiji, Samoa: across the dateline
        ((0, 0), (0, 90), HALF / 2),
        ((90, 0), (-90, 77), HALF),
    ],
)
def test_known_distances(one: Point, other: Point, known: float) -> None:
    assert km(one, other) == pytest.approx(known, rel=2e-3)


def test_columns_at_once_and_unknown_stays_unknown() -> None:
    frame = pl.DataFrame({"latitude": [52.52, None, 0.0, 91.0], "longitude": [13.405, 2.0, 0.0, 1.0]})
    both = pl.col("latitude"), pl.col("longitude")

    assert frame.select(distance_km(*both, 52.52, 13.405)).to_series().to_list()[:2] == [0, None]
    assert frame.select(is_valid_point(*both)).to_series().to_list() == [True, None, False, False]
