"""States in a line or two each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from finder.watch.watch_state import EVIDENCE, MARKS, OPENINGS, PEOPLE, TOKENS, WORKS, WatchState

DAY = "2026-11-22"


def somebody(*tokens: str, **more: Any) -> dict[str, Any]:
    """A person who is known by these tokens, with a work on the interest in the record ``paper``."""
    row = {
        "seen": DAY,
        "here": True,
        "band": "B",
        "score": 0.5,
        "places": ["nirgendwo"],
        "polarity": None,
        "quote": None,
        "page": None,
        "moved": None,
        "newcomer": None,
        "works": 2,
        "paper": 101,
        "grants": [],
        "tokens": tokens or ("t1",),
        **more,
    }
    evidence = [{"claim": "last author of “Owls”", "source": "test", "url": "https://a.example", "date": DAY}]
    facts = {
        "author_id": f"id:{row['tokens'][0]}",
        "name": f"Name of {row['tokens'][0]}",
        "why": "2 works.",
        "current": [{"institution": "Nirgendwo", "unit": None, "country": "DE"}],
        "recruiting": None,
        "newcomer": {"institution": "Ailleurs", "since": "2026", "evidence": None},
        "moved": {"from": "Nirgendwo", "to": "Ailleurs", "first_seen": "2026-10", "evidence": None},
        "evidence": evidence,
        "grants": [_grant(key) for key in row["grants"] or ()],
    }
    return {**row, "facts": json.dumps(facts)}


def _grant(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": f"Grant {key}",
        "funder": "Funds",
        "start": "2027-01-01",
        "end": "2030-12-31",
        "begins": True,
        "on_topic": True,
        "amount": None,
        "currency": None,
        "lead": True,
        "ground": "orcid",
        "source": "test",
        "url": "https://grants.example",
    }


def position(*tokens: str, deadline: str | None = None, warned: bool = False) -> dict[str, Any]:
    """An open position that is known by these tokens."""
    facts = {
        "title": f"PhD on {tokens[0]}",
        "hiring_organization": "Acme",
        "kind": "phd",
        "location": "Berlin",
        "valid_through": deadline,
        "url": f"https://acme.example/{tokens[0]}",
        "source": "lever",
        "last_seen": DAY,
        "why": "",
    }
    return {"seen": DAY, "deadline": deadline, "warned": warned, "tokens": tokens, "facts": json.dumps(facts)}


def state(
    *people: Mapping[str, Any],
    openings: Sequence[Mapping[str, Any]] = (),
    works: Sequence[tuple[int, int]] = (),
    day: str = DAY,
    last: int = 100,
) -> WatchState:
    """A state of these people and positions; works are pairs of a person's number and a record."""
    rows = [{**one, "person": number, "rank": number + 1} for number, one in enumerate(people)]
    jobs = [{**one, "opening": number} for number, one in enumerate(openings)]
    read = {"work_id": "w", "title": "On owls", "venue": "OWL", "url": None, "sources": ["test"], "date": day}
    paper = {**read, "title": "On owls at night", "position": "last"}
    told = [(n, one["paper"], 1.0, json.dumps(paper)) for n, one in enumerate(people) if one["paper"]]
    return WatchState(
        day,
        last,
        _frame(rows, PEOPLE),
        _tokens(rows, "person", TOKENS),
        _frame(jobs, OPENINGS),
        _tokens(jobs, "opening", MARKS),
        pl.DataFrame([(p, f"w{r}", r, day, json.dumps(read)) for p, r in works], WORKS, orient="row"),
        pl.DataFrame(told, EVIDENCE, orient="row"),
    )


def _frame(rows: Sequence[Mapping[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema, orient="row")


def _tokens(rows: Sequence[Mapping[str, Any]], number: str, schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame([(row[number], token) for row in rows for token in row["tokens"]], schema, orient="row")
