"""A record that brings SQL of its own is refused before anything of it runs, and every finder's own is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from restored import LATER, titles
from test_backups import backed_up, everything, home_of

from finder.errors import InvalidBackup
from finder.maintenance import backup_archive, restore
from finder.storage import open_store, schema
from finder.storage.database import FILE, _apply_migrations, load_migrations

FOREIGN = [
    "create trigger evil after insert on meta begin delete from suppression; end",
    "create trigger evil after delete on lease begin insert into meta values ('x', 'y'); end",
    "create view evil as select * from record",
    "create table evil (a)",
    "create index evil on record (body)",
    "create index evil on record (abs(id))",
    "create virtual table evil using fts5 (a)",
    "alter table record add column evil text",
    "alter table meta add column evil text generated always as (upper(value)) virtual",
    "drop table judgement",
    "drop view work_text",
    "drop view work_text; create view work_text as select id, body as title, 1 as abstract, 2 as keywords from record",
    "drop view work_text; create view work_text as select id \"--\", load_extension('x')\n from record",
    "drop table word",
    "drop table completed; create table completed (source text, id text check (randomblob(9) is not null), at text)",
    "pragma user_version = 0",
    "pragma user_version = 4",
]


def with_sql(tmp_path: Path, sql: str) -> Path:
    """A backup of a store in which somebody ran some SQL."""
    home = home_of(tmp_path / "there")
    with closing(sqlite3.connect(home / FILE)) as db:
        db.executescript(sql)
    folder = home.parent / "copy"
    folder.mkdir()
    (folder / FILE).write_bytes((home / FILE).read_bytes())
    target = tmp_path / "foreign.zip"
    with target.open("wb") as file:
        backup_archive._write_archive(file, folder, load_migrations()[-1][0], LATER)
    return target


@pytest.mark.parametrize("sql", FOREIGN)
def test_foreign_sql_is_refused_and_nothing_changes(tmp_path: Path, sql: str) -> None:
    home, path = home_of(tmp_path / "here"), with_sql(tmp_path, sql)
    before = everything(home)
    with pytest.raises(InvalidBackup, match="not one that a finder made"):
        restore.restore_archive(path, home, LATER)
    assert everything(home) == before


def test_what_only_the_spelling_tells_apart_is_the_same(tmp_path: Path) -> None:
    home, path = home_of(tmp_path / "here", "Quiet newts"), with_sql(tmp_path, "analyze; vacuum")
    restore.restore_archive(path, home, LATER)
    assert titles(home) == {"Silent owls"}


@pytest.mark.parametrize("number", [number for number, _ in load_migrations()])
def test_every_finder_that_there_was_made_what_is_expected_of_it(tmp_path: Path, number: int) -> None:
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as db:
        _apply_migrations(db, [step for step in load_migrations() if step[0] <= number])
        assert schema.schema_difference(db) == ""
        if number > 1:  # by way of a store that was in use before
            db.execute("create table beside (a)")
            assert "beside" in schema.schema_difference(db)
    with open_store(tmp_path / "new") as store:
        assert schema.schema_difference(store.connection) == ""


def test_a_copy_beside_the_store_is_looked_at_as_well(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    copy = home / f"{FILE}.before-0009.bak"
    copy.write_bytes((home / FILE).read_bytes())
    with closing(sqlite3.connect(copy)) as db:
        db.executescript(FOREIGN[0])
    with pytest.raises(InvalidBackup, match="evil"):
        restore.restore_copy(copy, home, LATER)
    backed_up(home)
