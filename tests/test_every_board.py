"""What holds for every platform of job boards, present and future."""

from __future__ import annotations

import asyncio
import sys
from datetime import date

import pytest

from finder.errors import NotFound, UnexpectedFormat
from finder.source import FetchRequest, Response, Source, discover_sources

TODAY = date(2026, 11, 22)


@pytest.fixture(params=sorted(discover_sources("finder.boards")))
def platform(request: pytest.FixtureRequest) -> Source:
    return discover_sources("finder.boards")[request.param]


def reply(platform: Source, body: bytes, note: str | None = None) -> Response:
    told = f"board:{platform.card.name}/acme.wd5/Site" if note is None else note
    return Response(platform.card.name, "https://example.org/jobs", 200, body, "2026-11-22T00:00:00Z", note=told)


def test_the_card_is_filled_in_and_polite(platform: Source) -> None:
    card = platform.card

    assert all((card.title, card.home, card.terms))
    assert card.home.startswith("https://")
    assert card.base.startswith("https://")
    assert not card.base.endswith("/")
    assert 0 < card.pace <= 1  # requests a second to one host
    assert 0.9 < card.cadence_days <= 1
    assert card.key_name is None


def test_the_module_bears_the_platforms_name(platform: Source) -> None:
    module = sys.modules[f"finder.boards.{platform.card.name}"]

    assert module.SOURCE is platform
    assert module.__doc__
    assert "token" in module.__doc__


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff",
        b"<html><title>Just a moment...</title></html>",
        b"null",
        b"[1, 2]",
        b'{"error": "nope"}',
        b'"text"',
        b"<?xml version='1.0'?><feed/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><workzag-jobs/>',
    ],
)
def test_what_is_not_an_answer_is_refused_and_never_an_empty_board(platform: Source, body: bytes) -> None:
    with pytest.raises(UnexpectedFormat):
        list(platform.parse(reply(platform, body)))


def test_without_knowing_whose_board_it_is_nothing_is_read(platform: Source) -> None:
    for note in ("", "a fictional board", f"board:{platform.card.name}/"):
        with pytest.raises(UnexpectedFormat, match="which board"):
            list(platform.parse(reply(platform, b"{}", note)))


class Nobody:
    """A door behind which nothing is known; it remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def keyed(self, _: object) -> bool:
        return False

    async def get(
        self, _: object, path: str, params: object = None, *, note: str = "", check: object = None
    ) -> Response:
        self.asked.append((path, note))
        raise NotFound(path)

    post = get


def asked(platform: Source, *ids: str) -> tuple[Nobody, type[Exception] | None]:
    async def run() -> None:
        assert platform.fetch is not None
        async for _ in platform.fetch(door, FetchRequest("", TODAY, TODAY, TODAY, ids=ids)):  # type: ignore[arg-type]
            pass

    door = Nobody()
    try:
        asyncio.run(run())
    except NotFound as error:
        return door, type(error)
    return door, None


def test_only_its_own_boards_are_asked_for(platform: Source) -> None:
    door, error = asked(platform, "board:elsewhere/acme", "openalex:A1", f"board:{platform.card.name}/")

    assert (door.asked, error) == ([], None)


@pytest.mark.parametrize("token", ["acme", "acme.wd5/Site", "acme/acme.com", "https://acme.example/jobs", "a.b/CX_1"])
def test_a_token_is_asked_for_or_refused_and_no_other_host_is(platform: Source, token: str) -> None:
    id_ = f"board:{platform.card.name}/{token}"
    door, error = asked(platform, id_)

    assert error is NotFound
    assert all(note == id_ for _, note in door.asked)
    assert len(door.asked) <= 1


@pytest.mark.parametrize("token", ["acme.evil.example:8080/x", "a b", "../..", "user@host", "acme#", "acme?x=1", "ä/ö"])
def test_a_strange_token_cannot_change_the_host(platform: Source, token: str) -> None:
    door, error = asked(platform, f"board:{platform.card.name}/{token}")

    assert error is NotFound
    for path, _ in door.asked:
        host = path.split("/")[2] if "://" in path else ""
        assert not set(host) & set("@#? :ä"), path
