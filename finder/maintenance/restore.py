"""Put a record back: checked first, swapped in one step, with the former one kept and nobody shown who is hidden."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from finder import files, publication, settings
from finder.decompression import MOST
from finder.errors import AlreadyRunning, InvalidBackup, SettingsError, StoreError, StoreTooNew
from finder.maintenance import backup_archive, settings_changes
from finder.maintenance.settings_changes import SettingChange
from finder.privacy import person_erasure
from finder.storage import Store, open_store, schema, sqlite_backup
from finder.storage.database import FILE
from finder.storage.leases import process_is_alive
from finder.storage.suppressions import SuppressionExport, Suppressions

Choose = Callable[[Sequence[SettingChange]], Collection[SettingChange]]

KEPT = 2
"""Former stores that stay."""

_NOT_ITS_FAULT = frozenset(
    {
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOMEM,
    }
)


@dataclass(frozen=True)
class RestoreResult:
    """What became of a restoration.

    Attributes:
        made_at: when the backup was made.
        former: where the former record is kept, if there was one.
        hidden_known: whether the former record could still tell who is hidden.
        settings: whether the backup holds settings.
        taken, left: what of these was taken, and what was not though it differs; nothing where nobody asked for them.
    """

    made_at: str
    former: Path | None
    hidden_known: bool
    settings: bool = False
    taken: tuple[SettingChange, ...] = ()
    left: tuple[SettingChange, ...] = ()


def restore_archive(
    path: Path, home: Path, now: str, choose: Choose | None = None, *, most: int = MOST
) -> RestoreResult:
    """Put a backup's record back; of its settings only what is chosen.

    Args:
        choose: told what the backup's settings would change, says which of it is taken; without it none is looked at.
        most: bytes that it may unpack to.

    Raises:
        StoreError: it cannot be put back, and nothing was changed; the message says why.
    """
    with backup_archive.working_folder(home, "restore") as folder:
        manifest = backup_archive.unpack_backup(path, folder, most)
        offered, taken = _choose_settings(folder, home, path, choose) if choose else ((), ())
        restored = _install_store(folder, home, path, manifest.made_at, now)
        if taken:
            _restore_settings(folder, home, taken, whole=len(taken) == len(offered))
    _publish_after_restore(home, now)
    left = tuple(one for one in offered if one not in taken)
    return replace(restored, settings=backup_archive.SETTINGS in manifest.files, taken=taken, left=left)


def restore_copy(copy: Path, home: Path, now: str) -> RestoreResult:
    """Put back a copy that lies beside the store.

    Raises:
        StoreError: as of :func:`restore_archive`.
    """
    with backup_archive.working_folder(home, "restore") as folder:
        sqlite_backup.ensure_copy_space(folder, copy.stat().st_size)
        shutil.copyfile(copy, folder / FILE)
        restored = _install_store(folder, home, copy, sqlite_backup.store_copy_time(copy), now)
    _publish_after_restore(home, now)
    return restored


def integrity_fault(path: Path) -> str:
    """What is wrong with a record, or nothing.

    Raises:
        StoreError: it cannot be looked at now, which says nothing about it.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as db:
            found = db.execute("pragma integrity_check(1)").fetchone()[0]
            if found != "ok":
                return str(found)
            if db.execute("pragma user_version").fetchone()[0] < 1:
                return "it is no store of the finder"
            db.execute("select count(*) from record").fetchone()
            wrong = db.execute("pragma foreign_key_check").fetchone()
            return f"a row of {wrong[0]} belongs to nothing" if wrong else ""
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_ITS_FAULT:
            remedy = "Free some space, check the rights and the disk, and look again."
            raise StoreError(f"{path} cannot be read now ({error}). {remedy}") from error
        return str(error)


def _require_own_schema(path: Path, origin: Path) -> None:
    """Make sure that a record's tables are those that a finder made; nothing of it runs before this was looked at."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as db:
            wrong = schema.schema_difference(db)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_ITS_FAULT:
            raise StoreError(f"{path} cannot be read now ({error}). Free some space and look again.") from error
        raise InvalidBackup(
            f"The record in {origin} is damaged ({error}). Nothing was changed; use another one."
        ) from None
    if wrong:
        raise InvalidBackup(f"The record in {origin} is not one that a finder made: {wrong}. Nothing was changed.")


def _install_store(folder: Path, home: Path, origin: Path, made_at: str, now: str) -> RestoreResult:
    """Make the record in ``folder`` ready, and then the one that holds."""
    _require_own_schema(folder / FILE, origin)
    if wrong := integrity_fault(folder / FILE):
        raise InvalidBackup(f"The record in {origin} is damaged ({wrong}). Nothing was changed; use another one.")
    there = (home / FILE).exists()
    hidden, spent, known = _load_live_state(home, folder)
    with open_store(folder) as new:
        with new.write_transaction() as db:
            db.execute("delete from lease")
            db.execute("insert or replace into meta values ('identity', ?)", (secrets.token_hex(8),))
            db.executemany("insert or replace into budget values (?, ?, ?, ?, ?, ?, ?)", spent)
        new.suppressions.merge_suppressions(hidden)
        person_erasure.reapply_erasures(new, now)  # who was forgotten since does not come back
        former = _swap_live_store(new, home, now) if there else None
    if not former:
        (folder / FILE).replace(home / FILE)
    return RestoreResult(made_at, former, known)


def _swap_live_store(new: Store, home: Path, now: str) -> Path:
    """Replace the record that holds, in one transaction that other processes see whole or not at all."""
    former = home / f"{FILE}.former-{''.join(c for c in now[:19] if c.isdigit())}.bak"
    try:
        with open_store(home) as live:
            _require_no_collection(live)
            with live.leases.acquire_lease("refresh"):
                sqlite_backup.copy_database(live.connection, former)
                new.connection.backup(live.connection)
    except (AlreadyRunning, StoreTooNew):
        raise
    except (StoreError, sqlite3.DatabaseError) as error:
        if not integrity_fault(home / FILE):  # nothing is wrong with it but the folder or the disk
            raise StoreError(f"Nothing was changed: {error}") from error
        _replace_corrupt_store(new, home, former)
    sqlite_backup.prune_store_copies(home / FILE, "former", KEPT, former)
    return former


def _replace_corrupt_store(new: Store, home: Path, former: Path) -> None:
    """Replace a record that is damaged, so that no process can do anything with it: its files are moved aside."""
    sqlite_backup.copy_database(new.connection, home / f"{FILE}.new")
    for suffix in ("-wal", "-shm"):  # first: beside another record they would damage that
        with suppress(FileNotFoundError):
            (home / f"{FILE}{suffix}").replace(f"{former}{suffix}")
    (home / FILE).replace(former)
    (home / f"{FILE}.new").replace(home / FILE)


def _require_no_collection(live: Store) -> None:
    """Whoever collects would go on writing into a record that no longer knows of it.

    Raises:
        AlreadyRunning: somebody does.
    """
    lease, run = live.leases.get("refresh"), live.runs.latest_run()
    if lease and not lease.owner_is_dead():
        raise AlreadyRunning(
            f"A refresh is going on: {lease.describe_owner()}. Nothing was changed; wait for it, or stop it."
        )
    if run and run.state == "running" and process_is_alive(run.pid):
        raise AlreadyRunning(f"Process {run.pid} is collecting. Nothing was changed; wait for it, or stop it.")


def _load_live_state(home: Path, folder: Path) -> tuple[SuppressionExport, list[tuple], bool]:  # type: ignore[type-arg]
    """Who is hidden and what was spent, as the record that holds knows it, or the newest copy where it is damaged."""
    if not (home / FILE).exists():
        return SuppressionExport((), ()), [], True
    try:
        if not integrity_fault(home / FILE):
            with open_store(home) as live:
                return _read_suppressions(live.connection), _read_budgets(live.connection), True
        with closing(sqlite3.connect(f"{(home / FILE).absolute().as_uri()}?mode=rw", uri=True)) as db:
            return _read_suppressions(db), _read_budgets(db), True
    except sqlite3.Error:
        pass
    for number, path in enumerate(sqlite_backup.list_store_copies(home / FILE)):
        aside = folder / f"copy{number}"  # it may be of an older version, and stays as it is
        aside.mkdir()
        with suppress(StoreError, sqlite3.Error):
            shutil.copyfile(path, aside / FILE)
            with open_store(aside) as copy:
                return _read_suppressions(copy.connection), _read_budgets(copy.connection), False
    return SuppressionExport((), ()), [], False


def _read_suppressions(db: sqlite3.Connection) -> SuppressionExport:
    return Suppressions(db, partial(nullcontext, db)).export_suppressions()


def _read_budgets(db: sqlite3.Connection) -> list[tuple]:  # type: ignore[type-arg]
    query = "select source, day, spent, allowance, remaining, parked_until, reason from budget"
    return db.execute(query).fetchall()


def _choose_settings(
    folder: Path, home: Path, path: Path, choose: Choose
) -> tuple[tuple[SettingChange, ...], tuple[SettingChange, ...]]:
    """What the settings of a backup would change here, and what of that somebody wants."""
    _require_valid_settings(folder, path)
    if not (folder / backup_archive.SETTINGS).exists():
        return (), ()
    here, there = (settings.read_toml(one / backup_archive.SETTINGS) for one in (home, folder))
    offered = tuple(settings_changes.diff_settings(here, there))
    wanted = choose(offered) if offered else ()
    return offered, tuple(one for one in offered if one in wanted)


def _require_valid_settings(folder: Path, path: Path) -> None:
    try:
        settings.load_settings(folder, {})
    except SettingsError as error:
        raise InvalidBackup(
            f"The settings in {path} are not understood by this finder: {error} Nothing was changed."
        ) from None


def _restore_settings(folder: Path, home: Path, taken: Sequence[SettingChange], *, whole: bool) -> None:
    """The chosen settings of the backup hold, its file as it is where that is all; the former are kept beside them."""
    new, old = folder / backup_archive.SETTINGS, home / backup_archive.SETTINGS
    if not whole:
        files.write_private_file(
            new, settings_changes.format_toml(settings_changes.apply_changes(settings.read_toml(old), taken)).encode()
        )
    if old.exists():
        files.write_private_file(home / f"{backup_archive.SETTINGS}.former", old.read_bytes())
    files.write_private_file(old, new.read_bytes())


def _publish_after_restore(home: Path, now: str) -> None:
    with open_store(home) as store:
        if store.records.last_write_seq():
            publication.resolve_and_publish(store, now)
        else:
            store.snapshots.invalidate_current()
