"""Exports, read back as other programs read them: nothing runs, nothing breaks, nobody hidden appears."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import bibtexparser
import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from finder import answers
from finder.answers.affiliation_rows import main_affiliation
from finder.errors import StoreError
from finder.outreach import export_dataset, export_detection, exports, identity_tracking, shortlist
from finder.outreach.export_cells import scrub_export_data
from finder.outreach.export_dataset import ExportDataset
from finder.outreach.exports import FORMATS
from finder.outreach.formats import tables
from finder.publication import resolve_and_publish
from finder.storage import Store
from finder.text.sanitize import clean_text, single_line
from tests.faces import FORMULA, HOSTILE, INTEREST, small
from tests.worlds import NOW, stored

DAY = date(2026, 11, 1)
LINKS = dict.fromkeys(("homepage", "orcid", "openalex", "dblp", "scholar", "openreview"))
WIDE = "\uff1d"  # some spreadsheets take it for an equals sign
NASTY = '=cmd|"/C calc"!A0\r\nBcc: x;y,"z"\n\tEND:VCALENDAR\\ {%}\u2028\x00'


def made(text: str, url: str | None = "https://a.example/?a=b&c") -> ExportDataset:
    """One of each, with this text wherever text goes."""
    work = {
        "work_id": "doi:10.1/x_1",
        "title": text,
        "date": "2025-06-01",
        "venue": text,
        "url": url,
        "type": None,
        "authors": [text, "Ada and Others"],
        "n_authors": 3,
        "by": [text],
        "position": "last",
    }
    posting = {
        "title": text,
        "kind": "phd",
        "url": url,
        "date_posted": None,
        "valid_through": "2026-12-24",
        "source": "x",
        "hiring_organization": text,
        "location": text,
    }
    entry = {
        "number": 7,
        "status": "sent",
        "interest": text,
        "notes": text,
        "follow_up": "2026-11-09",
        "starred": "2026-11-01",
        "last_contact": None,
        "history": [{"day": "2026-11-01", "what": "sent", "text": text}],
    }
    current = {
        "institution": text,
        "unit": None,
        "country": "DE",
        "since": "2020",
        "until": "2026-10",
        "old": False,
        "role": text,
        "kind": None,
    }
    person = {
        "author_id": "openalex:A1",
        "name": text,
        "band": None,
        "score": 0.5,
        "stage": "unknown",
        "stage_confidence": 0.0,
        "stage_ground": "",
        "why": text,
        "links": {**LINKS, "homepage": url},
        "matched": 1,
        "current": [current],
        "moved": {"from": text},
        "works": [work],
        "entry": entry,
        "openings": [posting],
        "recruiting": {"polarity": "recruiting", "quote": text, "date": None, "url": url},
    }
    return ExportDataset(*scrub_export_data([text, "2026-11-01", [person], [work], [posting]]))


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def unfolded(content: bytes) -> list[str]:
    assert all(len(part) <= 75 for part in content.split(b"\r\n"))
    text = content.decode()
    assert "\n" not in text.replace("\r\n", "")
    return re.sub("\r\n ", "", text).removesuffix("\r\n").split("\r\n")


def texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(texts, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(texts, value)) if value else set()
    return {value} if isinstance(value, str) else set()


def authors(field: str) -> list[str]:
    """The names of an author field: an "and" within braces parts none."""
    outer, depth = "", 0
    for sign in field:
        depth += (sign == "{") - (sign == "}")
        outer += "x" if depth else sign
    return outer.split(" and ")


@pytest.fixture
def faces(tmp_path: Path) -> Store:
    small(tmp_path)
    store = stored(tmp_path)
    for who in ("Ada Senior", "openalex:A5001", FORMULA, HOSTILE):
        identity_tracking.add_to_shortlist(store, who, INTEREST, NOW)
    return store


def exported(store: Store) -> ExportDataset:
    return export_dataset.dataset_from_shortlist(store, "My list", DAY, shortlist.load_shortlist(store, DAY))


def test_what_is_written_is_read_back(faces: Store) -> None:
    id_ = shortlist.find_shortlist_entry(faces, "Ada Senior").id
    faces.shortlist.set_status(id_, "sent", NOW)
    faces.shortlist.set_notes(id_, "kind, they say\nask Sam")
    faces.shortlist.set_follow_up(id_, date(2026, 11, 20))
    found = exported(faces)

    rows = rows_of(FORMATS["csv"].write(found))
    ada = next(row for row in rows if row["name"] == "Ada Senior")
    assert len(rows) == FORMATS["csv"].count(found) == 4
    assert (ada["status"], ada["notes"], ada["follow_up"], ada["last_contact"], ada["works_on_interest"]) == (
        "sent",
        "kind, they say\nask Sam",
        "2026-11-20",
        "2026-11-01",
        "7",
    )
    assert json.loads(FORMATS["json"].write(found)) == json.loads(json.dumps(found.to_json()))
    report = FORMATS["md"].write(found).decode()
    assert report.count("\n## ") == 4
    assert "not quality" in report
    (event,) = Calendar.from_ical(FORMATS["ics"].write(found)).events
    assert (event.start, event["SUMMARY"]) == (date(2026, 11, 20), "Follow up: Ada Senior")
    assert "kind, they say\nask Sam" in event["DESCRIPTION"]


def test_a_workbook_has_a_sheet_each_with_links_and_no_formula(faces: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(exported(faces))))
    assert book.sheetnames == ["People", "Works"]
    head, *people = book["People"].iter_rows(values_only=True)
    assert head[:2] == ("name", "status")
    assert {"Ada Senior", f"'{FORMULA}", HOSTILE} <= {row[0] for row in people}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert all(cell.hyperlink.target.startswith("http") for cell in cells if cell.hyperlink)
    assert book["People"].freeze_panes == "B2"


def test_days_are_dates_in_a_workbook_and_a_year_alone_is_a_text() -> None:
    work = {
        "work_id": "w:1",
        "title": "Bees",
        "date": "2026-11-03",
        "authors": [],
        "by": [],
        "venue": None,
        "url": None,
    }
    jobs = [
        {"title": "PhD", "date_posted": "2026-10-01", "valid_through": until} for until in ("2026-12", "1066-10-14")
    ]
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(ExportDataset("x", "2026-11-01", [], [work], jobs))))
    cells = {(sheet.title, cell.value, cell.is_date) for sheet in book for row in sheet.iter_rows() for cell in row}
    days = {
        ("Works", datetime.fromisoformat("2026-11-03"), True),
        ("Postings", datetime.fromisoformat("2026-10-01"), True),
    }
    assert days | {("Postings", "2026-12", False), ("Postings", "1066-10-14", False)} <= cells


def test_addresses_of_works_are_as_they_are() -> None:
    url = "https://a.example/x_y/~me/?a=1&b=%20#top"
    work = {
        "work_id": "doi:10.1/a_b%c",
        "title": "Bees_1",
        "date": "2026-11-03",
        "authors": ["Ada Vell"],
        "n_authors": 1,
        "by": [],
        "venue": None,
        "url": url,
        "type": "article",
    }
    (entry,) = bibtexparser.loads(
        FORMATS["bib"].write(ExportDataset("x", "2026-11-01", [], [work], [])).decode()
    ).entries
    assert (entry["url"], entry["doi"]) == (url, "10.1/a_b%c")
    assert entry["title"] == r"{Bees\_1}"


@pytest.mark.parametrize(
    ("stage", "posts", "place"),
    [
        ("established faculty", [("Acme AI", None, "company"), ("Uni A", "Professor", "education")], "Uni A"),
        ("established faculty", [("Acme AI", None, "company"), ("Uni A", None, "education")], "Uni A"),
        ("unknown", [("Acme AI", "Professor in residence", "company"), ("Uni A", "Professor", "education")], "Uni A"),
        ("industry researcher", [("Acme AI", None, "company"), ("Uni A", None, "education")], "Acme AI"),
        ("established faculty", [("Acme AI", None, "company")], "Acme AI"),
        ("unknown", [], None),
    ],
)
def test_the_place_of_a_professor_is_the_university(stage: str, posts: list[tuple[str, str, str]], place: str) -> None:
    current = [{"institution": name, "role": role, "kind": kind} for name, role, kind in posts]
    chosen = main_affiliation({"stage": stage, "current": current})
    assert (chosen and chosen["institution"]) == place


def test_works_are_cited_with_keys_that_stay(faces: Store) -> None:
    found = exported(faces)
    entries = bibtexparser.loads(FORMATS["bib"].write(found).decode()).entries
    assert len(entries) == len(found.works) == len({entry["ID"] for entry in entries})
    some = ExportDataset("x", found.as_of, [], found.works[:1], [])
    (alone,) = bibtexparser.loads(FORMATS["bib"].write(some).decode()).entries
    assert alone["ID"] in {entry["ID"] for entry in entries}


def test_whoever_is_hidden_is_in_no_file(faces: Store) -> None:
    faces.suppressions.add(answers.suppression_tokens(faces, "openalex:A5001"), NOW)
    resolve_and_publish(faces, NOW)
    found = exported(faces)
    for name, format_ in FORMATS.items():
        assert b"Newcomer" not in format_.write(found), name
    # a work of two of whom one is hidden does not name them
    works = export_dataset.dataset_from_rows(
        faces, "x", DAY, answers.find_advisors(faces, answers.Query(INTEREST, DAY, stages=("student",))).results
    )
    assert "Newcomer" not in FORMATS["bib"].write(works).decode()


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200))
@example(NASTY)
@example(f"\ud800\ufffe{WIDE}1+1")
@example(" =1+1")
@example("-")
@example("'")
@example("x" * 40_000)
def test_no_text_becomes_a_formula_or_breaks_a_sheet(text: str) -> None:
    found = made(text)
    for row in rows_of(FORMATS["csv"].write(found)):
        assert not [value for value in row.values() if value.startswith(("=", "+", "-", "@", "\t", "\r", WIDE))]
        assert row["notes"] in (clean_text(text).strip(), f"'{clean_text(text).strip()}")
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(found)))
    assert book.sheetnames == ["People", "Works", "Postings"]
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200))
@example(NASTY)
@example("é" * 200)
def test_no_text_breaks_a_calendar_or_a_card(text: str) -> None:
    found = made(text)
    content = FORMATS["ics"].write(found)
    lines = unfolded(content)
    assert [x for x in lines if x.startswith("END:")] == ["END:VEVENT", "END:VEVENT", "END:VCALENDAR"]
    events = Calendar.from_ical(content).events
    assert [event.start for event in events] == [date(2026, 11, 9), date(2026, 12, 24)]
    assert len({event["UID"] for event in events}) == 2
    assert events[0]["SUMMARY"] == f"Follow up: {clean_text(text)}".replace("\t", " ")
    card = unfolded(FORMATS["vcf"].write(found))
    assert (card[0], card[1], card[-1]) == ("BEGIN:VCARD", "VERSION:3.0", "END:VCARD")
    assert {re.split("[:;]", x)[0] for x in card} <= {
        "BEGIN",
        "VERSION",
        "UID",
        "FN",
        "N",
        "ORG",
        "TITLE",
        "URL",
        "END",
    }


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200).filter(lambda text: bool(single_line(text))))
@example("}\n@article{x,")
@example("and")
@example("a, b, c, d and {")
@example('"$^~_#%&\\')
def test_no_text_breaks_bibtex(text: str) -> None:
    content = FORMATS["bib"].write(made(text)).decode()
    (entry,) = bibtexparser.loads(content).entries
    assert content.count("{") == content.count("}")
    assert set(entry) == {"ENTRYTYPE", "ID", "title", "author", "year", "booktitle", "doi", "url"}
    assert entry["year"] == "2025"
    assert entry["ID"].isascii()
    assert len(authors(entry["author"])) == 3


@settings(max_examples=20, deadline=None)
@given(
    st.text(max_size=100),
    st.sampled_from(["javascript:alert(1)", "data:text/html,x", "file:///etc", "\nhttps://x", ""]),
)
def test_only_addresses_of_the_web_are_links(text: str, url: str) -> None:
    found = made(text, url)
    ok = url.strip().startswith("https")
    for people in (json.loads(FORMATS["json"].write(found))["people"],):
        assert (people[0]["links"]["homepage"] is not None) is ok
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(found)))
    assert any(c.hyperlink for sheet in book for row in sheet.iter_rows() for c in row) is ok
    assert ("](<" in FORMATS["md"].write(found).decode().replace("\\](<", "")) is ok
    assert any(x.startswith("URL:") for x in unfolded(FORMATS["vcf"].write(found))) is ok


def test_a_report_is_no_markup_but_its_own() -> None:
    report = FORMATS["md"].write(made("# x\n## y <b>z</b> [a](javascript:b)\n> c")).decode()
    assert report.count("\n## ") == 2
    assert not re.search(r"(?<!\\)<b", report)
    assert not re.search(r"(?<!\\)\]\(javascript", report)


def test_a_file_is_written_whole_and_not_over_another(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    one, two = (exports.FORMATS["csv"].write(made(name)) for name in ("one", "two"))
    exports.save_export(path, one)
    with pytest.raises(exports.UsageError, match="--force"):
        exports.save_export(path, two)
    exports.save_export(path, two, force=True)
    assert path.read_bytes() == two
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(StoreError, match="folder"):
        exports.save_export(tmp_path / "nowhere" / "a.csv", b"x")


@pytest.mark.parametrize(
    ("name", "as_", "suffix"), [("a.CSV", None, "csv"), ("a", "bibtex", "bib"), ("a.x", "md", "md")]
)
def test_the_suffix_says_the_format(name: str, as_: str | None, suffix: str) -> None:
    assert exports.export_format(Path(name), as_) == suffix
    with pytest.raises(exports.UsageError, match="say --as"):
        exports.export_format(Path("a.doc"))


def test_nobody_is_an_export_of_headings_alone() -> None:
    nobody = ExportDataset("x", "2026-11-01", [], [], [])
    assert rows_of(FORMATS["csv"].write(nobody)) == []
    assert [format_.count(nobody) for format_ in FORMATS.values()] == [0] * len(FORMATS)
    for format_ in FORMATS.values():
        format_.write(nobody)


@pytest.mark.parametrize(
    ("until", "days"), [("2026-12-24T23:59", 1), ("2026-02-30", 0), ("soon", 0), ("20261224", 0), (None, 0), ("", 0)]
)
def test_a_deadline_is_a_day_of_the_calendar(until: str | None, days: int) -> None:
    posting = {**made("x").postings[0], "valid_through": until}
    found = export_dataset.dataset_from_openings("Openings", DAY, [posting])
    assert FORMATS["ics"].count(found) == len(Calendar.from_ical(FORMATS["ics"].write(found)).events) == days
    (row,) = rows_of(FORMATS["csv"].write(found))
    assert row["title"] == "x"


@pytest.mark.parametrize(
    ("name", "in_bibtex", "in_card"),
    [
        ("Luc van Gool", "van Gool, Luc", "N:van Gool;Luc;;;"),
        ("Luc Van Gool", "Van Gool, Luc", "N:Van Gool;Luc;;;"),
        ("Juan de la Cruz", "de la Cruz, Juan", "N:de la Cruz;Juan;;;"),
        ("van Gool", "van Gool", "N:van Gool;;;;"),
        ("Ada Vell Jr.", "Vell, Jr., Ada", "N:Vell;Ada;;;Jr."),
        ("Ada B. Vell", "Ada B. Vell", "N:Vell;Ada B.;;;"),
        ("Ben Vell", "Ben Vell", "N:Vell;Ben;;;"),
        ("Nguyen Van Minh", "Nguyen Van Minh", "N:Minh;Nguyen Van;;;"),
    ],
)
def test_a_particle_stays_with_the_surname(name: str, in_bibtex: str, in_card: str) -> None:
    found = made(name)
    (entry,) = bibtexparser.loads(FORMATS["bib"].write(found).decode()).entries

    assert authors(entry["author"])[0] == in_bibtex
    assert in_card in unfolded(FORMATS["vcf"].write(found))


@pytest.mark.parametrize("separator", tables.SEPARATORS.values())
def test_a_table_may_be_separated_as_other_languages_want_it(separator: str, tmp_path: Path) -> None:
    content = tables.dataset_as_csv(made("a;b,c\td"), separator)
    (tmp_path / "list.csv").write_bytes(content)
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)

    assert (row["name"], row["status"]) == ("a;b,c\td", "sent")
    assert export_detection.is_export(tmp_path / "list.csv")
