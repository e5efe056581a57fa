"""Several sequences of calls side by side, each handed on as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import TypeVar

from finder.errors import OutOfBudget, SourceError

T = TypeVar("T")
_Arrived = asyncio.Queue[tuple[int, T] | None]


async def side_by_side(
    streams: Sequence[AsyncGenerator[T, None]], at_once: int, errors: list[SourceError]
) -> AsyncGenerator[tuple[int, T], None]:
    """What the streams yield, with the number of the stream, at most ``at_once`` of them under way.

    A stream that fails ends there and its error joins ``errors``; the others go on. Once ``errors`` holds an
    OutOfBudget nothing further is asked for. Close the generator (``aclosing``) and everything under way is cancelled.
    """
    arrived: _Arrived[T] = asyncio.Queue()
    waiting = iter(enumerate(streams))
    workers = [asyncio.create_task(_work(waiting, arrived, errors)) for _ in range(min(at_once, len(streams)))]
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


def is_over(errors: list[SourceError]) -> bool:
    """Whether the day's allowance is used up."""
    return any(isinstance(error, OutOfBudget) for error in errors)


async def _work(
    waiting: Iterator[tuple[int, AsyncGenerator[T, None]]], arrived: _Arrived[T], errors: list[SourceError]
) -> None:
    try:
        for number, stream in waiting:
            try:
                while not is_over(errors):
                    arrived.put_nowait((number, await anext(stream)))
            except StopAsyncIteration:
                continue
            except SourceError as error:
                errors.append(error)
            finally:
                await stream.aclose()
    finally:
        arrived.put_nowait(None)
