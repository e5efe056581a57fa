"""What the benchmarks share: tasks in processes of their own, their cost, and tables of medians."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"


Task = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True)
class Cost:
    """What a task took. CPU and memory include its child processes; memory is the sum of both peaks, in MB."""

    wall: float
    cpu: float
    memory: float
    told: Mapping[str, Any] = field(default_factory=dict)


def cpu_seconds_spent() -> float:
    """CPU seconds of this process and those children that have ended."""
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def measure_task(task: Task) -> Cost:
    """Run a task here."""
    begun, before = time.perf_counter(), cpu_seconds_spent()
    told = task()
    wall = time.perf_counter() - begun
    for child in multiprocessing.active_children():
        child.join(10)
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Cost(wall, cpu_seconds_spent() - before, sum(peaks) / 1024, told)


def run_named_task(tasks: Mapping[str, Callable[..., Task]], words: Sequence[str]) -> bool:
    """In a process started by :func:`run_in_fresh_process`: prepare the task that the words name, then measure it.

    False where they name none. What a task imports while it is prepared does not count.
    """
    if words[:1] != ["--task"]:
        return False
    name, *arguments = words[1:]
    print(json.dumps(asdict(measure_task(tasks[name](*arguments)))))
    return True


def run_in_fresh_process(script: str, task: str, *arguments: object, **environment: str) -> Cost:
    """Run a task of a script in a fresh process."""
    command = [sys.executable, script, "--task", task, *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def time_command_line(*words: str, home: Path, **variables: str) -> float:
    """Wall seconds of a whole call of the command line."""
    begun = time.perf_counter()
    environment = {**os.environ, "FINDER_HOME": str(home), **variables}
    subprocess.run(
        [sys.executable, "-m", "finder", *words], env=environment, cwd=PROJECT, check=True, capture_output=True
    )
    return time.perf_counter() - begun


def median_or_zero(values: Sequence[float]) -> float:
    """The middle one, and 0 of none."""
    return statistics.median(values) if values else 0.0


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; numbers to three digits."""
    cells = [[_format_table_cell(value) for value in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}")
    for first, *rest in cells:
        line = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        print("  ".join(line).rstrip())
    sys.stdout.flush()


def _format_table_cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
