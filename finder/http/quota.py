"""A source's daily allowance: read from its answers, kept in the store, asked for before each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from finder.errors import QuotaExceeded, SourceBlocked
from finder.http.response_policy import (
    LONGEST,
    RawResponse,
    finite_number,
    format_duration,
    is_rate_limited,
    quota_message,
)
from finder.source import SourceInfo
from finder.storage import Store
from finder.storage.budgets import Budget

KEYLESS = "used up without a key"
KEYED = "used up"


def format_utc_stamp(moment: datetime) -> str:
    """ISO time in UTC, to the second; such stamps sort as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_until_midnight(now: datetime) -> float:
    """Seconds until the UTC day ends, which is when allowances begin anew where a source does not say."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=1) - now).total_seconds()


class SourceQuota:
    """Verbs over the budgets of a store, for one card at a time."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._budgets = store.budgets
        self._clock = clock

    def quota_today(self, card: SourceInfo, *, keyed: bool) -> Budget:
        """Today's budget as known now."""
        now = format_utc_stamp(self._clock())
        budget = self._budgets.get(card.name, now[:10])
        if budget.allowance is None and card.credits:
            budget = replace(budget, allowance=float(card.credits[keyed]))
        until, reason = self._budgets.active_suspension(card.name, now) or (None, "")
        return replace(budget, parked_until=until, reason=reason)

    def check_quota(self, card: SourceInfo, url: str, *, keyed: bool) -> None:
        """Pass, or stop before anything is sent.

        Raises:
            QuotaExceeded: the day's allowance is used up.
            SourceBlocked: it has refused us, and is left alone for a while.
        """
        parked = self._budgets.active_suspension(card.name, format_utc_stamp(self._clock()))
        if parked is None:
            return
        until, reason = parked
        if keyed and reason == KEYLESS:
            self._budgets.clear_suspension(card.name)  # the key was set since, and has an allowance of its own
            return
        left = (datetime.fromisoformat(until) - self._clock()).total_seconds()
        if reason not in (KEYED, KEYLESS):
            raise SourceBlocked(
                f"{card.title} is left alone, as {reason}. It is asked again in {format_duration(left)}.", url
            )
        raise self.quota_error(card, url, left, keyed=keyed)

    def quota_error(self, card: SourceInfo, url: str, seconds: float, *, keyed: bool) -> QuotaExceeded:
        """The error, with when to come back."""
        message = f"{quota_message(card, keyed=keyed)} It is asked again in {format_duration(seconds)}."
        return QuotaExceeded(message, url, max(1, round(seconds)))

    def record_cost(self, card: SourceInfo, answer: RawResponse, *, keyed: bool) -> tuple[float, float | None]:
        """Write down what an answer says it cost; ``(cost, remaining)``. An empty purse parks the source."""
        if card.credit_headers is None or is_rate_limited(answer, self._clock()):
            return 0.0, None
        limit, remaining, cost, reset = (
            finite_number(answer.headers.get(name.lower())) for name in card.credit_headers
        )
        if limit is None and remaining is None and cost is None:
            return 0.0, None
        self._budgets.record_spending(card.name, format_utc_stamp(self._clock())[:10], cost or 0.0, limit, remaining)
        if remaining is not None and remaining < 1:
            self.pause_source(card, reset, keyed=keyed)
        return cost or 0.0, remaining

    def pause_source(self, card: SourceInfo, seconds: float | None, *, keyed: bool) -> float:
        """Leave a source alone for so long, or until midnight UTC; returns the seconds."""
        now = self._clock()
        wait = min(seconds or seconds_until_midnight(now), LONGEST)
        until = format_utc_stamp(
            now + timedelta(seconds=wait + 1)
        )  # stamps are cut to the second: rather late than early
        reason = KEYED if keyed or not card.key_name else KEYLESS
        self._budgets.record_suspension(card.name, format_utc_stamp(now)[:10], until, reason)
        return wait
