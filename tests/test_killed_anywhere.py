"""Every step of the finder, killed at any moment: nothing is lost, nothing hangs, and nobody ever sees half of it.

``nice FINDER_KILLS=200 FINDER_SEED=7 uv run pytest -n 0 -rP tests/test_killed_anywhere.py`` is the long campaign; it
prints the table.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from campaign import Step, campaign, rows, table
from processes import Finder, collected_here, serving_world, stored

from finder import views
from finder.imports import import_files
from finder.keeping import archive
from finder.outreach import anchors, bundle, exports
from finder.outreach.shortlist import listed
from finder.resolve.publish import publish
from finder.source import discover
from finder.store import open_store
from finder.store.database import FILE, migrations
from finder.store.snapshot import Snapshots

KILLS = int(os.environ.get("FINDER_KILLS", "7"))
SEED = int(os.environ.get("FINDER_SEED", "0"))
INTERESTS = ("multimodal learning", "bandits")
FORMATS = ("csv", "json", "md", "bib")
OLD = b"what was there before"
TODAY = date(2026, 11, 22)
NOW = "2026-11-22T12:00:00+00:00"
DAY = re.compile(rb"\d{4}-\d\d-\d\d")

pytestmark = pytest.mark.timeout(7200 if KILLS > 20 else 300)


def papers(folder: Path, name: str, count: int) -> Path:
    """A conference file of works that are alike and of people who are namesakes."""
    chance = random.Random(name)
    words = ["owls", "wings", "silent", "flight", "multimodal", "learning", "of", "the", "night", "étude"]
    people = [f"{given} {family}" for given in ("Ada", "Béla", "Chen") for family in ("Byron", "Ólafs", "Wu", "Diaz")]
    found = [
        {
            "id": f"{name}-{number}", "title": f"{' '.join(chance.choices(words, k=6))} {number}",
            "abstract": " ".join(chance.choices(words, k=150)), "author": ";".join(chance.sample(people, 3)),
            "aff": "Owl Lab;Bat Lab;Owl Lab", "keywords": " ".join(chance.choices(words, k=2)), "status": "Poster",
        }
        for number in range(count)
    ]  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")
    return folder


@dataclass
class Ground:
    """What the campaign begins with.

    Attributes:
        published: a store with everything published; ``grown`` holds more that is not.
        older: the same as the first finder would have left it.
    """

    finder: Finder
    papers: Path
    published: Path
    grown: Path
    older: Path


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    place = tmp_path_factory.mktemp("ground")
    with serving_world() as service:
        own = Ground(Finder(place, service.url), place / "more", place / "published", place / "grown", place / "older")
        collected_here(own.published, service.url, INTERESTS[:1])
        with open_store(own.published) as store:
            import_files(store, discover()["paperlists"], [papers(place / "papers", "icml2023", 600)], now=NOW)
            publish(store, NOW)
            people = views.advisors(store, views.Wish(INTERESTS[0], TODAY)).results
            for row in people[:3]:
                anchors.star(store, row["author_id"], INTERESTS[0], NOW)
            store.watches.add("a watch", {"interest": INTERESTS[0]}, 7, 7, NOW)
            store.suppressions.add([people[-1]["author_id"]], NOW)
            publish(store, NOW)
            archive.make(store, own.published / "out.zip", NOW)
        for kind in FORMATS:
            (own.published / f"out.{kind}").write_bytes(OLD)
        papers(own.papers, "icml2024", 900)
        shutil.copytree(own.published, own.grown)
        with open_store(own.grown) as store:
            import_files(store, discover()["paperlists"], [own.papers], now=NOW)
        older(own.older, own.grown)
        yield own


def older(home: Path, filled: Path, number: int = 1) -> None:
    """What a store holds, in one as an older finder left it, as far as that could hold it."""
    home.mkdir()
    with closing(sqlite3.connect(home / FILE)) as db:
        for step, script in migrations()[:number]:
            db.executescript(script)
            db.execute(f"pragma user_version = {step}")
        db.execute("attach ? as filled", (str(filled / FILE),))
        for name in ("meta", "reply", "record", "run", "run_source", "budget", "suppression", "completed"):
            there = [row[1] for row in db.execute(f"pragma filled.table_info({name})")]
            known = [row[1] for row in db.execute(f"pragma main.table_info({name})") if row[1] in there]
            columns = ", ".join(known)
            db.execute(f"insert or replace into main.{name} ({columns}) select {columns} from filled.{name}")
        db.execute("delete from meta where key = 'indexed'")  # its full text is made anew
        db.commit()
        db.execute("pragma journal_mode = wal")


# --- what is right ---------------------------------------------------------------------------------------------------


def snapshot_torn(home: Path) -> str:
    """What answers read is of one moment, and whole."""
    snapshot = Snapshots(home / "snapshots").current()
    for name in ("works", "authors", "authorships"):
        if (found := snapshot.scan(name).collect().height) != snapshot.meta[name]:
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
        held = bundle.of_shortlist(store, "Shortlist", today, listed(store, today))
    wanted = {kind: DAY.sub(b"", exports.FORMATS[kind].write(held)) for kind in FORMATS}

    def torn(home: Path) -> str:
        for kind in FORMATS:
            found = (home / f"out.{kind}").read_bytes()
            if found != OLD and DAY.sub(b"", found) != wanted[kind]:
                return f"half of out.{kind}: {len(found)} bytes"
        return ""

    return torn


def backup_torn(home: Path) -> str:
    with zipfile.ZipFile(home / "out.zip") as file:
        return file.testzip() or ""


def backed_up(_: Path, home: Path) -> str:
    """What the backup holds is what the store holds."""
    folder = home / "unpacked"
    folder.mkdir()
    archive.unpack(home / "out.zip", folder)
    return "" if rows(folder) == rows(home) else "the backup holds something else"


def steps(own: Ground) -> list[Step]:
    """All that is killed."""
    ask = ["advisors", INTERESTS[0], "--offline", "--format", "json"]
    files = exported(own.published)

    def export(home: Path, chance: random.Random) -> list[str]:
        return ["shortlist", "export", str(home / f"out.{chance.choice(FORMATS)}"), "--force"]

    return [
        Step("collect", "@collect", "@/collect", own.published, lambda *_: ["collect", INTERESTS[1]], snapshot_torn,
             same_records),
        Step("import", "@import", "@/import", own.published, lambda *_: ["import", "paperlists", str(own.papers)],
             records_torn(len(stored(own.published))), same_records),
        Step("resolve", "@load", "@snapshot", own.grown, lambda *_: ask, snapshot_torn, same_answer),
        Step("snapshot", "@snapshot", "@/snapshot", own.grown, lambda *_: ask, snapshot_torn, same_answer),
        Step("migrate", "@migrate", "@/migrate", own.older, lambda *_: ask, records_torn(len(stored(own.grown))),
             same_answer),
        Step("export", "@bundle", "@/save", own.published, export, files, lambda _, home: files(home)),
        Step("backup", "@backup", "@/backup", own.published, lambda home, _: ["backup", str(home / "out.zip")],
             backup_torn, backed_up),
    ]  # fmt: skip


def test_killed_at_any_moment_nothing_is_lost(ground: Ground, tmp_path: Path) -> None:
    chosen = steps(ground)
    tallies = {}
    for place, step in enumerate(chosen):
        moments = KILLS // len(chosen) + (place < KILLS % len(chosen))
        tallies[step.name] = campaign(step, ground.finder, tmp_path, moments, SEED)
    print(f"\n{table(tallies)}")  # noqa: T201 - the long campaign is run for it

    assert all(tally.moments and not tally.lost and not tally.hangs for tally in tallies.values()), table(tallies)
    assert {name: tally.torn for name, tally in tallies.items() if tally.torn} == {}
    assert {name: tally.wrong for name, tally in tallies.items() if tally.wrong} == {}
