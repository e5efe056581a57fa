"""Whom somebody published with as last author, and who probably advised them, put together for showing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from finder.people import beginners, mentoring
from finder.rank import explain
from finder.store import Snapshot
from finder.views import cards

NOBODY = dict.fromkeys(("students", "recent", "together", "active", "still", "guests"), 0)


def shown(snapshot: Snapshot, author: int, as_of: date) -> dict[str, Any]:
    """The parts ``mentoring`` and ``advised_by`` of somebody's card.

    Returns:
        ``mentoring``: ``summary``, ``students`` and ``guests``, newest first, each with the works that show it;
        ``advised_by``: likeliest first, each with the works that show it, their number and their share.
    """
    one = pl.DataFrame({"author": [author]}, schema={"author": pl.UInt32})
    works, pairs = beginners.pairs(snapshot, as_of, heads=one)
    everybody = pl.concat([one["author"], pairs["author"]]).unique().to_frame()
    people, posts = cards.known(snapshot, everybody, as_of)
    found = mentoring.students(works, pairs, snapshot.table("authorships"), posts, people, as_of)
    advisors = mentoring.advisors(*beginners.pairs(snapshot, as_of, firsts=one))
    names = _names(snapshot, pl.concat([found["author"], advisors["head"]]))
    evidence = _works(snapshot, pl.concat([found["works"], advisors["works"]]))
    rows = [(row["guest"], _student(row, names, evidence)) for row in found.iter_rows(named=True)]
    return {
        "mentoring": {
            "summary": _summary(mentoring.summary(found)),
            "students": [row for guest, row in rows if not guest],
            "guests": [row for guest, row in rows if guest],
        },
        "advised_by": [_advisor(row, names, evidence) for row in advisors.iter_rows(named=True)],
    }


def _student(row: Mapping[str, Any], names: Mapping[int, Any], works: Mapping[int, Any]) -> dict[str, Any]:
    now = {"institution": row["place"], "country": row["country"], "role": row["role"]}
    return {
        **names[row["author"]],
        "joint": row["joint"],
        "first": row["first"].isoformat(),
        "last": row["last"].isoformat(),
        "months_between": _rounded(row["months"]),
        "recent": row["recent"],
        "together": row["together"],
        "active": row["active"],
        "now": {**now, "seen": row["seen"].isoformat()[:7]} if row["place"] else None,
        "still": row["still"],
        "stage": row["stage"] or "unknown",
        "stage_confidence": row["stage_confidence"] or 0.0,
        "went": row["went"],
        "works": [works[work] for work in row["works"]],
    }


def _advisor(row: Mapping[str, Any], names: Mapping[int, Any], works: Mapping[int, Any]) -> dict[str, Any]:
    return {
        **names[row["head"]],
        "count": row["count"],
        "of": row["of"],
        "share": round(row["share"], 2),
        "first": row["first"].isoformat(),
        "last": row["last"].isoformat(),
        "works": [works[work] for work in row["works"]],
    }


def _summary(summed: pl.DataFrame) -> dict[str, Any]:
    """The numbers, and where they went: only kinds that there are, the most usual first."""
    if summed.is_empty():
        return {**NOBODY, "months_between": None, "went": {}}
    row = summed.row(0, named=True)
    went = {kind: row[kind] for kind in mentoring.WENT if row[kind]}
    went = dict(sorted(went.items(), key=lambda item: (item[0] == "unknown", -item[1])))
    return {**{key: row[key] for key in NOBODY}, "months_between": _rounded(row["months"]), "went": went}


def _rounded(months: float | None) -> float | None:
    return None if months is None else round(months, 1)


def _names(snapshot: Snapshot, authors: pl.Series) -> dict[int, dict[str, str]]:
    people = snapshot.table("authors").lazy().select("author", "author_id", "name")
    rows = people.join(authors.unique().to_frame("author").lazy(), on="author", how="semi").collect()
    return {row.pop("author"): row for row in rows.to_dicts()}


def _works(snapshot: Snapshot, lists: pl.Series) -> dict[int, dict[str, Any]]:
    """The works that show something, by number, each with a link."""
    wanted = lists.explode().drop_nulls().unique().to_frame("work").lazy()
    detail = snapshot.table("works").lazy().select("work", "work_id", "title", "date", "venue", "url", "sources")
    rows = detail.join(wanted, on="work", how="semi").collect()
    return {
        row["work"]: {
            "work_id": row["work_id"], "title": row["title"], "date": row["date"].isoformat(), "venue": row["venue"],
            "url": explain.safe(row["url"]) or cards.work_page(row["work_id"]), "source": ", ".join(row["sources"]),
        }
        for row in rows.iter_rows(named=True)
    }  # fmt: skip
