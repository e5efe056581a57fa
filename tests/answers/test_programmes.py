"""Doctoral networks, curated programmes and searches elsewhere, beside open positions."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from worlds import copied, work

from finder import reference_data
from finder.answers import openings
from finder.answers.openings import OpeningFilter
from finder.model import Affiliation, Grant
from finder.rendering import answer_text

DAY = date(2026, 11, 1)


def network(title: str, **more: object) -> Grant:
    given: dict[str, object] = {
        "source": "cordis",
        "source_id": title,
        "funder": "European Union",
        "start": "2026-09-01",
        "end": "2030-08-31",
        "institution": Affiliation("First University", country="DE"),
        "programme": "HORIZON-TMA-MSCA-DN",
        "partners": (Affiliation("Second University", country="FR"),),
        "url": "https://cordis.example/1",
        **more,
    }
    return Grant(title=title, **given)  # type: ignore[arg-type]


def test_networks_that_run_and_programmes_of_the_field_are_listed_and_are_no_postings(tmp_path: Path) -> None:
    records = (
        work("Machine learning for owls", "Ada Vell @ Uni A, DE", date="2026-05-01"),
        network("OWLNET: machine learning for owls"),
        network("OVER: machine learning", end="2025-01-01"),
        network("STONES: geology"),
        network("A grant that is no network: machine learning", source="nsf"),
    )
    with copied(tmp_path / "home", *records) as store:
        found = openings.find_openings(store, "machine learning", DAY)
        french = openings.find_openings(store, "machine learning", DAY, OpeningFilter(countries=("FR",)))
        jobs = openings.find_openings(store, "machine learning", DAY, OpeningFilter(kinds=("internship",)))
        stones = openings.find_openings(store, "geology of stones", DAY)

    names = [one["name"] for one in found.programmes]
    assert found.total == 0
    assert names[0] == "OWLNET: machine learning for owls"
    assert not {"OVER: machine learning", "STONES: geology"} & set(names)
    assert len(names) > 3
    assert all(one["seen_at"] and one["seen"] for one in found.programmes if one["source"] == "curated")
    assert [one["name"] for one in french.programmes if one["source"] == "cordis"] == names[:1]
    assert not any(one["countries"] == ["CH"] for one in french.programmes)
    assert jobs.programmes == []
    assert [one["name"] for one in stones.programmes] == ["STONES: geology"]
    assert all("machine+learning" in one["url"] for one in found.searches)
    text = answer_text.render_openings(found)
    assert "doctoral network, Germany, France" in " ".join(text.split())
    assert "to open in a browser" in text
    assert found.to_json()["programmes"] == found.programmes


def test_each_curated_programme_and_search_says_where_and_when_it_was_seen() -> None:
    for row in (*reference_data.load_reference_rows("programmes"), *reference_data.load_reference_rows("searches")):
        assert row["seen_at"]
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["seen"])
    for row in reference_data.load_reference_rows("programmes"):
        assert row["link"].startswith("https://")
        assert not row["month"] or 1 <= int(row["month"]) <= 12
        assert set(filter(None, row["countries"].split("|"))) <= reference_data.country_codes()
    assert all("{words}" in row["address"] for row in reference_data.load_reference_rows("searches"))
