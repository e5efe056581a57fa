"""Constants of the fit of open positions, each guarded by a judged case that a turn makes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from finder.answers.openings import LEAST
from finder.model import Board, Posting
from finder.ranking import posting_fit
from finder.ranking.query_expansion import QueryTerm
from finder.storage import Store, open_store

TODAY = date(2026, 11, 1)
OWN, RELATED = QueryTerm("silent owls", 1.0, 40), QueryTerm("barley fields", 0.9, 20, 30.0)
BOARD = Board("Universität Nirgendwo", "jobposting", "https://example.org/jobs")
WIDE = "We look for somebody who likes working with others, at night, on hills and in "
POSTINGS = {
    "title": ("PhD position: silent owls", WIDE),
    "title apart": ("PhD position: owls that are silent", WIDE),
    "text": ("PhD position", f"{WIDE} the group on silent owls."),
    "close": ("PhD position", f"{WIDE} the group on owls and why they are so silent."),
    "anywhere": ("PhD position", f"A silent place. {WIDE} a group that has studied mice, bats and owls."),
    "related title": ("PhD position: barley fields", WIDE),
    "related text": ("PhD position", f"{WIDE} the group on barley fields."),
    "nothing": ("PhD position", WIDE),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("jobs")) as opened:
        opened.postings.register_boards([BOARD])
        listed = [
            Posting("jobposting", f"jobs/{name}", BOARD.token, title, "https://example.org/1", description=text)
            for name, (title, text) in POSTINGS.items()
        ]
        opened.postings.record_crawl(BOARD, listed, "2026-10-20T00:00:00Z", complete=True)
        yield opened


Found = dict[str, float]


def found(store: Store) -> pl.DataFrame:
    """What each posting says."""
    rows = store.connection.execute("select id, source_id from posting")
    texts = {id_: POSTINGS[name.removeprefix("jobs/")] for id_, name in rows}
    return posting_fit.match_posting_texts(store, (OWN, RELATED), texts)


def said(store: Store) -> Found:
    """How well each posting fits by what it says, as research."""
    rows = found(store).with_columns(
        category=pl.lit("research"), level=pl.lit("student"), general=pl.lit(value=True), meant=0.0, place_fit=0.0
    )
    names = dict(store.connection.execute("select id, source_id from posting"))
    fits = posting_fit.add_posting_fit(rows).select("id", "fit").iter_rows()
    return dict.fromkeys(POSTINGS, 0.0) | {str(names[id_]).removeprefix("jobs/"): fit for id_, fit in fits}


def place(works: int, years_ago: int = 1) -> float:
    """How well an organisation fits that printed so many works wholly on the interest."""
    numbers = pl.DataFrame({"work": range(works), "record": range(works), "match": [1.0] * works})
    tables = {
        "works": numbers.select("work", date=pl.lit(TODAY.replace(year=TODAY.year - years_ago))),
        "affiliations": numbers.select("record", institution=7),
        "versions": numbers.select("record", "work"),
    }
    snapshot: Any = SimpleNamespace(load_table=tables.__getitem__)
    return posting_fit.institution_fit(snapshot, numbers.select("work", "match"), TODAY)["place_fit"].sum()


def fit(own: float, at: float = 0.0, category: str = "research", level: str = "student", **more: Any) -> float:
    row = {
        "own": own,
        "place_fit": at,
        "category": category,
        "level": level,
        "general": True,
        "titled": own >= 0.9,
        "beside": 0.0,
        "meant": 0.0,
        **more,
    }
    return posting_fit.add_posting_fit(pl.DataFrame([row]))["fit"].item()


def in_order(*names: str) -> Callable[[Found], bool]:
    """Whether each fits clearly better than the next."""
    return lambda found: all(found[one] > 1.05 * found[two] for one, two in pairwise(names))


SAID: list[tuple[str, float, Callable[[Found], bool]]] = [
    # the interest in the title, its words in the title, the interest in the text, its words close by, and anywhere
    ("TITLE", 0.9, in_order("title", "title apart")),
    ("TITLE", 3.0, lambda m: max(m.values()) <= 1),
    ("TITLE_APART", 0.3, in_order("title apart", "text")),
    ("TITLE_APART", 1.0, in_order("title", "title apart")),
    ("TEXT", 0.3, in_order("text", "close")),
    ("TEXT", 0.95, in_order("title apart", "text")),
    ("NEAR", 0.2, in_order("close", "anywhere")),
    ("NEAR", 0.9, in_order("text", "close")),
    ("ANYWHERE", 0.1, lambda m: m["anywhere"] >= LEAST),
    ("ANYWHERE", 0.6, in_order("close", "anywhere")),
    ("CLOSE", 2, in_order("close", "anywhere")),
    ("CLOSE", 24, in_order("close", "anywhere")),
    # a related term in the title says more than in the text, and less than the interest itself anywhere near
    ("RELATED_TITLE", 0.4, lambda m: m["related title"] > 1.3 * m["anywhere"]),
    ("RELATED_TITLE", 2.0, in_order("text", "related title")),
    ("RELATED_TEXT", 0.15, lambda m: m["related text"] >= LEAST),
    ("RELATED_TEXT", 1.35, in_order("close", "related text")),
    ("RELATED", 0.3, in_order("related title", "anywhere")),
    ("RELATED", 1.2, in_order("text", "related title")),
]
PLACES: list[tuple[str, float, Callable[[], bool]]] = [
    # a place that works on it is worth a look, and no more, where the posting says nothing
    ("PLACE", 0.1, lambda: fit(0.0, 1.0) >= LEAST),
    ("PLACE", 0.9, lambda: fit(0.0, 1.0) < fit(0.55, 0.0)),
    # what was printed two years ago counts, what was printed six years ago does not
    ("YEARS", 1, lambda: place(3, 2) > 0),
    ("YEARS", 9, lambda: place(3, 6) == 0),
    # one work is not much, ten are nearly all that can be
    ("MANY", 0.9, lambda: place(1) < 0.4),
    # a place that works on it lifts a title of another topic less
    ("ELSEWHERE", 0.95, lambda: fit(0.0, 0.9, general=False) < LEAST * 1.2),
    ("ELSEWHERE", 0.3, lambda: fit(0.0, 1.0, general=False) >= LEAST),
    # engineering with the words comes after research that is related, and is not left out
    ("ENGINEERING", 0.8, lambda: fit(1.0, 0.0, "engineering") < fit(0.0, beside=0.55)),
    ("ENGINEERING", 0.14, lambda: fit(1.0, 0.0, "engineering") >= LEAST),
    # what is neither comes after that, and only with the words in its title
    ("OTHER", 0.4, lambda: fit(1.0, 0.0, "other") < fit(1.0, 0.0, "engineering")),
    ("OTHER", 0.1, lambda: fit(1.0, 0.0, "other") >= LEAST),
    # a chair on the interest itself comes after an internship on what is related to it
    ("SENIOR", 0.9, lambda: fit(1.0, level="senior") < fit(0.0, beside=0.8)),
    ("SENIOR", 0.2, lambda: fit(1.0, level="senior") > fit(1.0, 0.0, "engineering")),
    ("MANY", 9.0, lambda: place(10) > 0.8),
]


@pytest.mark.parametrize("case", SAID, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_posting_wrong(
    store: Store, case: tuple[str, float, Callable[[Found], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, holds = case

    assert holds(said(store))
    monkeypatch.setattr(posting_fit, name, turned)
    assert not holds(said(store))


@pytest.mark.parametrize("case", PLACES, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_place_wrong(
    case: tuple[str, float, Callable[[], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, holds = case

    assert holds()
    monkeypatch.setattr(posting_fit, name, turned)
    assert not holds()


def test_what_says_nothing_of_the_interest_does_not_fit(store: Store) -> None:
    assert said(store)["nothing"] == 0


def test_a_place_lifts_research_alone(store: Store) -> None:
    assert fit(0.0, 1.0) > 0
    assert [fit(0.0, 1.0, category) for category in ("engineering", "other")] == [0, 0]


def test_words_are_quoted_as_they_stand_and_stems_are_no_words(store: Store) -> None:
    says = {tuple(row) for row in found(store).get_column("says").to_list()}
    assert ("its title holds “owls” and “silent”",) not in says
    assert any("its title says “silent owls”" in row for row in says)
    asked = found(store).filter("titled")["id"].to_list()
    assert len(asked) == 2
    assert posting_fit.match_posting_texts(store, (OWN,), dict.fromkeys(asked, ("Silenced, owlish", ""))).is_empty()
