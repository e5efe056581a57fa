"""The person page tells whom somebody published with as last author, with links, works and what it is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import queries
from tests.worlds import author, stored, work

APP = str(Path(dashboard.__file__).parent / "app.py")
UNI = "University of Valdorra, DE"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    head = author(f"Ada Senior @ {UNI}", "openalex:A1")
    students = [author(f"S{chr(97 + n)}m *Pupil* @ {UNI}", f"openalex:A2{n}") for n in range(14)]
    guest = author("Gil Guest @ Université Ailleurs, FR", "openalex:A3")
    works = [work(f"Early work {n}", head, date=f"201{n}-01-01") for n in range(4)]
    works += [work("A work of one", "Old Hand")]
    works += [
        work(
            f"Joint work {chr(97 + n)}",
            student,
            head,
            date=f"20{16 + n // 2}-0{1 + n % 2}-01",
            url=f"https://x.org/{n}",
        )
        for n, student in enumerate(students)
    ]
    works += [work("Another joint work", students[13], head, date="2025-02-01", url="javascript:alert(1)")]
    works += [work("A visit", guest, head, date="2024-05-01")]
    stored(tmp_path, *works).close()
    return tmp_path


def opened(author_id: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["author"] = author_id
    app.switch_page("screens/person.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = ("subheader", "markdown", "caption")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def test_a_heads_page_lists_students_and_guests(home: Path) -> None:
    app = opened("openalex:A1")
    told = said(app)
    assert "Likely students" in told
    assert "14 people, 1 of them in the last two years" in told
    assert "Probably advised by" not in told
    assert "no verdict on anybody" in told
    assert "2022-2025: 2 joint works, now at University of Valdorra" in told.replace("\\", "")
    links = {link.proto.label.replace("\\", "") for link in app.get("page_link") if "author" in str(link.proto)}
    assert {"Sam *Pupil*", "Snm *Pupil*", "Gil Guest"} <= links
    folded = [expander.label for expander in app.get("expander")]
    assert "2 more, earlier" in folded
    assert "Guests: they wrote it from elsewhere (1)" in folded
    (works,) = [expander for expander in app.expander if expander.label.startswith("The works that show this")]
    assert len(works.markdown[0].value.splitlines()) == 16
    assert "](javascript" not in works.markdown[0].value


def test_a_students_page_tells_the_probable_advisor(home: Path) -> None:
    app = opened("openalex:A213")
    told = said(app)
    assert "Probably advised by" in told
    assert "last author of 2 of 2 first-authored early works" in told.replace("\\", "")
    assert "Likely students" not in told


def test_a_page_without_either_says_nothing_of_it(home: Path) -> None:
    told = said(opened("Old Hand"))
    assert "Published with" not in told
    assert "advised" not in told
