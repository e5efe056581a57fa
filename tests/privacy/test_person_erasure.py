"""Forgetting somebody: nothing of them is left in any byte of the data folder, and nothing of them comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from somebody import LATER, ORCID, TODAY, WORDS, again, collected, records, zdenka
from worlds import NOW, stored, work

from finder import answers
from finder.errors import StoreError, UsageError
from finder.ingest.file_import import import_files
from finder.privacy import person_erasure
from finder.publication import resolve_and_publish
from finder.source import discover_sources
from finder.storage import Store, erasure, open_store
from finder.storage.records import encode_record
from tests.everything import found


def forgotten(store: Store) -> person_erasure.ErasureReport:
    return person_erasure.erase_person(store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_no_byte_is_left_and_none_comes_back(home: Path) -> None:
    with collected(home) as store:
        assert found(home, *WORDS), "the search would find them"
        done = forgotten(store)
        assert found(home, *WORDS) == []

        again(store, LATER)
        store.connection.execute("pragma wal_checkpoint(truncate)")
        assert found(home, *WORDS) == []

    assert found(home, *WORDS) == []
    assert {*done.deleted} >= {
        "exports/list.csv",
        "exports/list.md.gz",
        "exports/list.xlsx",
        "news/feed.atom",
        "logs/finder.log",
        "backups/before-0007.sqlite",
    }
    assert not any("other.txt" in path for path in done.deleted if not path.startswith("backups"))
    with open_store(home) as store:  # and nothing is damaged
        assert store.connection.execute("pragma integrity_check").fetchone() == ("ok",)
        store.connection.execute("insert into text (text) values ('integrity-check')")
        store.connection.execute("insert into posting_text (posting_text) values ('integrity-check')")


def test_what_others_did_stays(home: Path) -> None:
    with collected(home) as store:
        forgotten(store)
        snapshot = store.snapshots.current_snapshot()
        titles = set(snapshot.load_table("works")["title"])
        (owls,) = [row for row in snapshot.load_table("works").to_dicts() if row["title"] == "Owls at night"]

        assert titles == {"Owls at night", "Owls by day", "Owls without a place", "Wings"}
        assert owls["n_authors"] == 2, "the others keep their places"
        assert answers.person_profile(store, "Ada Senior", TODAY)["works_count"] == 3
        assert [entry.notes for entry in store.shortlist.list_entries()] == ["knows [removed] well; call on Monday"]
        assert store.judgements.list_judgements() == []
        assert store.replies.load_response("GET other") is not None
        (left,) = store.postings.list_open_postings(TODAY)
        assert left.posting.title == "PhD in the group of [removed]"
        assert left.posting.description == "Work with Prof. [removed] (see [removed]) on owls. Apply by mail."
        assert store.text.match_id_string("owls")
        assert not store.text.match_id_string("okrasa")


def test_another_of_the_same_name_elsewhere_stays(home: Path) -> None:
    with collected(home, namesake=True) as store:
        known = person_erasure.find_erasure_target(store, ORCID, LATER)
        assert len(known.namesakes) == 1
        person_erasure.erase_person(store, known, LATER)
        again(store, LATER)
        store.records.put([encode_record(one) for one in records(namesake=True)], fetched_at=LATER)
        resolve_and_publish(store, LATER)

        card = answers.person_profile(store, "Zdenka Okrasa", TODAY)
        assert card["ids"] == ["orcid:0000-0001-5109-3700"]
        assert [row["title"] for row in card["works"]] == ["Cells"]
        assert found(home, ORCID[6:], "A5077777777", "zdenka-okrasa.example") == []


def test_what_is_imported_from_files_leaves_them_out(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "toy2025.json"
    file.write_text(
        '[{"title": "Owls by ear", "author": "Zdenka Okrasa;Cleo Other", "aff": "Universität Nirgendwo;Lab", "id": "x",'
        ' "status": "Poster", "track": "main"}]',
        encoding="utf-8",
    )
    with collected(home) as store:
        forgotten(store)
        report = import_files(store, discover_sources()["paperlists"], [file], now=LATER)
        resolve_and_publish(store, LATER)

        assert report.works == 1
        assert "Owls by ear" in set(store.snapshots.current_snapshot().load_table("works")["title"])
        assert found(home, *WORDS) == []


def test_a_restored_copy_of_before_is_cleaned_by_the_list_that_is_carried_over(home: Path, tmp_path: Path) -> None:
    with collected(home) as store, collected(tmp_path / "copy") as copy:
        forgotten(store)
        copy.suppressions.add(["openalex:A1"], NOW)  # with a salt of its own
        copy.suppressions.merge_suppressions(store.suppressions.export_suppressions())
        copy.connection.execute("pragma secure_delete = on")
        done = person_erasure.reapply_erasures(copy, LATER)

        assert done.changed["records"] == 9
        assert copy.suppressions.which_suppressed(["openalex:A1", ORCID]) == {"openalex:A1", ORCID}
        assert found(tmp_path / "copy", *WORDS) == []


def test_whoever_is_hidden_can_be_forgotten_by_an_id(home: Path) -> None:
    with collected(home) as store:
        store.suppressions.add(answers.suppression_tokens(store, ORCID), NOW)
        resolve_and_publish(store, NOW)
        with pytest.raises(UsageError):
            person_erasure.find_erasure_target(store, "Ždenka Okrása", LATER)
        forgotten(store)

        assert found(home, *WORDS) == []


def test_whoever_is_not_stored_is_kept_out_by_an_id(home: Path) -> None:
    with stored(home, work("Wings", "Ada Senior")) as store:
        forgotten(store)
        store.records.put(map(encode_record, [work("Owls", "Ada Senior", zdenka())]), fetched_at=LATER)
        snapshot = resolve_and_publish(store, LATER)

        assert set(snapshot.load_table("authors")["name"]) == {"Ada Senior"}
        assert found(home, *WORDS) == []


def test_the_only_person_of_a_store_can_be_forgotten(home: Path) -> None:
    with stored(home, work("Owls", zdenka())) as store:
        forgotten(store)
        assert found(home, *WORDS) == []
        assert store.snapshots.current_snapshot().load_table("works").is_empty()


def test_taking_it_back_lets_them_be_stored_again(home: Path) -> None:
    with collected(home) as store:
        forgotten(store)
        assert store.suppressions.remove(ORCID)
        again(store, LATER)

        assert answers.person_profile(store, ORCID, TODAY)["name"] == "Ždenka Okrása"


def test_the_list_holds_no_names(home: Path) -> None:
    with collected(home) as store:
        forgotten(store)
        rows = store.connection.execute("select hash, person from suppression").fetchall()

        assert len(rows) > 10
        assert all(len(text) == 64 and set(text) <= set("0123456789abcdef") for row in rows for text in row)


@pytest.mark.parametrize("table", ["judgement", "run", "board"])
def test_a_place_that_comes_later_is_one_line(home: Path, table: str) -> None:
    clean: Callable[[Store], int] = {
        "judgement": lambda s: erasure.row_eraser("judgement")(s, s.suppressions.erasure_list() or ()),
        "run": lambda s: erasure.text_eraser("run", "interest")(s, s.suppressions.erasure_list() or ()),
        "board": lambda s: erasure.text_eraser("board", "message")(s, s.suppressions.erasure_list() or ()),
    }[table]
    with collected(home) as store:
        store.suppressions.add(person_erasure.find_erasure_target(store, ORCID, LATER).tokens, LATER, erased=True)
        store.connection.execute("update board set message = 'Zdenka Okrasa moved'")
        assert clean(store) == 1
        assert clean(store) == 0


@pytest.mark.parametrize(
    "step",
    [
        (erasure, "run_erasers"),
        (person_erasure, "publication"),
        (erasure, "compact_database"),
        (erasure, "erase_from_files"),
    ],
)
def test_forgetting_that_breaks_off_says_that_it_is_half_done_and_what_to_run(
    home: Path, step: tuple[object, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with collected(home) as store:
        with monkeypatch.context() as broken:
            broken.setattr(*step, SimpleNamespace(publish=full) if step[1] == "publication" else full)
            with pytest.raises(
                StoreError, match=r"Half done.* is listed .*disk is full\. Free .* run: finder forget \S+ --yes"
            ):
                forgotten(store)
        assert store.suppressions.which_suppressed([ORCID]) == {ORCID}
        person_erasure.reapply_erasures(store, LATER)
        assert found(home, *WORDS) == []


def test_forgetting_that_cannot_begin_says_that_nothing_was_deleted(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with collected(home) as store:
        monkeypatch.setattr(store.suppressions, "add", full)
        with pytest.raises(StoreError, match="Nothing was deleted: database or disk is full"):
            forgotten(store)
        assert found(home, *WORDS)
