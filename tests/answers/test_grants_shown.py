"""Running grants with people: on cards and rows, as a filter, and what is said where none is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from worlds import author, copied, work

from finder import answers
from finder.answers import Query, facets, labs
from finder.answers.query import Trait
from finder.model import Affiliation, Grant, Investigator
from finder.rendering import answer_text, lab_text
from finder.storage import Store

DAY = date(2026, 11, 1)
TOPIC = "modality dropout"
UNI = "University of Valdorra"
ADA = author(f"Ada Vell @ {UNI}, DE", "openalex:A1")


def grant(title: str, name: str, **more: object) -> Grant:
    given: dict[str, object] = {
        "source": "test",
        "source_id": title,
        "funder": "Night Council",
        "start": "2024-09-01",
        "end": "2029-08-31",
        "institution": Affiliation(UNI, country="DE"),
        "url": "https://grants.example/1",
        **more,
    }
    return Grant(title=title, investigators=(Investigator(name),), **given)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return copied(
        tmp_path / "home",
        work("Modality dropout in practice", author(f"Ada Vell @ {UNI}, DE", "openalex:A1"), date="2026-05-01"),
        work("Modality dropout again", f"Bela Orn @ {UNI}, DE", date="2026-04-01"),
        work("Modality dropout abroad", "Cleo Dant @ Sheet College, JP", date="2026-04-01"),
        grant("Owls", "Ada Vell", end="2031", amount=650000.0, currency="EUR"),
        grant(
            "Robust fusion", "Ada Vell", abstract="We study the dropout of modalities and modality shift.", end="2028"
        ),
        grant("Over", "Ada Vell", end="2026-10-31"),
        grant("Without an end", "Bela Orn", end=None),
        grant("To come", "Bela Orn", start="2027-03", end="2030-02"),
    )


def asked(store: Store, *traits: Trait, as_of: date = DAY) -> answers.Answer:
    return answers.find_advisors(store, Query(TOPIC, as_of, traits=traits))


def test_running_grants_stand_in_rows_and_cards_those_on_the_topic_first(store: Store) -> None:
    rows = {row["name"]: row for row in asked(store).results}

    assert [(one["title"], one["on_topic"], one["begins"]) for one in rows["Ada Vell"]["grants"]] == [
        ("Robust fusion", True, False),
        ("Owls", False, False),
    ]
    assert [(one["title"], one["begins"]) for one in rows["Bela Orn"]["grants"]] == [("To come", True)]
    assert rows["Cleo Dant"]["grants"] == []
    claims = [one for one in rows["Ada Vell"]["evidence"] if one["claim"].startswith("leads grant")]
    assert claims[0]["claim"].endswith("known by name and institution")
    assert claims[0]["url"] == "https://grants.example/1"

    card = answers.person_profile(store, "Ada Vell", DAY, TOPIC)
    assert [one["title"] for one in card["grants"]] == ["Robust fusion", "Owls"]
    said = " ".join(answer_text.render_person_card(card).split())
    assert "money: grant on this topic until 2028 (Night Council): “Robust fusion” https://grants.example/1" in said
    assert "grant until 2031 (Night Council, 650,000 EUR): “Owls”" in said
    assert "1 from" not in said
    text = answer_text.render_advisor_table(asked(store))
    assert "grant on this topic from 2027-03" not in text
    assert "grant from 2027-03 until 2030-02" in text


def test_a_lab_has_the_grants_of_its_head(tmp_path: Path) -> None:
    group = [
        work(f"Modality dropout {n}", f"Stu Dent{'abc'[n % 3]} @ {UNI}, DE", ADA, date=f"202{n % 3 + 4}-0{n + 1}-01")
        for n in range(8)
    ]
    with copied(tmp_path / "home", *group, grant("Owls", "Ada Vell")) as store:
        (lab,) = labs.find_labs(store, Query(TOPIC, DAY)).results

    (head,) = lab["heads"]
    assert [one["title"] for one in head["grants"]] == ["Owls"]
    assert "Ada Vell: grant until 2029-08 (Night Council): “Owls”" in lab_text.lab_detail_lines(lab)
    assert any(claim["claim"].startswith("leads grant until") for claim in lab["evidence"])


def test_what_was_not_yet_begun_is_not_known_on_a_day_before(store: Store) -> None:
    rows = {row["name"]: row for row in asked(store, as_of=date(2026, 9, 1)).results}

    assert [one["title"] for one in rows["Ada Vell"]["grants"]] == ["Robust fusion", "Owls", "Over"]
    assert rows["Bela Orn"]["grants"] == []


def test_only_whoever_has_a_running_grant_passes_the_filter_and_gaps_are_said(store: Store) -> None:
    found = asked(store, "funded")

    assert {row["name"] for row in found.results} == {"Ada Vell", "Bela Orn"}
    assert found.left_out == {"without a running grant that is known": 1}
    assert found.coverage["gaps"] == [
        "Grants of 2 of 3 people here are known: of the others nothing is.",
        "No grants source that was asked covers these countries: Japan.",
    ]
    gathered = answers.collect_candidates(store, Query(TOPIC, DAY))
    assert facets.count_facets(gathered, Query(TOPIC, DAY)).traits["funded"] == 2


def test_where_no_grant_is_stored_nothing_is_claimed(tmp_path: Path) -> None:
    with copied(tmp_path / "home", work("Modality dropout", f"Ada Vell @ {UNI}, DE", date="2026-05-01")) as store:
        found = asked(store, "funded")

        assert found.results == []
        (said,) = found.coverage["gaps"]
        assert "who has money cannot be known" in said
        assert asked(store).results[0]["grants"] == []
