"""A task for the Task Scheduler of Windows."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from xml.etree import ElementTree as ET

from finder.scheduling.plan import DAY, Plan

SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


def task(plan: Plan) -> str:
    """The task as XML, for ``schtasks /Create /XML``. What was missed is caught up."""
    root = ET.Element("Task", {"version": "1.2", "xmlns": SPACE})
    _add(_add(root, "RegistrationInfo"), "Description", plan.title)
    trigger = _add(_add(root, "Triggers"), "CalendarTrigger")
    if plan.every < DAY:
        repetition = _add(trigger, "Repetition")
        _add(repetition, "Interval", f"PT{int(plan.every / timedelta(minutes=1))}M")
        _add(repetition, "Duration", "P1D")
        first = f"{plan.hours()[0]:02d}:{plan.minutes()[0]:02d}"
    else:
        first = f"{plan.at:%H:%M}"
    _add(trigger, "StartBoundary", f"2026-01-01T{first}:00")
    _add(trigger, "Enabled", "true")
    _add(_add(trigger, "ScheduleByDay"), "DaysInterval", str(max(1, int(plan.every / DAY))))
    settings = _add(root, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"), ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"), ("StartWhenAvailable", "true"), ("ExecutionTimeLimit", "PT6H"),
    ):  # fmt: skip
        _add(settings, name, value)
    action = _add(_add(root, "Actions"), "Exec")
    _add(action, "Command", str(plan.python))
    _add(action, "Arguments", subprocess.list2cmdline(["-c", program(plan)]))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-16"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def program(plan: Plan) -> str:
    """What Python is told: a task has no environment of its own, and takes words between two % for variables."""
    words, home, log = (
        ascii(value).replace("%", "\\x25") for value in (list(plan.words), str(plan.home), str(plan.log))
    )
    return (
        f"import os, sys; os.environ['FINDER_HOME'] = {home}; os.makedirs(os.path.dirname({log}), exist_ok=True); "
        f"sys.stdout = sys.stderr = open({log}, 'a', encoding='utf-8', buffering=1); "
        f"from finder.cli import main; main({words})"
    )


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child
