"""Files that were taken in before, just so: reading them again would change nothing, which their digests tell.

It is noted by file, and holds for as long as the records of their source are what the last import left: what is
deleted, replaced, or may be stored again since then has all files read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from finder.fingerprint import digest_code
from finder.source import Source
from finder.storage import Store
from finder.storage.records import SEEN_DAYS

_CODE = (
    "sources",
    "ingest",
    "text",
    "decoding.py",
    "decompression.py",
    "ids.py",
    "model.py",
    "reference_data.py",
    "storage/records.py",
    "data/curated",
)
Unit = tuple[Path, ...]


class FileNote(NamedTuple):
    """What is noted of a unit of files: a digest of what they hold, and the day on which they were read."""

    digest: str
    day: str


class FileRegistry:
    """The notes on the files of one source.

    Args:
        again: nothing is taken for known.
    """

    def __init__(self, store: Store, source: Source, day: str, *, again: bool = False) -> None:
        self._store, self._source, self._day = store, source.card.name, day
        self._key = f"files {self._source}"
        self._count = store.records.stamp(self._source)[0]
        self._notes: dict[str, FileNote] = {} if again else self._valid()
        self._read: dict[str, FileNote] = {}

    def sift(self, units: Sequence[Unit]) -> list[Unit]:
        """Those units that have to be read: files that are new, changed, or were read too long ago."""
        found = []
        for unit in units:
            note = FileNote(_unit_digest(unit), self._day)
            if not self._known(_unit_name(unit), note.digest):
                self._read[_unit_name(unit)] = note
                found.append(unit)
        return found

    def keep(self, units: Sequence[Unit], changed: int) -> None:
        """Note that these were read to their end.

        Args:
            changed: how many records that made new or replaced.
        """
        count, _ = now = self._store.records.stamp(self._source)
        replaced = changed != count - self._count  # perhaps records of files that are not among these
        notes = {} if replaced else self._notes
        notes |= {name: self._read[name] for name in map(_unit_name, units) if name in self._read}
        stamp = self._stamp(now)
        self._store.set_meta(self._key, json.dumps({"stamp": stamp, "files": notes}))

    def _valid(self) -> dict[str, FileNote]:
        try:
            kept = json.loads(self._store.get_meta(self._key) or "{}")
            if kept.get("stamp") != self._stamp(self._store.records.stamp(self._source)):
                return {}
            return {name: FileNote(*note) for name, note in kept["files"].items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _stamp(self, records: tuple[int, int]) -> str:
        return f"{digest_code(*_CODE)} {records} {self._store.suppressions.content_version()}"

    def _known(self, name: str, digest: str) -> bool:
        note = self._notes.get(name)
        if note is None or not digest or note.digest != digest:
            return False
        # that a record is still said is noted by reading it
        return abs((date.fromisoformat(self._day) - date.fromisoformat(note.day)).days) < SEEN_DAYS


def _unit_name(unit: Unit) -> str:
    """What stands for the names of the files, which may name somebody."""
    return hashlib.blake2b("|".join(path.name for path in unit).encode(errors="replace"), digest_size=8).hexdigest()


def _unit_digest(unit: Unit) -> str:
    """What stands for the files of a unit: what they hold, and their day, which says when somebody was seen."""
    found = hashlib.blake2b(digest_size=16)
    for path in unit:
        try:
            day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
            found.update(f"{path.name}|{day}|".encode())
            with path.open("rb") as file:
                found.update(hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest())
        except OSError:  # reading it says why
            return ""
    return found.hexdigest()
