"""A search that is posted: kept by its question, repeated like any other, and never sent elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from serving import TOY, Door, Internet, public, run

from finder.errors import NotRecorded, SourceBlocked, SourceUnreachable
from finder.http import MOVED, recording_key
from finder.source import Response
from finder.storage import Store

JSON = {"content-type": "application/json"}


class Searching:
    """A service that says what it was asked, or whatever comes in turn."""

    def __init__(self, *answers: tuple[int, dict[str, str], bytes]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(request)
        return self.answers.pop(0) if self.answers else (200, JSON, b'{"asked":%s}' % request.content)


async def posted(door: Door, by: Searching, question: dict[str, Any], **options: Any) -> Response:
    async with door.open(transport=Internet(by), resolve=public, **options) as http:
        return await http.post(TOY, "/search", question, note="n")


def test_a_question_is_sent_as_json_and_its_answer_kept_with_it(store: Store) -> None:
    door, by = Door(store), Searching()

    async def scenario() -> list[Response]:
        return [await posted(door, by, question) for question in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2})]

    one, same, other = run(scenario())
    assert [request.method for request in by.asked] == ["POST", "POST"]
    assert by.asked[0].headers["content-type"] == "application/json"
    assert json.loads(one.body) == {"asked": {"a": 1, "b": 2}}
    assert (same.from_cache, same.id, same.body) == (True, one.id, one.body)
    assert json.loads(other.body) == {"asked": {"a": 2}}
    assert one.url == "https://api.toy.example/search"


def test_it_is_tried_again_and_asked_conditionally_like_any_other(store: Store) -> None:
    door = Door(store)
    by = Searching((503, {}, b""), (200, {**JSON, "etag": '"1"'}, b"{}"), (304, {}, b""))

    async def scenario() -> Response:
        await posted(door, by, {"a": 1}, backoff=lambda _: 0.0)
        door.now += timedelta(days=8)
        return await posted(door, by, {"a": 1})

    assert run(scenario()).body == b"{}"
    assert [request.headers.get("if-none-match") for request in by.asked] == [None, None, '"1"']


def test_a_redirect_of_a_search_is_not_followed(store: Store) -> None:
    by = Searching((307, {"location": "https://other.example/"}, b""))

    with pytest.raises(SourceUnreachable, match="redirects a search"):
        run(posted(Door(store), by, {"a": 1}))
    assert len(by.asked) == 1


def test_a_search_is_replayed_by_its_question(store: Store) -> None:
    key = recording_key("toy", "/search", question='{"a": 1}')
    recordings = {key: Response("toy", "/search", 200, b'{"kept": true}', "", JSON)}

    async def scenario(question: dict[str, Any]) -> Response:
        async with Door(store).open(mode="replay", recordings=recordings) as http:
            return await http.post(TOY, "/search", question)

    assert run(scenario({"a": 1})).body == b'{"kept": true}'
    with pytest.raises(NotRecorded):
        run(scenario({"a": 2}))


@pytest.mark.parametrize(
    ("status", "moved"), [(301, "https://api.toy.example/new"), (308, "https://api.toy.example/new"), (302, None)]
)
def test_a_permanent_redirect_is_said_and_kept(store: Store, status: int, moved: str | None) -> None:
    def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        if request.url.path == "/old":
            return status, {"location": "/new"}, b""
        return 200, JSON, b"{}"

    async def scenario() -> list[Response]:
        async with Door(store).open(transport=Internet(by), resolve=public) as http:
            return [await http.get(TOY, "/old"), await http.get(TOY, "/old")]

    for reply in run(scenario()):
        assert reply.headers.get(MOVED) == moved


@pytest.mark.parametrize(("heeds", "allowed"), [(False, True), (True, False)])
def test_robots_txt_holds_under_the_base_where_the_card_says_so(store: Store, heeds: bool, allowed: bool) -> None:
    def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        return (200, {}, b"User-agent: *\nDisallow: /") if request.url.path == "/robots.txt" else (200, JSON, b"{}")

    async def scenario() -> Response:
        async with Door(store).open(transport=Internet(by), resolve=public) as http:
            return await http.get(replace(TOY, heeds_robots=heeds), "/works")

    if allowed:
        assert run(scenario()).status == 200
    else:
        with pytest.raises(SourceBlocked, match=r"robots\.txt"):
            run(scenario())
