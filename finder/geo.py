"""Distances on the globe, as Polars expressions: degrees in, kilometres out."""

from __future__ import annotations

import polars as pl

RADIUS = 6371.0088  # of a ball as large as the Earth


def distance_km(
    latitude: pl.Expr | float, longitude: pl.Expr | float, to_latitude: pl.Expr | float, to_longitude: pl.Expr | float
) -> pl.Expr:
    """Kilometres between two points along a great circle (haversine); null where a coordinate is.

    >>> round(pl.select(distance_km(52.52, 13.405, 48.8566, 2.3522)).item())  # Berlin to Paris
    877
    """
    north, east, to_north, to_east = (
        (value if isinstance(value, pl.Expr) else pl.lit(float(value))).radians()
        for value in (latitude, longitude, to_latitude, to_longitude)
    )
    half = ((to_north - north) / 2).sin() ** 2 + north.cos() * to_north.cos() * ((to_east - east) / 2).sin() ** 2
    return 2 * RADIUS * half.clip(0.0, 1.0).sqrt().arcsin()


def is_valid_point(latitude: pl.Expr, longitude: pl.Expr) -> pl.Expr:
    """Whether coordinates are some: within their bounds, and not the (0, 0) that stands for "unknown" in many lists."""
    return latitude.is_between(-90, 90) & longitude.is_between(-180, 180) & ((latitude != 0) | (longitude != 0))
