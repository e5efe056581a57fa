"""Lists that come in pages: several side by side, each page handed on as it comes; and which of them ended too soon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from finder.errors import QuotaExceeded, SourceError
from finder.source import ListPage

PLACES = frozenset(("page", "cursor", "offset", "start", "token", "after", "skip"))
"""Parameters that say which page of a list is asked for, and not which list."""
ESTIMATE_TOLERANCE = 0.9  # of an estimated count, from which a list is taken for whole
T = TypeVar("T")
_Arrived = asyncio.Queue[tuple[int, T] | None]


async def merge_page_streams(
    streams: Sequence[AsyncGenerator[T, None]], at_once: int, errors: list[SourceError]
) -> AsyncGenerator[tuple[int, T], None]:
    """What the streams yield, with the number of the stream, at most ``at_once`` of them under way.

    A stream that fails ends there and its error joins ``errors``; the others go on. Once ``errors`` holds an
    QuotaExceeded nothing further is asked for. Close the generator (``aclosing``) and all under way is cancelled.
    """
    arrived: _Arrived[T] = asyncio.Queue()
    waiting = iter(enumerate(streams))
    workers = [
        asyncio.create_task(_run_stream_worker(waiting, arrived, errors)) for _ in range(min(at_once, len(streams)))
    ]
    try:
        left = len(workers)
        while left:
            item = await arrived.get()
            if item is None:
                left -= 1
            else:
                yield item
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


class IncompleteList(NamedTuple):
    """A list that ended too soon: the addresses of its pages, the entries that came, and those that it promised."""

    urls: tuple[str, ...]
    here: int
    total: int


@dataclass
class PagedLists:
    """The lists that a source was asked for, by what their pages say of them."""

    _pages: dict[str, dict[str, ListPage]] = field(default_factory=dict)

    def record_page(self, url: str, page: ListPage) -> None:
        """Remember a page, which may have come before."""
        self._pages.setdefault(list_url_key(url), {})[url] = page

    def find_incomplete(self) -> list[IncompleteList]:
        """Lists that ended by themselves before their own count."""
        return [found for pages in self._pages.values() if (found := _incomplete_list(pages))]


def list_url_key(url: str) -> str:
    """The address of a list without what says which page of it.

    >>> list_url_key("https://x.example/works?filter=a&page=2") == list_url_key("https://x.example/works?page=1&filter=a")
    True
    """
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in PLACES]
    return parts._replace(query=urlencode(sorted(asked))).geturl()


def _incomplete_list(pages: dict[str, ListPage]) -> IncompleteList | None:
    """A list that ended by itself, and too soon.

    One whose last page is full and names another was left by us: as much came as was asked for.
    """
    said = pages.values()
    # a list may have grown while it was read, or since a page of it was kept: the least that was promised counts
    here, total = sum(page.here for page in said), min(page.total for page in said)
    ended = any(page.here < page.size or page.more is False for page in said)
    enough = total * ESTIMATE_TOLERANCE if any(page.rough for page in said) else total
    return IncompleteList(tuple(pages), here, total) if ended and here < enough else None


def is_quota_exceeded(errors: list[SourceError]) -> bool:
    """Whether the day's allowance is used up."""
    return any(isinstance(error, QuotaExceeded) for error in errors)


async def _run_stream_worker(
    waiting: Iterator[tuple[int, AsyncGenerator[T, None]]], arrived: _Arrived[T], errors: list[SourceError]
) -> None:
    try:
        for number, stream in waiting:
            try:
                while not is_quota_exceeded(errors):
                    arrived.put_nowait((number, await anext(stream)))
            except StopAsyncIteration:
                continue
            except SourceError as error:
                errors.append(error)
            finally:
                await stream.aclose()
    finally:
        arrived.put_nowait(None)
