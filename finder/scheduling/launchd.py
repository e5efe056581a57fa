"""A property list for launchd, the scheduler of macOS."""

from __future__ import annotations

import plistlib
from datetime import timedelta

from finder.scheduling.plan import DAY, SchedulePlan


def agent_label(plan: SchedulePlan) -> str:
    """What launchd calls it."""
    return f"io.github.{plan.name}"


def agent_plist(plan: SchedulePlan) -> str:
    """The property list. What was missed while the machine slept is caught up when it wakes."""
    value = {
        "Label": agent_label(plan),
        "ProgramArguments": list(plan.command),
        "EnvironmentVariables": {"FINDER_HOME": str(plan.home)},
        "StandardOutPath": str(plan.log),
        "StandardErrorPath": str(plan.log),
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Umask": 0o077,
        "StartCalendarInterval": _calendar_intervals(plan),
    }
    return plistlib.dumps(value, sort_keys=False).decode()


def _calendar_intervals(plan: SchedulePlan) -> list[dict[str, int]]:
    """All times of a day, or of Mondays. Other numbers of days are left to what is due."""
    weekly = {"Weekday": 1} if plan.every >= DAY and plan.every % (7 * DAY) == timedelta(0) else {}
    return [{**weekly, "Hour": hour, "Minute": minute} for hour in plan.run_hours() for minute in plan.run_minutes()]
