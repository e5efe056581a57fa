from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import page, run, told
from shared import SHARED, needs_shared

from finder.errors import SourceBlocked, SourceError, SourceUnreachable, UnexpectedFormat
from finder.model import Affiliation, Authorship, Person, Rejected, Work
from finder.source import Fetch, FetchRequest, Parsed, Response, SourceInfo, discover_sources
from finder.sources.dblp import CARD, SOURCE
from finder.storage import Store

RECORDED = SHARED / "recorded" / "dblp"
ASK = FetchRequest("multimodal learning", date(2024, 1, 1), date(2026, 12, 31), date(2026, 11, 22))
CHALLENGE = "<!doctype html><html lang='en'><head><title>Making sure you're not a bot!</title>"


def parsed(body: Any) -> list[Parsed]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.parse(Response("dblp", "https://sparql.example/sparql", 200, raw, "2026-11-22T10:00:00Z")))


def table(*rows: dict[str, Any], variables: str = "pub title year ordinal name") -> dict[str, Any]:
    bindings = [{key: {"type": "literal", "value": value} for key, value in row.items()} for row in rows]
    return {"head": {"vars": variables.split()}, "results": {"bindings": bindings}}


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "pub": "https://dblp.org/rec/conf/x/Vell26",
        "title": "On Sight.",
        "year": "2026",
        "venue": "X",
        "ordinal": "1",
        "name": "Ada Vell 0002",
        "person": "https://dblp.org/pid/12/345-2",
        **changes,
    }


def one(*rows: dict[str, Any]) -> Work:
    (found,) = parsed(table(*rows))
    assert isinstance(found, Work), found
    return found


def test_it_is_found_by_its_name_and_off() -> None:
    assert discover_sources()["dblp"] is SOURCE
    assert (CARD.default_on, CARD.completes, CARD.key_name) == (False, "dblp", None)


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Path) -> None:
    if path.suffix == ".html":
        with pytest.raises(UnexpectedFormat):
            parsed(path.read_bytes())
        return
    works = parsed(path.read_bytes())
    assert [type(work) for work in works] == [Work, Work, Work]


@needs_shared
def test_the_recorded_rows_become_works_with_authors_in_order() -> None:
    first, second, third = parsed((RECORDED / "sparql-title-search.json").read_bytes())
    assert isinstance(first, Work)
    assert isinstance(second, Work)
    assert isinstance(third, Work)
    assert [a.name for a in first.authorships] == ["Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun"]
    assert (first.title, first.date, first.venue) == ("Deep Residual Learning for Image Recognition", "2016", "CVPR")
    assert first.ids == ("dblp:conf/cvpr/HeZRS16", "doi:10.1109/cvpr.2016.90")
    assert (second.ids, second.type) == (("dblp:journals/corr/HeZRS15",), "preprint")
    assert third.ids[1:] == ("doi:10.48550/arxiv.2211.12320", "arxiv:2211.12320")


@needs_shared
def test_the_recorded_search_has_names_but_no_ids_that_may_be_of_several_people() -> None:
    work = parsed((RECORDED / "search-publ.xml").read_bytes())[0]
    assert isinstance(work, Work)
    assert len(work.authorships) == 8
    assert work.authorships[7] == Authorship("Wei Liu")  # 49/3283 is the page of all who are called so
    assert (work.date, work.venue) == ("2025", "Neural Process. Lett.")
    assert work.ids == ("dblp:journals/npl/WangSLZWWLL25", "doi:10.1007/s11063-025-11757-7")


def test_authors_come_in_their_order_once_each_with_their_ids() -> None:
    work = one(
        a_row(ordinal="2", name="Bo Lind", person="https://dblp.org/streams/x"),
        a_row(),
        a_row(orcid="https://orcid.org/0000-0002-1825-0097", month="--05"),
        a_row(ordinal="10", name="Cy Moor"),
    )
    assert work.authorships == (
        Authorship("Ada Vell", ("dblp:12/345-2", "orcid:0000-0002-1825-0097")),
        Authorship("Bo Lind"),
        Authorship("Cy Moor", ("dblp:12/345-2",)),
    )
    assert work.date == "2026-05"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": "."}, "no title"),
        ({"year": "soon"}, "no date"),
        ({"name": ""}, "no authors"),
        ({"pub": "https://elsewhere.example/1"}, "no record"),
    ],
)
def test_what_is_no_work_is_left_out_with_a_reason(changes: dict[str, Any], why: str) -> None:
    (found,) = parsed(table(a_row(**changes)))
    assert isinstance(found, Rejected)
    assert found.reason == why


def test_a_person_is_read_from_one_row() -> None:
    row = {
        "person": "https://dblp.org/pid/12/345-2",
        "name": "Ada Vell 0002",
        "names": "Ada Vell 0002 || A. Vell",
        "orcid": "https://orcid.org/0000-0002-1825-0097",
        "homepage": "https://vell.example/",
        "affiliation": "Uni Nord, Oslo || write to ada@uni.example",
        "works": "31",
    }
    (person,) = parsed(table(row, variables="person name names orcid homepage affiliation works"))
    assert person == Person(
        "dblp",
        "dblp:12/345-2",
        "Ada Vell",
        "2026-11-22",
        ("A. Vell",),
        ("dblp:12/345-2", "orcid:0000-0002-1825-0097"),
        (Affiliation("Uni Nord, Oslo"),),
        "https://vell.example/",
        31,
    )


def test_no_rows_are_no_records() -> None:
    assert parsed(table()) == parsed(table(variables="person name")) == []


@pytest.mark.parametrize(
    "body",
    [
        {"head": {}, "boolean": True},
        {"exception": "Invalid SPARQL query", "status": "ERROR"},
        table(a_row(), variables="x y"),
        table({"title": "T"}),
        {"head": {"vars": ["pub", "name"]}, "results": {"bindings": [1, 2]}},
        CHALLENGE.encode(),
        b"<html><title>Just a moment...</title></html>",
        b"<result><status code='500'>no</status></result>",
        b'<!DOCTYPE r [<!ENTITY a "aa">]><result><hits>&a;</hits></result>',
        b"<result><hits>",
    ],
)
def test_what_is_no_answer_is_refused(body: Any) -> None:
    with pytest.raises(UnexpectedFormat):
        parsed(body)


@pytest.mark.parametrize("status", [200, 500])
def test_at_the_door_a_challenge_is_a_source_that_refuses_us(store: Store, status: int) -> None:
    _, outcome, _ = run(told(store, page(CHALLENGE, status), card=replace(CARD, pace=1000)))
    assert isinstance(outcome, SourceBlocked)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(), x, max_size=4),
    max_leaves=12,
)


@given(_ANYTHING, st.dictionaries(st.sampled_from([*a_row(), "orcid", "month", "doi"]), _ANYTHING))
def test_any_json_yields_records_or_says_that_the_shape_changed(body: Any, changes: dict[str, Any]) -> None:
    people = table(a_row(**changes), variables="person name")
    for answer in (body, {"head": {"vars": ["pub", "name"]}, "results": body}, table(a_row(**changes)), people):
        with suppress(UnexpectedFormat):
            assert msgspec.json.encode(parsed(answer))


@given(st.binary() | st.text(alphabet="<>!/resulthitnfo &;#\n").map(str.encode))
def test_any_bytes_are_understood_or_refused(body: bytes) -> None:
    with suppress(UnexpectedFormat):
        parsed(body)


@dataclass
class World:
    """An endpoint that keeps what it is asked; call ``fails`` fails."""

    fails: int = 0
    queries: list[str] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return False

    async def get(
        self, card: SourceInfo, path: str, params: dict[str, Any] | None = None, *, note: str = "", check: Any = None
    ) -> Response:
        asked = dict(params or {})
        assert (path, asked.pop("action"), bool(note)) == ("/sparql", "sparql_json_export", True)
        self.queries.append(asked.pop("query"))
        assert asked == {}
        if len(self.queries) == self.fails:
            raise SourceUnreachable("down", path)
        return Response(card.name, path, 200, json.dumps(table()).encode(), "2026-11-22T10:00:00Z")


def collect(world: World, ask: FetchRequest, fetch: Fetch | None = SOURCE.fetch) -> tuple[int, SourceError | None]:
    async def scenario() -> tuple[int, SourceError | None]:
        count = 0
        assert fetch
        try:
            async for _ in fetch(world, ask):
                count += 1
        except SourceError as error:
            return count, error
        return count, None

    return asyncio.run(scenario())


def test_the_words_are_asked_for_in_the_title_newest_first_and_bounded() -> None:
    world = World()
    assert collect(world, ASK) == (1, None)
    (query,) = world.queries
    assert 'ql:contains-word "multimodal* learning*"' in query
    assert 'VALUES ?year { "2024"^^xsd:gYear "2025"^^xsd:gYear "2026"^^xsd:gYear }' in query
    assert "ORDER BY DESC(?year) ?pub LIMIT 500 }" in query
    assert "\n" not in query
    collect(world, replace(ASK, limit=20))
    assert "LIMIT 20 }" in world.queries[1]


def test_each_phrase_is_a_question_and_nothing_typed_is_syntax() -> None:
    world = World()
    collect(world, replace(ASK, interest='AI of "} DROP, vision?; Vision, \\" UNION {'))
    words = [re.findall(r'contains-word "([^"]*)"', query) for query in world.queries]
    assert words == [["ai of drop*"], ["vision*"], ["union*"]]


def test_people_are_asked_for_fifty_at_a_time_whatever_their_order() -> None:
    people = [f"dblp:{n}/{n + 1}" for n in range(1, 121)]
    first, second = World(), World()
    strange = ["openalex:A1", "dblp:", "dblp:12/3> } DROP", "dblp:https://dblp.org/pid/12/345", "orcid:1"]
    assert collect(first, replace(ASK, ids=(*people, *strange)), SOURCE.complete) == (3, None)
    assert collect(second, replace(ASK, ids=tuple(reversed(people))), SOURCE.fetch) == (3, None)
    assert first.queries == second.queries
    asked = [re.findall(r"<https://dblp.org/pid/([^>]*)>", query) for query in first.queries]
    assert [len(batch) for batch in asked] == [50, 50, 20]
    assert sorted(f"dblp:{pid}" for batch in asked for pid in batch) == sorted(people)
    assert max(map(len, first.queries)) < 4_000


def test_what_came_before_an_error_counts() -> None:
    count, error = collect(World(fails=2), replace(ASK, interest="vision, sound, touch"))
    assert (count, type(error)) == (1, SourceUnreachable)


def test_nothing_is_asked_for_nothing() -> None:
    world = World()
    for ask in (replace(ASK, interest=" ,;"), replace(ASK, since=date(2027, 1, 1)), replace(ASK, ids=("s2:1",))):
        assert collect(world, ask) == (0, None)
    assert collect(world, ASK, SOURCE.complete) == (0, None)
    assert world.queries == []


@pytest.mark.parametrize("changes", [{}, {"interest": "a, b, c, d"}, {"ids": ("dblp:1/2",)}, {"ids": ("s2:1",)}])
def test_the_plan_says_what_is_asked(changes: dict[str, Any]) -> None:
    world, ask = World(), replace(ASK, **changes)
    collect(world, ask)
    assert SOURCE.plan
    assert sum(call.calls for call in SOURCE.plan(ask)) == len(world.queries)
