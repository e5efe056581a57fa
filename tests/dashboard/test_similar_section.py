"""The person page shows whose work is like theirs, with links and the works that are alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import queries
from tests.worlds import author, stored, work

APP = str(Path(dashboard.__file__).parent / "app.py")
TOPIC = "tactile graph drawing"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    ada = author("Ada Senior @ University of Valdorra, DE", "openalex:A1")
    twin = author("Bea *Twin* @ Université Ailleurs, FR", "openalex:A2")
    alone = author("Cal Other @ Elsewhere College, US", "openalex:A3")
    works = [work(f"{TOPIC} with {what}", "Old Hand", ada) for what in ("paper", "sound", "threads")]
    works += [
        work(f"On {TOPIC} [and](javascript:alert(1)) {what}", "New Hand", twin, url="https://x.org/1")
        for what in ("maps", "tables")
    ]
    works += [work(f"Soil moisture of {what}", "Far Hand", alone) for what in ("hills", "dunes")]
    works += [work(f"Filling {chr(97 + n)}", f"Filler {chr(97 + n)}") for n in range(20)]
    stored(tmp_path, *works).close()
    return tmp_path


def said(author_id: str) -> str:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["author"] = author_id
    app.switch_page("screens/person.py").run()
    assert not app.exception
    return "\n".join(str(element.value) for kind in ("subheader", "caption") for element in app.get(kind))


def test_a_page_shows_whose_work_is_like_theirs_and_which_works_are_alike(home: Path) -> None:
    told = said("openalex:A1")
    assert "People whose work is like theirs" in told
    assert "Université Ailleurs, FR" in told
    assert "2 works they led are near" in told
    assert "](https://x.org/1)” (2025) is like “tactile graph drawing with" in told
    assert "](javascript:" not in told
    assert "Read from the 3 works since 2025 that Ada Senior led" in told


def test_nothing_is_said_where_nobody_is(home: Path) -> None:
    assert "People whose work is like theirs" not in said("openalex:A3")
