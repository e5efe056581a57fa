"""The loop in the foreground: when it runs, what it survives, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from finder.scheduling import loop

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


class Time(threading.Event):
    """A clock and the query to stop: waiting lets time pass, a jump changes the clock alone."""

    def __init__(self, until: timedelta, jumps: dict[int, timedelta] | None = None) -> None:
        super().__init__()
        self.passed = timedelta(0)  # by the monotonic clock
        self.shift = timedelta(0)
        self.until = until
        self.jumps = {timedelta(minutes=minute): by for minute, by in (jumps or {}).items()}
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return START + self.passed + self.shift

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout
        self.slept.append(timeout)
        self.passed += timedelta(seconds=timeout)
        for at in [at for at in self.jumps if at <= self.passed]:
            self.shift += self.jumps.pop(at)
        if self.passed >= self.until:
            self.set()
        return self.is_set()


def runs(
    time: Time, every: timedelta = HOUR, takes: timedelta = timedelta(0), failed: str = ""
) -> tuple[list[int], list[str]]:
    """Minutes that had really passed when it ran, and what was said."""
    at: list[int] = []
    said: list[str] = []

    def run() -> str:
        at.append(int(time.passed / timedelta(minutes=1)))
        time.passed += takes
        if time.passed >= time.until:
            time.set()
        return failed

    loop.run_periodically(run, every, time, said.append, clock=time)
    return at, said


def test_it_runs_at_once_and_then_again_and_again() -> None:
    time = Time(3.5 * HOUR)
    at, said = runs(time)

    assert at == [0, 60, 120, 180]
    assert said[0] == "Looking again at 2026-11-01 10:00 UTC."
    assert max(time.slept) <= loop.SLICE


def test_a_run_that_fails_is_said_and_tried_again() -> None:
    at, said = runs(Time(2.5 * HOUR), failed="The refresh failed (exit code 1).")

    assert at == [0, 60, 120]
    assert said[0] == "The refresh failed (exit code 1). It is tried again at 2026-11-01 10:00 UTC."


def test_a_run_longer_than_its_turn_is_not_run_twice_for_that() -> None:
    at, _ = runs(Time(5 * HOUR), takes=timedelta(minutes=90))

    assert at == [0, 90, 180, 270]


@pytest.mark.parametrize("days", [1, 4000])
def test_a_clock_that_jumps_ahead_costs_one_run(days: int) -> None:
    at, _ = runs(Time(3.5 * HOUR, {30: timedelta(days=days)}))

    assert at == [0, 30, 90, 150]


@pytest.mark.parametrize("days", [1, 4000])
def test_a_clock_that_is_set_back_does_not_put_it_to_sleep(days: int) -> None:
    at, _ = runs(Time(3.5 * HOUR, {30: -timedelta(days=days)}))

    assert at == [0, 90, 150]


def test_sleep_of_the_whole_machine_counts() -> None:
    """The wall clock goes on while the monotonic one stands still."""
    at, _ = runs(Time(2.5 * HOUR, {10: 9 * HOUR}))

    assert at == [0, 10, 70, 130]


# --- the run itself --------------------------------------------------------------------------------------------------


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_a_child_that_succeeds_or_fails_is_told_apart() -> None:
    never = threading.Event()

    assert loop.run_child_process(python(""), never) == ""
    assert loop.run_child_process(python("raise SystemExit(3)"), never) == "The refresh failed (exit code 3)."
    assert "could not be started" in loop.run_child_process(["/nowhere/python"], never)


@posix
def test_a_child_that_was_killed_has_failed() -> None:
    assert "-9" in loop.run_child_process(python("import os; os.kill(os.getpid(), 9)"), threading.Event())


@posix
def test_a_child_that_hangs_is_stopped_and_that_is_said() -> None:
    said = loop.run_child_process(python("import time; time.sleep(600)"), threading.Event(), limit=0, grace=30)

    assert "was stopped" in said


def waiting(stop: threading.Event, sign: Path, before: Callable[[], object]) -> threading.Thread:
    def when_there() -> None:
        while not sign.exists():
            pass
        before()
        stop.set()

    thread = threading.Thread(target=when_there)
    thread.start()
    return thread


@posix
def test_when_it_is_to_stop_the_child_may_put_its_things_away(tmp_path: Path) -> None:
    stop, sign = threading.Event(), tmp_path / "sign"
    program = f"""
import pathlib, time
try:
    pathlib.Path({str(sign)!r}).touch()
    time.sleep(600)
except KeyboardInterrupt:
    pathlib.Path({str(tmp_path / "kept")!r}).touch()
"""
    thread = waiting(stop, sign, lambda: None)
    assert loop.run_child_process(python(program), stop) == ""
    thread.join()
    assert (tmp_path / "kept").exists()


@posix
def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    stop, sign = threading.Event(), tmp_path / "sign"
    program = f"""
import os, pathlib, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
pathlib.Path({str(sign)!r}).write_text(str(os.getpid()))
time.sleep(600)
"""
    thread = waiting(stop, sign, lambda: None)
    assert loop.run_child_process(python(program), stop, grace=0.1) == ""
    thread.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(sign.read_text()), 0)


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_cleanly_when_it_is_told_to(tmp_path: Path, number: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINDER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "finder", "schedule", "run", "--every", "1h"],
        env={**kept, "FINDER_HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    said = process.stderr.readline()
    assert said.startswith("Refreshing what is due in")
    while "again at" not in said:
        said = process.stderr.readline()
    process.send_signal(number)
    assert process.wait(60) == 0
    assert process.stderr.read().endswith("Ended.\n")
    process.stderr.close()
