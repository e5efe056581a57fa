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
from finder.scheduling.plan import Plan

State = Literal["absent", "same", "other"]
"""Whether the entry of a data folder is there, and as the plan has it."""


class Told(NamedTuple):
    """How a program of the machine ended."""

    code: int
    out: str
    err: str


Run = Callable[[Sequence[str], str], Told]


def run(command: Sequence[str], given: str = "") -> Told:
    """Run one of the machine's own programs."""
    try:
        ended = subprocess.run(  # noqa: S603 - a fixed program, its arguments as a list
            command, input=given, capture_output=True, encoding="utf-8", errors="surrogateescape", check=False,
            timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScheduleError(f"{command[0]} cannot be run: {error}. Choose another --kind.") from error
    return Told(ended.returncode, ended.stdout, ended.stderr)


class Scheduler(Protocol):
    """One scheduler of this machine."""

    def shown(self, plan: Plan) -> Mapping[str, str]:
        """The texts of the entry, by where each goes."""
        ...

    def state(self, plan: Plan) -> State:
        """Whether it is installed."""
        ...

    def install(self, plan: Plan) -> None:
        """Install it, in place of an older entry of the same data folder."""
        ...

    def remove(self, plan: Plan) -> None:
        """Take it back."""
        ...


@dataclass(frozen=True)
class Cron:
    """The user's crontab."""

    run: Run

    def shown(self, plan: Plan) -> Mapping[str, str]:
        """The lines that are added."""
        return {"crontab": cron.entry(plan)}

    def state(self, plan: Plan) -> State:
        """As the crontab has it."""
        text = self._read()
        if cron.entry(plan) in text:
            return "same"
        return "absent" if cron.take_out(text, plan) == text else "other"

    def install(self, plan: Plan) -> None:
        """Add the lines."""
        plan.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write(cron.put(self._read(), plan))

    def remove(self, plan: Plan) -> None:
        """Take the lines out; a crontab that held nothing else is removed."""
        rest = cron.take_out(self._read(), plan)
        self._write(rest) if rest else _must(self.run(("crontab", "-r"), ""), "crontab -r")

    def _read(self) -> str:
        told = self.run(("crontab", "-l"), "")
        if told.code and not any(words in told.err.lower() for words in ("no crontab", "no such file")):
            raise ScheduleError(f"The crontab cannot be read: {told.err.strip()}. Nothing was changed.")
        return "" if told.code else told.out

    def _write(self, text: str) -> None:
        _must(self.run(("crontab", "-"), text), "The crontab")


@dataclass(frozen=True)
class Files:
    """A scheduler that reads files: systemd or launchd.

    Attributes:
        texts: the files of a plan, by name.
        take_up, let_go: the commands after writing them and before deleting them.
    """

    folder: Path
    run: Run
    texts: Callable[[Plan], Mapping[str, str]]
    take_up: Callable[[Plan], Sequence[Sequence[str]]]
    let_go: Callable[[Plan], Sequence[Sequence[str]]]
    after: Sequence[str] = ()

    def shown(self, plan: Plan) -> Mapping[str, str]:
        """The files, by path."""
        return {str(self.folder / name): text for name, text in self.texts(plan).items()}

    def state(self, plan: Plan) -> State:
        """As the files are."""
        there = [path for path in self._paths(plan) if path.exists()]
        if not there:
            return "absent"
        wanted = {Path(path): text for path, text in self.shown(plan).items()}
        return "same" if all(p.exists() and p.read_text(encoding="utf-8") == t for p, t in wanted.items()) else "other"

    def install(self, plan: Plan) -> None:
        """Write the files and have them taken up; where that fails they are taken back."""
        plan.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        for path, text in self.shown(plan).items():
            part = Path(f"{path}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        try:
            for command in self.take_up(plan):
                _must(self.run(command, ""), f"Nothing was installed, because {' '.join(command)}")
        except ScheduleError:
            self.remove(plan)
            raise

    def remove(self, plan: Plan) -> None:
        """Have them let go and delete them, also where the first fails: nothing is then left to be taken up."""
        for command in self.let_go(plan):
            self.run(command, "")
        for path in self._paths(plan):
            path.unlink(missing_ok=True)
        if self.after:
            self.run(self.after, "")

    def _paths(self, plan: Plan) -> list[Path]:
        return [self.folder / name for name in self.texts(plan)]


@dataclass(frozen=True)
class Windows:
    """The Task Scheduler."""

    run: Run

    def shown(self, plan: Plan) -> Mapping[str, str]:
        """The task's XML."""
        return {f"task {plan.name}": windows.task(plan)}

    def state(self, plan: Plan) -> State:
        """The scheduler spells a task its own way, so that only its absence is sure."""
        return "absent" if self.run(("schtasks", "/Query", "/TN", plan.name), "").code else "other"

    def install(self, plan: Plan) -> None:
        """Hand the XML over."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "task.xml"
            file.write_text(windows.task(plan), encoding="utf-16")
            _must(self.run(("schtasks", "/Create", "/TN", plan.name, "/XML", str(file), "/F"), ""), "The task")

    def remove(self, plan: Plan) -> None:
        """Delete the task."""
        _must(self.run(("schtasks", "/Delete", "/TN", plan.name, "/F"), ""), "The task")


def schedulers(user: Path, run: Run = run) -> dict[str, Scheduler]:
    """All kinds, by name, for the user of this home folder."""
    agents = user / "Library" / "LaunchAgents"
    return {
        "systemd": Files(
            user / ".config" / "systemd" / "user", run, systemd.units,
            lambda plan: (
                ("systemctl", "--user", "daemon-reload"),
                ("systemctl", "--user", "enable", "--now", f"{plan.name}.timer"),
            ),
            lambda plan: (("systemctl", "--user", "disable", "--now", f"{plan.name}.timer"),),
            ("systemctl", "--user", "daemon-reload"),
        ),
        "cron": Cron(run),
        "launchd": Files(
            agents, _again(run), lambda plan: {f"{launchd.label(plan)}.plist": launchd.agent(plan)},
            lambda plan: (("launchctl", "bootstrap", _domain(), str(agents / f"{launchd.label(plan)}.plist")),),
            lambda plan: (("launchctl", "bootout", f"{_domain()}/{launchd.label(plan)}"),),
        ),
        "windows": Windows(run),
    }  # fmt: skip


def known() -> list[str]:
    """The kinds for which this machine may have an entry."""
    if sys.platform in ("darwin", "win32"):
        return ["launchd" if sys.platform == "darwin" else "windows"]
    return ["systemd", "cron"] if shutil.which("crontab") else ["systemd"]


def best() -> str:
    """The kind to be preferred on this machine.

    Raises:
        ScheduleError: there is none.
    """
    for kind in known():
        if kind != "systemd" or (Path("/run/systemd/system").is_dir() and shutil.which("systemctl")):
            return kind
    raise ScheduleError("There is neither systemd nor cron on this machine. Install one, or: finder schedule run")


def _domain() -> str:
    return f"gui/{os.getuid()}" if sys.platform != "win32" else ""


def _again(run: Run) -> Run:
    """launchd takes up no agent twice: let the older one go first."""

    def both(command: Sequence[str], given: str) -> Told:
        if command[1] == "bootstrap":
            run(("launchctl", "bootout", f"{command[2]}/{Path(command[3]).stem}"), "")
        return run(command, given)

    return both


def _must(told: Told, what: str) -> None:
    if told.code:
        raise ScheduleError(f"{what} failed: {' '.join((told.err or told.out).split()) or f'exit code {told.code}'}.")
