"""What the docs promise is held by tests: docs/promises.md names them, and nothing is promised beside it."""

from __future__ import annotations

import ast
import contextlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from finder import demo_store
from finder.cli import main
from finder.ingest.collector import Collector
from finder.ingest.source_stats import SourceStats
from finder.settings import Settings
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.records import encode_record
from finder.storage.runs import SourceRun
from tests.sentences import DOCS, sentences
from tests.sources.test_paperlists import one
from tests.test_auth_policy import TOML
from tests.worlds import NOW

ROOT = DOCS.parent
PAGES = ("privacy.md", "serving.md")
TABLE = (DOCS / "promises.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!what is promised|---)(.+?) \| (.+) \|$", TABLE, re.M)


def listed(page: str) -> list[str]:
    """The first words of sentences of a page, promises or not."""
    part = TABLE.partition(f"\n## {page}\n")[2].partition("\n## ")[0]
    promised = re.findall(r"^\| (?!what is promised|---)(.+?) \| ", part, re.M)
    return promised + re.findall(r"^- (.+)$", part, re.M)


def unlisted(sentences_: list[str], words: list[str]) -> list[str]:
    return [sentence for sentence in sentences_ if not any(sentence.startswith(one) for one in words)]


@pytest.mark.parametrize("page", PAGES)
def test_each_sentence_is_a_promise_with_a_test_or_said_to_be_none(page: str) -> None:
    said, words = sentences((DOCS / page).read_text(encoding="utf-8")), listed(page)

    assert unlisted(said, words) == []
    assert [one for one in words if not any(sentence.startswith(one) for sentence in said)] == []


def test_a_sentence_that_comes_later_is_found() -> None:
    assert unlisted(["Keys appear in no message.", "We never call home."], listed("privacy.md")) != []


def test_each_promise_names_tests_that_are_there() -> None:
    known: dict[str, set[str]] = {}
    missing = []
    for promise, tests in ROWS:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", tests)
        assert named, promise
        assert len(named) == tests.count("::"), promise
        for file, test in named:
            path = ROOT / "tests" / file
            known.setdefault(file, functions(path) if path.is_file() else set())
            missing += [] if test in known[file] else [f"{file}::{test}"]
    assert missing == []
    assert len(ROWS) > 80


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_what_other_pages_promise_stands_there() -> None:
    pages = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in DOCS.glob("*.md"))
    other = TABLE.partition("\n## Other pages\n")[2]
    rows = re.findall(r"^\| (?!what is promised|---)(.+?) \| ", other, re.M)

    assert rows
    assert [row for row in rows if pages.count(row) < 2] == []


# --- promises that no other test holds -------------------------------------------------------------------------------


def test_what_conference_files_say_of_gender_and_mail_is_dropped() -> None:
    work = one(gender="Female;Male", email="ada@****.example;", emails="ada@uni.example", author="Ada Byron;Bo Ree")

    assert not re.search(rb"female|male|ada@|uni\.example|\*\*\*\*", encode_record(work).body, re.I)


def test_there_is_one_door_to_the_network() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    door = next(one for one in contracts if one["name"] == "one door to the network")
    packages = {f"finder.{path.name}" for path in (ROOT / "finder").iterdir() if (path / "__init__.py").is_file()}

    assert {"httpx", "requests", "urllib3", "socket"} <= set(door["forbidden_modules"])
    # the door; an encoder that is fetched by its user's command; and what neither asks nor holds anything
    assert packages - set(door["source_modules"]) <= {
        "finder.http",
        "finder.encoder",
        "finder.sources",
        "finder.boards",
    }


def test_the_project_ships_no_conference_file() -> None:
    shipped = [path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*") if path.is_file()]

    assert not [name for name in shipped if not name.startswith(("data/demo/", "data/curated/", "data/minilm/"))]
    assert "FICTIONAL" in (ROOT / "data" / "demo" / "README.md").read_text(encoding="utf-8")


def test_nobody_asks_a_source_after_whoever_is_forgotten(tmp_path: Path) -> None:
    gone, stays = "orcid:0000-0000-0000-0001", "orcid:0000-0000-0000-0002"
    with open_store(tmp_path) as store:
        store.suppressions.add([gone], NOW, erased=True)
        sources = {"orcid": discover_sources()["orcid"]}
        tally = SourceStats(sources["orcid"], SourceRun("orcid", "asking"), lambda _: None)
        asked = Collector(Settings(tmp_path), store, sources)._leading_ids(tally, {gone: 2.0, stays: 1.0})

    assert asked == [stays]


def test_the_demo_is_served_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "finder.toml").write_text(TOML)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.setenv("FINDER_OIDC_KEY", "s" * 40)
    monkeypatch.setattr(demo_store, "open_demo_store", lambda *_: contextlib.nullcontext())
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(subprocess, "call", lambda words, env, cwd: started.append((words, env)) or 0)
    for words in (["dashboard", "--demo", "--no-browser"], ["dashboard", "--no-browser"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0

    (shown, environment), (served, others) = started
    assert "--server.address=127.0.0.1" in shown
    assert any(word.endswith("local.py") for word in shown)
    assert (environment["FINDER_SERVED"], environment["FINDER_DEMO"]) == ("0", "1")
    assert any(word.endswith("asgi.py") for word in served)
    assert others["FINDER_SERVED"] == "1"
