"""The record, its full text and its answers, damaged: found, and mended where that loses nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from patients import execute, found, mended, titles
from test_backups import everything

from finder.storage import open_store, sqlite_backup
from finder.storage.database import FILE, load_migrations
from finder.storage.records import encode_record
from tests.worlds import NOW, put, work


def garbled(home: Path, begin: int = 4096, length: int = 1 << 30) -> None:
    """Pages of the database are overwritten."""
    content = (home / FILE).read_bytes()
    end = min(len(content), begin + length)
    (home / FILE).write_bytes(content[:begin] + b"\xff" * (end - begin) + content[end:])


@pytest.mark.parametrize("begin", [0, 100, 4096])
def test_a_damaged_store_is_told_with_its_remedy(home: Path, begin: int) -> None:
    garbled(home, begin)

    assert found(home)["store"].state == "problem"
    assert "finder restore FILE" in found(home)["store"].remedy
    assert mended(home, yes=True) == []


def test_every_single_page_that_is_overwritten_is_found(home: Path) -> None:
    whole = (home / FILE).read_bytes()
    used = [at for at in range(0, len(whole), 4096) if any(whole[at : at + 4096])]
    missed = []
    for begin in used:
        (home / FILE).write_bytes(whole)
        garbled(home, begin, 4096)
        if not any(one.state == "problem" for one in found(home).values()):
            missed.append(begin // 4096 + 1)
    assert len(used) > 10
    assert missed == []


def test_a_damaged_store_is_put_back_from_its_copy_only_with_a_yes(home: Path) -> None:
    with open_store(home) as store:
        sqlite_backup.copy_before_migration(store.connection, home / FILE, 9)
        put(store, work("Later bats"))
    garbled(home)
    said = mended(home)
    assert "--yes" in said[0]
    assert found(home)["store"].state == "problem"

    assert "is as of" in mended(home, yes=True)[0]
    assert "store" not in found(home)
    assert titles(home) == {"Silent owls", "Loud owls"}


def test_a_copy_that_is_damaged_too_is_no_remedy(home: Path) -> None:
    with open_store(home) as store:
        copy = sqlite_backup.copy_before_migration(store.connection, home / FILE, 9)
    copy.write_bytes(copy.read_bytes()[:5000])
    garbled(home)

    assert found(home)["store"].mend == ""


def test_a_disk_that_gives_no_answer_is_not_taken_for_damage(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves no room for what SQLite needs to read, and reads as an error of the disk."""
    with open_store(home) as store:
        sqlite_backup.copy_before_migration(store.connection, home / FILE, 9)
    before = everything(home)

    def full(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE  # type: ignore[misc]
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("finder.maintenance.restore.sqlite3.connect", full)
        assert "cannot be read now" in found(home)["store"].message
        mended(home, yes=True)
    assert everything(home) == before


@pytest.mark.parametrize(
    "statement",
    [
        "insert into text (text) values ('delete-all')",
        "delete from text_data where id > 10",
        "update meta set value = '0' where key = 'indexed'",
        "delete from posting_text",
    ],
)
def test_a_full_text_that_does_not_fit_is_made_anew(home: Path, statement: str) -> None:
    body = json.dumps({"title": "An intern", "description": "silent"})
    execute(
        home,
        "insert into posting values"
        f" (1, 'lever', 'owls', '1', '{body}', 'internship', '[]', '', '', '{NOW}', '{NOW}', 0, null)",
        "insert into posting_text (rowid, title, description) values (1, 'An intern', 'silent')",
    )
    assert "text" not in found(home)
    execute(home, statement)
    assert found(home)["text"].state == "problem"

    mended(home)
    assert "text" not in found(home)
    with open_store(home) as store:
        assert store.text.count_matches("owls") == 2
        assert store.postings.match_postings("silent") == [1]


def test_rows_that_belong_to_nothing_are_found(home: Path) -> None:
    execute(home, "insert into run_source (run, source, state) values (99, 's', 'complete')")

    assert "belongs to nothing" in found(home)["store"].message


def test_records_that_are_no_json_are_found(home: Path) -> None:
    execute(home, "update record set body = 'garbage' where id = 1")

    assert found(home)["store"].state == "problem"


def test_damaged_answers_are_let_go(home: Path) -> None:
    with open_store(home) as store:
        for key in ("whole", "other", "no zlib"):
            store.replies.upsert_response("openalex", key, "https://a.example", 200, {}, b"said", NOW)
    execute(home, "update reply set sha256 = '00' where key = 'other'")
    execute(home, "update reply set body = x'00' where key = 'no zlib'")
    assert found(home)["replies"].message == "2 kept answers are damaged."

    mended(home)
    with open_store(home) as store:
        assert [store.replies.load_response(key) is None for key in ("whole", "other", "no zlib")] == [
            False,
            True,
            True,
        ]


def test_an_answer_whose_content_was_let_go_of_is_not_damaged(home: Path) -> None:
    with open_store(home) as store:
        id_ = store.replies.upsert_response("test", "GET old", "https://a.example", 200, {}, b"said", NOW)
        store.records.put_records([encode_record(work("Owls", "Ada Other", source_id="o1"))], fetched_at=NOW, reply=id_)
        assert store.replies.clear_old_bodies("2099-01-01") == 1
    assert "replies" not in found(home)

    mended(home)
    with open_store(home) as store:
        assert store.connection.execute("select url from reply").fetchall() == [("https://a.example",)]


def test_a_store_of_a_newer_finder_is_left_alone(home: Path) -> None:
    execute(home, f"pragma user_version = {load_migrations()[-1][0] + 1}")

    assert "Update the finder" in found(home)["store"].remedy


def test_a_store_of_an_older_finder_is_not_migrated_by_looking(home: Path) -> None:
    execute(home, "pragma user_version = 4")

    assert found(home)["store"].state == "note"
    with closing(sqlite3.connect(home / FILE)) as db:
        assert db.execute("pragma user_version").fetchone() == (4,)
