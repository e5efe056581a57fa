"""Leases: one at a time, across processes, crashes and clocks that jump."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from finder.errors import AlreadyRunning, LockLost
from finder.storage import Store, open_store
from finder.storage.database import FILE
from finder.storage.leases import EXPIRES, TAKEOVER_WAIT, Lease, machine_id, process_is_alive

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
HOLDER = """
import sys
from pathlib import Path
from finder.errors import AlreadyRunning
from finder.storage import open_store
with open_store(Path(sys.argv[1])) as store:
    try:
        with store.leases.acquire_lease("refresh"):
            print("held", flush=True)
            sys.stdin.readline()
    except AlreadyRunning as error:
        print(error, flush=True)
"""


class Clock:
    """A clock that is set by hand; sleeping on it is noted, and may let something happen meanwhile."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []
        self.meanwhile = lambda: None

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()


def planted(store: Store, beat: datetime, pid: int = 1, at: str = "elsewhere/1") -> Lease:
    """A lease of somebody else, as their process wrote it down."""
    lease = Lease("refresh", "theirs", pid, at, START.isoformat(), beat.isoformat())
    with store.write_transaction() as db:
        row = (lease.name, lease.token, lease.pid, lease.host, lease.since, lease.beat)
        db.execute("insert or replace into lease values (?, ?, ?, ?, ?, ?)", row)
    return lease


@contextmanager
def holder(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that tries to hold the lease, and what it said first."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLDER, str(home)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_one_holds_it_and_gives_it_back(store: Store) -> None:
    with store.leases.acquire_lease("refresh", clock=Clock()) as holding:
        assert store.leases.get("refresh") == holding.lease
        with store.leases.acquire_lease("another"):
            pass
        said = r"process \d+ on .* since 2026-11-01 09:00 UTC\. There is nothing to do"
        with pytest.raises(AlreadyRunning, match=said), store.leases.acquire_lease("refresh", clock=Clock()):
            pass

    assert store.leases.list_leases() == []


def test_it_is_given_back_when_what_it_was_for_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.leases.acquire_lease("refresh"):
        raise ZeroDivisionError

    assert store.leases.get("refresh") is None


def test_another_process_waits_its_turn_and_says_for_whom(store: Store) -> None:
    with holder(store.home) as (process, said):
        assert said == "held"
        with holder(store.home) as (_, second):
            assert f"process {process.pid} on " in second
            assert "nothing to do" in second


def test_a_killed_holder_holds_nothing(store: Store) -> None:
    clock = Clock()
    with holder(store.home) as (process, said):
        assert said == "held"
        process.kill()
        process.wait()
        assert store.leases.get("refresh") is not None, "it had no time to give it back"
        with store.leases.acquire_lease("refresh", clock=clock, sleep=clock.sleep) as holding:
            holding.raise_if_lost()
    assert clock.slept == [], "a process of this machine that is gone need not be waited for"


def test_a_lease_from_elsewhere_expires(store: Store) -> None:
    planted(store, START - EXPIRES + timedelta(seconds=1))
    clock = Clock()
    with pytest.raises(AlreadyRunning), store.leases.acquire_lease("refresh", clock=clock, sleep=clock.sleep):
        pass

    clock.now += timedelta(seconds=2)
    with store.leases.acquire_lease("refresh", clock=clock, sleep=clock.sleep) as holding:
        assert holding.lease.token != "theirs"
    assert clock.slept == [TAKEOVER_WAIT]


@pytest.mark.parametrize("jump", [timedelta(days=400), -timedelta(days=400)])
def test_a_clock_that_jumps_takes_nothing_from_a_holder_who_lives(store: Store, jump: timedelta) -> None:
    lease = planted(store, START)
    clock = Clock()
    clock.now += jump

    def renewed() -> None:
        planted(store, clock.now, lease.pid, lease.host)

    clock.meanwhile = renewed
    with pytest.raises(AlreadyRunning), store.leases.acquire_lease("refresh", clock=clock, sleep=clock.sleep):
        pass


@pytest.mark.parametrize("jump", [timedelta(days=400), -timedelta(days=400)])
def test_a_clock_that_jumps_frees_what_nobody_renews(store: Store, jump: timedelta) -> None:
    planted(store, START)
    clock = Clock()
    clock.now += jump

    with store.leases.acquire_lease("refresh", clock=clock, sleep=clock.sleep) as holding:
        assert store.leases.get("refresh") == holding.lease


def test_it_is_renewed_while_it_is_held(store: Store) -> None:
    clock = Clock()
    with store.leases.acquire_lease("refresh", clock=clock, beat=0.01) as holding:
        clock.now += timedelta(hours=1)
        while (lease := store.leases.get("refresh")) == holding.lease:
            pass
        assert lease == replace(holding.lease, beat=clock.now.isoformat(timespec="microseconds"))
        holding.raise_if_lost()


def test_whoever_was_taken_for_dead_is_told_and_leaves_the_others_lease_alone(store: Store) -> None:
    with store.leases.acquire_lease("refresh", beat=0.01) as holding:
        taken = planted(store, START)
        assert holding.lost.wait(60)
        with pytest.raises(LockLost, match="Data is kept"):
            holding.raise_if_lost()

    assert store.leases.get("refresh") == taken


def test_dropping_spares_a_lease_that_was_renewed_meanwhile(store: Store) -> None:
    old = planted(store, START)
    planted(store, START + timedelta(seconds=30))
    store.leases.revoke_lease(old)
    assert store.leases.get("refresh")

    store.leases.revoke_lease(planted(store, START))
    assert store.leases.get("refresh") is None


def test_a_number_of_another_containers_process_says_nothing() -> None:
    lease = Lease("refresh", "t", gone(), machine_id(), "", "")

    assert lease.owner_is_dead()
    assert not process_is_alive(lease.pid)
    assert not replace(lease, host="elsewhere/1").owner_is_dead()


def test_many_who_come_at_once_share_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    open_store(home).close()
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen([sys.executable, "-c", HOLDER, str(home)], stdin=pipe, stdout=pipe, text=True)
        for _ in range(6)
    ]
    said = [process.stdout.readline().strip() for process in started if process.stdout]
    for process in started:
        process.communicate("\n", timeout=60)

    assert said.count("held") == 1
    assert all("nothing to do" in line for line in said if line != "held")
    assert (home / FILE).exists()
