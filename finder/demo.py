"""The embedded fictional world: its replies go through the very path that live ones take."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from finder.collect import Collector, question
from finder.curated import data_folder
from finder.http import read_recordings
from finder.resolve import publish
from finder.settings import Settings
from finder.source import discover
from finder.store import Store, open_store
from finder.world import interests, today

RECORDINGS = "openalex.jsonl.xz"
SOURCE = "openalex"


def home(settings_home: Path) -> Path:
    """The demo's own data folder: it never mixes with what the user collected."""
    return settings_home / "demo"


def ready(settings_home: Path, say: Callable[[str], None]) -> Store:
    """The demo's store, built on first use and whenever the world has changed."""
    store = open_store(home(settings_home))
    if store.meta("world") != _version():
        say("Building the demo world (once) …")
        asyncio.run(_collect(store))
        publish.publish(store, _clock().isoformat(timespec="seconds"))
        store.set_meta("world", _version())
    return store


async def _collect(store: Store) -> None:
    """Every interest, keyed as the recordings were, in replay mode: nothing is sent."""
    recordings = read_recordings(data_folder() / "demo" / RECORDINGS)
    settings = Settings(home=store.home, keys={"openalex_key": "demo"})
    for interest in interests():
        sources = {SOURCE: discover()[SOURCE]}
        async with Collector(settings, store, sources, clock=_clock, mode="replay", recordings=recordings) as collector:
            await collector.collect(question(interest, today()))


def _clock() -> datetime:
    return datetime.combine(today(), datetime.min.time(), UTC)


@cache
def _version() -> str:
    return hashlib.sha256((data_folder() / "demo" / RECORDINGS).read_bytes()).hexdigest()[:16]
