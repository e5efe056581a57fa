"""Sweep job boards: ask each at most once a day, take in what it lists, and say how each of them fared.

A board that cannot be read costs only itself, and closes nothing: only a complete sweep says what is gone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self, TypeVar

import msgspec

from finder import clock, curated
from finder.boards._places import countries
from finder.errors import NotFound, SettingsError, SourceError
from finder.http import MOVED, Http
from finder.model import Board, Lapsed, Posting, Rejected
from finder.settings import Settings
from finder.source import Ask, Reply, Source, discover
from finder.source import read as parsed
from finder.store import Store, open_store
from finder.store.postings import Known, State, Swept

T = TypeVar("T")
NOTHING = Swept(0, 0, 0)
AGAIN = timedelta(hours=1)
"""After which a board that failed is asked again: the failure may have been ours, such as no network."""


@dataclass(frozen=True)
class Outcome:
    """How a board fared.

    Attributes:
        complete: all that it lists was read.
        cached: nothing was sent, because it was asked lately.
    """

    board: Board
    state: State
    message: str = ""
    complete: bool = False
    cached: bool = False
    swept: Swept = NOTHING


Tell = Callable[[Outcome, int, int], object]
"""Hears of each outcome as it comes, with how many boards are done, of how many."""


def known(settings: Settings) -> list[Board]:
    """The curated boards and the user's own, which win.

    Raises:
        SettingsError: the user named a platform that is not known.
    """
    platforms = discover("finder.boards")
    boards = {}
    for row in curated.rows("boards"):
        origin = f"{row['evidence']}; seen {row['seen']}"
        board = Board(row["organisation"], row["platform"], row["token"], row["region"], origin)
        boards[board.id] = board
    for one in settings.boards:
        if one.platform not in platforms:
            names = ", ".join(sorted(platforms))
            raise SettingsError(f"finder.toml: {one.platform!r} is no platform of job boards. One of: {names}.")
        board = Board(one.organisation, one.platform, one.token, one.region, "finder.toml")
        boards[board.id] = board
    return list(boards.values())


def due(boards: Iterable[Known], now: datetime) -> list[Board]:
    """The boards that may be asked again, those first that were asked longest ago."""
    platforms = discover("finder.boards")

    def is_due(one: Known) -> bool:
        if one.checked_at is None:
            return True
        wait = AGAIN if one.state == "failing" else timedelta(days=platforms[one.board.platform].card.cadence_days)
        return abs(now - datetime.fromisoformat(one.checked_at)) >= wait  # later than now: by a wrong clock

    ready = [one for one in boards if one.board.platform in platforms and is_due(one)]
    return [one.board for one in sorted(ready, key=lambda one: one.checked_at or "")]


class Sweeper:
    """Sweeps boards into a store; use as ``async with Sweeper(...) as sweeper``. Cancelling it loses nothing that came.

    Args:
        tell: hears of each board's outcome.
        platforms: by name.
    """

    def __init__(
        self, settings: Settings, store: Store, tell: Tell = lambda *_: None,
        *, platforms: Mapping[str, Source] | None = None, clock: Callable[[], datetime] = clock.now,
        **http: object,
    ) -> None:  # fmt: skip
        self._home = settings.home
        self._store = store
        self._tell = tell
        self._clock = clock
        self._platforms = platforms or discover("finder.boards")
        self._http = Http(settings, store, clock=clock, **http)  # type: ignore[arg-type]
        # reading and writing go on in a thread of their own, with a connection of its own: a board may be 14 MB
        self._worker = ThreadPoolExecutor(max_workers=1)

    async def __aenter__(self) -> Self:
        self._records = self._worker.submit(open_store, self._home).result()
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._http.__aexit__(*error)
        self._worker.submit(self._records.close).result()
        self._worker.shutdown()

    async def sweep(self, boards: Sequence[Board]) -> list[Outcome]:
        """Ask all boards at once, each host at its pace; outcomes in the order of the boards."""
        turns = {name: asyncio.Semaphore(platform.card.concurrency) for name, platform in self._platforms.items()}
        done: dict[str, Outcome] = {}

        async def one(board: Board) -> None:
            async with turns[board.platform]:
                outcome = await self._board(board)
            done[board.id] = outcome
            self._tell(outcome, len(done), len(boards))

        async with asyncio.TaskGroup() as group:
            for board in boards:
                group.create_task(one(board))
        return [done[board.id] for board in boards]

    async def _board(self, board: Board) -> Outcome:
        try:
            outcome = await self._read(board)
        except NotFound as error:
            outcome = Outcome(board, "gone", str(error))
        except SourceError as error:
            outcome = Outcome(board, "failing", str(error))
        if not outcome.cached:
            now = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            await self._in_thread(lambda: self._records.postings.note(board, outcome.state, outcome.message, now))
        return outcome

    async def _read(self, board: Board) -> Outcome:
        """All that a board lists, taken in at once; an error takes in nothing.

        Raises:
            SourceError: it could not be read to its end.
        """
        platform, today = self._platforms[board.platform], self._clock().date()
        assert platform.fetch is not None
        ask = Ask("", today, today, today, ids=(board.id,), names={board.id: board.organisation})
        found: list[Posting] = []
        strange: list[Rejected] = []
        lapsed: list[Lapsed] = []
        replies: list[Reply] = []
        async for reply in platform.fetch(self._http, ask):
            read = await self._in_thread(partial(parsed, platform, reply))
            found += [_placed(one, board) for one in read if isinstance(one, Posting)]
            strange += [one for one in read if isinstance(one, Rejected) and not isinstance(one, Lapsed)]
            lapsed += [one for one in read if isinstance(one, Lapsed)]
            replies.append(replace(reply, body=b""))
        if not replies:
            raise NotFound(f"{board.token!r} cannot be asked for at {platform.card.title}.")
        whole = all(reply.complete for reply in replies)
        # a job that is listed but not understood must not count as gone
        complete = whole and not strange
        at = min(reply.fetched_at for reply in replies)
        once = list({one.source_id: one for one in found}.values())  # several searches may find one job
        swept = await self._in_thread(lambda: self._records.postings.sweep(board, once, at, complete=complete))
        state, message = _said(replies, strange, lapsed, whole=whole)
        return Outcome(board, state, message, complete, all(reply.from_cache for reply in replies), swept)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)


def _placed(posting: Posting, board: Board) -> Posting:
    """With the countries that its places are in, given where the board's positions mostly are."""
    near = [word for word in board.region.split() if word in curated.country_codes()]
    if not near or not posting.locations:
        return posting
    return msgspec.structs.replace(posting, countries=countries(posting.locations, *posting.countries, near=near))


def _said(
    replies: Sequence[Reply], strange: Sequence[Rejected], lapsed: Sequence[Lapsed], *, whole: bool
) -> tuple[State, str]:
    """State and message of a board that was read."""
    messages = []
    if not whole:
        messages.append("the board did not give all that it says it lists")
    if strange:
        messages.append(f"{len(strange)} jobs left out: {strange[0].reason}")
    for reason, count in Counter(one.reason for one in lapsed).most_common():
        messages.append(f"{count} listed that are no longer open: {reason}")
    if moved := next((reply.headers[MOVED] for reply in replies if MOVED in reply.headers), None):
        return "moved", "; ".join([f"it answers from {moved} now", *messages])
    return "reached", "; ".join(messages)
