"""The grammar of recruiting: each rule reads its cases, and sentences that differ in little are told apart."""

# ruff: noqa: RUF001 - pages are typed in Chinese, too

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.model import Statement
from finder.source import Response
from finder.sources import homepages
from finder.sources._homepages import grammar
from finder.sources._homepages.page import Block, VisiblePage
from finder.sources._homepages.statements import extract_statements

PAIRS = Path(__file__).parent / "statements" / "pairs.txt"
SIGNS = {"recruiting": "+", "not recruiting": "-"}
URL = "https://ada-vell.example/"


def read(html: str) -> list[tuple[str, str | None, str]]:
    note = f'{{"name": "Ada Vell", "ids": ["homepage:{URL}"], "depth": 0}}'
    page = f"<html><head><title>Ada Vell</title></head><body><h1>Ada Vell</h1>{html}</body></html>"
    found = homepages.parse(Response("homepages", URL, 200, page.encode(), "2026-11-01T00:00:00+00:00", note=note))
    return [(r.polarity, r.date, r.quote) for r in found if isinstance(r, Statement) and r.polarity in SIGNS]


def test_sentences_that_differ_in_little_are_told_apart() -> None:
    wrong = []
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        sign, _, sentence = line.partition(" ")
        found = extract_statements(
            VisiblePage(blocks=[Block(sentence)]), "Ada Vell", 2026
        )  # no HTML: there are a thousand of them
        said = "".join(SIGNS.get(one.polarity, "") for one in found) or "0"
        if sign != "#" and said != sign:
            wrong.append((sign, said, sentence))

    assert wrong == []


@pytest.mark.parametrize("language", grammar.LANGUAGES)
def test_each_rule_reads_the_cases_beside_it(language: str) -> None:
    data = grammar.load_grammar_data(language)
    rules = grammar.load_grammar(language)
    wrong = []
    for kind, verdict in (("refusal", "not recruiting"), ("invitation", "recruiting")):
        for rule in data[kind]:
            assert rule["cases"], rule
            for case in rule["cases"]:
                said = {reading.verdict for reading in rules.read_clauses(case)}
                if verdict not in said or (kind == "invitation" and "not recruiting" in said):
                    wrong.append((kind, rule["rule"], case, said))

    assert wrong == []


def test_a_rule_of_unknown_classes_is_refused() -> None:
    data = grammar.load_grammar_data("en")
    with pytest.raises(KeyError, match="nobody"):
        grammar.build_grammar({**data, "refusal": [{"rule": "nobody ~ person"}]})


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>In 2013 I will be on leave. I will not be taking any students.</p>", [("not recruiting", "2013")]),
        (
            "<p>From January 2025 I will be dean. For this reason, I cannot take new students.</p>",
            [("not recruiting", "2025-01")],
        ),
        ("<p>I joined Oslo in 2019. I am recruiting PhD students.</p>", [("recruiting", None)]),
        ("<p>Since 2019 I am a professor. I am recruiting PhD students.</p>", [("recruiting", None)]),
        ("<p>Interested in a PhD starting in Fall 2027? I have two openings.</p>", [("recruiting", "2027")]),
        ("<p>Update, March 2015.</p><p>I am recruiting two PhD students.</p>", [("recruiting", "2015-03")]),
        ("<p>Stand: März 2024. Derzeit sind keine Stellen frei.</p>", [("not recruiting", "2024-03")]),
        ("<p>Je recherche un doctorant à partir d'octobre 2027.</p>", [("recruiting", "2027-10")]),
        ("<p>更新于2023年5月：暂不招收博士生。</p>", [("not recruiting", "2023-05")]),
        (
            "<p>Not recruiting for Fall 2026, but I will be recruiting PhD students for Fall 2027.</p>",
            [("not recruiting", "2026"), ("recruiting", "2027")],
        ),
    ],
)
def test_a_statement_bears_the_date_that_is_said_of_it(html: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(polarity, date) for polarity, date, _ in read(html)] == expected


@pytest.mark.parametrize(
    ("html", "polarity", "quote"),
    [
        ("<p>Are you taking PhD students? No.</p>", "not recruiting", "Are you taking PhD students? No."),
        ("<p>Are you recruiting? Yes!</p>", "recruiting", "Are you recruiting? Yes!"),
        (
            "<h3>Do you have openings?</h3><p>Not at the moment.</p>",
            "not recruiting",
            "Do you have openings? Not at the moment.",
        ),
        ("<h3>Open positions</h3><p>None at the moment.</p>", "not recruiting", "Open positions None at the moment."),
        ("<h3>Can I visit?</h3><p>No.</p>", None, None),
        ("<p>I am <del>not</del> recruiting.</p>", "recruiting", "I am recruiting."),
        ("<style>.old, li > .x {text-decoration: line-through}</style><p class='old'>I am recruiting.</p>", None, None),
        (
            "<style>.a.old {text-decoration: line-through}</style><p class='old'>I am recruiting.</p>",
            "recruiting",
            "I am recruiting.",
        ),
        ("<style>p {color: red}</style><p style='text-decoration-line: line-through'>I am recruiting.</p>", None, None),
        ("<p class='line-through'>I am recruiting.</p>", None, None),
    ],
)
def test_answers_labels_and_struck_words(html: str, polarity: str | None, quote: str | None) -> None:
    assert [(said, words) for said, _, words in read(html)] == ([(polarity, quote)] if polarity else [])


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_it_fail(text: str) -> None:
    for language in grammar.LANGUAGES:
        list(grammar.load_grammar(language).read_clauses(text))
