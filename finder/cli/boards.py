"""Commands about job boards: which are known and how they fare, and reading what they list."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

from finder import clock
from finder.cli.common import COLLECT, app, load_user_settings, open_user_store, print_notice, print_output
from finder.errors import UsageError
from finder.text.sanitize import one_line

if TYPE_CHECKING:
    from finder.ingest.board_crawler import BoardOutcome
    from finder.model import Board
    from finder.storage.postings import BoardStatus


@app.command(name="boards", group=COLLECT)
def run_boards_command(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """List the known job boards and their state.

    Parameters
    ----------
    format
        How to print the answer.
    """
    import json

    from finder.ingest import board_crawler as sweeping

    settings = load_user_settings()
    with open_user_store(settings) as store:
        store.postings.register_boards(sweeping.load_boards(settings))
        found = store.postings.list_boards()
    print_output(
        json.dumps([_board_json_row(one) for one in found], ensure_ascii=False, indent=2)
        if format == "json"
        else _render_board_table(found)
    )


@app.command(name="sweep", group=COLLECT)
def run_sweep_command(*, board: tuple[str, ...] = ()) -> int:
    """Read the open positions of all job boards, each at most once a day.

    Parameters
    ----------
    board
        Only these: platform/token as finder boards shows it, or an organisation's name (repeatable).
    """
    import asyncio

    from finder.ingest import board_crawler as sweeping

    settings = load_user_settings()
    with open_user_store(settings) as store:
        store.postings.register_boards(sweeping.load_boards(settings))
        found = store.postings.list_boards()
        wanted = _select_boards(found, board) if board else sweeping.due_boards(found, clock.utc_now())
        if not wanted:
            print_notice("All boards were swept within the last day. To see them: finder boards")
            return 0

        async def sweep_chosen_boards() -> list[BoardOutcome]:
            async with sweeping.BoardCrawler(settings, store, _print_sweep_outcome) as sweeper:
                return await sweeper.crawl_boards(wanted)

        try:
            outcomes = asyncio.run(sweep_chosen_boards())
        except KeyboardInterrupt:
            print_notice("Stopped. The boards that were read are kept; the next sweep goes on with the others.")
            return 130
    failed = sum(outcome.state in ("gone", "failing") for outcome in outcomes)
    print_notice(f"{len(outcomes) - failed} of {len(outcomes)} boards were read.")
    return 1 if failed == len(outcomes) else 0


def _select_boards(found: list[BoardStatus], names: tuple[str, ...]) -> list[Board]:
    chosen = []
    for name in names:
        folded = name.casefold().removeprefix("board:")
        fitting = [
            one.board
            for one in found
            if folded in (f"{one.board.platform}/{one.board.token}".casefold(), one.board.organisation.casefold())
        ]
        if not fitting:
            raise UsageError(
                f"There is no board {name!r}. See: finder boards; add your own as [[boards]] in finder.toml."
            )
        chosen += fitting
    return list({board.id: board for board in chosen}.values())


def _print_sweep_outcome(outcome: BoardOutcome, done: int, total: int) -> None:
    board, swept = outcome.board, outcome.swept
    what = f"{swept.found} positions, {swept.new} new, {swept.closed} gone" if swept.found or outcome.complete else ""
    parts = [outcome.state, "asked lately" if outcome.cached else "", what, outcome.message]
    print_notice(f"[{done}/{total}] {board.organisation} ({board.platform}): {'; '.join(filter(None, parts))}")


def _board_json_row(one: BoardStatus) -> dict[str, object]:
    return {
        "organisation": one.board.organisation,
        "platform": one.board.platform,
        "token": one.board.token,
        "region": one.board.region,
        "origin": one.board.origin,
        "state": one.state,
        "checked_at": one.checked_at,
        "swept_at": one.swept_at,
        "message": one.message,
        "open": one.open,
    }


def _render_board_table(found: list[BoardStatus]) -> str:
    lines = [f"{'organisation':<22}{'board':<32}{'state':<10}{'open':>5}  read"]
    for one in found:
        name = f"{one.board.platform}/{one.board.token}"
        read = (one.swept_at or "")[:10]
        lines.append(f"{one.board.organisation[:21]:<22}{name[:31]:<32}{one.state:<10}{one.open:>5,}  {read}")
        if one.message:
            lines += textwrap.wrap(one_line(one.message), 76, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(line.rstrip() for line in lines)
