"""Lines of a crontab, between two marks; whatever else is in it stays as it is, to the byte."""

from __future__ import annotations

import shlex
from datetime import timedelta

from finder.errors import ScheduleError, UsageError
from finder.scheduling.plan import DAY, SchedulePlan


def cron_entry(plan: SchedulePlan) -> str:
    """The marked lines of a plan."""
    begin, end = _cron_marks(plan)
    values = [str(plan.home), *plan.command, str(plan.log)]
    if any("\n" in value or "\r" in value for value in values):
        raise UsageError(f"cron cannot run anything over a folder with a line break in its name: {plan.home!r}")
    home, *command, log = (shlex.quote(value).replace("%", r"\%") for value in values)  # a bare % ends the command
    line = f"{_cron_schedule(plan)} FINDER_HOME={home} {' '.join(command)} >> {log} 2>&1"
    return f"{begin}\n# {plan.title}\n{line}\n{end}\n"


def add_cron_entry(crontab: str, plan: SchedulePlan) -> str:
    """The crontab with the plan's entry, in place of an older one."""
    rest = remove_cron_entry(crontab, plan)
    return f"{rest}{'' if not rest or rest.endswith(chr(10)) else chr(10)}{cron_entry(plan)}"


def remove_cron_entry(crontab: str, plan: SchedulePlan) -> str:
    """The crontab without the plan's entry.

    Raises:
        ScheduleError: only one of its marks is left, so that nobody can tell what is ours.
    """
    begin, end = _cron_marks(plan)
    lines = crontab.splitlines(keepends=True)
    marks = [(i, line.strip()) for i, line in enumerate(lines) if line.strip() in (begin, end)]
    if not marks:
        return crontab
    if [mark for _, mark in marks] != [begin, end]:
        raise ScheduleError(
            f"The crontab was edited: of {begin!r} and {end!r} one is missing. Run crontab -e and mend it."
        )
    return "".join(lines[: marks[0][0]] + lines[marks[1][0] + 1 :])


def _cron_marks(plan: SchedulePlan) -> tuple[str, str]:
    return f"# >>> {plan.name}: change it with finder schedule", f"# <<< {plan.name}"


def _cron_schedule(plan: SchedulePlan) -> str:
    minutes = _cron_field(plan.run_minutes(), 60)
    hours = _cron_field(plan.run_hours(), 24)
    days = int(plan.every / DAY)
    if days in (7, 14, 21, 28):  # on Mondays: how many weeks have passed cron does not know, but what is due is
        return f"{minutes} {hours} * * 1"
    return f"{minutes} {hours} {f'*/{days}' if plan.every > timedelta(days=1) else '*'} * *"


def _cron_field(numbers: list[int], all_: int) -> str:
    return "*" if len(numbers) == all_ else ",".join(map(str, numbers))
