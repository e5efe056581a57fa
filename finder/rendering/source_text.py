"""Where data come from, as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from finder.results import SourceStatus


def render_source_table(rows: Sequence[SourceStatus]) -> str:
    """The state of each source."""
    lines = [f"{'source':<18}{'on':<5}{'key':<13}{'works':>9}{'people':>9}{'spent':>8}{'left':>8}  last run"]
    for row in rows:
        left = "" if row["remaining"] is None else f"{row['remaining']:,.0f}"
        held = f"{row['grants']:,} grants; " if row["grants"] else ""
        last = f"{held}{(row['last_run'] or '')[:16]} {row['state']}".strip()
        lines.append(
            f"{row['source']:<18}{'yes' if row['enabled'] else 'no':<5}{row['key']:<13}{row['works']:>9,}"
            f"{row['people']:>9,}{row['spent_today']:>8,.0f}{left:>8}  {last}"
        )
    return "\n".join(lines)


def render_source_checks(rows: Sequence[Mapping[str, Any]]) -> str:
    """What came of testing sources."""
    lines = []
    for row in rows:
        left = "" if row["remaining"] is None else f" {row['remaining']:,.0f} credits are left today."
        lines.append(f"{row['source']:<18}{row['state']:<16}{row['message']}{left}")
    return "\n".join(lines) or "No source that can be tested is switched on."
