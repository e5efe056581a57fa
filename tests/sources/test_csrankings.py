"""CSRankings' tables, alone and together, as they were and as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from serving import Door, Request, answer, run, serving
from shared import SHARED, needs_shared

from finder.errors import UnexpectedFormat
from finder.ingest.file_import import import_files
from finder.model import Affiliation, Institution, Person, Rejected
from finder.source import FetchRequest, InputFile, Parsed, Response
from finder.sources import csrankings
from finder.storage import Store

COUNTRIES = """institution,region,countryabbrv
RWTH Aachen University,europe,de
Imperial College London,europe,uk
Atlantis University,europe,
"""
INSTITUTIONS = """institution,region,countryabbrv,homepage
RWTH Aachen University,europe,de,https://rwth.example/
Imperial College London,europe,uk,
Carnegie Mellon University,us,us,https://cmu.example/
"""
PEOPLE = """name,affiliation,homepage,scholarid
Wei Wang 0001,Carnegie Mellon University,https://w.org/,abcdefgAAAAJ
Ada Byron [INF],Imperial College London, https://ada.org ,NOSCHOLARPAGE
Jörg Möller,RWTH Aachen,moeller.de,short
"""
NEWER = """name,affiliation,homepage,scholarid,orcid
Wei Wang 0001,Carnegie Mellon University,https://w.org/,abcdefgAAAAJ,0000-0002-1825-0097
Ada Byron [INF],Imperial College London,https://ada.org,NOSCHOLARPAGE,0000-0000-0000-0000
Jörg Möller,RWTH Aachen,https://moeller.de/,NOSCHOLARPAGE
Zoë Quist,Atlantis University,https://q.example/,NOSCHOLARPAGE,
""".replace("\n", "\r\n")
ASK = FetchRequest("", date(2025, 1, 1), date(2026, 1, 1), date(2026, 1, 1))


def read(*texts: str) -> list[Parsed]:
    files = [InputFile(f"table{number}.csv", text.encode()) for number, text in enumerate(texts)]
    return list(csrankings.read_files(files, seen="2026-01-02"))


def people(found: list[Parsed]) -> list[Person]:
    return [one for one in found if isinstance(one, Person)]


def test_people_keep_their_dblp_number_in_the_id_only() -> None:
    wei, ada, joerg = read(PEOPLE)

    assert wei == Person(
        "csrankings",
        "Wei Wang 0001",
        "Wei Wang",
        "2026-01-02",
        ids=("scholar:abcdefgAAAAJ",),
        homepage="https://w.org/",
        affiliations=(Affiliation("Carnegie Mellon University", role="Faculty", stated=True),),
    )
    assert isinstance(ada, Person)
    assert (ada.source_id, ada.name, ada.ids, ada.homepage) == ("Ada Byron [INF]", "Ada Byron", (), "https://ada.org")
    assert isinstance(joerg, Person)
    assert (joerg.ids, joerg.homepage) == ((), None)


def test_institutions_carry_iso_codes_and_homepages() -> None:
    assert [(i.name, i.country) for i in read(COUNTRIES) if isinstance(i, Institution)] == [
        ("RWTH Aachen University", "DE"),
        ("Imperial College London", "GB"),
        ("Atlantis University", None),
    ]
    assert [i.homepage for i in read(INSTITUTIONS) if isinstance(i, Institution)] == [
        "https://rwth.example/",
        None,
        "https://cmu.example/",
    ]


def test_beside_a_list_without_the_usa_whoever_is_not_listed_is_there() -> None:
    assert [person.affiliations[0].country for person in people(read(PEOPLE, COUNTRIES))] == ["US", "GB", "DE"]


def test_beside_a_list_of_all_whoever_is_not_listed_is_nowhere_known() -> None:
    found = people(read(NEWER, INSTITUTIONS))

    assert [person.affiliations[0].country for person in found] == ["US", "GB", "DE", None]


def test_orcids_are_taken_and_their_placeholder_is_none() -> None:
    wei, ada, joerg, zoe = people(read(NEWER))

    assert wei.ids == ("scholar:abcdefgAAAAJ", "orcid:0000-0002-1825-0097")
    assert (ada.ids, joerg.ids, zoe.ids) == ((), (), ())


@pytest.mark.parametrize(
    ("columns", "encoding"),
    [
        ("name;affiliation;homepage;scholarid", "utf-8-sig"),
        ("scholarid,name,rank,homepage,affiliation", "utf-8"),
        ("name\taffiliation\thomepage\tscholarid", "utf-16"),
        ("NAME; Affiliation ;homepage;scholarid;", "cp1252"),
        ('sep=;\r\n"name";"affiliation";"homepage";"scholarid"', "cp1252"),
    ],
)
def test_columns_are_found_by_name_whatever_separates_them(columns: str, encoding: str) -> None:
    separator = next(mark for mark in "\t;," if mark in columns)
    row = {"name": "Jörg Möller", "affiliation": "TU Größe", "homepage": "https://m.example/", "scholarid": "-"}
    names = [name.strip(' "').lower() for name in columns.splitlines()[-1].split(separator)]
    table = columns + "\r\n" + separator.join(row.get(name, "") for name in names) + "\r\n"

    (person,) = csrankings.read_file("german.csv", table.encode(encoding))

    assert isinstance(person, Person)
    assert (person.name, person.affiliations[0].institution) == ("Jörg Möller", "TU Größe")
    assert person.homepage == "https://m.example/"


def test_malformed_rows_are_told_and_the_others_go_on() -> None:
    results = read(
        PEOPLE + "Too,Few\n,Uni,https://x.org,NOSCHOLARPAGE\nGrace Hopper,Yale,https://g.org,NOSCHOLARPAGE\n"
        "Ann Commas, Inc,Yale,https://g.org,NOSCHOLARPAGE\nGrace Hopper,Oslo,https://g.org,NOSCHOLARPAGE\n"
    )

    assert [type(result) for result in results[3:]] == [Rejected, Rejected, Person, Rejected, Rejected]
    assert results[3] == Rejected("csrankings", "table0.csv row 5", "not a row of name,affiliation,homepage,scholarid")
    assert results[-1] == Rejected("csrankings", "table0.csv row 9", "duplicate of Grace Hopper")


@pytest.mark.parametrize("text", ["", "<html>", "name;affiliation\n", "a,b,c\nx,y,z\n", 'name,affiliation\n"x\0'])
def test_other_tables_are_refused_by_their_name(text: str) -> None:
    with pytest.raises(UnexpectedFormat, match=r"table1\.csv"):
        read(PEOPLE, text)


def test_a_fetched_table_holds_for_the_day_it_was_fetched() -> None:
    url = "https://raw.githubusercontent.com/emeryberger/CSrankings/gh-pages/csrankings.csv"
    (person, *_) = csrankings.parse(Response("csrankings", url, 200, PEOPLE.encode(), "2026-03-04T05:06:07+00:00"))

    assert isinstance(person, Person)
    assert person.seen == "2026-03-04"


CHECKOUTS = {
    "of 2024": {"csrankings.csv": PEOPLE, "country-info.csv": COUNTRIES},
    "of 2026": {
        "csrankings.csv": NEWER + "Zoë Quist,Elsewhere,https://q.example/,NOSCHOLARPAGE,\r\n",
        "csrankings-a.csv": NEWER,
        "csrankings-b.csv": NEWER.splitlines()[0],
        "institutions.csv": INSTITUTIONS,
        "country-info.csv": COUNTRIES,
    },
}
FOREIGN = {
    "geolocation.csv": "institution,latitude,longitude\nImperial College London,51.5,-0.1\n",
    "turing.csv": "name,year\nAda Byron,1843\n",
    "empty.csv": "",
    "package.json": "{}",
    "notes.csv": "\x00\x01",
}


@pytest.mark.parametrize(("of", "people", "institutions"), [("of 2024", 3, 3), ("of 2026", 4, 4)])
def test_a_checkout_is_read_whole_and_what_lies_beside_is_skipped(
    store: Store, tmp_path: Path, of: str, people: int, institutions: int
) -> None:
    for name, text in {**CHECKOUTS[of], **FOREIGN}.items():
        (tmp_path / name).write_bytes(text.encode())

    report = import_files(store, csrankings.SOURCE, [tmp_path], now="2026-11-22T00:00:00+00:00")

    assert (report.files, report.people, report.institutions) == (len(CHECKOUTS[of]), people, institutions)
    assert (set(report.skipped), report.failed, report.rejected) == (set(FOREIGN), (), ())
    assert "5 files beside them were skipped" in report.to_sentences()[-1]


def test_a_foreign_file_alone_is_named_as_the_reason(store: Store, tmp_path: Path) -> None:
    (tmp_path / "turing.csv").write_text(FOREIGN["turing.csv"])

    report = import_files(store, csrankings.SOURCE, [tmp_path], now="2026-11-22T00:00:00+00:00")

    assert report.skipped == ()
    assert "turing.csv has not the columns" in report.failed[0]


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ({"/institutions.csv", "/csrankings.csv"}, ["/institutions.csv", "/csrankings.csv"]),
        ({"/country-info.csv", "/csrankings.csv"}, ["/institutions.csv", "/country-info.csv", "/csrankings.csv"]),
        (
            {"/institutions.csv", *(f"/{part}" for part in csrankings.PEOPLE_TABLE_PARTS)},
            ["/institutions.csv", "/csrankings.csv", *(f"/{part}" for part in csrankings.PEOPLE_TABLE_PARTS)],
        ),
    ],
)
def test_what_was_renamed_is_asked_for_by_its_new_name_first(store: Store, there: set[str], asked: list[str]) -> None:
    def web(request: Request) -> bytes:
        text = INSTITUTIONS if "inst" in request.path or "country" in request.path else NEWER
        return answer(text, Content_Type="text/plain") if request.path in there else answer("gone", 404)

    async def scenario() -> tuple[list[str], int]:
        async with serving(by=web) as server:
            door = Door(store, server.url, card=csrankings.CARD)
            async with door.open(ticks=lambda: door.now.timestamp()) as http:
                replies = [one async for one in csrankings.fetch(http, ASK)]
        return server.paths, len(replies)

    paths, came = run(scenario())

    assert paths == asked
    assert came == len(there)


@needs_shared
def test_all_real_rows_are_read() -> None:
    folder = SHARED / "csrankings"
    files = [InputFile(path.name, path.read_bytes()) for path in folder.glob("*.csv")]
    results = list(csrankings.read_files(files))

    assert sum(isinstance(r, Person) for r in results) == 29_526
    assert sum(isinstance(r, Institution) for r in results) == 452
    assert not any(isinstance(r, Rejected) for r in results)
    assert all(r.affiliations[0].country for r in results if isinstance(r, Person))
