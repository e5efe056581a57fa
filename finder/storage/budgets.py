"""What was spent of each source's daily allowance, shared by all processes of a store."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from finder.storage.records import WriteTransaction


@dataclass(frozen=True)
class Budget:
    """A source's day, in the source's own credits. ``None`` is unknown.

    Attributes:
        parked_until: ISO time in UTC before which the source is not to be asked again.
    """

    spent: float = 0.0
    allowance: float | None = None
    remaining: float | None = None
    parked_until: str | None = None
    reason: str = ""


class Budgets:
    """Verbs over the ``budget`` table; a day is a UTC date ``YYYY-MM-DD``."""

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction) -> None:
        self._db = connection
        self._write = write

    def get(self, source: str, day: str) -> Budget:
        """The day's budget as known now."""
        query = "select spent, allowance, remaining, parked_until, reason from budget where source = ? and day = ?"
        row = self._db.execute(query, (source, day)).fetchone()
        return Budget(*row) if row else Budget()

    def record_spending(
        self, source: str, day: str, cost: float, allowance: float | None, remaining: float | None
    ) -> None:
        """Add a call's cost; the source's own words about allowance and remainder win over our sum.

        Answers may arrive out of order, so the least remainder holds, unless the allowance itself has changed.
        """
        with self._write() as db:
            db.execute(
                """insert into budget (source, day, spent, allowance, remaining) values (?, ?, ?, ?, ?)
                   on conflict (source, day) do update set spent = spent + excluded.spent,
                     allowance = coalesce(excluded.allowance, allowance),
                     remaining = case
                       when excluded.remaining is null then remaining
                       when remaining is null or allowance is not coalesce(excluded.allowance, allowance)
                         then excluded.remaining
                       else min(excluded.remaining, remaining) end""",
                (source, day, cost, allowance, remaining),
            )

    def record_suspension(self, source: str, day: str, until: str, reason: str) -> None:
        """Do not ask this source again before ``until`` (ISO time in UTC)."""
        with self._write() as db:
            db.execute(
                """insert into budget (source, day, parked_until, reason) values (?, ?, ?, ?)
                   on conflict (source, day) do update set
                     parked_until = excluded.parked_until, reason = excluded.reason""",
                (source, day, until, reason),
            )

    def active_suspension(self, source: str, now: str) -> tuple[str, str] | None:
        """``(until, reason)`` if the source is parked at ``now``, whichever day it was parked on.

        A day that is yet to come was written down by a wrong clock, and does not count.
        """
        query = """select parked_until, reason from budget where source = ? and parked_until > ?
                   and day <= date(?, '+1 day') order by 1 desc limit 1"""
        row = self._db.execute(query, (source, now, now)).fetchone()
        return (row[0], row[1]) if row else None

    def clear_suspension(self, source: str) -> None:
        """The user has changed something (a key, a setting): ask again."""
        with self._write() as db:
            db.execute(
                "update budget set parked_until = null, reason = '', remaining = null where source = ?", (source,)
            )
