"""finder forget and finder about, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from somebody import ORCID, TODAY, WORDS, collected

from finder.cli import main
from finder.privacy import subject_access
from finder.storage import open_store
from tests.everything import found
from tests.worlds import NOW


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    collected(home).close()
    monkeypatch.setenv("FINDER_HOME", str(home))
    return home


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    return int(exit_.value.code or 0)


def test_without_a_yes_nothing_is_done(cli: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = found(cli, *WORDS)

    assert run("forget", ORCID) == 2
    assert "4 works, 1 person records, 1 statements" in capsys.readouterr().err
    assert found(cli, *WORDS) == before


def test_forget_says_what_was_done_and_what_was_not_reached(cli: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cli / "my-notes.txt").write_text("Zdenka Okrasa")

    assert run("forget", "Ždenka Okrása", "--yes") == 0
    said = capsys.readouterr().err
    assert "replies: " in said
    assert "deleted: exports/list.csv" in said
    assert "my-notes.txt. Delete it yourself." in said
    assert "Not reached" in said
    (cli / "my-notes.txt").unlink()
    assert found(cli, *WORDS) == []


def test_about_tells_all_that_is_held(cli: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(cli) as store:
        told = subject_access.subject_access_report(store, ORCID, TODAY)

    assert told["held"] == len(told["records"]) == 8
    assert {(row["kind"], row["fetched_at"]) for row in told["records"]} == {
        (kind, NOW) for kind in ("work", "person", "statement", "grant")
    }
    assert told["shortlist"][0]["notes"] == "Ždenka is kind"
    assert told["judgements"][0]["verdict"] == "different"
    assert any(row["url"].startswith("https://a.example/") for row in told["answers"])
    assert all("Ada Senior" not in str(row) for row in told["records"]), "others are not told of"

    assert run("about", ORCID, "--out", str(tmp_path / "told.json")) == 0
    assert '"held": 8' in (tmp_path / "told.json").read_text()
    assert run("about", "Ždenka Okrása") == 0
    assert "Records (8)" in capsys.readouterr().out
    assert run("forget", ORCID, "--yes") == 0
    assert run("about", ORCID) == 0
    said = capsys.readouterr().out
    assert "Nothing is held on them." in said
    assert "They are forgotten" in said
    assert run("about", "Nobody Atall") == 0
    assert "Nothing is held on them." in capsys.readouterr().out
