"""The Internships page: hosts with proofs, filters in the address, and why a list is empty."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import queries
from tests.worlds import author, stored, work

APP = str(Path(dashboard.__file__).parent / "app.py")
PAGE = "screens/internships.py"
LAB, OTHER = "Brightloom Labs", "Quillmark Inc"
INTEREST = "modality dropout"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    works = [
        work(f"Early work {year}", "Cleo Other", author("Gone Before", "openalex:A3"), date=f"{year}-01-01")
        for year in range(2014, 2020)
    ]
    for number, (lab, name) in enumerate(((LAB, "Hana *Host*"), (OTHER, "Otto Other"), (LAB, "Gone Before"))):
        host = author(f"{name} @ {lab}, US", f"openalex:A{number + 1}")
        intern = author(f"Ina Intern{chr(97 + number)} @ University of Valdorra, DE", f"openalex:A10{number}")
        note = author(f"{intern.name} @ University of Valdorra; Work done during an internship at {lab}", *intern.ids)
        day = "2022-03-01" if name == "Gone Before" else "2026-03-01"
        works.append(
            work(f"Modality dropout of kind {chr(97 + number)}", note, host, date=day, url="javascript:alert(1)")
        )
    works.append(
        work(
            "Modality dropout in lectures",
            author("Gone Before @ Université Ailleurs, FR", "openalex:A3"),
            "Cleo Other",
            date="2026-05-01",
        )
    )
    stored(tmp_path, *works).close()
    return tmp_path


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind)).replace("\\", "")


def hosts(app: AppTest) -> list[str]:
    labels = [link.proto.label.replace("\\", "") for link in app.get("page_link") if "author" in str(link.proto)]
    return [found[1] for label in labels if (found := re.match(r"\*\*(.*)\*\*( :|$)", label))]


def unfold(app: AppTest, name: str) -> AppTest:
    """Draw the proofs of a host."""
    app.session_state[f"host-{hosts(app).index(name)}-proofs"] = True
    return app.run()


def test_hosts_stand_with_their_proofs_and_who_has_left_apart(home: Path) -> None:
    app = opened(interest=INTEREST)
    assert set(hosts(app)) == {"Hana *Host*", "Otto Other"}
    why = "Hosted interns at Brightloom Labs: 1 work since 2024-03, by 1 person, known by 1 stated"
    assert any(why in one.label.replace("\\", "") for one in app.get("expander"))
    told = said(unfold(app, "Hana *Host*"))
    assert "from University of Valdorra, not seen since" in told
    assert "Work done during an internship at Brightloom Labs" in told
    assert "javascript" not in told
    assert "no verdict on anybody, and no offer" in told
    assert "Hosted before; left, not seen there, or nobody hosted for two years (1)" in [
        e.label for e in app.get("expander")
    ]
    assert "Brightloom Labs until 2022, now at Université Ailleurs" in told


def test_the_address_reopens_a_filtered_list(home: Path) -> None:
    app = opened(interest=INTEREST, company="quill")
    assert hosts(app) == ["Otto Other"]
    app.text_input(key="hosts-company").set_value("").run()
    assert set(hosts(app)) == {"Hana *Host*", "Otto Other"}
    assert "company" not in app.query_params
    app.multiselect(key="hosts-country").set_value(["FR"]).run()
    assert "No host is listed" in said(app)
    assert "in other or unknown countries" in said(app)
    app.button(key="hosts-clear-here").click().run()
    assert set(hosts(app)) == {"Hana *Host*", "Otto Other"}


def test_companies_stand_apart_where_wanted(home: Path) -> None:
    app = opened(interest=INTEREST)
    app.segmented_control(key="hosts-by").set_value("company").run()
    assert {LAB, OTHER} <= {element.value.replace("\\", "") for element in app.get("subheader")}


def test_an_empty_list_says_why(home: Path) -> None:
    assert "No stored work matches these words" in said(opened(interest="beekeeping"))
    assert "Type a topic in your own words" in said(opened())
    assert "Left out of the address" in said(opened(interest=INTEREST, country="XX"))


def test_a_hosts_own_page_tells_it_with_evidence(home: Path) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["author"] = "openalex:A1"
    app.switch_page("screens/person.py").run()
    told = said(app)
    assert "Interns hosted" in told
    assert "Hosted interns at Brightloom Labs: 1 work since 2024-11, by 1 person" in told
    app.query_params["author"] = "openalex:A100"
    assert "Interns hosted" not in said(app.run())
