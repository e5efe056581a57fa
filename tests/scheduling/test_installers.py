"""Entries put in place and taken back, on machines played by a few lines."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path

import pytest

from finder import cli, settings
from finder.errors import ScheduleError
from finder.scheduling import SchedulePlan, cron
from finder.scheduling.installers import CommandResult, build_schedulers, default_scheduler_kind

KEY = "pl4nted-Key/0123"


class Machine:
    """Programs of a machine: a crontab, and others that only note what they are told."""

    def __init__(self, crontab: str | None = None) -> None:
        self.crontab = crontab
        self.told: list[tuple[str, ...]] = []
        self.fails: dict[str, CommandResult] = {}

    def __call__(self, command: Sequence[str], given: str = "") -> CommandResult:
        self.told.append(tuple(command))
        if command[0] in self.fails:
            return self.fails[command[0]]
        match tuple(command):
            case ("crontab", "-l"):
                return (
                    CommandResult(1, "", "no crontab for ada")
                    if self.crontab is None
                    else CommandResult(0, self.crontab, "")
                )
            case ("crontab", "-"):
                self.crontab = given
            case ("crontab", "-r"):
                self.crontab = None
            case ("schtasks", "/Create", "/TN", _, "/XML", path, "/F"):
                self.crontab = Path(path).read_text(encoding="utf-16")
            case ("schtasks", "/Query", *_):
                return CommandResult(0 if self.crontab else 1, "", "")
            case ("schtasks", "/Delete", *_):
                self.crontab = None
        return CommandResult(0, "", "")


def plan(tmp_path: Path, **more: object) -> SchedulePlan:
    return SchedulePlan(Path("/opt/python"), tmp_path / "home", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["cron", "systemd", "launchd", "windows"])
def test_what_is_installed_can_be_changed_and_taken_back(tmp_path: Path, kind: str) -> None:
    machine = Machine()
    scheduler = build_schedulers(tmp_path, machine)[kind]
    first, later = plan(tmp_path), plan(tmp_path, every=timedelta(hours=6), at=time(1))
    before = sorted(tmp_path.rglob("*"))
    assert scheduler.entry_state(first) == "absent"

    scheduler.install(first)
    assert scheduler.entry_state(first) in ("same", "other" if kind == "windows" else "same")
    assert scheduler.entry_state(later) == "other"
    scheduler.install(later)
    scheduler.remove(first)
    assert scheduler.entry_state(later) == "absent"
    assert machine.crontab is None
    assert [path for path in sorted(tmp_path.rglob("*")) if path.is_file()] == before


def test_a_crontab_keeps_its_other_lines(tmp_path: Path) -> None:
    machine = Machine("MAILTO=ada\n0 5 * * * backup\n")
    scheduler = build_schedulers(tmp_path, machine)["cron"]
    scheduler.install(plan(tmp_path))

    assert machine.crontab == "MAILTO=ada\n0 5 * * * backup\n" + cron.cron_entry(plan(tmp_path))
    scheduler.remove(plan(tmp_path))
    assert machine.crontab == "MAILTO=ada\n0 5 * * * backup\n"


def test_a_crontab_that_cannot_be_read_is_not_replaced(tmp_path: Path) -> None:
    machine = Machine("0 5 * * * backup\n")
    machine.fails["crontab"] = CommandResult(1, "", "you (ada) are not allowed to use this program (crontab)")
    with pytest.raises(ScheduleError, match=r"not allowed.*Nothing was changed"):
        build_schedulers(tmp_path, machine)["cron"].install(plan(tmp_path))

    assert machine.told == [("crontab", "-l")]


def test_systemd_is_told_after_the_units_are_there(tmp_path: Path) -> None:
    machine, its = Machine(), plan(tmp_path)
    build_schedulers(tmp_path, machine)["systemd"].install(its)

    assert machine.told[-1] == ("systemctl", "--user", "enable", "--now", f"{its.name}.timer")
    folder = tmp_path / ".config" / "systemd" / "user"
    assert sorted(path.name for path in folder.iterdir()) == [f"{its.name}.service", f"{its.name}.timer"]


def test_units_that_systemd_does_not_take_up_are_taken_back(tmp_path: Path) -> None:
    machine, its = Machine(), plan(tmp_path)
    machine.fails["systemctl"] = CommandResult(1, "", "Failed to connect to bus: No medium found\n")
    scheduler = build_schedulers(tmp_path, machine)["systemd"]
    with pytest.raises(ScheduleError, match=r"Nothing was installed, because systemctl .* Failed to connect to bus"):
        scheduler.install(its)

    assert scheduler.entry_state(its) == "absent"


def test_launchd_lets_an_older_agent_go_first(tmp_path: Path) -> None:
    machine, its = Machine(), plan(tmp_path)
    build_schedulers(tmp_path, machine)["launchd"].install(its)

    assert [command[1] for command in machine.told] == ["bootout", "bootstrap"]


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with cron, and a user who has set a key in the shell."""
    own = Machine("0 5 * * * backup\n")
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FINDER_OPENALEX_KEY", KEY)
    monkeypatch.setattr("finder.scheduling.installers.default_scheduler_kind", lambda: "cron")
    monkeypatch.setattr("finder.scheduling.installers.available_scheduler_kinds", lambda: ["systemd", "cron"])
    monkeypatch.setattr("finder.scheduling.installers.build_schedulers", lambda user: build_schedulers(tmp_path, own))
    return own


def run(*words: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(("schedule", *words))
    assert (ended.value.code or 0) == code


def test_showing_changes_nothing(tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    run("show", "--every", "1w", "--at", "22:05")

    assert "5 22 * * 1 FINDER_HOME=" in capsys.readouterr().out
    assert machine.crontab == "0 5 * * * backup\n"
    assert machine.told == []
    assert not (tmp_path / "home").exists()


def test_installing_asks_first(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    run("install", code=2)

    assert "--yes" in capsys.readouterr().err
    assert machine.crontab == "0 5 * * * backup\n"


def test_installing_twice_says_so_and_removing_leaves_the_rest(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--yes")
    said = capsys.readouterr().err
    assert "Installed for cron" in said
    assert "FINDER_OPENALEX_KEY is set here only" in said
    assert machine.crontab
    assert "refresh --due" in machine.crontab
    assert KEY not in machine.crontab + said

    run("install", "--yes")
    assert "Nothing was changed" in capsys.readouterr().err
    run("remove")
    assert machine.crontab == "0 5 * * * backup\n"
    run("remove")
    assert "Nothing is installed" in capsys.readouterr().err


def test_a_kept_key_needs_no_word(tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    kept = settings.save_key(tmp_path / "home", "openalex_key", KEY)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    run("install", "--yes")

    assert "OPENALEX" not in capsys.readouterr().err


def test_no_second_scheduler_is_set_up(tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    run("install", "--yes")
    run("install", "--kind", "systemd", "--yes", code=2)

    assert "an entry for cron already" in capsys.readouterr().err
    assert not (tmp_path / ".config").exists()


def test_a_machine_without_a_scheduler_is_told_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("shutil.which", lambda _: None)

    with pytest.raises(ScheduleError, match="finder schedule run"):
        default_scheduler_kind()
