from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from finder.errors import NotFound, QuotaExceeded, SourceError, SourceUnreachable
from finder.model import Person
from finder.source import FetchRequest, Response, SourceInfo
from finder.sources._openalex import plan as planning
from finder.sources.openalex import SOURCE

TODAY = date(2026, 11, 22)
ASK = FetchRequest("multimodal learning", date(2018, 1, 1), TODAY, TODAY, keyed=True)
KEYWORDS = {"multimodal": ["Multimodal Learning", "Multimodality"], "learning": ["Deep Learning"]}


@dataclass
class World:
    """A small OpenAlex: ``listed`` works a year by keyword, ``said`` by text; calls that ``trouble`` hits fail."""

    listed: int = 20
    said: int = 30
    trouble: Callable[[str, dict[str, str], int], SourceError | None] = lambda *_: None
    keywords: dict[str, list[str]] = field(default_factory=lambda: KEYWORDS)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    credits: int = 0
    merged: dict[str, str] = field(default_factory=dict)

    def has_key(self, _card: SourceInfo) -> bool:
        return True

    async def get(
        self,
        card: SourceInfo,
        path: str,
        params: dict[str, Any] | None = None,
        *,
        note: str = "",
        check: Any = None,
        known: str = "",
    ) -> Response:
        asked = dict(params or {})
        self.calls.append((path, asked))
        turn = len(self.calls)
        await asyncio.sleep(0)
        error = self.trouble(path, asked, turn) or (NotFound("no topics here") if path == "/topics" else None)
        if error:
            raise error
        listing = {"/keywords": self._choices, "/works": self._works}.get(path, self._authors)
        body = self._author(path) if path.startswith("/authors/") else listing(asked)
        assert note
        raw = json.dumps(body).encode()
        return Response(
            card.name,
            f"{path}?{urlencode(asked)}",
            200,
            raw,
            "2026-11-22T10:00:00Z",
            complete=check is None or check(raw),
        )

    def _choices(self, asked: dict[str, str]) -> dict[str, Any]:
        assert (int(asked["per_page"]), asked["select"]) == (10, "id,display_name,works_count")
        words = asked["search"].replace("-", " ").split()
        found = {n for word in words for n in self.keywords.get(word, []) if all(w in n.lower() for w in words)}
        slugs = [(f"https://openalex.org/keywords/{n.lower().replace(' ', '-')}", n) for n in sorted(found)]
        return {"results": [{"id": slug, "display_name": name, "works_count": 9} for slug, name in slugs]}

    def _authors(self, asked: dict[str, str]) -> dict[str, Any]:
        """Authors by id, and institutions alike."""
        self.credits += 1
        keys = [key for key in asked["filter"].removeprefix("id:").split("|") if key not in self.merged]
        assert len(keys) <= 100
        return {
            "meta": {"count": len(keys)},
            "results": [{"id": f"https://openalex.org/{k}", "display_name": k} for k in keys],
        }

    def _author(self, path: str) -> dict[str, Any]:
        """One author, whom a redirect may have led to."""
        key = self.merged[path.rpartition("/")[2]]
        if not key:
            raise NotFound("nobody")
        return {"id": f"https://openalex.org/{key}", "display_name": key, "works_count": 3}

    def _works(self, asked: dict[str, str]) -> dict[str, Any]:
        searched = "search.title_and_abstract" in asked
        self.credits += 10 if searched else 1
        dates = dict(part.split(":", 1) for part in asked["filter"].split(",") if "publication_date" in part)
        years = range(int(dates["to_publication_date"][:4]), int(dates["from_publication_date"][:4]) - 1, -1)
        each = self.said if searched else self.listed
        every = [f"W{year}{number:05d}" for year in years for number in range(each)]
        size = int(asked["per_page"])
        start = int(asked["cursor"].lstrip("*") or 0) if "cursor" in asked else (int(asked["page"]) - 1) * size
        page = every[start : start + size]
        meta = {"count": len(every), "next_cursor": str(start + size) if page else None}
        works = [
            {"id": f"https://openalex.org/{w}", "title": w, "publication_date": f"{w[1:5]}-05-01", "authorships": []}
            for w in page
        ]
        return {"meta": meta, "results": works}


def collect(world: World, ask: FetchRequest = ASK) -> tuple[list[Response], SourceError | None]:
    async def run() -> tuple[list[Response], SourceError | None]:
        replies: list[Response] = []
        assert SOURCE.fetch
        try:
            async for reply in SOURCE.fetch(world, ask):
                replies.append(reply)  # noqa: PERF401 - what came before the error counts
        except SourceError as error:
            return replies, error
        return replies, None

    return asyncio.run(run())


def works_of(replies: list[Response]) -> set[str]:
    return {record.source_id for r in replies for record in SOURCE.parse(r) if hasattr(record, "authorships")}


def asked_of(world: World, path: str = "/works") -> list[dict[str, str]]:
    return [params for where, params in world.calls if where == path]


@pytest.mark.parametrize("keyed", [True, False])
def test_keywords_find_the_works_for_a_credit_a_page(keyed: bool) -> None:
    world = World()
    replies, error = collect(world, replace(ASK, keyed=keyed))
    assert error is None
    assert len(works_of(replies)) == 9 * 20
    assert world.credits == 2
    assert "keywords.id:keywords/multimodal-learning" in asked_of(world)[0]["filter"]


def test_with_a_key_pages_are_cursors_and_without_one_numbers() -> None:
    with_key, without = World(), World()
    collect(with_key)
    collect(without, replace(ASK, keyed=False))
    assert all("cursor" in asked and "page" not in asked for asked in asked_of(with_key))
    assert all("page" in asked and "cursor" not in asked for asked in asked_of(without))


@pytest.mark.parametrize("keyed", [True, False])
def test_a_long_list_is_paged_whole_and_only_a_little_dearer_by_year(keyed: bool) -> None:
    world = World(listed=230)
    replies, _ = collect(world, replace(ASK, keyed=keyed))
    assert len(works_of(replies)) == 9 * 230
    assert world.credits <= (1 + 27 + 10 if keyed else 21 + 10)


@pytest.mark.parametrize("keyed", [True, False])
def test_the_limit_keeps_the_newest(keyed: bool) -> None:
    world = World(listed=1_500)
    replies, _ = collect(world, replace(ASK, keyed=keyed, limit=3_000))
    works = works_of(replies)
    assert 2_700 <= len(works) <= 3_000
    assert sum(w.startswith(("openalex:W2026", "openalex:W2025")) for w in works) >= 2_100


@pytest.mark.parametrize("keyed", [True, False])
def test_what_is_asked_depends_on_the_ask_alone(keyed: bool) -> None:
    first, second = World(listed=300), World(listed=300)
    collect(first, replace(ASK, keyed=keyed))
    collect(second, replace(ASK, keyed=keyed))
    assert sorted(map(str, first.calls)) == sorted(map(str, second.calls))
    assert len({str(call) for call in first.calls}) == len(first.calls)


def test_text_search_fills_what_keywords_miss() -> None:
    world = World(keywords={})
    replies, error = collect(world)
    assert error is None
    assert {asked["search.title_and_abstract"] for asked in asked_of(world)} == {'"multimodal learning"'}
    assert len(works_of(replies)) == 9 * 30
    assert world.credits == 30


def test_text_search_never_uses_up_the_day() -> None:
    world = World(keywords={}, said=2_000)
    collect(world, replace(ASK, keyed=False))
    assert world.credits <= 200


@pytest.mark.parametrize("listed", [20, 150, 700])
def test_where_keywords_find_works_text_search_is_a_small_part(listed: int) -> None:
    world = World(listed=listed, said=listed)
    collect(world)
    assert world.credits <= 10 * planning.listing_page_count(9 * listed, 9 * listed) / 5


def test_a_failing_year_spoils_only_itself_and_is_told_at_the_end() -> None:
    def trouble(_path: str, asked: dict[str, str], _turn: int) -> SourceError | None:
        bad = "from_publication_date:2021" in asked.get("filter", "")
        return SourceUnreachable("2021 is out", "url") if bad else None

    world = World(listed=230, trouble=trouble)
    replies, error = collect(world)
    assert isinstance(error, SourceUnreachable)
    assert len(works_of(replies)) == 8 * 230


def test_a_failing_page_without_key_spoils_only_itself() -> None:
    world = World(
        listed=100, trouble=lambda _p, a, _t: SourceUnreachable("no page 3") if a.get("page") == "3" else None
    )
    replies, error = collect(world, replace(ASK, keyed=False))
    assert isinstance(error, SourceUnreachable)
    assert len(works_of(replies)) == 800


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("last", [1, 4, 6, 12])
def test_out_of_budget_stops_at_once(keyed: bool, last: int) -> None:
    world = World(
        listed=500, trouble=lambda _p, _a, turn: QuotaExceeded("spent", resets_in=60) if turn > last else None
    )
    replies, error = collect(world, replace(ASK, keyed=keyed))
    assert isinstance(error, QuotaExceeded)
    assert last - 1 <= len(replies) <= last  # the topics were not found
    assert len(world.calls) <= last + 8  # those already under way


def test_topics_that_cannot_be_asked_are_done_without() -> None:
    world = World(trouble=lambda p, _a, _t: SourceUnreachable("down") if p == "/topics" else None)
    replies, error = collect(world)
    assert error is None
    assert len(works_of(replies)) == 180


def test_without_keywords_look_up_the_text_is_searched_and_the_failure_told() -> None:
    world = World(trouble=lambda p, _a, _t: SourceUnreachable("down") if p == "/keywords" else None)
    replies, error = collect(world)
    assert isinstance(error, SourceUnreachable)
    assert len(works_of(replies)) == 9 * 30


def test_a_reply_is_handed_on_before_the_next_is_asked_for_and_leaving_early_is_harmless() -> None:
    world = World(listed=500)

    async def leave_early() -> int:
        assert SOURCE.fetch
        async with aclosing(SOURCE.fetch(world, ASK)) as replies:  # type: ignore[type-var]
            async for reply in replies:
                if reply.url.startswith("/works"):
                    break
        asked = len(world.calls)
        await asyncio.sleep(0.01)
        assert [t for t in asyncio.all_tasks() if t is not asyncio.current_task()] == []
        return asked

    assert asyncio.run(leave_early()) == len(world.calls) < 10


def test_nothing_is_asked_for_no_words_or_no_time() -> None:
    world = World()
    assert collect(world, replace(ASK, interest=" , the ")) == ([], None)
    assert collect(world, replace(ASK, since=date(2027, 1, 1))) == ([], None)
    assert world.calls == []


def test_completing_asks_for_authors_and_their_works_in_batches() -> None:
    ids = tuple(f"openalex:A{n}" for n in range(1, 131))
    world = World(listed=200)
    replies, error = collect(world, replace(ASK, ids=(*ids, "openalex:A9999999999", "orcid:0000-0002-1825-0097")))
    assert error is None
    people = [record.source_id for r in replies if r.url.startswith("/authors") for record in SOURCE.parse(r)]  # type: ignore[union-attr]
    assert sorted(people) == sorted(ids)
    assert len(asked_of(world, "/authors")) == 2
    batches = asked_of(world)
    assert len(batches) == 6 * 4
    assert all(asked["filter"].count("|") < 25 and asked["sort"] == "publication_date:desc" for asked in batches)
    assert {asked["select"] for asked in batches} == {planning.WORK_FIELDS}
    assert world.credits == 26


def test_completing_nobody_asks_nothing() -> None:
    async def run() -> list[Response]:
        assert SOURCE.complete
        return [reply async for reply in SOURCE.complete(World(), ASK)]

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("listed", [0, 20, 230, 1_500])
def test_the_plan_is_never_exceeded(keyed: bool, listed: int) -> None:
    world, ask = World(listed=listed, said=listed or 500), replace(ASK, keyed=keyed)
    collect(world, ask)
    assert SOURCE.plan
    calls = SOURCE.plan(ask)
    assert len(world.calls) <= sum(call.calls for call in calls)
    assert world.credits <= sum(call.calls * call.credits_each for call in calls)
    assert not any("api_key" in call.url for call in calls)
    people = SOURCE.plan(replace(ask, ids=("openalex:A1", "openalex:W2")))
    assert [call.calls for call in people] == [1, 4, 1]


def test_institutions_are_asked_for_by_the_hundred() -> None:
    ids = tuple(f"openalex:I{n}" for n in range(1, 131))
    world = World()
    replies, error = collect(world, replace(ASK, ids=ids))
    found = [record for r in replies for record in SOURCE.parse(r)]

    assert error is None
    assert {record.source_id for record in found} == set(ids)  # type: ignore[union-attr]
    assert [path for path, _ in world.calls] == ["/institutions", "/institutions"]
    assert SOURCE.plan
    assert [call.calls for call in SOURCE.plan(replace(ASK, ids=ids))] == [2]


def test_authors_who_were_merged_are_asked_for_singly_and_keep_both_ids() -> None:
    world = World(merged={"A2": "A7", "A4": ""})
    replies, error = collect(world, replace(ASK, ids=("openalex:A1", "openalex:A2", "openalex:A3", "openalex:A4")))
    people = [one for reply in replies for one in SOURCE.parse(reply) if isinstance(one, Person)]

    assert error is None
    assert [path for path, _ in world.calls if path.startswith("/authors/")] == ["/authors/A2", "/authors/A4"]
    assert {one.source_id: one.ids for one in people} == {
        "openalex:A1": ("openalex:A1",),
        "openalex:A3": ("openalex:A3",),
        "openalex:A7": ("openalex:A7", "openalex:A2"),
    }
