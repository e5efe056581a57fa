"""A task for the Task Scheduler of Windows."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from xml.etree import ElementTree as ET

from finder.scheduling.plan import DAY, SchedulePlan

SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


def task_xml(plan: SchedulePlan) -> str:
    """The task as XML, for ``schtasks /Create /XML``. What was missed is caught up."""
    root = ET.Element("Task", {"version": "1.2", "xmlns": SPACE})
    _add_element(_add_element(root, "RegistrationInfo"), "Description", plan.title)
    trigger = _add_element(_add_element(root, "Triggers"), "CalendarTrigger")
    if plan.every < DAY:
        repetition = _add_element(trigger, "Repetition")
        _add_element(repetition, "Interval", f"PT{int(plan.every / timedelta(minutes=1))}M")
        _add_element(repetition, "Duration", "P1D")
        first = f"{plan.run_hours()[0]:02d}:{plan.run_minutes()[0]:02d}"
    else:
        first = f"{plan.at:%H:%M}"
    _add_element(trigger, "StartBoundary", f"2026-01-01T{first}:00")
    _add_element(trigger, "Enabled", "true")
    _add_element(_add_element(trigger, "ScheduleByDay"), "DaysInterval", str(max(1, int(plan.every / DAY))))
    settings = _add_element(root, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("ExecutionTimeLimit", "PT6H"),
    ):
        _add_element(settings, name, value)
    action = _add_element(_add_element(root, "Actions"), "Exec")
    _add_element(action, "Command", str(plan.python))
    _add_element(action, "Arguments", subprocess.list2cmdline(["-c", task_python_code(plan)]))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-16"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def task_python_code(plan: SchedulePlan) -> str:
    """What Python is told: a task has no environment of its own, and takes words between two % for variables."""
    words, home, log = (
        ascii(value).replace("%", "\\x25") for value in (list(plan.words), str(plan.home), str(plan.log))
    )
    return (
        f"import os, sys; os.environ['FINDER_HOME'] = {home}; os.makedirs(os.path.dirname({log}), exist_ok=True); "
        f"sys.stdout = sys.stderr = open({log}, 'a', encoding='utf-8', buffering=1); "
        f"from finder.cli import main; main({words})"
    )


def _add_element(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child
