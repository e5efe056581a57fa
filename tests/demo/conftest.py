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
from finder import demo
from finder.curated import data_folder
from finder.http import read_recordings
from finder.rank import advisors
from finder.source import Reply
from finder.store import Store
from finder.views import cards
from finder.world import today
from tests.once import demo_home


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    return json.loads(gzip.decompress((data_folder() / "demo" / record.TRUTH).read_bytes()))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo's store as it is built on first use; nothing may be written into it but what leaves no trace."""
    return demo.ready(demo_home(tmp_path_factory), pytest.fail)


@pytest.fixture(scope="session")
def posts(known: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Everybody's posts, with ``author_id``."""
    people, posts = known
    return posts.join(people.select("author", "author_id"), on="author")


@pytest.fixture(scope="session")
def known(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody with a work, and their posts, as the finder sees them."""
    snapshot = store.snapshots.current()
    works = snapshot.table("works").select("work", match=pl.lit(0.5))
    _, sums = advisors.gather(works.lazy(), snapshot.table("authorships").lazy(), today(), today(), 4.0)
    return cards.known(snapshot, sums.collect(), today())


@pytest.fixture(scope="session")
def people(known: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Everybody with two works or more, as the finder sees them."""
    everybody, posts = known
    here = posts.filter("current").group_by("author").agg(places=pl.col("institution_id"))
    return everybody.join(here, on="author", how="left").filter(pl.col("matched") >= 2)


@pytest.fixture(scope="session")
def recordings() -> dict[str, Reply]:
    return read_recordings(data_folder() / "demo" / record.SOURCES["openalex"])
