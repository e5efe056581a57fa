"""A source of works in one file: where to ask, what to ask, and how to read the answer.

Put a file like this into ``finder/sources/``: it is found by its name, and ``finder collect``, the plan, the budget,
the cache and the page of sources know it. ``tests/test_every_source.py`` then tries it as it tries the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec

from finder.errors import UnexpectedFormat
from finder.model import Authorship, Work
from finder.source import FetchRequest, HttpClient, Response, Source, SourceInfo

CARD = SourceInfo(
    name="toy",
    title="Toy",
    home="https://toy.example",
    terms="CC0",
    base="https://toy.example",
    pace=1.0,
    default_on=False,
    adds="Works of a service that does not exist.",
)


class _ToyWork(msgspec.Struct):
    id: int
    title: str
    date: str
    authors: list[str]


class _ToyAnswer(msgspec.Struct):
    works: list[_ToyWork]


async def fetch(http: HttpClient, request: FetchRequest) -> AsyncIterator[Response]:
    """Ask once for works on the interest."""
    yield await http.get(CARD, "/works", {"q": request.interest})


def parse(response: Response) -> Iterator[Work]:
    """Read works out of an answer.

    Raises:
        UnexpectedFormat: it is none: an error page is never an empty list.
    """
    try:
        answer = msgspec.json.decode(response.body, type=_ToyAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnexpectedFormat(f"Toy answers in a shape that this version does not know: {error}") from None
    for row in answer.works:
        yield Work("toy", f"toy:{row.id}", row.title, row.date, tuple(Authorship(name) for name in row.authors))


SOURCE = Source(CARD, parse, fetch)
