"""Put an entry where this machine's scheduler reads it, and take exactly that back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from finder.errors import ScheduleError
from finder.scheduling import cron, launchd, systemd, windows
from finder.scheduling.plan import SchedulePlan

State = Literal["absent", "same", "other"]
"""Whether the entry of a data folder is there, and as the plan has it."""


class CommandResult(NamedTuple):
    """How a program of the machine ended."""

    code: int
    out: str
    err: str


Run = Callable[[Sequence[str], str], CommandResult]


def run_system_command(command: Sequence[str], given: str = "") -> CommandResult:
    """Run one of the machine's own programs."""
    try:
        ended = subprocess.run(  # noqa: S603 - a fixed program, its arguments as a list
            command,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScheduleError(f"{command[0]} cannot be run: {error}. Choose another --kind.") from error
    return CommandResult(ended.returncode, ended.stdout, ended.stderr)


class Scheduler(Protocol):
    """One scheduler of this machine."""

    def entry_texts(self, plan: SchedulePlan) -> Mapping[str, str]:
        """The texts of the entry, by where each goes."""
        ...

    def entry_state(self, plan: SchedulePlan) -> State:
        """Whether it is installed."""
        ...

    def install(self, plan: SchedulePlan) -> None:
        """Install it, in place of an older entry of the same data folder."""
        ...

    def remove(self, plan: SchedulePlan) -> None:
        """Take it back."""
        ...


@dataclass(frozen=True)
class CronScheduler:
    """The user's crontab."""

    run: Run

    def entry_texts(self, plan: SchedulePlan) -> Mapping[str, str]:
        """The lines that are added."""
        return {"crontab": cron.cron_entry(plan)}

    def entry_state(self, plan: SchedulePlan) -> State:
        """As the crontab has it."""
        text = self._read_crontab()
        if cron.cron_entry(plan) in text:
            return "same"
        return "absent" if cron.remove_cron_entry(text, plan) == text else "other"

    def install(self, plan: SchedulePlan) -> None:
        """Add the lines."""
        plan.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_crontab(cron.add_cron_entry(self._read_crontab(), plan))

    def remove(self, plan: SchedulePlan) -> None:
        """Take the lines out; a crontab that held nothing else is removed."""
        rest = cron.remove_cron_entry(self._read_crontab(), plan)
        self._write_crontab(rest) if rest else _require_success(self.run(("crontab", "-r"), ""), "crontab -r")

    def _read_crontab(self) -> str:
        told = self.run(("crontab", "-l"), "")
        if told.code and not any(words in told.err.lower() for words in ("no crontab", "no such file")):
            raise ScheduleError(f"The crontab cannot be read: {told.err.strip()}. Nothing was changed.")
        return "" if told.code else told.out

    def _write_crontab(self, text: str) -> None:
        _require_success(self.run(("crontab", "-"), text), "The crontab")


@dataclass(frozen=True)
class FileScheduler:
    """A scheduler that reads files: systemd or launchd.

    Attributes:
        texts: the files of a plan, by name.
        take_up, let_go: the commands after writing them and before deleting them.
    """

    folder: Path
    run: Run
    texts: Callable[[SchedulePlan], Mapping[str, str]]
    take_up: Callable[[SchedulePlan], Sequence[Sequence[str]]]
    let_go: Callable[[SchedulePlan], Sequence[Sequence[str]]]
    after: Sequence[str] = ()

    def entry_texts(self, plan: SchedulePlan) -> Mapping[str, str]:
        """The files, by path."""
        return {str(self.folder / name): text for name, text in self.texts(plan).items()}

    def entry_state(self, plan: SchedulePlan) -> State:
        """As the files are."""
        there = [path for path in self._entry_paths(plan) if path.exists()]
        if not there:
            return "absent"
        wanted = {Path(path): text for path, text in self.entry_texts(plan).items()}
        return "same" if all(p.exists() and p.read_text(encoding="utf-8") == t for p, t in wanted.items()) else "other"

    def install(self, plan: SchedulePlan) -> None:
        """Write the files and have them taken up; where that fails they are taken back."""
        plan.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        for path, text in self.entry_texts(plan).items():
            part = Path(f"{path}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        try:
            for command in self.take_up(plan):
                _require_success(self.run(command, ""), f"Nothing was installed, because {' '.join(command)}")
        except ScheduleError:
            self.remove(plan)
            raise

    def remove(self, plan: SchedulePlan) -> None:
        """Have them let go and delete them, also where the first fails: nothing is then left to be taken up."""
        for command in self.let_go(plan):
            self.run(command, "")
        for path in self._entry_paths(plan):
            path.unlink(missing_ok=True)
        if self.after:
            self.run(self.after, "")

    def _entry_paths(self, plan: SchedulePlan) -> list[Path]:
        return [self.folder / name for name in self.texts(plan)]


@dataclass(frozen=True)
class WindowsScheduler:
    """The Task Scheduler."""

    run: Run

    def entry_texts(self, plan: SchedulePlan) -> Mapping[str, str]:
        """The task's XML."""
        return {f"task {plan.name}": windows.task_xml(plan)}

    def entry_state(self, plan: SchedulePlan) -> State:
        """The scheduler spells a task its own way, so that only its absence is sure."""
        return "absent" if self.run(("schtasks", "/Query", "/TN", plan.name), "").code else "other"

    def install(self, plan: SchedulePlan) -> None:
        """Hand the XML over."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "task.xml"
            file.write_text(windows.task_xml(plan), encoding="utf-16")
            _require_success(
                self.run(("schtasks", "/Create", "/TN", plan.name, "/XML", str(file), "/F"), ""), "The task"
            )

    def remove(self, plan: SchedulePlan) -> None:
        """Delete the task."""
        _require_success(self.run(("schtasks", "/Delete", "/TN", plan.name, "/F"), ""), "The task")


def build_schedulers(user: Path, run: Run = run_system_command) -> dict[str, Scheduler]:
    """All kinds, by name, for the user of this home folder."""
    agents = user / "Library" / "LaunchAgents"
    return {
        "systemd": FileScheduler(
            user / ".config" / "systemd" / "user",
            run,
            systemd.systemd_units,
            lambda plan: (
                ("systemctl", "--user", "daemon-reload"),
                ("systemctl", "--user", "enable", "--now", f"{plan.name}.timer"),
            ),
            lambda plan: (("systemctl", "--user", "disable", "--now", f"{plan.name}.timer"),),
            ("systemctl", "--user", "daemon-reload"),
        ),
        "cron": CronScheduler(run),
        "launchd": FileScheduler(
            agents,
            _boot_out_first(run),
            lambda plan: {f"{launchd.agent_label(plan)}.plist": launchd.agent_plist(plan)},
            lambda plan: (
                ("launchctl", "bootstrap", _launchd_domain(), str(agents / f"{launchd.agent_label(plan)}.plist")),
            ),
            lambda plan: (("launchctl", "bootout", f"{_launchd_domain()}/{launchd.agent_label(plan)}"),),
        ),
        "windows": WindowsScheduler(run),
    }


def available_scheduler_kinds() -> list[str]:
    """The kinds for which this machine may have an entry."""
    if sys.platform in ("darwin", "win32"):
        return ["launchd" if sys.platform == "darwin" else "windows"]
    return ["systemd", "cron"] if shutil.which("crontab") else ["systemd"]


def default_scheduler_kind() -> str:
    """The kind to be preferred on this machine.

    Raises:
        ScheduleError: there is none.
    """
    for kind in available_scheduler_kinds():
        if kind != "systemd" or (Path("/run/systemd/system").is_dir() and shutil.which("systemctl")):
            return kind
    raise ScheduleError("There is neither systemd nor cron on this machine. Install one, or: finder schedule run")


def _launchd_domain() -> str:
    return f"gui/{os.getuid()}" if sys.platform != "win32" else ""


def _boot_out_first(run: Run) -> Run:
    """launchd takes up no agent twice: let the older one go first."""

    def run_after_bootout(command: Sequence[str], given: str) -> CommandResult:
        if command[1] == "bootstrap":
            run(("launchctl", "bootout", f"{command[2]}/{Path(command[3]).stem}"), "")
        return run(command, given)

    return run_after_bootout


def _require_success(told: CommandResult, what: str) -> None:
    if told.code:
        raise ScheduleError(f"{what} failed: {' '.join((told.err or told.out).split()) or f'exit code {told.code}'}.")
