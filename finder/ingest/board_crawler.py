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

from finder import clock, reference_data
from finder.boards._locations import location_countries
from finder.errors import NotFound, SettingsError, SourceError
from finder.http import MOVED, CachingHttpClient
from finder.model import Board, ClosedPosting, Posting, Rejected
from finder.settings import Settings
from finder.source import FetchRequest, Response, Source, discover_sources, parse_response
from finder.storage import Store, open_store
from finder.storage.postings import BoardStatus, PostingCounts, State

T = TypeVar("T")
NOTHING = PostingCounts(0, 0, 0)
RETRY_AFTER = timedelta(hours=1)
"""After which a board that failed is asked again: the failure may have been ours, such as no network."""


@dataclass(frozen=True)
class BoardOutcome:
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
    swept: PostingCounts = NOTHING


Tell = Callable[[BoardOutcome, int, int], object]
"""Hears of each outcome as it comes, with how many boards are done, of how many."""


def load_boards(settings: Settings) -> list[Board]:
    """The curated boards and the user's own, which win.

    Raises:
        SettingsError: the user named a platform that is not known.
    """
    platforms = discover_sources("finder.boards")
    boards = {}
    for row in reference_data.load_reference_rows("boards"):
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


def due_boards(boards: Iterable[BoardStatus], now: datetime) -> list[Board]:
    """The boards that may be asked again, those first that were asked longest ago."""
    platforms = discover_sources("finder.boards")

    def is_board_due(one: BoardStatus) -> bool:
        if one.checked_at is None:
            return True
        wait = (
            RETRY_AFTER if one.state == "failing" else timedelta(days=platforms[one.board.platform].card.cadence_days)
        )
        return abs(now - datetime.fromisoformat(one.checked_at)) >= wait  # later than now: by a wrong clock

    ready = [one for one in boards if one.board.platform in platforms and is_board_due(one)]
    return [one.board for one in sorted(ready, key=lambda one: one.checked_at or "")]


class BoardCrawler:
    """Sweeps boards into a store: ``async with BoardCrawler(...) as crawler``. Cancelling it loses nothing that came.

    Args:
        tell: hears of each board's outcome.
        platforms: by name.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        tell: Tell = lambda *_: None,
        *,
        platforms: Mapping[str, Source] | None = None,
        clock: Callable[[], datetime] = clock.utc_now,
        **http: object,
    ) -> None:
        self._home = settings.home
        self._store = store
        self._tell = tell
        self._clock = clock
        self._platforms = platforms or discover_sources("finder.boards")
        self._http = CachingHttpClient(settings, store, clock=clock, **http)  # type: ignore[arg-type]
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

    async def crawl_boards(self, boards: Sequence[Board]) -> list[BoardOutcome]:
        """Ask all boards at once, each host at its pace; outcomes in the order of the boards."""
        turns = {name: asyncio.Semaphore(platform.card.concurrency) for name, platform in self._platforms.items()}
        done: dict[str, BoardOutcome] = {}

        async def crawl_one(board: Board) -> None:
            async with turns[board.platform]:
                outcome = await self._crawl_board(board)
            done[board.id] = outcome
            self._tell(outcome, len(done), len(boards))

        async with asyncio.TaskGroup() as group:
            for board in boards:
                group.create_task(crawl_one(board))
        return [done[board.id] for board in boards]

    async def _crawl_board(self, board: Board) -> BoardOutcome:
        try:
            outcome = await self._read_board(board)
        except NotFound as error:
            outcome = BoardOutcome(board, "gone", str(error))
        except SourceError as error:
            outcome = BoardOutcome(board, "failing", str(error))
        if not outcome.cached:
            now = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            await self._run_in_thread(
                lambda: self._records.postings.record_board_state(board, outcome.state, outcome.message, now)
            )
        return outcome

    async def _read_board(self, board: Board) -> BoardOutcome:
        """All that a board lists, taken in at once; an error takes in nothing.

        Raises:
            SourceError: it could not be read to its end.
        """
        platform, today = self._platforms[board.platform], self._clock().date()
        assert platform.fetch is not None
        ask = FetchRequest("", today, today, today, ids=(board.id,), names={board.id: board.organisation})
        found: list[Posting] = []
        strange: list[Rejected] = []
        lapsed: list[ClosedPosting] = []
        replies: list[Response] = []
        async for reply in platform.fetch(self._http, ask):
            read = await self._run_in_thread(partial(parse_response, platform, reply))
            found += [_add_posting_countries(one, board) for one in read if isinstance(one, Posting)]
            strange += [one for one in read if isinstance(one, Rejected) and not isinstance(one, ClosedPosting)]
            lapsed += [one for one in read if isinstance(one, ClosedPosting)]
            replies.append(replace(reply, body=b""))
        if not replies:
            raise NotFound(f"{board.token!r} cannot be asked for at {platform.card.title}.")
        whole = all(reply.complete for reply in replies)
        # a job that is listed but not understood must not count as gone
        complete = whole and not strange
        at = min(reply.fetched_at for reply in replies)
        once = list({one.source_id: one for one in found}.values())  # several searches may find one job
        swept = await self._run_in_thread(
            lambda: self._records.postings.record_crawl(board, once, at, complete=complete)
        )
        state, message = _board_status(replies, strange, lapsed, whole=whole)
        return BoardOutcome(board, state, message, complete, all(reply.from_cache for reply in replies), swept)

    async def _run_in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)


def _add_posting_countries(posting: Posting, board: Board) -> Posting:
    """With the countries that its places are in, given where the board's positions mostly are."""
    near = [word for word in board.region.split() if word in reference_data.country_codes()]
    if not near or not posting.locations:
        return posting
    return msgspec.structs.replace(
        posting, countries=location_countries(posting.locations, *posting.countries, near=near)
    )


def _board_status(
    replies: Sequence[Response], strange: Sequence[Rejected], lapsed: Sequence[ClosedPosting], *, whole: bool
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
