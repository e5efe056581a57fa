"""What an export holds, whatever its format: people, the works that speak for them, and positions that are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from finder.answers.affiliation_rows import main_affiliation, work_page
from finder.clock import local_day
from finder.outreach.export_cells import scrub_export_data
from finder.outreach.shortlist import ShortlistedPerson, contact_days
from finder.storage import Store

Row = dict[str, Any]


@dataclass(frozen=True)
class ExportDataset:
    """What is exported. All texts are cleaned, and addresses are of the web only.

    Attributes:
        title: what it is about, for a reader.
        as_of: ``YYYY-MM-DD``.
        people: rows as in the contract of ``finder advisors``, with ``entry`` where they are on the shortlist:
            ``number``, ``status``, ``interest``, ``notes``, ``follow_up``, ``starred``, ``last_contact`` and
            ``history``.
        works: ``work_id``, ``title``, ``date``, ``venue``, ``url``, ``type``, ``authors`` (names that may be shown, in
            order), ``n_authors`` and ``by`` (those of the people whose works they are).
        postings: rows as in the contract of ``finder openings``, or the part of it that stands on a person's row.
    """

    title: str
    as_of: str
    people: Sequence[Row]
    works: Sequence[Row]
    postings: Sequence[Row]

    def to_json(self) -> Row:
        """As written to JSON."""
        return {
            "title": self.title,
            "as_of": self.as_of,
            "people": self.people,
            "works": self.works,
            "postings": self.postings,
        }


def dataset_from_rows(store: Store, title: str, as_of: date, rows: Iterable[Mapping[str, Any]]) -> ExportDataset:
    """People of a list, with their works and the postings that name them."""
    people = [dict(row) for row in rows]
    postings = {
        one["url"]: {**one, "hiring_organization": one.get("hiring_organization") or _main_institution(row)}
        for row in people
        for one in row.get("openings") or []
    }
    return _clean_dataset(title, as_of, people, _dataset_works(store, people), list(postings.values()))


def dataset_from_shortlist(store: Store, title: str, as_of: date, listed: Iterable[ShortlistedPerson]) -> ExportDataset:
    """People of the shortlist; those of whom nothing is stored any more stay with what the entry holds."""
    return dataset_from_rows(
        store,
        title,
        as_of,
        [{**(one.row or _unknown_person_row(one)), "entry": _entry_export_row(one, as_of)} for one in listed],
    )


def dataset_from_openings(title: str, as_of: date, rows: Iterable[Mapping[str, Any]]) -> ExportDataset:
    """Open positions alone."""
    return _clean_dataset(title, as_of, [], [], [dict(row) for row in rows])


def _clean_dataset(title: str, as_of: date, people: list[Row], works: list[Row], postings: list[Row]) -> ExportDataset:
    return ExportDataset(*scrub_export_data([title, as_of.isoformat(), people, works, postings]))


def _main_institution(row: Mapping[str, Any]) -> str | None:
    return main_affiliation(row).get("institution")


def _unknown_person_row(one: ShortlistedPerson) -> Row:
    """A person of whom nothing is stored any more."""
    links = dict.fromkeys(("homepage", "orcid", "openalex", "dblp", "scholar", "openreview"))
    return {
        "author_id": one.whose.author_id,
        "name": one.name,
        "band": None,
        "score": None,
        "stage": "unknown",
        "stage_confidence": 0.0,
        "stage_ground": "",
        "current": [],
        "previous": [],
        "moved": None,
        "recruiting": None,
        "newcomer": None,
        "parts": {},
        "matched": 0,
        "works": [],
        "links": links,
        "why": "",
        "evidence": [],
        "says": [],
        "openings": [],
    }


def _entry_export_row(one: ShortlistedPerson, as_of: date) -> Row:
    entry = one.entry
    last = contact_days(entry, as_of)
    return {
        "number": entry.id,
        "status": entry.status,
        "interest": entry.interest,
        "notes": entry.notes,
        "follow_up": entry.follow_up,
        "starred": local_day(entry.starred_at).isoformat(),
        "last_contact": last[-1].isoformat() if last else None,
        "history": [{"day": event.day, "what": event.what, "text": event.text} for event in entry.events],
    }


def _dataset_works(store: Store, people: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The works on people's rows, each once, with their authors."""
    by: dict[str, list[str]] = {}
    for row in people:
        for work in row["works"]:
            by.setdefault(work["work_id"], []).append(row["name"])
    if not by:
        return []
    snapshot = store.snapshots.current_snapshot()
    works = snapshot.load_table("works").lazy().filter(pl.col("work_id").is_in(list(by)))
    named = (
        snapshot.load_table("authorships")
        .lazy()
        .join(works.select("work"), on="work", how="semi")
        .join(snapshot.load_table("authors").lazy().select("author", "name"), on="author")
        .sort("work", "position")
        .group_by("work", maintain_order=True)
        .agg(authors="name")
    )
    columns = ("work_id", "title", "date", "venue", "url", "type", "n_authors", "authors")
    found = works.join(named, on="work", how="left").select(columns).collect()
    rows = {row["work_id"]: row for row in found.iter_rows(named=True)}
    return [
        {
            **rows[id_],
            "date": rows[id_]["date"].isoformat(),
            "url": rows[id_]["url"] or work_page(id_),
            "authors": rows[id_]["authors"] or [],
            "by": names,
        }
        for id_, names in by.items()
        if id_ in rows
    ]
