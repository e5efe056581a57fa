"""Testing a source: one small question through the usual door, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from finder.errors import KeyRefused, NotInPlan, OutOfBudget, SourceBlocked, SourceError, SourceUnreachable
from finder.http import Event, Http, Limits
from finder.settings import Settings
from finder.source import Card, Source
from finder.store import Store

State = Literal["ok", "no key", "key refused", "blocked", "out of budget", "unreachable", "not understood"]

PATIENT = Limits(body=4_000_000, redirects=2, seconds=20.0, tries=1, waiting=0.0, partial_tries=0)
"""One request, however it goes: somebody waits for the outcome."""


@dataclass(frozen=True)
class Outcome:
    """What came of a test.

    Attributes:
        message: what happened, and what to do about it.
        sent: requests that left this machine; none where the source is left alone for a while.
        credits: what they cost, as the source says.
        remaining: of today's allowance, where the source says so.
    """

    source: str
    state: State
    message: str
    sent: int = 0
    credits: float = 0.0
    remaining: float | None = None


async def ask(settings: Settings, store: Store, source: Source, **http: object) -> Outcome:
    """Ask a source its probe. What is kept is no proof that it works today, so it is asked in any case.

    Args:
        http: options of :class:`~finder.http.Http`.
    """
    assert source.probe is not None
    heard: list[Event] = []
    card = replace(source.card, cadence_days=0)
    options: dict[str, object] = {"limits": PATIENT, **http}
    async with Http(settings, store, on_event=heard.append, **options) as door:  # type: ignore[arg-type]
        keyed = door.keyed(card)
        try:
            reply = await door.get(card, source.probe.path, dict(source.probe.params), note="a test")
            count = sum(1 for _ in source.parse(reply))
            state, message = _fine(card, count, keyed=keyed)
        except SourceError as error:
            state, message = _failed(card, error, keyed=keyed)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            why = f"{card.title}'s answer could not be read ({type(error).__name__}). Please report this."
            state, message = "not understood", why
    sent = [event for event in heard if event.kind == "sent"]
    left = [event.remaining for event in sent if event.remaining is not None]
    return Outcome(card.name, state, message, len(sent), sum(e.cost for e in sent), left[-1] if left else None)


def _fine(card: Card, count: int, *, keyed: bool) -> tuple[State, str]:
    with_key = f" with your key for {card.title}" if keyed else " without a key" if card.key_name else ""
    if not count:
        return "not understood", f"{card.title} answered{with_key}, but with nothing in it. Try again later."
    return "ok", f"It answers{with_key}."


def _failed(card: Card, error: SourceError, *, keyed: bool) -> tuple[State, str]:
    match error:
        case OutOfBudget():
            return "out of budget", str(error)
        case KeyRefused():
            return ("key refused" if keyed else "no key"), str(error)
        case SourceBlocked() if card.key_name and not keyed:
            return "no key", f"{error} It may want a key: {card.key_help}"
        case SourceBlocked():
            return "blocked", str(error)
        case SourceUnreachable():
            return "unreachable", str(error)
        case NotInPlan():
            return "key refused", str(error)
    return "not understood", str(error)
