"""Forgetting somebody: nothing of them is left in any byte of the data folder, and nothing of them comes back."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from worlds import NOW, author, put, stored, work

from finder import views
from finder.cli import main
from finder.errors import UsageError
from finder.imports import import_files
from finder.model import Affiliation, Authorship, Board, Person, Posting, Record, Statement
from finder.outreach import anchors
from finder.resolve.publish import publish
from finder.rights import forgetting, held
from finder.source import discover
from finder.store import Store, erasing, open_store
from finder.store.records import encode
from finder.views import identity
from tests.everything import found

LATER = "2026-11-08T00:00:00+00:00"
ORCID = "orcid:0000-0002-1825-0097"
PAGE = "https://zdenka-okrasa.example/~zo/"
WORDS = ("Okrása", "Okrasa", "zdenka-okrasa", "0000-0002-1825-0097", "A5077777777")
UNI, ELSEWHERE = "Universität Nirgendwo", "Sheet College"
TODAY = date(2026, 11, 8)


def zdenka(**more: object) -> Authorship:
    given: dict[str, object] = {
        "ids": (ORCID, "openalex:A5077777777"), "homepage": PAGE,
        "affiliations": (Affiliation(UNI, country="DE", raw=f"Lab of Ždenka Okrása, {UNI}"),), **more,
    }  # fmt: skip
    return Authorship("Ždenka Okrása", **given)  # type: ignore[arg-type]


def records(*, namesake: bool = False) -> list[Record]:
    """What the sources say: works with and without ids, alone and with others, a person record and a statement."""
    colleague = Authorship(
        "Ada Senior", affiliations=(Affiliation(UNI, country="DE", raw="with Zdenka Okrasa, Nirgendwo"),)
    )
    found: list[Record] = [
        work("Owls at night", colleague, zdenka(), source_id="w1", abstract="After OKRÁSA, ŽDENKA we listen."),
        work("Owls by day", author("Zdenka B. Okrasa @ Universität Nirgendwo, DE"), "Cleo Other", source_id="w2"),
        work("Owls alone", zdenka(ids=()), source_id="w3"),
        work("Owls without a place", zdenka(ids=(), affiliations=(), homepage=None), colleague, source_id="w4",
             ids=("doi:10.1/owls",), url=PAGE + "owls.pdf"),
        work("Wings", "Ada Senior @ Universität Nirgendwo, DE", source_id="w5", abstract="We thank Ždenka Okrása."),
        Person("test", "test:p1", "Ždenka Okrása", "2026-11-01", ("Z. Okrása", "Zdenka Okrasa"), (ORCID,),
               (Affiliation(UNI, country="DE"),), PAGE),
        Statement("test", "s1", "Ždenka Okrása", (f"homepage:{PAGE}",), "recruiting", "I recruit.", PAGE, "2026-11-01"),
    ]  # fmt: skip
    if namesake:
        found.append(
            work("Cells", author("Zdenka Okrasa @ Sheet College, US", "orcid:0000-0001-5109-3700"), source_id="n1")
        )
    return found


def collected(home: Path, *, namesake: bool = False) -> Store:
    """A published store with answers kept as they came, boards, a shortlist, judgements and files."""
    store = open_store(home)
    again(store)
    put(store, *records(namesake=namesake))
    store.replies.keep("test", "GET other", "https://a.example/other", 200, {}, b"nothing about them", NOW)
    entry, _ = anchors.star(store, ORCID, "owls", NOW)
    store.shortlist.note(entry, "Ždenka is kind")
    other, _ = anchors.star(store, "Cleo Other", "owls", NOW)
    store.shortlist.note(other, "knows zdenka okrasa well; call on Monday")
    identity.different(store, ORCID, "Cleo Other", NOW)
    run = store.runs.start("collect", "Ždenka Okrása owls", NOW)
    store.runs.end(run, "complete", NOW)
    store.runs.complete("test", [ORCID], NOW)
    publish(store, NOW)
    for folder in ("exports", "news", "logs", "backups"):
        (home / folder).mkdir()
        (home / folder / "other.txt").write_text("nobody in particular")
    (home / "exports" / "list.csv").write_text("name,place\nŽdenka Okrása,Nirgendwo\n", encoding="utf-8")
    (home / "exports" / "list.md.gz").write_bytes(gzip.compress(f"See {PAGE}".encode()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/sheet1.xml", "<c>Zdenka Okrasa</c>")
    (home / "exports" / "list.xlsx").write_bytes(packed.getvalue())
    (home / "news" / "feed.atom").write_text(f"<id>{ORCID}</id>")
    (home / "logs" / "finder.log").write_text("GET https://api.example/people/0000-0002-1825-0097")
    with sqlite3.connect(home / "backups" / "before-0007.sqlite") as db:
        store.connection.backup(db)
    db.close()
    return store


def again(store: Store, now: str = NOW) -> None:
    """The sources are asked once more, boards are swept once more."""
    bodies = (
        '{"name": "\\u017ddenka Okr\\u00e1sa"}',
        "<p>Mit Zdenka&nbsp;Okr&aacute;sa</p>",
        f'{{"orcid": "https://orcid.org/{ORCID[6:]}"}}',
        f'<a href="{PAGE}cv.pdf">cv</a>',
        '{"given": "Zdenka", "family": "Okrasa", "of": "read by the parser only"}',
    )
    for number, body in enumerate(bodies):
        id_ = store.replies.keep("test", f"GET {number}", f"https://a.example/{number}", 200, {}, body.encode(), now)
        store.records.put(map(encode, records()), fetched_at=now, reply=id_)
    board = Board("Nirgendwo", "lever", "nirgendwo")
    store.postings.register([board])
    text = "Work with Prof. Ždenka Okrása (see " + PAGE + ") on owls. Apply by mail."
    postings = [
        Posting("lever", "nirgendwo/1", "nirgendwo", "PhD in the group of Zdenka Okrasa", "https://b.example/1",
                description=text),
        Posting("lever", "nirgendwo/2", "nirgendwo", "PhD", "https://b.example/zdenka-okrasa-phd"),
    ]  # fmt: skip
    store.postings.sweep(board, postings, now, complete=True)
    publish(store, now)


def forgotten(store: Store) -> forgetting.Forgotten:
    return forgetting.forget(store, forgetting.known(store, ORCID, LATER), LATER)


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
    assert {*done.deleted} >= {"exports/list.csv", "exports/list.md.gz", "exports/list.xlsx", "news/feed.atom",
                               "logs/finder.log", "backups/before-0007.sqlite"}  # fmt: skip
    assert not any("other.txt" in path for path in done.deleted if not path.startswith("backups"))
    with open_store(home) as store:  # and nothing is damaged
        assert store.connection.execute("pragma integrity_check").fetchone() == ("ok",)
        store.connection.execute("insert into text (text) values ('integrity-check')")
        store.connection.execute("insert into posting_text (posting_text) values ('integrity-check')")


def test_what_others_did_stays(home: Path) -> None:
    with collected(home) as store:
        forgotten(store)
        snapshot = store.snapshots.current()
        titles = set(snapshot.table("works")["title"])
        (owls,) = [row for row in snapshot.table("works").to_dicts() if row["title"] == "Owls at night"]

        assert titles == {"Owls at night", "Owls by day", "Owls without a place", "Wings"}
        assert owls["n_authors"] == 2, "the others keep their places"
        assert views.person(store, "Ada Senior", TODAY)["works_count"] == 3
        assert [entry.notes for entry in store.shortlist.all()] == ["knows [removed] well; call on Monday"]
        assert store.judgements.all() == []
        assert store.replies.find("GET other") is not None
        (left,) = store.postings.open(TODAY)
        assert left.posting.title == "PhD in the group of [removed]"
        assert left.posting.description == "Work with Prof. [removed] (see [removed]) on owls. Apply by mail."
        assert store.records.fitting("owls")
        assert not store.records.fitting("okrasa")


def test_another_of_the_same_name_elsewhere_stays(home: Path) -> None:
    with collected(home, namesake=True) as store:
        known = forgetting.known(store, ORCID, LATER)
        assert len(known.namesakes) == 1
        forgetting.forget(store, known, LATER)
        again(store, LATER)
        store.records.put([encode(one) for one in records(namesake=True)], fetched_at=LATER)
        publish(store, LATER)

        card = views.person(store, "Zdenka Okrasa", TODAY)
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
        report = import_files(store, discover()["paperlists"], [file], now=LATER)
        publish(store, LATER)

        assert report.works == 1
        assert "Owls by ear" in set(store.snapshots.current().table("works")["title"])
        assert found(home, *WORDS) == []


def test_a_restored_copy_of_before_is_cleaned_by_the_list_that_is_carried_over(home: Path, tmp_path: Path) -> None:
    with collected(home) as store, collected(tmp_path / "copy") as copy:
        forgotten(store)
        copy.suppressions.add(["openalex:A1"], NOW)  # with a salt of its own
        copy.suppressions.carry(store.suppressions.carried())
        copy.connection.execute("pragma secure_delete = on")
        done = forgetting.again(copy, LATER)

        assert done.changed["records"] == 7
        assert copy.suppressions.among(["openalex:A1", ORCID]) == {"openalex:A1", ORCID}
        assert found(tmp_path / "copy", *WORDS) == []


def test_whoever_is_hidden_can_be_forgotten_by_an_id(home: Path) -> None:
    with collected(home) as store:
        store.suppressions.add(views.tokens_of(store, ORCID), NOW)
        publish(store, NOW)
        with pytest.raises(UsageError):
            forgetting.known(store, "Ždenka Okrása", LATER)
        forgotten(store)

        assert found(home, *WORDS) == []


def test_whoever_is_not_stored_is_kept_out_by_an_id(home: Path) -> None:
    with stored(home, work("Wings", "Ada Senior")) as store:
        forgotten(store)
        store.records.put(map(encode, [work("Owls", "Ada Senior", zdenka())]), fetched_at=LATER)
        snapshot = publish(store, LATER)

        assert set(snapshot.table("authors")["name"]) == {"Ada Senior"}
        assert found(home, *WORDS) == []


def test_the_only_person_of_a_store_can_be_forgotten(home: Path) -> None:
    with stored(home, work("Owls", zdenka())) as store:
        forgotten(store)
        assert found(home, *WORDS) == []
        assert store.snapshots.current().table("works").is_empty()


def test_taking_it_back_lets_them_be_stored_again(home: Path) -> None:
    with collected(home) as store:
        forgotten(store)
        assert store.suppressions.remove(ORCID)
        again(store, LATER)

        assert views.person(store, ORCID, TODAY)["name"] == "Ždenka Okrása"


def test_the_list_holds_no_names(home: Path) -> None:
    with collected(home) as store:
        forgotten(store)
        rows = store.connection.execute("select hash, person from suppression").fetchall()

        assert len(rows) > 10
        assert all(len(text) == 64 and set(text) <= set("0123456789abcdef") for row in rows for text in row)


@pytest.mark.parametrize("table", ["judgement", "run", "board"])
def test_a_place_that_comes_later_is_one_line(home: Path, table: str) -> None:
    clean: Callable[[Store], int] = {
        "judgement": lambda s: erasing.rows("judgement")(s, s.suppressions.erased() or ()),
        "run": lambda s: erasing.texts("run", "interest")(s, s.suppressions.erased() or ()),
        "board": lambda s: erasing.texts("board", "message")(s, s.suppressions.erased() or ()),
    }[table]
    with collected(home) as store:
        store.suppressions.add(forgetting.known(store, ORCID, LATER).tokens, LATER, erased=True)
        store.connection.execute("update board set message = 'Zdenka Okrasa moved'")
        assert clean(store) == 1
        assert clean(store) == 0


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    collected(home).close()
    monkeypatch.setenv("FINDER_HOME", str(home))
    return home


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    return int(exit_.value.code or 0)


def test_without_a_yes_nothing_is_done(cli: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = found(cli, *WORDS)

    assert run("forget", ORCID) == 2
    assert "4 works, 1 person records, 1 statements" in capsys.readouterr().err
    assert found(cli, *WORDS) == before


def test_forget_says_what_was_done_and_what_was_not_reached(cli: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cli / "my-notes.txt").write_text("Zdenka Okrasa")

    assert run("forget", "Ždenka Okrása", "--yes") == 0
    said = capsys.readouterr().err
    assert "replies: " in said
    assert "deleted: exports/list.csv" in said
    assert "my-notes.txt. Delete it yourself." in said
    assert "Not reached" in said
    (cli / "my-notes.txt").unlink()
    assert found(cli, *WORDS) == []


def test_about_tells_all_that_is_held(cli: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(cli) as store:
        told = held.about(store, ORCID, TODAY)

    assert told["held"] == len(told["records"]) == 6
    assert {(row["kind"], row["fetched_at"]) for row in told["records"]} == {
        (kind, NOW) for kind in ("work", "person", "statement")
    }
    assert told["shortlist"][0]["notes"] == "Ždenka is kind"
    assert told["judgements"][0]["verdict"] == "different"
    assert any(row["url"].startswith("https://a.example/") for row in told["answers"])
    assert all("Ada Senior" not in str(row) for row in told["records"]), "others are not told of"

    assert run("about", ORCID, "--out", str(tmp_path / "told.json")) == 0
    assert '"held": 6' in (tmp_path / "told.json").read_text()
    assert run("about", "Ždenka Okrása") == 0
    assert "Records (6)" in capsys.readouterr().out
    assert run("forget", ORCID, "--yes") == 0
    assert run("about", ORCID) == 0
    said = capsys.readouterr().out
    assert "Nothing is held on them." in said
    assert "They are forgotten" in said
    assert run("about", "Nobody Atall") == 0
    assert "Nothing is held on them." in capsys.readouterr().out
