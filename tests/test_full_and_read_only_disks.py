"""A disk that is full, and one that may not be written: said in one line with its remedy, and nothing is lost.

A small file system of its own is mounted for it, which only root may do on Linux; elsewhere these are skipped, and
test_schema.py and test_processes.py have a database that may not grow. ``FINDER_HOSTILE`` also leaves a little room.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from campaign import rows
from ground import INTERESTS, OLD, Ground, built

from finder import cli
from finder.source import discover_sources

MEGABYTES = 96
REMEDY = re.compile(r"free (some|\d[\d,]*) (space|MB)|check its rights|FINDER_HOME|rights and free space", re.I)
COMMANDS: dict[str, tuple[str, list[str]]] = {
    "collect": ("published", ["collect", INTERESTS[1]]),
    "import": ("published", ["import", "paperlists", "PAPERS"]),
    "resolve and snapshot": ("grown", ["advisors", INTERESTS[0], "--offline"]),
    "migrate": ("older", ["advisors", INTERESTS[0], "--offline"]),
    "export": ("published", ["shortlist", "export", "HOME/exports/out.json", "--force"]),
    "backup": ("published", ["backup", "HOME/exports/out.zip", "--force"]),
    "follow up": ("published", ["shortlist", "follow-up", "#1", "2026-12-01"]),
    "watch": ("published", ["watch", "add", "owls", "--name", "another"]),
}
"""What is done, to a copy of which store."""


@contextmanager
def mounted(place: Path) -> Iterator[Path]:
    """A small file system."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def may_mount(place: Path) -> bool:
    try:
        with mounted(place):
            return True
    except (OSError, subprocess.SubprocessError):
        return False


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    if sys.platform != "linux" or os.geteuid() or not may_mount(tmp_path_factory.mktemp("try") / "it"):
        pytest.skip("needs root on Linux, to mount a small file system")
    with built(tmp_path_factory.mktemp("ground")) as own:
        yield own


@pytest.fixture
def disk(tmp_path: Path, ground: Ground) -> Iterator[Path]:
    with mounted(tmp_path / "disk") as place:
        yield place


def fill(disk: Path, left: int) -> None:
    """Leave so many bytes free."""
    free = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(bytes(max(0, free - left)))


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    return int(str(ended.value.code or 0)), capsys.readouterr().err


def prepared(name: str, ground: Ground, disk: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    template, words = COMMANDS[name]
    home = shutil.copytree(getattr(ground, template), disk / "home")
    others = (f"[sources.{one}]\nenabled = false\n" for one in discover_sources() if one != "openalex")
    (home / "finder.toml").write_text("".join(others), encoding="utf-8")
    monkeypatch.setenv("FINDER_HOME", str(home))
    monkeypatch.setenv("FINDER_OPENALEX_URL", ground.finder.url)
    monkeypatch.setenv("FINDER_OPENALEX_KEY", "a-test-key")
    return home, [word.replace("PAPERS", str(ground.papers)).replace("HOME", str(home)) for word in words]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("left", [0, 1] if os.environ.get("FINDER_HOSTILE") else [0])
def test_a_full_disk_is_said_and_loses_nothing(
    name: str,
    left: int,
    ground: Ground,
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home, words = prepared(name, ground, disk, monkeypatch)
    before = rows(home)
    fill(disk, left * random.Random(name).randrange(8_000, 400_000))

    code, err = told(words, capsys)
    (disk / "ballast").unlink()

    assert "Traceback" not in err
    assert code in ((1,) if not left else (0, 1)), err
    if code:
        assert REMEDY.search(err.strip().splitlines()[-1]), err
        assert {file.read_bytes() for file in (home / "exports").glob("out.[cjm]*")} <= {OLD}
    again, err = told(words, capsys)
    assert again == 0 or (code == 0 and "already" in err), err
    assert before <= rows(home)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_may_not_be_written_is_said_and_stays_as_it_is(
    name: str, ground: Ground, disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, words = prepared(name, ground, disk, monkeypatch)
    before = rows(home)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    code, err = told(words, capsys)
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)

    assert code == 1
    assert len(err.strip().splitlines()) <= 2, err
    assert REMEDY.search(err), err
    assert rows(home) == before
