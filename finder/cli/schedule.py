"""Commands that see to it that watches are refreshed: entries for this machine's scheduler, and a loop of our own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from finder.cli import streams
from finder.cli.common import WATCH, app, load_user_settings, print_notice, print_output
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.scheduling import SchedulePlan
    from finder.scheduling.installers import Scheduler

Kind = Literal["auto", "cron", "systemd", "launchd", "windows"]

schedule = App(
    name="schedule", group=WATCH, help="Refresh what is due at set times, by this machine's scheduler or in a loop."
)
app.command(schedule)


@schedule.command(name="show")
def run_schedule_show(*, every: str = "1d", at: str = "06:30", kind: Kind = "auto") -> None:
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
    _, scheduler = _select_scheduler(kind)
    for where, text in scheduler.entry_texts(_schedule_plan(every, at)).items():
        print_notice(f"# {where}")
        print_output(text)


@schedule.command(name="install")
def run_schedule_install(*, every: str = "1d", at: str = "06:30", kind: Kind = "auto", yes: bool = False) -> int:
    """Write the entry, after asking.

    Parameters
    ----------
    every, at, kind
        As of finder schedule show.
    yes
        Do not ask.
    every
        How often: daily or weekly.
    at
        At which time of the day, HH:MM.
    kind
        Which scheduler of this machine to use.
    """
    plan, (kind_, scheduler) = _schedule_plan(every, at), _select_scheduler(kind)
    for other, its in _machine_schedulers().items():
        if other != kind_ and its.entry_state(plan) != "absent":
            raise UsageError(f"There is an entry for {other} already. First: finder schedule remove")
    if scheduler.entry_state(plan) == "same":
        print_notice("It is installed already, just so. Nothing was changed.")
        return 0
    for where, text in scheduler.entry_texts(plan).items():
        print_notice(f"# {where}\n{text}")
    if not yes and not _confirm_at_terminal("Write this?"):
        print_notice("Nothing was changed.")
        return 1
    scheduler.install(plan)
    print_notice(f"Installed for {kind_}. To take it back: finder schedule remove")
    _print_schedule_caveats(kind_)
    return 0


@schedule.command(name="remove")
def run_schedule_remove() -> None:
    """Take back what install wrote for this data folder, and nothing else."""
    plan = _schedule_plan("1d", "06:30")
    found = {kind: its for kind, its in _machine_schedulers().items() if its.entry_state(plan) != "absent"}
    for kind, its in found.items():
        its.remove(plan)
        print_notice(f"Removed from {kind}.")
    if not found:
        print_notice("Nothing is installed for this data folder.")


@schedule.command(name="run")
def run_schedule_loop(*, every: str = "1h") -> None:
    """Refresh what is due, again and again, until stopped: for a container, where there is no scheduler.

    Parameters
    ----------
    every
        How often to look what is due: 15m, 1h, 6h, 1d.
    """
    from finder.scheduling import loop, parse_every

    plan, step = _schedule_plan("1d", "06:30"), parse_every(every)
    print_notice(f"Refreshing what is due in {plan.home}, every {every}. To stop: Ctrl-C.")
    with loop.stop_event_on_signal() as stop:
        loop.run_periodically(lambda: loop.run_child_process(plan.command, stop), step, stop, print_notice)
    print_notice("Ended.")


def _schedule_plan(every: str, at: str) -> SchedulePlan:
    from finder.scheduling import SchedulePlan, parse_at, parse_every

    home = load_user_settings().home.absolute()
    return SchedulePlan(Path(sys.executable).absolute(), home, parse_every(every), parse_at(at))


def _machine_schedulers() -> dict[str, Scheduler]:
    """The schedulers for which this machine may have an entry."""
    from finder.scheduling import installers

    kinds = installers.build_schedulers(Path.home())
    return {kind: kinds[kind] for kind in installers.available_scheduler_kinds()}


def _select_scheduler(kind: Kind) -> tuple[str, Scheduler]:
    from finder.scheduling import installers

    chosen = installers.default_scheduler_kind() if kind == "auto" else kind
    return chosen, installers.build_schedulers(Path.home())[chosen]


def _confirm_at_terminal(question: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("This asks before it changes anything, and needs a terminal. Or add --yes.")
    streams.write_stderr(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print_schedule_caveats(kind: str) -> None:
    """What an entry cannot do by itself."""
    here, kept = load_user_settings(), load_user_settings(environ={"FINDER_HOME": str(load_user_settings().home)})
    for name in sorted(set(here.keys) - set(kept.keys)):
        print_notice(
            f"FINDER_{name.upper()} is set here only: no key is written into an entry. To keep it: finder setup"
        )
    if kind == "systemd":
        print_notice("It runs while you are logged in. To have it run always: loginctl enable-linger")
    if kind == "cron":
        print_notice("cron does not catch up on what it missed while the machine was off; the next run does.")
