"""A service and a timer for systemd's own manager of each user."""

from __future__ import annotations

import re
from datetime import timedelta

from finder.errors import UsageError
from finder.scheduling.plan import DAY, Plan

LIMIT = "6h"


def units(plan: Plan) -> dict[str, str]:
    """The text of each unit, by file name."""
    return {f"{plan.name}.service": service(plan), f"{plan.name}.timer": timer(plan)}


def service(plan: Plan) -> str:
    """What is run: once, and stopped as by Ctrl-C, so that what came in is kept."""
    command = " ".join(_quoted(word, "$") for word in plan.command)
    return f"""[Unit]
Description={_plain(plan.title)}

[Service]
Type=oneshot
Environment={_quoted(f"FINDER_HOME={plan.home}")}
ExecStart={command}
KillSignal=SIGINT
SuccessExitStatus=130
TimeoutStartSec={LIMIT}
Nice=10
NoNewPrivileges=yes
UMask=0077
"""


def timer(plan: Plan) -> str:
    """When it is run; what was missed while the machine was off is caught up."""
    return f"""[Unit]
Description={_plain(plan.title)}

[Timer]
OnCalendar={_when(plan)}
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
"""


def _when(plan: Plan) -> str:
    minutes, hours = (",".join(f"{n:02d}" for n in numbers) for numbers in (plan.minutes(), plan.hours()))
    time = f"{'*' if plan.every <= timedelta(hours=1) else hours}:{minutes}:00"
    days = int(plan.every / DAY)
    if days and days % 7 == 0:
        return f"Mon *-*-* {time}"
    return f"*-*-{f'1/{days}' if days > 1 else '*'} {time}"


def _quoted(text: str, also: str = "") -> str:
    """One word of a unit file: no specifier, no variable, no end of line."""
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise UsageError(f"systemd cannot run anything over a folder with such a character in its name: {text!r}")
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    for sign in also:
        text = text.replace(sign, sign * 2)
    return f'"{text}"'


def _plain(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text).replace("%", "%%").rstrip("\\")
