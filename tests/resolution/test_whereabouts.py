"""In which country somebody is, and at which institution, from what was printed of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder import answers
from finder.answers import Query, labs
from finder.features import affiliation_history
from finder.model import Affiliation, Authorship, Person
from finder.resolution import institutions
from finder.storage import Store
from finder.tables import conform_table
from tests.examples import dear
from tests.worlds import put, stored, work

DAY = date(2026, 10, 1)


def at(name: str, institution: str, *ids: str, raw: str | None = None, **more: object) -> Authorship:
    place = Affiliation(institution, raw=raw, **more)  # type: ignore[arg-type]
    return Authorship(name, affiliations=(place,), ids=ids)


def posts(store: Store) -> dict[str, list[tuple[str, str | None]]]:
    """Institution and country of everybody's current posts."""
    snapshot = store.snapshots.current_snapshot()
    rows = affiliation_history.load_affiliations(snapshot, snapshot.load_table("authors"), DAY).filter("current")
    rows = rows.join(snapshot.load_table("authors").select("author", who="name"), on="author").sort(
        "who", "name", "country"
    )
    found: dict[str, list[tuple[str, str | None]]] = {}
    for who, name, code in rows.select("who", "name", "country").iter_rows():
        found.setdefault(who, []).append((name, code))
    return found


def printed(*texts: str, domain: Sequence[str | None] = ()) -> pl.DataFrame:
    """Raw affiliations, one printed by each person."""
    empty = dict.fromkeys(("id", "country", "kind", "role", "since", "until", "raw"))
    rows = [
        {"record": n, "position": 0, "institution": text, "stated": False, **empty, "domain": mail}
        for n, (text, mail) in enumerate(zip(texts, domain or [None] * len(texts), strict=True))
    ]
    return conform_table("raw_affiliations", pl.DataFrame(rows, infer_schema_length=None))


def numbers(*texts: str, domain: Sequence[str | None] = ()) -> list[int | None]:
    """The institution of each text, None where it names none."""
    _, naming = institutions.resolve_institutions(printed(*texts, domain=domain), conform_table("raw_institutions"))
    asked = pl.DataFrame(
        {"institution_name": texts, "domain": domain or [None] * len(texts)}, schema_overrides={"domain": pl.String}
    )
    both = asked.join(naming, on=("institution_name", "domain"), how="left", nulls_equal=True, maintain_order="left")
    return both["institution"].to_list()


def test_a_company_is_where_each_of_its_people_is(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("Walking robots one", at("Ada Vell", "Google", raw="Google, London, UK"), date="2026-01-01"),
        work("Walking robots two", at("Bo Rask", "Google", raw="Google Zurich"), date="2026-01-01"),
        work("Walking robots three", at("Cy Ode", "Google"), date="2026-01-01"),
    )

    assert posts(store) == {"Ada Vell": [("Google", "GB")], "Bo Rask": [("Google", "CH")], "Cy Ode": [("Google", "US")]}
    for code, who in (("GB", "Ada Vell"), ("CH", "Bo Rask"), ("US", "Cy Ode")):
        rows = answers.find_advisors(store, Query("walking robots", DAY, countries=(code,))).results
        assert [row["name"] for row in rows] == [who]
        assert rows[0]["current"][0]["country"] == code


def test_whoever_is_looked_up_is_in_their_own_country(tmp_path: Path) -> None:
    printed_at = at("Ada Vell", "Google", raw="Google, London, UK")
    store = stored(tmp_path, work("One", printed_at, at("Bo Rask", "Google")))

    assert [(row.name, row.country) for row in answers.search_people(store, "a")] == [
        ("Ada Vell", "GB"),
        ("Bo Rask", "US"),
    ]


def test_a_lab_and_a_host_are_where_they_are_not_where_the_company_is(tmp_path: Path) -> None:
    def team(number: int) -> list[Authorship]:
        place = {"raw": "Google, London, UK"}
        pupil = at(f"Member {chr(97 + number % 3)}un", "Google", **place)  # type: ignore[arg-type]
        return [pupil, at("Ada Vell", "Google", **place)]  # type: ignore[arg-type]

    works = [work(f"Walking robots {n}", *team(n), date=f"202{3 + n % 3}-0{1 + n}-01") for n in range(9)]
    found = labs.find_labs(stored(tmp_path, *works), Query("walking robots", date(2026, 1, 1), countries=("GB",)))

    assert [(row["heads"][0]["name"], row["country"]) for row in found.results] == [("Ada Vell", "GB")]


def test_a_source_knows_no_more_than_where_a_company_is_at_home_unless_it_numbers_offices(tmp_path: Path) -> None:
    guessed = at("Ada Vell", "Google", raw="Google DeepMind", country="GB")
    numbered = at("Bo Rask", "Google (United Kingdom)", country="GB", id="openalex:I1", kind="company")
    asia = at("Cy Ode", "Microsoft", raw="Microsoft Research Asia", country="CN")
    store = stored(tmp_path, work("One", guessed), work("Two", numbered), work("Three", asia))

    assert {who: here[0][1] for who, here in posts(store).items()} == {
        "Ada Vell": "US",
        "Bo Rask": "GB",
        "Cy Ode": "CN",
    }


def test_what_was_printed_last_tells_the_country(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("Walking robots one", at("Ada Vell", "Google", "orcid:1", raw="Google, London, UK"), date="2024-01-01"),
        work("Walking robots two", at("Ada Vell", "Google", "orcid:1", raw="Google, Munich"), date="2025-01-01"),
        work("Walking robots three", at("Ada Vell", "Google", "orcid:1"), date="2026-01-01"),
    )

    assert posts(store)["Ada Vell"] == [("Google", "DE")]


def test_what_lists_file_under_china_is_a_country_of_its_own(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", at("Ada Vell", "Hestor University", country="CN", raw="Hestor University, Hsinchu, Taiwan")),
        work("Two", at("Bo Rask", "Hestor University", country="CN")),
        work("Three", at("Cy Ode", "Valdorra University of Hong Kong", country="CN")),
        work("Four", at("Di Fen", "Ruve University", country="CN", domain="cs.ruve.edu.mo")),
        work("Five", at("Ed Gam", "Ostby University", country="CN")),
    )
    shown = {who: here[0][1] for who, here in posts(store).items()}

    assert shown == {"Ada Vell": "TW", "Bo Rask": "TW", "Cy Ode": "HK", "Di Fen": "MO", "Ed Gam": "CN"}


def test_one_name_in_two_countries_is_two_institutions(tmp_path: Path) -> None:
    name = "Northern Ruve University"
    works = [work(f"A{n}", at(f"P{n} Aa", name, raw=f"{name}, Boston, MA")) for n in range(4)]
    works += [work(f"B{n}", at(f"Q{n} Bb", name, raw=f"{name}, Shenyang, China")) for n in range(3)]
    works.append(work("C", at("R Cc", name, domain="mail.nru.edu.cn")))
    store = stored(tmp_path, *works)
    rows = (
        store.snapshots.current_snapshot().load_table("institutions").select("name", "country").sort("country").rows()
    )

    assert rows == [(name, "CN"), (name, "US")]
    assert posts(store)["R Cc"] == [(name, "CN")]


def test_a_well_known_institution_is_one_wherever_its_people_are(tmp_path: Path) -> None:
    here, abroad = at("Ada Vell", "MIT", raw="MIT, USA"), at("Bo Rask", "MIT", raw="MIT, Singapore")
    store = stored(tmp_path, work("One", here), work("Two", abroad))

    assert store.snapshots.current_snapshot().load_table("institutions").height == 1
    assert {here[0][1] for here in posts(store).values()} == {"US", "SG"}


@pytest.mark.parametrize(
    ("one", "other", "domain"),
    [
        ("Hestorer Institut für Technologie", "Hestorer Institute of Technology", "hit.de"),
        ("Hestor University", "University of Hestor", "hestor.edu"),
        ("Università di Torino", "University of Turin", "unito.it"),
        ("University of Muenster", "Universität Münster", "ums.de"),
        ("Center for Walking Robots", "University of Valdorra", "valdorra.edu"),
        ("Brightloom", "Bright Loom", "brightloom.com"),
    ],
)
def test_names_with_one_mail_domain_that_fit_each_other_are_one(one: str, other: str, domain: str) -> None:
    texts, mail = [one, one, other, other, other], [domain] * 5

    assert len(set(numbers(*texts, domain=mail))) == 1


@pytest.mark.parametrize(
    ("one", "other", "domain"),
    [
        ("Hestor University", "University of Hestor", None),
        ("Brightloom AG", "University of Valdorra", "valdorra.edu"),
        ("Hestor Hospital", "University of Valdorra", "valdorra.edu"),
        ("Institute for Alpha, Max Planck", "Institute for Beta, Max Planck", "planck.de"),
        ("Hestor University", "Valdorra College", "gmail.com"),
    ],
)
def test_names_that_only_look_alike_or_share_a_host_stay_two(one: str, other: str, domain: str | None) -> None:
    assert len(set(numbers(one, one, other, other, other, domain=[domain] * 5))) == 2


def test_a_department_is_whoever_has_its_domain_or_nothing() -> None:
    texts = ["University of Valdorra"] * 3 + ["Department of Computing", "School of Engineering", "12 Hestor Street"]
    university, *_, department, school, street = numbers(*texts, domain=["valdorra.edu"] * 4 + ["ruve.edu", None])

    assert (department, school, street) == (university, None, None)


def test_ones_own_name_is_no_institution(tmp_path: Path) -> None:
    assert posts(stored(tmp_path, work("One", at("Ada Vell", "Ada Vell"), at("Bo Rask", "Ruve University")))) == {
        "Bo Rask": [("Ruve University", None)]
    }


TEXTS = st.sampled_from(
    [
        "Hestor University, Boston, MA",
        "Hestor University, Shenyang, China",
        "Hestor University",
        "University of Hestor",
        "Department of Computing",
        "Center for Walking Robots",
        "Google, London, UK",
        "Hestor Univeristy",
    ]
)


@settings(max_examples=dear(30))
@given(st.lists(st.tuples(TEXTS, st.sampled_from([None, "hestor.edu", "hestor.edu.cn"])), max_size=12), st.randoms())
def test_the_order_of_what_was_printed_changes_nothing(rows: list, random: object) -> None:
    def found(ordered: list) -> set[tuple]:
        texts, domain = [text for text, _ in ordered], [mail for _, mail in ordered]
        all_, naming = institutions.resolve_institutions(
            printed(*texts, domain=domain), conform_table("raw_institutions")
        )
        meant = naming.join(all_.rename({"country": "home"}), on="institution")
        return set(meant.select("institution_name", "domain", "institution_id", "name", "country", "home").iter_rows())

    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    if rows:
        assert found(rows) == found(shuffled)


@needs_shared
def test_affiliations_of_the_shared_cases() -> None:
    lines = (SHARED / "cases" / "affiliations.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = [
        case
        for case in map(json.loads, lines)
        if (len(set(numbers(case["printed"], case["other"]))) == 1) != case["expected_same"]
    ]

    assert lines
    assert wrong == []


def test_a_place_that_is_nobodys_goes_to_whoever_has_its_domain(tmp_path: Path) -> None:
    lists = (
        Affiliation("University of Valdorra", domain="cs.valdorra.edu"),
        Affiliation("Brightloom", domain="brightloom.com"),
    )
    known = at("Ada Vell", "Valdorra", "openreview:~Ada_Vell1", domain="valdorra.edu")
    old = at("Bo Rask", "Brightloom", "openreview:~Bo_Rask1", domain="brightloom.com")
    both = (Authorship("Bo Rask", ids=old.ids), Authorship("Ada Vell", ids=known.ids), Authorship("Cy Ode"))
    shuffled = work("Shuffled", *both, date="2025-06-01", unplaced=lists)
    earlier = (work("Known", known, date="2024-06-01"), work("Long ago", old, date="2019-06-01"))
    store = stored(tmp_path / "once", *earlier, shuffled)
    places = store.snapshots.current_snapshot().load_table("places").height

    assert posts(store)["Ada Vell"] == [("University of Valdorra", "US")]
    assert "Cy Ode" not in posts(store)
    assert places == 3  # what Bo Rask had six years before says nothing
    # one after the other gives the same
    later = stored(tmp_path / "later", shuffled)
    put(later, *earlier)
    assert posts(later) == posts(store)


def register(name: str, *ids: str) -> Person:
    post = Affiliation("Ruve University", country="SE", role="Faculty", stated=True)
    return Person("csrankings", name, name, "2026-09-01", ids=ids, affiliations=(post,), homepage="https://vell.org")


def test_a_register_places_the_only_author_of_a_name(tmp_path: Path) -> None:
    crowd = [work(f"Other {a}{b}", f"{a}o{b} {b}u{a}") for a in "bcdf" for b in "ghjk"]
    led = [work(f"Work {n} of the group", f"Pupil{n} Aa", "Ada Vell", date=f"202{n}-01-01") for n in range(3)]
    one = stored(tmp_path / "one", *crowd, *led, register("Ada Vell", "scholar:abc"))
    again = stored(tmp_path / "again", register("Ada Vell", "scholar:abc"), *reversed(led), *crowd)
    homepage = (
        one.snapshots.current_snapshot()
        .load_table("authors")
        .filter(pl.col("name") == "Ada Vell")["homepage"]
        .to_list()
    )

    assert (posts(one)["Ada Vell"], homepage) == ([("Ruve University", "SE")], ["https://vell.org"])
    assert posts(again) == posts(one)


def test_a_register_places_nobody_whom_it_may_not_mean(tmp_path: Path) -> None:
    crowd = [work(f"Other {a}{b}", f"{a}o{b} {b}u{a}") for a in "bcdf" for b in "ghjk"]
    led = [work(f"Work {n} of the group", f"Pupil{n} Aa", "Ada Vell", date=f"202{n}-01-01") for n in range(3)]
    beginner = stored(tmp_path / "beginner", *crowd, work("Only work", "Ada Vell", "Bo Rask"), register("Ada Vell"))
    other = msgspec.structs.replace(register("Ada Vell"), source_id="Ada Vell 0002")
    namesakes = stored(tmp_path / "namesakes", *crowd, *led, register("Ada Vell"), other)
    common = stored(tmp_path / "common", *led, register("Ada Vell"))  # among so few names none is rare

    assert [posts(store) for store in (beginner, namesakes, common)] == [{}, {}, {}]
