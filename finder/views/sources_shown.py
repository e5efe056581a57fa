"""Where data come from: each known source with its state, key, budget and last runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from finder.keys import key_for, withheld
from finder.settings import Settings, key_origin
from finder.source import Card, Parsed, Reply, Source
from finder.store import Store
from finder.store.runs import Run, SourceRun

RUNS = 5  # of each source that are told


def sources(store: Store, settings: Settings, known: Mapping[str, Source], now: datetime) -> list[dict[str, Any]]:
    """All known sources, and whatever else records are from: those switched on first, then by name."""
    counts = store.records.counts()
    strange = {name: Source(_unknown(name), _nothing) for name, _ in counts if name not in known}
    all_ = {**known, **strange}.values()
    rows = [_row(store, settings, source, counts, now.astimezone(UTC)) for source in all_]
    return sorted(rows, key=lambda row: (not row["enabled"], row["source"]))


def _unknown(name: str) -> Card:
    adds = "Stored by another version of the finder; this one does not know it."
    return Card(name, name, "", "", "", pace=1, default_on=False, adds=adds)


def _nothing(_: Reply) -> Iterator[Parsed]:
    return iter(())


def _row(
    store: Store, settings: Settings, source: Source, counts: Mapping[tuple[str, str], int], now: datetime
) -> dict[str, Any]:
    card = source.card
    runs = store.runs.of(card.name, RUNS)
    parked = store.budgets.parked(card.name, now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    last = runs[0][1] if runs else None
    return {
        "source": card.name,
        "title": card.title,
        "adds": card.adds,
        "home": card.home,
        "terms": card.terms,
        "enabled": settings.enabled(card.name, card.default_on),
        "state": f"parked until {parked[0]}: {parked[1]}" if parked else last.state if last else "never asked",
        "works": counts.get((card.name, "work"), 0),
        "people": counts.get((card.name, "person"), 0),
        **_key(card, settings),
        **_budget(store, card, settings, now),
        "last_run": _when(runs[0][0]) if runs else None,
        "message": last.message if last else "",
        "runs": [_told(run, entry) for run, entry in runs],
        "test": _test(source, settings),
    }


def _key(card: Card, settings: Settings) -> dict[str, Any]:
    kept = bool(card.key_name and settings.keys.get(card.key_name))
    return {
        "key": "none needed" if card.key_name is None else "set" if kept else "not set",
        "key_name": card.key_name,
        "key_from": key_origin(card.key_name) if card.key_name and kept else None,
        "key_help": withheld(settings, card) or card.key_help,
    }


def _budget(store: Store, card: Card, settings: Settings, now: datetime) -> dict[str, Any]:
    budget = store.budgets.get(card.name, now.date().isoformat())
    keyed = key_for(settings, card) is not None
    usual = float(card.credits[keyed]) if card.credits else None
    allowance = usual if budget.allowance is None else budget.allowance
    return {"spent_today": budget.spent, "allowance": allowance, "remaining": budget.remaining}


def _test(source: Source, settings: Settings) -> dict[str, Any] | None:
    """What a test would ask, and what it costs; None where there is nothing to ask but about somebody."""
    if source.probe is None:
        return None
    url = settings.url(source.card.name, source.card.base) + source.probe.path
    return {"url": url, "credits": source.probe.credits}


def _told(run: Run, entry: SourceRun) -> dict[str, Any]:
    return {
        "at": _when(run), "kind": run.kind, "interest": run.interest, "state": entry.state, "works": entry.works,
        "people": entry.people, "calls": entry.calls, "credits": entry.credits, "message": entry.message,
    }  # fmt: skip


def _when(run: Run) -> str:
    return run.ended_at or run.started_at
