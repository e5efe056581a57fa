"""One campaign: the steps of the finder, killed at seeded moments, looked at all the while, and begun again."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from processes import DEADLINE, Finder, survivors

from finder.storage.database import FILE

PROGRAM = (str(Path(__file__).with_name("marked.py")),)
MISSED = {
    "record": "kind, source, source_id, body",
    "shortlist_entry": "name, notes, status",
    "watch": "name, wish",
    "suppression": "hash, person",
}
"""What is counted as lost, by table."""
Rows = set[tuple[object, ...]]
Check = Callable[[Path], str]
"""What is wrong with a data folder; empty where nothing is."""
Compare = Callable[[Path, Path], str]
"""The same of the second one, where the first is as nobody disturbed it. What was said is in the file ``said``."""


@dataclass(frozen=True)
class Step:
    """What is killed.

    Attributes:
        begins, ends: what the command tells when the step begins and ends.
        template: the data folder to begin with.
        words: the command of a folder, drawn by chance.
        torn: what a reader sees who looks on.
        whole: what is to hold once the same command, run again, has ended.
    """

    name: str
    begins: str
    ends: str
    template: Path
    words: Callable[[Path, random.Random], list[str]]
    torn: Check
    whole: Compare


@dataclass
class Tally:
    """How a step fared."""

    moments: int = 0
    lost: int = 0
    hangs: int = 0
    longest: float = 0.0
    torn: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    looks: int = 0

    @property
    def row(self) -> tuple[object, ...]:
        return self.moments, self.lost, self.hangs, f"{self.longest:.1f}", len(self.torn), self.looks


HEAD = ("step", "moments", "records lost", "hangs", "longest recovery (s)", "half-written seen", "looks")


def table(tallies: dict[str, Tally]) -> str:
    """The campaign in one table."""
    rows = [HEAD, *((name, *tally.row) for name, tally in tallies.items())]
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(HEAD))]
    lines = ("  ".join(str(cell).rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(lines)


# --- a process that tells where it is --------------------------------------------------------------------------------


class Watched:
    """A started command, and when it told what."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.told: dict[str, float] = {}
        self.lines: list[str] = []
        self.said: list[str] = []
        self._came = threading.Condition()
        pipes = ((process.stderr, self.lines), (process.stdout, self.said))
        self._reading = [threading.Thread(target=self._read, args=pipe) for pipe in pipes]
        for thread in self._reading:
            thread.start()

    def _read(self, pipe: Iterator[str], lines: list[str]) -> None:
        for line in pipe:
            with self._came:
                lines.append(line)
                self.told.setdefault(line.strip(), time.monotonic())
                self._came.notify_all()
        with self._came:
            self._came.notify_all()

    def reaches(self, word: str) -> bool:
        """Wait until it has told this; False where it ends without."""
        with self._came:
            until = time.monotonic() + DEADLINE
            while word not in self.told and self.process.poll() is None and time.monotonic() < until:
                self._came.wait(0.05)
            return word in self.told

    def kill(self, after: float) -> bool:
        """Kill it so many seconds from now; False if it ended before."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(after)
        ended = self.process.poll() is not None
        self.process.kill()
        self.process.wait()
        return not ended

    def close(self) -> None:
        for thread in self._reading:
            thread.join()
        for pipe in filter(None, (self.process.stdout, self.process.stderr)):
            pipe.close()


# --- what is looked at -----------------------------------------------------------------------------------------------


def rows(home: Path) -> Rows:
    """Everything a user would miss, in a store of any version. Raises where the file is damaged."""
    with closing(sqlite3.connect(home / FILE)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        there = {row[0] for row in db.execute("select name from sqlite_schema where type = 'table'")}
        return {
            (table, *row)
            for table, columns in MISSED.items()
            if table in there
            for row in db.execute(f"select {columns} from {table}")
        }


@contextmanager
def looking(check: Check, home: Path, tally: Tally) -> Iterator[None]:
    """Somebody who looks at it all the while."""
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                wrong = check(home)
            except Exception as error:  # noqa: BLE001 - whatever it is, the table counts it
                wrong = repr(error)
            tally.looks += 1
            if wrong:
                tally.torn.append(wrong)
            done.wait(0.005)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# --- the campaign ----------------------------------------------------------------------------------------------------


def campaign(step: Step, finder: Finder, place: Path, moments: int, seed: int) -> Tally:
    """Kill a step so many times; every other time what was killed once is killed again."""
    chance, tally = random.Random(f"{seed} {step.name}"), Tally()
    homes = (place / f"{step.name} {number}" for number in range(10**6))
    telling = replace(finder, program=PROGRAM)
    sound = _fresh(step, next(homes))
    typical = _undisturbed(step, replace(telling, home=sound), chance)
    home, share = _fresh(step, next(homes)), 1.0
    while tally.moments < moments:
        before = rows(home)
        words = step.words(home, chance)
        with looking(step.torn, home, tally):
            one = Watched(replace(telling, home=home).start(*words))
            reached = one.reaches(step.begins)
            hit = reached and one.kill(chance.uniform(0, typical) * share)
        group = one.process.pid
        one.process.kill()
        one.close()
        if not hit:  # done already: a fresh one, and earlier
            home, share = _fresh(step, next(homes)), share * (0.5 if reached else 1)
            continue
        share = 1.0
        tally.moments += 1
        tally.hangs += _lives_on(group)
        copy = place / f"{step.name} begun again"
        shutil.copytree(home, copy)
        words = [word.replace(str(home), str(copy)) for word in words]
        _again(step, replace(finder, home=copy), words, sound, tally)
        tally.lost += len(before - rows(copy))
        shutil.rmtree(copy)
        if chance.random() < 0.5:
            home = _fresh(step, next(homes))
    return tally


def _again(step: Step, finder: Finder, words: list[str], sound: Path, tally: Tally) -> None:
    """What the user does next, and what is there then."""
    begun = time.monotonic()
    process = finder.start(*words)
    try:
        said, err = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        tally.hangs += 1
        return
    tally.longest = max(tally.longest, time.monotonic() - begun)
    (finder.home / "said").write_text(said, encoding="utf-8")
    if process.returncode:
        tally.wrong.append(err)
    elif wrong := step.whole(sound, finder.home):
        tally.wrong.append(wrong)


def _fresh(step: Step, home: Path) -> Path:
    shutil.copytree(step.template, home)
    return home


def _undisturbed(step: Step, finder: Finder, chance: random.Random) -> float:
    """Seconds that the step takes when nobody disturbs it."""
    one = Watched(finder.start(*step.words(finder.home, chance)))
    one.process.wait(DEADLINE)
    one.close()
    assert one.process.returncode == 0, one.lines
    (finder.home / "said").write_text("".join(one.said), encoding="utf-8")
    return one.told[step.ends] - one.told[step.begins]


def _lives_on(group: int) -> bool:
    """Whether a process that was started by the killed one does not end."""
    until = time.monotonic() + DEADLINE
    while survivors(group):
        if time.monotonic() > until:
            return True
        time.sleep(0.02)
    return False
