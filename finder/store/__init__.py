"""The only door to the disk: SQLite in WAL mode is the record, a Parquet snapshot is what answers read."""

from __future__ import annotations

from finder.store.database import Store, open_store
from finder.store.fulltext import FullText, tokens
from finder.store.snapshot import Snapshot

__all__ = ["FullText", "Snapshot", "Store", "open_store", "tokens"]
