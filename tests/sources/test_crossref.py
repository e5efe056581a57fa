from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.errors import NotFound, QuotaExceeded, SourceError, UnexpectedFormat
from finder.model import Affiliation, Authorship, Rejected, Work
from finder.source import FetchRequest, Response, SourceInfo, discover_sources
from finder.sources.crossref import CARD, FIELDS, SOURCE, plan

RECORDED = SHARED / "recorded" / "crossref"
TODAY = date(2026, 11, 22)
ASK = FetchRequest("multimodal learning, vision", date(2019, 1, 1), date(2026, 12, 31), TODAY)
REFUSED = {
    "error-400-rows.json": "Integer specified as things",
    "error-404-bad-cursor.json": "Cursor specified but it is invalid",
    "error-404-doi.txt": "JSON is malformed",
}
REJECTED = {  # everything else on the recorded pages is a work
    "works-cursor-page.json": ["no date", "no date", "not a publication: dataset"],
    "works-query-pt.json": ["no date", "no date"],
    "works-query-since-date-with-affiliations.json": ["not a publication: peer-review"] * 2,
    "works-select-two-fields.json": ["no date"] * 20,
}


def parsed(body: Any) -> list[Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.parse(Response("crossref", "url", 200, raw, "2026-11-22T10:00:00Z")))


def a_list(*items: Any, **more: Any) -> dict[str, Any]:
    return {"status": "ok", "message-type": "work-list", "message": {"items": [*items], **more}}


def an_item(**changes: Any) -> dict[str, Any]:
    return {
        "DOI": "10.1000/ABC",
        "title": ["On <i>Sight</i> &amp;\n Sound"],
        "type": "journal-article",
        "issued": {"date-parts": [[2026, 3, 1]]},
        "container-title": ["Science &amp; Senses"],
        "author": [{"given": "Ada", "family": "Vell", "sequence": "first", "affiliation": []}],
        "is-referenced-by-count": 3,
        "new-field": {"x": 1},
        **changes,
    }


def one(**changes: Any) -> Work:
    (found,) = parsed(a_list(an_item(**changes)))
    assert isinstance(found, Work), found
    return found


def test_it_is_found_by_its_name_and_asked_only_on_demand() -> None:
    assert discover_sources()["crossref"] is SOURCE
    assert (CARD.default_on, CARD.concurrency) == (False, 1)


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Any) -> None:
    body = path.read_bytes()
    if path.name in REFUSED:
        with pytest.raises(UnexpectedFormat, match=f"(?s){REFUSED[path.name]}.*Update the finder"):
            parsed(body)
        return
    message = json.loads(body)["message"]
    items = message.get("items", [message])
    records = parsed(body)
    assert len(records) == len(items)
    assert sorted(r.reason for r in records if isinstance(r, Rejected)) == REJECTED.get(path.name, [])
    for item, work in zip(items, records, strict=True):
        if isinstance(work, Work):
            assert work.source_id == f"doi:{item['DOI'].lower()}"
            people = [a for a in item.get("author", []) if "family" in a]
            assert [bool(a.ids) for a in work.authorships] == ["ORCID" in a for a in people]
            assert [len(a.affiliations) for a in work.authorships] == [len(a["affiliation"]) for a in people]
            assert (work.abstract is None) == ("abstract" not in item)
            assert not any(mark in f"{work.title}{work.abstract}{work.venue}" for mark in ("<", "&amp;", "jats", "\n"))
    assert b"@" not in msgspec.json.encode(records)


@needs_shared
def test_a_recorded_work_tells_who_when_and_where() -> None:
    (work,) = parsed((RECORDED / "work-by-doi.json").read_bytes())
    assert (work.source_id, work.date, work.venue, work.type) == (
        "doi:10.1371/journal.pone.0033693",
        "2012-03-21",
        "PLoS ONE",
        "article",
    )
    assert len(work.authorships) == 6
    assert work.authorships[0] == Authorship("Shankar Sadasivan")


@needs_shared
def test_recorded_dates_keep_their_precision_and_types_are_ours() -> None:
    works = [w for p in RECORDED.glob("works-*.json") for w in parsed(p.read_bytes()) if isinstance(w, Work)]
    assert {len(w.date) for w in works} == {4, 7, 10}
    assert {"preprint", "article", "conference-paper", "book-chapter"} <= {w.type for w in works}
    assert not {"posted-content", "journal-article", "proceedings-article"} & {w.type for w in works}
    assert {w.venue for w in works if w.type == "preprint"} >= {"bioRxiv", "Research Square"}


def test_a_work_is_tidied() -> None:
    assert one() == Work(
        source="crossref",
        source_id="doi:10.1000/abc",
        title="On Sight & Sound",
        date="2026-03-01",
        authorships=(Authorship("Ada Vell"),),
        venue="Science & Senses",
        type="article",
        ids=("doi:10.1000/abc",),
        url="https://doi.org/10.1000/abc",
        citations=3,
    )


@pytest.mark.parametrize(
    ("abstract", "text"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>H<jats:sub>2</jats:sub>O\n</jats:p><p>wets.</p>", "H2O wets."),
        ("<title>Abstract</title>\n <p>Background\n p &lt; 0.05</p>", "Background p < 0.05"),
        ("<jats:title>Results</jats:title><jats:p>mAP@0.5 (a@b.example)</jats:p>", "Results mAP@0.5"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<jats:p> </jats:p>", None),
        (None, None),
    ],
)
def test_abstracts_lose_their_markup_and_addresses(abstract: str | None, text: str | None) -> None:
    assert one(abstract=abstract).abstract == text


@pytest.mark.parametrize(
    ("issued", "published", "when"),
    [
        ([[2025, 3, 31]], None, "2025-03-31"),
        ([[2025, 2, 30]], None, "2025-02"),
        ([[2025, 13]], None, "2025"),
        ([[2025]], None, "2025"),
        ([[None]], [[2024, 5]], "2024-05"),
        ([], [[2024]], "2024"),
        ([[]], [[2024]], "2024"),
        ([[2099, 1, 1]], [[2026, 12, 1]], "2026-12-01"),
        ([[2025, 4, 1, 7]], None, "2025-04-01"),
    ],
)
def test_dates_are_as_precise_as_they_are_possible(issued: Any, published: Any, when: str) -> None:
    assert one(issued={"date-parts": issued}, published=published and {"date-parts": published}).date == when


def test_authors_have_their_orcid_and_printed_affiliation() -> None:
    places = [
        {"name": "U  Sight &amp; Co, e-mail: a@b.example"},
        {"name": " "},
        {"name": None},
        {"name": "Lab", "id": [{"id": "https://ror.org/00pjdza24", "id-type": "ROR"}]},
    ]
    printed = {"family": "Vell", "ORCID": "http://orcid.org/0000-0002-1825-0097", "affiliation": places}
    (author,) = one(author=[printed]).authorships
    assert (author.name, author.ids) == ("Vell", ("orcid:0000-0002-1825-0097",))
    assert author.affiliations == (
        Affiliation("U Sight & Co", raw="U Sight & Co"),
        Affiliation("Lab", "ror:00pjdza24", raw="Lab"),
    )


def test_groups_are_no_people() -> None:
    authors = [{"name": "The Sight Consortium", "affiliation": []}, {"given": "Ada", "family": "Vell"}, {"family": "-"}]
    assert one(author=authors).authorships == (Authorship("Ada Vell"),)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": None}, "no title"),
        ({"title": []}, "no title"),
        ({"title": [" <i></i>"]}, "no title"),
        ({"DOI": None}, "no DOI"),
        ({"issued": None}, "no date"),
        ({"type": "component"}, "not a publication: component"),
        ({"updated-by": [{"type": "retraction"}]}, "retracted"),
    ],
)
def test_what_is_no_work_is_rejected_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    (found,) = parsed(a_list(an_item(**changes)))
    assert isinstance(found, Rejected)
    assert found.reason == reason


def test_one_strange_item_is_rejected_and_a_list_of_nothing_else_refused() -> None:
    good, bad = parsed(a_list(an_item(), an_item(title="not a list")))
    assert isinstance(good, Work)
    assert "not understood" in bad.reason
    with pytest.raises(UnexpectedFormat):
        parsed(a_list(an_item(title="not a list")))
    assert parsed(a_list()) == []


@pytest.mark.parametrize("kind", ["member-list", "work-agency", None])
def test_answers_about_something_else_are_refused(kind: str | None) -> None:
    with pytest.raises(UnexpectedFormat, match="instead of works"):
        parsed({**a_list(), "message-type": kind})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
)


@given(JSON, st.sampled_from([*an_item(), "abstract", "updated-by", "institution", "published"]))
def test_any_json_is_a_work_or_not_understood(body: Any, key: str) -> None:
    for wrapped in (body, a_list(body), a_list(an_item(**{key: body})), {**a_list(), "message": body}):
        with suppress(UnexpectedFormat):
            assert all(isinstance(record, Work | Rejected) for record in parsed(wrapped))


@given(st.text(st.sampled_from("<>/&;@.jatspitle: 1")))
def test_any_markup_leaves_a_line(text: str) -> None:
    found = parsed(a_list(an_item(title=[text], abstract=text)))[0]
    assert isinstance(found, Rejected) or (found.title and "\n" not in found.title)


@dataclass
class Door:
    """A shelf of ``total`` works; cursors are the place they stand for, and ``lost`` ones are not known any more."""

    total: int = 5_000
    lost: tuple[str, ...] = ()
    trouble: dict[int, SourceError] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return False

    async def get(
        self, card: SourceInfo, path: str, params: Any = None, *, note: str = "", check: Any = None
    ) -> Response:
        assert path == "/works"
        assert note
        self.asked.append(params)
        cursor = params.get("cursor")
        start = int(str(cursor).lstrip("*") or 0) if cursor else params["offset"]
        if cursor in self.lost:
            raise NotFound("Cursor specified but it is invalid")
        if start in self.trouble:
            raise self.trouble[start]
        found = [an_item(DOI=f"10.1000/{n}") for n in range(start, self.total)[: params["rows"]]]
        body = json.dumps(a_list(*found, **({"next-cursor": str(start + 200)} if cursor else {}))).encode()
        return Response(card.name, "url", 200, body, "2026-11-22T10:00:00Z")


def fetched(door: Door, ask: FetchRequest = ASK) -> tuple[int, SourceError | None]:
    async def run() -> tuple[int, SourceError | None]:
        came: set[str] = set()
        assert SOURCE.fetch
        try:
            async for reply in SOURCE.fetch(door, ask):
                came.update(work.source_id for work in parsed(reply.body))
        except SourceError as error:
            return len(came), error
        return len(came), None

    return asyncio.run(run())


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (199, 1), (200, 2), (450, 3), (5_000, 3)])
def test_pages_end_with_the_list_and_after_three_at_most(total: int, pages: int) -> None:
    door = Door(total)
    assert fetched(door) == (min(total, 600), None)
    assert len(door.asked) == pages <= sum(call.calls for call in plan(ASK)) == 3


def test_what_is_asked_depends_on_the_ask_alone_and_names_nobody() -> None:
    first, second = Door(), Door()
    assert (fetched(first), first.asked) == (fetched(second), second.asked)
    assert [asked["cursor"] for asked in first.asked] == ["*", "200", "400"]
    asked = first.asked[0]
    assert asked["query.bibliographic"] == "multimodal learning vision"
    assert asked["filter"].startswith("from-pub-date:2019-01-01,until-pub-date:2026-12-31,type:journal-article")
    assert (asked["rows"], asked["select"], "mailto" in asked) == (200, FIELDS, False)


def test_a_cursor_that_was_forgotten_is_replaced_by_the_pages_number() -> None:
    door = Door(lost=("200",))
    assert fetched(door) == (600, None)
    assert [asked.get("cursor", asked.get("offset")) for asked in door.asked] == ["*", "200", 200, 400]


def test_trouble_keeps_what_came_before() -> None:
    spent = QuotaExceeded("spent")
    assert fetched(Door(trouble={400: spent})) == (400, spent)
    unknown = NotFound("gone")
    assert fetched(Door(trouble={0: unknown})) == (0, unknown)


@pytest.mark.parametrize(
    "changes", [{"interest": " ,;"}, {"since": date(2027, 1, 1)}, {"ids": ("openalex:A1",)}, {"limit": 0}]
)
def test_nothing_is_asked_for_nothing(changes: dict[str, Any]) -> None:
    door = Door()
    assert fetched(door, replace(ASK, **changes)) == (0, None)
    assert (door.asked, plan(replace(ASK, **changes))) == ([], [])
