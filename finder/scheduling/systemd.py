"""A service and a timer for systemd's own manager of each user."""

from __future__ import annotations

import re
from datetime import timedelta

from finder.errors import UsageError
from finder.scheduling.plan import DAY, SchedulePlan

LIMIT = "6h"


def systemd_units(plan: SchedulePlan) -> dict[str, str]:
    """The text of each unit, by file name."""
    return {f"{plan.name}.service": service_unit(plan), f"{plan.name}.timer": timer_unit(plan)}


def service_unit(plan: SchedulePlan) -> str:
    """What is run: once, and stopped as by Ctrl-C, so that what came in is kept."""
    command = " ".join(_quote_unit_word(word, "$") for word in plan.command)
    return f"""[Unit]
Description={_escape_unit_text(plan.title)}

[Service]
Type=oneshot
Environment={_quote_unit_word(f"FINDER_HOME={plan.home}")}
ExecStart={command}
KillSignal=SIGINT
SuccessExitStatus=130
TimeoutStartSec={LIMIT}
Nice=10
NoNewPrivileges=yes
UMask=0077
"""


def timer_unit(plan: SchedulePlan) -> str:
    """When it is run; what was missed while the machine was off is caught up."""
    return f"""[Unit]
Description={_escape_unit_text(plan.title)}

[Timer]
OnCalendar={_on_calendar_value(plan)}
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
"""


def _on_calendar_value(plan: SchedulePlan) -> str:
    minutes, hours = (",".join(f"{n:02d}" for n in numbers) for numbers in (plan.run_minutes(), plan.run_hours()))
    time = f"{'*' if plan.every <= timedelta(hours=1) else hours}:{minutes}:00"
    days = int(plan.every / DAY)
    if days and days % 7 == 0:
        return f"Mon *-*-* {time}"
    return f"*-*-{f'1/{days}' if days > 1 else '*'} {time}"


def _quote_unit_word(text: str, also: str = "") -> str:
    """One word of a unit file: no specifier, no variable, no end of line."""
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise UsageError(f"systemd cannot run anything over a folder with such a character in its name: {text!r}")
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    for sign in also:
        text = text.replace(sign, sign * 2)
    return f'"{text}"'


def _escape_unit_text(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text).replace("%", "%%").rstrip("\\")
