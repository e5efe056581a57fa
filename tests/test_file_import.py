"""Files from disk into the store: all of them, again, in part, and when one of them is broken."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from shared import SHARED, needs_shared

from finder.errors import UsageError
from finder.ingest import file_import
from finder.ingest.import_report import ImportReport
from finder.model import Affiliation, Authorship, Person, Rejected, Work
from finder.source import Parsed, Source
from finder.sources import csrankings, paperlists
from finder.storage import Store
from finder.storage.records import encode_record

NOW = "2026-11-22T10:00:00+00:00"


def paper(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"p{number}", "title": f"Learning {number}", "author": "Ada Byron;Wei Li", "keywords": "a;b", **more}


def write(file: Path, records: list[dict[str, Any]]) -> Path:
    data = json.dumps(records).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)
    return file


def take(store: Store, *paths: Path, source: Source = paperlists.SOURCE, **more: Any) -> ImportReport:
    report = file_import.import_files(store, source, paths, now=NOW, **more)
    store.records.update_fulltext()
    return report


def words(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    schema = "main" if table == "text" else "temp"
    db.execute(f"create virtual table temp.{table}_words using fts5vocab({schema}, {table}, instance)")
    found = db.execute(f"select term, doc, col, offset from temp.{table}_words order by 1, 2, 3, 4").fetchall()
    db.execute(f"drop table temp.{table}_words")
    return found


def assert_the_full_text_fits(store: Store) -> None:
    """It is what indexing all works anew would give."""
    store.records.update_fulltext()
    db = store.connection
    db.execute("insert into text (text) values ('integrity-check')")
    db.execute("create virtual table temp.anew using fts5 (title, abstract, keywords, tokenize = 'porter unicode61')")
    db.execute(
        "insert into temp.anew (rowid, title, abstract, keywords) select id, title, abstract, keywords from work_text"
    )
    assert words(db, "text") == words(db, "anew")
    db.execute("drop table temp.anew")


def test_folders_files_and_patterns_are_taken_in(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "papers" / "icml2023.json.gz", [paper(1), paper(2)])
    write(tmp_path / "papers" / "deep" / "icml2024.json", [paper(1)])
    write(tmp_path / "nips2024.json", [paper(1)])
    (tmp_path / "papers" / "README.md").write_text("not data")
    told: list[tuple[int, int, str]] = []

    report = take(store, tmp_path / "papers", tmp_path / "nips*.json", on_progress=lambda *step: told.append(step))

    assert (report.files, report.works, report.authorships, report.unchanged) == (3, 4, 8, 0)
    assert sorted(told) == [(1, 3, "icml2024.json"), (2, 3, "icml2023.json.gz"), (3, 3, "nips2024.json")]
    assert report.to_sentences()[0].startswith("3 files in ")
    assert len(store.text.bm25_scores("learning", (1, 1, 1))) == 4


def test_importing_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path / "icml2023.json", [paper(1), paper(2)])
    take(store, file)
    before, seq = list(store.connection.execute("select * from record")), store.records.last_write_seq()

    report = take(store, file, file)

    assert (report.works, report.unchanged) == (2, 2)
    assert list(store.connection.execute("select * from record")) == before
    assert store.records.last_write_seq() == seq
    assert_the_full_text_fits(store)


def test_files_that_were_taken_in_just_so_are_not_read_again(store: Store, tmp_path: Path) -> None:
    one = write(tmp_path / "icml2025.json", [paper(1)])
    write(tmp_path / "icml2024.json.gz", [paper(2)])
    assert take(store, tmp_path, again=False).before == 0
    known = take(store, tmp_path, again=False)
    assert (known.before, known.files) == (2, 0)
    assert known.to_sentences() == ["2 files were taken in before, just so; to read them again: --again"]
    assert take(store, tmp_path).files == 2
    write(tmp_path / "icml2023.json", [paper(3)])
    write(one, [paper(1, title="Learning anew")])
    some = take(store, tmp_path, again=False)
    assert (some.before, some.files, some.works) == (1, 2, 2)


@pytest.mark.parametrize("what", ["deleted", "replaced", "hidden", "long ago"])
def test_files_are_read_again_where_the_store_may_not_be_what_they_left(
    what: str, store: Store, tmp_path: Path
) -> None:
    first = write(tmp_path / "a" / "icml2025.json", [paper(1), paper(2)])
    take(store, first, again=False)
    now = NOW
    if what == "deleted":
        store.records.rewrite_records(lambda _, row: None if b"Learning 1" in row.body else row)
    if what == "replaced":  # by another file of the same venue, under another name
        take(store, write(tmp_path / "b" / "icml2025.json.gz", [paper(1, title="Another")]), again=False)
    if what == "hidden":
        store.suppressions.add(["orcid:0000-0002-1825-0097"], NOW)
    if what == "long ago":
        now = "2026-12-22T10:00:00+00:00"
    report = file_import.import_files(store, paperlists.SOURCE, [first], now=now, again=False)
    assert (report.before, report.files) == (0, 1)
    titles = {json.loads(row.body)["title"] for row in store.records.records_since(0, "work")}
    assert titles == {"Learning 1", "Learning 2"}


def test_a_file_that_could_not_be_read_is_tried_again(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "icml2025.json"
    file.write_text("[", encoding="utf-8")
    for _ in range(2):
        assert take(store, file, again=False).failed


def test_a_changed_record_is_replaced_and_its_old_words_are_forgotten(store: Store, tmp_path: Path) -> None:
    take(store, write(tmp_path / "icml2023.json", [paper(1, abstract="old words"), paper(2)]))

    report = take(store, write(tmp_path / "icml2023.json", [paper(1, abstract="new ones"), paper(2), paper(3)]))

    assert report.unchanged == 1
    assert store.text.bm25_scores("old", (1, 1, 1)) == []
    assert len(store.text.bm25_scores("ones", (1, 1, 1))) == 1
    assert_the_full_text_fits(store)


def test_a_partial_record_never_replaces_a_complete_one(store: Store) -> None:
    whole, part = (
        encode_record(Work("paperlists", "x", title, "2023", (Authorship("A B"),))) for title in ("Whole", "Part")
    )

    assert store.records.put_records([part], fetched_at=NOW, complete=False) == 1
    assert store.records.put_records([part, whole, whole], fetched_at=NOW) == 1
    assert store.records.put_records([part], fetched_at=NOW, complete=False) == 0
    store.records.update_fulltext()
    assert len(store.text.bm25_scores("whole", (1, 1, 1))) == 1
    assert_the_full_text_fits(store)


def test_a_broken_file_is_told_and_the_others_go_on(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "icml2023.json", [paper(1), paper(1)])
    (tmp_path / "icml2024.json").write_text("[{")
    (tmp_path / "notes.json").write_text("[]")

    report = take(store, tmp_path)

    assert (report.files, report.works, report.reasons) == (1, 1, {"duplicate": 1})
    assert report.rejected == (Rejected("paperlists", "icml2023 record 2", "duplicate of icml2023/p1"),)
    assert len(report.failed) == 2
    assert all("download it again" in told or "rename" in told for told in report.failed)


def test_what_lies_beside_the_papers_is_skipped_and_a_byte_order_mark_is_no_fault(store: Store, tmp_path: Path) -> None:
    (tmp_path / "icml2023.json").write_bytes(b"\xef\xbb\xbf" + json.dumps([paper(1)]).encode())
    (tmp_path / "icml2024.json").write_text(json.dumps([paper(2)]), encoding="utf-16")
    (tmp_path / "croissant.json").write_text('{"@context": {}, "@type": "sc:Dataset"}')
    (tmp_path / "papers.json").write_text(json.dumps([paper(3)]))

    report = take(store, tmp_path)

    assert (report.files, report.works, report.skipped) == (2, 2, ("croissant.json",))
    assert "rename it" in report.failed[0]


@pytest.mark.parametrize("path", ["nowhere", "nowhere/*.json", "empty"])
def test_a_path_that_leads_nowhere_is_said_with_a_remedy(store: Store, tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(UsageError, match="Give the files to import, or the folder"):
        take(store, tmp_path / path)


def test_a_source_without_files_says_what_to_do(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="finder collect"):
        take(store, tmp_path, source=Source(card=paperlists.CARD, parse=paperlists.parse))


def test_tables_are_read_together_and_people_hold_for_the_day_of_the_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "csrankings.csv").write_text(
        "name,affiliation,homepage,scholarid\nAda Byron,Imperial College London,https://a.org,NOSCHOLARPAGE\n"
    )
    (tmp_path / "country-info.csv").write_text("institution,region,countryabbrv\nImperial College London,europe,uk\n")

    report = take(store, tmp_path, source=csrankings.SOURCE)
    (row,) = store.records.records_since(0, "person")
    person = store.records.get_records([row.id], Person)[row.id]

    assert (report.files, report.people, report.institutions) == (2, 1, 1)
    assert person.affiliations == (Affiliation("Imperial College London", country="GB", role="Faculty", stated=True),)
    assert person.seen == NOW[:10]


def interrupted(name: str, data: bytes) -> Iterator[Parsed]:
    if name == "icml2024.json":
        raise KeyboardInterrupt
    return paperlists.read_file(name, data)


def test_stopping_keeps_the_files_that_were_finished(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "icml2023.json", [paper(1)])
    write(tmp_path / "icml2024.json", [paper(2)])

    with pytest.raises(KeyboardInterrupt):
        take(store, tmp_path, source=Source(card=paperlists.CARD, parse=paperlists.parse, read_file=interrupted))

    assert store.records.count_by_source() == {("paperlists", "work"): 1}
    assert_the_full_text_fits(store)


def test_a_helper_process_reads_the_same(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for year in range(2018, 2026):
        write(tmp_path / f"icml{year}.json", [paper(i) for i in range(200)])
    (tmp_path / "icml2026.json").write_text("[{")
    monkeypatch.setattr(file_import, "SMALL", 0)
    monkeypatch.setattr(file_import, "BATCH", 500)
    monkeypatch.setattr(file_import, "_claim_next_unit", lambda claims, count: None)  # leaves all to the helper

    report = take(store, tmp_path)

    assert (report.files, report.works, report.authorships, len(report.failed)) == (8, 1600, 3200, 1)
    assert take(store, tmp_path).unchanged == 1600
    assert_the_full_text_fits(store)


def test_what_a_dead_helper_leaves_undone_is_read_here(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = [(write(tmp_path / f"icml{year}.json", [paper(1)]),) for year in range(2018, 2022)]
    monkeypatch.setattr(
        file_import, "_claim_next_unit", lambda claims, count: None
    )  # all were claimed by somebody who is gone

    class Gone:
        def is_alive(self) -> bool:
            return False

        def empty(self) -> bool:
            return True

        def get(self, timeout: float) -> None:
            raise Empty

    writer = file_import._BatchWriter(store, NOW)
    held = list(
        file_import._drain_results(
            file_import._FileReader(paperlists.read_file), units, NOW, writer, None, Gone(), Gone()
        )
    )

    assert sorted(h.name for _, h in held) == [f"icml{year}.json" for year in range(2018, 2022)]


@needs_shared
def test_real_files_of_every_kind_are_taken_in_whole(store: Store) -> None:
    names = ("iclr2018", "icra2018", "corl2022", "acl2022", "siggraph2025", "www2024")
    files = [SHARED / "paperlists" / f"{name}.json.gz" for name in names]
    published = sum(len(json.loads(gzip.decompress(file.read_bytes()))) for file in files)

    report = take(store, *files)

    assert report.files == len(files)
    assert report.works + sum(report.reasons.values()) == published
    assert report.reasons == {"duplicate": 305, "no authors": 19}
    assert report.authorships > 3.5 * report.works
    assert_the_full_text_fits(store)
