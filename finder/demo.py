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
from finder.collect import Collector, pages_question, question
from finder.curated import data_folder
from finder.encoder import NotAnEncoder
from finder.encoder.choice import chosen
from finder.errors import StoreError
from finder.http import read_recordings
from finder.model import Board
from finder.resolve import vectors
from finder.settings import Settings
from finder.source import Reply, Source, discover
from finder.store import Store, open_store
from finder.sweep import Outcome, Sweeper
from finder.world import interests, today

SOURCES = {"openalex": "openalex.jsonl.xz", "orcid": "orcid.jsonl.xz"}
"""What is asked about each interest, and where the answers are recorded."""
OWN, PAGES = "homepages", "pages.jsonl.xz"  # people's own pages
STEPS = b"collect, visit, sweep"  # what is done with them: a store that saw less of it is built anew


def home(settings_home: Path) -> Path:
    """The demo's own data folder: it never mixes with what the user collected."""
    return settings_home / "demo"


def ready(settings_home: Path, say: Callable[[str], None]) -> Store:
    """The demo's store, built on first use and whenever the world has changed."""
    store = open_store(home(settings_home))
    if store.meta("world") != _version():
        say("Building the demo world (once) …")
        store.runs.forget_completed()  # an older world is asked anew as if for the first time: only that is recorded
        asyncio.run(_build(store))
        store.set_meta("world", _version())
    publication.refresh(store, _clock().isoformat(timespec="seconds"))  # the finder may be newer than what it published
    _encode(store, settings_home)
    return store


def _encode(store: Store, settings_home: Path) -> None:
    """Read the titles, unless the user has switched that off: answers compare by meaning at once.

    Abstracts would take a minute, and add little.
    """
    encoder, snapshot = chosen(store.home).encoder, store.snapshots.current()
    if encoder and chosen(settings_home).encoder and vectors.missing(store, snapshot, encoder, "titles"):
        with suppress(NotAnEncoder, StoreError):  # answers say so
            vectors.encode(store, encoder, kinds=("titles",))


async def _build(store: Store) -> None:
    """All interests, then the pages that the people found name as their own."""
    recorded = {key: reply for name in SOURCES.values() for key, reply in _recordings(name).items()}
    await collect(store, recorded)
    now = _clock().isoformat(timespec="seconds")
    publication.publish(store, now)
    await _visit(store, _recordings(PAGES))
    publication.publish(store, now)
    await sweep(store, _recordings(PAGES))


async def collect(store: Store, recordings: Mapping[str, Reply]) -> None:
    """Every interest, keyed as the recordings were, in replay mode: nothing is sent."""
    sources = {name: discover()[name] for name in SOURCES}
    for interest in interests():
        async with _collector(store, sources, recordings) as collector:
            await collector.collect(question(interest, today()))


async def _visit(store: Store, recordings: Mapping[str, Reply]) -> None:
    """All homepages that somebody's record names; nobody else's."""
    named = store.snapshots.current().table("authors").filter(pl.col("homepage").is_not_null())
    people = dict(named.select("homepage", "name").iter_rows())
    async with _collector(store, {OWN: discover()[OWN]}, recordings) as collector:
        await collector.visit(pages_question(question("", today()), people))


async def sweep(store: Store, recordings: Mapping[str, Reply]) -> list[Outcome]:
    """All job boards of that world: the token is the step of the address that says it is fictional."""
    found = []
    for reply in recordings.values():
        if reply.source != OWN:
            (token,) = (step for step in reply.url.partition("?")[0].split("/") if step.startswith("fictional-"))
            name = token.removeprefix("fictional-").replace("-", " ").title()
            found.append(Board(name, reply.source, token, "", "invented"))
    store.postings.register(found)
    settings = Settings(home=store.home)
    async with Sweeper(settings, store, clock=_clock, mode="replay", recordings=recordings) as sweeper:
        outcomes = await sweeper.sweep([one.board for one in store.postings.boards()])
    for one in outcomes:  # nothing was sent, but in that world it was
        store.postings.note(one.board, one.state, one.message, _clock().strftime("%Y-%m-%dT%H:%M:%SZ"))
    return outcomes


def _collector(store: Store, sources: Mapping[str, Source], recordings: Mapping[str, Reply]) -> Collector:
    settings = Settings(home=store.home, keys={"openalex_key": "demo"})
    return Collector(settings, store, sources, clock=_clock, mode="replay", recordings=recordings)


def _recordings(name: str) -> dict[str, Reply]:
    return read_recordings(data_folder() / "demo" / name)


def _clock() -> datetime:
    return datetime.combine(today(), datetime.min.time(), UTC)


@cache
def _version() -> str:
    content = b"".join((data_folder() / "demo" / name).read_bytes() for name in (*SOURCES.values(), PAGES))
    return hashlib.sha256(content + STEPS).hexdigest()[:16]
