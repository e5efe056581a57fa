"""What the campaigns of faults begin with: a store that is published, one that holds more than that, and an old one."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from processes import Finder, collected_here, serving_world

from finder import answers
from finder.files import EXPORTS
from finder.ingest.file_import import import_files
from finder.maintenance import backup_archive
from finder.outreach import identity_tracking
from finder.publication import resolve_and_publish
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.database import FILE, load_migrations

INTERESTS = ("multimodal learning", "bandits")
FORMATS = ("csv", "json", "md", "bib")
OLD = b"X-Unsent: 1\r\nSubject: what was there before\r\n"  # an export of ours, which may be written over
TODAY = date(2026, 11, 22)
NOW = "2026-11-22T12:00:00+00:00"


def papers(folder: Path, name: str, count: int) -> Path:
    """A conference file of works that are alike and of people who are namesakes."""
    chance = random.Random(name)
    words = ["owls", "wings", "silent", "flight", "multimodal", "learning", "of", "the", "night", "étude"]
    people = [f"{given} {family}" for given in ("Ada", "Béla", "Chen") for family in ("Byron", "Ólafs", "Wu", "Diaz")]
    found = [
        {
            "id": f"{name}-{number}",
            "title": f"{' '.join(chance.choices(words, k=6))} {number}",
            "abstract": " ".join(chance.choices(words, k=150)),
            "author": ";".join(chance.sample(people, 3)),
            "aff": "Owl Lab;Bat Lab;Owl Lab",
            "keywords": " ".join(chance.choices(words, k=2)),
            "status": "Poster",
        }
        for number in range(count)
    ]
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


@contextmanager
def built(place: Path) -> Iterator[Ground]:
    """All of it, for as long as the service is there to be asked."""
    with serving_world() as service:
        own = Ground(Finder(place, service.url), place / "more", place / "published", place / "grown", place / "older")
        collected_here(own.published, service.url, INTERESTS[:1])
        with open_store(own.published) as store:
            import_files(store, discover_sources()["paperlists"], [papers(place / "papers", "icml2023", 600)], now=NOW)
            resolve_and_publish(store, NOW)
            people = answers.find_advisors(store, answers.Query(INTERESTS[0], TODAY)).results
            for row in people[:3]:
                identity_tracking.add_to_shortlist(store, row["author_id"], INTERESTS[0], NOW)
            store.watches.add("a watch", {"interest": INTERESTS[0]}, 7, 7, NOW)
            store.suppressions.add([people[-1]["author_id"]], NOW)
            resolve_and_publish(store, NOW)
            backup_archive.make_backup(store, own.published / EXPORTS / "out.zip", NOW)
        for kind in FORMATS:
            (own.published / EXPORTS / f"out.{kind}").write_bytes(OLD)
        papers(own.papers, "icml2024", 900)
        shutil.copytree(own.published, own.grown)
        with open_store(own.grown) as store:
            import_files(store, discover_sources()["paperlists"], [own.papers], now=NOW)
        older(own.older, own.grown)
        yield own


def older(home: Path, filled: Path, number: int = 1) -> None:
    """What a store holds, in one as an older finder left it, as far as that could hold it."""
    home.mkdir()
    with closing(sqlite3.connect(home / FILE)) as db:
        for step, script in load_migrations()[:number]:
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
