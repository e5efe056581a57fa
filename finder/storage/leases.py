"""What only one process may do at a time: a lease that its holder renews, and that outlives no crash for long."""

from __future__ import annotations

import os
import platform
import secrets
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from finder import clock
from finder.errors import AlreadyRunning, LockLost
from finder.storage.records import WriteTransaction

RENEWAL_SECONDS = 30.0
"""Seconds between two renewals."""
EXPIRES = timedelta(minutes=5)
"""After which an unrenewed lease holds nothing any more: longer than any single write to the store takes."""
TAKEOVER_WAIT = 2 * RENEWAL_SECONDS
"""Seconds for which an expired lease is watched before it is taken: a clock that jumped expires one that is renewed."""

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Lease:
    """Who holds what.

    Attributes:
        host: the machine's name and, where there are containers, the number of its process table.
        since, beat: ISO times in UTC: when it was taken and last renewed.
    """

    name: str
    token: str
    pid: int
    host: str
    since: str
    beat: str

    def owner_is_dead(self) -> bool:
        """Whether the holder is a process of this machine that has ended."""
        return self.host == machine_id() and not process_is_alive(self.pid)

    def is_expired(self, now: datetime) -> bool:
        """Whether it was not renewed for long. One that was renewed in the far future was renewed by a wrong clock."""
        return abs(now - datetime.fromisoformat(self.beat)) >= EXPIRES

    def describe_owner(self) -> str:
        """Who holds it and since when, for a person."""
        return f"process {self.pid} on {self.host.partition('/')[0]} since {self.since[:16].replace('T', ' ')} UTC"


class HeldLease:
    """A lease that is held now."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.lost = threading.Event()

    def raise_if_lost(self) -> None:
        """To be called between steps.

        Raises:
            LockLost: it was taken by another process, because this one did not renew it for long.
        """
        if self.lost.is_set():
            raise LockLost("The lock was lost: this process stood still, and another one took over. Data is kept.")


class Leases:
    """Verbs over the ``lease`` table."""

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction, path: Path) -> None:
        self._db = connection
        self._write = write
        self._path = path

    def get(self, name: str) -> Lease | None:
        """The lease as it is written down, whether its holder lives or not."""
        query = "select name, token, pid, host, since, beat from lease where name = ?"
        row = self._db.execute(query, (name,)).fetchone()
        return Lease(*row) if row else None

    def list_leases(self) -> list[Lease]:
        """All leases that are written down."""
        return [Lease(*r) for r in self._db.execute("select name, token, pid, host, since, beat from lease")]

    def revoke_lease(self, lease: Lease) -> None:
        """Take a lease away from its holder, unless it was renewed or changed hands meanwhile."""
        with self._write() as db:
            query = "delete from lease where name = ? and token = ? and beat = ?"
            db.execute(query, (lease.name, lease.token, lease.beat))

    @contextmanager
    def acquire_lease(
        self,
        name: str,
        *,
        clock: Clock = clock.utc_now,
        sleep: Callable[[float], object] = time.sleep,
        beat: float = RENEWAL_SECONDS,
    ) -> Iterator[HeldLease]:
        """Hold a lease; it is renewed by a thread with a connection of its own, and given back at the end.

        Raises:
            AlreadyRunning: another process holds it; the message says who and since when.
        """
        holding = HeldLease(self._take_lease(name, clock, sleep))
        done = threading.Event()
        renewing = threading.Thread(
            target=self._renew_lease, args=(holding, done, clock, beat), name=f"lease {name}", daemon=True
        )
        renewing.start()
        try:
            yield holding
        finally:
            done.set()
            renewing.join()
            with self._write() as db:
                db.execute("delete from lease where name = ? and token = ?", (name, holding.lease.token))

    def _take_lease(self, name: str, clock: Clock, sleep: Callable[[float], object]) -> Lease:
        seen = self.get(name)
        if seen and not seen.owner_is_dead() and seen.is_expired(clock()):
            sleep(TAKEOVER_WAIT)  # by the monotonic clock: whoever lives has renewed it by then
        with self._write() as db:
            held = self.get(name)
            stale = held is None or held.owner_is_dead() or (held == seen and held.is_expired(clock()))
            if not stale:
                assert held is not None
                raise AlreadyRunning(
                    f"Another {name} is going on: {held.describe_owner()}. There is nothing to do here."
                )
            now = clock().astimezone(UTC).isoformat(timespec="microseconds")
            lease = Lease(name, secrets.token_hex(8), os.getpid(), machine_id(), now, now)
            row = (lease.name, lease.token, lease.pid, lease.host, lease.since, lease.beat)
            db.execute(
                "insert or replace into lease (name, token, pid, host, since, beat) values (?, ?, ?, ?, ?, ?)", row
            )
        return lease

    def _renew_lease(self, holding: HeldLease, done: threading.Event, clock: Clock, beat: float) -> None:
        query = "update lease set beat = ? where name = ? and token = ?"
        while not done.wait(beat):
            with suppress(sqlite3.Error), closing(sqlite3.connect(self._path, timeout=beat)) as db, db:
                now = clock().astimezone(UTC).isoformat(timespec="microseconds")
                if not db.execute(query, (now, holding.lease.name, holding.lease.token)).rowcount:
                    holding.lost.set()
                    return


def machine_id() -> str:
    """This machine, as far as numbers of processes mean the same: containers count their own."""
    with suppress(OSError):
        return f"{platform.node()}/{Path('/proc/self/ns/pid').stat().st_ino}"
    return platform.node()


def process_is_alive(pid: int) -> bool:
    """Whether a process of this machine is running; where that cannot be told, yes."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
