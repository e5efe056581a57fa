"""What a collection is doing, on standard error: one line a source, kept up to date where there is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from finder.ingest.source_stats import SourceProgress


class Display:
    """Shows progress while it is entered; use its ``tell`` as a collector's ``tell``."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._console = Console(file=sys.stderr)
        self._latest: dict[str, SourceProgress] = {}
        self._live = Live(
            console=self._console, get_renderable=self._progress_table, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        else:
            self._console.print(f"{self._title} …", highlight=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()
        for progress in self._latest.values():
            self._console.print(progress_line(progress), style="dim", highlight=False, soft_wrap=True)

    def show_progress(self, progress: SourceProgress) -> None:
        """Take in how a source stands."""
        self._latest[progress.entry.source] = progress

    def _progress_table(self) -> Table:
        table = Table(title=self._title, box=None, pad_edge=False, title_justify="left")
        for column in ("source", "state", "works", "people", "calls", "kept", "credits", "left today"):
            table.add_column(column, justify="left" if column in ("source", "state") else "right", no_wrap=True)
        for progress in self._latest.values():
            e = progress.entry
            left = "" if progress.remaining is None else f"{progress.remaining:,.0f}"
            state = progress.doing or e.state
            row = (
                e.source,
                state,
                f"{e.works:,}",
                f"{e.people:,}",
                str(e.calls),
                str(e.cached),
                f"{e.credits:g}",
                left,
            )
            table.add_row(*row)
        return table


def progress_line(progress: SourceProgress) -> str:
    """How a source ended, in one line."""
    e = progress.entry
    asked = (
        f"{e.calls} calls"
        + (f", {e.credits:g} credits" if e.credits else "")
        + (f", {e.cached} kept" if e.cached else "")
    )
    left = "" if progress.remaining is None else f", {progress.remaining:,.0f} credits left today"
    why = f": {e.message}" if e.message else ""
    grants = f", {e.grants:,} grants" if e.grants else ""
    return f"{e.source}: {e.state} — {e.works:,} works, {e.people:,} people{grants} ({asked}{left}){why}"
