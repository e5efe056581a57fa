"""Reasons and introductions in the fictional world, held to the list itself and to what its builder knows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from finder import answers
from finder.answers import Query, introductions, rank_explanation
from finder.demo_metadata import demo_today
from finder.storage import Store

INTEREST = "multimodal learning"
FILTERS: dict[str, Any] = {"countries": ("DE", "US"), "kind": "faculty", "top": 5}
SAMPLE = 12  # every so many of them is asked about


def test_each_stands_where_the_list_has_them_and_is_out_by_a_reason_it_counts(store: Store) -> None:
    query = Query(INTEREST, demo_today(), **FILTERS)
    gathered = answers.collect_candidates(store, query)
    answer = answers.rank_candidates(store, gathered, query)
    listed = [row["author_id"] for row in answer.results]
    states: Counter[str] = Counter()
    for author_id in {*listed, *gathered.people["author_id"].sort().gather_every(SAMPLE)}:
        found = rank_explanation.explain_author_rank(store, author_id, query, gathered)
        states[found.state] += 1
        assert found.is_listed == (author_id in listed)
        assert found.total == answer.total
        if found.is_listed:
            assert found.place == listed.index(author_id) + 1
        elif found.state == "below the cut":
            assert found.place is not None
            assert query.top < found.place <= answer.total
            assert found.last
            assert found.last["author_id"] == listed[-1]
        else:
            assert {"country", "kind", "stage"} & {reason.about for reason in found.reasons}
    assert {*states} == {"listed", "below the cut", "filtered out"}


def test_heads_of_labs_reach_each_other_by_people_who_wrote_together(store: Store, truth: dict[str, Any]) -> None:
    snapshot = store.snapshots.current_snapshot()
    stored = set(snapshot.load_table("authors")["author_id"])
    heads = sorted({lab["head"] for lab in truth["labs"]} & stored)
    written = snapshot.load_table("authorships").join(
        snapshot.load_table("authors").select("author", "author_id"), on="author"
    )
    lengths: Counter[int] = Counter()
    for head in heads[:10]:
        for other in heads[10:14]:
            for chain in introductions.find_introductions(store, [other], head, demo_today()).chains:
                lengths[len(chain["links"])] += 1
                assert (chain["people"][0]["author_id"], chain["people"][-1]["author_id"]) == (other, head)
                for one, two in zip(chain["people"], chain["people"][1:], strict=False):
                    works = [set(written.filter(pl.col("author_id") == p["author_id"])["work"]) for p in (one, two)]
                    assert works[0] & works[1]
    assert lengths
    assert max(lengths) <= 4
