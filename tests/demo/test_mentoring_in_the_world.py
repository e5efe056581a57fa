"""Who led whom, held to the truth of the fictional world. ``pytest -rP`` shows the figures."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from finder import answers
from finder.demo_metadata import demo_today, demo_truth
from finder.features import advisee_pairs, advisees
from finder.storage import Store

Pairs = set[tuple[str, str]]
PEOPLE = demo_truth()["people"]


@pytest.fixture(scope="module")
def found(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All works by first and last author, and who of them was a beginner."""
    return advisee_pairs.find_advisee_pairs(store.snapshots.current_snapshot(), demo_today())


def named(store: Store, frame: pl.DataFrame) -> Pairs:
    """Heads and beginners by the ids they have in the truth."""
    authors = store.snapshots.current_snapshot().load_table("authors")
    ids = dict(authors.select("author", "author_id").iter_rows())
    return {(ids[head], ids[author]) for head, author in frame.select("head", "author").iter_rows()}


def really(kind: str, mentors: str) -> Pairs:
    """Who led whom by the truth."""
    return {(head, key) for key, facts in PEOPLE.items() for part in (kind, mentors) for head in facts.get(part, [])}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def told(what: str, said: Pairs, true: Pairs, wanted: Pairs) -> tuple[float, float]:
    """Precision of what is said, and recall of what could have been; printed."""
    precision, recall = len(said & true) / len(said), len(said & wanted) / len(wanted)
    say(f"{what}: precision {precision:.3f} of {len(said)}, recall {recall:.3f} of {len(wanted)}")
    return precision, recall


def test_first_authors_led(store: Store, found: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    works, pairs = found
    true, stored = really("advisors", "mentors"), named(store, works)
    students = {(head, key) for head, facts in PEOPLE.items() for key in facts.get("advisees", [])} & stored
    said = named(store, pairs.filter(~pl.col("guest")))

    precision, recall = told("advisees", said, true, students)
    assert precision >= 0.93
    assert recall >= 0.91
    assert len(said & true & stored) / len(true & stored) >= 0.91


def test_guests_are_mostly_interns(store: Store, found: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    guests = named(store, found[1].filter("guest"))
    interns = {(host["host"], row["student"]) for host in demo_truth()["hosts"] for row in host["internships"]}

    say(f"guests: {len(guests & interns)} of {len(guests)} are known interns of those who are hosts today")
    assert len(guests & interns) / len(guests) >= 0.7
    assert len(guests & really("advisors", "mentors")) / len(guests) <= 0.15


def test_advisors(store: Store, found: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    works, pairs = found
    true, stored = really("advisors", "mentors"), named(store, works)
    said = named(store, advisees.infer_advisors(works, pairs))

    precision, recall = told("advisors", said, true, really("advisors", "advisors") & stored)
    assert precision >= 0.94
    assert recall >= 0.9


def test_a_card_tells_it_with_works_and_links(store: Store) -> None:
    head = max(PEOPLE, key=lambda key: len(PEOPLE[key].get("advisees", [])))
    card = answers.person_profile(store, head, demo_today())
    led = card["mentoring"]
    by = {row["author_id"]: row for row in led["students"]}

    assert led["summary"]["students"] == len(by) > 3
    assert sum(led["summary"]["went"].values()) == len(by)
    assert all(work["url"] and work["title"] for row in by.values() for work in row["works"])
    assert all(row["joint"] == len(row["works"]) for row in by.values())
    assert known(by.values()) > len(by) / 3
    student = next(key for key in by if key in PEOPLE[head]["advisees"])
    assert head in [row["author_id"] for row in answers.person_profile(store, student, demo_today())["advised_by"]]


def known(rows: Iterable[Any]) -> int:
    """How many of some people are somewhere."""
    return sum(row["went"] != "unknown" for row in rows)


def test_where_they_went(store: Store, found: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    kinds = {
        "early-career faculty": "faculty",
        "established faculty": "faculty",
        "industry researcher": "industry",
        "staff scientist": "research staff",
        "postdoc": "postdoc",
        "student": "student",
    }
    right = total = 0
    heads = [key for key, facts in PEOPLE.items() if len(facts.get("advisees", [])) >= 6][::5]
    for head in heads:
        for row in answers.person_profile(store, head, demo_today())["mentoring"]["students"]:
            true = kinds.get(PEOPLE.get(row["author_id"], {}).get("stage"))
            if true and row["went"] not in ("unknown", "university"):
                total += 1
                right += true == row["went"]
    say(f"where they went: {right} of {total} said are right, over {len(heads)} heads")
    assert right / total >= 0.75
