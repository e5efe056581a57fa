"""Hostile content on the command line: nothing steers the terminal, breaks out of its line, or is more than text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from finder import cli
from finder.storage import open_store
from finder.text.sanitize import LONGEST, single_line
from tests import hostile
from tests.group import ADA
from tests.rendered import MARKDOWN_READER

STEERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
LISTS = ("advisors", "labs", "internships")
LONGEST_ERROR = 2_100
Say = Callable[..., str]
AS_OF = ("--as-of", hostile.TODAY.isoformat(), "--offline")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    hostile.hostile(home)
    return home


@pytest.fixture
def say(stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    monkeypatch.setenv("FINDER_HOME", str(stored))

    def run(*words: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(words)
        told = capsys.readouterr()
        assert (ended.value.code or 0) == code, told.err
        assert not STEERS.search(told.err)
        return told.out or told.err

    return run


@pytest.mark.parametrize(
    ("command", "format_"),
    [*((command, format_) for command in LISTS for format_ in ("table", "csv", "md")), ("openings", "table")],
)
def test_a_list_is_text_and_no_line_is_endless(say: Say, command: str, format_: str) -> None:
    told = say(command, hostile.INTEREST, *AS_OF, "--format", format_)
    assert "<img src=x" in told, "it is shown, as text"
    assert not STEERS.search(told)
    if format_ == "table":
        assert max(map(len, told.splitlines())) <= LONGEST + 20
        assert hostile.LONG[:1000] not in told.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("command", LISTS)
def test_a_markdown_report_holds_no_picture_no_markup_and_leads_to_the_web_only(say: Say, command: str) -> None:
    told = say(command, hostile.INTEREST, *AS_OF, "--format", "md")
    tokens = [token for block in MARKDOWN_READER.parse(told) for token in (block, *(block.children or []))]
    assert not {"html_inline", "html_block", "image", "fence", "code_block"} & {token.type for token in tokens}
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert links
    assert [link for link in links if not link.startswith(("https://good.example/", "https://openalex.org/"))] == []


@pytest.mark.parametrize("command", LISTS)
def test_no_cell_is_a_formula(say: Say, command: str) -> None:
    for row in csv.DictReader(io.StringIO(say(command, hostile.INTEREST, *AS_OF, "--format", "csv"))):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_json_loses_nothing(say: Say, stored: Path) -> None:
    told = say("advisors", hostile.INTEREST, *AS_OF, "--format", "json")
    with open_store(stored) as store:
        rows = hostile.people(store)
    assert not STEERS.search(told)
    found = json.loads(told)["results"]
    assert [row["name"] for row in found] == [row["name"] for row in rows]
    titles = [work["title"] for row in found for work in row["works"]]
    assert titles == [work["title"] for row in rows for work in row["works"]]
    assert any("\u202e" in title or "\x1b" in title for title in titles)


def test_a_card_and_the_shortlist_are_text(say: Say) -> None:
    for words in (
        ("person", ADA, "--interest", hostile.INTEREST),
        ("person", "openalex:A7001"),
        ("shortlist", "list"),
        ("boards",),
        ("sources",),
    ):
        told = say(*words)
        assert not STEERS.search(told)
        assert hostile.LONG[:1000] not in told.replace("\n", "").replace(" ", "")
    assert single_line(hostile.ACTIVE)[:60] in say("person", ADA)


@pytest.mark.parametrize("who", ["\u202e", " ", "\x00", "\x1b[31m", "x" * 100_000])
def test_nobody_is_called_so(say: Say, who: str) -> None:
    told = say("person", who, code=2)
    assert "Nobody called" in told or "neither a name nor an id" in told
    assert len(told) < LONGEST_ERROR
