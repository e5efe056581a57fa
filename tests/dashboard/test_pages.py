"""Every page as a script, over a small store: what it lists, what it filters, and what it never runs."""

from __future__ import annotations

import csv
import io
import re
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import components, jobs, queries
from finder.answers import Query
from finder.model import Affiliation, Authorship, Institution, Person
from finder.rendering import answer_text
from finder.storage import open_store
from tests.everything import found
from tests.faces import FORMULA, HOSTILE, INTEREST, small
from tests.worlds import author, stored, work

APP = str(Path(dashboard.__file__).parent / "app.py")
PERSON = "screens/person.py"


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("small")
    small(home)
    return home


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setattr(queries, "local_today", lambda: date(2026, 11, 1))


@pytest.fixture
def home(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(small_home))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    return small_home


def opened(page: str | None = None, **query: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    if page:
        app.switch_page(page)
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """All text of a page."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def names(app: AppTest) -> list[str]:
    """The people that a page links to: those of its list with the stars of their strong type, without their badges."""
    links = [link.proto for link in app.get("page_link") if re.search(r"(author|open)=", link.proto.query_string)]
    labels = [re.sub(r"^(\*\*.*?\*\*)( .*)?$", r"\1", link.label) for link in links]
    return [label for label in labels if not label.startswith(("Compare", "Full page"))]


def tick(app: AppTest, facet: str) -> AppTest:
    """Tick a box of the filters, or take its tick away."""
    box = app.checkbox(key=facet)
    return (box.uncheck() if box.value else box.check()).run()


def test_an_address_opens_its_list_with_reasons(home: Path) -> None:
    app = opened(interest=INTEREST)
    assert "**Ada Senior**" in names(app)
    assert "**Bela Newcomer**" in names(app)
    told = said(app)
    count = re.search(r"\*\*(\d) researchers\*\*", told)
    assert count
    assert count[1] == str(len(names(app)))
    assert "up to 20" in told
    assert "Université Ailleurs" in told  # one sighting elsewhere before is no move
    assert ", last author" in told


def test_filters_change_the_list_and_the_address(home: Path) -> None:
    app = opened(interest=INTEREST)
    tick(app, "country-FR")
    assert names(app) == ["**Bela Newcomer**"]
    assert app.query_params["country"] == "FR"
    assert "in other countries" in said(app)
    app.button(key="chip-France").click().run()
    assert "**Ada Senior**" in names(app)
    assert "country" not in app.query_params
    app.slider(key="weight-share").set_value(2.0).run()
    assert app.query_params["share"] == "2"
    app.button(key="reset-weights").click().run()
    assert "share" not in app.query_params
    assert not app.exception


def test_near_a_place_is_a_filter_like_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    here, there = (
        Institution(
            "openalex",
            f"I{number}",
            name,
            ids=(f"openalex:I{number}",),
            country="DE",
            city=city,
            latitude=latitude,
            longitude=13.0,
        )
        for number, name, city, latitude in ((1, "Uni Oldtown", "Oldtown", 52.0), (2, "Uni Farville", "Farville", 49.0))
    )
    people = [Authorship(f"At {at.city}", affiliations=(Affiliation(at.name, id=at.ids[0]),)) for at in (here, there)]
    stored(tmp_path, *(work(f"{INTEREST} {one.name}", one) for one in people), here, there).close()
    app = opened(interest=INTEREST, near="Oldtown")
    assert names(app) == ["**At Oldtown**"]
    assert "1 further than 100 km" in said(app)
    assert ", 0 km" in said(app)
    app.number_input(key="within").set_value(400).run()
    assert names(app) == ["**At Farville**", "**At Oldtown**"]
    assert app.query_params["within"] == "400"
    app.text_input(key="near").set_value("Xyzzyville").run()
    assert "No place called Xyzzyville is known" in "".join(warning.value for warning in app.warning)
    app.text_input(key="near").set_value("Oldtown").run()
    app.button(key="chip-400 km around Oldtown").click().run()
    assert "near" not in app.query_params
    assert "within" not in app.query_params
    assert not app.exception


def test_a_pasted_address_reopens_the_view_and_tells_what_it_left_out(home: Path) -> None:
    app = opened(interest=INTEREST, country=["DE", "XX"], since="2024", top="1", lead="5", kind="pirate")
    assert app.checkbox(key="country-DE").value
    assert app.selectbox(key="since").value == 2024
    assert app.slider(key="weight-lead").value == 5.0
    assert names(app) == ["**Ada Senior**"]
    left_out = "".join(warning.value for warning in app.warning)
    assert "XX" in left_out
    assert "pirate" in left_out


def test_typing_an_interest_lists_and_an_unknown_one_says_why_not(home: Path) -> None:
    app = opened()
    assert app.title[0].value == "Who could advise you?"
    app.text_input(key="interest").set_value(f"  {INTEREST} ").run()
    assert app.query_params["interest"] == INTEREST
    assert "**Ada Senior**" in names(app)
    app.text_input(key="interest").set_value("basket weaving").run()
    assert "No stored work matches" in said(app)
    app.text_input(key="interest").set_value(INTEREST).run()
    app.selectbox(key="since").set_value(2026)
    tick(app, "country-US")
    assert "filtered out" in said(app)
    app.button(key="clear-here").click().run()
    assert "**Ada Senior**" in names(app)


def test_hostile_names_and_titles_are_only_text(home: Path) -> None:
    app = opened(interest=INTEREST, country="US")
    assert f"**{components.escape_markdown(HOSTILE)}**" in names(app)
    told = said(app)
    assert "<script" not in told.replace("\\<", "")
    assert "<img" not in told.replace("\\<", "")
    assert "](javascript" not in told
    assert not any(element.proto.allow_html for kind in ("markdown", "caption") for element in app.get(kind))
    rows = csv.DictReader(
        io.StringIO(answer_text.render_advisor_csv(queries.query_advisors(Query(INTEREST, queries.as_of_date()))))
    )
    listed = {row["name"] for row in rows}
    assert f"'{FORMULA}" in listed
    assert HOSTILE in listed


def test_the_table_and_its_download(home: Path) -> None:
    app = opened(interest=INTEREST, shape="table")
    frame = app.dataframe[0].value
    assert "Ada Senior" in list(frame["name"])
    app.session_state["exports"] = True
    app.run()
    assert f"{len(frame)} rows as CSV" in app.get("download_button")[0].proto.label


def test_a_persons_page(home: Path) -> None:
    app = opened(PERSON, author="openalex:A5001", interest=INTEREST)
    assert app.title[0].value == "Bela Newcomer"
    told = said(app)
    assert "Early-career faculty · stated" in told
    assert "Université Ailleurs" in told
    assert "2 of 2 stored papers" in told
    assert "Cleo Other \\(2\\)" in [link.proto.label for link in app.get("page_link")]
    (evidence,) = [one for one in app.expander if one.label.startswith("Evidence (")]
    assert "Assistant Professor" in evidence.markdown[0].value
    assert len(app.get("vega_lite_chart")) == 2


def test_a_new_professor_is_called_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    ada = ("orcid:0000-0002-1825-0097",)
    post = Affiliation("Uni A", country="DE", role="Assistant Professor", since=2026, stated=True)
    own = Person("orcid", ada[0], "Ada Vell", "2026-11-01", ids=ada, affiliations=(post,))
    stored(tmp_path, work("Modality dropout", author("Ada Vell @ Uni A, DE", *ada), date="2026-06-01"), own).close()

    assert "new professor since 2026" in said(opened(interest="modality dropout"))
    assert "new professor since 2026" in said(opened(PERSON, author=ada[0], interest="modality dropout"))


def test_whoever_is_not_known_is_looked_up(home: Path) -> None:
    app = opened(PERSON, author="Sänior")
    assert "Nobody called Sänior is stored" in said(app)
    app.text_input(key="name").set_value("senior").run()
    assert names(app) == ["Ada Senior"]
    assert not app.exception


def test_the_other_pages_open(home: Path) -> None:
    app = opened("screens/sources.py")
    assert "test" in said(app)
    assert "No key is set" in said(app)
    app.switch_page("screens/method.py").run()
    assert not app.exception
    assert "topic match*, not quality" in said(app)


def test_an_empty_store_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "new"))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    app = opened(interest=INTEREST)
    assert "Nothing is stored yet" in said(app)
    assert app.button(key="collect").label == "Update from the web"
    for page in (PERSON, "screens/sources.py"):
        app.switch_page(page).run()
        assert not app.exception


def test_the_demo_says_on_every_page_that_it_is_fictional(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_DEMO", "1")
    app = opened(interest=INTEREST)
    for page in (None, PERSON, "screens/sources.py", "screens/method.py"):
        if page:
            app.switch_page(page).run()
        assert "are fictional" in said(app)
    assert "collect" not in [button.key for button in app.button]


def test_a_person_can_be_hidden_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    app = opened(PERSON, author="openalex:A5001", interest=INTEREST)
    app.button(key="hide").click().run()
    app.button(key="hide-sure").click().run()
    with open_store(tmp_path) as store:
        assert store.suppressions.has_suppressions()
    assert "**Bela Newcomer**" not in names(opened(interest=INTEREST))


def test_what_is_stored_of_a_person_can_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    app = opened(PERSON, author="openalex:A5001", interest=INTEREST)
    app.button(key="forget").click().run()
    assert "**Bela Newcomer**: 2 works" in said(app)
    app.button(key="forget-sure").click().run()
    assert found(tmp_path, "Bela Newcomer", "A5001") == []


def test_an_interest_is_never_an_option() -> None:
    assert jobs.collect_command("--help; rm -rf /", "--again")[-3:] == ["--again", "--", "--help; rm -rf /"]


def test_a_collection_is_watched_and_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"]
    monkeypatch.setattr(jobs, "collect_command", lambda *_: wait)
    app = opened(interest=INTEREST)
    app.button(key="collect").click().run()
    assert f"Collecting “{INTEREST}”" in said(app)
    job = jobs.current_job()
    assert job is not None
    time.sleep(0.3)  # until Python minds interrupts
    app.button(key="stop").click().run()
    assert job.process.wait(10) != 0
    told = opened(interest=INTEREST)
    assert "You stopped it before anything arrived" in said(told)
    assert jobs.current_job() is None
