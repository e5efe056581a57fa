"""How each source fares in a run: its counters, whom its records speak for, and what is said of it in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from finder.errors import QuotaExceeded, SourceBlocked, SourceError
from finder.http import HttpEvent
from finder.model import Person, Record, Work
from finder.pagination import PagedLists
from finder.source import Response, Source
from finder.storage.runs import SourceRun

HALF_LIFE = 4.0  # years, for choosing whom to complete
RECENT_YEARS = 2  # years
_CREDIT = {"last": 1.0, "first": 0.7, "middle": 0.2}


@dataclass(frozen=True)
class SourceProgress:
    """How a source stands, for whoever shows it.

    Attributes:
        remaining: of the day's allowance in the source's credits; None where it has none or does not say.
        doing: what happens right now.
    """

    entry: SourceRun
    remaining: float | None = None
    doing: str = ""


Tell = Callable[[SourceProgress], object]


@dataclass
class SourceStats:
    """One source's counters while it is asked.

    Attributes:
        leaders: how much each person's id counts on what came in, by id with scheme.
        places: how much each institution's id counts on the works that came in.
        replies: answers that were read.
        partial: those of them that the source itself called partial.
        unknown: questions that it answered with "not known".
        lost: why each of the other unanswered questions is unanswered, also where the source went on without it.
        failed: what ended it.
        completed: ids whose whole record came in.
        lists: those that came in pages.
        idle: nobody who was found is known by an id of this source, so that there was nothing to ask.
    """

    source: Source
    entry: SourceRun
    tell: Tell
    remaining: float | None = None
    rejected: Counter[str] = field(default_factory=Counter)
    leaders: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)
    replies: int = 0
    partial: int = 0
    unknown: int = 0
    lost: list[str] = field(default_factory=list)
    failed: SourceError | None = None
    idle: bool = False
    completed: list[str] = field(default_factory=list)
    lists: PagedLists = field(default_factory=PagedLists)

    def count_record(self, record: Record, today: date) -> None:
        """Remember whom and which places a work speaks for."""
        if not isinstance(record, Work):
            return
        for counted, values in (
            (self.leaders, _leader_credits(record, today)),
            (self.places, institution_weights(record, today)),
        ):
            for id_, value in values.items():
                counted[id_] = counted.get(id_, 0.0) + value

    def count_response(self, reply: Response) -> None:
        """Count an answer, and what it says about the list that it is a page of."""
        self.replies += 1
        self.partial += not reply.complete
        page = self.source.page(reply) if self.source.page else None
        if page:
            self.lists.record_page(reply.url, page)

    def update_entry(self, doing: str = "", **changes: object) -> None:
        """Change the entry and tell of it."""
        self.entry = replace(self.entry, **changes)  # type: ignore[arg-type]
        self.tell(SourceProgress(self.entry, self.remaining, doing))

    def on_http_event(self, event: HttpEvent) -> None:
        """Count what the network door says about this source."""
        if event.remaining is not None:
            self.remaining = event.remaining
        if event.kind == "sent":
            self.update_entry("asking", calls=self.entry.calls + 1, credits=self.entry.credits + event.cost)
        elif event.kind == "cached":
            self.update_entry("reading what is kept", cached=self.entry.cached + 1)
        elif event.kind in ("waiting", "retry"):
            self.update_entry(f"{event.kind}: {event.detail}" if event.detail else event.kind)
        elif event.unknown:
            self.unknown += 1
        elif event.kind in ("failed", "parked"):
            self.lost.append(event.detail)

    def report_outcome(self) -> None:
        """Say how it went: nothing further is asked."""
        state, message = self._final_state()
        if self.rejected:
            left = "; ".join(f"{count} x {reason}" for reason, count in self.rejected.most_common(3))
            message = f"{message} (left out: {left})".strip()
        self.update_entry("", state=state, message=message, complete=state in DONE)

    def _final_state(self) -> tuple[str, str]:
        failed = self.failed
        if failed:
            some = self.entry.works + self.entry.people + self.entry.grants > 0
            state = "out of budget" if isinstance(failed, QuotaExceeded) else "partial" if some else "failed"
            state = "blocked" if isinstance(failed, SourceBlocked) and not some else state
            more = f" ({len(self.lost)} of its answers could not be had.)" if len(self.lost) > 1 else ""
            return state, f"{failed}{more}"
        if self.partial:
            return "partial", f"the source called {self.partial} of its answers partial"
        if short := self.lists.find_incomplete():
            whose = (
                "a list ended before its own count"
                if len(short) == 1
                else (f"{len(short)} lists ended before their own counts")
            )
            here, total = sum(one.here for one in short), sum(one.total for one in short)
            return "partial", f"{whose}: {here:,} of {total:,} came"
        if self.lost:
            return "partial", f"{len(self.lost)} of its answers could not be had; the first: {self.lost[0]}"
        if self.idle:
            return "not asked", f"nobody who was found is known by an id of {self.source.card.title}"
        if self.unknown and not self.replies:
            return "complete", f"it knows none of the {self.unknown} it was asked for"
        return "complete", ""


DONE = ("complete", "not asked")  # states in which a source has no more to give


def overall_state(entries: Iterable[SourceRun]) -> str:
    """The state of a run whose sources fared so."""
    states = [entry.state for entry in entries]
    if all(state in DONE for state in states):
        return "complete"
    return "failed" if all(state in ("failed", "blocked", "not asked") for state in states) else "partial"


def _leader_credits(work: Work, today: date) -> dict[str, float]:
    """What a work says about who leads on its topic: by position and age, for every id that a name bears."""
    age = max(0.0, today.year + today.month / 12 - int(work.date[:4]))
    fresh_ = 0.5 ** (age / HALF_LIFE)
    last = len(work.authorships) - 1
    found = {}
    for position, authorship in enumerate(work.authorships):
        leads = position == last or authorship.corresponding
        place = "last" if leads and position else "first" if position == 0 else "middle"
        found.update(dict.fromkeys(authorship.ids, _CREDIT[place] * fresh_))
    return found


def institution_weights(record: Work | Person, today: date) -> dict[str, float]:
    """Institutions that a record names by id: those where somebody is lately count most."""
    if isinstance(record, Work):
        year = int(record.date[:4])
        years = {at.id: year for authorship in record.authorships for at in authorship.affiliations if at.id}
    else:
        years = {at.id: at.until or today.year for at in record.affiliations if at.id}
    return {id_: 1.0 if year >= today.year - RECENT_YEARS else 0.1 for id_, year in years.items()}


def rank_scheme_ids(counted: Mapping[str, float], scheme: str) -> list[str]:
    """Ids of a scheme, those that count most first."""
    own = [id_ for id_ in counted if id_.startswith(f"{scheme}:")]
    return sorted(own, key=lambda id_: (-round(counted[id_], 6), id_))


def max_weight_by_id(each: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """How much each id counts by the source that makes most of it."""
    most: dict[str, float] = {}
    for leaders in each:
        for id_, value in leaders.items():
            most[id_] = max(value, most.get(id_, 0.0))  # two sources may tell of the same works
    return most
