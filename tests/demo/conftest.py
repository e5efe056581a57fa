"""The world as its builder makes it, and as it is committed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import polars as pl
import pytest

from data.demo.builder import record
from data.demo.builder.build import build_world
from data.demo.builder.model import World
from finder import demo_store
from finder.answers import person_rows
from finder.demo_metadata import demo_today
from finder.http import read_recordings
from finder.ranking import advisor_score
from finder.reference_data import package_data_folder
from finder.source import Response
from finder.storage import Store
from tests.once import demo_home


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    return json.loads(gzip.decompress((package_data_folder() / "demo" / record.TRUTH).read_bytes()))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo's store as it is built on first use; nothing may be written into it but what leaves no trace."""
    return demo_store.open_demo_store(demo_home(tmp_path_factory), pytest.fail)


@pytest.fixture(scope="session")
def posts(known: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Everybody's posts, with ``author_id``."""
    people, posts = known
    return posts.join(people.select("author", "author_id"), on="author")


@pytest.fixture(scope="session")
def known(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody with a work, and their posts, as the finder sees them."""
    snapshot = store.snapshots.current_snapshot()
    works = snapshot.load_table("works").select("work", match=pl.lit(0.5))
    _, sums = advisor_score.collect_evidence(
        works.lazy(), snapshot.load_table("authorships").lazy(), demo_today(), demo_today(), 4.0
    )
    return person_rows.load_author_profiles(snapshot, sums.collect(), demo_today())


@pytest.fixture(scope="session")
def people(known: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Everybody with two works or more, as the finder sees them."""
    everybody, posts = known
    here = posts.filter("current").group_by("author").agg(places=pl.col("institution_id"))
    return everybody.join(here, on="author", how="left").filter(pl.col("matched") >= 2)


@pytest.fixture(scope="session")
def recordings() -> dict[str, Response]:
    return read_recordings(package_data_folder() / "demo" / record.SOURCES["openalex"])
