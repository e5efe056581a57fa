"""Every place of a data folder belongs to an eraser: tables, columns, and files, those that come later, too."""

from __future__ import annotations

import json
import sqlite3
import zlib
from datetime import date
from pathlib import Path

import pytest
from somebody import LATER, NOW, ORCID, PAGE, WORDS, collected

from finder.privacy import person_erasure
from finder.storage import Store, erasure, open_store
from finder.storage.watches import NewsDraft, opaque_token
from tests.everything import found

SAID = f"Said by Zdenka Okrasa, see {PAGE}"


def unowned(db: sqlite3.Connection) -> set[str]:
    """Columns that may hold text or bytes, of which no eraser takes care and nobody said that they hold nothing."""
    free = set()
    listed = [*((place.columns) for place in erasure.ERASERS), erasure.IMPERSONAL_COLUMNS]
    for table, kind in db.execute("select name, sql from sqlite_master where type = 'table'").fetchall():
        if (kind or "").lower().startswith("create virtual"):
            continue  # its content is in tables of its own
        owned = {column for columns in listed for column in columns.get(table, ())}
        for _, column, type_, *_ in db.execute(f"pragma table_info({table})").fetchall():
            if type_.upper() not in ("INTEGER", "REAL") and not {column, "*"} & owned:
                free.add(f"{table}.{column}")
    return free


def full(home: Path) -> Store:
    """A store with a row in every table, somebody in many of them."""
    store = collected(home)
    watch = store.watches.add("mine", {"interest": "owls"}, 7, 7, NOW)
    body = {"about": "Ada Senior", "text": "Ada Senior moved", "interest": "owls", "who": None, "url": None}
    store.watches.record_refresh(watch.id, [NewsDraft("k", "moved", body, ())], None, date(2026, 11, 20), NOW)
    people = {"person": [0, 1], "quote": ["I recruit.", "Nobody."], "page": ["https://a.example", None]}
    state = {
        "last": 1,
        "people": people,
        "tokens": {"person": [0, 1], "token": ["t0", "t1"]},
        "openings": {},
        "marks": {},
    }
    with store.write_transaction() as db:
        db.execute("insert into watch_state values (?, '2026-11-01', 1, ?)", (watch.id, packed(state)))
        db.execute("insert into budget (source, day) values ('test', '2026-11-01')")
        db.execute("insert into run_source (run, source, state) select id, 'test', 'complete' from run")
        entry = db.execute("select id from shortlist_entry where name like 'Cleo%'").fetchone()[0]
        db.execute("insert into shortlist_event values (null, ?, '2026-11-01', 'called', 'hm', '2026-11-01')", (entry,))
    return store


def packed(state: object) -> bytes:
    return zlib.compress(json.dumps(state, ensure_ascii=False).encode())


def planted_in(table: str, column: str, old: object) -> object:
    """Somebody in a value of a column, in the shape that its readers expect."""
    if (table, column) == ("watch_state", "body"):
        state = json.loads(zlib.decompress(old))  # type: ignore[arg-type]
        state["people"]["quote"][0] = SAID
        return packed(state)
    if (table, column) == ("reply", "body"):
        return zlib.compress(SAID.encode())
    if isinstance(old, str) and old.startswith("["):
        return json.dumps([*json.loads(old), ORCID])
    if isinstance(old, str) and old.startswith("{"):
        return json.dumps({**json.loads(old), "url": SAID} if table == "posting" else {**json.loads(old), "said": SAID})
    return f"{SAID} {column}"


# of tables that belong to an eraser as a whole: what may hold a text
WHOLE = {
    "reply": ("url", "note", "key", "headers", "body"),
    "posting": ("body",),
    "judgement": ("about",),
    "completed": ("id",),
    "board": ("message", "organisation", "token", "origin"),
    "news": ("body", "marks", "key"),
    "watch_state": ("body",),
}
COLUMNS: dict[str, list[str]] = {}
for _place in erasure.ERASERS:
    for _table, _columns in _place.columns.items():
        COLUMNS.setdefault(_table, []).extend(WHOLE.get(_table, ()) if _columns == erasure.ALL else _columns)
ROUNDS = range(max(map(len, COLUMNS.values())))


def test_no_text_of_the_schema_is_without_an_eraser(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert unowned(store.connection) == set()
        store.connection.execute("create table diary (id integer primary key, entry text not null, photo blob)")
        assert unowned(store.connection) == {"diary.entry", "diary.photo"}
        store.connection.execute("alter table watch add column motto text")
        assert "watch.motto" in unowned(store.connection)


def test_no_eraser_is_for_what_is_not_there(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for columns in (*(place.columns for place in erasure.ERASERS), erasure.IMPERSONAL_COLUMNS):
            for table, owned in columns.items():
                there = {row[1] for row in store.connection.execute(f"pragma table_info({table})")}
                assert there, table
                assert set(owned) - {"*"} <= there


@pytest.mark.parametrize("nth", ROUNDS)
def test_whoever_stands_in_any_column_is_forgotten_there(nth: int, tmp_path: Path) -> None:
    with full(tmp_path) as store:
        for table, columns in COLUMNS.items():  # one column of each table at a time: a row may go for another's sake
            if nth < len(columns):
                query = f"select rowid, {columns[nth]} from {table} order by rowid desc limit 1"
                number, old = store.connection.execute(query).fetchone()
                with store.write_transaction() as db:
                    new = planted_in(table, columns[nth], old)
                    db.execute(f"update {table} set {columns[nth]} = ? where rowid = ?", (new, number))
        person_erasure.erase_person(store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER)
        assert found(tmp_path, *WORDS) == []
        assert store.connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_what_watches_saw_of_somebody_goes_by_their_ids_and_by_what_their_page_says(tmp_path: Path) -> None:
    with full(tmp_path) as store:
        people = {"person": [0, 1, 2], "quote": ["I recruit.", "Come to me.", "No."], "page": [None, PAGE, None]}
        tokens = {"person": [0, 1, 2], "token": [opaque_token(ORCID), "t1", "t2"]}
        state = {"last": 1, "people": people, "tokens": tokens, "openings": {}, "marks": {}}
        with store.write_transaction() as db:
            db.execute("update watch_state set body = ?", (packed(state),))
        person_erasure.erase_person(store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER)
        (body,) = store.connection.execute("select body from watch_state").fetchone()
    kept = json.loads(zlib.decompress(body))
    assert kept["people"] == {"person": [2], "quote": ["No."], "page": [None]}
    assert kept["tokens"] == {"person": [2], "token": ["t2"]}
    assert found(tmp_path, "I recruit.", "Come to me.") == []


def test_a_watch_that_names_somebody_is_paused_and_says_why(tmp_path: Path) -> None:
    with full(tmp_path) as store:
        store.watches.add("Zdenka Okrasa", {"interest": "owls", "like": ORCID}, 7, 7, NOW)
        store.watches.add("Ždenka Okrása", {"interest": "owls of Zdenka Okrasa"}, 7, 7, NOW)
        person_erasure.erase_person(store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER)
        mine, *others = store.watches.list_watches()
    assert (mine.name, mine.paused) == ("mine", False)
    assert [(one.paused, one.message) for one in others] == [(True, erasure.PAUSE_MESSAGE)] * 2
    assert len({one.name for one in others}) == 2
    assert found(tmp_path, *WORDS) == []


FILES: dict[str, tuple[str, bool]] = {
    "exports/new.csv": (SAID, True),
    "news/new.html": (SAID, True),
    "logs/new.log": (SAID, True),
    "backups/new.zip": ("whatever", True),
    "finder.toml": (f"[me]\npeople = ['{ORCID}']\n", False),
    "letters/template.md": (SAID, False),
    "later/deep/new.bin": (SAID, False),
}


def test_files_that_mention_somebody_are_deleted_or_named_as_left(tmp_path: Path) -> None:
    with full(tmp_path) as store:
        for name, (text, _) in FILES.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        done = person_erasure.erase_person(store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER)
    assert {name: (name in done.deleted, name in done.left) for name in FILES} == {
        name: (goes, not goes) for name, (_, goes) in FILES.items()
    }
