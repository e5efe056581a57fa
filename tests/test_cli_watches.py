"""Watches, refreshes and news from the command line, over a small store whose only sources are switched off."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from finder import cli
from finder.ingest import board_crawler
from finder.storage import open_store
from tests.faces import HOSTILE, INTEREST, small
from tests.worlds import author, put, work


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    small(folder)
    (folder / "finder.toml").write_text("[sources.openalex]\nenabled = false\n", encoding="utf-8")
    monkeypatch.setenv("FINDER_HOME", str(folder))
    monkeypatch.setattr(board_crawler, "load_boards", lambda _: [])
    return folder


def run(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert (ended.value.code or 0) == code


def grow(home: Path) -> None:
    """Somebody new publishes on it."""
    with open_store(home) as store:
        dora = author("Dora Late @ Spätheim, DE", "orcid:0000-1")
        page = "https://owl.example/dora"
        nights = ((f"Multimodal learning, night {n}", f"2026-0{n}-01") for n in (4, 5))
        put(store, *(work(title, "Cleo Other", dora, date=day, url=page) for title, day in nights))


def test_a_watch_is_added_listed_paused_and_removed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("watch", "add", INTEREST, "--every", "2w", "--digest", "30", "--country", "de", "--weights", "share=2")
    run("watch", "add", INTEREST, "--name", "Whole world", "--recruiting", "--not-at", "Nirgendwo")
    run("watch", "pause", "whole WORLD")
    capsys.readouterr()
    run("watch", "list", "--format", "json")
    first, second = json.loads(capsys.readouterr().out)
    assert (first["name"], first["every"], first["digest"]) == (f"{INTEREST} (de)", 14, 30)
    assert not first["paused"]
    assert first["wish"]["countries"] == ["de"]
    assert first["wish"]["weights"]["share"] == 2
    assert (second["paused"], second["wish"]["traits"], second["wish"]["not_at"]) == (
        True,
        ["recruiting"],
        ["Nirgendwo"],
    )
    run("watch", "list")
    assert "paused" in capsys.readouterr().out
    run("watch", "resume", "Whole world")
    run("watch", "remove", "Whole world")
    run("watch", "list")
    assert "Whole world" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ("watch", "add", INTEREST, "--every", "soon"),
        ("watch", "add", INTEREST, "--every", "0d"),
        ("watch", "add", INTEREST, "--every", "9999"),
        ("watch", "add", INTEREST, "--name", "taken"),
        ("watch", "add", " "),
        ("watch", "add", "a text of very many words " * 5),
        ("watch", "add", INTEREST, "--stage", "wizard"),
        ("watch", "add", INTEREST, "--weights", "fame=1"),
        ("watch", "pause", "nobody"),
        ("refresh", "--watch", "nobody"),
        ("news", "--watch", "nobody"),
        ("news", "--digest", "news.pdf"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    home: Path, wrong: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    run("watch", "add", INTEREST, "--name", "taken")
    capsys.readouterr()
    run(*wrong, code=2)
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_a_refresh_begins_tells_what_is_new_and_is_quiet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("watch", "add", INTEREST, "--name", "mm")
    run("refresh")
    assert "from now on you are told what changes" in capsys.readouterr().out
    grow(home)
    run("refresh", "--format", "json")
    found = json.loads(capsys.readouterr().out)
    assert found["watches"] == [{"watch": "mm", "state": "complete", "new": found["new"], "message": ""}]
    new = next(one for one in found["news"] if one["kind"] == "new person" and "Dora" in one["body"]["text"])
    assert new["body"]["who"] == {"author_id": "orcid:0000-1", "name": "Dora Late"}
    assert {claim["url"] for claim in new["body"]["evidence"]} == {"https://owl.example/dora"}
    capsys.readouterr()
    run("refresh")
    assert capsys.readouterr().out == "Nothing new for mm.\n"
    run("refresh", "--due")
    said = capsys.readouterr()
    assert said.out == ""
    assert "No watch is due" in said.err


def test_news_is_shown_filtered_and_marked_as_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("mm", "again"):
        run("watch", "add", INTEREST, "--name", name)
    run("refresh")
    grow(home)
    run("refresh", "--watch", "mm")
    capsys.readouterr()
    run("news", "--watch", "again", "--format", "json")
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)] == ["baseline"]
    run("news", "--unread", "--mark-read")
    assert "Dora Late" in capsys.readouterr().out
    run("news", "--unread")
    assert capsys.readouterr().out == "Nothing new for mm, again.\n"
    run("news", "--since", "2999-01-01")
    assert capsys.readouterr().out.startswith("Nothing new since 2999-01-01")
    run("news", "--format", "md")
    assert "## mm" in capsys.readouterr().out


def test_files_are_written_by_a_refresh_and_on_demand(home: Path, tmp_path: Path) -> None:
    run("watch", "add", INTEREST, "--name", "mm")
    run("refresh")
    assert {path.name for path in (home / "news").iterdir()} == {
        "atom.xml",
        "digest.md",
        "digest.html",
        "positions.ics",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "news").iterdir())
    feed, page, days = tmp_path / "feed.xml", tmp_path / "news.html", tmp_path / "days.ics"
    run("news", "--atom", str(feed), "--digest", str(page), "--ics", str(days))
    assert ElementTree.parse(feed).getroot().tag.endswith("feed")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert days.read_bytes().startswith(b"BEGIN:VCALENDAR")
    run("news", "--atom", str(feed), code=2)
    run("news", "--atom", str(feed), "--force")


def test_a_store_without_anything_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "finder.toml").write_text("[sources.openalex]\nenabled = false\n", encoding="utf-8")
    monkeypatch.setenv("FINDER_HOME", str(empty))
    run("refresh")
    assert "There is no watch" in capsys.readouterr().err
    run("watch", "add", INTEREST)
    run("refresh", code=1)
    assert "Nothing is stored yet" in capsys.readouterr().err


def test_names_that_try_to_be_more_stay_text(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("watch", "add", INTEREST, "--name", "<b>mm</b>")
    run("refresh")
    with open_store(home) as store:
        new = [
            work(
                f"<script>alert({n})</script> multimodal learning",
                "Nobody Else",
                f"{HOSTILE} 2 @ A & B <i>, US",
                date=f"2026-0{n}-01",
                url="javascript:alert(1)",
            )
            for n in (1, 2, 3)
        ]
        put(store, *new)
    run("refresh")
    page = (home / "news" / "atom.xml").read_text(encoding="utf-8")
    assert "<img" not in page
    assert "<script" not in page
    assert "javascript:" not in page
