"""Look at everything, and mend what can be mended without losing anything."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from finder import publication
from finder.errors import FinderError, StoreError
from finder.keeping import record, restore, surroundings
from finder.keeping.findings import Finding, note
from finder.settings import SECRETS
from finder.source import Source
from finder.store import open_store
from finder.store.database import FILE

LOSES = ("copy",)
"""Remedies that lose something, and want a yes."""


def examine(home: Path, sources: Mapping[str, Source], now: datetime) -> list[Finding]:
    """All findings about a data folder; nothing is changed."""
    found = [*surroundings.look(home, sources, now), *record.look(home, now)]
    if any(one.check == "store" and one.state == "fine" for one in found):
        with open_store(home) as store:
            found += surroundings.parked(store, sources, now)
            found += surroundings.encoded(store)
            if half := record.unfinished(store):
                told = f"{len(half)} snapshots were never finished."
                found.append(note("snapshot", told, "finder doctor --mend deletes them.", "folders"))
    return found


def mend(home: Path, findings: Iterable[Finding], now: datetime, *, yes: bool = False) -> list[str]:
    """Do the safe remedies of these findings, and with ``yes`` also those that lose something; says what was done."""
    wanted = dict.fromkeys(finding.mend for finding in findings if finding.mend)
    said = []
    for name in wanted:
        if name in LOSES and not yes:
            said.append("The store itself is only put back from its copy with --yes: what came in later is lost.")
            continue
        try:
            said.append(_MENDS[name](home, now.isoformat(timespec="seconds")))
        except (FinderError, OSError) as error:
            said.append(f"Not mended: {error}")
    return said


def _copy(home: Path, now: str) -> str:
    copy = record.sound_copy(home / FILE)
    if copy is None:
        raise StoreError("The copy is not sound any more. Put a backup back: finder restore FILE")
    restored = restore.from_copy(copy, home, now)
    hidden = "" if restored.hidden_known else " Whoever was hidden since then has to be hidden again: finder hide"
    return f"The store is as of {restored.made_at}; the damaged one is {restored.former}.{hidden}"


def _publish(home: Path, now: str) -> str:
    with open_store(home) as store:
        with store.snapshots.lock():
            store.snapshots.discard()
        publication.publish(store, now)
        _deleted(record.unfinished(store))
    return "What answers read was made anew from the record."


def _text(home: Path, _: str) -> str:
    with open_store(home) as store:
        with store.write() as db:
            for index in ("text", "word"):
                db.execute(f"insert into {index} ({index}) values ('delete-all')")  # noqa: S608 - one of the two above
            db.execute("insert or replace into meta values ('indexed', '0')")
            db.execute("delete from posting_text")
            db.execute(
                "insert into posting_text (rowid, title, description) "
                "select id, body ->> '$.title', body ->> '$.description' from posting"
            )
        store.records.index()
    return "The full text was made anew."


def _replies(home: Path, _: str) -> str:
    with open_store(home) as store, store.write() as db:
        bad = record.bad_replies(db)
        db.executemany("delete from reply where id = ?", [(id_,) for id_ in bad])
    return f"{len(bad)} damaged answers were let go."


def _runs(home: Path, now: str) -> str:
    with open_store(home) as store:
        lost = record.lost_runs(store)
        for run in lost:
            store.runs.end(run, "stopped", now)
    return f"{len(lost)} runs are noted as stopped."


def _leases(home: Path, now: str) -> str:
    with open_store(home) as store:
        stale = [one for one in store.leases.all() if one.gone() or one.expired(datetime.fromisoformat(now))]
        for lease in stale:
            store.leases.drop(lease)
    return f"{len(stale)} leases were cleared."


def _folders(home: Path, _: str) -> str:
    with open_store(home) as store:
        half = record.unfinished(store)
    return _deleted(half)


def _parts(home: Path, _: str) -> str:
    return _deleted(surroundings.left_over(home))


def _deleted(paths: list[Path]) -> str:
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return f"{len(paths)} things that were half done were deleted."


def _rights(home: Path, _: str) -> str:
    if sys.platform != "win32":
        home.chmod(0o700)
        if (home / SECRETS).exists():
            (home / SECRETS).chmod(0o600)
    return "The data folder and the keys can be read by you alone."


_MENDS: Mapping[str, Callable[[Path, str], str]] = {
    "rights": _rights, "copy": _copy, "parts": _parts, "leases": _leases, "runs": _runs, "replies": _replies,
    "text": _text, "folders": _folders, "publish": _publish,
}  # fmt: skip
