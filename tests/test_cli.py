"""The command line as a user meets it: answers on standard output, the rest on standard error, exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from finder import cli
from finder.model import Affiliation, Authorship, Institution
from tests.worlds import author, copied, stored, work

CONTRACT = {
    "author_id",
    "name",
    "band",
    "strength",
    "score",
    "plus_minus",
    "one_work",
    "idle_leader",
    "new_leader",
    "seen_until",
    "perhaps_same",
    "stage",
    "stage_confidence",
    "current",
    "previous",
    "moved",
    "recruiting",
    "newcomer",
    "parts",
    "works",
    "links",
    "why",
    "evidence",
}


SMALL = (
    work("Modality dropout", "Stu Dent", "=Ada Vell @ University of Valdorra, DE", url="https://example.org/1"),
    work("Modality dropout again", "Bo Rask", "王小 明 @ A very long name of an institute, with department, CN"),
    work("Modality dropout <b>bold</b> [link](javascript:alert(1))", "Cy Cole"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("FINDER_OPENALEX_KEY", "FINDER_OPENALEX_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def small(home: Path) -> Path:
    copied(home, *SMALL).close()
    return home


def run(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert (ended.value.code or 0) == code


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_json_is_the_contract_and_nothing_else_is_on_standard_output(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("advisors", "modality dropout", "--offline", "--format", "json")
    answer = json.loads(capsys.readouterr().out)

    assert {"interest", "as_of", "coverage", "results"} <= set(answer)
    assert {"works", "matched", "sources"} <= set(answer["coverage"])
    assert {"source", "state", "works", "complete"} <= set(answer["coverage"]["sources"][0])
    for row in answer["results"]:
        assert set(row) >= CONTRACT
        assert set(row["links"]) == {"homepage", "orcid", "openalex", "dblp", "scholar", "openreview"}
        assert {"share", "freshness", "recent", "lead"} == set(row["parts"])
        assert all({"claim", "source", "url", "date"} == set(claim) for claim in row["evidence"])
        assert all({"work_id", "title", "date", "venue", "url", "position"} <= set(w) for w in row["works"])


def test_the_table_fits_80_columns(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("advisors", "modality dropout", "--offline")

    assert max(width(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_a_table_of_those_near_a_place_fits_and_tells_where_that_is(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "A very long name of an institute, with a department and a street"
    at = Institution("openalex", "I1", name, ids=("openalex:I1",), city="Oldtown", latitude=52.0, longitude=13.0)
    one = Authorship("Ada Vell", affiliations=(Affiliation(name, id="openalex:I1", country="DE"),))
    stored(home, work("Modality dropout", one), at).close()
    run("advisors", "modality dropout", "--offline", "--near", "Potsdam", "--within", "50")
    table = capsys.readouterr().out
    run("advisors", "modality dropout", "--offline", "--near", "Potsdam", "--within", "50", "--format", "json")
    answer = json.loads(capsys.readouterr().out)

    assert max(width(line) for line in table.splitlines()) <= 80
    assert "…, 45 km" in table
    assert "within 50 km of Potsdam, DE" in " ".join(table.split())
    assert "52.40, 13.07; GeoNames" in table
    assert answer["near"]["place"] == "Potsdam, DE"
    assert (answer["results"][0]["km"], answer["results"][0]["current"][0]["km"]) == (45, 45)


def test_csv_reads_back_and_runs_no_formula(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("advisors", "modality dropout", "--offline", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert "'=Ada Vell" in {row["name"] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_markdown_shows_what_was_printed_and_links_nothing_else(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("advisors", "modality dropout", "--offline", "--format", "md")
    text = capsys.readouterr().out

    assert re.search(r"(?<!\\)\]\(<?javascript", text) is None
    assert re.search(r"(?<!\\)<b", text) is None
    assert "None" not in text


def test_a_filter_that_leaves_nobody_says_so(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("advisors", "modality dropout", "--offline", "--country", "NZ")

    assert "filtered out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        (("advisors", "anything", "--offline"), 1, "finder collect"),
        (("person", "Nobody At All"), 1, "finder collect"),
        (("advisors", "  ", "--offline"), 2, "for example"),
        (("advisors", "x", "--offline", "--weights", "fame=1"), 2, "Parts are"),
        (("advisors", "x", "--offline", "--weights", "fit"), 2, "--weights looks like"),
        (("advisors", "x", "--offline", "--stage", "boss"), 2, "Stages are"),
        (("advisors", "x", "--as-of", "tomorrow"), 2, "--help"),
        (("advisors", "x", "--offline", "--within", "5"), 2, "--within goes with --near"),
        (("labs", "x", "--offline", "--near", "Berlin", "--within", "0"), 2, "kilometres between"),
        (("advise",), 2, "--help"),
        (("import", "paperlists", "/nowhere/at/all"), 2, "/nowhere/at/all"),
        (("setup",), 2, "FINDER_OPENALEX_KEY"),
    ],
)
def test_an_error_is_one_line_with_its_remedy(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, remedy: str
) -> None:
    run(*arguments, code=code)
    out, err = capsys.readouterr()

    assert out == ""
    assert remedy in err
    assert err.strip().count("\n") == 0
    assert err.startswith("finder: ")


def test_a_person_can_be_hidden_and_stays_hidden(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("hide", "Cy Cole")
    run("advisors", "modality dropout", "--offline", "--format", "json")

    assert "Cy Cole" not in {row["name"] for row in json.loads(capsys.readouterr().out)["results"]}


def test_a_card(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("person", "Bo Rask", "--format", "json")
    card = json.loads(capsys.readouterr().out)
    run("person", "Bo Rask")

    assert card["name"] == "Bo Rask"
    assert [w["title"] for w in card["works"]] == ["Modality dropout again"]
    assert "1 stored works" in capsys.readouterr().out


def test_a_card_tells_whom_somebody_led_with_the_works(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ada = author("Ada Vell", "openalex:A1")
    early = [work(f"Early work {n}", ada, date=f"201{n}-01-01") for n in range(4)]
    joint = [work(f"Joint work {n}", "Stu Dent", ada, date=f"202{n}-01-01") for n in range(2)]
    stored(home, *early, *joint).close()
    run("person", "Ada Vell", "--format", "json", "--as-of", "2021-06-01")
    head = json.loads(capsys.readouterr().out)
    run("person", "Stu Dent", "--format", "json", "--as-of", "2020-06-01")
    student = json.loads(capsys.readouterr().out)
    run("person", "Ada Vell")

    (row,) = head["mentoring"]["students"]
    assert (row["name"], row["joint"], row["months_between"]) == ("Stu Dent", 2, 12.0)
    assert [each["title"] for each in row["works"]] == ["Joint work 1", "Joint work 0"]
    assert head["mentoring"]["summary"]["recent"] == 1
    assert [(by["name"], by["count"], by["of"]) for by in student["advised_by"]] == [("Ada Vell", 1, 1)]
    assert "published with as last author: 1 person, 0 of them in the last two years" in capsys.readouterr().out


def test_the_demo_answers_without_network_or_key(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("demo", "--top", "3")
    out, err = capsys.readouterr()

    assert "last author" in out
    assert "fictional" in err
    assert "finder dashboard --demo" in err


def test_a_pasted_text_is_answered_from_what_is_stored(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "We study dropout of one modality while robots grasp unknown objects, " * 3
    run("advisors", text)
    told = capsys.readouterr()
    assert "Ada Vell" in told.out
    assert "name its topic in a few words" in told.err
    run("collect", text, code=2)
    assert "name its topic in a few words" in capsys.readouterr().err


def test_a_plan_costs_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("collect", "multimodal learning", "--plan")

    assert "at most" in capsys.readouterr().out
    assert not (home / "finder.sqlite").exists()


def test_sources_are_listed_with_their_state(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("sources", "--format", "json")
    rows = {row["source"]: row for row in json.loads(capsys.readouterr().out)}

    assert rows["openalex"]["key"] == "not set"
    assert rows["openalex"]["state"] == "never asked"


@pytest.mark.parametrize("words", ["--help", "news"])
def test_what_computes_nothing_loads_nothing_heavy(words: str, home: Path) -> None:
    code = (
        f"import sys; sys.argv=['finder',{words!r}]\nfrom finder import cli\ntry: cli.main()\nexcept SystemExit: pass\n"
    )
    code += "print([m for m in ('polars','httpx','streamlit','scholarly','numpy') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert shown.splitlines()[-1] == "[]"


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        "advisors",
        "collect",
        "dashboard",
        "demo",
        "hide",
        "import",
        "judge",
        "person",
        "setup",
        "sources",
    ):
        run(command, "--help")
        assert command in capsys.readouterr().out


def test_judgements_are_kept_listed_and_taken_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(home, work("Bees", "Ada Vell @ Uni A"), work("Wasps", "Ada Vell @ Uni B")).close()
    run("person", "Ada Vell", code=2)
    one, other = re.findall(r"name:ada-vell\.\d+", capsys.readouterr().err)
    run("judge", "same", one, other)
    assert "Kept: Ada Vell and Ada Vell are one person" in capsys.readouterr().err
    run("person", "Ada Vell", "--format", "json")
    card = json.loads(capsys.readouterr().out)
    assert {work["title"] for work in card["works"]} == {"Bees", "Wasps"}
    assert [row["reason"] for row in card["identity"]["by"]] == ["your judgement"]

    run("judge", "different", "Ada Vell", code=2)
    run("judge", "different", "Ada Vell", "--work", "Bees")
    run("judge", "list")
    assert "Ada Vell and 1 work under this name are two people" in capsys.readouterr().out
    run("judge", "undo", "99", code=2)
    assert "finder judge list" in capsys.readouterr().err
