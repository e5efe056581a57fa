"""CSRankings' two tables, alone and together."""

from __future__ import annotations

import pytest
from shared import SHARED, needs_shared

from finder.errors import ShapeChanged
from finder.model import Affiliation, Institution, Person, Rejected
from finder.source import Reply
from finder.sources import csrankings

COUNTRIES = """institution,region,countryabbrv
RWTH Aachen University,europe,de
Imperial College London,europe,uk
Atlantis University,europe,
"""
PEOPLE = """name,affiliation,homepage,scholarid
Wei Wang 0001,Carnegie Mellon University,https://w.org/,abcdefgAAAAJ
Ada Byron [INF],Imperial College London, https://ada.org ,NOSCHOLARPAGE
Jörg Möller,RWTH Aachen,moeller.de,short
"""


def read(text: str) -> list[Person | Institution | Rejected]:
    return list(csrankings.read_file("csrankings.csv", text.encode(), seen="2026-01-02"))


def test_people_keep_their_dblp_number_in_the_id_only() -> None:
    wei, ada, joerg = read(PEOPLE)

    assert wei == Person(
        "csrankings", "Wei Wang 0001", "Wei Wang", "2026-01-02", ids=("scholar:abcdefgAAAAJ",), homepage="https://w.org/",
        affiliations=(Affiliation("Carnegie Mellon University", role="Faculty", stated=True),),
    )  # fmt: skip
    assert isinstance(ada, Person)
    assert (ada.source_id, ada.name, ada.ids, ada.homepage) == ("Ada Byron [INF]", "Ada Byron", (), "https://ada.org")
    assert isinstance(joerg, Person)
    assert (joerg.ids, joerg.homepage) == ((), None)


def test_institutions_carry_iso_codes() -> None:
    assert [(i.name, i.country) for i in read(COUNTRIES) if isinstance(i, Institution)] == [
        ("RWTH Aachen University", "DE"),
        ("Imperial College London", "GB"),
        ("Atlantis University", None),
    ]


def test_together_people_get_countries_and_what_is_not_listed_is_in_the_usa() -> None:
    people = [record for record in read(COUNTRIES + "\n\ufeff" + PEOPLE) if isinstance(record, Person)]

    assert [person.affiliations[0].country for person in people] == ["US", "GB", "DE"]


def test_malformed_rows_are_told_and_the_others_go_on() -> None:
    results = read(
        PEOPLE + "Too,Few\n,Uni,https://x.org,NOSCHOLARPAGE\nGrace Hopper,Yale,https://g.org,NOSCHOLARPAGE\n"
    )

    assert [type(result) for result in results[3:]] == [Rejected, Rejected, Person]
    assert results[3] == Rejected(
        "csrankings", "csrankings.csv row 5", "not a row of name,affiliation,homepage,scholarid"
    )


@pytest.mark.parametrize("text", ["", "<html>", "name;affiliation\n", "a,b,c\nx,y,z\n", 'name,affiliation\n"x\0'])
def test_other_tables_are_refused(text: str) -> None:
    with pytest.raises(ShapeChanged):
        read(text)


def test_a_fetched_table_holds_for_the_day_it_was_fetched() -> None:
    url = "https://raw.githubusercontent.com/emeryberger/CSrankings/gh-pages/csrankings.csv"
    (person, *_) = csrankings.parse(Reply("csrankings", url, 200, PEOPLE.encode(), "2026-03-04T05:06:07+00:00"))

    assert isinstance(person, Person)
    assert person.seen == "2026-03-04"


@needs_shared
def test_all_real_rows_are_read() -> None:
    folder = SHARED / "csrankings"
    data = (folder / "country-info.csv").read_bytes() + b"\n" + (folder / "csrankings.csv").read_bytes()
    results = list(csrankings.read_file("csrankings.csv", data))

    assert sum(isinstance(r, Person) for r in results) == 29_526
    assert sum(isinstance(r, Institution) for r in results) == 452
    assert not any(isinstance(r, Rejected) for r in results)
    assert all(r.affiliations[0].country for r in results if isinstance(r, Person))
