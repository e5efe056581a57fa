"""What answers read: Parquet files of one moment, put in place all at once by replacing one small file.

``snapshots/current.json`` names the folder that holds now. Readers that began with an older folder go on with it;
it is swept away two publications later.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from finder.errors import NothingCollected, StoreError

if TYPE_CHECKING:
    import polars as pl

POINTER = "current.json"
KEEP = 3


@dataclass(frozen=True)
class Snapshot:
    """One published moment.

    Attributes:
        seq: the store's write number it was made from.
        meta: what else was noted at publication.
    """

    folder: Path
    seq: int
    meta: Mapping[str, Any] = field(hash=False)

    @property
    def version(self) -> str:
        """Changes whenever the content does: the key of every cache above."""
        return self.folder.name

    def scan(self, table: str) -> pl.LazyFrame:
        """A table, lazily."""
        import polars as pl

        return pl.scan_parquet(self.folder / f"{table}.parquet")

    def table(self, table: str) -> pl.DataFrame:
        """A table in memory; kept for as long as this process asks for the same version."""
        return _read(self.folder / f"{table}.parquet")


@cache
def _cached(path: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(path, memory_map=False)


def _read(path: Path) -> pl.DataFrame:
    if _cached.cache_info().currsize > 64:  # a long-lived dashboard over many publications
        _cached.cache_clear()
    return _cached(path)


class Snapshots:
    """Verbs over the folder of snapshots."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lock(self) -> FileLock:
        """Held by whoever builds and publishes; readers never need it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock")

    def current(self) -> Snapshot:
        """The snapshot that holds now.

        Raises:
            NothingCollected: none was published yet.
        """
        try:
            pointer = json.loads((self._folder / POINTER).read_text(encoding="utf-8"))
            snapshot = Snapshot(self._folder / pointer["folder"], pointer["seq"], pointer["meta"])
            if snapshot.folder.is_dir():
                return snapshot
        except (FileNotFoundError, json.JSONDecodeError, KeyError):
            pass
        raise NothingCollected(
            "Nothing is stored yet. Run: finder collect INTEREST, or finder import paperlists FOLDER"
        )

    def latest(self) -> Snapshot | None:
        """The snapshot that holds now, or None."""
        try:
            return self.current()
        except NothingCollected:
            return None

    def publish(self, tables: Mapping[str, pl.DataFrame], seq: int, meta: Mapping[str, Any]) -> Snapshot:
        """Write the tables beside the current snapshot, then switch over in one step."""
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{seq:010d}-", dir=self._folder))
        for name, frame in tables.items():
            frame.write_parquet(folder / f"{name}.parquet", compression="lz4", statistics=True)
        part = folder / "pointer.part"
        part.write_text(json.dumps({"folder": folder.name, "seq": seq, "meta": dict(meta)}), encoding="utf-8")
        part.replace(self._folder / POINTER)
        self._sweep()
        return self.current()

    def keep_one(self) -> None:
        """Delete all but the snapshot that holds now: what was erased must not stay in older ones.

        Raises:
            StoreError: one of them cannot be deleted.
        """
        _cached.cache_clear()
        for folder in [f for f in self._folder.iterdir() if f.is_dir() and f != self.current().folder]:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                why = f"{folder} cannot be deleted ({error}). Close other finders and run the same command again."
                raise StoreError(why) from error

    def _sweep(self) -> None:
        """Old and half-written folders; the newest few stay for readers that began with them."""
        current = self.current().folder
        folders = sorted((f for f in self._folder.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime_ns)
        for folder in folders[:-KEEP]:
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)
