"""When what is to be run, over which data folder: all that the text of an entry depends on."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from finder.errors import UsageError

WORDS = ("refresh", "--due")
LOG = "schedule.log"
DAY = timedelta(days=1)
_EVEN = ((timedelta(minutes=1), timedelta(hours=1)), (timedelta(hours=1), DAY))
"""What runs more often than daily does so at the same minutes of each hour, or hours of each day."""
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY, "w": 7 * DAY}


@dataclass(frozen=True)
class SchedulePlan:
    """One entry.

    Attributes:
        python: absolute path of the interpreter that the finder is installed for.
        home: absolute path of the data folder.
        every: as :func:`parse_every` allows it.
        at: local time of day, for what runs daily or less often; the first of the day for what runs more often.
        words: what the finder is told to do.
    """

    python: Path
    home: Path
    every: timedelta = DAY
    at: time = time(6, 30)
    words: tuple[str, ...] = WORDS

    @property
    def name(self) -> str:
        """Tells the entries of two data folders apart."""
        return f"finder-{hashlib.sha256(str(self.home).encode(errors='surrogateescape')).hexdigest()[:8]}"

    @property
    def command(self) -> tuple[str, ...]:
        """The command, word by word."""
        return (str(self.python), "-m", "finder", *self.words)

    @property
    def log(self) -> Path:
        """Where a scheduler that keeps no journal lets the command write."""
        return self.home / "logs" / LOG

    @property
    def title(self) -> str:
        """What it does, for whoever comes across the entry."""
        return f"finder: refresh what is due in {self.home}"

    def run_minutes(self) -> list[int]:
        """The minutes of the hour at which it runs."""
        step = int(self.every / timedelta(minutes=1))
        return list(range(self.at.minute % step, 60, step)) if step < 60 else [self.at.minute]

    def run_hours(self) -> list[int]:
        """The hours of the day at which it runs; all of them if it runs each hour or more often."""
        step = max(1, int(self.every / timedelta(hours=1)))
        return list(range(self.at.hour % step, 24, step)) if step < 24 else [self.at.hour]


def parse_every(text: str) -> timedelta:
    """``15m``, ``6h``, ``1d`` or ``1w``.

    Raises:
        UsageError: it is none of these, or days would not divide evenly.
    """
    match = re.fullmatch(r"([1-9][0-9]{0,3})\s*([mhdw])", text.strip().lower())
    every = int(match[1]) * _UNITS[match[2]] if match else timedelta(0)
    if every and any(every <= most and not every % unit and not most % every for unit, most in _EVEN):
        return every
    if every and not every % DAY and every <= 30 * DAY:
        return every
    raise UsageError(
        "--every is minutes that divide an hour (15m), hours that divide a day (6h), 1d to 30d, or 1w to 4w."
    )


def parse_at(text: str) -> time:
    """``06:30``.

    Raises:
        UsageError: it is no time of day.
    """
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip())
    if not match:
        raise UsageError("--at is a time of day, such as 06:30.")
    return time(int(match[1]), int(match[2]))
