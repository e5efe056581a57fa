"""What the doctor looks at in the record and in what was published of it. Nothing is changed, migrated or created."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from filelock import Timeout

from finder.decompression import inflate_bytes
from finder.errors import StoreError
from finder.maintenance.findings import Finding, note_finding, ok_finding, problem_finding
from finder.maintenance.restore import integrity_fault
from finder.storage import Snapshot, Store, sqlite_backup
from finder.storage.database import FILE, load_migrations
from finder.storage.leases import process_is_alive
from finder.storage.snapshot import POINTER
from finder.tables import TABLES

REPUBLISH = "What answers read can be made anew from the record: finder doctor --mend"
BACKUP = "Put a backup back: finder restore FILE"
AHEAD = timedelta(minutes=10)


def store_findings(home: Path, now: datetime) -> Iterator[Finding]:
    """All about the record of a data folder."""
    path = home / FILE
    if not path.exists():
        yield note_finding(
            "store", "Nothing is stored yet.", "finder collect INTEREST, or finder import paperlists FOLDER"
        )
        return
    try:
        if wrong := integrity_fault(path):
            yield _corruption_finding(path, wrong)
            return
    except StoreError as error:
        yield problem_finding("store", str(error), "What is stored may be as sound as ever: put nothing back yet.")
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as db:
        version, newest = db.execute("pragma user_version").fetchone()[0], load_migrations()[-1][0]
        if version > newest:
            yield problem_finding(
                "store", f"It was written by a newer finder (version {version}).", "Update the finder."
            )
        elif version < newest:
            yield note_finding(
                "store", f"It is of version {version}; the next command copies it and brings it to {newest}."
            )
        else:
            store = Store(home, db)
            for check in (
                _check_store,
                _check_texts,
                _check_replies,
                _check_clock,
                _check_runs,
                _check_leases,
                _check_snapshot,
                _check_boards,
            ):
                yield from _run_guarded_check(check, store, now)


def _run_guarded_check(
    check: Callable[[Store, datetime], Iterator[Finding]], store: Store, now: datetime
) -> Iterator[Finding]:
    try:
        yield from check(store, now)
    except (sqlite3.Error, OSError, StoreError) as error:
        yield problem_finding(check.__name__.removeprefix("_check_"), f"It could not be looked at: {error}", BACKUP)


def _corruption_finding(path: Path, wrong: str) -> Finding:
    newest = newest_intact_copy(path)
    if newest is None:
        return problem_finding("store", f"{path} is damaged: {wrong}", f"{BACKUP}, or move it aside and collect again.")
    copied = sqlite_backup.store_copy_time(newest)[:16].replace("T", " ")
    told = f"The copy of {copied} UTC beside it is sound: what came later is lost"
    return problem_finding(
        "store", f"{path} is damaged: {wrong}", f"{told}. finder doctor --mend --yes, or {BACKUP}", "copy"
    )


def newest_intact_copy(path: Path) -> Path | None:
    """The newest copy beside a store that is sound."""
    for copy in sqlite_backup.list_store_copies(path):
        with suppress(StoreError):
            if not integrity_fault(copy):
                return copy
    return None


def _check_store(store: Store, _: datetime) -> Iterator[Finding]:
    works = sum(count for (_, kind), count in store.records.count_by_source().items() if kind == "work")
    unread = store.connection.execute("select count(*) from record where not json_valid(body)").fetchone()[0]
    if unread:
        yield problem_finding("store", f"{unread:,} records are not readable.", f"{BACKUP}, or collect again.")
        return
    yield ok_finding(
        "store",
        f"It is sound, and holds {works:,} works in {sqlite_backup.database_size(store.connection) / 1e6:,.0f} MB.",
    )


def _check_texts(store: Store, _: datetime) -> Iterator[Finding]:
    """The full text beside the records: made of them, and so made anew."""
    db, remedy = store.connection, "It can be made anew: finder doctor --mend"
    wrong = []
    for name in ("text", "word", "posting_text"):
        try:
            db.execute("begin immediate")
            db.execute(f"insert into {name} ({name}) values ('integrity-check')")  # noqa: S608 - one of the two above
        except sqlite3.OperationalError as error:
            yield note_finding(
                "text", f"The full text was not looked at: {error}.", "Look again when nothing else writes."
            )
            return
        except sqlite3.DatabaseError:
            wrong.append(name)
        finally:
            if db.in_transaction:
                db.execute("rollback")
    indexed = "select coalesce(max(cast(value as integer)), 0) from meta where key = 'indexed'"
    known = f"select count(*) from record where kind = 'work' and seq <= ({indexed})"  # noqa: S608 - fixed words
    snapshot = store.snapshots.snapshot_or_none()
    behind = snapshot is not None and snapshot.seq == store.records.last_write_seq() and store.records.count_unindexed()
    if behind or _count_rows(db, known) != _count_rows(db, "select count(*) from text_docsize"):
        wrong.append("text")
    if _count_rows(db, "select count(*) from posting") != _count_rows(db, "select count(*) from posting_text_docsize"):
        wrong.append("posting_text")
    if wrong:
        what = " and ".join(
            sorted({"text": "works", "word": "works", "posting_text": "postings"}[name] for name in set(wrong))
        )
        yield problem_finding("text", f"The full text of {what} does not fit the record.", remedy, "text")
    else:
        yield ok_finding("text", "The full text fits the record.")


def _count_rows(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def corrupt_response_ids(db: sqlite3.Connection) -> list[int]:
    """Kept answers that are not what came; one whose content was let go of is provenance alone."""
    bad = []
    for id_, body, sha256 in db.execute("select id, body, sha256 from reply where length(body) > 0"):
        try:
            if hashlib.sha256(inflate_bytes(body)).hexdigest() != sha256:
                bad.append(id_)
        except zlib.error:
            bad.append(id_)
    return bad


def _check_replies(store: Store, _: datetime) -> Iterator[Finding]:
    if bad := corrupt_response_ids(store.connection):
        remedy = "They can be let go, and are asked for anew when needed: finder doctor --mend"
        yield problem_finding("replies", f"{len(bad):,} kept answers are damaged.", remedy, "replies")


def _check_clock(store: Store, now: datetime) -> Iterator[Finding]:
    """What is dated later than now was written under another clock than this one."""
    newest = """select max(at) from (select max(fetched_at) as at from record union all
      select max(fetched_at) from reply union all select max(coalesce(ended_at, started_at)) from run)"""
    at = store.connection.execute(newest).fetchone()[0]
    with_zone = datetime.fromisoformat(at) if at else now
    if with_zone.replace(tzinfo=with_zone.tzinfo or now.tzinfo) > now + AHEAD:
        remedy = (
            "Set this machine's clock right; if it is, that entry was made while it was not, and is only too fresh."
        )
        yield problem_finding(
            "clock", f"The newest entry is of {at[:16]}, and it is {now:%Y-%m-%dT%H:%M} here.", remedy
        )
    else:
        yield ok_finding("clock", f"It is {now:%Y-%m-%d %H:%M} UTC, after everything that is stored.")


def orphan_runs(store: Store) -> list[int]:
    """Runs that count as going on and whose process has ended."""
    rows = store.connection.execute("select id, pid from run where state = 'running'").fetchall()
    return [id_ for id_, pid in rows if not process_is_alive(pid)]


def _check_runs(store: Store, _: datetime) -> Iterator[Finding]:
    if lost := orphan_runs(store):
        yield note_finding(
            "runs", f"{len(lost)} runs ended without saying so.", "finder doctor --mend notes that.", "runs"
        )


def _check_leases(store: Store, now: datetime) -> Iterator[Finding]:
    for lease in store.leases.list_leases():
        if lease.owner_is_dead() or lease.is_expired(now):
            remedy = "The next one takes it over; finder doctor --mend clears it."
            yield note_finding(
                "leases",
                f"A {lease.name} ended without giving its lease back: {lease.describe_owner()}.",
                remedy,
                "leases",
            )
        else:
            yield note_finding("leases", f"A {lease.name} is going on: {lease.describe_owner()}.")


def _check_snapshot(store: Store, _: datetime) -> Iterator[Finding]:
    """What answers read, against the record."""
    snapshot = store.snapshots.snapshot_or_none()
    if snapshot is None:
        if store.records.last_write_seq():
            yield problem_finding("snapshot", "Nothing is published of what is stored.", REPUBLISH, "publish")
        return
    if wrong := _snapshot_read_error(snapshot):
        yield problem_finding("snapshot", f"The search index is damaged: {wrong}", REPUBLISH, "publish")
        return
    if snapshot.seq > store.records.last_write_seq() or snapshot.meta.get("store", "") != store.store_identity():
        yield problem_finding("snapshot", "What answers read was made of another record.", REPUBLISH, "publish")
    elif wrong := _snapshot_mismatch(snapshot, store):
        yield problem_finding("snapshot", f"What answers read is not the record: {wrong}", REPUBLISH, "publish")
    elif snapshot.meta.get("suppressed") != store.suppressions.content_version():
        yield problem_finding("snapshot", "Who was hidden lately is still in what answers read.", REPUBLISH, "publish")
    elif snapshot.seq < store.records.last_write_seq():
        yield note_finding(
            "snapshot", "Some of what came in is not published yet.", "The next answer does it.", "publish"
        )
    else:
        yield ok_finding("snapshot", f"It is whole, and of {snapshot.meta.get('published_at', 'unknown')[:16]}.")


def _snapshot_read_error(snapshot: Snapshot) -> str:
    for name, schema in TABLES.items():
        path = snapshot.folder / f"{name}.parquet"
        try:
            frame = pl.read_parquet(path, memory_map=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            return f"{path.name} cannot be read ({str(error).splitlines()[0] if str(error) else type(error).__name__})."
        if dict(frame.schema) != dict(schema):
            return f"{path.name} is of another shape."
        if name in ("works", "authorships", "authors") and frame.height != snapshot.meta.get(name):
            return f"{path.name} holds {frame.height:,} rows, and {snapshot.meta.get(name)} were written."
    return ""


def _snapshot_mismatch(snapshot: Snapshot, store: Store) -> str:
    if snapshot.seq != store.records.last_write_seq():
        return ""
    works = sum(count for (_, kind), count in store.records.count_by_source().items() if kind == "work")
    held = pl.read_parquet(snapshot.folder / "raw_works.parquet", columns=["record"], memory_map=False).height
    return "" if works == held else f"it holds {held:,} works of {works:,}."


def incomplete_snapshots(store: Store) -> list[Path]:
    """Folders of snapshots that were never finished; none while somebody publishes."""
    pointer = store.home / "snapshots" / POINTER
    current = None
    if pointer.exists():
        try:
            current = json.loads(pointer.read_text(encoding="utf-8")).get("folder")
        except (ValueError, AttributeError):
            current = None
    try:
        with store.snapshots.publication_lock().acquire(timeout=0):
            return [f for f in store.snapshots.snapshot_folders() if f.name != current and _is_incomplete_snapshot(f)]
    except (Timeout, OSError):
        return []


def _is_incomplete_snapshot(folder: Path) -> bool:
    return (folder / "pointer.part").exists() or not all((folder / f"{name}.parquet").exists() for name in TABLES)


def _check_boards(store: Store, _: datetime) -> Iterator[Finding]:
    known = [one for one in store.postings.list_boards() if one.checked_at is not None]
    never = [one.board.organisation for one in known if one.swept_at is None]
    if never:
        some = ", ".join(never[:5]) + (" …" if len(never) > 5 else "")
        yield note_finding(
            "boards",
            f"{len(never)} of {len(known)} boards that were asked were never read: {some}",
            "finder boards tells why.",
        )
