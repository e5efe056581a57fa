"""Engines other than Polars, where what they need is there."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

import pytest

from finder import settings
from finder.ranking import engines
from finder.settings import EngineSettings
from tests.examples import FULL

LACKING = {
    "duckdb": None if importlib.util.find_spec("duckdb") else "DuckDB is absent: uv run --extra duckdb pytest …",
    "spark": "PySpark is absent: uv run --extra spark pytest …"
    if not importlib.util.find_spec("pyspark")
    else "Java is absent: PySpark wants 17 or newer"
    if not settings.has_java()
    else None
    if FULL or "FINDER_SPARK" in os.environ
    else "it takes minutes: FINDER_SPARK=1 uv run pytest …",
}
OTHERS = [pytest.param(name, marks=pytest.mark.skipif(bool(why), reason=str(why))) for name, why in LACKING.items()]


@pytest.fixture(scope="module", params=OTHERS)
def engine(request: pytest.FixtureRequest) -> Iterator[engines.Engine]:
    """Each engine that is here, in turn."""
    with engines.open_engine(request.param, EngineSettings(master="local[2]", memory_gb=1)) as opened:
        yield opened


@pytest.fixture(scope="module")
def duckdb() -> Iterator[engines.Engine]:
    """The quick one, for what need not be asked of all."""
    if LACKING["duckdb"]:
        pytest.skip(LACKING["duckdb"])
    with engines.open_engine("duckdb", EngineSettings(memory_gb=1)) as opened:
        yield opened
