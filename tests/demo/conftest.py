"""The world as its builder makes it, and as it is committed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from data.demo.builder import record
from data.demo.builder.build import build_world
from data.demo.builder.model import World
from finder.curated import data_folder
from finder.http import read_recordings
from finder.source import Reply


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    return json.loads(gzip.decompress((data_folder() / "demo" / record.TRUTH).read_bytes()))


@pytest.fixture(scope="session")
def recordings() -> dict[str, Reply]:
    return read_recordings(data_folder() / "demo" / record.SOURCES["openalex"])
