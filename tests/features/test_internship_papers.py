"""What proves an internship and what does not: small worlds, each with one trap."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finder.features import internship_hosts, internship_papers
from finder.model import Affiliation, Authorship, Record
from finder.storage import Store
from tests.worlds import author, stored, work

TODAY = date(2026, 11, 1)
UNI, LAB = "University of Valdorra", "Brightloom Labs"
HOST = f"Hana Host @ {LAB}, US"


def at(name: str, *places: str | tuple[str, str], raw: str | None = None) -> Authorship:
    """Somebody at several places, some in a role."""
    rows = [(place, None) if isinstance(place, str) else place for place in places]
    return Authorship(
        name, affiliations=tuple(Affiliation(p, raw=raw, role=role, stated=role is not None) for p, role in rows)
    )


def told(home: Path, *records: Record, as_of: date = TODAY) -> list[tuple[str, str, str, str]]:
    """Intern, company, host and kind of proof, for all works."""
    store: Store = stored(home, work("Who is known", f"Old Hand @ {UNI}, DE", HOST, date="2010-01-01"), *records)
    snapshot = store.snapshots.current_snapshot()
    names = dict(snapshot.load_table("authors").select("author", "name").iter_rows())
    places = dict(snapshot.load_table("institutions").select("institution", "name").iter_rows())
    found = internship_hosts.papers_by_host(internship_hosts.find_internship_papers(snapshot, as_of))
    store.close()
    return [
        (names[row["intern"]], places[row["company"]], names[row["author"]], row["kind"])
        for row in found.iter_rows(named=True)
    ]


@pytest.mark.parametrize(
    "footnote",
    [
        f"{UNI}; Work done during an internship at {LAB}",
        f"{UNI}. *This work was done while Ina was an intern at {LAB}.",
        f"{UNI}, work done while interning with {LAB}",
        f"Student researcher at {LAB}",
        f"Work done at {LAB} during an internship",
    ],
)
def test_a_footnote_names_the_company(tmp_path: Path, footnote: str) -> None:
    ina = at("Ina Intern", UNI, raw=footnote)
    assert told(tmp_path, work("A footnote", ina, HOST)) == [
        ("Ina Intern", LAB, "Hana Host", internship_papers.FOOTNOTE)
    ]


@pytest.mark.parametrize(
    "footnote",
    [
        f"{UNI}; Work done during an internship at Université Ailleurs",
        f"{UNI}; formerly an intern at {LAB}",
        f"Department of Internal Medicine, {UNI}",
        f"{UNI}; work done while visiting {LAB}",
        f"{UNI}; Work done during an internship at Nobody Else Ltd",
    ],
)
def test_a_footnote_that_names_no_company_proves_nothing(tmp_path: Path, footnote: str) -> None:
    other = "Una Ailleurs @ Université Ailleurs, FR"
    assert told(tmp_path, work("A footnote", at("Ina Intern", UNI, raw=footnote), other, HOST)) == []


def test_a_stated_role_is_as_good_as_a_footnote(tmp_path: Path) -> None:
    for number, role in enumerate(("Intern", "Research Intern", "Student Researcher")):
        ina = at("Ina Intern", (LAB, role))
        found = told(tmp_path / str(number), work("A role", ina, HOST))
        assert found == [("Ina Intern", LAB, "Hana Host", internship_papers.FOOTNOTE)]


def test_two_places_of_a_student_prove_it(tmp_path: Path) -> None:
    found = told(tmp_path, work("Two places", at("Ina Intern", UNI, LAB), HOST))
    assert found == [("Ina Intern", LAB, "Hana Host", internship_papers.PLACES)]


def test_a_student_with_company_people_is_a_weak_proof(tmp_path: Path) -> None:
    mate = f"Mo Mate @ {LAB}, US"
    found = told(tmp_path, work("A student first", f"Ina Intern @ {UNI}, DE", mate, HOST))
    assert found == [("Ina Intern", LAB, "Hana Host", internship_papers.STAGE)]
    assert internship_papers.CHANCES[internship_papers.STAGE] < internship_hosts.SURE


def test_one_company_author_alone_is_a_collaboration(tmp_path: Path) -> None:
    assert told(tmp_path, work("A student first", f"Ina Intern @ {UNI}, DE", f"Old Hand @ {UNI}, DE", HOST)) == []


def test_an_advisor_who_left_for_a_company_hosts_nobody(tmp_path: Path) -> None:
    before = work("Before", f"Ina Intern @ {UNI}, DE", f"Hana Host @ {UNI}, DE", date="2024-01-01")
    after = work("After", f"Ina Intern @ {UNI}, DE", f"Mo Mate @ {LAB}, US", HOST, date="2025-01-01")
    assert told(tmp_path, before, after) == []


def test_a_student_who_prints_the_company_between_works_from_one_university_was_an_intern(tmp_path: Path) -> None:
    own, home = "openalex:A1", f"Ina Intern @ {UNI}, DE"
    study = [work(f"Study {day}", author(home, own), "Old Hand", date=day) for day in ("2024-01-01", "2026-01-01")]
    ina = author(f"Ina Intern @ {LAB}, US", own)
    there = work("There", ina, HOST, date="2025-01-01")
    assert told(tmp_path / "1", *study, there) == [("Ina Intern", LAB, "Hana Host", internship_papers.ALONE)]
    # a graduate who was hired prints no university any more
    assert told(tmp_path / "2", study[0], there) == []
    # nor is one an intern who led works there
    led = work("Led", "Sam Student", ina, date="2025-06-01")
    assert told(tmp_path / "3", *study, there, led) == []


def test_a_second_author_with_two_places_is_less_sure(tmp_path: Path) -> None:
    first = work("First", at("Ina Intern", UNI), f"Old Hand @ {UNI}, DE", date="2025-01-01")
    both = work("Two places", f"Fay First @ {LAB}, US", at("Ina Intern", UNI, LAB), HOST)
    assert told(tmp_path / "1", first, both) == [("Ina Intern", LAB, "Hana Host", internship_papers.LATER)]
    assert (
        internship_papers.CHANCES[internship_papers.LATER]
        < internship_hosts.SURE
        < internship_papers.CHANCES[internship_papers.PLACES]
    )


def test_places_in_alphabetical_lists_prove_nothing(tmp_path: Path) -> None:
    lists = [
        work(
            f"List {n}",
            f"Ada Able @ {UNI}, DE",
            f"Bea Baker @ {UNI}, DE",
            f"Cy Carter @ {UNI}, DE",
            f"Dot Dale @ {UNI}, DE",
            f"Eve Earl @ {UNI}, DE",
        )
        for n in range(3)
    ]
    both = work(
        "Two places",
        at("Ada Able", UNI, LAB),
        f"Bea Baker @ {LAB}, US",
        f"Cy Carter @ {LAB}, US",
        f"Dot Dale @ {LAB}, US",
        f"Eve Earl @ {LAB}, US",
    )
    assert told(tmp_path, *lists, both) == []


def test_an_employee_with_a_part_time_doctorate_is_no_intern(tmp_path: Path) -> None:
    before = [work(f"At work {n}", f"Emil Ployee @ {LAB}, US", HOST, date=f"202{n}-01-01") for n in (2, 3)]
    assert told(tmp_path, *before, work("Two places", at("Emil Ployee", UNI, LAB), HOST, date="2025-01-01")) == []


def test_a_professor_with_two_posts_is_no_intern_but_may_host(tmp_path: Path) -> None:
    past = [work(f"Early {n}", "Sam Student", f"Paula Prof @ {UNI}, DE", date=f"201{n}-01-01") for n in (1, 2, 3)]
    both = at("Paula Prof", UNI, LAB)
    assert told(tmp_path / "1", *past, work("Two posts", both, HOST)) == []
    elsewhere = at("Ina Intern", "Université Ailleurs", LAB)
    found = told(tmp_path / "2", *past, work("Hosted", elsewhere, both))
    assert found == [("Ina Intern", LAB, "Paula Prof", internship_papers.PLACES)]
    university_only = at("Paula Prof", UNI)
    assert told(tmp_path / "3", *past, work("The company is not on it", elsewhere, university_only)) == []


def test_a_laboratory_of_both_hosts_its_own_students_no_less_than_others(tmp_path: Path) -> None:
    head = at("Paula Prof", UNI, LAB)
    past = work("Early", "Sam Student", head, date="2011-01-01")
    assert told(tmp_path / "1", past, work("A joint laboratory", at("Sally Student", UNI, LAB), head)) == []
    found = told(tmp_path / "2", past, work("From elsewhere", at("Ina Intern", "Université Ailleurs", LAB), head))
    assert [row[0] for row in found] == ["Ina Intern"]


def test_a_university_that_is_called_like_the_company_is_none(tmp_path: Path) -> None:
    namesake = "Brightloom University"
    assert (
        told(tmp_path, work("Two universities", at("Sally Student", UNI, namesake), f"Bo Bright @ {namesake}, US"))
        == []
    )
    ina = at("Ina Intern", namesake, raw=f"{namesake}; Work done during an internship at {LAB}")
    assert told(tmp_path / "2", work("A footnote", ina, HOST)) == [
        ("Ina Intern", LAB, "Hana Host", internship_papers.FOOTNOTE)
    ]


def test_other_students_are_no_hosts(tmp_path: Path) -> None:
    ina, fellow = at("Ina Intern", UNI, LAB), at("Fay Fellow", "Université Ailleurs", LAB)
    assert told(tmp_path / "1", work("Two interns", ina, fellow)) == []
    noted = at("Nina Noted", UNI, raw=f"{UNI}; intern at {LAB}")
    found = told(tmp_path / "2", work("Two interns and a host", noted, HOST, fellow))
    assert ("Nina Noted", LAB, "Hana Host", internship_papers.FOOTNOTE) in found
    assert {row[2] for row in found} == {"Hana Host"}


def test_somebody_who_stays_may_have_been_hired_already(tmp_path: Path) -> None:
    first = work("Two places", at("Ina Intern", UNI, LAB), HOST, date="2025-01-01")
    then = work("One place", f"Ina Intern @ {LAB}, US", HOST, date="2025-09-01")
    store = stored(tmp_path, work("Early", "Old Hand", HOST, date="2010-01-01"), first, then)
    (found,) = internship_hosts.find_internship_papers(store.snapshots.current_snapshot(), TODAY).iter_rows(named=True)
    assert found["chance"] == internship_papers.UNSURE[internship_papers.PLACES]
    (earlier,) = internship_hosts.find_internship_papers(
        store.snapshots.current_snapshot(), date(2025, 3, 1)
    ).iter_rows(named=True)
    assert earlier["chance"] == internship_papers.CHANCES[internship_papers.PLACES]
    store.close()


def test_an_institute_hosts_whom_it_calls_an_intern_only(tmp_path: Path) -> None:
    place = Affiliation("Institut Granitec", kind="facility")
    head = Authorship("Gil Granit", affiliations=(place,))
    both = Authorship("Ina Intern", affiliations=(Affiliation(UNI), place))
    assert told(tmp_path / "1", work("Two places", both, head)) == []
    noted = at("Ina Intern", UNI, raw=f"{UNI}; intern at Institut Granitec")
    assert [row[3] for row in told(tmp_path / "2", work("A footnote", noted, head))] == [internship_papers.FOOTNOTE]


def test_where_interns_came_from_and_went(tmp_path: Path) -> None:
    first = work("Two places", at("Ina Intern", UNI, LAB), HOST, date="2024-01-01")
    then = [work(f"Later {n}", f"Ina Intern @ {LAB}, US", HOST, date=f"2026-0{n}-01") for n in (1, 2)]
    from finder import answers

    store = stored(tmp_path, work("Early", "Old Hand", HOST, date="2010-01-01"), first, *then)
    (row,) = answers.person_profile(store, "Hana Host", TODAY)["hosting"]
    (proof,) = row["proofs"]
    assert proof["intern"]["from"] == [UNI]
    assert (proof["intern"]["went"]["institution"], proof["intern"]["went"]["same_company"]) == (LAB, True)
    assert row["recent"] == 0
    assert row["older"] == 1
    assert answers.person_profile(store, "Ina Intern", TODAY)["hosting"] == []
    store.close()
