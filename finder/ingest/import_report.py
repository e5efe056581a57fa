"""What files held: their records as rows to be stored, counted, and the report on them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import msgspec

from finder.model import Person, Posting, Rejected, Work
from finder.source import Parsed
from finder.storage.records import EncodedRecord, encode_record

NAMED = 12  # skipped files that a sentence names
SHOWN = 1000  # rejected pieces that a report lists; it counts all
_PLACE = re.compile(r" \(byte \d+\)")  # where in a piece it went wrong: no reason of its own


@dataclass(frozen=True)
class ImportReport:
    """What an import took in.

    Attributes:
        files: how many were read.
        works, people, institutions, grants, authorships: what they held, duplicates and rejected pieces left out.
        unchanged: how many of these records were stored already, just so.
        rejected: the first of the pieces that could not become records.
        reasons: why, and how often.
        failed: one sentence with its remedy for each file that could not be read.
        skipped: names of files that lie beside those of the source, and are none of them.
        before: how many files more were not read, since they were taken in before, just so.
    """

    files: int = 0
    works: int = 0
    people: int = 0
    institutions: int = 0
    authorships: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    seconds: float = 0.0
    skipped: tuple[str, ...] = ()
    grants: int = 0
    before: int = 0

    def to_sentences(self) -> list[str]:
        """The report in words."""
        kinds = ("works", "authorships", "people", "institutions", "grants")
        held = ", ".join(f"{count:,} {kind}" for kind in kinds if (count := getattr(self, kind))) or "nothing"
        before = f"{self.before:,} files were taken in before, just so; to read them again: --again"
        if self.before and not self.files and not self.failed:
            return [before]
        told = [
            f"{self.files:,} files in {self.seconds:.1f} s: {held}; {self.unchanged:,} records were stored already."
        ]
        if self.before:
            told.append(before)
        if self.reasons:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.items())
            told.append(f"{sum(self.reasons.values()):,} records were left out: {reasons}.")
        if self.skipped:
            named = ", ".join(self.skipped[:NAMED]) + (" …" if len(self.skipped) > NAMED else "")
            told.append(
                f"{len(self.skipped):,} files beside them were skipped, which are none of this source's: {named}"
            )
        return [*told, *self.failed]


@dataclass
class ImportBatch:
    """What one unit of files held, or all so far.

    Attributes:
        rows: records that are still to be stored.
        kinds: how many of each kind there were.
        rejected: the first SHOWN of the pieces that could not become records; ``reasons`` counts all.
    """

    name: str = ""
    rows: list[EncodedRecord] = field(default_factory=list)
    files: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    authorships: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add_counts(self, other: ImportBatch) -> None:
        """Add another's numbers; its rows go to the store."""
        self.files += other.files
        self.kinds += other.kinds
        self.authorships += other.authorships
        self.rejected += other.rejected[: SHOWN - len(self.rejected)]
        self.reasons += other.reasons
        self.failed += other.failed


def add_import_record(held: ImportBatch, record: Parsed, seen: str) -> None:
    """Add one piece of a file, which says nothing newer than the day ``seen``."""
    if isinstance(record, Rejected):
        held.reasons[_PLACE.sub("", record.reason.partition(" of ")[0])] += 1
        if len(held.rejected) < SHOWN:
            held.rejected.append(record)
        return
    if isinstance(record, Work):
        held.authorships += len(record.authorships)
    elif isinstance(record, Person) and not record.seen:  # a file says nothing newer than itself
        record = msgspec.structs.replace(record, seen=seen)
    assert not isinstance(record, Posting), "boards are swept, not imported"
    row = encode_record(record)
    held.kinds[row.kind] += 1
    held.rows.append(row)


def build_import_report(
    total: ImportBatch, changed: int, seconds: float, skipped: tuple[str, ...] = (), before: int = 0
) -> ImportReport:
    """The report on all that was held, of which ``changed`` records were new or not stored just so."""
    works, people, institutions, grants = (total.kinds[kind] for kind in ("work", "person", "institution", "grant"))
    unchanged = works + people + institutions + grants - changed
    return ImportReport(
        total.files,
        works,
        people,
        institutions,
        total.authorships,
        unchanged,
        tuple(total.rejected),
        dict(total.reasons.most_common()),
        tuple(total.failed),
        seconds,
        skipped,
        grants,
        before,
    )
