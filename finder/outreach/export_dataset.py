"""What an export holds, whatever its format: people, the works that speak for them, and positions that are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NotRequired, TypedDict

import polars as pl

from finder.answers.affiliation_rows import main_affiliation, work_page
from finder.clock import local_day
from finder.outreach.export_cells import scrub_export_data
from finder.outreach.shortlist import ShortlistedPerson, contact_days
from finder.results import (
    Advisor,
    Affiliation,
    ComparedPerson,
    Evidence,
    Links,
    Located,
    Move,
    NamedOpening,
    NewFaculty,
    Opening,
    PrintedWork,
    RecruitingStatement,
    RunningGrant,
    Statement,
    WorkRef,
)
from finder.storage import Store


class EntryEvent(TypedDict):
    """Something that was done or noted about somebody on the shortlist."""

    day: str
    what: str
    text: str


class ExportedEntry(TypedDict):
    """An entry of the shortlist."""

    number: int
    status: str
    interest: str
    notes: str
    follow_up: str | None
    starred: str
    last_contact: str | None
    history: list[EntryEvent]


class ExportedPerson(Located):
    """A row of people, or what is known of somebody of whom nothing is stored any more."""

    author_id: str | None
    name: str
    band: str | None
    strength: NotRequired[str | None]
    stage: str
    stage_confidence: float
    stage_ground: str
    moved: Move | None
    recruiting: RecruitingStatement | None
    newcomer: NewFaculty | None
    grants: NotRequired[list[RunningGrant]]
    score: float | None
    plus_minus: NotRequired[float]
    current: list[Affiliation]
    previous: list[Affiliation]
    parts: dict[str, float | None]
    matched: int
    works: list[WorkRef]
    links: Links
    why: str
    evidence: list[Evidence]
    says: NotRequired[list[Statement]]
    openings: NotRequired[list[NamedOpening]]
    entry: NotRequired[ExportedEntry]


class ExportedWork(PrintedWork):
    """A work with its authors. ``by``: those of the exported people who wrote it."""

    type: str | None
    n_authors: int | None
    authors: list[str]
    by: list[str]


class ExportedPosting(NamedOpening):
    """An open position, of a list or of a person's row."""

    hiring_organization: str | None
    location: NotRequired[str]
    fit: NotRequired[float]
    why: NotRequired[str]


PersonRow = Advisor | ComparedPerson | ExportedPerson


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
    people: Sequence[ExportedPerson]
    works: Sequence[ExportedWork]
    postings: Sequence[ExportedPosting]

    def to_json(self) -> dict[str, object]:
        """As written to JSON."""
        return {
            "title": self.title,
            "as_of": self.as_of,
            "people": self.people,
            "works": self.works,
            "postings": self.postings,
        }


def dataset_from_rows(store: Store, title: str, as_of: date, rows: Iterable[PersonRow]) -> ExportDataset:
    """People of a list, with their works and the postings that name them."""
    people = list(rows)
    postings: dict[str, ExportedPosting] = {
        one["url"]: {**one, "hiring_organization": _main_institution(row)}
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
        [_shortlisted_person_row(one, as_of) for one in listed],
    )


def dataset_from_openings(title: str, as_of: date, rows: Iterable[Opening]) -> ExportDataset:
    """Open positions alone."""
    return _clean_dataset(title, as_of, [], [], list(rows))


def _clean_dataset(
    title: str,
    as_of: date,
    people: Sequence[PersonRow],
    works: Sequence[ExportedWork],
    postings: Sequence[ExportedPosting | Opening],
) -> ExportDataset:
    return ExportDataset(*scrub_export_data([title, as_of.isoformat(), people, works, postings]))


def _main_institution(row: PersonRow) -> str | None:
    post = main_affiliation(row)
    return post["institution"] if post else None


def _shortlisted_person_row(one: ShortlistedPerson, as_of: date) -> ExportedPerson:
    entry = _entry_export_row(one, as_of)
    if one.row is None:
        return {**_unknown_person_row(one), "entry": entry}
    return {**one.row, "entry": entry}


def _unknown_person_row(one: ShortlistedPerson) -> ExportedPerson:
    """A person of whom nothing is stored any more."""
    links: Links = {
        "homepage": None,
        "orcid": None,
        "openalex": None,
        "dblp": None,
        "scholar": None,
        "openreview": None,
    }
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


def _entry_export_row(one: ShortlistedPerson, as_of: date) -> ExportedEntry:
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


def _dataset_works(store: Store, people: Sequence[PersonRow]) -> list[ExportedWork]:
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
            "work_id": id_,
            "title": row["title"],
            "date": row["date"].isoformat(),
            "venue": row["venue"],
            "url": row["url"] or work_page(id_),
            "type": row["type"],
            "n_authors": row["n_authors"],
            "authors": row["authors"] or [],
            "by": names,
        }
        for id_, names in by.items()
        if (row := rows.get(id_))
    ]
