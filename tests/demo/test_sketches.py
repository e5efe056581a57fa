"""The short card of somebody tells the same as the whole one."""

from __future__ import annotations

from finder import views
from finder.store import Store
from finder.views import Wish
from finder.world import today

LEFT_OUT = {"hosting", "identity", "namesakes"}


def test_a_sketch_is_part_of_the_whole_card(store: Store) -> None:
    wish = Wish("multimodal learning", today(), top=8)
    gathered = views.gather(store, wish)
    for row in views.ranked(store, gathered, wish).results:
        whole = views.person(store, row["author_id"], wish.as_of, wish.interest)
        short = views.sketch(store, row["author_id"], wish.as_of, wish.interest, gathered.found)
        assert set(whole) - set(short) == LEFT_OUT
        same = set(short) - {"evidence"}
        assert {key: short[key] for key in same} == {key: whole[key] for key in same}
        assert short["evidence"] == whole["evidence"][: len(short["evidence"])]


def test_what_was_gathered_answers_every_wish_as_a_fresh_answer_does(store: Store) -> None:
    plain = Wish("multimodal learning", today())
    gathered = views.gather(store, plain.question())
    for wish in (
        plain,
        Wish("multimodal learning", today(), countries=("DE",), top=5),
        Wish("multimodal learning", today(), kind="industry", weights={"share": 2.0, "recent": 0.0}),
        Wish("multimodal learning", today(), traits=("moved",), stages=("early-career faculty",)),
    ):
        assert views.ranked(store, gathered, wish) == views.advisors(store, wish)
