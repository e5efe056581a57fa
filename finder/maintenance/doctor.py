"""Look at everything, and mend what can be mended without losing anything."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from finder import publication
from finder.errors import FinderError, StoreError
from finder.maintenance import environment_checks, restore, store_checks
from finder.maintenance.findings import Finding, note_finding
from finder.settings import SECRETS
from finder.source import Source
from finder.storage import open_store
from finder.storage.database import FILE

DESTRUCTIVE_REMEDIES = ("copy",)
"""Remedies that lose something, and want a yes."""


def examine_data_folder(home: Path, sources: Mapping[str, Source], now: datetime) -> list[Finding]:
    """All findings about a data folder; nothing is changed."""
    found = [*environment_checks.environment_findings(home, sources, now), *store_checks.store_findings(home, now)]
    if any(one.check == "store" and one.state == "fine" for one in found):
        with open_store(home) as store:
            found += environment_checks.source_pause_findings(store, sources, now)
            found += environment_checks.embedding_findings(store)
            if half := store_checks.incomplete_snapshots(store):
                told = f"{len(half)} snapshots were never finished."
                found.append(note_finding("snapshot", told, "finder doctor --mend deletes them.", "folders"))
    return found


def apply_remedies(home: Path, findings: Iterable[Finding], now: datetime, *, yes: bool = False) -> list[str]:
    """Do the safe remedies of these findings, and with ``yes`` also those that lose something; says what was done."""
    wanted = dict.fromkeys(finding.mend for finding in findings if finding.mend)
    said = []
    for name in wanted:
        if name in DESTRUCTIVE_REMEDIES and not yes:
            said.append("The store itself is only put back from its copy with --yes: what came in later is lost.")
            continue
        try:
            said.append(_REMEDIES[name](home, now.isoformat(timespec="seconds")))
        except (FinderError, OSError) as error:
            said.append(f"Not mended: {error}")
    return said


def _restore_intact_copy(home: Path, now: str) -> str:
    copy = store_checks.newest_intact_copy(home / FILE)
    if copy is None:
        raise StoreError("The copy is not sound any more. Put a backup back: finder restore FILE")
    restored = restore.restore_copy(copy, home, now)
    hidden = "" if restored.hidden_known else " Whoever was hidden since then has to be hidden again: finder hide"
    return f"The store is as of {restored.made_at}; the damaged one is {restored.former}.{hidden}"


def _rebuild_snapshot(home: Path, now: str) -> str:
    with open_store(home) as store:
        with store.snapshots.publication_lock():
            store.snapshots.invalidate_current()
        publication.resolve_and_publish(store, now)
        _delete_paths(store_checks.incomplete_snapshots(store))
    return "What answers read was made anew from the record."


def _rebuild_full_text(home: Path, _: str) -> str:
    with open_store(home) as store:
        with store.write_transaction() as db:
            for index in ("text", "word"):
                db.execute(f"insert into {index} ({index}) values ('delete-all')")  # noqa: S608 - one of the two above
            db.execute("insert or replace into meta values ('indexed', '0')")
            db.execute("delete from posting_text")
            db.execute(
                "insert into posting_text (rowid, title, description) "
                "select id, body ->> '$.title', body ->> '$.description' from posting"
            )
        store.records.update_fulltext()
    return "The full text was made anew."


def _drop_corrupt_responses(home: Path, _: str) -> str:
    with open_store(home) as store, store.write_transaction() as db:
        bad = store_checks.corrupt_response_ids(db)
        db.executemany("delete from reply where id = ?", [(id_,) for id_ in bad])
    return f"{len(bad)} damaged answers were let go."


def _stop_orphan_runs(home: Path, now: str) -> str:
    with open_store(home) as store:
        lost = store_checks.orphan_runs(store)
        for run in lost:
            store.runs.end_run(run, "stopped", now)
    return f"{len(lost)} runs are noted as stopped."


def _clear_stale_leases(home: Path, now: str) -> str:
    with open_store(home) as store:
        stale = [
            one
            for one in store.leases.list_leases()
            if one.owner_is_dead() or one.is_expired(datetime.fromisoformat(now))
        ]
        for lease in stale:
            store.leases.revoke_lease(lease)
    return f"{len(stale)} leases were cleared."


def _delete_partial_snapshots(home: Path, _: str) -> str:
    with open_store(home) as store:
        half = store_checks.incomplete_snapshots(store)
    return _delete_paths(half)


def _delete_leftovers(home: Path, _: str) -> str:
    return _delete_paths(environment_checks.leftover_paths(home))


def _delete_paths(paths: list[Path]) -> str:
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return f"{len(paths)} things that were half done were deleted."


def _restrict_access_rights(home: Path, _: str) -> str:
    if sys.platform != "win32":
        home.chmod(0o700)
        if (home / SECRETS).exists():
            (home / SECRETS).chmod(0o600)
    return "The data folder and the keys can be read by you alone."


_REMEDIES: Mapping[str, Callable[[Path, str], str]] = {
    "rights": _restrict_access_rights,
    "copy": _restore_intact_copy,
    "parts": _delete_leftovers,
    "leases": _clear_stale_leases,
    "runs": _stop_orphan_runs,
    "replies": _drop_corrupt_responses,
    "text": _rebuild_full_text,
    "folders": _delete_partial_snapshots,
    "publish": _rebuild_snapshot,
}
