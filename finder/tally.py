"""How each source fares in a run: its counters, what it failed at, and what is said about it in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from finder.errors import OutOfBudget, SourceBlocked, SourceError
from finder.http import Event
from finder.source import Source
from finder.store.runs import SourceRun


@dataclass(frozen=True)
class Progress:
    """How a source stands, for whoever shows it.

    Attributes:
        remaining: of the day's allowance in the source's credits; None where it has none or does not say.
        doing: what happens right now.
    """

    entry: SourceRun
    remaining: float | None = None
    doing: str = ""


Tell = Callable[[Progress], object]


@dataclass
class Tally:
    """One source's counters while it is asked.

    Attributes:
        leaders: how much each id counts on what came in, by id with scheme.
        replies: answers that were read.
        partial: those of them that the source itself called partial.
        unknown: questions that it answered with "not known".
        lost: why each of the other unanswered questions is unanswered, also where the source went on without it.
        failed: what ended it.
        idle: nobody who was found is known by an id of this source, so that there was nothing to ask.
    """

    source: Source
    entry: SourceRun
    tell: Tell
    remaining: float | None = None
    rejected: Counter[str] = field(default_factory=Counter)
    leaders: dict[str, float] = field(default_factory=dict)
    replies: int = 0
    partial: int = 0
    unknown: int = 0
    lost: list[str] = field(default_factory=list)
    failed: SourceError | None = None
    idle: bool = False

    def update(self, doing: str = "", **changes: object) -> None:
        """Change the entry and tell of it."""
        self.entry = replace(self.entry, **changes)  # type: ignore[arg-type]
        self.tell(Progress(self.entry, self.remaining, doing))

    def heard(self, event: Event) -> None:
        """Count what the network door says about this source."""
        if event.remaining is not None:
            self.remaining = event.remaining
        if event.kind == "sent":
            self.update("asking", calls=self.entry.calls + 1, credits=self.entry.credits + event.cost)
        elif event.kind == "cached":
            self.update("reading what is kept", cached=self.entry.cached + 1)
        elif event.kind in ("waiting", "retry"):
            self.update(f"{event.kind}: {event.detail}" if event.detail else event.kind)
        elif event.unknown:
            self.unknown += 1
        elif event.kind in ("failed", "parked"):
            self.lost.append(event.detail)

    def close(self) -> None:
        """Say how it went: nothing further is asked."""
        state, message = self._outcome()
        if self.rejected:
            left = "; ".join(f"{count} x {reason}" for reason, count in self.rejected.most_common(3))
            message = f"{message} (left out: {left})".strip()
        self.update("", state=state, message=message, complete=state in DONE)

    def _outcome(self) -> tuple[str, str]:
        failed = self.failed
        if failed:
            some = self.entry.works + self.entry.people > 0
            state = "out of budget" if isinstance(failed, OutOfBudget) else "partial" if some else "failed"
            state = "blocked" if isinstance(failed, SourceBlocked) and not some else state
            more = f" ({len(self.lost)} of its answers could not be had.)" if len(self.lost) > 1 else ""
            return state, f"{failed}{more}"
        if self.partial:
            return "partial", f"the source called {self.partial} of its answers partial"
        if self.lost:
            return "partial", f"{len(self.lost)} of its answers could not be had; the first: {self.lost[0]}"
        if self.idle:
            return "not asked", f"nobody who was found is known by an id of {self.source.card.title}"
        if self.unknown and not self.replies:
            return "complete", f"it knows none of the {self.unknown} it was asked for"
        return "complete", ""


DONE = ("complete", "not asked")  # states in which a source has no more to give


def overall(entries: Iterable[SourceRun]) -> str:
    """The state of a run whose sources fared so."""
    states = [entry.state for entry in entries]
    if all(state in DONE for state in states):
        return "complete"
    return "failed" if all(state in ("failed", "blocked", "not asked") for state in states) else "partial"
