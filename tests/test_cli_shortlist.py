"""The shortlist from the command line: kept, listed, exported, and drafted; never sent."""

from __future__ import annotations

import email
import json
from email.policy import default as modern
from pathlib import Path

import pytest

from finder import answers, cli
from finder.publication import resolve_and_publish
from finder.storage import open_store
from tests.faces import HOSTILE, INTEREST, small
from tests.worlds import NOW

TITLE = "Multimodal learning from few pairs"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    small(folder)
    monkeypatch.setenv("FINDER_HOME", str(folder))
    return folder


@pytest.fixture
def starred(home: Path) -> Path:
    run("add", "Bela Newcomer", "--interest", INTEREST)
    run("add", "Ada Senior", "--interest", INTEREST)
    return home


def run(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(("shortlist", *arguments))
    assert (ended.value.code or 0) == code


def test_everything_that_is_said_is_kept_and_listed(starred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", "openalex:A5001")
    run("status", "bela newcomer", "Sent", "--on", "2026-10-01")
    run("note", "#1", "kind")
    run("note", "#1", "quick")
    run("log", "Bela Newcomer", "call", "about the thesis", "--on", "2026-10-20")
    run("follow-up", "openalex:A5001", "2026-10-30")
    told = capsys.readouterr()
    assert "already" in told.err
    assert told.out == ""

    run("list", "--format", "json")
    people = {row["name"]: row for row in json.loads(capsys.readouterr().out)["people"]}
    entry = people["Bela Newcomer"]["entry"]
    assert (entry["status"], entry["notes"], entry["follow_up"]) == ("sent", "kind\nquick", "2026-10-30")
    assert [event["day"] for event in entry["history"] if event["what"] != "starred"] == ["2026-10-01", "2026-10-20"]
    assert people["Ada Senior"]["entry"]["status"] == "to read"
    run("list")
    table = capsys.readouterr().out
    assert max(map(len, table.splitlines())) <= 80
    assert f"“{TITLE}" in table
    run("note", "#1", "anew", "--replace")
    run("follow-up", "#1", "never")
    run("remove", "Ada Senior")
    run("list", "--status", "sent", "--format", "json")
    (row,) = json.loads(capsys.readouterr().out)["people"]
    assert (row["entry"]["notes"], row["entry"]["follow_up"]) == ("anew", None)


def test_a_letter_is_kept_as_a_mail_that_is_not_sent(
    starred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = tmp_path / "letter.eml"
    run("draft", "Bela Newcomer", "--work", TITLE.upper(), "--out", str(mail))
    message = email.message_from_bytes(mail.read_bytes(), policy=modern)
    assert (message["X-Unsent"], message["To"]) == ("1", None)
    assert TITLE in message.get_content()
    assert "Still to fill in" in capsys.readouterr().err
    run("draft", "Bela Newcomer", "--ready", code=2)
    assert "still in brackets" in capsys.readouterr().err
    for said in ((), ("--work", "1"), ("--work", TITLE.split()[-1])):
        run("draft", "Bela Newcomer", *said, "--ask", "internship", "--language", "de")
        assert f"„{TITLE}“" in capsys.readouterr().out
    run("list", "--status", "drafted")
    assert "Bela Newcomer" in capsys.readouterr().out

    own = tmp_path / "own.txt"
    own.write_text("Subject: Hello {{ person.name }}\n\nOn {{ work.title }}.", encoding="utf-8")
    run("draft", "Bela Newcomer", "--work", TITLE, "--template", str(own), "--to", "bela@a.example")
    assert capsys.readouterr().out == f"Subject: Hello Bela Newcomer\n\nOn {TITLE}.\n"


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "md", "json", "bib", "ics", "vcf"])
def test_each_format_is_written_and_says_how_much(
    starred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    run("follow-up", "#1", "2026-10-30")
    file = tmp_path / f"list.{suffix}"
    run("export", str(file), "--status", "to read")
    told = capsys.readouterr()
    assert file.stat().st_size > 0
    assert {"bib": "5 works", "ics": "1 day.", "vcf": "2 people"}.get(suffix, "2 rows") in told.err
    run("export", str(file), code=2)
    assert "--force" in capsys.readouterr().err
    run("export", str(file), "--force")


def test_whoever_is_hidden_is_on_no_list(starred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(starred) as store:
        store.suppressions.add(answers.suppression_tokens(store, "openalex:A5001"), NOW)
        resolve_and_publish(store, NOW)
    run("list")
    run("export", str(tmp_path / "a.json"))
    told = capsys.readouterr().out + (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "Ada Senior" in told
    assert "Newcomer" not in told


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        (("add", "Nobody At All"), 2, "check the spelling"),
        (("status", "Ada Senior", "married"), 2, "Statuses are"),
        (("status", "Old Hand", "sent"), 2, "finder shortlist add"),
        (("follow-up", "Ada Senior", "tomorrow"), 2, "2026-11-30"),
        (("list", "--status", "married"), 2, "Statuses are"),
        (("export", "list.doc"), 2, "--as"),
        (("export", "/nowhere/at/all/list.csv"), 1, "folder"),
        (("draft", "Ada Senior", "--work", TITLE), 2, "Nearest to the interest"),
        (("draft", "Bela Newcomer", "--work", TITLE, "--to", "bela"), 2, "e-mail address"),
        (("draft", "Bela Newcomer", "--work", TITLE, "--out", "letter.txt"), 2, ".eml"),
        (("draft", "Bela Newcomer", "--work", TITLE, "--template", "/nowhere"), 2, "cannot be read"),
    ],
)
def test_an_error_is_one_line_with_what_to_do(
    starred: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, remedy: str
) -> None:
    capsys.readouterr()
    run(*arguments, code=code)
    told = capsys.readouterr()
    assert remedy in told.err
    assert told.err.strip().count("\n") == 0 or arguments[0] == "draft"
    assert told.out == ""


def test_an_empty_store_has_an_empty_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "new"))
    run("list")
    assert "finder shortlist add" in capsys.readouterr().out
    run("add", "Ada", code=1)


def test_a_hostile_name_is_only_text(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", HOSTILE, "--interest", "x\n\x1b[31m")
    run("list")
    assert "\x1b" not in capsys.readouterr().out
