"""Stores that went on after their backup."""

from __future__ import annotations

from pathlib import Path

from test_backups import backed_up, home_of

from finder.publication import resolve_and_publish
from finder.storage import open_store
from tests.worlds import NOW, stored, work

LATER = "2026-11-20T10:00:00+00:00"


def titles(home: Path) -> set[str]:
    """What answers read, after all that came in is published."""
    with open_store(home) as store:
        resolve_and_publish(store, LATER)
        return set(store.snapshots.current_snapshot().load_table("works")["title"])


def grown(tmp_path: Path) -> tuple[Path, Path]:
    """A store that went on after its backup, and the backup."""
    home = home_of(tmp_path, "Silent owls", "Loud owls")
    path = backed_up(home)
    stored(home, work("Later bats", "Cy Cole")).close()
    return home, path


def people(home: Path) -> set[str]:
    with open_store(home) as store:
        resolve_and_publish(store, LATER)
        return set(store.snapshots.current_snapshot().load_table("authors")["name"])


def hide(home: Path, name: str) -> None:
    with open_store(home) as store:
        ids = {
            row["name"]: row["author_id"] for row in store.snapshots.current_snapshot().load_table("authors").to_dicts()
        }
        store.suppressions.add([ids[name]], NOW)
        resolve_and_publish(store, NOW)


def garble(path: Path, begin: int = 4096) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:begin] + b"\xff" * (len(content) - begin))
