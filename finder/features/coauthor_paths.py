"""Who could introduce whom: the shortest chains of people who wrote together, from some people to another.

Both ends are widened in turn, the smaller one first, until they meet; so even among hundreds of thousands of authors
only the neighbourhoods of the two ends are ever looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from finder.features.collaboration import days_since_epoch

WEAK = 25  # authors on a work above which two of them need never have met
LONGEST = 4  # links; farther away nobody can introduce anybody
MOST = 3  # chains


class CoauthorLink(NamedTuple):
    """Two people who wrote together: their newest common work, and its day as days since 1970."""

    one: int
    other: int
    work: int
    day: int


Chain = tuple[CoauthorLink, ...]


def shortest_paths(
    authorships: pl.DataFrame,
    starts: Collection[int],
    goal: int,
    as_of: date,
    *,
    longest: int = LONGEST,
    most: int = MOST,
) -> list[Chain]:
    """The shortest chains from any of some people to another; of several, the one whose oldest link is newest first.

    Where the oldest links are alike, the next oldest decide, then the order of the numbers of the authors.

    Args:
        authorships: the table of that name, whole.
        goal: where this is one of ``starts``, there is no chain.
    """
    if not starts or goal in starts:
        return []
    written = _small_team_works(authorships, as_of)
    ahead, back = [_author_frame(starts)], [_author_frame([goal])]
    forth: list[pl.DataFrame] = []
    toward: list[pl.DataFrame] = []
    while len(forth) + len(toward) < longest:
        wider, links = (ahead, forth) if ahead[-1].height <= back[-1].height else (back, toward)
        other = back if wider is ahead else ahead
        last = len(forth) + len(toward) + 1 == longest
        found = _new_links(written, wider, other[-1] if last else None)
        links.append(found)
        wider.append(found.select(author="other").unique())
        if wider[-1].is_empty():
            return []
        if not (met := wider[-1].join(other[-1], on="author", how="semi")).is_empty():
            return _best_paths(_links_on_paths(forth, toward, met), frozenset(starts), most)
    return []


def _small_team_works(authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``work``, ``author``, ``day`` of works few enough wrote to know each other."""
    # papers that a source gave one id, such as that of their volume, are one work of more people than any list names
    names = pl.max_horizontal("n_authors", pl.len().over("work"))
    kept = authorships.lazy().filter(
        pl.col("published"), pl.col("day") <= days_since_epoch(as_of), names.is_between(2, WEAK)
    )
    return kept.select("work", "author", "day").collect()


def _author_frame(authors: Collection[int]) -> pl.DataFrame:
    return pl.DataFrame({"author": list(authors)}, schema={"author": pl.UInt32}).unique()


def _new_links(written: pl.DataFrame, levels: Sequence[pl.DataFrame], among: pl.DataFrame | None) -> pl.DataFrame:
    """``one``, ``other``, ``work``, ``day``: from the last level to whoever is in none yet, by their newest work."""
    here = written.lazy().join(levels[-1].lazy(), on="author", how="semi").rename({"author": "one"})
    there = written.lazy().join(here.select("work").unique(), on="work", how="semi").select("work", other="author")
    there = there.join(pl.concat(levels).lazy(), left_on="other", right_on="author", how="anti")
    if among is not None:
        there = there.join(among.lazy(), left_on="other", right_on="author", how="semi")
    newest = pl.col("work").sort_by("day", "work").last()
    both = here.join(there, on="work").group_by("one", "other").agg(newest, pl.col("day").max())
    return both.select("one", "other", "work", "day").collect()


def _links_on_paths(
    forth: Sequence[pl.DataFrame], toward: Sequence[pl.DataFrame], met: pl.DataFrame
) -> list[Mapping[int, list[CoauthorLink]]]:
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
    return [_links_by_target(step) for step in steps]


def _links_by_target(step: pl.DataFrame) -> dict[int, list[CoauthorLink]]:
    ends: dict[int, list[CoauthorLink]] = {}
    for row in step.iter_rows():
        ends.setdefault(row[1], []).append(CoauthorLink(*row))
    return ends


def _best_paths(steps: Sequence[Mapping[int, list[CoauthorLink]]], starts: Collection[int], most: int) -> list[Chain]:
    """The best chains through all steps.

    Only the best few to each person are carried on: with the same links added behind, they stay the best.
    """
    so_far: dict[int, list[Chain]] = {start: [()] for start in starts}
    for step in steps:
        so_far = {
            end: sorted(
                (_extend_path(chain, link) for link in links for chain in so_far.get(link.one, ())), key=_path_sort_key
            )[:most]
            for end, links in step.items()
        }
    return sorted((chain for chains in so_far.values() for chain in chains), key=_path_sort_key)[:most]


def _extend_path(chain: Chain, link: CoauthorLink) -> Chain:
    return (*chain, link)


def _path_sort_key(chain: Chain) -> tuple[list[int], list[int]]:
    """Newest oldest link first, then newest next oldest, then by number."""
    return [-day for day in sorted(link.day for link in chain)], [link.one for link in chain]
