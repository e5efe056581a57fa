"""A scheduler in the foreground, for a container: run, sleep until it is time again, end when asked to."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from finder import clock

Say = Callable[[str], None]
Clock = Callable[[], datetime]

SLICE = 60.0
"""Seconds of sleep, by the monotonic clock, after which the wall clock is looked at again: it may have jumped."""
LIMIT = 6 * 3600.0
"""Seconds after which one run is stopped: it hangs."""
GRACE = 30.0
"""Seconds that a run is given to end by itself once it was asked to."""


def run_periodically(
    run: Callable[[], str],
    every: timedelta,
    stop: threading.Event,
    say: Say,
    *,
    clock: Clock = clock.utc_now,
) -> None:
    """Run again and again until ``stop`` is set.

    Args:
        run: returns what went wrong, or nothing.
    """
    due = clock()
    while not stop.is_set():
        now = clock()
        due = min(due, now + every)  # a clock that was set back must not make us wait for it
        if now < due:
            stop.wait(min(SLICE, (due - now).total_seconds()))
            continue
        due = now + every
        failed = run()
        if not stop.is_set():
            what = f"{failed} It is tried again" if failed else "Looking again"
            say(f"{what} at {due:%Y-%m-%d %H:%M} UTC.")


def run_child_process(
    command: Sequence[str], stop: threading.Event, *, limit: float = LIMIT, grace: float = GRACE
) -> str:
    """Run a command in a process group of its own; returns what went wrong, or nothing.

    When ``stop`` is set it is asked to end as by Ctrl-C, so that it keeps what came in, and made to if it does not.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program, its arguments as a list
            command, stdin=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        return f"The refresh could not be started: {error}."
    began = time.monotonic()
    while process.poll() is None and not stop.is_set() and time.monotonic() - began < limit:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    if (code := process.poll()) is not None:
        return f"The refresh failed (exit code {code})." if code else ""
    _end_child_process(process, grace)
    return "" if stop.is_set() else f"The refresh took longer than {limit / 3600:g} hours and was stopped."


def _end_child_process(process: subprocess.Popen[bytes], grace: float) -> None:
    if sys.platform == "win32":
        process.terminate()
    else:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def stop_event_on_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    wanted = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in wanted]
    try:
        yield stop
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)
