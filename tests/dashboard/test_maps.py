"""The maps: countries by how many are there, people by whom they write with; sent only while they are open."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import charts, components, force_layout, queries, world_map
from tests.faces import INTEREST, small
from tests.group import ADA, GROUP, group
from tests.worlds import author, stored, work

APP = str(Path(dashboard.__file__).parent / "app.py")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)


def opened(screen: str, folded: str = "", **query: str) -> AppTest:
    """A page, with one part of it unfolded."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    if folded:
        app.session_state[folded] = True
    app.switch_page(f"screens/{screen}.py").run()
    assert not app.exception
    return app


def alts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


def test_two_posts_in_one_country_count_once_and_unknown_is_counted() -> None:
    places = [["DE", "DE"], ["DE", "CH"], [None], [None, "CH"], []]
    counts, unknown = world_map.count_countries(places)
    assert counts == {"DE": 2, "CH": 2}
    assert unknown == 2
    told = world_map.country_counts_text({"US": 3}, 12)
    assert told == "United States 3; 12 without a known country"


def test_a_small_country_is_a_shape_and_a_dot_and_more_is_stronger() -> None:
    spec = charts.world_map_chart({"DE": 4, "SG": 2, "JP": 1}, "people", "#123456").to_dict()
    rows = [row for rows in spec["datasets"].values() if isinstance(rows, list) for row in rows]
    strength = {row["country"]: row["strength"] for row in rows}
    assert strength["Germany"] == 1.0 > strength["Singapore"] > strength["Japan"] > 0.3
    dots = spec["layer"][2]
    assert [row["country"] for row in spec["datasets"][dots["data"]["name"]]] == ["Singapore"]
    assert "http" not in json.dumps({**spec, "$schema": "", "datasets": {}})


def test_europe_alone_fills_the_map() -> None:
    near, far = (
        charts.world_map_chart(counts, "people", "gray").to_dict()
        for counts in ({"DE": 1, "FR": 1}, {"DE": 1, "US": 1})
    )
    assert near["projection"]["scale"] != far["projection"]["scale"]


def test_a_list_has_its_map_only_while_it_is_open(tmp_path: Path) -> None:
    group(tmp_path)
    assert alts(opened("labs", interest=GROUP)) == []
    assert alts(opened("labs", "world", interest=GROUP)) == ["Labs by country: France 1, Germany 1"]


def test_a_person_who_was_in_two_countries_has_a_map_of_them(tmp_path: Path) -> None:
    small(tmp_path)
    there = alts(opened("person", "posts-world", author="openalex:A5001"))
    assert "Posts by country: France 1, United States 1" in there
    app = opened("person", "posts-world", author="Ada Senior")
    assert "Where they have been" not in [one.label for one in app.expander]


def test_a_lab_shows_where_its_alumni_went_and_who_was_there_when(tmp_path: Path) -> None:
    group(tmp_path)
    assert "Alumni by country: United States 1; 1 without a known country" in alts(
        opened("labs", "alumni-world", lab=ADA)
    )
    (stays,) = [alt for alt in alts(opened("labs", "stays", lab=ADA)) if alt.startswith("In the lab")]
    assert "Once There 2019-05 to 2020-05" in stays
    assert "Sam Pupil" in stays


def test_coauthors_who_write_together_are_drawn_and_the_others_named(tmp_path: Path) -> None:
    ada = author("Ada Senior", "openalex:A1")
    stored(
        tmp_path,
        work("One", ada, "Bo Friend", "Cy Friend"),
        work("Two", "Bo Friend", "Cy Friend"),
        work("Three", ada, "Di Alone"),
    ).close()
    app = opened("person", "coauthors", author="openalex:A1")
    (alt,) = [alt for alt in alts(app) if alt.startswith("Joint works")]
    assert alt.removeprefix("Joint works of their co-authors: ") in {
        "Bo Friend and Cy Friend: 2",
        "Cy Friend and Bo Friend: 2",
    }
    assert any("With none of the others: Di Alone" in str(one.value) for one in app.caption)


def test_every_claim_of_a_lab_has_its_source_and_date(tmp_path: Path) -> None:
    group(tmp_path)
    lab = opened("labs", lab=ADA)
    (evidence,) = [one for one in lab.expander if one.label.startswith("Evidence (")]
    claims = evidence.markdown[0].value.splitlines()
    assert any(
        components.escape_markdown("former member Once There: seen at Elsewhere College") in claim for claim in claims
    )
    for claim in claims:
        assert re.search(r"\(.*test, \d{4}.*\)$", claim.replace("\\", "")), claim


def test_names_on_a_map_of_people_do_not_cover_each_other() -> None:
    rng = np.random.default_rng(1)
    for count in (2, 5, 12):
        places, letters = rng.uniform(-0.2, 0.2, (count, 2)), [18] * count
        moved = force_layout.separate_labels(places, letters, charts.PHONE, 400)
        wide, high = charts.PHONE / force_layout.SPAN[0], 400 / force_layout.SPAN[1]
        for one, other in combinations(moved, 2):
            beside = abs(one[0] - other[0]) * wide >= 18 * force_layout.LETTER - 1
            assert beside or abs(one[1] - other[1]) * high >= 12
        assert np.abs(moved[:, 0]).max() * wide <= charts.PHONE / 2 - 9 * force_layout.LETTER + 1


def test_an_interest_with_nobody_has_no_map() -> None:
    assert opened("labs", "world", interest=INTEREST).get("vega_lite_chart") == []
