"""From what the sources said to what answers read: resolve everything, and publish one snapshot."""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from filelock import Timeout

from finder.people import standings
from finder.resolve import coverage, pipeline, raw, vectors
from finder.store import Snapshot, Store, open_store, redacting

MUCH = 20_000  # works from which indexing is worth a process


def publish(store: Store, now: str, *, wait: float = -1, anew: bool = False) -> Snapshot:
    """Bring the snapshot up to the store; a snapshot that already holds is left alone.

    Args:
        wait: seconds for which another process that publishes is waited for; -1 is for ever.
        anew: records were deleted: make a snapshot in any case, and leave none but the new one.

    Raises:
        NothingCollected: the store is empty.
        StoreError: it cannot be written.
    """
    with store.snapshots.lock().acquire(timeout=wait), store.readable():
        if store.records.seq() == 0 or (_holds(store) and not anew):
            return store.snapshots.current()
        redacting.clean_stored(store)
        with _beside(store) as beside:  # SQLite indexes while Polars resolves
            indexing = beside.submit(_index, store.home)
            frames, seq = raw.load(store)
            today = date.fromisoformat(now[:10])
            tables = pipeline.resolve(frames, store, today)
            tables |= standings.summarize_people(tables, today)
            indexing.result()
        tables["digests"] = vectors.digests(store, tables["works"])
        meta: dict[str, Any] = {
            "published_at": now,
            "suppressed": store.suppressions.version(),
            "judged": store.judgements.version(),
            "store": store.identity(),
            "begins": coverage.begins(frames["raw_works"]),
            "records": {source: count for (source, kind), count in store.records.counts().items() if kind == "work"},
            **{name: tables[name].height for name in ("works", "authorships", "authors")},
        }
        snapshot = store.snapshots.publish(tables, seq, meta)
        if anew:
            store.snapshots.keep_one()
            vectors.prune(store)
        return snapshot


def refresh(store: Store, now: str) -> None:
    """Publish what came in since, unless another process is at it: a run that was killed had no time to.

    Raises:
        NothingCollected: the store is empty.
    """
    if store.records.seq() > 0 and not _holds(store):
        with suppress(Timeout):
            publish(store, now, wait=0)


def _beside(store: Store) -> Executor:
    """A process of its own where much is to be indexed; for little it would take longer to start."""
    if store.records.unindexed() < MUCH:
        return ThreadPoolExecutor(max_workers=1)
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


def _index(home: Path) -> None:
    with open_store(home) as store:
        store.records.index()


def _holds(store: Store) -> bool:
    snapshot = store.snapshots.latest()
    if snapshot is None or snapshot.seq != store.records.seq():
        return False
    current = {"suppressed": store.suppressions.version(), "judged": store.judgements.version()}
    same_store = snapshot.meta.get("store", "") == store.identity()
    return same_store and all(snapshot.meta.get(key) == value for key, value in current.items())
