"""The Sources page: every source with its key, budget and runs; tests that fail are told; keys that are never shown."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import source_check
from finder.settings import load_settings
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.runs import SourceRun
from tests.dashboard.test_pages import opened, said
from tests.faces import HOSTILE, small

PAGE = "screens/sources.py"
KEY = "pl4nted-Key/0123+456789"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small(tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.setenv("FINDER_OPENALEX_URL", "http://127.0.0.1:9")
    for name in ("FINDER_DEMO", "FINDER_SERVED", "FINDER_OPENALEX_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def everything(app: AppTest) -> str:
    """All that was sent to the browser, shown or not."""
    return "\n".join(str(element.proto) for element in app.main)


def labels(app: AppTest) -> str:
    return "\n".join(expander.label for expander in app.expander)


def test_all_sources_are_listed_with_what_they_add_and_how_to_switch_them_on(home: Path) -> None:
    app = opened(PAGE)
    shown = said(app) + labels(app)
    for source in discover_sources().values():
        assert source.card.title.partition(" ")[0] in shown
    assert "1,000 of 1,000 credits left today (not asked yet today)" in everything(app)
    assert "[sources.orcid]\nenabled = true" in [code.value for code in app.code]
    assert "[sources.openalex]" not in "".join(code.value for code in app.code)
    assert [button.key for button in app.button if str(button.key).startswith("test-")] == ["test-openalex"]


def test_switched_on_a_source_moves_up_and_can_be_tested(home: Path) -> None:
    (home / "finder.toml").write_text("[sources.orcid]\nenabled = true\n[sources.scholar]\nenabled = true\n")
    app = opened(PAGE)
    tests = [button.key for button in app.button if str(button.key).startswith("test-")]
    assert tests == ["test-openalex", "test-orcid"]
    assert "only ever asked about somebody" in said(app)
    assert "[sources.orcid]\nenabled = true" not in [code.value for code in app.code]


def test_the_last_runs_are_told_as_text(home: Path) -> None:
    with open_store(home) as store:
        for number in range(7):
            run = store.runs.start_run("collect", f"{HOSTILE} {number}", f"2026-11-0{number + 1}T10:00:00+00:00")
            store.runs.record_source_run(run, SourceRun("openalex", "partial", "it broke *off*", calls=3, works=12))
            store.runs.end_run(run, "partial", f"2026-11-0{number + 1}T10:05:00+00:00")
    app = opened(PAGE)
    runs = [line.value for line in app.markdown if "12 works" in line.value]
    assert len(runs) == 5
    assert "2026\\-11\\-07 10:05 UTC" in runs[0].replace("\u2060", "")
    assert "\\*off\\*" in runs[0]
    assert "<img" not in "".join(line.value for line in app.markdown).replace("\\<", "")


def test_a_failing_test_is_told_with_its_remedy_and_stays(home: Path) -> None:
    app = opened(PAGE)
    assert "One request, 1 credit." in said(app)
    app.button(key="test-openalex").click().run()
    for _ in range(2):
        assert "could not be reached" in said(app)
        assert "Try again later" in said(app)
        assert "unreachable" in everything(app)
        app.run()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('finder: the disk is full')", "the disk is full"),
        ("print('[]')", "ended without a word"),
        ("print('<html>')", "ended without a word"),
    ],
)
def test_a_test_that_could_not_begin_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    monkeypatch.setattr(source_check, "source_test_command", lambda _: [sys.executable, "-c", code])
    app = opened(PAGE)
    app.button(key="test-openalex").click().run()
    assert words in said(app)
    assert "not tested" in everything(app)


def test_a_key_is_kept_for_the_owner_alone_and_never_shown(home: Path) -> None:
    with open_store(home) as store:
        store.budgets.record_suspension("openalex", "2026-11-22", "2999-01-01T00:00:00Z", "used up without a key")
    app = opened(PAGE)
    assert "parked until 2999" in everything(app)
    app.text_input(key="value-openalex").set_value(f" {KEY} ")
    app.button(key="keep-openalex").click().run()
    assert not app.exception
    assert load_settings().keys == {"openalex_key": KEY}
    if sys.platform != "win32":
        assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600
    app = opened(PAGE)
    assert KEY not in everything(app)
    assert "••••" in said(app)
    assert "from secrets" in said(app)
    assert "10,000 of 10,000 credits" in everything(app)
    assert "parked" not in everything(app)


def test_what_is_no_key_is_refused_and_nothing_kept(home: Path) -> None:
    app = opened(PAGE)
    for wrong, words in (("two words", "Paste the key alone"), ("  ", "Nothing was typed")):
        app.text_input(key="value-openalex").set_value(wrong)
        app.button(key="keep-openalex").click().run()
        assert words in said(app)
    assert not (home / "secrets.toml").exists()


def test_a_key_of_the_environment_is_named_and_has_no_field(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_OPENALEX_KEY", KEY)
    app = opened(PAGE)
    assert "FINDER\\_OPENALEX\\_KEY" in said(app)
    assert "value-openalex" not in [field.key for field in app.text_input]
    assert KEY not in everything(app)


def test_in_the_demo_nothing_is_tested_and_no_key_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_DEMO", "1")
    app = opened(PAGE)
    assert "Nothing is asked in the demo" in said(app)
    assert not app.text_input
    assert not [button for button in app.button if str(button.key).startswith("test-")]
