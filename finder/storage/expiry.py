"""What is only of its time: notes on what was done, and news, which nobody needs for ever.

A new table that grows with every refresh is one line in :data:`EXPIRY_RULES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finder.storage.database import Store

# the last run of each kind, by how it went: from it a refresh knows since when to ask
_LAST = """select max(r.id) from run r left join run_source s on s.run = r.id
           group by r.interest, r.kind, r.since, s.source, s.state"""
EXPIRY_RULES: Mapping[str, str] = {
    "run": f"started_at < :before and id not in ({_LAST})",
    "budget": "day < :before and coalesce(parked_until, '') < :before",
    "news": "day < :before",
    "posting": "closed_at < :before",
}
"""Tables, and which of their rows have had their time."""
LOG_BYTES_LIMIT = 1_000_000
"""Bytes of a log, of which then the newer half stays."""


def count_expired_rows(store: Store, before: str) -> int:
    """How many rows have had their time by a day."""
    counts = (f"select count(*) from {table} where {old}" for table, old in EXPIRY_RULES.items())  # noqa: S608
    return sum(store.connection.execute(query, {"before": before}).fetchone()[0] for query in counts)


def delete_expired_rows(store: Store, before: str) -> int:
    """Delete them; returns how many there were."""
    with store.write_transaction() as db:
        gone = 0
        for table, old in EXPIRY_RULES.items():
            gone += db.execute(f"delete from {table} where {old}", {"before": before}).rowcount  # noqa: S608
        db.execute("delete from posting_text where rowid not in (select id from posting)")
    return gone


def truncate_logs(logs: Path) -> None:
    """Cut what is written to for ever, such as by a scheduler; in place, since it may be open."""
    for path in sorted(logs.glob("*.log")):
        with suppress(OSError), path.open("r+b") as file:
            if path.stat().st_size > LOG_BYTES_LIMIT:
                file.seek(-LOG_BYTES_LIMIT // 2, 2)
                kept = file.read().partition(b"\n")[2]
                file.seek(0)
                file.write(kept)
                file.truncate()
