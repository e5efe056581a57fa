"""Stored works read by the encoder: each text once, newest first, titles before abstracts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from finder.encoder import TEXT_TOKENS, TITLE_TOKENS, Encoder, packed
from finder.errors import StoreError
from finder.store import Snapshot, Store
from finder.store.vectors import KINDS, Kind, Writer, digest
from finder.tables import table

TOKENS: Mapping[Kind, int] = {"titles": TITLE_TOKENS, "texts": TEXT_TOKENS}
COLUMN: Mapping[Kind, str] = {"titles": "title", "texts": "text"}
AT_ONCE: Mapping[Kind, int] = {"titles": 1024, "texts": 256}
"""Texts that are encoded before they are kept: what is lost where the work is stopped."""
SHOWN_EVERY = 20.0  # seconds after which readers see what was encoded meanwhile
LETTERS = 2400  # of a text that stand for it: more are not read
STALE = 0.1  # share of vectors without a text from which they are swept out


class Progress(NamedTuple):
    """How far the works are encoded, of one kind."""

    kind: Kind
    done: int
    total: int


Tell = Callable[[Progress], None]


def digests(store: Store, works: pl.DataFrame) -> pl.DataFrame:
    """Table ``digests`` of the works of a snapshot, by the record that stands for each."""
    rows = [(id_, _title(title), _text(title, abstract)) for id_, title, abstract in store.text.titled()]
    schema = {"record": pl.Int64, "title": pl.UInt64, "text": pl.UInt64}
    found = [(id_, digest(title), None if text is None else digest(text)) for id_, title, text in rows]
    frame = pl.DataFrame(found, schema=schema, orient="row")
    return table("digests", works.select("work", "record").join(frame, on="record", how="left", maintain_order="left"))


def _title(title: str) -> str:
    return title[:LETTERS]


def _text(title: str, abstract: str | None) -> str | None:
    """A title with its abstract, where there is one."""
    return f"{title}. {abstract}"[:LETTERS] if abstract else None


def prune(store: Store) -> int:
    """Delete the vectors of texts that are not stored any more; returns how many.

    Raises:
        StoreError: they cannot be deleted.
    """
    return store.vectors.prune(lambda kind: _stored(store.snapshots.current(), kind))


def _stored(snapshot: Snapshot, kind: Kind) -> np.ndarray:
    return snapshot.table("digests")[COLUMN[kind]].drop_nulls().unique().to_numpy()


def share(store: Store, snapshot: Snapshot, encoder: Encoder) -> dict[Kind, float]:
    """How much of what a snapshot holds an encoder has read, by kind."""
    encoded = store.vectors.current()
    shares: dict[Kind, float] = {}
    for kind in KINDS:
        stored = _stored(snapshot, kind)
        held = np.isin(stored, encoded.digests(kind)) if encoded.key == encoder.key else np.zeros(stored.size, bool)
        shares[kind] = float(held.mean()) if stored.size else 1.0
    return shares


def missing(store: Store, snapshot: Snapshot, encoder: Encoder, kind: Kind) -> int:
    """How many texts of a snapshot an encoder has not read."""
    return round((1 - share(store, snapshot, encoder)[kind]) * _stored(snapshot, kind).size)


def encode(store: Store, encoder: Encoder, tell: Tell = lambda _: None, *, kinds: tuple[Kind, ...] = KINDS) -> bool:
    """Encode what no vector is there for; says whether nothing is left. What was encoded stays when this is stopped.

    Where another process is at it, nothing is done.

    Raises:
        NotAnEncoder: its files are damaged.
        NotPublished: what answers read is damaged.
        StoreError: the vectors cannot be written.
    """
    try:
        with store.vectors.working() as alone:
            return alone and _encode_all(store, encoder, tell, kinds)
    except OSError as error:
        raise StoreError(
            f"{store.home} cannot be written: {error.strerror}. Check its rights and free space."
        ) from error


def _encode_all(store: Store, encoder: Encoder, tell: Tell, kinds: tuple[Kind, ...]) -> bool:
    """The same, where nobody else is at it; again as long as works come in meanwhile."""
    while snapshot := store.snapshots.latest():
        if store.vectors.stale(lambda kind, held=snapshot: _stored(held, kind)) > STALE:
            prune(store)
        writer = store.vectors.writer(encoder.key, encoder.size)
        try:
            if all(_encode(store, snapshot, encoder, writer, kind, tell) for kind in kinds):
                if kinds == KINDS:
                    writer.show(snapshot.version)
                return True
        finally:
            writer.show()
    return True


def _encode(store: Store, snapshot: Snapshot, encoder: Encoder, writer: Writer, kind: Kind, tell: Tell) -> bool:
    """All texts of one kind; False as soon as the snapshot does not hold any more."""
    column, version = COLUMN[kind], snapshot.version

    def holds() -> bool:
        latest = store.snapshots.latest()
        return latest is not None and latest.version == version

    if not holds():
        return False
    every = snapshot.table("digests").filter(pl.col(column).is_not_null()).unique(column)
    held = pl.Series(column, writer.digests(kind), pl.UInt64)
    missing = (
        every.filter(~pl.col(column).is_in(held.implode()))
        .join(snapshot.table("works").select("work", "record", "date"), on="work")
        .sort("date", "work", descending=True)
    )
    total, done, shown = every.height, every.height - missing.height, time.monotonic()
    tell(Progress(kind, done, total))
    for some in missing.iter_slices(AT_ONCE[kind]):
        rows = {id_: (title, abstract) for id_, title, abstract in store.text.titled(some["record"])}
        texts = [_of_kind(kind, *rows.get(id_, ("", None))) for id_ in some["record"]]
        found = packed(encoder.encode(texts, TOKENS[kind]))
        same = np.array([digest(text) for text in texts], np.uint64) == some[column].to_numpy()  # a record may change
        if not writer.append(kind, some[column].to_numpy()[same], found[same], holds):
            return False
        done += some.height
        tell(Progress(kind, done, total))
        if time.monotonic() - shown > SHOWN_EVERY:
            writer.show()
            shown = time.monotonic()
    writer.show()
    return True


def _of_kind(kind: Kind, title: str, abstract: str | None) -> str:
    return _title(title) if kind == "titles" else _text(title, abstract) or ""
