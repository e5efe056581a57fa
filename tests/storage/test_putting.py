"""Records and their full text: the same answers, in any order and number, leave the same store."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import NOW, author, work

from finder.model import Institution, Person, Record, Work
from finder.storage import Store, open_store
from finder.storage.records import encode_record

POOL: list[Record] = [
    work("Owls at night", "Ada Byron @ Owl Lab, DE", source_id="1", abstract="Wings that make no sound."),
    work("Étude on naïve owls", source_id="2", keywords=("silent flight", "owls")),
    work("Quiet wings", source_id="3", source="other", abstract="", keywords=("a ; b", "")),
    work("", source_id="4", abstract='"quoted" NEAR(words) *'),
    Person("test", "1", "Ada Byron", "2026-11-01", ids=("orcid:0000",)),
    Institution("test", "1", "Owl Lab", country="DE"),
]
LATER = "2026-11-02T00:00:00+00:00"
TERMS = ("owl", "wing", "silent", "quoted", "naive", "night OR quiet", '"no sound"')
ANY_TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("\0\\u"), max_size=30)
Texts = tuple[str, str | None, list[str]]
TEXTS = st.tuples(ANY_TEXT, st.none() | ANY_TEXT, st.lists(ANY_TEXT, max_size=3))


def put(store: Store, *records: Record, complete: bool = True, at: str = NOW) -> int:
    return store.records.put_records(map(encode_record, records), fetched_at=at, complete=complete)


def found(store: Store, *terms: str) -> list[int]:
    """How many works each term finds, once the full text has caught up."""
    store.records.update_fulltext()
    return [store.text.count_matches(term) for term in terms]


def hits(store: Store, term: str) -> list[int]:
    return [id_ for id_, _ in store.text.bm25_scores(term, (1.0, 1.0, 1.0))]


def words(db: sqlite3.Connection, schema: str, table: str) -> set[tuple[str, int, str, int]]:
    """Every word of a full text: which, of which work, in which column, at which place."""
    db.execute(f"create virtual table temp.words using fts5vocab ({schema}, {table}, instance)")
    try:
        return set(db.execute("select term, doc, col, offset from temp.words"))
    finally:
        db.execute("drop table temp.words")


def sound(store: Store) -> None:
    """The full text is whole in itself, and holds exactly the words of the records that are there now."""
    store.records.update_fulltext()
    db = store.connection
    db.execute("insert into text (text) values ('integrity-check')")  # raises
    db.execute("create virtual table temp.anew using fts5 (title, abstract, keywords, tokenize = 'porter unicode61')")
    db.execute("insert into temp.anew (rowid, title, abstract, keywords) select * from work_text")
    try:
        assert words(db, "main", "text") == words(db, "temp", "anew")
    finally:
        db.execute("drop table temp.anew")


def content(store: Store) -> object:
    """All records, and which of them each of the terms finds; ids are by order of arrival and do not count."""
    store.records.update_fulltext()
    names = {row[0]: row[1:] for row in store.connection.execute("select id, source, source_id from record")}
    found_by = {term: {names[id_] for id_ in hits(store, term)} for term in TERMS}
    return set(store.connection.execute("select kind, source, source_id, body, complete from record")), found_by


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> object:
    with open_store(tmp_path_factory.mktemp("once")) as store:
        assert put(store, *POOL) == len(POOL)
        return content(store)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from(POOL), max_size=5), max_size=8), st.permutations(POOL), st.data())
def test_any_order_and_number_of_puts_leaves_the_same_store(
    once: object, before: list[list[Record]], rest: list[Record], data: st.DataObject
) -> None:
    in_bulk = data.draw(st.booleans())
    with tempfile.TemporaryDirectory() as home, open_store(Path(home)) as store:
        for records in before:
            put(store, *records)
            if data.draw(st.booleans()):
                store.records.update_fulltext()
        if in_bulk:
            with store.records.bulk_writes():
                put(store, *rest)
        else:
            put(store, *rest)

        assert content(store) == once
        sound(store)
        seq = store.records.last_write_seq()
        assert put(store, *rest, at=LATER) == 0
        assert store.records.last_write_seq() == seq


class Said(NamedTuple):
    """What a source says of one of its works, at some time."""

    source_id: str
    title: str
    complete: bool


SAID = st.builds(Said, st.sampled_from("123"), st.sampled_from(("red", "blue", "green blue")), st.booleans())


def kept(said: Iterable[Said]) -> dict[str, Said]:
    """What must hold in the end: the last word, but a partial answer never replaces a complete one."""
    held: dict[str, Said] = {}
    for one in said:
        if one.source_id not in held or one.complete >= held[one.source_id].complete:
            held[one.source_id] = one
    return held


@settings(max_examples=20, deadline=None)
@given(st.lists(SAID, max_size=12))
def test_the_last_word_holds_and_a_partial_one_never_replaces_a_complete_one(said: list[Said]) -> None:
    with tempfile.TemporaryDirectory() as home, open_store(Path(home)) as store:
        for turn, one in enumerate(said):
            put(store, work(one.title, source_id=one.source_id), complete=one.complete)
            if turn % 3 == 1:
                store.records.update_fulltext()

        query = "select source_id, body ->> '$.title', complete from record"
        rows = {row[0]: Said(row[0], row[1], bool(row[2])) for row in store.connection.execute(query)}
        assert rows == kept(said)
        sound(store)
        for word in ("red", "blue", "green"):
            assert store.text.count_matches(word) == sum(word in one.title.split() for one in rows.values())


@settings(max_examples=20, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_whatever_the_words_are_the_full_text_forgets_and_finds_them(
    texts: list[tuple[str, str | None, list[str]]],
) -> None:
    with tempfile.TemporaryDirectory() as home, open_store(Path(home)) as store:
        for title, abstract, keywords in texts:
            put(store, work(title, source_id="1", abstract=abstract, keywords=tuple(keywords)))
            sound(store)


def test_a_new_title_is_found_by_its_words_and_not_by_the_old_ones(store: Store) -> None:
    put(store, work("Owls at night", source_id="1", abstract="Feathers", keywords=("flight",)))
    assert found(store, "owls", "feathers", "flight") == [1, 1, 1]
    assert put(store, work("Bats by day", source_id="1", abstract="Wings", keywords=("sonar",)), at=LATER) == 1

    assert found(store, "owls", "feathers", "flight") == [0, 0, 0]
    assert found(store, "bats", "wings", "sonar") == [1, 1, 1]
    sound(store)


def test_a_title_of_the_same_words_is_replaced_nonetheless(store: Store) -> None:
    put(store, work("owls at night", source_id="1"))
    put(store, work("Owls at Night", source_id="1"))

    ((_, _, _, body),) = store.records.records_since(0, "work")
    assert msgspec.json.decode(body, type=Work).title == "Owls at Night"
    assert found(store, "owls") == [1]
    sound(store)


def test_the_last_of_two_in_one_put_holds(store: Store) -> None:
    assert put(store, work("First", source_id="1"), work("Last", source_id="1")) == 1
    assert found(store, "first", "last") == [0, 1]


def test_new_and_changed_ones_in_one_put_are_told_apart(store: Store) -> None:
    put(store, work("Same", source_id="1"), work("Old", source_id="2"))
    seq = store.records.last_write_seq()

    assert put(store, work("Same", source_id="1"), work("New", source_id="2"), work("Added", source_id="3")) == 2
    assert [msgspec.json.decode(row.body, type=Work).title for row in store.records.records_since(seq, "work")] == [
        "New",
        "Added",
    ]
    assert found(store, "same", "old", "new", "added") == [1, 0, 1, 1]
    sound(store)


def test_a_write_that_fails_in_the_middle_leaves_nothing(store: Store) -> None:
    put(store, work("Before", source_id="1"))
    broken = encode_record(work("Broken", source_id="3"))._replace(kind="painting")

    with pytest.raises(Exception, match="CHECK"):
        store.records.put_records([encode_record(work("Fine", source_id="2")), broken], fetched_at=NOW)
    assert store.records.count_by_source() == {("test", "work"): 1}
    assert found(store, "fine") == [0]
    sound(store)


def test_what_was_put_in_bulk_stays_when_it_is_stopped(store: Store) -> None:
    with suppress(KeyboardInterrupt), store.records.bulk_writes():
        put(store, work("Owls"))
        raise KeyboardInterrupt

    assert store.connection.execute("pragma wal_autocheckpoint").fetchone()[0] > 0
    assert found(store, "owls") == [1]


def test_indexing_again_does_nothing(store: Store) -> None:
    put(store, *POOL)

    assert [store.records.update_fulltext(), store.records.update_fulltext()] == [4, 0]
    put(store, work("Owls by day", source_id="1"), POOL[1])
    assert store.records.update_fulltext() == 1
    sound(store)


def test_rows_are_read_back_as_they_were(store: Store) -> None:
    byron = work("Owls", author("Ada Byron @ Owl Lab, DE", "orcid:0000"), source_id="1", url="https://owl.example")
    put(store, byron, POOL[4])

    ((id_, source, fetched_at, body),) = store.records.records_since(0, "work")
    assert (source, fetched_at) == ("test", NOW)
    assert msgspec.json.decode(body, type=Work) == store.records.get_records([id_], Work)[id_] == byron
    assert store.records.record_links([id_]) == {id_: ("test", "1", "https://owl.example")}
    assert found(store, "owls") == [1]
    assert store.text.bm25_scores("owls", (4.0, 1.0, 2.0))[0][0] == id_
