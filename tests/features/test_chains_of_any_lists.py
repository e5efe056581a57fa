"""Chains of people who wrote together, held to a search of every way there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from finder.features import coauthor_paths
from finder.features.coauthor_paths import Chain
from tests.lists import lists

DAY = date(2026, 1, 1)
DATES = ("2010-01-01", "2018-05-01", "2024-02-01", "2025-12-31", "2026-01-02")  # the last is of tomorrow
PEOPLE = 9
_list = st.lists(st.integers(0, PEOPLE), min_size=1, max_size=4, unique=True)


def days(authorships: pl.DataFrame) -> dict[tuple[int, int], int]:
    """The newest common day of each two, both ways round."""
    rows = authorships.filter(pl.col("published"), pl.col("date") <= DAY, pl.col("n_authors") <= coauthor_paths.WEAK)
    newest: dict[tuple[int, int], int] = {}
    for _, day, who in rows.group_by("work", "day").agg("author").iter_rows():
        for one in who:
            for other in set(who) - {one}:
                newest[one, other] = max(day, newest.get((one, other), day))
    return newest


def ways(newest: dict[tuple[int, int], int], way: tuple[int, ...], goal: int, links: int) -> Iterator[tuple[int, ...]]:
    """Every way of so many links that visits nobody twice."""
    if links == 0:
        if way[-1] == goal:
            yield way
        return
    for other in {there for here, there in newest if here == way[-1]} - {*way}:
        yield from ways(newest, (*way, other), goal, links - 1)


def brute(authorships: pl.DataFrame, starts: Sequence[int], goal: int) -> list[tuple[int, ...]]:
    newest = days(authorships)
    if goal in starts:
        return []
    for links in range(1, coauthor_paths.LONGEST + 1):
        found = [way for start in set(starts) for way in ways(newest, (start,), goal, links)]
        if found:
            return sorted(found, key=lambda way: (sorted(newest[two] for two in pairwise(way)), [-w for w in way]))[
                ::-1
            ][: coauthor_paths.MOST]
    return []


def people(chain: Chain) -> tuple[int, ...]:
    return (*(link.one for link in chain), chain[-1].other)


@given(
    st.lists(st.tuples(st.sampled_from(DATES), _list), min_size=1, max_size=14),
    st.lists(st.integers(0, PEOPLE), max_size=3),
    st.integers(0, PEOPLE),
    st.lists(st.integers(0, 13), max_size=2),
)
def test_chains_are_those_that_a_search_of_all_ways_finds(
    works: list[tuple[str, list[int]]], starts: list[int], goal: int, unpublished: list[int]
) -> None:
    authorships = lists(*works, unpublished=unpublished)
    found = coauthor_paths.shortest_paths(authorships, starts, goal, DAY)

    assert [people(chain) for chain in found] == brute(authorships, starts, goal)
    newest, on = days(authorships), authorships.group_by("work").agg("author", pl.col("day").first())
    held = {work: (set(who), day) for work, who, day in on.iter_rows()}
    for link in (link for chain in found for link in chain):
        assert {link.one, link.other} <= held[link.work][0], "both stand on the work that is named"
        assert link.day == held[link.work][1] == newest[link.one, link.other]


def test_four_links_are_found_and_five_are_too_many() -> None:
    line = lists(*(("2024-02-01", (n, n + 1)) for n in range(5)))
    assert [people(chain) for chain in coauthor_paths.shortest_paths(line, [0], 4, DAY)] == [(0, 1, 2, 3, 4)]
    assert coauthor_paths.shortest_paths(line, [0], 5, DAY) == []
    assert [people(chain) for chain in coauthor_paths.shortest_paths(line, [0, 1], 5, DAY)] == [(1, 2, 3, 4, 5)]


def test_a_crowd_introduces_nobody() -> None:
    few, crowd = tuple(range(coauthor_paths.WEAK)), tuple(range(coauthor_paths.WEAK + 1))
    assert coauthor_paths.shortest_paths(lists(("2024-02-01", few)), [0], 1, DAY)
    assert coauthor_paths.shortest_paths(lists(("2024-02-01", crowd)), [0], 1, DAY) == []


def test_a_volume_taken_for_one_work_introduces_nobody() -> None:
    volume = lists(("2024-02-01", tuple(range(coauthor_paths.WEAK + 1)))).with_columns(n_authors=pl.lit(3, pl.UInt16))
    assert coauthor_paths.shortest_paths(volume, [0], 1, DAY) == []


def test_of_chains_alike_in_length_the_one_that_is_newest_throughout_is_first() -> None:
    works = lists(("2025-12-31", (0, 1)), ("2010-01-01", (1, 9)), ("2018-05-01", (0, 2)), ("2018-05-01", (2, 9)))
    assert [people(chain) for chain in coauthor_paths.shortest_paths(works, [0], 9, DAY)] == [(0, 2, 9), (0, 1, 9)]
