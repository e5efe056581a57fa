from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.errors import QuotaExceeded, SourceError, UnexpectedFormat
from finder.model import Authorship, Person, Rejected, Work
from finder.source import FetchRequest, Parsed, Response, SourceInfo, discover_sources
from finder.sources.semantic_scholar import CARD, PAGES, SOURCE

RECORDED = SHARED / "recorded" / "semanticscholar"
EXPECTED = {  # works, people, left out and why
    "author-batch-with-null.json": (0, 3, 0, ""),
    "author-batch.json": (0, 3, 0, ""),
    "author-full-fields.json": (25, 1, 0, ""),
    "author-one-field.json": (0, 1, 0, ""),
    "author-papers-last-page.json": (0, 0, 75, "no date"),
    "author-papers-page1.json": (0, 0, 100, "no date"),
    "author-search.json": (0, 59, 0, ""),
    "bulk-last-page.json": (0, 0, 40, "no date"),
    "bulk-page1.json": (0, 0, 40, "no date"),
    "bulk-page2.json": (0, 0, 40, "no date"),
    "bulk-sorted-citations.json": (0, 0, 25, "no title"),
    "datasets-release.json": (0, 0, 0, ""),
    "paper-authors-full-fields.json": (0, 4, 0, ""),
    "paper-batch-authors.json": (0, 0, 3, "no title"),
    "paper-batch-with-null.json": (3, 0, 0, ""),
    "paper-match-full-authors-2025.json": (1, 0, 0, ""),
    "paper-match-title.json": (0, 0, 1, "no date"),
    "paper-search-2026-03.json": (0, 0, 100, "no date"),
    "paper-search-abstracts-3.json": (3, 0, 0, ""),
    "paper-search-empty.json": (0, 0, 0, ""),
    "paper-search-fields-of-study.json": (0, 0, 25, "no title"),
    "paper-search-page1.json": (0, 0, 100, "no date"),
    "paper-search-page2.json": (0, 0, 100, "no date"),
    "paper-search-since-date.json": (0, 0, 25, "no date"),
}
TODAY = date(2026, 11, 22)
ASK = FetchRequest("multimodal learning", date(2019, 1, 1), date(2026, 12, 31), TODAY)


def parsed(body: Any) -> list[Parsed]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.parse(Response(CARD.name, "https://api.example/paper", 200, raw, "2026-11-22T10:00:00Z")))


def a_paper(**changes: Any) -> dict[str, Any]:
    return {
        "paperId": "ab12",
        "title": "On Sight",
        "year": 2026,
        "publicationDate": "2026-03-01",
        "venue": "Senses",
        "authors": [{"authorId": "7", "name": "Ada Vell"}],
        **changes,
    }


def one(**changes: Any) -> Work:
    (found,) = parsed({"total": 1, "token": None, "data": [a_paper(**changes)]})
    assert isinstance(found, Work), found
    return found


def test_it_is_found_by_its_name_and_off() -> None:
    assert discover_sources()["semantic_scholar"] is SOURCE
    assert not CARD.default_on
    assert (CARD.key_name, CARD.key_header, CARD.key_param) == ("semantic_scholar_key", "x-api-key", None)


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Path) -> None:
    if path.name.startswith("error-"):
        with pytest.raises(UnexpectedFormat):
            parsed(path.read_bytes())
        return
    records = parsed(path.read_bytes())
    left_out = [r.reason for r in records if isinstance(r, Rejected)]
    counts = [sum(isinstance(r, kind) for r in records) for kind in (Work, Person)]
    works, people, rejected, why = EXPECTED[path.name]
    assert (counts, len(left_out), set(left_out)) == ([works, people], rejected, {why} - {""})


@needs_shared
def test_a_recorded_work_has_its_ids_and_venue() -> None:
    (work,) = parsed((RECORDED / "paper-match-full-authors-2025.json").read_bytes())
    assert isinstance(work, Work)
    assert work.ids == ("s2:4187800ac995ae172c88b83f8c2c4da990d02934", "doi:10.1063/1.4938384")
    assert (work.date, work.venue, work.citations) == ("2015-12-21", "Journal of Applied Physics", 8)
    assert work.authorships[0] == Authorship("Michael Skarlinski", ("s2:9821934",))


@needs_shared
def test_recorded_names_of_dblp_are_no_ids() -> None:
    people = parsed((RECORDED / "paper-authors-full-fields.json").read_bytes())
    assert [p.ids for p in people if isinstance(p, Person)] == [
        ("s2:2259683",),
        ("s2:2237651454",),
        ("s2:4249203",),
        ("s2:31549526",),
    ]


def test_a_work_says_what_it_knows() -> None:
    external = {"DOI": "10.48550/arXiv.2601.00001", "DBLP": "journals/corr/abs-1", "PubMed": "12", "CorpusId": 3}
    work = one(externalIds=external, venue="arXiv.org", citationCount=4, abstract=" A. ", url="https://s2.example/1")
    assert work.ids == (
        "s2:ab12",
        "doi:10.48550/arxiv.2601.00001",
        "arxiv:2601.00001",
        "dblp:journals/corr/abs-1",
        "pmid:12",
    )
    assert (work.type, work.citations, work.abstract, work.url) == ("preprint", 4, "A.", "https://s2.example/1")


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({}, "2026-03-01"),
        ({"publicationDate": None}, "2026"),
        ({"publicationDate": "2026-13-01", "year": 2025}, "2025"),
    ],
)
def test_without_a_day_there_is_the_year(changes: dict[str, Any], when: str) -> None:
    assert one(**changes).date == when


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"paperId": None}, "no id"),
        ({"title": " "}, "no title"),
        ({"year": None, "publicationDate": None}, "no date"),
        ({"publicationTypes": ["Dataset"]}, "not a publication: Dataset"),
    ],
)
def test_what_is_no_work_is_left_out_with_a_reason(changes: dict[str, Any], why: str) -> None:
    (found,) = parsed({"data": [a_paper(**changes)]})
    assert isinstance(found, Rejected)
    assert found.reason == why


def test_an_author_without_a_name_or_number_keeps_the_place() -> None:
    authors = [{"authorId": None, "name": "Bo"}, {"authorId": "8", "name": None}, None, {"name": "bo@uni.example"}]
    assert one(authors=authors).authorships == (
        Authorship("Bo"),
        Authorship("", ("s2:8",)),
        Authorship(""),
        Authorship(""),
    )


def test_a_person_has_what_the_record_holds() -> None:
    (person,) = parsed(
        {
            "authorId": 7,
            "name": "Ada Vell",
            "aliases": ["A. Vell", "Ada Vell"],
            "homepage": "https://vell.example",
            "externalIds": {"ORCID": "0000-0002-1825-0097", "DBLP": ["Ada Vell 0002"]},
            "paperCount": 12,
            "affiliations": ["Uni Nord", "ada@uni.example", None],
        }
    )
    assert isinstance(person, Person)
    assert person.ids == ("s2:7", "orcid:0000-0002-1825-0097")
    assert [a.institution for a in person.affiliations] == ["Uni Nord"]
    assert (person.other_names, person.homepage, person.works_count) == (("A. Vell",), "https://vell.example", 12)
    assert person.seen == "2026-11-22"


def test_unknown_ids_of_a_batch_are_passed_over() -> None:
    assert parsed([None, None]) == []
    assert len(parsed([None, a_paper()])) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        [1, 2],
        {"data": [{}]},
        {"total": 3, "offset": 0},
        {"error": "no", "data": []},
        {"data": {}},
        {"message": "Too Many Requests", "code": "429"},
        b"Too Many Requests. Please wait",
        b"\xff",
    ],
)
def test_what_is_no_answer_is_refused(body: Any) -> None:
    with pytest.raises(UnexpectedFormat):
        parsed(body)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(), x, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from([*a_paper(), "authorId", "name", "externalIds", "affiliations", "papers", "publicationTypes"])


@given(_ANYTHING, st.dictionaries(_FIELDS, _ANYTHING))
def test_any_json_yields_records_or_says_that_the_shape_changed(body: Any, changes: dict[str, Any]) -> None:
    author = {"authorId": "7", "name": "Ada", **changes}
    del author["authorId" if "paperId" in changes else "name"]
    for answer in (body, {"data": [body]}, {"data": [a_paper(**changes)]}, [author, changes]):
        with suppress(UnexpectedFormat):
            assert msgspec.json.encode(parsed(answer))


@dataclass
class World:
    """A search with so many pages of so many works; call ``fails`` fails."""

    pages: int = 9
    each: int = 2
    fails: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return True

    async def get(
        self, card: SourceInfo, path: str, params: dict[str, Any] | None = None, *, note: str = "", check: Any = None
    ) -> Response:
        asked = {name: value for name, value in (params or {}).items() if value is not None}
        self.calls.append((path, asked))
        number = len(self.calls)
        if number == self.fails:
            raise QuotaExceeded("spent", path)
        data = [a_paper(paperId=f"{number}a{n}") for n in range(self.each)]
        token = f"T{number}" if number < self.pages else None
        body = {"total": 99, "token": token, "data": data} if self.each else {"total": 0, "offset": 0}
        assert note
        return Response(card.name, path, 200, json.dumps(body).encode(), "2026-11-22T10:00:00Z")


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


def test_the_phrase_is_asked_for_page_by_page() -> None:
    world = World()
    replies, error = collect(world)
    assert (len(replies), error) == (PAGES, None)
    assert {path for path, _ in world.calls} == {"/paper/search/bulk"}
    first, second, third = (asked for _, asked in world.calls)
    assert first["query"] == '"multimodal learning"'
    assert first["publicationDateOrYear"] == "2019-01-01:2026-12-31"
    assert first["sort"] == "publicationDate:desc"
    assert ("token" in first, second["token"], third["token"]) == (False, "T1", "T2")


@pytest.mark.parametrize(
    ("world", "ask"), [(World(pages=1), ASK), (World(), replace(ASK, limit=2)), (World(each=0), ASK)]
)
def test_it_stops_where_there_is_no_more_or_enough(world: World, ask: FetchRequest) -> None:
    assert len(collect(world, ask)[0]) == 1


def test_what_came_before_an_error_counts() -> None:
    replies, error = collect(World(fails=2))
    assert len(replies) == 1
    assert isinstance(error, QuotaExceeded)


@pytest.mark.parametrize(
    ("interest", "query"),
    [
        ('vision, "sound" | touch', '"vision" | "sound" | "touch"'),
        ("vision; vision\nof  cats*", '"vision" | "of cats"'),
    ],
)
def test_each_phrase_is_quoted_and_nothing_typed_is_syntax(interest: str, query: str) -> None:
    world = World()
    collect(world, replace(ASK, interest=interest))
    assert world.calls[0][1]["query"] == query


@pytest.mark.parametrize("changes", [{"interest": ' ," '}, {"since": date(2027, 1, 1)}, {"ids": ("s2:7",)}])
def test_nothing_is_asked_for_nothing(changes: dict[str, Any]) -> None:
    world, ask = World(), replace(ASK, **changes)
    assert collect(world, ask) == ([], None)
    assert SOURCE.plan
    assert (world.calls, SOURCE.plan(ask)) == ([], [])


def test_the_plan_is_never_exceeded() -> None:
    assert SOURCE.plan
    for limit in (1, 1_500, 5_000):
        world, ask = World(each=1_000), replace(ASK, limit=limit)
        collect(world, ask)
        assert len(world.calls) == sum(call.calls for call in SOURCE.plan(ask))
