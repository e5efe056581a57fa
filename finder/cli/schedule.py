"""Commands that see to it that watches are refreshed: entries for this machine's scheduler, and a loop of our own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from finder.cli import streams
from finder.cli.common import app, load, out, say
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.scheduling import Plan
    from finder.scheduling.installing import Scheduler

Kind = Literal["auto", "cron", "systemd", "launchd", "windows"]

schedule = App(name="schedule", help="Refresh what is due at set times, by this machine's scheduler or in a loop.")
app.command(schedule)


@schedule.command
def show(*, every: str = "1d", at: str = "06:30", kind: Kind = "auto") -> None:
    """Print the entry that install would write, and change nothing.

    Parameters
    ----------
    every
        15m, 6h, 1d, 1w … A watch that is not due costs nothing, so often is harmless.
    at
        Local time of day.
    kind
        cron, systemd, launchd (macOS) or windows; auto takes what this machine has.
    """
    _, scheduler = _chosen(kind)
    for where, text in scheduler.shown(_plan(every, at)).items():
        say(f"# {where}")
        out(text)


@schedule.command
def install(*, every: str = "1d", at: str = "06:30", kind: Kind = "auto", yes: bool = False) -> int:
    """Write the entry, after asking.

    Parameters
    ----------
    every, at, kind
        As of finder schedule show.
    yes
        Do not ask.
    """
    plan, (kind_, scheduler) = _plan(every, at), _chosen(kind)
    for other, its in _all().items():
        if other != kind_ and its.state(plan) != "absent":
            raise UsageError(f"There is an entry for {other} already. First: finder schedule remove")
    if scheduler.state(plan) == "same":
        say("It is installed already, just so. Nothing was changed.")
        return 0
    for where, text in scheduler.shown(plan).items():
        say(f"# {where}\n{text}")
    if not yes and not _agreed("Write this?"):
        say("Nothing was changed.")
        return 1
    scheduler.install(plan)
    say(f"Installed for {kind_}. To take it back: finder schedule remove")
    _mind(kind_)
    return 0


@schedule.command
def remove() -> None:
    """Take back what install wrote for this data folder, and nothing else."""
    plan = _plan("1d", "06:30")
    found = {kind: its for kind, its in _all().items() if its.state(plan) != "absent"}
    for kind, its in found.items():
        its.remove(plan)
        say(f"Removed from {kind}.")
    if not found:
        say("Nothing is installed for this data folder.")


@schedule.command
def run(*, every: str = "1h") -> None:
    """Refresh what is due, again and again, until stopped: for a container, where there is no scheduler.

    Parameters
    ----------
    every
        How often to look what is due: 15m, 1h, 6h, 1d.
    """
    from finder.scheduling import loop, parse_every

    plan, step = _plan("1d", "06:30"), parse_every(every)
    say(f"Refreshing what is due in {plan.home}, every {every}. To stop: Ctrl-C.")
    with loop.until_told() as stop:
        loop.serve(lambda: loop.child(plan.command, stop), step, stop, say)
    say("Ended.")


def _plan(every: str, at: str) -> Plan:
    from finder.scheduling import Plan, parse_at, parse_every

    home = load().home.absolute()
    return Plan(Path(sys.executable).absolute(), home, parse_every(every), parse_at(at))


def _all() -> dict[str, Scheduler]:
    """The schedulers for which this machine may have an entry."""
    from finder.scheduling import installing

    kinds = installing.schedulers(Path.home())
    return {kind: kinds[kind] for kind in installing.known()}


def _chosen(kind: Kind) -> tuple[str, Scheduler]:
    from finder.scheduling import installing

    chosen = installing.best() if kind == "auto" else kind
    return chosen, installing.schedulers(Path.home())[chosen]


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("This asks before it changes anything, and needs a terminal. Or add --yes.")
    streams.tell(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _mind(kind: str) -> None:
    """What an entry cannot do by itself."""
    here, kept = load(), load(environ={"FINDER_HOME": str(load().home)})
    for name in sorted(set(here.keys) - set(kept.keys)):
        say(f"FINDER_{name.upper()} is set here only: no key is written into an entry. To keep it: finder setup")
    if kind == "systemd":
        say("It runs while you are logged in. To have it run always: loginctl enable-linger")
    if kind == "cron":
        say("cron does not catch up on what it missed while the machine was off; the next run does.")
