"""A list that is known already is asked for again only as far as it has changed, wherever in it that is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_openalex_asking import ASK, World, collect, works_of

from finder.source import FetchRequest, Response, SourceInfo
from finder.sources._openalex.records import has_all_new_works

KNOWN = "2026-11-15T10:00:00Z"
YEARS = range(2018, 2027)


@dataclass
class Kept(World):
    """The same OpenAlex, with works that came late, and with what a store would have kept of it."""

    late: dict[int, int] = field(default_factory=dict)
    kept: dict[str, Response] = field(default_factory=dict)

    async def get(self, card: SourceInfo, path: str, params: Any = None, *, known: str = "", **rest: Any) -> Response:
        reply = await super().get(card, path, params, **rest)
        before = self.kept.get(reply.url) if known else None
        self.kept[reply.url] = reply
        return replace(reply, before=before)

    def _works(self, asked: dict[str, str]) -> dict[str, Any]:
        usual, found = self.listed, []
        dates = dict(part.split(":", 1) for part in asked["filter"].split(",") if "publication_date" in part)
        first, last = (int(dates[f"{end}_publication_date"][:4]) for end in ("from", "to"))
        for year in range(last, first - 1, -1):
            each = usual + self.late.get(year, 0)
            found += [f"W{year}{number:05d}" for number in range(each)]
        self.credits += 1
        size = int(asked["per_page"])
        start = int(asked["cursor"].lstrip("*") or 0) if "cursor" in asked else (int(asked["page"]) - 1) * size
        page = found[start : start + size]
        works = [{"id": w, "title": w, "publication_date": f"{w[1:5]}-05-01", "authorships": []} for w in page]
        return {"meta": {"count": len(found), "next_cursor": str(start + size) if page else None}, "results": works}


def again(world: Kept, ask: FetchRequest = ASK) -> set[str]:
    """What a second collection brings."""
    world.credits = 0
    replies, error = collect(world, replace(ask, known=KNOWN))
    assert error is None
    return works_of(replies)


@pytest.mark.parametrize("keyed", [True, False])
def test_a_long_list_that_is_as_it_was_costs_a_page(keyed: bool) -> None:
    world, ask = Kept(listed=230), replace(ASK, keyed=keyed)
    collect(world, ask)
    first = world.credits
    again(world, ask)
    assert world.credits <= 3 < 21 <= first


def test_what_comes_late_to_one_year_costs_that_year() -> None:
    world = Kept(listed=230)
    collect(world)
    first = world.credits
    world.late[2020] = 1
    brought = again(world)
    assert "openalex:W202000230" in brought
    assert world.credits < first / 2


@given(st.dictionaries(st.sampled_from(YEARS), st.integers(1, 150), max_size=4), st.sampled_from([20, 130, 300]))
@settings(max_examples=25, deadline=None)
def test_nothing_that_is_new_is_missed(late: dict[int, int], listed: int) -> None:
    world = Kept(listed=listed)
    collect(world)
    world.late.update(late)
    new = {f"openalex:W{year}{listed + number:05d}" for year, count in late.items() for number in range(count)}
    assert new <= again(world)


def test_a_first_page_without_one_to_compare_it_with_tells_nothing() -> None:
    reply = Response("openalex", "u", 200, b'{"meta": {"count": 3}, "results": [{"id": "W1"}]}', KNOWN)
    assert not has_all_new_works(reply)
    assert has_all_new_works(replace(reply, before=reply))
    assert not has_all_new_works(replace(reply, before=replace(reply, complete=False)))
    fewer = replace(reply, body=b'{"meta": {"count": 2}, "results": [{"id": "W1"}]}')
    assert not has_all_new_works(replace(reply, before=fewer))
    assert not has_all_new_works(replace(fewer, before=reply))
    assert not has_all_new_works(replace(reply, body=b"{}", before=reply))
