"""The embedded fictional world: its replies go through the very path that live ones take."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import polars as pl

from finder import publication
from finder.demo_metadata import demo_interests, demo_today
from finder.encoder import EncoderError
from finder.encoder.encoder_choice import choose_encoder
from finder.errors import StoreError
from finder.http import read_recordings
from finder.ingest.board_crawler import BoardCrawler, BoardOutcome
from finder.ingest.collector import Collector, build_fetch_request, build_homepage_request
from finder.ingest.file_import import import_files
from finder.model import Board
from finder.reference_data import package_data_folder
from finder.resolution import work_vectors
from finder.settings import Settings
from finder.source import Response, Source, discover_sources
from finder.storage import Store, open_store

SOURCES = {"openalex": "openalex.jsonl.xz", "openalex_awards": "awards.jsonl.xz", "orcid": "orcid.jsonl.xz"}
"""What is asked about each interest, and where the answers are recorded."""
OWN, PAGES = "homepages", "pages.jsonl.xz"  # people's own pages
NETWORKS = "networks.zip"  # doctoral networks, as CORDIS gives them out
STEPS = b"collect, import, visit, sweep"  # what is done with them: a store that saw less of it is built anew


def demo_home(settings_home: Path) -> Path:
    """The demo's own data folder: it never mixes with what the user collected."""
    return settings_home / "demo"


def open_demo_store(settings_home: Path, say: Callable[[str], None]) -> Store:
    """The demo's store, built on first use and whenever the world has changed."""
    store = open_store(demo_home(settings_home))
    if store.get_meta("world") != _demo_version():
        say("Building the demo world (once) …")
        store.runs.clear_complete_ids()  # an older world is asked anew as if for the first time: only that is recorded
        asyncio.run(_build_demo_store(store))
        store.set_meta("world", _demo_version())
    publication.publish_if_stale(
        store, _demo_now().isoformat(timespec="seconds")
    )  # the finder may be newer than what it published
    _embed_demo_titles(store, settings_home)
    return store


def _embed_demo_titles(store: Store, settings_home: Path) -> None:
    """Read the titles, unless the user has switched that off: answers compare by meaning at once.

    Abstracts would take a minute, and add little.
    """
    encoder, snapshot = choose_encoder(store.home).encoder, store.snapshots.current_snapshot()
    if (
        encoder
        and choose_encoder(settings_home).encoder
        and work_vectors.count_missing_vectors(store, snapshot, encoder, "titles")
    ):
        with suppress(EncoderError, StoreError):  # answers say so
            work_vectors.encode_works(store, encoder, kinds=("titles",))


async def _build_demo_store(store: Store) -> None:
    """All interests, then the pages that the people found name as their own."""
    recorded = {key: reply for name in SOURCES.values() for key, reply in _load_demo_recordings(name).items()}
    await collect_demo_interests(store, recorded)
    import_files(
        store, discover_sources()["cordis"], [package_data_folder() / "demo" / NETWORKS], now=_demo_now().isoformat()
    )
    now = _demo_now().isoformat(timespec="seconds")
    publication.resolve_and_publish(store, now)
    await _visit_demo_homepages(store, _load_demo_recordings(PAGES))
    publication.resolve_and_publish(store, now)
    await crawl_demo_boards(store, _load_demo_recordings(PAGES))


async def collect_demo_interests(store: Store, recordings: Mapping[str, Response]) -> None:
    """Every interest, keyed as the recordings were, in replay mode: nothing is sent."""
    sources = {name: discover_sources()[name] for name in SOURCES}
    for interest in demo_interests():
        async with _demo_collector(store, sources, recordings) as collector:
            await collector.collect(build_fetch_request(interest, demo_today()))


async def _visit_demo_homepages(store: Store, recordings: Mapping[str, Response]) -> None:
    """All homepages that somebody's record names; nobody else's."""
    named = store.snapshots.current_snapshot().load_table("authors").filter(pl.col("homepage").is_not_null())
    people = dict(named.select("homepage", "name").iter_rows())
    async with _demo_collector(store, {OWN: discover_sources()[OWN]}, recordings) as collector:
        await collector.visit_homepages(build_homepage_request(build_fetch_request("", demo_today()), people))


async def crawl_demo_boards(store: Store, recordings: Mapping[str, Response]) -> list[BoardOutcome]:
    """All job boards of that world: the token is the step of the address that says it is fictional."""
    found = []
    for reply in recordings.values():
        if reply.source != OWN:
            (token,) = (step for step in reply.url.partition("?")[0].split("/") if step.startswith("fictional-"))
            name = token.removeprefix("fictional-").replace("-", " ").title()
            found.append(Board(name, reply.source, token, "", "invented"))
    store.postings.register_boards(found)
    settings = Settings(home=store.home)
    async with BoardCrawler(settings, store, clock=_demo_now, mode="replay", recordings=recordings) as sweeper:
        outcomes = await sweeper.crawl_boards([one.board for one in store.postings.list_boards()])
    for one in outcomes:  # nothing was sent, but in that world it was
        store.postings.record_board_state(one.board, one.state, one.message, _demo_now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    return outcomes


def _demo_collector(store: Store, sources: Mapping[str, Source], recordings: Mapping[str, Response]) -> Collector:
    settings = Settings(home=store.home, keys={"openalex_key": "demo"})
    return Collector(settings, store, sources, clock=_demo_now, mode="replay", recordings=recordings)


def _load_demo_recordings(name: str) -> dict[str, Response]:
    return read_recordings(package_data_folder() / "demo" / name)


def _demo_now() -> datetime:
    return datetime.combine(demo_today(), datetime.min.time(), UTC)


@cache
def _demo_version() -> str:
    content = b"".join(
        (package_data_folder() / "demo" / name).read_bytes() for name in (*SOURCES.values(), NETWORKS, PAGES)
    )
    return hashlib.sha256(content + STEPS).hexdigest()[:16]
