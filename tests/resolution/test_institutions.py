"""What was printed is brought to the institution it names."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder import answers, reference_data
from finder.model import Affiliation, Authorship, Institution
from finder.rendering import answer_text
from finder.resolution import institutions
from finder.resolution.affiliation_parser import (
    canonical_name,
    fold_organisation,
    lab_unit,
    main_organisation,
    organisation_key,
)
from finder.resolution.institutions import country_of_domain, institution_kind
from finder.tables import conform_table
from tests.examples import dear
from tests.shared import SHARED, needs_shared
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
    assert canonical_name(printed) == meant


def test_a_state_is_never_an_institution() -> None:
    assert main_organisation("Ann Arbor, MI") != "MI"


def test_names_with_and_without_an_id_are_one_institution(tmp_path: Path) -> None:
    with_id = Authorship("A B", affiliations=(Affiliation("University of Valdorra", id="openalex:I1", country="SE"),))
    without = Authorship("C D", affiliations=(Affiliation("The University of Valdorra"),))
    table = (
        stored(tmp_path, work("One", with_id), work("Two", without))
        .snapshots.current_snapshot()
        .load_table("institutions")
    )

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
    rows = store.snapshots.current_snapshot().load_table("institutions").select("institution_id", "country").iter_rows()

    assert set(rows) == {("openalex:I1", "SE"), ("ror:087654321", "CN")}


def test_a_country_is_taken_by_majority(tmp_path: Path) -> None:
    works = [work(f"W{i}", f"A{i} B @ Uni Q, {c}") for i, c in enumerate(["DE", "FR", "DE"])]

    assert stored(tmp_path, *works).snapshots.current_snapshot().load_table("institutions")["country"].to_list() == [
        "DE"
    ]


def test_a_domain_speaks_only_where_nobody_gave_a_country(tmp_path: Path) -> None:
    def at(name: str, domain: str, country: str | None) -> Authorship:
        return Authorship(f"P {name}", affiliations=(Affiliation(name, domain=domain, country=country),))

    store = stored(tmp_path, work("One", at("Uni K", "k.edu", "KR")), work("Two", at("Uni D", "cs.d.ac.uk", None)))
    rows = dict(store.snapshots.current_snapshot().load_table("institutions").select("name", "country").iter_rows())

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
    assert institution_kind(name) == kind


MIT, CAS = "Massachusetts Institute of Technology", "Chinese Academy of Sciences"
UCB, NTU = "University of California, Berkeley", "Nanyang Technological University"
PRINTED = [
    # companies, their labs and offices
    ("Google Research, Mountain View, CA, USA", "Google", "Google Research"),
    ("Google Brain", "Google", "Google Brain"),
    ("DeepMind, London, UK", "Google", "DeepMind"),
    ("Robotics at Google", "Google", "Robotics at Google"),
    ("Google, Inc.", "Google", None),
    ("Work done during internship at Google", "Google", None),
    ("Facebook, Inc.", "Meta", None),
    ("Facebook AI Research (FAIR)", "Meta", "Facebook AI Research"),
    ("FAIR, Meta", "Meta", "FAIR"),
    ("FAIR @ Meta", "Meta", "FAIR @ Meta"),
    ("Meta Reality Labs Research", "Meta", "Meta Reality Labs Research"),
    ("Microsoft Research Asia, Beijing, China", "Microsoft", "Microsoft Research Asia"),
    ("Microsoft Corporation", "Microsoft", None),
    ("Amazon AWS AI", "Amazon", "Amazon AWS AI"),
    ("AWS AI Labs♠", "Amazon", "AWS AI Labs"),
    ("NVIDIA, USA", "NVIDIA", None),
    ("IBM T. J. Watson Research Center, Yorktown Heights, NY", "IBM", "IBM T. J. Watson Research Center"),
    ("Noah\u2019s Ark Lab, Huawei Technologies", "Huawei", "Noah\u2019s Ark Lab"),
    ("Huawei Technologies Canada Co. Ltd.", "Huawei", None),
    ("DAMO Academy, Alibaba Group", "Alibaba", "DAMO Academy"),
    ("Tencent AI Lab, Shenzhen, China", "Tencent", "Tencent AI Lab"),
    ("Pattern Recognition Center, WeChat AI, Tencent Inc, China", "Tencent", "WeChat AI"),
    ("Adobe Research, San Jose, CA, USA", "Adobe", "Adobe Research"),
    ("Baidu USA LLC, 250 E Caribbean Drive, Sunnyvale, CA", "Baidu", None),
    ("NEC Labs America", "NEC", "NEC Labs America"),
    ("Research, Google", "Google", None),
    ("Skydio, Inc.", "Skydio", None),
    # which are none of that company
    ("Toyota Technological Institute at Chicago", "Toyota Technological Institute at Chicago", None),
    ("Samsung Medical Center, Seoul", "Samsung Medical Center", None),
    ("Intelligent Systems Lab", "Intelligent Systems Lab", None),
    ("Meta Learning Group, University of Valdorra", "University of Valdorra", None),
    ("Alibaba-NTU Joint Research Institute, Nanyang Technological University", NTU, None),
    # departments and cities
    ("CSAIL, MIT, Cambridge, MA", MIT, "CSAIL"),
    ("Computer Science Division, UC Berkeley", UCB, None),
    ("Department of EECS, University of California, Berkeley, CA, USA", UCB, None),
    ("Institute of Automation, Chinese Academy of Sciences", CAS, "Institute of Automation"),
    ("Institute of Automation, Shandong Academy of Sciences", "Institute of Automation", None),
    ("Tsinghua University, University of California, Santa Barbara", "Tsinghua University", None),
    ("Agency for Science, Technology and Research", "Agency for Science, Technology and Research", None),
    ("Technion, Israel Institute of Technology", "Technion - Israel Institute of Technology", None),
    # campuses are not merged
    ("University of California at San Diego", "University of California, San Diego", None),
    ("University of California, CA", "University of California", None),
    ("University of Maryland, Baltimore County", "University of Maryland, Baltimore County", None),
    ("University of Illinois, Chicago", "University of Illinois at Chicago", None),
    ("University of North Carolina, Charlotte", "University of North Carolina at Charlotte", None),
    ("University of Nevada, Las Vegas", "University of Nevada, Las Vegas", None),
    ("University of Washington, Seattle", "University of Washington", None),
    ("The Chinese University of Hong Kong (Shenzhen), China", "Chinese University of Hong Kong, Shenzhen", None),
    ("IIT Madras", "Indian Institute of Technology Madras", None),
    ("International Institute of Information Technology, Hyderabad", "IIIT Hyderabad", None),
    # states and towns
    ("Ann Arbor, MI", "Ann Arbor", None),
    ("Columbia, MO", "Columbia", None),
    ("Department of Physics, Columbia", "Columbia University", None),
    ("Oxford, UK", "Oxford", None),
    ("Max Planck Institute", "Max Planck Institute", None),
]


@pytest.mark.parametrize(("text", "parent", "lab"), PRINTED)
def test_what_was_printed_and_what_it_means(text: str, parent: str, lab: str | None) -> None:
    assert (canonical_name(text), lab_unit(text, canonical_name(text))) == (parent, lab)


@pytest.mark.parametrize(
    "spellings",
    [
        ("ETH Zurich", "ETHZ", "ETH Zürich", "Swiss Federal Institute of Technology Zurich"),
        (UCB, "UC Berkeley", "University of California at Berkeley", "University of California-Berkeley"),
        ("University of Hamburg", "Universität Hamburg", "Universitat Hamburg"),
        ("Xi'an Jiaotong University", "Xi\u2019an Jiao Tong University", "Xian Jiaotong University"),
        ("Indian Institute of Technology Delhi", "IIT Delhi", "Indian Institute of Technology, Delhi, India"),
        ("Carnegie Mellon University", "CMU", "School of Computer Science, Carnegie Mellon University"),
        ("Some Robotics Inc.", "Some Robotics", "Some Robotics, Inc."),
    ],
)
def test_spellings_of_one_institution(spellings: tuple[str, ...]) -> None:
    assert len({organisation_key(text) for text in spellings}) == 1


def test_no_alias_is_of_two_institutions_nor_so_short_that_it_could_be_a_state() -> None:
    rows = [
        (fold_organisation(name), row["name"])
        for row in reference_data.reference_institutions().values()
        for name in {row["name"], *row["aliases"].split("|"), *row["labs"].split("|")}
        if name
    ]
    meant = Counter(short for short, _ in set(rows))

    assert [short for short, count in meant.items() if count > 1] == []
    assert min(len(short) for short, _ in rows) > 2
    assert len(reference_data.reference_institutions()) == len(reference_data.load_reference_rows("institutions"))


def printed_rows(*rows: tuple[str, str | None]) -> pl.DataFrame:
    empty = dict.fromkeys(("country", "kind", "domain", "role", "since", "until", "raw"))
    return conform_table(
        "raw_affiliations",
        pl.DataFrame(
            [
                {"record": n, "position": 0, "institution": name, "id": id_, "stated": False, **empty}
                for n, (name, id_) in enumerate(rows)
            ],
            schema=None,
            infer_schema_length=None,
        ),
    )


NAMES = st.sampled_from([text for text, _, _ in PRINTED] + ["UC Berkeley", "ETHZ", "Google (United Kingdom)", "Ruve"])
IDS = st.sampled_from([None, None, "openalex:I1", "openalex:I2"])


@settings(max_examples=dear(30))
@given(st.lists(st.tuples(NAMES, IDS), min_size=1, max_size=12), st.randoms())
def test_resolution_does_not_depend_on_the_order_of_what_was_printed(rows: list, random: object) -> None:
    def found(ordered: list) -> set[tuple]:
        all_, naming = institutions.resolve_institutions(printed_rows(*ordered), conform_table("raw_institutions"))
        meant = naming.join(all_, on="institution")
        return set(meant.select("institution_name", "id", "institution_id", "name", "country", "kind").iter_rows())

    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(rows) == found(shuffled)


def test_labs_and_offices_that_a_source_numbers_apart_are_the_company(tmp_path: Path) -> None:
    def at(name: str, id_: str) -> Authorship:
        return Authorship(f"P {id_[-1]}", affiliations=(Affiliation(name, id=id_),))

    names = ("Google (United States)", "DeepMind (United Kingdom)", "Google (Switzerland)", "Google (United States)")
    works = [work(f"W{n}", at(name, f"openalex:I{n % 3}")) for n, name in enumerate(names)]
    found = stored(tmp_path, *works).snapshots.current_snapshot().load_table("institutions")

    assert found.select("institution_id", "name").rows() == [("openalex:I0", "Google")]


def test_the_newest_lab_stands_beside_its_company_on_row_and_card(tmp_path: Path) -> None:
    def at(raw: str, day: str) -> object:
        author = Authorship("Ada Vell", affiliations=(Affiliation("Meta", raw=raw, country="US"),), ids=("orcid:1",))
        return work(f"Walking {day}", author, date=day)

    days = ("2024-01-01", "2025-01-01", "2026-01-01")
    store = stored(tmp_path, *map(at, ("Facebook AI Research, Paris", "FAIR, Meta", "Meta"), days))  # type: ignore[arg-type]
    day = date(2026, 11, 1)
    (row,) = answers.find_advisors(store, answers.Query("walking", day)).results
    card = answers.person_profile(store, row["author_id"], day)
    old = answers.person_profile(store, row["author_id"], date(2024, 11, 1))

    assert [(post["institution"], post["unit"]) for post in row["current"]] == [("Meta", "FAIR")]
    assert "Meta (FAIR), FR" in answer_text.render_person_card(card)  # as the newest print of a place says
    assert old["current"][0]["unit"] == "Facebook AI Research"
    assert "Meta (FAIR)" in answer_text.render_advisor_table(
        answers.find_advisors(store, answers.Query("walking", day))
    )


@needs_shared
def test_most_departments_of_csrankings_are_found_among_what_conferences_print() -> None:
    text = (SHARED / "standin" / "institution_countries.json").read_text(encoding="utf-8")
    with (SHARED / "csrankings" / "csrankings.csv").open(encoding="utf-8") as file:
        departments = {row["affiliation"].strip() for row in csv.DictReader(file)}
    conferences = {organisation_key(name) for name in json.loads(text)}
    found = {name for name in departments if organisation_key(name) in conferences}

    assert len(departments) > 600
    assert len(found) / len(departments) > 0.85, sorted(departments - found)


def places(tmp_path: Path, *records: object) -> dict[str, tuple[str | None, float | None, float | None]]:
    table = stored(tmp_path, *records).snapshots.current_snapshot().load_table("institutions")  # type: ignore[arg-type]
    return {name: rest for name, *rest in map(list, table.select("name", "city", "latitude", "longitude").iter_rows())}


def at(name: str, id_: str | None = None) -> Authorship:
    return Authorship(f"P {id_ or name}", affiliations=(Affiliation(name, id=id_),))


def test_a_place_comes_from_any_record_of_the_institution(tmp_path: Path) -> None:
    found = places(
        tmp_path,
        work("One", at("Uni A", "openalex:I1"), at("Uni A"), at("Uni B", "openalex:I2"), at("Uni C", "ror:033333333")),
        work("Two", at("Uni D"), at("Nowhere College", "openalex:I5")),
        # OpenAlex knows A; only ROR says where B lies; C is known to both; D is printed without an id
        Institution("openalex", "I1", "Uni A", ids=("openalex:I1",), city="Aville", latitude=52.5, longitude=13.4),
        Institution("openalex", "I2", "Uni B", ids=("openalex:I2", "ror:022222222")),
        Institution("ror", "0222", "Uni B", ids=("ror:022222222",), city="Bville", latitude=-1.0, longitude=179.0),
        Institution(
            "openalex",
            "I3",
            "Universitet C",
            ids=("openalex:I3", "ror:033333333"),
            city="Cville",
            latitude=1.0,
            longitude=2.0,
        ),
        Institution("ror", "0333", "Uni C", ids=("ror:033333333",), city="C-ville", latitude=1.1, longitude=2.1),
        Institution("ror", "0444", "Uni D", ids=("ror:044444444",), city="Dville", latitude=3.0, longitude=4.0),
        Institution("openalex", "I5", "Nowhere College", ids=("openalex:I5",), latitude=0.0, longitude=0.0),
    )

    assert found == {
        "Uni A": ["Aville", 52.5, 13.4],
        "Uni B": ["Bville", -1.0, 179.0],
        "Uni C": ["Cville", 1.0, 2.0],
        "Uni D": ["Dville", 3.0, 4.0],
        "Nowhere College": [None, None, None],
    }


def test_a_company_whose_offices_lie_apart_is_at_no_one_place(tmp_path: Path) -> None:
    def office(number: int, latitude: float) -> Institution:
        return Institution(
            "openalex",
            f"I{number}",
            "Google",
            ids=(f"openalex:I{number}",),
            city="Here",
            latitude=latitude,
            longitude=8.0,
        )

    both = work("One", at("Google", "openalex:I1"), at("Google", "openalex:I2"))
    assert places(tmp_path / "apart", both, office(1, 10.0), office(2, 47.0)) == {"Google": [None, None, None]}
    assert places(tmp_path / "unknown", both, office(1, 10.0)) == {"Google": [None, None, None]}
    assert places(tmp_path / "near", both, office(1, 47.0), office(2, 47.1)) == {"Google": ["Here", 47.0, 8.0]}
