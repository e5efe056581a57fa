"""What texts mean, as vectors: one table beside the snapshots, keyed by digests of texts, which all snapshots share.

A text is encoded once, whatever becomes of the snapshots. ``vectors/current.json`` names the folder that holds now and
how many rows of its files readers may count on; a writer only appends, vectors first, so that what was written before
it was killed stays. Files are deleted, not changed, where texts are no longer stored.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from filelock import FileLock, Timeout

from finder.errors import StoreError

if TYPE_CHECKING:  # imported where it is used: most commands open a store, and few look at vectors
    import numpy as np

Kind = Literal["titles", "texts"]
"""Titles alone, and titles with their abstracts."""
KINDS: tuple[Kind, ...] = get_args(Kind)
POINTER = "current.json"
DIGEST = 8  # bytes that stand for a text
_DIGESTS, _VECTORS = "digests", "vectors"


def text_digest(text: str) -> int:
    """What stands for a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=DIGEST).digest(), "little")


@dataclass(frozen=True)
class VectorTable:
    """The vectors that readers may count on.

    Attributes:
        version: changes whenever they do; empty where there are none.
        key: of the encoder that made them.
        size: numbers of a vector.
        rows: how many there are, by kind.
        read: the version of the newest snapshot of which no text is missing.
    """

    folder: Path
    version: str = ""
    key: str = ""
    size: int = 0
    rows: Mapping[Kind, int] = field(default_factory=dict, hash=False)
    read: str = ""

    def is_complete_for(self, key: str, snapshot: str) -> bool:
        """Whether this encoder has read everything that a snapshot of this version holds."""
        return self.key == key and self.read == snapshot

    def map_digests(self, kind: Kind) -> np.ndarray:
        """Digests of the texts, as whole numbers of eight bytes."""
        import numpy as np

        return _memory_map(self.folder / f"{kind}.{_DIGESTS}", np.dtype("<u8"), (self.row_count(kind),))

    def map_vectors(self, kind: Kind) -> np.ndarray:
        """Their vectors, one row of bytes each, in the same order; they stay in the file until they are looked at."""
        import numpy as np

        return _memory_map(self.folder / f"{kind}.{_VECTORS}", np.dtype("i1"), (self.row_count(kind), self.size))

    def row_count(self, kind: Kind) -> int:
        """How many there are."""
        return self.rows.get(kind, 0)


class VectorStore:
    """Verbs over the folder of vectors."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current_table(self) -> VectorTable:
        """What readers may count on; nothing where it is damaged: it is made anew then."""
        try:
            pointer = json.loads((self._folder / POINTER).read_bytes())
            folder, rows = self._folder / pointer["folder"], pointer["rows"]
            version = f"{pointer['folder']}-{'-'.join(str(rows[kind]) for kind in KINDS)}"
            counts = {kind: int(rows[kind]) for kind in KINDS}
            found = VectorTable(folder, version, pointer["key"], int(pointer["size"]), counts, pointer["read"])
            whole = all(_complete_row_count(folder, kind, found.size) >= found.row_count(kind) for kind in KINDS)
            return found if whole else VectorTable(self._folder)
        except (OSError, ValueError, KeyError, TypeError):
            return VectorTable(self._folder)

    @contextmanager
    def try_encoding_lock(self) -> Iterator[bool]:
        """Whether nobody else is encoding: who encodes holds this for as long as it takes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / ".working", timeout=0):
                yield True
        except Timeout:
            yield False

    def open_writer(self, key: str, size: int) -> VectorWriter:
        """Goes on with the table of an encoder, or begins it: another's is deleted."""
        with self._table_lock():
            now = self.current_table()
            if (now.key, now.size) != (key, size) or not now.folder.is_dir():
                self._switch_table(self._create_table_folder(), key, size, dict.fromkeys(KINDS, 0))
                now = self.current_table()
            for kind in KINDS:
                _truncate_partial_rows(now.folder, kind, size)
        return VectorWriter(self, now)

    def carry_over(self, before: str, after: str) -> None:
        """Note that a snapshot holds the very texts of another, so that what was complete for the one is for the other.

        Args:
            before, after: the versions of the two snapshots.
        """
        if self.current_table().read != before:  # also where there are no vectors
            return
        with self._table_lock():
            now = self.current_table()
            if now.version and now.read == before:
                self._write_pointer(now.folder, now.key, now.size, now.rows, after)

    def delete_stale_vectors(self, keep: Callable[[Kind], np.ndarray]) -> int:
        """Delete the vectors of all texts but these, from the disk, too; returns how many.

        Args:
            keep: digests of the texts that are stored.

        Raises:
            StoreError: they cannot be deleted; the message says what to do.
        """
        import numpy as np

        if not self._folder.is_dir():
            return 0
        with self._table_lock():
            now = self.current_table()
            if not now.version:
                self._delete_other_tables(None)
                return 0
            rows: dict[Kind, int] = {kind: _complete_row_count(now.folder, kind, now.size) for kind in KINDS}
            every = VectorTable(now.folder, "all", now.key, now.size, rows)  # also what readers do not see yet
            stays = {kind: np.isin(every.map_digests(kind), keep(kind)) for kind in KINDS}
            gone = sum(int((~kept).sum()) for kept in stays.values())
            if gone:
                begun = self._create_table_folder()
                for kind, kept in stays.items():
                    _append_rows(begun, kind, every.map_digests(kind)[kept], every.map_vectors(kind)[kept])
                self._switch_table(begun, now.key, now.size, {kind: int(kept.sum()) for kind, kept in stays.items()})
            self._delete_other_tables(self.current_table().folder)  # what an earlier call could not delete
        return gone

    def stale_share(self, keep: Callable[[Kind], np.ndarray]) -> float:
        """Share of vectors whose texts are no longer stored."""
        import numpy as np

        now = self.current_table()
        every = sum(now.row_count(kind) for kind in KINDS)
        held = sum(int(np.isin(now.map_digests(kind), keep(kind)).sum()) for kind in KINDS)
        return (every - held) / max(every, 1)

    def bytes_on_disk(self) -> int:
        """What it takes on the disk."""
        return sum(file.stat().st_size for file in self._folder.glob("table-*/*")) if self._folder.is_dir() else 0

    def _table_lock(self) -> FileLock:
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock")

    def _create_table_folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="table-", dir=self._folder))
        for kind in KINDS:
            for part in (_DIGESTS, _VECTORS):
                (folder / f"{kind}.{part}").touch()
        return folder

    def _switch_table(self, folder: Path, key: str, size: int, rows: Mapping[Kind, int]) -> None:
        self._write_pointer(folder, key, size, rows)
        self._delete_other_tables(folder)

    def _write_pointer(self, folder: Path, key: str, size: int, rows: Mapping[Kind, int], read: str = "") -> None:
        part = self._folder / f"{POINTER}.part"
        pointer: dict[str, Any] = {"folder": folder.name, "key": key, "size": size, "rows": dict(rows), "read": read}
        part.write_text(json.dumps(pointer), encoding="utf-8")
        part.replace(self._folder / POINTER)

    def _delete_other_tables(self, keep: Path | None) -> None:
        """Delete all folders but one."""
        for folder in self._folder.glob("table-*"):
            if folder != keep:
                try:
                    shutil.rmtree(folder)
                except OSError as error:
                    why = f"{folder} cannot be deleted ({error}). Close other finders and run the same command again."
                    raise StoreError(why) from error


class VectorWriter:
    """Appends to a table; what is appended is seen by readers after :meth:`publish_rows`."""

    def __init__(self, table: VectorStore, begun: VectorTable) -> None:
        self._table, self._begun = table, begun

    def all_digests(self, kind: Kind) -> np.ndarray:
        """Digests of all that is in the table, whether readers see it yet or not."""
        count = _complete_row_count(self._begun.folder, kind, self._begun.size)
        return VectorTable(self._begun.folder, rows={kind: count}).map_digests(kind)

    def append_vectors(self, kind: Kind, digests: np.ndarray, vectors: np.ndarray, holds: Callable[[], bool]) -> bool:
        """Keep these, unless the table was pruned or its texts are out of date; says whether they are kept.

        Args:
            holds: whether all of the texts are still stored; asked while nobody can prune.

        Raises:
            StoreError: they cannot be written.
        """
        with self._table._table_lock():
            if self._table.current_table().folder != self._begun.folder or not holds():
                return False
            try:
                _truncate_partial_rows(self._begun.folder, kind, self._begun.size)
                _append_rows(self._begun.folder, kind, digests, vectors)
            except OSError as error:
                raise StoreError(
                    f"{self._begun.folder} cannot be written: {error.strerror}. Free some space."
                ) from error
        return True

    def publish_rows(self, read: str = "") -> None:
        """Let readers see what was appended.

        Args:
            read: the version of a snapshot of which no text is missing now.
        """
        with self._table._table_lock():
            now = self._table.current_table()
            if now.folder == self._begun.folder:
                rows: dict[Kind, int] = {kind: _complete_row_count(now.folder, kind, now.size) for kind in KINDS}
                if (rows, read or now.read) != (now.rows, now.read):
                    self._table._write_pointer(now.folder, now.key, now.size, rows, read or now.read)


def _complete_row_count(folder: Path, kind: Kind, size: int) -> int:
    """Rows that both files of a kind hold whole."""
    digests, vectors = ((folder / f"{kind}.{part}").stat().st_size for part in (_DIGESTS, _VECTORS))
    return min(digests // DIGEST, vectors // max(size, 1))


def _truncate_partial_rows(folder: Path, kind: Kind, size: int) -> None:
    """Take off what was half written by somebody who was killed."""
    rows = _complete_row_count(folder, kind, size)
    for part, width in ((_DIGESTS, DIGEST), (_VECTORS, size)):
        path = folder / f"{kind}.{part}"
        if path.stat().st_size > rows * width:
            os.truncate(path, rows * width)


def _append_rows(folder: Path, kind: Kind, digests: np.ndarray, vectors: np.ndarray) -> None:
    for part, rows in ((_VECTORS, vectors.astype("i1")), (_DIGESTS, digests.astype("<u8"))):
        with (folder / f"{kind}.{part}").open("ab") as file:
            file.write(rows.tobytes())
            file.flush()
            os.fsync(file.fileno())


def _memory_map(path: Path, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    import numpy as np

    if 0 in shape:
        return np.empty(shape, dtype)
    return np.memmap(path, dtype, "r", shape=shape)
