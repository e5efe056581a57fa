"""The only door to the disk: SQLite in WAL mode is the record, a Parquet snapshot is what answers read."""

from __future__ import annotations

from finder.storage.database import Store, open_store
from finder.storage.fulltext import FullText, tokenize_texts
from finder.storage.snapshot import Snapshot

__all__ = ["FullText", "Snapshot", "Store", "open_store", "tokenize_texts"]
