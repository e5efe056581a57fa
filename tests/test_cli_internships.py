"""``finder internships``: the contract, 80 columns, filters, and why nobody is listed."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from finder import cli
from finder.model import Affiliation, Authorship
from tests.worlds import author, stored, work

HOST_KEYS = {
    "author_id",
    "name",
    "band",
    "score",
    "stage",
    "current",
    "links",
    "works",
    "parts",
    "company",
    "hosting",
    "proofs",
    "postings",
    "why",
    "evidence",
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    long = "Universität der sehr langen Namen und noch viel längerer Beinamen"
    records = [work("Early", "Old Hand", "=Hana Host @ Google Research, US", date="2010-01-01")]
    for number, (lab, host) in enumerate((("Google Research", "=Hana Host"), ("Brightloom Labs", "王小 明"))):
        intern = author(f"Ina Intern {number} @ {long}; Work done during an internship at {lab}")
        title = f"Modality dropout <b>bold</b> [link](javascript:alert(1)), in a title of great length, part {number}"
        records.append(work(title, intern, f"{host} @ {lab}, US", date="2026-03-01", url="https://example.org/1"))
    stored(tmp_path, *records).close()
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(["internships", *arguments])
    assert (ended.value.code or 0) == code
    return capsys.readouterr().out


def test_json_is_the_contract(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("modality dropout", "--offline", "--as-of", "2026-11-01")
    answer = json.loads(run(capsys, *asked, "--format", "json"))
    assert {"interest", "as_of", "coverage", "hosts", "postings", "companies", "former"} <= set(answer)
    assert answer["postings"] == []
    assert len(answer["hosts"]) == 2
    for row in answer["hosts"]:
        assert set(row) >= HOST_KEYS
        assert set(row["parts"]) == {"share", "freshness", "recent", "lead", "hosting"}
        assert all({"claim", "source", "url", "date"} == set(claim) for claim in row["evidence"])
        (proof,) = row["proofs"]
        assert proof["kind"] == "footnote"
        assert "Work done during an internship" in proof["quote"]
        assert proof["work"]["url"] == "https://example.org/1"
        assert proof["intern"]["from"]
    assert {row["company"]["careers"] is None for row in answer["hosts"]} == {True, False}


def test_text_fits_80_columns_and_runs_nothing(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("modality dropout", "--offline", "--as-of", "2026-11-01")
    table = run(capsys, *asked)
    assert (
        max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in table.splitlines()) <= 80
    )
    assert "hosted interns at Google: 1 work since" in " ".join(table.split())
    rows = list(csv.DictReader(io.StringIO(run(capsys, *asked, "--format", "csv"))))
    assert {row["name"] for row in rows} == {"'=Hana Host", "王小 明"}
    report = run(capsys, *asked, "--format", "md")
    assert "<b>" not in report
    assert r"\[link\](javascript" in report


def test_a_host_is_where_they_were_seen_and_others_are_named_with_their_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    mate, paris = "Mo Mate @ Google Research, US", Affiliation("Google Research", raw="Google Research, Paris, France")
    host = Authorship("Hana Host", affiliations=(paris,))
    records = [work(f"Early {n}", "Old Hand", who, date="2010-01-01") for n, who in enumerate((mate, host))]
    intern = author("Ina Intern @ Universität Hestor; Work done during an internship at Google Research")
    records += [work("Modality dropout again", intern, mate, host, date="2026-03-01", url="https://example.org/1")]
    idle = author("Una Intern @ Universität Hestor; Work done during an internship at Brightloom Labs")
    records += [
        work("Modality dropout of old", idle, "Ida Idle @ Brightloom Labs, FR", date="2023-03-01"),
        work("Modality dropout", "Ida Idle @ Brightloom Labs, FR", date="2026-03-01"),
    ]
    stored(tmp_path, *records).close()
    asked = ("modality dropout", "--offline", "--as-of", "2026-11-01", "--country", "FR", "--format", "json")
    answer = json.loads(run(capsys, *asked))
    (row,) = answer["hosts"]
    assert (row["name"], row["company"]["country"]) == ("Hana Host", "FR")
    (other,) = row["proofs"][0]["others"]
    assert other["name"] == "Mo Mate"
    assert other["author_id"]
    assert [(one["name"], one["there"]) for one in answer["former"]] == [("Ida Idle", True)]
    assert answer["coverage"]


def test_company_and_country_filter(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("modality dropout", "--offline", "--as-of", "2026-11-01")
    only = json.loads(run(capsys, *asked, "--company", "deepmind", "--format", "json"))
    assert [row["company"]["institution"] for row in only["hosts"]] == ["Google"]
    none = run(capsys, *asked, "--country", "FR")
    assert "None. All who match were filtered out: 2 in other or unknown countries." in " ".join(none.split())
    before = run(capsys, "modality dropout", "--offline", "--as-of", "2025-01-01")
    assert "No stored work matches these words" in before
