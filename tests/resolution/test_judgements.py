"""What a person says about who is whom beats everything else, and outlives every refresh."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.answers import corrections
from finder.errors import UsageError
from finder.publication import resolve_and_publish
from finder.storage import Store
from tests.examples import dear
from tests.worlds import NOW, author, put, stored, together, who_is_where, work


def id_of(store: Store, title: str, name: str) -> str:
    """The author id that a work's author of some name has."""
    folded = name.casefold().split()[-1]
    names = dict(store.snapshots.current_snapshot().load_table("authors").select("author_id", "name").iter_rows())
    (found,) = [
        id_ for id_, titles in who_is_where(store).items() if title in titles and folded in names[id_].casefold()
    ]
    return found


def two_places(home: Path) -> Store:
    return stored(
        home,
        work("One", "Ada Vell @ Uni A", source_id="1"),
        work("Two", "Ada Vell @ Uni B", source_id="2"),
        work("Three", "Ada Vell @ Uni C", source_id="3"),
    )


def judge_same(store: Store, one: str, other: str) -> int:
    made = corrections.judge_same_person(store, id_of(store, one, "vell"), id_of(store, other, "vell"), NOW)
    resolve_and_publish(store, NOW)
    return made.id


def test_same_joins_what_nothing_else_ties(tmp_path: Path) -> None:
    store = two_places(tmp_path)
    judge_same(store, "One", "Two")

    assert together(store) == {frozenset({"One", "Two"}), frozenset({"Three"})}


def test_same_outlives_later_works_of_both(tmp_path: Path) -> None:
    store = two_places(tmp_path)
    judge_same(store, "One", "Two")
    put(store, work("Four", "Ada Vell @ Uni A"), work("Five", "Ada Vell @ Uni B"), work("Six", "Ada Vell @ Uni D"))

    assert together(store) == {frozenset({"One", "Two", "Four", "Five"}), frozenset({"Three"}), frozenset({"Six"})}


def test_same_beats_conflicting_ids(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Wei Lan", "openreview:~Wei_Lan1")),
        work("Two", author("Wei Lan", "openreview:~Wei_Lan2")),
    )
    corrections.judge_same_person(store, "openreview:~Wei_Lan1", "openreview:~Wei_Lan2", NOW)
    resolve_and_publish(store, NOW)

    assert together(store) == {frozenset({"One", "Two"})}
    put(store, work("Three", author("Wei Lan", "openreview:~Wei_Lan2")))
    assert together(store) == {frozenset({"One", "Two", "Three"})}


def test_different_holds_against_a_tie_that_comes_later(tmp_path: Path) -> None:
    store = two_places(tmp_path)
    corrections.judge_different_people(store, id_of(store, "One", "vell"), id_of(store, "Two", "vell"), NOW)
    tie = work("Tie", "Ada Vell @ Uni A", author("Bo Rask"), source_id="4")
    put(store, tie, work("Knot", "Ada Vell @ Uni B", "Bo Rask", source_id="5"))

    people = [titles for titles in together(store) if titles & {"One", "Two"}]
    assert not any({"One", "Two"} <= titles for titles in people)


def test_works_under_one_id_can_be_told_apart(tmp_path: Path) -> None:
    mixed = [work(t, author("Wei Lan", "openalex:A1"), "Bo Rask", source_id=t) for t in ("Bees", "Wasps", "Quarks")]
    store = stored(tmp_path, *mixed)
    assert frozenset({"Bees", "Wasps", "Quarks"}) in together(store)
    corrections.judge_works_misattributed(store, "openalex:A1", ["quarks"], NOW)
    resolve_and_publish(store, NOW)

    assert {"Bees", "Wasps"} in together(store)
    assert id_of(store, "Bees", "lan") == "openalex:A1"
    assert id_of(store, "Quarks", "lan") != "openalex:A1"
    # what comes later under the id goes with the larger part; the parting holds
    put(store, work("Ants", author("Wei Lan", "openalex:A1")))
    assert {"Bees", "Wasps", "Ants"} in together(store)


def test_a_part_can_be_parted_again(tmp_path: Path) -> None:
    titles = ("Bees", "Wasps", "Quarks", "Tides")
    store = stored(tmp_path, *(work(t, author("Wei Lan", "openalex:A1"), source_id=t) for t in titles))
    for title in ("Quarks", "Tides"):
        corrections.judge_works_misattributed(store, "openalex:A1", [title], NOW)
        resolve_and_publish(store, NOW)

    assert together(store) == {frozenset({"Bees", "Wasps"}), frozenset({"Quarks"}), frozenset({"Tides"})}


def test_the_later_word_counts_and_taking_back_restores(tmp_path: Path) -> None:
    store = two_places(tmp_path)
    before = who_is_where(store)
    number = judge_same(store, "One", "Two")
    store.judgements.remove(number)
    resolve_and_publish(store, NOW)
    assert who_is_where(store) == before

    judge_same(store, "One", "Two")
    corrections.judge_works_misattributed(store, id_of(store, "One", "vell"), ["Two"], NOW)
    resolve_and_publish(store, NOW)
    assert together(store) == {frozenset({"One"}), frozenset({"Two"}), frozenset({"Three"})}
    assert [made.verdict for made in store.judgements.list_judgements()] == ["different"]


def test_a_record_that_is_replaced_by_its_source_stays_judged(tmp_path: Path) -> None:
    store = two_places(tmp_path)
    judge_same(store, "One", "Two")
    put(store, work("One, revised", "Ada Vell @ Uni Z", source_id="1"))

    assert {"One, revised", "Two"} in together(store)


def test_who_is_hidden_stays_hidden_whatever_is_judged(tmp_path: Path) -> None:
    store = stored(
        tmp_path, work("One", author("Ada Vell", "orcid:0000-0002-1825-0097")), work("Two", "Ada Vell @ Uni B")
    )
    corrections.judge_same_person(store, "orcid:0000-0002-1825-0097", id_of(store, "Two", "vell"), NOW)
    store.suppressions.add(["orcid:0000-0002-1825-0097"], NOW)
    resolve_and_publish(store, NOW)

    assert together(store) == set()


@pytest.mark.parametrize(
    ("act", "remedy"),
    [
        (lambda s, a, _: corrections.judge_same_person(s, a, a, NOW), "one person here already"),
        (lambda s, a, _: corrections.judge_different_people(s, a, a, NOW), "--work"),
        (lambda s, a, _: corrections.judge_works_misattributed(s, a, ["No such work"], NOW), "Not among the works"),
        (lambda s, a, _: corrections.judge_works_misattributed(s, a, ["One"], NOW), "all works"),
        (lambda s, a, _: corrections.judge_same_person(s, a, "Nobody Atall", NOW), "Nobody called"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_remedy(tmp_path: Path, act, remedy: str) -> None:  # type: ignore[no-untyped-def]
    store = two_places(tmp_path)
    with pytest.raises(UsageError, match=remedy):
        act(store, id_of(store, "One", "vell"), None)
    assert store.judgements.list_judgements() == []


NAMES = st.sampled_from(["Ada Vell @ Uni A", "Ada Vell @ Uni B", "Ada Vell", "Bo Rask @ Uni A", "A. Vell @ Uni A"])


@settings(max_examples=dear(30), deadline=None)
@given(
    people=st.lists(st.lists(NAMES, min_size=1, max_size=3, unique=True), min_size=2, max_size=6),
    verdict=st.sampled_from(["same", "different"]),
    data=st.data(),
)
def test_any_judgement_holds_after_any_later_work(tmp_path_factory, people, verdict, data) -> None:  # type: ignore[no-untyped-def]
    records = [work(f"Title number {i}", *names, source_id=str(i)) for i, names in enumerate(people)]
    half = data.draw(st.integers(1, len(records)))
    store = stored(tmp_path_factory.mktemp("s"), *records[:half])
    known = sorted(who_is_where(store))
    if len(known) < 2:
        return
    one, other = data.draw(st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True))
    made = (corrections.judge_same_person if verdict == "same" else corrections.judge_different_people)(
        store, one, other, NOW
    )
    put(store, *records[half:], work("Last one", "Cy Cole"))
    swapped = made._replace(a=made.b, b=made.a)

    assert (corrections.current_author_id(store, made) == corrections.current_author_id(store, swapped)) == (
        verdict == "same"
    )
