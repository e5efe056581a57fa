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
from finder.errors import BadBackup, Busy, SettingsError, StoreError, StoreTooNew
from finder.keeping import adoption, archive
from finder.keeping.adoption import Change
from finder.rights import forgetting
from finder.store import Store, copies, open_store, schema
from finder.store.database import FILE
from finder.store.leases import alive
from finder.store.suppressions import Carried, Suppressions
from finder.unpacking import MOST

Choose = Callable[[Sequence[Change]], Collection[Change]]

KEPT = 2
"""Former stores that stay."""

_NOT_ITS_FAULT = frozenset({
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
})  # fmt: skip


@dataclass(frozen=True)
class Restored:
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
    taken: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()


def from_archive(path: Path, home: Path, now: str, choose: Choose | None = None, *, most: int = MOST) -> Restored:
    """Put a backup's record back; of its settings only what is chosen.

    Args:
        choose: told what the backup's settings would change, says which of it is taken; without it none is looked at.
        most: bytes that it may unpack to.

    Raises:
        StoreError: it cannot be put back, and nothing was changed; the message says why.
    """
    with archive.working_folder(home, "restore") as folder:
        manifest = archive.unpack(path, folder, most)
        offered, taken = _chosen(folder, home, path, choose) if choose else ((), ())
        restored = _put_back(folder, home, path, manifest.made_at, now)
        if taken:
            _settings_back(folder, home, taken, whole=len(taken) == len(offered))
    _publish(home, now)
    left = tuple(one for one in offered if one not in taken)
    return replace(restored, settings=archive.SETTINGS in manifest.files, taken=taken, left=left)


def from_copy(copy: Path, home: Path, now: str) -> Restored:
    """Put back a copy that lies beside the store.

    Raises:
        StoreError: as of :func:`from_archive`.
    """
    with archive.working_folder(home, "restore") as folder:
        copies.require(folder, copy.stat().st_size)
        shutil.copyfile(copy, folder / FILE)
        restored = _put_back(folder, home, copy, copies.made_at(copy), now)
    _publish(home, now)
    return restored


def sound(path: Path) -> str:
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


def _require_own(path: Path, origin: Path) -> None:
    """Make sure that a record's tables are those that a finder made; nothing of it runs before this was looked at."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as db:
            wrong = schema.strange(db)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_ITS_FAULT:
            raise StoreError(f"{path} cannot be read now ({error}). Free some space and look again.") from error
        raise BadBackup(f"The record in {origin} is damaged ({error}). Nothing was changed; use another one.") from None
    if wrong:
        raise BadBackup(f"The record in {origin} is not one that a finder made: {wrong}. Nothing was changed.")


def _put_back(folder: Path, home: Path, origin: Path, made_at: str, now: str) -> Restored:
    """Make the record in ``folder`` ready, and then the one that holds."""
    _require_own(folder / FILE, origin)
    if wrong := sound(folder / FILE):
        raise BadBackup(f"The record in {origin} is damaged ({wrong}). Nothing was changed; use another one.")
    there = (home / FILE).exists()
    hidden, spent, known = _today(home, folder)
    with open_store(folder) as new:
        with new.write() as db:
            db.execute("delete from lease")
            db.execute("insert or replace into meta values ('identity', ?)", (secrets.token_hex(8),))
            db.executemany("insert or replace into budget values (?, ?, ?, ?, ?, ?, ?)", spent)
        new.suppressions.carry(hidden)
        forgetting.again(new, now)  # who was forgotten since does not come back
        former = _swap(new, home, now) if there else None
    if not former:
        (folder / FILE).replace(home / FILE)
    return Restored(made_at, former, known)


def _swap(new: Store, home: Path, now: str) -> Path:
    """Replace the record that holds, in one transaction that other processes see whole or not at all."""
    former = home / f"{FILE}.former-{''.join(c for c in now[:19] if c.isdigit())}.bak"
    try:
        with open_store(home) as live:
            _nobody_collects(live)
            with live.leases.held("refresh"):
                copies.copy(live.connection, former)
                new.connection.backup(live.connection)
    except (Busy, StoreTooNew):
        raise
    except (StoreError, sqlite3.DatabaseError) as error:
        if not sound(home / FILE):  # nothing is wrong with it but the folder or the disk
            raise StoreError(f"Nothing was changed: {error}") from error
        _replace(new, home, former)
    copies.tidy(home / FILE, "former", KEPT, former)
    return former


def _replace(new: Store, home: Path, former: Path) -> None:
    """Replace a record that is damaged, so that no process can do anything with it: its files are moved aside."""
    copies.copy(new.connection, home / f"{FILE}.new")
    for suffix in ("-wal", "-shm"):  # first: beside another record they would damage that
        with suppress(FileNotFoundError):
            (home / f"{FILE}{suffix}").replace(f"{former}{suffix}")
    (home / FILE).replace(former)
    (home / f"{FILE}.new").replace(home / FILE)


def _nobody_collects(live: Store) -> None:
    """Whoever collects would go on writing into a record that no longer knows of it.

    Raises:
        Busy: somebody does.
    """
    lease, run = live.leases.get("refresh"), live.runs.latest()
    if lease and not lease.gone():
        raise Busy(f"A refresh is going on: {lease.told()}. Nothing was changed; wait for it, or stop it.")
    if run and run.state == "running" and alive(run.pid):
        raise Busy(f"Process {run.pid} is collecting. Nothing was changed; wait for it, or stop it.")


def _today(home: Path, folder: Path) -> tuple[Carried, list[tuple], bool]:  # type: ignore[type-arg]
    """Who is hidden and what was spent, as the record that holds knows it, or the newest copy where it is damaged."""
    if not (home / FILE).exists():
        return Carried((), ()), [], True
    try:
        if not sound(home / FILE):
            with open_store(home) as live:
                return _told(live.connection), _spent(live.connection), True
        with closing(sqlite3.connect(f"{(home / FILE).absolute().as_uri()}?mode=rw", uri=True)) as db:
            return _told(db), _spent(db), True
    except sqlite3.Error:
        pass
    for number, path in enumerate(copies.kept(home / FILE)):
        aside = folder / f"copy{number}"  # it may be of an older version, and stays as it is
        aside.mkdir()
        with suppress(StoreError, sqlite3.Error):
            shutil.copyfile(path, aside / FILE)
            with open_store(aside) as copy:
                return _told(copy.connection), _spent(copy.connection), False
    return Carried((), ()), [], False


def _told(db: sqlite3.Connection) -> Carried:
    return Suppressions(db, partial(nullcontext, db)).carried()


def _spent(db: sqlite3.Connection) -> list[tuple]:  # type: ignore[type-arg]
    query = "select source, day, spent, allowance, remaining, parked_until, reason from budget"
    return db.execute(query).fetchall()


def _chosen(folder: Path, home: Path, path: Path, choose: Choose) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What the settings of a backup would change here, and what of that somebody wants."""
    _settings_hold(folder, path)
    if not (folder / archive.SETTINGS).exists():
        return (), ()
    here, there = (settings.read_toml(one / archive.SETTINGS) for one in (home, folder))
    offered = tuple(adoption.changes(here, there))
    wanted = choose(offered) if offered else ()
    return offered, tuple(one for one in offered if one in wanted)


def _settings_hold(folder: Path, path: Path) -> None:
    try:
        settings.load(folder, {})
    except SettingsError as error:
        raise BadBackup(
            f"The settings in {path} are not understood by this finder: {error} Nothing was changed."
        ) from None


def _settings_back(folder: Path, home: Path, taken: Sequence[Change], *, whole: bool) -> None:
    """The chosen settings of the backup hold, its file as it is where that is all; the former are kept beside them."""
    new, old = folder / archive.SETTINGS, home / archive.SETTINGS
    if not whole:
        files.keep(new, adoption.as_toml(adoption.apply_changes(settings.read_toml(old), taken)).encode())
    if old.exists():
        files.keep(home / f"{archive.SETTINGS}.former", old.read_bytes())
    files.keep(old, new.read_bytes())


def _publish(home: Path, now: str) -> None:
    with open_store(home) as store:
        if store.records.seq():
            publication.publish(store, now)
        else:
            store.snapshots.discard()
