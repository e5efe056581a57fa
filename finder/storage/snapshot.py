"""What answers read: Parquet files of one moment, put in place all at once by replacing one small file.

``snapshots/current.json`` names the folder that holds now. Readers that began with an older folder go on with it;
it is swept away two publications later.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from finder.errors import EmptyStore, SnapshotUnusable, StoreError

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

    @property
    def publication_day(self) -> date:
        """The day of its publication: tables that hold for one day are of this one."""
        return date.fromisoformat(self.meta["published_at"][:10])

    def scan_table(self, table: str) -> pl.LazyFrame:
        """A table, lazily."""
        import polars as pl

        return pl.scan_parquet(self.table_path(table))

    def table_path(self, table: str) -> Path:
        """The Parquet file of a table, for those who read it by other means.

        Raises:
            SnapshotUnusable: it is damaged or gone; the message names the remedy.
        """
        return _intact_parquet_path(self.folder / f"{table}.parquet")

    def load_table(self, table: str) -> pl.DataFrame:
        """A table in memory; kept for as long as this process asks for the same version.

        Raises:
            SnapshotUnusable: its file is damaged or gone; the message names the remedy.
        """
        return _read_with_eviction(self.folder / f"{table}.parquet")


@cache
def _read_parquet(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_parquet(_intact_parquet_path(path), memory_map=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _snapshot_damage_error(path) from error


def _intact_parquet_path(path: Path) -> Path:
    """The file, unless its end or its beginning is missing: that is seen without reading it.

    Raises:
        SnapshotUnusable: it is damaged.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(4)
            file.seek(-min(4, path.stat().st_size), os.SEEK_END)
            ends = file.read(4)
    except OSError as error:
        raise _snapshot_damage_error(path) from error
    if not begins == ends == b"PAR1":
        raise _snapshot_damage_error(path)
    return path


def _snapshot_damage_error(path: Path) -> SnapshotUnusable:
    return SnapshotUnusable(f"{path} is damaged or gone. Nothing is lost, it can be made anew: finder doctor --mend")


def _link(path: Path, to: Path) -> None:
    """One file under another name, too; a copy of it where the disk knows no links."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)


def _read_with_eviction(path: Path) -> pl.DataFrame:
    if _read_parquet.cache_info().currsize > 64:  # a long-lived dashboard over many publications
        _read_parquet.cache_clear()
    return _read_parquet(path)


class Snapshots:
    """Verbs over the folder of snapshots."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publication_lock(self) -> FileLock:
        """Held by whoever builds and publishes; readers never need it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock")

    def current_snapshot(self) -> Snapshot:
        """The snapshot that holds now.

        Raises:
            EmptyStore: none was published yet.
            SnapshotUnusable: it is damaged, or another version of the finder published it.
            StoreError: it cannot be read.
        """
        from finder.tables import SHAPE

        path = self._folder / POINTER
        try:
            pointer = json.loads(path.read_bytes())
            snapshot = Snapshot(self._folder / pointer["folder"], pointer["seq"], pointer["meta"])
            if snapshot.meta["shape"] == SHAPE and snapshot.folder.is_dir():
                return snapshot
        except FileNotFoundError:
            raise EmptyStore(
                "Nothing is stored yet. Run: finder collect INTEREST, or finder import paperlists FOLDER"
            ) from None
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}. Check its rights.") from error
        except (ValueError, KeyError, TypeError):
            pass
        raise SnapshotUnusable(
            "The search index is damaged or from another version of the finder. The next command rebuilds it from what "
            "is stored; restart a dashboard that was open meanwhile."
        )

    def snapshot_or_none(self) -> Snapshot | None:
        """The snapshot that holds now, or None where there is none that this finder can read."""
        try:
            return self.current_snapshot()
        except EmptyStore:
            return None

    def invalidate_current(self) -> None:
        """Forget which snapshot holds: the next one is made of the record alone."""
        (self._folder / POINTER).unlink(missing_ok=True)

    def snapshot_folders(self) -> list[Path]:
        """All folders of snapshots, whether they hold, held or were never finished."""
        return sorted(f for f in self._folder.iterdir() if f.is_dir()) if self._folder.is_dir() else []

    def publish_tables(
        self, tables: Mapping[str, pl.DataFrame], seq: int, meta: Mapping[str, Any], like: Snapshot | None = None
    ) -> Snapshot:
        """Write the tables beside the current snapshot, then switch over in one step.

        Args:
            like: a snapshot that has the tables which are not given: its files are linked, or else copied.
        """
        from finder.tables import SHAPE, TABLES

        self._folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{seq:010d}-", dir=self._folder))
        for name, frame in tables.items():
            frame.write_parquet(folder / f"{name}.parquet", compression="lz4", statistics=True)
        if like is not None:
            for name in TABLES.keys() - tables.keys():
                _link(like.table_path(name), folder / f"{name}.parquet")
        part = folder / "pointer.part"
        part.write_text(
            json.dumps({"folder": folder.name, "seq": seq, "meta": {**meta, "shape": SHAPE}}), encoding="utf-8"
        )
        part.replace(self._folder / POINTER)
        self._prune_folders()
        return self.current_snapshot()

    def delete_old_snapshots(self) -> None:
        """Delete all but the snapshot that holds now: what was erased must not stay in older ones.

        Raises:
            StoreError: one of them cannot be deleted.
        """
        _read_parquet.cache_clear()
        for folder in [f for f in self._folder.iterdir() if f.is_dir() and f != self.current_snapshot().folder]:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                why = f"{folder} cannot be deleted ({error}). Close other finders and run the same command again."
                raise StoreError(why) from error

    def _prune_folders(self) -> None:
        """Old and half-written folders; the newest few stay for readers that began with them."""
        current = self.current_snapshot().folder
        folders = sorted((f for f in self._folder.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime_ns)
        for folder in folders[:-KEEP]:
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)
