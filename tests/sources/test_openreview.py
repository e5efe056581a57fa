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
from serving import answer, run, serving, told
from shared import SHARED, needs_shared

from finder.errors import NotFound, SourceBlocked, SourceError, SourceUnreachable, UnexpectedFormat
from finder.http import CachingHttpClient
from finder.model import Affiliation, Authorship, Person, Rejected, Work
from finder.settings import load_settings
from finder.source import Fetch, FetchRequest, Parsed, Response, SourceInfo, discover_sources
from finder.sources.openreview import CARD, SOURCE
from finder.storage import Store

RECORDED = SHARED / "recorded" / "openreview"
ASK = FetchRequest("graph networks", date(2019, 1, 1), date(2026, 12, 31), date(2026, 11, 22))
REFUSAL = {"name": "ChallengeRequiredError", "message": "Challenge verification is required", "status": 403}


def parsed(body: Any) -> list[Parsed]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.parse(Response("openreview", "https://api2.example/notes", 200, raw, "2026-11-22T10:00:00Z")))


def a_content(**changes: Any) -> dict[str, Any]:
    return {
        "title": "On Sight",
        "authors": ["Ada Vell", "Bo Lind"],
        "authorids": ["~Ada_Vell1", "bo@uni.example"],
        "venue": "ICLR 2026 poster",
        "venueid": "ICLR.cc/2026/Conference",
        **changes,
    }


def a_note(wrapped: bool = True, content: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    content = content or a_content()
    content = {key: {"value": value} for key, value in content.items()} if wrapped else content
    return {"id": "n1", "forum": "n1", "pdate": 1_772_323_200_000, "content": content, **changes}


def one(note: dict[str, Any]) -> Work:
    (found,) = parsed({"notes": [note], "count": 1})
    assert isinstance(found, Work), found
    return found


def a_profile(**changes: Any) -> dict[str, Any]:
    history = [
        {
            "position": "Full Professor",
            "start": 2021,
            "end": None,
            "institution": {"name": "Uni Nord", "domain": "nord.example", "country": "NO", "department": "Vision"},
        },
        {"position": "Postdoc", "start": "2018", "end": 2021, "institution": {"domain": "lab.example"}},
        {"position": "Intern", "start": 0, "end": "soon", "institution": {"name": "Sud, Inc.", "country": "Italy"}},
        {"position": "Nobody", "institution": {"name": "ada@uni.example"}},
        {"position": "Lost"},
        None,
    ]
    content = {
        "names": [
            {"fullname": "A. Vell", "username": "~A_Vell2"},
            {"first": "Ada", "middle": None, "last": "Vell", "preferred": True, "username": "~Ada_Vell1"},
        ],
        "emails": ["****@uni.example"],
        "preferredEmail": "ada@uni.example",
        "gender": "Female",
        "homepage": "https://vell.example",
        "dblp": "https://dblp.org/pid/12/345-2.html",
        "gscholar": "https://scholar.google.com/citations?user=x8qCMhcAAAAJ",
        "orcid": "0000-0002-1825-0097",
        "history": history,
        "relations": [{"relation": "PhD Advisor", "name": "Cy Moor", "username": "~Cy_Moor1", "email": "cy@u.example"}],
        **changes,
    }
    return {"id": "~Ada_Vell1", "state": "Active", "content": content}


def test_it_is_found_by_its_name_and_off() -> None:
    assert discover_sources()["openreview"] is SOURCE
    assert (CARD.default_on, CARD.completes) == (False, "openreview")
    assert (CARD.key_name, CARD.key_header, CARD.key_param) == ("openreview_key", "Authorization: Bearer", None)


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Path) -> None:
    if path.name.startswith("derived"):  # a table that others made: the source paperlists reads such
        with pytest.raises(UnexpectedFormat):
            parsed(path.read_bytes())
        return
    assert [type(record) for record in parsed(path.read_bytes())] == [Work, Work, Work]


@needs_shared
def test_the_recorded_notes_tell_people_dates_and_fates_apart() -> None:
    first, second, third = parsed((RECORDED / "notes-search.json").read_bytes())
    assert isinstance(first, Work)
    assert isinstance(second, Work)
    assert isinstance(third, Work)
    assert first.authorships[2:] == (
        Authorship("Makoto Miwa"),
        Authorship("Sophia Ananiadou", ("openreview:~Sophia_Ananiadou1",)),
    )
    assert (first.date, first.venue, first.ids, first.published) == (
        "2019-07-01",
        None,
        ("doi:10.18653/v1/p19-1423",),
        True,
    )
    assert second.authorships[-1] == Authorship("Wenwu Zhu", ("openreview:~Wenwu_Zhu1",))
    assert (second.date, second.published) == ("2023-10-13", False)
    assert second.keywords == ("graph neural network", "neural architecture search", "graph sparsification")
    assert [a.ids for a in third.authorships] == [
        ("openreview:~Zhenbei_Guo1",),
        (),
        ("openreview:~Jiaxing_Shen2",),
        (),
        (),
        ("openreview:~Xingwei_Wang3",),
    ]
    assert (third.date, third.venue, third.published) == ("2024", "IEEE Netw. 2024", True)
    assert third.ids == ("doi:10.1109/mnet.2023.3336239",)


@pytest.mark.parametrize("wrapped", [True, False])
def test_both_versions_of_a_note_are_read_and_no_address_is_kept(wrapped: bool) -> None:
    work = one(a_note(wrapped, a_content(keywords="cats; dogs", pdf="https://arxiv.org/pdf/2601.00001v2")))
    assert work.authorships == (Authorship("Ada Vell", ("openreview:~Ada_Vell1",)), Authorship("Bo Lind"))
    assert (work.date, work.keywords, work.ids) == ("2026-03-01", ("cats", "dogs"), ("arxiv:2601.00001",))
    assert (work.url, work.published) == ("https://openreview.net/forum?id=n1", True)
    assert b"@" not in msgspec.json.encode(work)


def test_an_id_is_never_given_to_the_wrong_author() -> None:
    work = one(a_note(content=a_content(authorids=["~Bo_Lind1"])))
    assert [a.ids for a in work.authorships] == [(), ()]


def test_an_address_in_place_of_a_name_leaves_the_place_empty() -> None:
    authors = [{"fullname": "ada@uni.example"}, {"fullname": "Bo Lind", "username": "~Bo_Lind1"}]
    work = one(a_note(content=a_content(authors=authors, authorids=None)))
    assert work.authorships == (Authorship(""), Authorship("Bo Lind", ("openreview:~Bo_Lind1",)))


@pytest.mark.parametrize(
    ("venue", "venue_id", "published"),
    [
        ("ICLR 2026 oral", "ICLR.cc/2026/Conference", True),
        ("Submitted to ICLR 2026", "ICLR.cc/2026/Conference", False),
        ("ICLR 2026", "ICLR.cc/2026/Conference/Withdrawn_Submission", False),
        ("", "ICLR.cc/2026/Conference/Desk_Rejected_Submission", False),
        ("", "", False),
    ],
)
def test_only_what_came_out_counts_as_published(venue: str, venue_id: str, published: bool) -> None:
    assert one(a_note(content=a_content(venue=venue, venueid=venue_id))).published is published


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (a_note(forum="other"), "not a paper"),
        (a_note(id=None, forum=None), "no id"),
        (a_note(pdate=None), "no date"),
        (a_note(pdate=10**20), "no date"),
        (a_note(content=a_content(title="")), "no title"),
        (a_note(content=a_content(authors=["Anonymous"], authorids=[])), "no authors"),
    ],
)
def test_what_is_no_work_is_left_out_with_a_reason(note: dict[str, Any], why: str) -> None:
    (found,) = parsed({"notes": [note]})
    assert isinstance(found, Rejected)
    assert found.reason == why


def test_a_profile_states_posts_and_nothing_of_relations_or_addresses_is_read() -> None:
    (person,) = parsed({"profiles": [a_profile()], "count": 1})
    assert isinstance(person, Person)
    assert (person.source_id, person.name, person.other_names) == ("openreview:~Ada_Vell1", "Ada Vell", ("A. Vell",))
    assert person.ids == (
        "openreview:~Ada_Vell1",
        "openreview:~A_Vell2",
        "dblp:12/345-2",
        "scholar:x8qCMhcAAAAJ",
        "orcid:0000-0002-1825-0097",
    )
    now, before, intern = person.affiliations
    assert now == Affiliation(
        "Uni Nord",
        country="NO",
        raw="Vision, Uni Nord",
        domain="nord.example",
        role="Full Professor",
        since=2021,
        stated=True,
    )
    assert (before.institution, before.since, before.until) == ("lab.example", 2018, 2021)
    assert (intern.institution, intern.country, intern.since, intern.until) == ("Sud, Inc.", None, None, None)
    kept = msgspec.json.encode(person)
    assert not any(word in kept for word in (b"@", b"Moor", b"Advisor", b"Female"))


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        ({**a_profile(), "state": "Deleted"}, "no longer there"),
        ({**a_profile(), "id": "ada@uni.example"}, "no profile id"),
        (a_profile(names=[]), "no name"),
    ],
)
def test_a_profile_that_stands_for_nobody_is_left_out(profile: dict[str, Any], why: str) -> None:
    (found,) = parsed({"profiles": [profile]})
    assert isinstance(found, Rejected)
    assert (found.reason, "@" in found.where) == (why, False)


@pytest.mark.parametrize("body", [REFUSAL, {}, [], [1], {"notes": None}, {"notes": [1]}, {"profiles": [{"id": "~A1"}]}])
def test_what_is_no_answer_is_refused(body: Any) -> None:
    with pytest.raises(UnexpectedFormat):
        parsed(body)


def test_no_hits_are_no_records() -> None:
    assert parsed({"notes": [], "count": 0}) == parsed({"profiles": []}) == []


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text() | st.just("value"), x, max_size=4),
    max_leaves=12,
)
_NOTE = st.sampled_from([*a_content(), "keywords", "html", "TL;DR"])
_PROFILE = st.sampled_from([*a_profile()["content"]])
_HISTORY = st.dictionaries(st.sampled_from(["position", "start", "end", "institution", "name", "country"]), _ANYTHING)


@given(_ANYTHING, st.dictionaries(_NOTE, _ANYTHING), st.dictionaries(_PROFILE, _ANYTHING), _HISTORY)
def test_any_json_yields_records_or_says_that_the_shape_changed(
    body: Any, note: dict[str, Any], profile: dict[str, Any], post: dict[str, Any]
) -> None:
    posts = [post, {"institution": post}]
    people = [a_profile(**profile), a_profile(history=posts)]
    notes = [a_note(False, a_content(**note)), a_note(pdate=body, externalIds=body)]
    for said in (body, {"notes": body}, {"notes": notes}, {"profiles": people}):
        with suppress(UnexpectedFormat):
            assert msgspec.json.encode(parsed(said))


@dataclass
class World:
    """OpenReview with so many hits a phrase; call ``fails`` fails."""

    hits: int = 3
    fails: int = 0
    error: SourceError = field(default_factory=lambda: SourceUnreachable("down"))
    with_key: bool = True
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return self.with_key

    async def get(
        self, card: SourceInfo, path: str, params: dict[str, Any] | None = None, *, note: str = "", check: Any = None
    ) -> Response:
        asked = dict(params or {})
        self.calls.append((path, asked))
        assert note
        if len(self.calls) == self.fails:
            raise self.error
        body: dict[str, Any] = {"profiles": []}
        if path == "/notes/search":
            body = {"notes": [a_note()] * max(0, min(asked["limit"], self.hits - asked["offset"])), "count": self.hits}
        return Response(card.name, path, 200, json.dumps(body).encode(), "2026-11-22T10:00:00Z")


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


def test_submissions_are_searched_phrase_by_phrase_and_bounded() -> None:
    world = World(hits=10_000)
    assert collect(world, replace(ASK, interest="graph networks, vision,vision")) == (4, None)
    assert [(path, a["term"], a["offset"]) for path, a in world.calls] == [
        ("/notes/search", "graph networks", 0),
        ("/notes/search", "graph networks", 500),
        ("/notes/search", "vision", 0),
        ("/notes/search", "vision", 500),
    ]
    assert {(a["source"], a["limit"]) for _, a in world.calls} == {("forum", 500)}


@pytest.mark.parametrize(("hits", "limit", "calls"), [(3, 5_000, 1), (600, 5_000, 2), (600, 100, 1)])
def test_it_stops_where_there_is_no_more_or_enough(hits: int, limit: int, calls: int) -> None:
    world = World(hits=hits)
    assert collect(world, replace(ASK, limit=limit)) == (calls, None)


def test_profiles_are_asked_for_fifty_at_a_time_whatever_their_order() -> None:
    people = [f"openreview:~Ada_Vell{n}" for n in range(1, 121)]
    first, second = World(), World()
    strange = ("openreview:ada@uni.example", "dblp:1/2", "openreview:~A1,~B1", "openreview:")
    assert collect(first, replace(ASK, ids=(*people, *strange)), SOURCE.complete) == (3, None)
    assert collect(second, replace(ASK, ids=tuple(reversed(people))), SOURCE.fetch) == (3, None)
    assert first.calls == second.calls
    asked = [params["ids"].split(",") for path, params in first.calls if path == "/profiles"]
    assert [len(batch) for batch in asked] == [50, 50, 20]
    assert sorted(f"openreview:{id_}" for batch in asked for id_ in batch) == sorted(people)


def test_what_came_before_an_error_counts_and_unknown_people_are_no_error() -> None:
    people = tuple(f"openreview:~Ada_Vell{n}" for n in range(1, 121))
    count, error = collect(World(fails=2), replace(ASK, ids=people), SOURCE.complete)
    assert (count, type(error)) == (1, SourceUnreachable)
    assert collect(World(fails=2, error=NotFound("none")), replace(ASK, ids=people), SOURCE.complete) == (2, None)


def test_without_a_key_a_refusal_says_where_to_get_one() -> None:
    refused = SourceBlocked("403", "https://api2.example")
    _, keyless = collect(World(fails=1, error=refused, with_key=False), ASK)
    _, keyed = collect(World(fails=1, error=refused), ASK)
    assert isinstance(keyless, SourceBlocked)
    assert "FINDER_OPENREVIEW_KEY" in str(keyless)
    assert keyless.url == refused.url
    assert keyed is refused


def test_at_the_door_a_challenge_is_a_source_that_refuses_us(store: Store) -> None:
    _, outcome, _ = run(told(store, answer(REFUSAL, 403), card=replace(CARD, pace=1000)))
    assert isinstance(outcome, SourceBlocked)


def test_the_users_token_goes_as_bearer(tmp_path: Path, store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer({"notes": []})) as web:
            environ = {"FINDER_OPENREVIEW_KEY": "t0ken-of-mine", "FINDER_OPENREVIEW_URL": web.url}
            async with CachingHttpClient(load_settings(store.home, environ), store) as http:
                assert SOURCE.fetch
                assert [reply.body async for reply in SOURCE.fetch(http, ASK)] == [b'{"notes": []}']
            assert web.asked[0].headers["authorization"] == "Bearer t0ken-of-mine"
            assert "t0ken" not in web.asked[0].target

    run(scenario())


def test_nothing_is_asked_for_nothing() -> None:
    world = World()
    for ask in (replace(ASK, interest=" ,;"), replace(ASK, since=date(2027, 1, 1)), replace(ASK, ids=("s2:1",))):
        assert collect(world, ask) == (0, None)
    assert collect(world, ASK, SOURCE.complete) == (0, None)
    assert world.calls == []


@pytest.mark.parametrize("changes", [{}, {"limit": 10}, {"interest": "a, b, c, d"}, {"ids": ("openreview:~A1",)}])
def test_the_plan_is_never_exceeded(changes: dict[str, Any]) -> None:
    world, ask = World(hits=5_000), replace(ASK, **changes)
    collect(world, ask)
    assert SOURCE.plan
    assert sum(call.calls for call in SOURCE.plan(ask)) == len(world.calls)
