"""What holds for every source, present and future."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from finder.errors import UnexpectedFormat
from finder.source import FetchRequest, Parsed, Response, Source, discover_sources, parse_response

SOURCES = sorted(discover_sources())
ASK = FetchRequest("multimodal learning", date(2020, 1, 1), date(2026, 11, 1), date(2026, 11, 1))


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return discover_sources()[request.param]


def reply(source: Source, body: bytes, url: str = "https://example.org/works") -> Response:
    return Response(source.card.name, url, 200, body, "2026-11-01T00:00:00+00:00")


def test_the_card_is_filled_in(source: Source) -> None:
    card = source.card

    assert all((card.title, card.home, card.terms))
    assert card.home.startswith("https://")
    assert card.base.startswith("https://")
    assert not card.base.endswith("/")
    assert card.pace > 0
    assert (card.key_name is None) == (card.key_help == "")


def test_the_module_bears_the_sources_name(source: Source) -> None:
    module = sys.modules[f"finder.sources.{source.card.name}"]

    assert module.SOURCE is source
    assert module.__doc__


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
    ],
)
def test_what_is_not_an_answer_is_refused_and_never_an_empty_list(source: Source, body: bytes) -> None:
    with pytest.raises(UnexpectedFormat):
        list(source.parse(reply(source, body)))


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("x"), RecursionError(), ZeroDivisionError(), OSError()])
def test_a_parser_that_stumbles_costs_only_its_source(source: Source, error: Exception) -> None:
    def stumbles(_: Response) -> Iterator[Parsed]:
        raise error

    expected = type(error) if isinstance(error, OSError) else UnexpectedFormat
    with pytest.raises(expected):
        parse_response(replace(source, parse=stumbles), reply(source, b"{}"))


def test_a_plan_is_made_without_asking_anything(source: Source) -> None:
    calls = source.plan(ASK) if source.plan else []

    assert all(call.calls >= 0 and call.credits_each >= 0 and call.purpose for call in calls)
    assert all("api_key" not in call.url for call in calls)


NEW = '''"""A toy source, as CONTRIBUTING.md says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

from finder.errors import UnexpectedFormat
from finder.model import Authorship, Work
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo("toy", "Toy", "https://toy.example", terms="CC0", base="https://toy.example", pace=1)


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    yield await http.get(CARD, "/works", {"q": ask.interest})


def parse(reply: Response) -> Iterator[Work]:
    try:
        found = json.loads(reply.body)["works"]
    except (ValueError, KeyError, TypeError):
        raise UnexpectedFormat("Toy answers in a shape that this version does not know. Update the finder.") from None
    for row in found:
        yield Work("toy", f"toy:{row['id']}", row["title"], row["date"], tuple(Authorship(n) for n in row["authors"]))


SOURCE = Source(CARD, parse, fetch)
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "othersources").mkdir()
    (tmp_path / "othersources" / "__init__.py").touch()
    (tmp_path / "othersources" / "toy.py").write_text(NEW)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "othersources"
    for name in [name for name in sys.modules if name.startswith("othersources")]:
        del sys.modules[name]
    discover_sources.cache_clear()


def test_a_new_source_is_one_file(package: str) -> None:
    toy = discover_sources(package)["toy"]
    body = json.dumps({"works": [{"id": 1, "title": "T", "date": "2026", "authors": ["Ada Vell"]}]}).encode()

    (work,) = toy.parse(reply(toy, body))
    assert (work.title, work.authorships[0].name) == ("T", "Ada Vell")
    with pytest.raises(UnexpectedFormat):
        list(toy.parse(reply(toy, b"{}")))
