"""What all boards share in asking: which boards are meant, their addresses, and lists that come in pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from urllib.parse import quote

from finder.errors import NotFound
from finder.source import Check, Fetch, FetchRequest, HttpClient, Response, SourceInfo

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*", re.I)
MOST_PAGES = 60
SEARCHES = ("intern", "PhD", "research", "student")
"""What is searched for on a site that lists more jobs than are paged through: all that anybody here looks for."""
DAILY = 22 / 24
"""Days: at most once a day, also where a scheduled sweep begins a little earlier than the day before."""


def boards_to_fetch(card: SourceInfo, ask: FetchRequest) -> list[tuple[str, str]]:
    """``(id, token)`` of the boards of a platform that are asked for."""
    prefix = f"board:{card.name}/"
    return [(id_, id_.removeprefix(prefix)) for id_ in ask.ids if id_.startswith(prefix) and id_ != prefix]


def single_response_fetch(card: SourceInfo, address: Callable[[str], str], check: Check | None = None) -> Fetch:
    """A fetch for platforms that give a whole board in one answer.

    Args:
        address: path under the card's base, or a whole URL, of a token.
        check: whether an answer is complete.
    """

    async def fetch_each_board(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
        for id_, token in boards_to_fetch(card, ask):
            yield await http.get(card, address(token), note=id_, check=check)

    return fetch_each_board


def quote_path_segment(token: str) -> str:
    """A token as one step of a path."""
    return quote(token, safe="")


def tenant_host(token: str, under: str) -> str:
    """The host of a tenant: ``acme`` is ``acme.<under>``; a token with a dot is a host of its own.

    Raises:
        NotFound: no host can be called that.
    """
    if not _HOST.fullmatch(token):
        raise NotFound(f"{token!r} is no name of a host under {under}. Correct the board's token.")
    return (token if "." in token else f"{token}.{under}").lower()


async def fetch_board_pages(
    ask_from: Callable[[int], Awaitable[Response]], count: Callable[[bytes], tuple[int, int | None]]
) -> AsyncIterator[Response]:
    """A list that comes in pages, to its end; the last reply is partial where the end was not reached.

    Args:
        ask_from: asks for the jobs from a number on.
        count: ``(jobs on this page, all jobs or None)``; some services say the latter on the first page only.
    """
    seen, total, before = 0, None, b""
    for number in range(MOST_PAGES):
        reply = await ask_from(seen)
        if reply.body == before:
            return  # past its end, a site may show its last page again
        before = reply.body
        here, stated = count(reply.body)
        total, seen = total or stated, seen + here
        if not here and number:
            if total is not None and seen < total:
                yield replace(reply, complete=False)
            return
        reached = not here or (total is not None and seen >= total)
        if reached or number + 1 == MOST_PAGES:
            yield replace(reply, complete=reply.complete and reached)
            return
        yield reply
