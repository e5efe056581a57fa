"""A source's whole dump on disk, into the store: read a line at a time, sifted on the way, gone on with where it ended.

A dump is a folder of partitions (``works/updated_date=2024-05-01/part_000.gz``). A finished one is not read again for
the same query; in which order they are read does not matter, since what a source said later stands.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, cast

from isal import igzip

from finder.decoding import strip_byte_order_mark
from finder.decompression import MOST, is_affordable_json
from finder.errors import SourceError, UsageError
from finder.ingest import file_import
from finder.ingest.import_report import ImportBatch, add_import_record, build_import_report
from finder.source import DumpFilter, Source
from finder.storage import Store
from finder.storage.fulltext import tokenize_texts
from finder.text.names import content_words, is_topic

BATCH = 4_000  # records in one transaction, and in memory
LONGEST = 32_000_000  # bytes of a line
WORKS, NAMED = ("works",), ("institutions", "authors")  # folders, in the order in which they are read
OTHERS = frozenset(
    "awards concepts continents countries domains fields funders keywords languages licenses merged_ids publishers "
    "sdgs source-types sources subfields topics work-types".split()
)
_DAY = re.compile(r"updated_date=(\d{4}-\d\d-\d\d)")
_GZIP = b"\x1f\x8b"
OnFile = Callable[[str], None]


@dataclass(frozen=True)
class DumpQuery:
    """What to take from a dump.

    Attributes:
        interests: works that hold all words of one of these; empty: any.
        since, until: of works, both inclusive.
        types: the source's own names of kinds of works; empty: any.
        hidden: works that the source itself hides, too.
    """

    interests: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    types: tuple[str, ...] = ()
    hidden: bool = False

    def __post_init__(self) -> None:
        for interest in self.interests:
            if not is_topic(interest) or not content_words(interest):
                raise UsageError(
                    f"“{interest[:60]}” is no interest that works can be sifted by: name it in a few words."
                )

    @property
    def has_work_filter(self) -> bool:
        """Whether the query is for some works only."""
        return replace(self, hidden=False) != DumpQuery()

    def to_dump_filter(self) -> DumpFilter:
        """The same for a source."""
        since, until = (day.isoformat() if day else "" for day in (self.since, self.until))
        return DumpFilter(
            tuple(map(word_prefixes, self.interests)), since, until, frozenset(self.types), hidden=self.hidden
        )


@dataclass
class DumpReport:
    """What came of a dump.

    Attributes:
        held: the files that were read now, and what they held.
        lines: read now.
        before: files that were finished by an earlier call.
        changed: how many of the records were new, or not stored just so.
        refused: lines by why they were not wanted.
        left_out: folders of which nothing is kept.
    """

    held: ImportBatch = field(default_factory=ImportBatch)
    lines: int = 0
    before: int = 0
    changed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0

    def to_sentences(self) -> list[str]:
        """The same in words."""
        told = [f"{self.lines:,} lines were read."]
        if self.before:
            told.append(f"{self.before:,} files were taken in before, just so; to read them again: --again")
        if self.refused:
            told.append("Not wanted: " + ", ".join(f"{n:,} {why}" for why, n in self.refused.most_common()) + ".")
        if self.left_out:
            told.append(f"Nothing is kept of {', '.join(self.left_out)}: these folders were not read.")
        return [*told, *build_import_report(self.held, self.changed, self.seconds).to_sentences()]


def word_prefixes(interest: str) -> tuple[str, ...]:
    """How the telling words of an interest begin in any form that the full text takes for the same word.

    The index's stemmer (Porter 1980) mostly cuts endings off; what it puts in their place is left away here.

    >>> word_prefixes("Studies of robotic hoping")
    ('stud', 'robot', 'hop')
    """
    words = content_words(interest)
    stems = dict(
        tokenize_texts(enumerate(words)).sort("text").select("text", "term").unique("text", keep="first").iter_rows()
    )
    found = []
    for number, word in enumerate(words):
        stem = stems.get(number, word)
        found.append(stem[:-1] if stem.endswith(("e", "i", "bl")) else stem)
    return tuple(word for word in found if word)


def import_dump(
    store: Store,
    source: Source,
    paths: Iterable[Path],
    query: DumpQuery,
    *,
    now: str,
    again: bool = False,
    on_file: OnFile | None = None,
    most: int = MOST,
) -> DumpReport:
    """Read a dump into the store; what cannot be read is told in the report, and the rest goes on.

    Works come first. Where the query is for some works, of people and institutions only those whom stored works name
    are taken in. Stopping it (Ctrl-C) keeps what was read, and the next call begins with the file it was in.

    Args:
        paths: files, folders or patterns.
        now: ISO time.
        again: read what was finished before, too.
        on_file: told a sentence after each file.
        most: bytes that one line may take in memory.

    Raises:
        UsageError: a path does not exist or holds no files, or the source has no dump.
    """
    if source.read_lines is None:
        raise UsageError(f"{source.card.title} has no dump that can be read line by line.")
    begun = time.perf_counter()
    files, left_out = _order_dump_files(file_import.expand_import_paths(paths))
    taken, wanted = DumpReport(left_out=left_out), query.to_dump_filter()
    for number, file in enumerate(files, 1):
        if _dump_folder_kind(file) in NAMED and query.has_work_filter and wanted.named is None:
            wanted = replace(wanted, named=work_reference_ids(store, source))
        note, state = _dump_progress_key(source, file, query), _dump_file_state(file, wanted)
        if not again and store.get_meta(note) == state:
            taken.before += 1
            continue
        lines, records = taken.lines, taken.held.kinds.total()
        if _import_dump_file(store, source, file, wanted, now, taken, most):
            store.set_meta(note, state)
        if on_file:
            read, kept = taken.lines - lines, taken.held.kinds.total() - records
            on_file(f"{number:,} of {len(files):,}: {_short_dump_path(file)}: {read:,} lines, {kept:,} records")
    taken.seconds = time.perf_counter() - begun
    return taken


def work_reference_ids(store: Store, source: Source) -> frozenset[str]:
    """A source's ids that stored works name."""
    found: set[str] = set()
    ids = re.compile(rf'"({source.card.name}:[^"\\]+)"')
    for record in store.records.records_since(0, "work"):
        found.update(ids.findall(record.body))
    return frozenset(found)


def _import_dump_file(
    store: Store, source: Source, file: Path, wanted: DumpFilter, now: str, taken: DumpReport, most: int
) -> bool:
    """One file; whether it was read to its end."""
    assert source.read_lines is not None
    said = f"{day.group(1)}T00:00:00+00:00" if (day := _DAY.search(str(file))) else ""
    held, counted = taken.held, _LineCounter(most)

    def write_batch() -> None:
        rows, held.rows = held.rows, []
        taken.changed += store.records.put_records(rows, fetched_at=now, said=said) if rows else 0

    try:
        with _open_dump_file(file) as stream:
            written = said[:10] or datetime.fromtimestamp(file.stat().st_mtime, UTC).date().isoformat()
            for record in source.read_lines(_short_dump_path(file), counted.iter_lines(stream), wanted, taken.refused):
                add_import_record(held, record, min(written, now[:10]))
                if len(held.rows) >= BATCH:
                    write_batch()
        held.files += 1
        return True
    except (OSError, EOFError, zlib.error, igzip.BadGzipFile, SourceError) as error:
        kept = " What was read before is kept." if counted.count else ""
        held.failed.append(f"{file} could not be read to its end: {error}. Download it again.{kept}")
        return False
    finally:  # also when stopped
        taken.lines += counted.count
        write_batch()


class _LineCounter:
    """Lines of a file, counted as they pass; of one that never ends, or takes too much, comes what is no record."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = most

    def iter_lines(self, stream: BinaryIO) -> Iterator[bytes]:
        while line := stream.readline(LONGEST):
            line = line if self.count else strip_byte_order_mark(line)
            self.count += 1
            yield line if is_affordable_json(line, self._most) else b"a line that takes more than most_megabytes"


def _open_dump_file(file: Path) -> BinaryIO:
    with file.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    return cast("BinaryIO", igzip.open(file, "rb") if packed else file.open("rb"))


def _order_dump_files(files: list[Path]) -> tuple[list[Path], tuple[str, ...]]:
    """Files in the order in which they are read, and the folders that are left out."""
    kept = [file for file in files if _dump_folder_kind(file) not in OTHERS]
    order = {kind: place for place, kind in enumerate((*WORKS, "", *NAMED))}
    left = sorted({_dump_folder_kind(file) for file in files} - {_dump_folder_kind(file) for file in kept})
    return sorted(kept, key=lambda file: (order[_dump_folder_kind(file)], str(file))), tuple(left)


def _dump_folder_kind(file: Path) -> str:
    """The folder of a dump that a file is in, the innermost; empty where it is in none."""
    return next((part for part in reversed(file.parent.parts) if part in OTHERS | {*WORKS, *NAMED}), "")


def _short_dump_path(file: Path) -> str:
    """A file as it is called wherever the dump lies: ``works/updated_date=2024-05-01/part_000.gz``."""
    return "/".join(file.parts[-3:])


def _dump_progress_key(source: Source, file: Path, query: DumpQuery) -> str:
    """The name under which the store keeps that a file was finished."""
    wanted = "|".join(
        [";".join(query.interests), f"{query.since or ''}", f"{query.until or ''}", ";".join(query.types)]
    )
    wanted += "|hidden" if query.hidden else ""
    return f"taken {source.card.name} {_short_dump_path(file)} {wanted}"


def _dump_file_state(file: Path, wanted: DumpFilter) -> str:
    """What a file looks like from outside, and for whom it is looked through."""
    stat, named = file.stat(), ""
    if _dump_folder_kind(file) in NAMED and wanted.named is not None:
        named = hashlib.sha256("\n".join(sorted(wanted.named)).encode()).hexdigest()[:16]
    return f"{stat.st_size} {int(stat.st_mtime)} {named}".strip()
