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

from finder import decompression
from finder.decompression import MOST, too_large_error
from finder.errors import SourceError, UsageError
from finder.ingest.file_registry import FileRegistry, Unit
from finder.ingest.import_report import ImportBatch, ImportReport, add_import_record, build_import_report
from finder.source import InputFile, Parsed, ReadFile, ReadFiles, Source
from finder.storage import Store
from finder.storage.records import EncodedRecord

ENDINGS = (".json", ".jsonl", ".csv", ".gz", ".zip", ".xml")
BATCH = 20_000  # records in one transaction: few enough for memory, enough for the full text to be written in one go
IDLE_FLUSH_ROWS = 3_000  # records that are written while there is nothing else to do
QUEUE_TIMEOUT = 0.03  # seconds to wait for the other process before lending it a hand
SMALL = 2_000_000  # bytes below which a second process is not worth its start
HEAD = 65_536  # bytes by which a file is known to be a source's
ROW = 300  # bytes that a record takes beside its text
MAX_MEMORY_RATIO = 4  # times that records may be larger than the file they come from may be
READ_AHEAD_BYTES = 16_000_000  # bytes of files that the second process may be ahead of the writer

_ROWS = msgspec.msgpack.Decoder(list[EncodedRecord])
OnProgress = Callable[[int, int, str], None]


def import_files(
    store: Store,
    source: Source,
    paths: Sequence[Path],
    *,
    now: str,
    on_progress: OnProgress | None = None,
    most: int = MOST,
    again: bool = True,
) -> ImportReport:
    """Read files and folders into the store; what cannot be read is told in the report, and the rest goes on.

    Stopping it (Ctrl-C) keeps the files that were finished. Importing again changes nothing.

    Args:
        paths: files, folders or patterns (``papers/icml*.json.gz``).
        now: ISO time, for the records' provenance.
        on_progress: told after each file: how many are done, of how many, and its name.
        most: bytes that are read of one file, unpacked.
        again: read files, too, that were taken in before, just so.

    Raises:
        UsageError: a path does not exist or holds no files, or the source has no files to import.
    """
    if source.read_file is None:
        raise UsageError(f"{source.card.title} has no files to import. Run: finder collect INTEREST")
    begun = time.perf_counter()
    read = _FileReader(source.read_file, source.read_files, most)
    files, skipped = _select_source_files(source, expand_import_paths(paths))
    every: list[Unit] = [tuple(files)] if source.read_files else [(file,) for file in files]
    known = FileRegistry(store, source, now[:10], again=again)
    units, finished = known.sift(every), list[Unit]()
    total, writer = ImportBatch(), _BatchWriter(store, now)
    with store.records.bulk_writes(), _pause_garbage_collection():
        try:
            for done, (unit, held) in enumerate(_read_units(read, units, now, writer), 1):
                total.add_counts(held)
                finished += [] if held.failed else [unit]
                writer.add_rows(held.rows)
                if on_progress:
                    on_progress(done, len(units), held.name)
        finally:  # also when stopped: finished files are kept
            writer.flush_rows(least=1)
    known.keep(finished, writer.changed)
    before = sum(map(len, every)) - sum(map(len, units))
    return build_import_report(total, writer.changed, time.perf_counter() - begun, skipped, before)


@dataclass(frozen=True)
class _FileReader:
    """How a source reads files, alone or together; may be sent to another process."""

    read_file: ReadFile
    read_files: ReadFiles | None = None
    most: int = MOST

    def __call__(self, files: Sequence[InputFile]) -> Iterator[Parsed]:
        """The records of a unit."""
        bound: dict[str, int] = {} if self.most == MOST else {"most": self.most}
        if self.read_files is not None:
            return self.read_files(files, **bound)
        return self.read_file(files[0].name, files[0].data, **bound)


def _select_source_files(source: Source, files: list[Path]) -> tuple[list[Path], tuple[str, ...]]:
    """The files of this source, and the names of those that lie beside them; all, where none seems to be one."""
    if source.belongs is None:
        return files, ()
    ours = [file for file in files if source.belongs(file.name, _read_head_bytes(file))]
    if not ours:  # reading them says why
        return files, ()
    return ours, tuple(file.name for file in files if file not in set(ours))


def _read_head_bytes(file: Path) -> bytes:
    """The first bytes of a file, unpacked; none where it cannot be read, which reading it will say."""
    try:
        return decompression.read_file_head(file, HEAD)
    except (OSError, zlib.error):
        return b""


class _BatchWriter:
    """Gathers rows into transactions of a good size, and counts what was new or changed."""

    def __init__(self, store: Store, now: str) -> None:
        self.changed = 0
        self._store = store
        self._now = now
        self._rows: list[EncodedRecord] = []

    def add_rows(self, rows: list[EncodedRecord]) -> None:
        """Take rows in, and write what makes a full transaction."""
        self._rows += rows
        self.flush_rows(least=BATCH)

    def flush_rows(self, least: int) -> bool:
        """Write what there is if it is this much; returns whether it was."""
        if len(self._rows) < least:
            return False
        self.changed += self._store.records.put_records(self._rows, fetched_at=self._now)
        self._rows = []
        return True


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Rows form no cycles, and there are too many to be looked through for some again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def expand_import_paths(paths: Iterable[Path]) -> list[Path]:
    """The files that paths, folders and patterns stand for.

    Raises:
        UsageError: one of them stands for nothing.
    """
    found: dict[Path, None] = {}  # each once
    for path in paths:
        files = sorted(_iter_matching_files(path))
        if not files:
            what = f"no file that ends in {', '.join(ENDINGS)}" if path.is_dir() else "no such file or folder"
            raise UsageError(f"{path}: {what}. Give the files to import, or the folder that holds them.")
        found.update(dict.fromkeys(files))
    if not found:
        raise UsageError("Nothing to import. Give the files to import, or the folder that holds them.")
    return list(found)


def _iter_matching_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        wanted = (file for file in path.rglob("*") if file.name.endswith(ENDINGS) and not file.name.startswith("."))
        return (file for file in wanted if file.is_file())
    if path.exists():
        return iter((path,))
    folder = Path(path.anchor) if path.is_absolute() else Path()
    pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
    return (file for file in folder.glob(pattern) if file.is_file()) if "*" in pattern else iter(())


def _read_units(
    read: _FileReader, units: list[Unit], now: str, writer: _BatchWriter
) -> Iterator[tuple[Unit, ImportBatch]]:
    """Every unit with its records; another process reads ahead while this one writes."""
    size = sum(file.stat().st_size for unit in units for file in unit)
    if size < SMALL:
        yield from ((unit, _parse_unit(read, unit, now)) for unit in units)
        return
    spawn = get_context("spawn")
    claims = spawn.Value("i", 0)
    results = spawn.Queue(max(1, READ_AHEAD_BYTES * len(units) // size))
    helper = spawn.Process(target=_read_in_worker, args=(read, units, now, claims, results), daemon=True)
    helper.start()
    try:
        yield from _drain_results(read, units, now, writer, claims, results, helper)
    finally:
        helper.terminate()
        results.close()


def _drain_results(
    read: _FileReader,
    units: list[Unit],
    now: str,
    writer: _BatchWriter,
    claims: Any,
    results: Any,
    helper: Any,
) -> Iterator[tuple[Unit, ImportBatch]]:
    """What the helper has read, and what is read here when that takes long."""
    missing = set(range(len(units)))
    while missing:
        if results.empty() and writer.flush_rows(least=IDLE_FLUSH_ROWS):
            continue
        try:
            number, held, rows = results.get(timeout=QUEUE_TIMEOUT)
            held.rows = _ROWS.decode(rows)
        except Empty:
            alive = helper.is_alive() or not results.empty()
            mine = (
                _claim_next_unit(claims, len(units)) if alive else min(missing)
            )  # what a dead helper claimed is left to us
            if mine is None:
                continue
            number, held = mine, _parse_unit(read, units[mine], now)
        missing.discard(number)
        yield units[number], held


def _claim_next_unit(claims: Any, count: int) -> int | None:
    """The next unit that nobody reads yet."""
    with claims.get_lock():
        number = claims.value
        claims.value = min(count, number + 1)
    return number if number < count else None


def _read_in_worker(read: _FileReader, units: list[Unit], now: str, claims: Any, results: Any) -> None:
    """The other process: read what is unclaimed; rows travel packed, in a third of the time of pickling them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # to die quietly together with the process that writes
    gc.disable()
    while (number := _claim_next_unit(claims, len(units))) is not None:
        held = _parse_unit(read, units[number], now)
        rows, held.rows = msgspec.msgpack.encode(held.rows), []
        results.put((number, held, rows))


def _read_unit_files(unit: Unit, most: int) -> list[InputFile]:
    """The files of a unit, unpacked."""
    found: list[InputFile] = []
    for path in unit:
        found.append(InputFile(path.name, decompression.read_bounded_file(path, most)))
        if sum(len(file.data) for file in found) > most:
            raise too_large_error(path.name, most)
    return found


def _parse_unit(read: _FileReader, unit: Unit, now: str) -> ImportBatch:
    """A unit's records as rows, all of them or none; no more than a bound, in the file and in memory."""
    held, most = ImportBatch(name=unit[-1].name), read.most
    at = str(unit[0] if len(unit) == 1 else unit[0].parent)  # of several, the message names the one
    try:
        files, taken = _read_unit_files(unit, most), 0
        written = datetime.fromtimestamp(min(file.stat().st_mtime for file in unit), UTC).date().isoformat()
        for record in read(files):
            before = len(held.rows)
            add_import_record(held, record, min(written, now[:10]))
            taken += sum(ROW + len(row.body) for row in held.rows[before:])
            if taken > MAX_MEMORY_RATIO * most:
                raise too_large_error(held.name, most)
    except RecursionError:
        why = "it is nested too deeply. Check the file, or download it again."
        return ImportBatch(name=held.name, failed=[f"{at} could not be read: {why}"])
    except (OSError, EOFError, zlib.error, SourceError, msgspec.MsgspecError, ValueError) as error:
        remedy = "" if isinstance(error, SourceError) else " Check the file, or download it again."
        return ImportBatch(name=held.name, failed=[f"{at} could not be read: {error}{remedy}"])
    held.files = len(unit)
    return held
