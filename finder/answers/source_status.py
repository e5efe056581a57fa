"""Where data come from: each known source with its state, key, budget and last runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from finder.api_keys import key_withheld_reason, source_api_key
from finder.results import SourceRunStatus, SourceStatus, SourceTest
from finder.settings import Settings, key_origin
from finder.source import Parsed, Response, Source, SourceInfo
from finder.storage import Store
from finder.storage.runs import Run, SourceRun

RUNS = 5  # of each source that are told


def source_status_rows(
    store: Store, settings: Settings, known: Mapping[str, Source], now: datetime
) -> list[SourceStatus]:
    """All known sources, and whatever else records are from: those switched on first, then by name."""
    counts = store.records.count_by_source()
    strange = {name: Source(_unknown_source_info(name), _parse_no_records) for name, _ in counts if name not in known}
    all_ = {**known, **strange}.values()
    rows = [_source_status_row(store, settings, source, counts, now.astimezone(UTC)) for source in all_]
    return sorted(rows, key=lambda row: (not row["enabled"], row["source"]))


def _unknown_source_info(name: str) -> SourceInfo:
    adds = "Stored by another version of the finder; this one does not know it."
    return SourceInfo(name, name, "", "", "", pace=1, default_on=False, adds=adds)


def _parse_no_records(_: Response) -> Iterator[Parsed]:
    return iter(())


def _source_status_row(
    store: Store, settings: Settings, source: Source, counts: Mapping[tuple[str, str], int], now: datetime
) -> SourceStatus:
    card = source.card
    runs = store.runs.runs_of_source(card.name, RUNS)
    parked = store.budgets.active_suspension(card.name, now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    last = runs[0][1] if runs else None
    kept = bool(card.key_name and settings.keys.get(card.key_name))
    budget = store.budgets.get(card.name, now.date().isoformat())
    usual = float(card.credits[source_api_key(settings, card) is not None]) if card.credits else None
    return {
        "source": card.name,
        "title": card.title,
        "adds": card.adds,
        "home": card.home,
        "terms": card.terms,
        "enabled": settings.is_source_enabled(card.name, card.default_on),
        "state": f"parked until {parked[0]}: {parked[1]}" if parked else last.state if last else "never asked",
        "works": counts.get((card.name, "work"), 0),
        "people": counts.get((card.name, "person"), 0),
        "grants": counts.get((card.name, "grant"), 0),
        "key": "none needed" if card.key_name is None else "set" if kept else "not set",
        "key_name": card.key_name,
        "key_from": key_origin(card.key_name) if card.key_name and kept else None,
        "key_help": key_withheld_reason(settings, card) or card.key_help,
        "spent_today": budget.spent,
        "allowance": usual if budget.allowance is None else budget.allowance,
        "remaining": budget.remaining,
        "last_run": _source_run_time(runs[0][0]) if runs else None,
        "message": last.message if last else "",
        "runs": [_source_run_row(run, entry) for run, entry in runs],
        "test": _source_check_plan(source, settings),
    }


def _source_check_plan(source: Source, settings: Settings) -> SourceTest | None:
    """What a test would ask, and what it costs; None where there is nothing to ask but about somebody."""
    if source.probe is None:
        return None
    url = settings.source_url(source.card.name, source.card.base) + source.probe.path
    return {"url": url, "credits": source.probe.credits}


def _source_run_row(run: Run, entry: SourceRun) -> SourceRunStatus:
    return {
        "at": _source_run_time(run),
        "kind": run.kind,
        "interest": run.interest,
        "state": entry.state,
        "works": entry.works,
        "people": entry.people,
        "grants": entry.grants,
        "calls": entry.calls,
        "credits": entry.credits,
        "message": entry.message,
    }


def _source_run_time(run: Run) -> str:
    return run.ended_at or run.started_at
