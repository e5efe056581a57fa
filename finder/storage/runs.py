"""The log of runs: what was asked of which source, and how it went."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from finder.storage.records import WriteTransaction


@dataclass(frozen=True)
class SourceRun:
    """How one source fared in one run.

    Attributes:
        state: ``asking``, ``complete``, ``partial``, ``failed``, ``blocked``, ``out of budget`` or ``not asked``.
    """

    source: str
    state: str
    message: str = ""
    calls: int = 0
    cached: int = 0
    credits: float = 0.0
    works: int = 0
    people: int = 0
    complete: bool = False
    grants: int = 0


@dataclass(frozen=True)
class Run:
    """One collection or import."""

    id: int
    kind: str
    interest: str
    started_at: str
    ended_at: str | None
    state: str
    pid: int


_COLUMNS = "run, source, state, message, calls, cached, credits, works, people, complete, grants"
_RUN = "select id, kind, interest, started_at, ended_at, state, pid from run"


class Runs:
    """Verbs over the ``run``, ``run_source`` and ``completed`` tables."""

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction) -> None:
        self._db = connection
        self._write = write

    def start_run(self, kind: str, interest: str, now: str, since: str = "") -> int:
        """Open a run; returns its id.

        Args:
            since: day of the oldest works that are asked for; empty for all.
        """
        with self._write() as db:
            query = "insert into run (kind, interest, started_at, state, pid, since) values (?, ?, ?, 'running', ?, ?)"
            return int(db.execute(query, (kind, interest, now, os.getpid(), since)).lastrowid or 0)

    def record_source_run(self, run: int, entry: SourceRun) -> None:
        """Write down how a source stands."""
        row = (
            run,
            entry.source,
            entry.state,
            entry.message,
            entry.calls,
            entry.cached,
            entry.credits,
            entry.works,
            entry.people,
            entry.complete,
            entry.grants,
        )
        with self._write() as db:
            db.execute(f"insert or replace into run_source ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def end_run(self, run: int, state: str, now: str) -> None:
        """Close a run."""
        with self._write() as db:
            db.execute("update run set state = ?, ended_at = ? where id = ?", (state, now, run))

    def latest_run(self, interest: str | None = None, kind: str | None = None) -> Run | None:
        """The newest run, of an interest or a kind if given."""
        wanted = [(c, v) for c, v in (("interest", interest), ("kind", kind)) if v is not None]
        where = " and ".join(f"{column} = ?" for column, _ in wanted) or "true"
        row = self._db.execute(f"{_RUN} where {where} order by id desc limit 1", [v for _, v in wanted]).fetchone()
        return Run(*row) if row else None

    def source_runs(self, run: int) -> list[SourceRun]:
        """How each source fared in a run, by name."""
        query = """select source, state, message, calls, cached, credits, works, people, complete, grants
                   from run_source where run = ? order by source"""
        return [_make_source_run(row) for row in self._db.execute(query, (run,))]

    def runs_of_source(self, source: str, limit: int = 5) -> list[tuple[Run, SourceRun]]:
        """The last runs in which a source was asked, newest first, with how it fared."""
        query = """select r.id, r.kind, r.interest, r.started_at, r.ended_at, r.state, r.pid, s.source, s.state,
                     s.message, s.calls, s.cached, s.credits, s.works, s.people, s.complete, s.grants
                   from run_source s join run r on r.id = s.run where s.source = ? order by r.id desc limit ?"""
        rows = self._db.execute(query, (source, limit))
        return [(Run(*row[:7]), _make_source_run(row[7:])) for row in rows]

    def last_complete_time(self, source: str, interest: str, since: str, now: str, kind: str = "collect") -> str:
        """The end of the last run by now that brought all a source has on an interest since a day; else empty."""
        query = """select r.ended_at from run_source s join run r on r.id = s.run
                   where s.source = ? and r.interest = ? and r.since <= ? and r.kind = ?
                     and s.state = 'complete' and r.ended_at <= ?
                   order by r.id desc limit 1"""
        row = self._db.execute(query, (source, interest, since, kind, now)).fetchone()
        return row[0] if row else ""

    def mark_ids_complete(self, source: str, ids: Iterable[str], now: str) -> None:
        """Note that the whole record of these ids was fetched."""
        with self._write() as db:
            rows = [(source, id_, now) for id_ in ids]
            db.executemany("insert or replace into completed values (?, ?, ?)", rows)

    def clear_complete_ids(self) -> None:
        """Let every whole record be fetched anew."""
        with self._write() as db:
            db.execute("delete from completed")

    def completion_times(self, source: str, ids: Iterable[str]) -> dict[str, str]:
        """When the whole record of these ids was last fetched, for those for whom it was."""
        query = "select at from completed where source = ? and id = ?"
        found = ((id_, self._db.execute(query, (source, id_)).fetchone()) for id_ in ids)
        return {id_: row[0] for id_, row in found if row}


def _make_source_run(row: Sequence[Any]) -> SourceRun:
    *counts, complete, grants = row
    return SourceRun(*counts, complete=bool(complete), grants=grants)
