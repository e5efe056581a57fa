"""Refreshing at set times: the entries that this machine's own schedulers read, and a loop for where there is none."""

from __future__ import annotations

from finder.scheduling.plan import SchedulePlan, parse_at, parse_every

__all__ = ["SchedulePlan", "parse_at", "parse_every"]
