"""How well sentences on recruiting are read: precision and recall. ``pytest -n 0 -s`` prints the figures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from shared import SHARED, needs_shared

from finder.model import Statement
from finder.source import Response
from finder.sources import homepages

URL = "https://ada-vell.example/"
HEAD = "<html><head><title>Ada Vell</title></head><body><h1>Ada Vell</h1><h2>Openings</h2>"
NOTE = json.dumps({"name": "Ada Vell", "ids": [f"homepage:{URL}"], "depth": 0})
POLARITIES = ("recruiting", "not recruiting")


class Case(NamedTuple):
    """A page, and what it says on recruiting; ``dates`` where the case is about them."""

    html: str
    expected: tuple[str, ...]
    dates: tuple[str | None, ...] | None = None


class Score(NamedTuple):
    """What was read of some cases: true and false statements of one polarity, and those that were missed."""

    true: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.true / (self.true + self.false) if self.true + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.true / (self.true + self.missed) if self.true + self.missed else 1.0


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def read(html: str) -> list[tuple[str, str | None]]:
    found = homepages.parse(Response("homepages", URL, 200, html.encode(), "2026-11-01T00:00:00+00:00", note=NOTE))
    return [(r.polarity, r.date) for r in found if isinstance(r, Statement) and r.polarity in POLARITIES]


def scores(cases: Iterable[Case]) -> dict[str, Score]:
    """The score of each polarity; a case counts once for each, however often its page says so."""
    counts = {polarity: [0, 0, 0] for polarity in POLARITIES}
    for case in cases:
        said = {polarity for polarity, _ in read(case.html)}
        for polarity, count in counts.items():
            right, given = polarity in case.expected, polarity in said
            count[0] += right and given
            count[1] += given and not right
            count[2] += right and not given
            if right != given:
                print(f"  {polarity} {'missed' if right else 'WRONG'}: {case.html.removeprefix(HEAD)}")  # noqa: T201
    return {polarity: Score(*count) for polarity, count in counts.items()}


def own() -> list[Case]:
    rows = lines(Path(__file__).parent / "statements" / "held_out.jsonl")
    return [
        Case(f"{HEAD}{row['html']}</body></html>", tuple(row["expected"]), (row["date"],) if "date" in row else None)
        for row in rows
    ]


def shared_cases() -> list[Case]:
    rows = lines(SHARED / "cases" / "statements.jsonl")
    dated = lines(SHARED / "cases" / "dates.jsonl")
    return [Case(row["html"], tuple(row["expected"])) for row in rows] + [
        Case(row["html"], *zip(*row["expected"], strict=True)) for row in dated
    ]


def test_own_sentences_in_eight_languages() -> None:
    check("own sentences", own())


@needs_shared
def test_sentences_of_real_pages() -> None:
    check("shared cases", shared_cases())


def check(name: str, cases: list[Case]) -> None:
    found = scores(cases)
    for polarity, score in found.items():
        print(f"{name}: {polarity}: precision {score.precision:.2f}, recall {score.recall:.2f} {tuple(score)}")  # noqa: T201
    for case in cases:
        if case.dates:
            assert read(case.html) == list(zip(case.expected, case.dates, strict=True))
    assert found["recruiting"].precision == 1
    assert found["not recruiting"].precision == 1
    assert min(score.recall for score in found.values()) >= 0.9


if __name__ == "__main__":
    pytest.main(["-n", "0", "-s", __file__])
