"""Files that are on disk already, into the store: parsed beside the writer, written many at a time."""

from __future__ import annotations

import gc
import signal
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from typing import Any

import msgspec

from finder import unpacking
from finder.errors import SourceError, UsageError
from finder.intake import Held, ImportReport, report_of, take_in
from finder.source import Parsed, Source
from finder.store import Store
from finder.store.records import Encoded
from finder.unpacking import MOST, too_large

ENDINGS = (".json", ".jsonl", ".csv", ".gz")
BATCH = 20_000  # records in one transaction: few enough for memory, enough for the full text to be written in one go
WORTHWHILE = 3_000  # records that are written while there is nothing else to do
PATIENCE = 0.03  # seconds to wait for the other process before lending it a hand
SMALL = 2_000_000  # bytes below which a second process is not worth its start
ROW = 300  # bytes that a record takes beside its text
SPREAD = 4  # times that records may be larger than the file they come from may be
AHEAD = 16_000_000  # bytes of files that the second process may be ahead of the writer

_ROWS = msgspec.msgpack.Decoder(list[Encoded])
Read = Callable[[str, bytes], Iterator[Parsed]]
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
    read: Read = source.read_file if most == MOST else partial(source.read_file, most=most)
    units = _units(find(paths))
    total, writer = Held(), _Writer(store, now)
    with store.records.bulk(), _uncollected():
        try:
            for done, held in enumerate(_read_all(read, units, now, writer, most), 1):
                total.count(held)
                writer.add(held.rows)
                if on_progress:
                    on_progress(done, len(units), held.name)
        finally:  # also when stopped: finished files are kept
            writer.write(least=1)
    return report_of(total, writer.changed, time.perf_counter() - begun)


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


def _units(files: list[Path]) -> list[Unit]:
    """What is read in one go: a file, or all tables (CSV), which explain each other, smallest first."""
    tables = sorted((file for file in files if file.suffix == ".csv"), key=lambda file: file.stat().st_size)
    units: list[Unit] = [(file,) for file in files if file.suffix != ".csv"]
    return [*units, tuple(tables)] if tables else units


def _read_all(read: Read, units: list[Unit], now: str, writer: _Writer, most: int) -> Iterator[Held]:
    """Every unit's records; another process reads ahead while this one writes."""
    size = sum(file.stat().st_size for unit in units for file in unit)
    if size < SMALL:
        yield from (_read(read, unit, now, most) for unit in units)
        return
    spawn = get_context("spawn")
    claims = spawn.Value("i", 0)
    results = spawn.Queue(max(1, AHEAD * len(units) // size))
    helper = spawn.Process(target=_help, args=(read, units, now, claims, results, most), daemon=True)
    helper.start()
    try:
        yield from _shared(read, units, now, writer, claims, results, helper, most)
    finally:
        helper.terminate()
        results.close()


def _shared(
    read: Read,
    units: list[Unit],
    now: str,
    writer: _Writer,
    claims: Any,
    results: Any,
    helper: Any,
    most: int = MOST,
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
            number, held = mine, _read(read, units[mine], now, most)
        missing.discard(number)
        yield held


def _claim(claims: Any, count: int) -> int | None:
    """The next unit that nobody reads yet."""
    with claims.get_lock():
        number = claims.value
        claims.value = min(count, number + 1)
    return number if number < count else None


def _help(read: Read, units: list[Unit], now: str, claims: Any, results: Any, most: int) -> None:
    """The other process: read what is unclaimed; rows travel packed, in a third of the time of pickling them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # to die quietly together with the process that writes
    gc.disable()
    while (number := _claim(claims, len(units))) is not None:
        held = _read(read, units[number], now, most)
        rows, held.rows = msgspec.msgpack.encode(held.rows), []
        results.put((number, held, rows))


def _bytes(unit: Unit, most: int) -> bytes:
    """What the files of a unit hold, unpacked, one after the other."""
    found: list[bytes] = []
    for file in unit:
        found.append(unpacking.read(file, most))
        if sum(map(len, found)) > most:
            raise too_large(file.name, most)
    return found[0] if len(found) == 1 else b"\n".join(found)


def _read(read: Read, unit: Unit, now: str, most: int = MOST) -> Held:
    """A unit's records as rows, all of them or none; no more than a bound, in the file and in memory."""
    held = Held(name=unit[-1].name)
    try:
        data, taken = _bytes(unit, most), 0
        written = datetime.fromtimestamp(min(file.stat().st_mtime for file in unit), UTC).date().isoformat()
        for record in read(held.name, data):
            before = len(held.rows)
            take_in(held, record, min(written, now[:10]))
            taken += sum(ROW + len(row.body) for row in held.rows[before:])
            if taken > SPREAD * most:
                raise too_large(held.name, most)
    except RecursionError:
        why = "it is nested too deeply. Check the file, or download it again."
        return Held(name=held.name, failed=[f"{unit[-1]} could not be read: {why}"])
    except (OSError, EOFError, zlib.error, SourceError, msgspec.MsgspecError, ValueError) as error:
        remedy = "" if isinstance(error, SourceError) else " Check the file, or download it again."
        return Held(name=held.name, failed=[f"{unit[-1]} could not be read: {error}{remedy}"])
    held.files = len(unit)
    return held
