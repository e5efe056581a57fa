"""One page of the database, or a piece of what answers read, is not what was written: every command says so or answers.

``FINDER_PAGES=300 FINDER_SEED=7 uv run pytest -n 0 tests/test_damaged_pages.py`` damages more of them.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ground import NOW, TODAY, papers

from finder import answers, cli
from finder.ingest.file_import import import_files
from finder.outreach import identity_tracking
from finder.publication import resolve_and_publish
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.database import FILE

PAGES = int(os.environ.get("FINDER_PAGES", "8"))
SEED = int(os.environ.get("FINDER_SEED", "0"))
PAGE = 4096
COMMANDS = (
    ["advisors", "silent flight", "--offline"],
    ["person", "Ada Byron"],
    ["shortlist", "list"],
    ["doctor"],
    ["import", "paperlists", "PAPERS"],
    ["openings", "silent flight", "--offline"],
    ["watch", "list"],
    ["shortlist", "export", "HOME/exports/list.json"],
    ["backup", "HOME/exports/out.zip"],
    ["labs", "silent flight", "--offline"],
)

pytestmark = pytest.mark.timeout(120 if PAGES < 50 else 3600)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a few hundred pages, published; in it lies a file to import."""
    home = tmp_path_factory.mktemp("whole") / "home"
    with open_store(home) as store:
        import_files(store, discover_sources()["paperlists"], [papers(home.parent / "a", "icml2023", 300)], now=NOW)
        resolve_and_publish(store, NOW)
        for row in answers.find_advisors(store, answers.Query("silent flight", TODAY)).results[:3]:
            identity_tracking.add_to_shortlist(store, row["author_id"], "silent flight", NOW)
        store.connection.execute("pragma wal_checkpoint(truncate)")
    papers(home / "more", "icml2024", 50)
    return home


def scribbled(file: Path, at: int, length: int, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    kind = chance.choice(["zeros", "ones", "anything", "another part"])
    other = chance.randrange(max(1, len(content) - length))
    piece = {
        "zeros": bytes(length),
        "ones": b"\xff" * length,
        "anything": chance.randbytes(length),
        "another part": bytes(content[other : other + length]),
    }[kind]
    content[at : at + length] = piece
    file.write_bytes(content)


def told(words: list[str], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It answers, or says in a line what to do."""
    words = [word.replace("PAPERS", str(home / "more")).replace("HOME", str(home)) for word in words]
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    err = capsys.readouterr().err
    assert ended.value.code in (0, 1, 2), err
    assert "Traceback" not in err
    if ended.value.code and words[0] != "doctor":
        assert any(
            said in err
            for said in ("Move it aside", "finder doctor", "Nobody", "nobody", "There is no", "Name one by id")
        ), err


@pytest.mark.parametrize("number", range(PAGES))
def test_a_page_of_the_database_is_not_what_was_written(
    number: int, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(f"{SEED} {number}")
    home = shutil.copytree(whole, tmp_path / "home")
    if chance.random() < 0.5:
        shutil.rmtree(home / "snapshots")  # all of it is read then
    pages = (home / FILE).stat().st_size // PAGE
    length = chance.choice([40, 400, PAGE])
    scribbled(home / FILE, chance.randrange(pages) * PAGE + chance.randrange(PAGE - length + 1), length, chance)
    monkeypatch.setenv("FINDER_HOME", str(home))

    told(chance.choice(COMMANDS), home, capsys)


@pytest.mark.parametrize("number", range(PAGES // 2))
def test_a_piece_of_what_answers_read_is_not_what_was_written(
    number: int, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(f"{SEED} {number} snapshot")
    home = shutil.copytree(whole, tmp_path / "home")
    file = chance.choice(sorted(home.glob("snapshots/0*/*.parquet")))
    length = min(file.stat().st_size, chance.choice([4, 40, 4000]))
    scribbled(file, chance.randrange(file.stat().st_size - length + 1), length, chance)
    monkeypatch.setenv("FINDER_HOME", str(home))

    told(chance.choice(COMMANDS[:3]), home, capsys)
    cli_ended = pytest.raises(SystemExit)
    with cli_ended:
        cli.main(["doctor", "--mend"])
    told(["advisors", "silent flight", "--offline"], home, capsys)
    with closing(sqlite3.connect(home / FILE)) as db:
        assert db.execute("select count(*) from record").fetchone() == (300,)
