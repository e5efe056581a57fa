"""The short card of somebody tells the same as the whole one."""

from __future__ import annotations

from finder import answers
from finder.answers import Query
from finder.demo_metadata import demo_today
from finder.storage import Store

LEFT_OUT = {"hosting", "identity", "namesakes"}


def test_a_sketch_is_part_of_the_whole_card(store: Store) -> None:
    query = Query("multimodal learning", demo_today(), top=8)
    gathered = answers.collect_candidates(store, query)
    for row in answers.rank_candidates(store, gathered, query).results:
        whole = answers.person_profile(store, row["author_id"], query.as_of, query.interest)
        short = answers.person_preview(store, row["author_id"], query.as_of, query.interest, gathered.found)
        assert set(whole) - set(short) == LEFT_OUT
        same = set(short) - {"evidence"}
        assert {key: short[key] for key in same} == {key: whole[key] for key in same}
        assert short["evidence"] == whole["evidence"][: len(short["evidence"])]


def test_what_was_gathered_answers_every_wish_as_a_fresh_answer_does(store: Store) -> None:
    plain = Query("multimodal learning", demo_today())
    gathered = answers.collect_candidates(store, plain.without_filters())
    for query in (
        plain,
        Query("multimodal learning", demo_today(), countries=("DE",), top=5),
        Query("multimodal learning", demo_today(), kind="industry", weights={"share": 2.0, "recent": 0.0}),
        Query("multimodal learning", demo_today(), traits=("moved",), stages=("early-career faculty",)),
    ):
        assert answers.rank_candidates(store, gathered, query) == answers.find_advisors(store, query)
