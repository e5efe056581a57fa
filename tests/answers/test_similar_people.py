"""Whose work is like somebody's: who is read, who counts, what is told, and who is never shown."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from finder import answers, cli
from finder.answers import Query, similar_people
from finder.errors import UsageError
from finder.model import Work
from finder.publication import resolve_and_publish
from finder.rendering import similar_text
from finder.storage import Store
from tests.encoders import encode_all, toy, use
from tests.worlds import NOW, author, copied, put, stored, work

DAY = date(2026, 11, 1)
UNI = "University of Valdorra, DE"
ADA = author(f"Ada Senior @ {UNI}", "openalex:A1")
BEA = author("Bea Twin @ Université Ailleurs, FR", "openalex:A2")
CAL = author("Cal Other @ Elsewhere College, US", "openalex:A3")
SAM = author(f"Sam Pupil @ {UNI}", "openalex:A4", role="PhD student")
TOPIC = "tactile graph drawing"


def works_of_all() -> list[Work]:
    works = [
        work(f"{TOPIC} with {what}", "Old Hand", ADA, date=f"202{n}-05-01")
        for n, what in enumerate(["paper", "sound", "threads", "sand"], 2)
    ]
    works += [work(f"On {TOPIC} and {what}", "New Hand", BEA, date="2025-05-01") for what in ("maps", "tables")]
    works += [work(f"Soil moisture of {what}", "Far Hand", CAL, date="2025-05-01") for what in ("hills", "dunes")]
    works += [work(f"Another {TOPIC}", "Nobody Else", SAM, date="2026-05-01")]
    works += [work(f"Filling {chr(97 + n)}", f"Filler {chr(97 + n)}", date="2024-01-01") for n in range(20)]
    return works


WORKS = works_of_all()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return copied(tmp_path, *WORKS)


def named(found: similar_people.SimilarPeople) -> list[str]:
    return [row.name for row in found.results]


def test_whoever_leads_works_on_the_same_is_like_somebody_and_the_pairs_say_why(store: Store) -> None:
    found = similar_people.find_similar_people(store, "Ada Senior", DAY)
    assert named(found) == ["Bea Twin"]
    (row,) = found.results
    assert TOPIC in found.terms
    assert row.terms[0] == TOPIC
    assert row.alike == 2
    assert {pair.theirs.title for pair in row.pairs} == {f"On {TOPIC} and maps", f"On {TOPIC} and tables"}
    assert all(TOPIC in pair.own.title and pair.own.title != pair.theirs.title for pair in row.pairs)
    assert (row.institution, row.country) == ("Université Ailleurs", "FR")
    assert found.read == "Read from the 4 works since 2022 that Ada Senior led."


def test_who_led_nothing_is_read_by_what_they_wrote(store: Store) -> None:
    found = similar_people.find_similar_people(store, "New Hand", DAY)
    assert found.read == "Read from the 2 works since 2025 that New Hand wrote."
    assert "Ada Senior" in named(found)


def test_works_that_both_wrote_count_for_nobody_but_are_told(store: Store) -> None:
    put(
        store,
        work(f"{TOPIC} by two", CAL, ADA, date="2026-01-01"),
        work(f"{TOPIC} of two", ADA, CAL, date="2026-02-01"),
    )
    found = similar_people.find_similar_people(store, "Ada Senior", DAY)
    assert "Cal Other" not in named(found)
    put(store, work(f"{TOPIC} alone", "Far Hand", CAL, date="2026-03-01"))
    (cal,) = (
        row for row in similar_people.find_similar_people(store, "Ada Senior", DAY).results if row.name == "Cal Other"
    )
    assert cal.joint == 2
    assert cal.alike == 1


def test_students_are_left_out_and_counted(store: Store) -> None:
    usual, every = (
        similar_people.find_similar_people(store, "Ada Senior", DAY, students=students) for students in (False, True)
    )
    assert usual.students == 1
    assert every.students == 0
    assert set(named(every)) - set(named(usual)) == {"Sam Pupil"}


def test_nothing_dated_later_counts(store: Store) -> None:
    assert not similar_people.find_similar_people(store, "Ada Senior", date(2024, 1, 1)).results


def test_whoever_is_hidden_is_like_nobody(store: Store) -> None:
    store.suppressions.add(answers.suppression_tokens(store, "Bea Twin"), NOW)
    resolve_and_publish(store, NOW)
    assert "Bea Twin" not in named(similar_people.find_similar_people(store, "Ada Senior", DAY, students=True))
    with pytest.raises(UsageError):
        similar_people.find_similar_people(store, "Bea Twin", DAY)


def test_advisors_like_somebody_are_filtered_as_usual_and_do_not_hold_them(store: Store) -> None:
    like, words = similar_people.interest_from_person(store, "Ada Senior")
    everybody = answers.find_advisors(store, Query(words, DAY, like=like))
    names = [row["name"] for row in everybody.results]
    assert names[0] == "Bea Twin"
    assert not {"Ada Senior", "Cal Other"} & set(names)
    assert everybody.terms[0]["term"] == "work like that of Ada Senior"
    assert TOPIC in [term["term"] for term in everybody.terms]
    french = answers.find_advisors(store, Query(words, DAY, like=like, countries=("FR",)))
    assert [row["name"] for row in french.results] == ["Bea Twin"]


def test_a_term_that_is_switched_off_is_not_looked_for(store: Store) -> None:
    like, words = similar_people.interest_from_person(store, "Ada Senior")
    terms = {term["term"] for term in answers.find_advisors(store, Query(words, DAY, like=like)).terms[1:]}
    left = answers.find_advisors(store, Query(words, DAY, like=like, without=tuple(terms))).terms[1:]
    assert terms
    assert not terms & {term["term"] for term in left}


def test_works_that_share_no_word_are_near_by_what_they_mean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    use(home, toy(tmp_path / "toy"), monkeypatch)
    owls = [work(f"owl silent {chr(97 + n)}", "Old Hand", ADA) for n in range(3)]
    bread = [work(f"oven bread {chr(97 + n)}", "Far Hand", CAL) for n in range(3)]
    store = stored(home, *owls, *bread, work("raptor mute", "New Hand", BEA))
    assert not similar_people.find_similar_people(store, "Ada Senior", DAY).results
    encode_all(store)
    (row,) = similar_people.find_similar_people(store, "Ada Senior", DAY).results
    assert (row.name, row.terms) == ("Bea Twin", ())
    (pair,) = row.pairs
    assert pair.theirs.title == "raptor mute"
    assert pair.own.title.startswith("owl silent")
    assert "near in meaning to “owl silent" in similar_text.similar_works_line(pair)


@pytest.fixture
def home(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    store.close()
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(words))
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_command_prints_it_in_each_format(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("similar", "Ada Senior", "--as-of", DAY.isoformat())
    table = said(capsys, *asked)
    assert "Bea Twin: Université Ailleurs, FR" in table
    assert "Not listed: 1 student." in table
    assert max(map(len, table.splitlines())) <= 80
    told = json.loads(said(capsys, *asked, "--format", "json"))
    assert told["results"][0]["pairs"][0]["own"]["title"].startswith(TOPIC)
    (row,) = csv.DictReader(io.StringIO(said(capsys, *asked, "--format", "csv")))
    assert row["author_id"] == "openalex:A2"
    assert "  - On tactile graph drawing and " in said(capsys, *asked, "--format", "md")


def test_advisors_take_somebody_in_place_of_an_interest(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("advisors", "--like", "Ada Senior", "--as-of", DAY.isoformat())
    assert "Bea Twin" in said(capsys, *asked)
    with pytest.raises(SystemExit) as ended:
        cli.main([asked[0], TOPIC, *asked[1:]])
    assert ended.value.code == 2
    assert "--like stands in place of an interest" in capsys.readouterr().err
