"""Files that are on disk already, into the store: parsed beside the writer, written many at a time."""

from __future__ import annotations

import gc
import signal
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from typing import Any

import msgspec

from finder import unpacking
from finder.errors import SourceError, UsageError
from finder.intake import Held, ImportReport, report_of, take_in
from finder.source import File, Parsed, ReadFile, ReadFiles, Source
from finder.store import Store
from finder.store.records import Encoded
from finder.unpacking import MOST, too_large

ENDINGS = (".json", ".jsonl", ".csv", ".gz")
BATCH = 20_000  # records in one transaction: few enough for memory, enough for the full text to be written in one go
WORTHWHILE = 3_000  # records that are written while there is nothing else to do
PATIENCE = 0.03  # seconds to wait for the other process before lending it a hand
SMALL = 2_000_000  # bytes below which a second process is not worth its start
HEAD = 65_536  # bytes by which a file is known to be a source's
ROW = 300  # bytes that a record takes beside its text
SPREAD = 4  # times that records may be larger than the file they come from may be
AHEAD = 16_000_000  # bytes of files that the second process may be ahead of the writer

_ROWS = msgspec.msgpack.Decoder(list[Encoded])
OnProgress = Callable[[int, int, str], None]
Unit = tuple[Path, ...]


def import_files(
    store: Store,
    source: Source,
    paths: Sequence[Path],
    *,
    now: str,
    on_progress: OnProgress | None = None,
    most: int = MOST,
) -> ImportReport:
    """Read files and folders into the store; what cannot be read is told in the report, and the rest goes on.

    Stopping it (Ctrl-C) keeps the files that were finished. Importing again changes nothing.

    Args:
        paths: files, folders or patterns (``papers/icml*.json.gz``).
        now: ISO time, for the records' provenance.
        on_progress: told after each file: how many are done, of how many, and its name.
        most: bytes that are read of one file, unpacked.

    Raises:
        UsageError: a path does not exist or holds no files, or the source has no files to import.
    """
    if source.read_file is None:
        raise UsageError(f"{source.card.title} has no files to import. Run: finder collect INTEREST")
    begun = time.perf_counter()
    read = _Reader(source.read_file, source.read_files, most)
    files, skipped = _sorted_out(source, find(paths))
    units: list[Unit] = [tuple(files)] if source.read_files else [(file,) for file in files]
    total, writer = Held(), _Writer(store, now)
    with store.records.bulk(), _uncollected():
        try:
            for done, held in enumerate(_read_all(read, units, now, writer), 1):
                total.count(held)
                writer.add(held.rows)
                if on_progress:
                    on_progress(done, len(units), held.name)
        finally:  # also when stopped: finished files are kept
            writer.write(least=1)
    return report_of(total, writer.changed, time.perf_counter() - begun, skipped)


@dataclass(frozen=True)
class _Reader:
    """How a source reads files, alone or together; may be sent to another process."""

    read_file: ReadFile
    read_files: ReadFiles | None = None
    most: int = MOST

    def __call__(self, files: Sequence[File]) -> Iterator[Parsed]:
        """The records of a unit."""
        bound: dict[str, int] = {} if self.most == MOST else {"most": self.most}
        if self.read_files is not None:
            return self.read_files(files, **bound)
        return self.read_file(files[0].name, files[0].data, **bound)


def _sorted_out(source: Source, files: list[Path]) -> tuple[list[Path], tuple[str, ...]]:
    """The files of this source, and the names of those that lie beside them; all, where none seems to be one."""
    if source.belongs is None:
        return files, ()
    ours = [file for file in files if source.belongs(file.name, _head(file))]
    if not ours:  # reading them says why
        return files, ()
    return ours, tuple(file.name for file in files if file not in set(ours))


def _head(file: Path) -> bytes:
    """The first bytes of a file, unpacked; none where it cannot be read, which reading it will say."""
    try:
        return unpacking.beginning(file, HEAD)
    except (OSError, zlib.error):
        return b""


class _Writer:
    """Gathers rows into transactions of a good size, and counts what was new or changed."""

    def __init__(self, store: Store, now: str) -> None:
        self.changed = 0
        self._store = store
        self._now = now
        self._rows: list[Encoded] = []

    def add(self, rows: list[Encoded]) -> None:
        """Take rows in, and write what makes a full transaction."""
        self._rows += rows
        self.write(least=BATCH)

    def write(self, least: int) -> bool:
        """Write what there is if it is this much; returns whether it was."""
        if len(self._rows) < least:
            return False
        self.changed += self._store.records.put(self._rows, fetched_at=self._now)
        self._rows = []
        return True


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows form no cycles, and there are too many to be looked through for some again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def find(paths: Iterable[Path]) -> list[Path]:
    """The files that paths, folders and patterns stand for.

    Raises:
        UsageError: one of them stands for nothing.
    """
    found: dict[Path, None] = {}  # each once
    for path in paths:
        files = sorted(_files(path))
        if not files:
            what = f"no file that ends in {', '.join(ENDINGS)}" if path.is_dir() else "no such file or folder"
            raise UsageError(f"{path}: {what}. Give the files to import, or the folder that holds them.")
        found.update(dict.fromkeys(files))
    if not found:
        raise UsageError("Nothing to import. Give the files to import, or the folder that holds them.")
    return list(found)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        wanted = (file for file in path.rglob("*") if file.name.endswith(ENDINGS) and not file.name.startswith("."))
        return (file for file in wanted if file.is_file())
    if path.exists():
        return iter((path,))
    folder = Path(path.anchor) if path.is_absolute() else Path()
    pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
    return (file for file in folder.glob(pattern) if file.is_file()) if "*" in pattern else iter(())


def _read_all(read: _Reader, units: list[Unit], now: str, writer: _Writer) -> Iterator[Held]:
    """Every unit's records; another process reads ahead while this one writes."""
    size = sum(file.stat().st_size for unit in units for file in unit)
    if size < SMALL:
        yield from (_read(read, unit, now) for unit in units)
        return
    spawn = get_context("spawn")
    claims = spawn.Value("i", 0)
    results = spawn.Queue(max(1, AHEAD * len(units) // size))
    helper = spawn.Process(target=_help, args=(read, units, now, claims, results), daemon=True)
    helper.start()
    try:
        yield from _shared(read, units, now, writer, claims, results, helper)
    finally:
        helper.terminate()
        results.close()


def _shared(
    read: _Reader,
    units: list[Unit],
    now: str,
    writer: _Writer,
    claims: Any,
    results: Any,
    helper: Any,
) -> Iterator[Held]:
    """What the helper has read, and what is read here when that takes long."""
    missing = set(range(len(units)))
    while missing:
        if results.empty() and writer.write(least=WORTHWHILE):
            continue
        try:
            number, held, rows = results.get(timeout=PATIENCE)
            held.rows = _ROWS.decode(rows)
        except Empty:
            alive = helper.is_alive() or not results.empty()
            mine = _claim(claims, len(units)) if alive else min(missing)  # what a dead helper claimed is left to us
            if mine is None:
                continue
            number, held = mine, _read(read, units[mine], now)
        missing.discard(number)
        yield held


def _claim(claims: Any, count: int) -> int | None:
    """The next unit that nobody reads yet."""
    with claims.get_lock():
        number = claims.value
        claims.value = min(count, number + 1)
    return number if number < count else None


def _help(read: _Reader, units: list[Unit], now: str, claims: Any, results: Any) -> None:
    """The other process: read what is unclaimed; rows travel packed, in a third of the time of pickling them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # to die quietly together with the process that writes
    gc.disable()
    while (number := _claim(claims, len(units))) is not None:
        held = _read(read, units[number], now)
        rows, held.rows = msgspec.msgpack.encode(held.rows), []
        results.put((number, held, rows))


def _contents(unit: Unit, most: int) -> list[File]:
    """The files of a unit, unpacked."""
    found: list[File] = []
    for path in unit:
        found.append(File(path.name, unpacking.read(path, most)))
        if sum(len(file.data) for file in found) > most:
            raise too_large(path.name, most)
    return found


def _read(read: _Reader, unit: Unit, now: str) -> Held:
    """A unit's records as rows, all of them or none; no more than a bound, in the file and in memory."""
    held, most = Held(name=unit[-1].name), read.most
    at = str(unit[0] if len(unit) == 1 else unit[0].parent)  # of several, the message names the one
    try:
        files, taken = _contents(unit, most), 0
        written = datetime.fromtimestamp(min(file.stat().st_mtime for file in unit), UTC).date().isoformat()
        for record in read(files):
            before = len(held.rows)
            take_in(held, record, min(written, now[:10]))
            taken += sum(ROW + len(row.body) for row in held.rows[before:])
            if taken > SPREAD * most:
                raise too_large(held.name, most)
    except RecursionError:
        why = "it is nested too deeply. Check the file, or download it again."
        return Held(name=held.name, failed=[f"{at} could not be read: {why}"])
    except (OSError, EOFError, zlib.error, SourceError, msgspec.MsgspecError, ValueError) as error:
        remedy = "" if isinstance(error, SourceError) else " Check the file, or download it again."
        return Held(name=held.name, failed=[f"{at} could not be read: {error}{remedy}"])
    held.files = len(unit)
    return held
