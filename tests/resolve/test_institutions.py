"""What was printed is brought to the institution it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from finder.model import Affiliation, Authorship, Institution
from finder.resolve.institutions import canonical, country_of_domain, kind_of, main_part
from tests.worlds import stored, work


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Dept. of Computer Science, University of Valdorra, Ann Arbor, MI", "University of Valdorra"),
        ("University of Valdorra (UoV), Country", "University of Valdorra"),
        ("School of Computing, Hestor Institute of Technology, Hestor", "Hestor Institute of Technology"),
        ("Brightloom Labs", "Brightloom Labs"),
        ("Research, Brightloom, Hestor", "Brightloom"),
        ("MIT", "Massachusetts Institute of Technology"),
        ("CSAIL, MIT, Cambridge, MA", "Massachusetts Institute of Technology"),
        ("University of California, Berkeley", "University of California, Berkeley"),
        ("", ""),
    ],
)
def test_the_part_that_names_the_organisation(printed: str, meant: str) -> None:
    assert canonical(printed) == meant


def test_a_state_is_never_an_institution() -> None:
    assert main_part("Ann Arbor, MI") != "MI"


def test_names_with_and_without_an_id_are_one_institution(tmp_path: Path) -> None:
    with_id = Authorship("A B", affiliations=(Affiliation("University of Valdorra", id="openalex:I1", country="SE"),))
    without = Authorship("C D", affiliations=(Affiliation("The University of Valdorra"),))
    table = stored(tmp_path, work("One", with_id), work("Two", without)).snapshots.current().table("institutions")

    assert table["institution_id"].to_list() == ["openalex:I1"]
    assert table["country"].to_list() == ["SE"]


def test_two_registers_number_one_institution_once(tmp_path: Path) -> None:
    def at(name: str, id_: str, country: str) -> Authorship:
        return Authorship(f"P {id_}", affiliations=(Affiliation(name, id=id_, country=country),))

    store = stored(
        tmp_path,
        work("One", at("University of Valdorra", "openalex:I1", "SE")),
        work("Two", at("University of Valdorra", "ror:012345678", "SE")),
        work("Three", at("University of Valdorra", "ror:087654321", "CN")),
        work("Four", at("Valdorra Universitet", "ror:022222222", "SE")),
        Institution("openalex", "I1", "University of Valdorra", ids=("openalex:I1", "ror:022222222")),
    )
    rows = store.snapshots.current().table("institutions").select("institution_id", "country").iter_rows()

    assert set(rows) == {("openalex:I1", "SE"), ("ror:087654321", "CN")}


def test_a_country_is_taken_by_majority(tmp_path: Path) -> None:
    works = [work(f"W{i}", f"A{i} B @ Uni Q, {c}") for i, c in enumerate(["DE", "FR", "DE"])]

    assert stored(tmp_path, *works).snapshots.current().table("institutions")["country"].to_list() == ["DE"]


def test_a_domain_speaks_only_where_nobody_gave_a_country(tmp_path: Path) -> None:
    def at(name: str, domain: str, country: str | None) -> Authorship:
        return Authorship(f"P {name}", affiliations=(Affiliation(name, domain=domain, country=country),))

    store = stored(tmp_path, work("One", at("Uni K", "k.edu", "KR")), work("Two", at("Uni D", "cs.d.ac.uk", None)))
    rows = dict(store.snapshots.current().table("institutions").select("name", "country").iter_rows())

    assert rows == {"Uni K": "KR", "Uni D": "GB"}


@pytest.mark.parametrize(
    ("domain", "code"), [("a.edu", "US"), ("b.ac.uk", "GB"), ("c.de", "DE"), ("d.ai", None), ("e.com", None)]
)
def test_domains(domain: str, code: str | None) -> None:
    assert country_of_domain(domain) == code


@pytest.mark.parametrize(
    ("name", "kind"), [("Valdorra University", "education"), ("Brightloom Inc.", "company"), ("Ruve", None)]
)
def test_kinds(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind
