"""Commands about job boards: which are known and how they fare, and reading what they list."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

from finder import clock
from finder.cli.common import app, load, opened, out, say
from finder.errors import UsageError
from finder.texts import shown

if TYPE_CHECKING:
    from finder.model import Board
    from finder.store.postings import Known
    from finder.sweep import Outcome


@app.command
def boards(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """The job boards that are known, and how each fares: unchecked, reached, moved, gone or failing."""
    import json

    from finder import sweep as sweeping

    settings = load()
    with opened(settings) as store:
        store.postings.register(sweeping.known(settings))
        found = store.postings.boards()
    out(json.dumps([_row(one) for one in found], ensure_ascii=False, indent=2) if format == "json" else _table(found))


@app.command
def sweep(*, board: tuple[str, ...] = ()) -> int:
    """Read the open positions of all boards, each at most once a day.

    Parameters
    ----------
    board
        Only these: platform/token as finder boards shows it, or an organisation's name (repeatable).
    """
    import asyncio

    from finder import sweep as sweeping

    settings = load()
    with opened(settings) as store:
        store.postings.register(sweeping.known(settings))
        found = store.postings.boards()
        wanted = _chosen(found, board) if board else sweeping.due(found, clock.now())
        if not wanted:
            say("All boards were swept within the last day. To see them: finder boards")
            return 0

        async def run() -> list[Outcome]:
            async with sweeping.Sweeper(settings, store, _tell) as sweeper:
                return await sweeper.sweep(wanted)

        try:
            outcomes = asyncio.run(run())
        except KeyboardInterrupt:
            say("Stopped. The boards that were read are kept; the next sweep goes on with the others.")
            return 130
    failed = sum(outcome.state in ("gone", "failing") for outcome in outcomes)
    say(f"{len(outcomes) - failed} of {len(outcomes)} boards were read.")
    return 1 if failed == len(outcomes) else 0


def _chosen(found: list[Known], names: tuple[str, ...]) -> list[Board]:
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


def _tell(outcome: Outcome, done: int, total: int) -> None:
    board, swept = outcome.board, outcome.swept
    what = f"{swept.found} positions, {swept.new} new, {swept.closed} gone" if swept.found or outcome.complete else ""
    parts = [outcome.state, "asked lately" if outcome.cached else "", what, outcome.message]
    say(f"[{done}/{total}] {board.organisation} ({board.platform}): {'; '.join(filter(None, parts))}")


def _row(one: Known) -> dict[str, object]:
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


def _table(found: list[Known]) -> str:
    lines = [f"{'organisation':<22}{'board':<32}{'state':<10}{'open':>5}  read"]
    for one in found:
        name = f"{one.board.platform}/{one.board.token}"
        read = (one.swept_at or "")[:10]
        lines.append(f"{one.board.organisation[:21]:<22}{name[:31]:<32}{one.state:<10}{one.open:>5,}  {read}")
        if one.message:
            lines += textwrap.wrap(shown(one.message), 76, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(line.rstrip() for line in lines)
