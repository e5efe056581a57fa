"""Somebody who is in every place of a data folder, for the tests of forgetting."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from datetime import date
from pathlib import Path

from finder.answers import corrections
from finder.model import Affiliation, Authorship, Board, Grant, Investigator, Person, Posting, Record, Statement
from finder.outreach import identity_tracking
from finder.publication import resolve_and_publish
from finder.storage import Store, open_store
from finder.storage.records import encode_record
from tests.worlds import NOW, author, put, work

LATER = "2026-11-08T00:00:00+00:00"
ORCID = "orcid:0000-0002-1825-0097"
PAGE = "https://zdenka-okrasa.example/~zo/"
WORDS = ("Okrása", "Okrasa", "zdenka-okrasa", "0000-0002-1825-0097", "A5077777777")
UNI, ELSEWHERE = "Universität Nirgendwo", "Sheet College"
TODAY = date(2026, 11, 8)


def zdenka(**more: object) -> Authorship:
    given: dict[str, object] = {
        "ids": (ORCID, "openalex:A5077777777"),
        "homepage": PAGE,
        "affiliations": (Affiliation(UNI, country="DE", raw=f"Lab of Ždenka Okrása, {UNI}"),),
        **more,
    }
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
        work(
            "Owls without a place",
            zdenka(ids=(), affiliations=(), homepage=None),
            colleague,
            source_id="w4",
            ids=("doi:10.1/owls",),
            url=PAGE + "owls.pdf",
        ),
        work("Wings", "Ada Senior @ Universität Nirgendwo, DE", source_id="w5", abstract="We thank Ždenka Okrása."),
        Person(
            "test",
            "test:p1",
            "Ždenka Okrása",
            "2026-11-01",
            ("Z. Okrása", "Zdenka Okrasa"),
            (ORCID,),
            (Affiliation(UNI, country="DE"),),
            PAGE,
        ),
        Statement("test", "s1", "Ždenka Okrása", (f"homepage:{PAGE}",), "recruiting", "I recruit.", PAGE, "2026-11-01"),
        Grant(
            "test",
            "g1",
            "Owls, with Zdenka Okrasa",
            "Funds",
            (Investigator("Ždenka Okrása", (ORCID,)), Investigator("Ada Senior")),
            start="2025",
            end="2028",
            institution=Affiliation(UNI, country="DE"),
        ),
        Grant(
            "test",
            "g2",
            "Owls to come",
            "Funds",
            (Investigator("Okrasa, Ždenka"),),
            start="2026-01",
            end="2029-01",
            institution=Affiliation(UNI, country="DE"),
            url=PAGE + "grant",
        ),
    ]
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
    store.replies.upsert_response("test", "GET other", "https://a.example/other", 200, {}, b"nothing about them", NOW)
    entry, _ = identity_tracking.add_to_shortlist(store, ORCID, "owls", NOW)
    store.shortlist.set_notes(entry, "Ždenka is kind")
    other, _ = identity_tracking.add_to_shortlist(store, "Cleo Other", "owls", NOW)
    store.shortlist.set_notes(other, "knows zdenka okrasa well; call on Monday")
    corrections.judge_different_people(store, ORCID, "Cleo Other", NOW)
    run = store.runs.start_run("collect", "Ždenka Okrása owls", NOW)
    store.runs.end_run(run, "complete", NOW)
    store.runs.mark_ids_complete("test", [ORCID], NOW)
    resolve_and_publish(store, NOW)
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
        id_ = store.replies.upsert_response(
            "test", f"GET {number}", f"https://a.example/{number}", 200, {}, body.encode(), now
        )
        store.records.put_records(map(encode_record, records()), fetched_at=now, reply=id_)
    board = Board("Nirgendwo", "lever", "nirgendwo")
    store.postings.register_boards([board])
    text = "Work with Prof. Ždenka Okrása (see " + PAGE + ") on owls. Apply by mail."
    postings = [
        Posting(
            "lever",
            "nirgendwo/1",
            "nirgendwo",
            "PhD in the group of Zdenka Okrasa",
            "https://b.example/1",
            description=text,
        ),
        Posting("lever", "nirgendwo/2", "nirgendwo", "PhD", "https://b.example/zdenka-okrasa-phd"),
    ]
    store.postings.record_crawl(board, postings, now, complete=True)
    resolve_and_publish(store, now)
