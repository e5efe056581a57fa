"""The texts of entries: what their readers make of them, for any folder name."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from datetime import time, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import ScheduleError, UsageError
from finder.scheduling import SchedulePlan, cron, launchd, parse_at, parse_every, systemd, windows

PYTHON = Path("/opt/my tools/bin/python")
PLAN = SchedulePlan(PYTHON, Path("/home/ada/finder"))
NASTY = Path("/home/a%b 'c' \"d\" $HOME `id` \\n #e é")
NS = f"{{{windows.SPACE}}}"
posix = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")


def every(text: str, at: str = "06:30", home: Path = PLAN.home) -> SchedulePlan:
    return SchedulePlan(PYTHON, home, parse_every(text), parse_at(at))


def line(plan: SchedulePlan) -> str:
    return cron.cron_entry(plan).splitlines()[2]


def calendar(plan: SchedulePlan) -> str:
    return next(row for row in systemd.timer_unit(plan).splitlines() if row.startswith("OnCalendar=")).partition("=")[2]


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "in_cron", "in_systemd"),
    [
        ("1d", "06:30", "30 6 * * *", "*-*-* 06:30:00"),
        ("3d", "06:30", "30 6 */3 * *", "*-*-1/3 06:30:00"),
        ("1w", "00:05", "5 0 * * 1", "Mon *-*-* 00:05:00"),
        ("7d", "00:05", "5 0 * * 1", "Mon *-*-* 00:05:00"),
        ("6h", "07:15", "15 1,7,13,19 * * *", "*-*-* 01,07,13,19:15:00"),
        ("1h", "07:15", "15 * * * *", "*-*-* *:15:00"),
        ("20m", "07:15", "15,35,55 * * * *", "*-*-* *:15,35,55:00"),
        ("1m", "07:15", "* * * * *", f"*-*-* *:{','.join(f'{n:02d}' for n in range(60))}:00"),
    ],
)
def test_the_times_are_as_each_scheduler_writes_them(text: str, at: str, in_cron: str, in_systemd: str) -> None:
    plan = every(text, at)

    assert line(plan).startswith(f"{in_cron} FINDER_HOME=")
    assert calendar(plan) == in_systemd


@pytest.mark.parametrize(
    "text", ["", "0d", "-1d", "1", "d", "1y", "7m", "45m", "90m", "5h", "36h", "31d", "5w", "1.5d", "99999m", "1d 1h"]
)
def test_times_that_no_scheduler_keeps_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--every is"):
        parse_every(text)


@pytest.mark.parametrize("text", ["", "24:00", "6", "06:60", "0630", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="06:30"):
        parse_at(text)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("text", ["1m", "20m", "1h", "6h", "1d", "3d", "30d", "2w"])
def test_systemd_reads_the_times(text: str) -> None:
    told = subprocess.run(["systemd-analyze", "calendar", calendar(every(text))], capture_output=True, text=True)

    assert told.returncode == 0, told.stderr
    assert "Next elapse" in told.stdout


# --- what ------------------------------------------------------------------------------------------------------------


@posix
def test_the_shell_of_cron_runs_just_the_command_over_just_the_folder(tmp_path: Path) -> None:
    home = tmp_path / NASTY.name
    (home / "logs").mkdir(parents=True)
    show = tmp_path / "my tools" / "python"
    show.parent.mkdir()
    show.write_text('#!/bin/sh\nprintf "%s|" "$FINDER_HOME" "$@"\n')
    show.chmod(0o700)
    command = line(SchedulePlan(show, home)).split(" ", 5)[5].replace(r"\%", "%")  # cron itself takes these away
    subprocess.run(["sh", "-c", command], check=True)

    assert (home / "logs" / "schedule.log").read_text() == f"{home}|-m|finder|refresh|--due|"


def test_no_bare_percent_ends_the_command_in_cron() -> None:
    assert r"a\%b" in line(SchedulePlan(PYTHON, NASTY))
    assert "%" not in line(SchedulePlan(PYTHON, NASTY)).replace(r"\%", "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("home", [PLAN.home, NASTY])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, home: Path) -> None:
    plan = SchedulePlan(Path("/bin/true"), home)
    for name, text in systemd.systemd_units(plan).items():
        (tmp_path / name).write_text(text)
    units = [str(tmp_path / name) for name in systemd.systemd_units(plan)]
    told = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)

    ours = [row for row in told.stderr.splitlines() if plan.name in row]
    assert ours == []


def test_systemd_escapes_what_it_would_expand() -> None:
    text = systemd.service_unit(SchedulePlan(Path("/opt/$x/%i/python"), NASTY))

    assert '"/opt/$$x/%%i/python" "-m" "finder" "refresh" "--due"' in text
    assert r'Environment="FINDER_HOME=/home/a%%b ' in text
    assert "Persistent=true" in systemd.timer_unit(PLAN)


@pytest.mark.parametrize("text", [cron.cron_entry, systemd.service_unit])
def test_a_folder_whose_name_would_end_a_line_is_refused(text: object) -> None:
    with pytest.raises(UsageError):
        text(SchedulePlan(PYTHON, Path("/home/a\n* * * * * rm -rf x")))  # type: ignore[operator]


@pytest.mark.parametrize("home", [PLAN.home, NASTY])
def test_launchd_reads_the_list(home: Path) -> None:
    value = plistlib.loads(launchd.agent_plist(every("12h", home=home)).encode())

    assert value["ProgramArguments"] == [str(PYTHON), "-m", "finder", "refresh", "--due"]
    assert value["EnvironmentVariables"] == {"FINDER_HOME": str(home)}
    assert value["StartCalendarInterval"] == [{"Hour": 6, "Minute": 30}, {"Hour": 18, "Minute": 30}]
    weekly = plistlib.loads(launchd.agent_plist(every("1w")).encode())
    assert weekly["StartCalendarInterval"] == [{"Weekday": 1, "Hour": 6, "Minute": 30}]


@pytest.mark.parametrize("home", [PLAN.home, NASTY])
def test_the_task_of_windows_sets_the_folder_and_runs_the_finder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = every("12h", home=home)
    root = ET.fromstring(windows.task_xml(plan).partition("\n")[2])

    assert root.findtext(f".//{NS}Repetition/{NS}Interval") == "PT720M"
    assert root.findtext(f".//{NS}StartBoundary") == "2026-01-01T06:30:00"
    assert root.findtext(f".//{NS}StartWhenAvailable") == "true"
    arguments = root.findtext(f".//{NS}Arguments") or ""
    assert arguments.startswith('-c "import os')
    assert "%" not in arguments, "the Task Scheduler takes them for variables"

    program, told = windows.task_python_code(plan), {}
    environ: dict[str, str] = {}
    monkeypatch.setattr("os.environ", environ)
    monkeypatch.setattr("os.makedirs", lambda path, **_: told.update(folder=path))
    monkeypatch.setattr("builtins.open", lambda path, *_, **__: told.update(log=path))
    monkeypatch.setattr("finder.cli.main", lambda words: told.update(words=words))
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    exec(program, {})
    assert environ == {"FINDER_HOME": str(home)}
    assert told == {"folder": str(home / "logs"), "log": str(plan.log), "words": ["refresh", "--due"]}


def test_windows_knows_any_number_of_days() -> None:
    root = ET.fromstring(windows.task_xml(every("5d")).partition("\n")[2])

    assert root.findtext(f".//{NS}DaysInterval") == "5"
    assert root.find(f".//{NS}Repetition") is None


# --- in a crontab that holds other things ----------------------------------------------------------------------------

LINES = st.lists(st.sampled_from(["0 5 * * * backup", "# note", "", "MAILTO=ada", "  ", "é %"]), max_size=5)


@given(LINES, LINES, st.booleans())
def test_what_was_put_in_is_taken_out_to_the_byte(before: list[str], after: list[str], ended: bool) -> None:
    rest = "\n".join(before) + ("\n" if before and ended else "")
    assert cron.remove_cron_entry(cron.add_cron_entry(rest, PLAN), PLAN).rstrip("\n") == rest.rstrip("\n")
    if not rest or rest.endswith("\n"):
        assert cron.remove_cron_entry(cron.add_cron_entry(rest, PLAN), PLAN) == rest
    around = "".join(f"{row}\n" for row in before) + cron.cron_entry(PLAN) + "".join(f"{row}\n" for row in after)
    assert cron.remove_cron_entry(around, PLAN) == "".join(f"{row}\n" for row in [*before, *after])


def test_putting_twice_is_putting_once_and_the_later_holds() -> None:
    once = cron.add_cron_entry("0 5 * * * backup\n", PLAN)

    assert cron.add_cron_entry(once, PLAN) == once
    other = cron.add_cron_entry(once, SchedulePlan(PYTHON, PLAN.home, timedelta(hours=6), time(1)))
    assert other.count(">>> finder") == 1
    assert "0 1,7,13,19 * * *" in other


def test_two_data_folders_have_an_entry_each() -> None:
    other = SchedulePlan(PYTHON, Path("/home/ada/other"))
    both = cron.add_cron_entry(cron.add_cron_entry("", PLAN), other)

    assert cron.remove_cron_entry(both, other) == cron.cron_entry(PLAN)


@pytest.mark.parametrize("lost", [0, 3])
def test_an_entry_that_was_cut_in_half_is_left_to_its_owner(lost: int) -> None:
    lines = cron.cron_entry(PLAN).splitlines(keepends=True)
    del lines[lost]

    with pytest.raises(ScheduleError, match="crontab -e"):
        cron.add_cron_entry("".join(lines), PLAN)
