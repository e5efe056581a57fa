"""Every step of the finder, killed at any moment: nothing is lost, nothing hangs, and nobody ever sees half of it.

``nice FINDER_KILLS=200 FINDER_SEED=7 uv run pytest -n 0 -rP tests/test_killed_anywhere.py`` is the long campaign; it
prints the table.
"""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from campaign import Step, campaign, rows, table
from ground import FORMATS, INTERESTS, OLD, Ground, built
from processes import stored

from finder.maintenance import backup_archive
from finder.outreach import export_dataset, exports
from finder.outreach.shortlist import load_shortlist
from finder.storage import open_store
from finder.storage.database import FILE
from finder.storage.snapshot import Snapshots

KILLS = int(os.environ.get("FINDER_KILLS", "4"))
SEED = int(os.environ.get("FINDER_SEED", "0"))
DAY = re.compile(rb"\d{4}-\d\d-\d\d")

pytestmark = pytest.mark.timeout(7200 if KILLS > 20 else 300)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with built(tmp_path_factory.mktemp("ground")) as own:
        yield own


# --- what is right ---------------------------------------------------------------------------------------------------


def snapshot_torn(home: Path) -> str:
    """What answers read is of one moment, and whole."""
    snapshot = Snapshots(home / "snapshots").current_snapshot()
    for name in ("works", "authors", "authorships"):
        if (found := snapshot.scan_table(name).collect().height) != snapshot.meta[name]:
            return f"{found} {name} in place of {snapshot.meta[name]}"
    return ""


def records_torn(least: int) -> Callable[[Path], str]:
    def check(home: Path) -> str:
        with closing(sqlite3.connect(f"file:{home / FILE}?mode=ro", uri=True, timeout=60)) as db:
            (found,) = db.execute("select count(*) from record").fetchone()
        return "" if found >= least else f"{found} records in place of {least}"

    return check


def same_records(sound: Path, home: Path) -> str:
    differing = len(stored(sound) ^ stored(home))
    return f"{differing} records differ" if differing else ""


def same_answer(sound: Path, home: Path) -> str:
    wanted, found = (json.loads((place / "said").read_text())["results"] for place in (sound, home))
    return "" if wanted == found != [] else "another answer"


def exported(published: Path) -> Callable[[Path], str]:
    """Every file is what was there before, or all that it should be."""
    with open_store(published) as store:
        today = datetime.now(UTC).date()
        held = export_dataset.dataset_from_shortlist(store, "Shortlist", today, load_shortlist(store, today))
    wanted = {kind: DAY.sub(b"", exports.FORMATS[kind].write(held)) for kind in FORMATS}

    def torn(home: Path) -> str:
        for kind in FORMATS:
            found = (home / "exports" / f"out.{kind}").read_bytes()
            if found != OLD and DAY.sub(b"", found) != wanted[kind]:
                return f"half of out.{kind}: {len(found)} bytes"
        return ""

    return torn


def backup_torn(home: Path) -> str:
    with zipfile.ZipFile(home / "exports" / "out.zip") as file:
        return file.testzip() or ""


def backed_up(_: Path, home: Path) -> str:
    """What the backup holds is what the store holds."""
    folder = home / "unpacked"
    folder.mkdir()
    backup_archive.unpack_backup(home / "exports" / "out.zip", folder)
    return "" if rows(folder) == rows(home) else "the backup holds something else"


def steps(own: Ground) -> list[Step]:
    """All that is killed; the first of them in every run of the tests."""
    ask = ["advisors", INTERESTS[0], "--offline", "--format", "json"]
    files = exported(own.published)

    def export(home: Path, chance: random.Random) -> list[str]:
        return ["shortlist", "export", str(home / "exports" / f"out.{chance.choice(FORMATS)}"), "--force"]

    return [
        Step(
            "collect",
            "@collect",
            "@/collect",
            own.published,
            lambda *_: ["collect", INTERESTS[1]],
            snapshot_torn,
            same_records,
        ),
        Step("snapshot", "@snapshot", "@/snapshot", own.grown, lambda *_: ask, snapshot_torn, same_answer),
        Step(
            "migrate",
            "@migrate",
            "@/migrate",
            own.older,
            lambda *_: ask,
            records_torn(len(stored(own.grown))),
            same_answer,
        ),
        Step("export", "@bundle", "@/save", own.published, export, files, lambda _, home: files(home)),
        Step(
            "import",
            "@import",
            "@/import",
            own.published,
            lambda *_: ["import", "paperlists", str(own.papers)],
            records_torn(len(stored(own.published))),
            same_records,
        ),
        Step("resolve", "@load", "@snapshot", own.grown, lambda *_: ask, snapshot_torn, same_answer),
        Step(
            "backup",
            "@backup",
            "@/backup",
            own.published,
            lambda home, _: ["backup", str(home / "exports" / "out.zip"), "--force"],
            backup_torn,
            backed_up,
        ),
    ]


def test_killed_at_any_moment_nothing_is_lost(ground: Ground, tmp_path: Path) -> None:
    chosen = steps(ground)
    tallies = {}
    for place, step in enumerate(chosen):
        if moments := KILLS // len(chosen) + (place < KILLS % len(chosen)):
            tallies[step.name] = campaign(step, ground.finder, tmp_path, moments, SEED)
    print(f"\n{table(tallies)}")  # noqa: T201 - the long campaign is run for it

    assert all(tally.moments and not tally.lost and not tally.hangs for tally in tallies.values()), table(tallies)
    assert {name: tally.torn for name, tally in tallies.items() if tally.torn} == {}
    assert {name: tally.wrong for name, tally in tallies.items() if tally.wrong} == {}
