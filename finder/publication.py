"""From what the sources said to what answers read: resolve everything, and publish one snapshot."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from filelock import Timeout

from finder.features import author_summaries
from finder.resolution import coverage_start, input_tables, pipeline, suppression_mask, work_vectors
from finder.storage import Snapshot, Store, open_store, redaction_migration

MIN_WORKS_FOR_PROCESS = 20_000  # works from which indexing is worth a process


def resolve_and_publish(store: Store, now: str, *, wait: float = -1, anew: bool = False) -> Snapshot:
    """Bring the snapshot up to the store; a snapshot that already holds is left alone.

    Args:
        wait: seconds for which another process that publishes is waited for; -1 is for ever.
        anew: records were deleted: make a snapshot in any case, and leave none but the new one.

    Raises:
        EmptyStore: the store is empty.
        StoreError: it cannot be written.
    """
    with store.snapshots.publication_lock().acquire(timeout=wait), store.translate_damage():
        if store.records.last_write_seq() == 0 or (_is_snapshot_current(store) and not anew):
            return store.snapshots.current_snapshot()
        redaction_migration.redact_store_contacts(store)
        with _indexing_executor(store) as beside:  # SQLite indexes while Polars resolves
            indexing = beside.submit(_index_store, store.home)
            frames, seq = input_tables.load_raw_tables(store)
            today = date.fromisoformat(now[:10])
            tables = pipeline.resolve_tables(frames, store, today)
            tables |= author_summaries.summarize_people(tables, today)
            indexing.result()
        tables["digests"] = work_vectors.build_digests(store, tables["works"])
        meta: dict[str, Any] = {
            "published_at": now,
            "suppressed": store.suppressions.content_version(),
            "judged": store.judgements.content_version(),
            "store": store.store_identity(),
            "begins": coverage_start.store_start_year(frames["raw_works"]),
            "records": {
                source: count for (source, kind), count in store.records.count_by_source().items() if kind == "work"
            },
            **{name: tables[name].height for name in ("works", "authorships", "authors")},
        }
        snapshot = store.snapshots.publish_tables(tables, seq, meta)
        if anew:
            store.snapshots.delete_old_snapshots()
            work_vectors.prune_stale_vectors(store)
        return snapshot


def publish_without(store: Store, tokens: Collection[str], listed: tuple[str, str], now: str) -> Snapshot:
    """Publish without people who were just suppressed: what is published already, less them, where that is certain.

    Nothing is resolved anew then, which takes ten times as long; the next publication does so. In all other cases, as
    when something came in meanwhile, everything is published anew at once.

    Args:
        tokens: what they were listed by.
        listed: the list's versions before and after, as :meth:`Suppressions.add` gives them.

    Raises:
        EmptyStore: the store is empty.
        StoreError: it cannot be written.
    """
    before, after = listed
    with store.snapshots.publication_lock().acquire(), store.translate_damage():
        snapshot = store.snapshots.snapshot_or_none()
        if snapshot is not None and _is_snapshot_current(store, suppressed=before):
            certain, perhaps = suppression_mask.find_bearers(snapshot, tokens)
            if not perhaps:
                return _leave_out(store, snapshot, certain, after)
    return resolve_and_publish(store, now)


def _leave_out(store: Store, snapshot: Snapshot, people: Collection[int], listed: str) -> Snapshot:
    tables = suppression_mask.drop_people(snapshot, people)
    tables |= author_summaries.revise_internships(snapshot, tables, people)
    counts = {name: tables[name].height for name in ("authorships", "authors") if name in tables}
    meta = {**snapshot.meta, **counts, "suppressed": listed}
    made = store.snapshots.publish_tables(tables, snapshot.seq, meta, like=snapshot)
    store.vectors.carry_over(snapshot.version, made.version)
    return made


def publish_if_stale(store: Store, now: str) -> None:
    """Publish what came in since, unless another process is at it: a run that was killed had no time to.

    Raises:
        EmptyStore: the store is empty.
    """
    if store.records.last_write_seq() > 0 and not _is_snapshot_current(store):
        with suppress(Timeout):
            resolve_and_publish(store, now, wait=0)


def _indexing_executor(store: Store) -> Executor:
    """A process of its own where much is to be indexed; for little it would take longer to start."""
    if store.records.count_unindexed() < MIN_WORKS_FOR_PROCESS:
        return ThreadPoolExecutor(max_workers=1)
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


def _index_store(home: Path) -> None:
    with open_store(home) as store:
        store.records.update_fulltext()


def _is_snapshot_current(store: Store, *, suppressed: str | None = None) -> bool:
    """Whether the snapshot is up to the store.

    Args:
        suppressed: the version of the list of the suppressed that it is to be up to, in place of the present one.
    """
    snapshot = store.snapshots.snapshot_or_none()
    if snapshot is None or snapshot.seq != store.records.last_write_seq():
        return False
    listed = store.suppressions.content_version() if suppressed is None else suppressed
    current = {"suppressed": listed, "judged": store.judgements.content_version()}
    same_store = snapshot.meta.get("store", "") == store.store_identity()
    return same_store and all(snapshot.meta.get(key) == value for key, value in current.items())
