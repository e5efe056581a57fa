"""Who could introduce whom: the shortest chains of people who wrote together, from some people to another.

Both ends are widened in turn, the smaller one first, until they meet; so even among hundreds of thousands of authors
only the neighbourhoods of the two ends are ever looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from finder.people.ties import number

WEAK = 25  # authors on a work above which two of them need never have met
LONGEST = 4  # links; farther away nobody can introduce anybody
MOST = 3  # chains


class Link(NamedTuple):
    """Two people who wrote together: their newest common work, and its day as days since 1970."""

    one: int
    other: int
    work: int
    day: int


Chain = tuple[Link, ...]


def shortest(
    authorships: pl.DataFrame, starts: Collection[int], goal: int, as_of: date, *, longest: int = LONGEST,
    most: int = MOST,
) -> list[Chain]:  # fmt: skip
    """The shortest chains from any of some people to another; of several, the one whose oldest link is newest first.

    Where the oldest links are alike, the next oldest decide, then the order of the numbers of the authors.

    Args:
        authorships: the table of that name, whole.
        goal: where this is one of ``starts``, there is no chain.
    """
    if not starts or goal in starts:
        return []
    written = _written(authorships, as_of)
    ahead, back = [_level(starts)], [_level([goal])]
    forth: list[pl.DataFrame] = []
    toward: list[pl.DataFrame] = []
    while len(forth) + len(toward) < longest:
        wider, links = (ahead, forth) if ahead[-1].height <= back[-1].height else (back, toward)
        other = back if wider is ahead else ahead
        last = len(forth) + len(toward) + 1 == longest
        found = _links(written, wider, other[-1] if last else None)
        links.append(found)
        wider.append(found.select(author="other").unique())
        if wider[-1].is_empty():
            return []
        if not (met := wider[-1].join(other[-1], on="author", how="semi")).is_empty():
            return _best(_between(forth, toward, met), frozenset(starts), most)
    return []


def _written(authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``work``, ``author``, ``day`` of works few enough wrote to know each other."""
    # papers that a source gave one id, such as that of their volume, are one work of more people than any list names
    names = pl.max_horizontal("n_authors", pl.len().over("work"))
    kept = authorships.lazy().filter(pl.col("published"), pl.col("day") <= number(as_of), names.is_between(2, WEAK))
    return kept.select("work", "author", "day").collect()


def _level(authors: Collection[int]) -> pl.DataFrame:
    return pl.DataFrame({"author": list(authors)}, schema={"author": pl.UInt32}).unique()


def _links(written: pl.DataFrame, levels: Sequence[pl.DataFrame], among: pl.DataFrame | None) -> pl.DataFrame:
    """``one``, ``other``, ``work``, ``day``: from the last level to whoever is in none yet, by their newest work."""
    here = written.lazy().join(levels[-1].lazy(), on="author", how="semi").rename({"author": "one"})
    there = written.lazy().join(here.select("work").unique(), on="work", how="semi").select("work", other="author")
    there = there.join(pl.concat(levels).lazy(), left_on="other", right_on="author", how="anti")
    if among is not None:
        there = there.join(among.lazy(), left_on="other", right_on="author", how="semi")
    newest = pl.col("work").sort_by("day", "work").last()
    both = here.join(there, on="work").group_by("one", "other").agg(newest, pl.col("day").max())
    return both.select("one", "other", "work", "day").collect()


def _between(
    forth: Sequence[pl.DataFrame], toward: Sequence[pl.DataFrame], met: pl.DataFrame
) -> list[Mapping[int, list[Link]]]:
    """The links of each step on a way that leads from end to end, by the person they lead to."""
    steps: list[pl.DataFrame] = []
    reach = met
    for links in reversed(forth):
        steps.insert(0, links.join(reach, left_on="other", right_on="author", how="semi"))
        reach = steps[0].select(author="one").unique()
    reach = met
    for links in reversed(toward):
        turned = links.join(reach, left_on="other", right_on="author", how="semi").rename(
            {"one": "other", "other": "one"}
        )
        steps.append(turned.select("one", "other", "work", "day"))
        reach = turned.select(author="other").unique()
    return [_by_end(step) for step in steps]


def _by_end(step: pl.DataFrame) -> dict[int, list[Link]]:
    ends: dict[int, list[Link]] = {}
    for row in step.iter_rows():
        ends.setdefault(row[1], []).append(Link(*row))
    return ends


def _best(steps: Sequence[Mapping[int, list[Link]]], starts: Collection[int], most: int) -> list[Chain]:
    """The best chains through all steps.

    Only the best few to each person are carried on: with the same links added behind, they stay the best.
    """
    so_far: dict[int, list[Chain]] = {start: [()] for start in starts}
    for step in steps:
        so_far = {
            end: sorted((_on(chain, link) for link in links for chain in so_far.get(link.one, ())), key=_order)[:most]
            for end, links in step.items()
        }
    return sorted((chain for chains in so_far.values() for chain in chains), key=_order)[:most]


def _on(chain: Chain, link: Link) -> Chain:
    return (*chain, link)


def _order(chain: Chain) -> tuple[list[int], list[int]]:
    """Newest oldest link first, then newest next oldest, then by number."""
    return [-day for day in sorted(link.day for link in chain)], [link.one for link in chain]
