"""Labs, held to the truth of the fictional world. ``pytest -rP`` shows the figures."""

from __future__ import annotations

import sys
from typing import Any

import polars as pl
import pytest

from finder import answers
from finder.answers import labs as lab_views
from finder.answers.lab_index import LabIndex, load_lab_index
from finder.demo_metadata import demo_interests, demo_today, demo_truth
from finder.rendering import lab_text
from finder.storage import Store

Pairs = set[tuple[str, str]]
TRUTH = demo_truth()
PEOPLE, LABS = TRUTH["people"], {lab["head"]: lab for lab in TRUTH["labs"]}


@pytest.fixture(scope="module")
def found(store: Store) -> LabIndex:
    return load_lab_index(store.snapshots.current_snapshot(), demo_today())


@pytest.fixture(scope="module")
def ids(store: Store) -> dict[int, str]:
    return dict(store.snapshots.current_snapshot().load_table("authors").select("author", "author_id").iter_rows())


@pytest.fixture(scope="module")
def visible(store: Store, ids: dict[int, str]) -> Pairs:
    """Heads of the truth and whoever stands on a stored work with them."""
    rows = (
        store.snapshots.current_snapshot()
        .load_table("authorships")
        .select("work", "author")
        .filter(pl.col("author").is_in([*ids]))
    )
    named = rows.with_columns(pl.col("author").replace_strict(ids))
    heads = named.filter(pl.col("author").is_in([*LABS]))
    both = heads.join(named, on="work").filter(pl.col("author") != pl.col("author_right"))
    return set(both.select("author", "author_right").unique().iter_rows())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def told(what: str, said: set[Any], true: set[Any], wanted: set[Any]) -> tuple[float, float]:
    """Precision of what is said, and recall of what could have been; printed."""
    precision, recall = len(said & true) / len(said), len(said & wanted) / len(wanted)
    say(f"{what}: precision {precision:.3f} of {len(said)}, recall {recall:.3f} of {len(wanted)}")
    return precision, recall


def heads_of(found: LabIndex, ids: dict[int, str]) -> set[str]:
    """Everybody who is said to head a lab, also beside another."""
    return {ids[head] for row in found.found.labs["heads"] for head in row}


def test_heads(store: Store, found: LabIndex, ids: dict[int, str]) -> None:
    snapshot = store.snapshots.current_snapshot()
    rows = snapshot.load_table("authorships").filter("published", pl.col("n_authors") > 1)
    last = rows.filter(pl.col("position") == pl.col("n_authors") - 1, pl.col("date").dt.year() >= demo_today().year - 2)
    leading = {ids[author] for author in last["author"]}
    said = heads_of(found, ids)

    precision, recall = told("heads who led a stored work since 2024", said, set(LABS), set(LABS) & leading)
    _, of_all = told("heads on any stored work", said, set(LABS), set(LABS) & set(ids.values()))
    assert precision >= 0.94
    assert recall >= 0.95
    assert of_all >= 0.78


def test_every_lab_is_where_its_head_is(store: Store, found: LabIndex, ids: dict[int, str]) -> None:
    places = dict(
        store.snapshots.current_snapshot()
        .load_table("institutions")
        .select("institution", "institution_id")
        .iter_rows()
    )
    at = {ids[lab]: places[place] for lab, place in found.found.labs.select("lab", "institution").iter_rows()}
    known = {head for head in at if head in LABS}
    right = {head for head in known if at[head] == LABS[head]["institution"]}

    say(f"institutions: {len(right)} of {len(known)} are right")
    assert len(right) / len(known) >= 0.98


def test_members(found: LabIndex, ids: dict[int, str], visible: Pairs) -> None:
    whose = {ids[head]: ids[row["lab"]] for row in found.found.labs.iter_rows(named=True) for head in row["heads"]}
    true = {(whose.get(head, head), key) for head, lab in LABS.items() for key in lab["members"]}
    seen = {(whose.get(head, head), key) for head, key in visible if key in LABS[head]["members"]}
    once = {(whose.get(head, head), key) for key, facts in PEOPLE.items() for head in _worked_for(facts)} | true
    said = {(ids[lab], ids[author]) for lab, author in found.found.members.select("lab", "author").iter_rows()}
    active = found.found.members.filter("active").select("lab", "author")

    precision, recall = told("members on a stored work with the head", said, true, seen)
    told("of these with a joint work in the last year", {(ids[a], ids[b]) for a, b in active.iter_rows()}, true, seen)
    ever, _ = told("who are or were members", said, once, seen)
    assert precision >= 0.70
    assert recall >= 0.8
    assert ever >= 0.93


def _worked_for(facts: dict[str, Any]) -> set[str]:
    return {*facts.get("advisors", []), *facts.get("mentors", [])}


def test_stages_of_members(found: LabIndex, ids: dict[int, str]) -> None:
    rows = found.found.members.select("lab", "author", "stage").iter_rows()
    none: dict[str, Any] = {"members": {}}
    pairs = [(LABS.get(ids[lab], none)["members"].get(ids[author]), stage) for lab, author, stage in rows]
    said = [(true, stage) for true, stage in pairs if true and stage != "unknown"]
    right = sum(true == stage for true, stage in said)
    young = sum((true, stage) == ("postdoc", "student") for true, stage in said)

    say(f"stages of true members: {right} of {len(said)} said are right; {young} postdocs are taken for students")
    assert right / len(said) >= 0.85


def test_everybody_is_in_one_lab(found: LabIndex) -> None:
    heads = found.found.labs["heads"].explode()
    assert found.found.members["author"].is_unique().all()
    assert heads.is_unique().all()
    assert not set(heads) & set(found.found.members["author"])


def test_a_newcomer_heads_a_lab_at_the_new_place(store: Store) -> None:
    special = TRUTH["specials"]["newcomer"]
    answer = lab_views.find_labs(store, answers.Query("multimodal learning", demo_today(), ("DE",), top=200))
    row = next(row for row in answer.results if row["lab_id"] == special["people"][0])

    assert row["institution_id"] == special["new_employer"]
    assert row["moved"]["from"] != row["institution"]
    assert row["country"] == "DE"


def test_a_lab_that_moved_with_its_head_has_moved(store: Store) -> None:
    special = TRUTH["specials"]["stale_record"]
    card = lab_views.lab_card(store, special["people"][0], demo_today())

    assert card["institution_id"] == special["new_employer"]
    assert card["moved"]
    assert {one["author_id"] for one in card["members"]} & set(LABS[special["people"][0]]["members"])
    assert all(one["still_at"] for one in card["members"])


def test_every_row_has_its_evidence(store: Store) -> None:
    for interest in demo_interests()[:3]:
        answer = lab_views.find_labs(store, answers.Query(interest, demo_today(), top=10))
        assert answer.results
        for row in answer.results:
            assert row["heads"]
            assert row["head"] == row["heads"][0]["name"]
            assert all(work["url"] for work in row["works"])
            assert all(one["works"] and one["works"][0]["url"] for one in row["members"])
            claims = [claim["claim"] for claim in row["evidence"]]
            assert all(any(one["name"] in claim for claim in claims) for one in row["members"])
            assert any(row["institution"] in claim for claim in claims)
        assert lab_text.render_lab_answer(answer, "md").count("## ") == len(answer.results)


def test_where_alumni_went(store: Store, found: LabIndex, ids: dict[int, str]) -> None:
    kinds = {
        "early-career faculty": "faculty",
        "established faculty": "faculty",
        "industry researcher": "industry",
        "staff scientist": "research staff",
        "postdoc": "postdoc",
        "student": "student",
    }
    true = {(head, key) for key, facts in PEOPLE.items() for head in _worked_for(facts)}
    rows = [(ids[h], ids[a], went) for h, a, went in found.alumni.select("head", "author", "went").iter_rows()]
    were = sum((head, key) in true for head, key, _ in rows)
    said = [(kinds[PEOPLE[key]["stage"]], went) for _, key, went in rows if PEOPLE.get(key, {}).get("stage") in kinds]
    said = [(stage, went) for stage, went in said if went not in ("unknown", "university")]
    right = sum(stage == went for stage, went in said)

    say(f"alumni: {were} of {len(rows)} were there; where they went is right for {right} of {len(said)} said")
    assert were / len(rows) >= 0.9
    assert right / len(said) >= 0.75
