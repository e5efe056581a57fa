"""Stored works read by the encoder: each text once, newest first, titles before abstracts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from finder.encoder import TEXT_TOKENS, TITLE_TOKENS, Encoder, quantize_vectors
from finder.errors import StoreError
from finder.storage import Snapshot, Store
from finder.storage.vectors import KINDS, Kind, VectorWriter, text_digest
from finder.tables import conform_table

TOKENS: Mapping[Kind, int] = {"titles": TITLE_TOKENS, "texts": TEXT_TOKENS}
COLUMN: Mapping[Kind, str] = {"titles": "title", "texts": "text"}
AT_ONCE: Mapping[Kind, int] = {"titles": 1024, "texts": 256}
"""Texts that are encoded before they are kept: what is lost where the work is stopped."""
SHOWN_EVERY = 20.0  # seconds after which readers see what was encoded meanwhile
LETTERS = 2400  # of a text that stand for it: more are not read
STALE = 0.1  # share of vectors without a text from which they are swept out


class EncodingProgress(NamedTuple):
    """How far the works are encoded, of one kind."""

    kind: Kind
    done: int
    total: int


Tell = Callable[[EncodingProgress], None]


def build_digests(store: Store, works: pl.DataFrame) -> pl.DataFrame:
    """Table ``digests`` of the works of a snapshot, by the record that stands for each."""
    rows = [
        (id_, _title_text(title), _abstract_text(title, abstract))
        for id_, title, abstract in store.text.titles_and_abstracts()
    ]
    schema = {"record": pl.Int64, "title": pl.UInt64, "text": pl.UInt64}
    found = [(id_, text_digest(title), None if text is None else text_digest(text)) for id_, title, text in rows]
    frame = pl.DataFrame(found, schema=schema, orient="row")
    return conform_table(
        "digests", works.select("work", "record").join(frame, on="record", how="left", maintain_order="left")
    )


def _title_text(title: str) -> str:
    return title[:LETTERS]


def _abstract_text(title: str, abstract: str | None) -> str | None:
    """A title with its abstract, where there is one."""
    return f"{title}. {abstract}"[:LETTERS] if abstract else None


def prune_stale_vectors(store: Store) -> int:
    """Delete the vectors of texts that are not stored any more; returns how many.

    Raises:
        StoreError: they cannot be deleted.
    """
    return store.vectors.delete_stale_vectors(lambda kind: _snapshot_digests(store.snapshots.current_snapshot(), kind))


def _snapshot_digests(snapshot: Snapshot, kind: Kind) -> np.ndarray:
    return snapshot.load_table("digests")[COLUMN[kind]].drop_nulls().unique().to_numpy()


def vector_coverage(store: Store, snapshot: Snapshot, encoder: Encoder) -> dict[Kind, float]:
    """How much of what a snapshot holds an encoder has read, by kind."""
    encoded = store.vectors.current_table()
    shares: dict[Kind, float] = {}
    for kind in KINDS:
        stored = _snapshot_digests(snapshot, kind)
        held = np.isin(stored, encoded.map_digests(kind)) if encoded.key == encoder.key else np.zeros(stored.size, bool)
        shares[kind] = float(held.mean()) if stored.size else 1.0
    return shares


def count_missing_vectors(store: Store, snapshot: Snapshot, encoder: Encoder, kind: Kind) -> int:
    """How many texts of a snapshot an encoder has not read."""
    return round((1 - vector_coverage(store, snapshot, encoder)[kind]) * _snapshot_digests(snapshot, kind).size)


def encode_works(
    store: Store, encoder: Encoder, tell: Tell = lambda _: None, *, kinds: tuple[Kind, ...] = KINDS
) -> bool:
    """Encode what no vector is there for; says whether nothing is left. What was encoded stays when this is stopped.

    Where another process is at it, nothing is done.

    Raises:
        EncoderError: its files are damaged.
        SnapshotUnusable: what answers read is damaged.
        StoreError: the vectors cannot be written.
    """
    try:
        with store.vectors.try_encoding_lock() as alone:
            return alone and _encode_until_done(store, encoder, tell, kinds)
    except OSError as error:
        raise StoreError(
            f"{store.home} cannot be written: {error.strerror}. Check its rights and free space."
        ) from error


def _encode_until_done(store: Store, encoder: Encoder, tell: Tell, kinds: tuple[Kind, ...]) -> bool:
    """The same, where nobody else is at it; again as long as works come in meanwhile."""
    while snapshot := store.snapshots.snapshot_or_none():
        if store.vectors.stale_share(lambda kind, held=snapshot: _snapshot_digests(held, kind)) > STALE:
            prune_stale_vectors(store)
        writer = store.vectors.open_writer(encoder.key, encoder.size)
        try:
            if all(_encode_kind(store, snapshot, encoder, writer, kind, tell) for kind in kinds):
                if kinds == KINDS:
                    writer.publish_rows(snapshot.version)
                return True
        finally:
            writer.publish_rows()
    return True


def _encode_kind(
    store: Store, snapshot: Snapshot, encoder: Encoder, writer: VectorWriter, kind: Kind, tell: Tell
) -> bool:
    """All texts of one kind; False as soon as the snapshot does not hold any more."""
    column, version = COLUMN[kind], snapshot.version

    def is_snapshot_current() -> bool:
        latest = store.snapshots.snapshot_or_none()
        return latest is not None and latest.version == version

    if not is_snapshot_current():
        return False
    every = snapshot.load_table("digests").filter(pl.col(column).is_not_null()).unique(column)
    held = pl.Series(column, writer.all_digests(kind), pl.UInt64)
    missing = (
        every.filter(~pl.col(column).is_in(held.implode()))
        .join(snapshot.load_table("works").select("work", "record", "date"), on="work")
        .sort("date", "work", descending=True)
    )
    total, done, shown = every.height, every.height - missing.height, time.monotonic()
    tell(EncodingProgress(kind, done, total))
    for some in missing.iter_slices(AT_ONCE[kind]):
        rows = {id_: (title, abstract) for id_, title, abstract in store.text.titles_and_abstracts(some["record"])}
        texts = [_text_for_kind(kind, *rows.get(id_, ("", None))) for id_ in some["record"]]
        found = quantize_vectors(encoder.encode(texts, TOKENS[kind]))
        same = (
            np.array([text_digest(text) for text in texts], np.uint64) == some[column].to_numpy()
        )  # a record may change
        if not writer.append_vectors(kind, some[column].to_numpy()[same], found[same], is_snapshot_current):
            return False
        done += some.height
        tell(EncodingProgress(kind, done, total))
        if time.monotonic() - shown > SHOWN_EVERY:
            writer.publish_rows()
            shown = time.monotonic()
    writer.publish_rows()
    return True


def _text_for_kind(kind: Kind, title: str, abstract: str | None) -> str:
    return _title_text(title) if kind == "titles" else _abstract_text(title, abstract) or ""
