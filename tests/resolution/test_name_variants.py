"""One person under several spellings: company decides, never the spelling alone; and how sure that is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.answers import identity
from finder.resolution import link_confidence
from finder.storage import Store
from tests.examples import dear
from tests.worlds import author, stored, together, work

MATES = ("Bo Rask", "Cy Cole")


def pair(home: Path, one: str, other: str, *, mates: tuple[str, ...] = MATES) -> set[frozenset[str]]:
    """Who wrote what, of two works with the same co-authors; the mates' own sets left out."""
    store = stored(
        home,
        work("One", one, *mates, source_id="1"),
        work("Two", other, *mates, source_id="2"),
        work("More", one, source_id="3"),
        work("Apart", *mates, source_id="4"),
    )
    return {titles for titles in together(store) if "Apart" not in titles and titles != {"More"}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Smith", "J. Smith"),
        ("Jane Mary Smith", "J. Smith"),
        ("Elena de Momi", "E. De Momi"),
        ("Jun-Sik Kim", "Junsik Kim"),
        ("Wei Tech Ang", "Ang Wei Tech"),
        ("Pedro de Gusmao", "Pedro Gusmao"),
        ("Sarah Monazam Erfani", "Sarah Erfani"),
    ],
)
def test_spellings_with_two_coauthors_in_common_are_one(tmp_path: Path, one: str, other: str) -> None:
    assert any({"One", "Two"} <= titles for titles in pair(tmp_path, one, other))


@pytest.mark.parametrize(
    ("one", "other"), [("Jane Smith", "John Smith"), ("Jane Smith", "J. Karl Smith"), ("Jane Smith", "Jane Smyth")]
)
def test_other_names_stay_apart_whatever_they_share(tmp_path: Path, one: str, other: str) -> None:
    assert not any({"One", "Two"} <= titles for titles in pair(tmp_path, one, other))


def test_a_spelling_alone_is_not_enough(tmp_path: Path) -> None:
    assert not any({"One", "Two"} <= titles for titles in pair(tmp_path, "Jane Smith", "J. Smith", mates=()))
    one_mate = pair(tmp_path / "mate", "Jane Smith", "J. Smith", mates=("Bo Rask",))
    assert not any({"One", "Two"} <= titles for titles in one_mate)


def test_an_initial_that_fits_two_people_goes_to_neither(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", "Jane Smith", *MATES),
        work("Two", "John Smith", *MATES),
        work("Short", "J. Smith", *MATES),
    )

    assert {"Short"} in together(store)


def test_people_who_stand_on_one_work_are_two(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", "Zhi Zhou", "Zhi Hua Zhou", *MATES),
        work("Two", "Zhi Hua Zhou", *MATES),
        work("Three", "Zhi Zhou", *MATES),
    )

    assert {frozenset({"One", "Two"}), frozenset({"One", "Three"})} <= together(store)


def test_ids_of_one_registry_keep_spellings_apart(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Jane Smith", "dblp:1/1"), *MATES),
        work("Two", author("J. Smith", "dblp:1/2"), *MATES),
    )

    assert {frozenset({"One"}), frozenset({"Two"})} <= together(store)


@settings(max_examples=dear(25), deadline=None)
@given(
    works=st.lists(
        st.lists(
            st.sampled_from(["Jane Smith", "J. Smith", "Jane A. Smith", "Smith Jane", "John Smith", *MATES]),
            min_size=1,
            max_size=4,
            unique=True,
        ),
        min_size=2,
        max_size=6,
    ),
    seed=st.randoms(use_true_random=False),
)
def test_spellings_do_not_depend_on_the_order_of_input(tmp_path_factory, works, seed) -> None:  # type: ignore[no-untyped-def]
    records = [work(f"Title number {i}", *people, source_id=str(i)) for i, people in enumerate(works)]
    shuffled = list(records)
    seed.shuffle(shuffled)
    first, second = (stored(tmp_path_factory.mktemp("s"), *each) for each in (records, shuffled))

    assert together(first) == together(second)


# --- how sure ---------------------------------------------------------------------------------------------------------


def known(store: Store, name: str) -> dict:  # type: ignore[type-arg]
    snapshot = store.snapshots.current_snapshot()
    people = dict(snapshot.load_table("authors").select("name", "author").iter_rows())
    return identity.identity_confidence(snapshot, people[name])


def test_every_decision_keeps_its_reason_and_chance(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Ada Vell @ Uni A", "openalex:A1"), "Bo Rask"),
        work("Two", author("Ada Vell", "openalex:A1")),
        work("Three", author("Ada Vell @ Uni A"), "Bo Rask"),
        work("Else", "Cy Cole"),
    )
    by = {row["reason"]: row for row in known(store, "Ada Vell")["by"]}

    assert by["a shared id"]["works"] == 2
    (tied,) = [row for reason, row in by.items() if "a co-author in common, the same institution" in reason]
    assert tied["works"] == 1
    assert tied["chance"] < by["a shared id"]["chance"] <= 1
    assert known(store, "Cy Cole") == {
        "sure": 1.0,
        "works": 1,
        "doubtful": [],
        "by": [{"reason": "the only one stored under this name", "works": 1, "chance": 1.0}],
    }


def test_what_hangs_on_little_is_named(tmp_path: Path) -> None:
    place = "Ada Vell @ Uni A"
    store = stored(tmp_path, work("One", place, "Bo Rask"), work("Two", place, "Bo Rask"), work("Three", place))
    crowd = [work(f"Ada {i}", f"Ada Name{i}", f"Given{i} Vell") for i in range(9)]
    doubtful = known(stored(tmp_path / "crowd", *crowd, work("One", place), work("Two", place)), "Ada Vell")

    assert known(store, "Ada Vell")["sure"] > doubtful["sure"]
    assert {row["title"] for row in doubtful["doubtful"]} == {"One", "Two"}


def test_chances_are_ordered_as_the_evidence_is() -> None:
    chances = link_confidence.CHANCES
    for ties, (rare, other) in chances.items():
        assert 0.5 < other <= rare < 1
        for more, (rare_more, _) in chances.items():
            assert more & ties != ties or rare_more >= rare
