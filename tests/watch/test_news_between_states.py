"""What counts as news between two states, and what never does."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.watch import news_text, watch_state
from finder.watch.news import NEWS, PARTIAL, diff_states
from finder.watch.watch_state import WatchState
from tests.watch.states_of import DAY, position, somebody, state

MAYBE = st.sampled_from([None, "recruiting", "not recruiting"])
PERSON = st.fixed_dictionaries(
    {
        "band": st.sampled_from("ABCD"),
        "score": st.floats(0, 9),
        "polarity": MAYBE,
        "moved": st.sampled_from([None, "ailleurs", "nirgendwo"]),
        "newcomer": st.sampled_from([None, "ailleurs"]),
        "here": st.booleans(),
    }
)
PEOPLE = st.lists(PERSON, max_size=6)
JOBS = st.lists(st.sampled_from([None, "2026-11-25", "2026-11-10", "2027-01-01"]), max_size=4)


def made(people: list[dict[str, Any]], jobs: list[str | None], works: int = 0) -> WatchState:
    """People of whom each is known by two tokens of their own."""
    return state(
        *(somebody(f"p{n}a", f"p{n}b", **one) for n, one in enumerate(people)),
        openings=[
            position(f"j{n}", deadline=day, warned=bool(day and day <= "2026-12-06")) for n, day in enumerate(jobs)
        ],
        works=[(0, 100 + n) for n in range(works)] if people else [],
    )


def kinds(old: WatchState, new: WatchState, *, complete: bool = True) -> list[str]:
    return diff_states(old, new, complete=complete)["kind"].to_list()


def told(old: WatchState, new: WatchState, *, complete: bool = True) -> list[str]:
    """As a reader is told it."""
    found = diff_states(old, new, complete=complete)
    return [
        one.body["text"]
        for one in news_text.build_news_drafts(found, 1, "owls", date.fromisoformat(new.day), lambda _: ())
    ]


@given(PEOPLE, JOBS)
@settings(max_examples=30)
def test_nothing_new_where_nothing_changed(people: list[dict[str, Any]], jobs: list[str | None]) -> None:
    same = made(people, jobs)
    read = watch_state.decode_state(watch_state.encode_state(same, complete=True))
    assert read is not None
    assert diff_states(read, same, complete=True).is_empty()


@given(PEOPLE, PEOPLE, JOBS, JOBS, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_neither_order_nor_numbers_matter(
    before: list[dict[str, Any]],
    now: list[dict[str, Any]],
    jobs: list[str | None],
    later: list[str | None],
    chance: random.Random,
) -> None:
    old, new = made(before, jobs), made(now, later, 3)
    assert _subjects(diff_states(old, new, complete=True)) == _subjects(
        diff_states(_mixed(old, chance), _mixed(new, chance), complete=True)
    )


def _subjects(found: pl.DataFrame) -> list[tuple[Any, ...]]:
    # works are told apart by the number of their person here, which is mixed too; positions come in that order
    plain = found.with_columns(subject=pl.when(pl.col("kind") == "new work").then(None).otherwise("subject"))
    return sorted(plain.select("kind", "subject", "band", "band_before", "why", "quote").rows(), key=repr)


def _mixed(one: WatchState, chance: random.Random) -> WatchState:
    """The same with rows in another order and other numbers."""
    numbers = list(range(50))
    chance.shuffle(numbers)
    swap = dict(enumerate(numbers))

    def mixed(frame: pl.DataFrame, number: str) -> pl.DataFrame:
        return frame.sample(fraction=1.0, shuffle=True, seed=chance.randrange(2**32)).with_columns(
            pl.col(number).replace_strict(swap, return_dtype=pl.Int64)
        )

    return WatchState(
        one.day,
        one.last,
        mixed(one.people, "person"),
        mixed(one.tokens, "person"),
        mixed(one.openings, "opening"),
        mixed(one.marks, "opening"),
        mixed(one.works, "person"),
        mixed(one.evidence, "person"),
    )


@given(PEOPLE, PEOPLE, JOBS, JOBS)
@settings(max_examples=30)
def test_a_partial_refresh_tells_only_what_came(
    before: list[dict[str, Any]], now: list[dict[str, Any]], jobs: list[str | None], later: list[str | None]
) -> None:
    assert set(kinds(made(before, jobs), made(now, later, 2), complete=False)) <= set(PARTIAL)


@given(st.lists(PERSON, min_size=2, max_size=6), st.sampled_from("ABCDE"))
@settings(max_examples=30)
def test_two_records_that_become_one_are_no_news(people: list[dict[str, Any]], band: str) -> None:
    old = made(people, [])
    merged = somebody(
        "p0a", "p0b", "p1a", "p1b", band=band, moved="ailleurs", newcomer="ailleurs", polarity="recruiting"
    )
    rest = [somebody(f"p{n}a", f"p{n}b", **one) for n, one in enumerate(people) if n > 1]
    assert kinds(old, state(merged, *rest)) == []
    assert kinds(state(merged, *rest), old) == []  # nor is one that becomes two


def test_another_main_id_is_no_news() -> None:
    assert kinds(state(somebody("openalex:A1", "orcid:1")), state(somebody("finder:9", "orcid:1"))) == []


def test_somebody_who_just_misses_the_list_is_no_news_when_they_come_on_it() -> None:
    assert kinds(state(somebody("a", here=False)), state(somebody("a"))) == []


def test_somebody_new_is_told_once() -> None:
    old, new = state(somebody("a")), state(somebody("a"), somebody("b", band="A"))
    paper = "last author of “On owls at night” (OWL, 2026)"
    assert told(old, new) == [f"Name of b, Nirgendwo, is new, strong match: {paper}."]
    silent = state(somebody("a"), somebody("b", band="A", paper=None))
    assert told(old, silent) == []  # others went, or the list is another: nothing of theirs is new
    after = watch_state.merge_previous_state(old, new)
    assert kinds(after, new) == []


def test_somebody_who_is_gone_for_a_while_is_not_new_when_they_come_again() -> None:
    old, without = state(somebody("a"), somebody("b")), state(somebody("a"), day="2026-11-29")
    after = watch_state.merge_previous_state(old, without)
    again = state(somebody("a"), somebody("b"), day="2026-12-06")
    assert kinds(after, again) == []
    late = state(somebody("a"), somebody("b"), day="2027-08-01")
    much_later = watch_state.merge_previous_state(after, state(somebody("a"), day="2027-07-01"))
    assert kinds(much_later, late) == ["new person"]


def test_a_change_of_the_match_is_told_where_their_own_works_made_it() -> None:
    old = state(somebody("a", band="C", score=1.2))
    assert told(old, state(somebody("a", band="B", score=1.8))) == [
        "Name of a, Nirgendwo, rose from some to good match: last author of “On owls at night” (OWL, 2026)."
    ]
    assert told(old, state(somebody("a", band="B", score=1.8, paper=100))) == []  # stored before: others changed
    assert told(state(somebody("a", band="B")), state(somebody("a", band="D", paper=None))) == []  # time went on
    assert told(
        state(somebody("a", band="B", score=1.9)), state(somebody("a", band="D", score=0.4, works=1, paper=None))
    ) == ["Name of a, Nirgendwo, fell from good to weak match: evidence 1.90 → 0.40."]


def test_bands_of_the_former_score_are_not_compared() -> None:
    body = watch_state.json.loads(
        watch_state.zlib.decompress(watch_state.encode_state(state(somebody("a", band="A")), complete=True).body)
    )
    del body["ranking"]
    former = watch_state.decode_state(
        watch_state.EncodedState(DAY, True, watch_state.zlib.compress(watch_state.json.dumps(body).encode()))
    )
    assert former is not None
    assert kinds(former, state(somebody("a", band="D"))) == []


def test_a_move_is_told_where_they_were_not_before() -> None:
    old = state(somebody("a"), somebody("b", places=["ailleurs"]), somebody("c", moved="ailleurs"))
    new = state(*(somebody(t, moved="ailleurs", places=["ailleurs"]) for t in "abc"))
    assert told(old, new) == ["Name of a moved from Nirgendwo to Ailleurs (first seen 2026-10)."]
    assert told(old, state(somebody("a", moved="ailleurs", paper=None))) == []  # known otherwise, by nothing new
    both = told(old, state(somebody("a", moved="ailleurs", newcomer="ailleurs")))
    assert ["new professor" in one for one in both] == [True]  # one piece, not two of the same


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (None, "recruiting", "recruiting"),
        ("not recruiting", "recruiting", "recruiting"),
        ("recruiting", "not recruiting", "not recruiting"),
        (None, "not recruiting", "not recruiting"),
        ("recruiting", None, "not recruiting"),
        ("not recruiting", None, None),
    ],
)
def test_what_they_say_about_recruiting_is_told_when_it_changes(before: Any, now: Any, kind: Any) -> None:
    quoted = {"quote": "I seek PhD students", "page": "https://a.example/me"}
    old = state(somebody("a", polarity=before, **(quoted if before else {})))
    new = state(somebody("a", polarity=now, **(quoted if now else {})))
    found = diff_states(old, new, complete=True)
    assert found["kind"].to_list() == ([kind] if kind else [])
    if kind:
        (item,) = news_text.build_news_drafts(found, 1, "owls", date(2026, 11, 22), lambda _: ())
        assert "“I seek PhD students”" in item.body["text"]
        assert ("no longer says" in item.body["text"]) == (now is None)
        (claim,) = item.body["evidence"]
        assert claim["url"] == "https://a.example/me"
        assert claim["date"]


def test_a_new_professor_is_told() -> None:
    old = state(somebody("a"), somebody("b", newcomer="ailleurs"))
    new = state(somebody("a", newcomer="ailleurs"), somebody("b", newcomer="ailleurs"))
    assert kinds(old, new) == ["new professor"]


def test_a_new_grant_is_told_with_when_it_starts() -> None:
    old = state(somebody("a", grants=["g1"]), somebody("b", grants=["g1"]), somebody("c", grants=None))
    new = state(somebody("a", grants=["g1", "g2"]), somebody("b"), somebody("c", grants=["g3"]))
    assert told(old, new) == [
        "Name of a, Nirgendwo, has a new grant that starts in 2027: “Grant g2” (Funds), until 2030-12."
    ]
    assert told(old, state(somebody("a", grants=["g2"], paper=None))) == []  # known otherwise, by nothing new
    read = watch_state.decode_state(watch_state.encode_state(new, complete=True))
    assert read is not None
    assert kinds(read, new) == []


def test_only_works_stored_since_are_new_and_only_of_people_known_before() -> None:
    old = state(somebody("a"), last=100)
    new = state(somebody("a"), somebody("b"), works=[(0, 99), (0, 101), (1, 102)], last=102)
    found = diff_states(old, new, complete=True).filter(pl.col("kind") == "new work")
    assert found["subject"].to_list() == ["0/101"]


def test_a_position_is_new_once_and_told_again_only_when_it_closes_soon() -> None:
    old = state(openings=[position("a", "A"), position("b", deadline="2026-12-20")])
    new = state(openings=[position("A", "z"), position("b", deadline="2026-12-20"), position("c")])
    assert told(old, new) == ["PhD on c, Acme, Berlin"]
    later = state(openings=[position("b", deadline="2026-12-20", warned=True)], day="2026-12-10")
    assert told(watch_state.merge_previous_state(old, new), later) == [
        "PhD on b, Acme, Berlin, apply by 2026-12-20 (10 days left)"
    ]
    assert kinds(watch_state.merge_previous_state(new, later), later) == []
    past = state(openings=[position("b", deadline="2026-12-20", warned=True)], day="2026-12-21")
    assert kinds(old, past) == []


def test_what_a_partial_refresh_told_is_not_told_again_and_nothing_else_is_taken_in() -> None:
    old = state(somebody("a", band="A"), openings=[position("x")])
    part = state(somebody("a", band="C"), somebody("b"), openings=[position("y")])
    found = diff_states(old, part, complete=False)
    assert found["kind"].to_list() == ["new position", "new person"]
    grown = watch_state.extend_previous_state(old, part, [1], [0])
    whole = state(somebody("a", band="C", works=1), somebody("b"), openings=[position("x"), position("y")])
    assert kinds(grown, whole) == ["fell"]


def test_a_state_of_another_shape_is_none() -> None:
    assert watch_state.decode_state(watch_state.EncodedState(DAY, True, b"garbage")) is None
    assert (
        watch_state.decode_state(watch_state.EncodedState(DAY, True, watch_state.zlib.compress(b'{"people": 3}')))
        is None
    )


def test_the_same_states_give_the_same_bytes() -> None:
    old = state(somebody("a", "b"), openings=[position("x")])
    new = state(somebody("a", band="A", score=3.9), somebody("c"), openings=[position("y", "z")], works=[(0, 101)])
    first, again = (
        news_text.build_news_drafts(diff_states(old, new, complete=True), 1, "owls", date(2026, 11, 22), lambda _: ())
        for _ in "ab"
    )
    assert repr(first) == repr(again)
    assert len({one.key for one in first}) == len(first) == 4
    assert list(diff_states(state(), state(), complete=True).schema) == list(NEWS)
