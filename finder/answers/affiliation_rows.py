"""Where people are and were, at which stage, and what they say, each with the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

import polars as pl

from finder.features import affiliation_history, author_summaries, statements
from finder.ranking import evidence_text
from finder.results import Affiliation, AffiliationRecord, Move, NewFaculty, RecruitingStatement, StageSource
from finder.storage import Snapshot, Store


class PlacedPerson(TypedDict):
    """Somebody at a stage, with where they are now."""

    stage: str
    current: list[Affiliation]


def main_affiliation(row: PlacedPerson) -> Affiliation | None:
    """The post by which somebody is found where one place is asked for; None where none is known.

    That of a professor is the chair at a university, not a company beside it: there one is enrolled.
    """
    current = row["current"]
    held = [post for post in current if "prof" in (post.get("role") or "").casefold()]
    if not held and "faculty" in row["stage"]:
        held = [post for post in current if post.get("kind") == "education"]
    chosen = [post for post in held if post.get("kind") in ("education", None)] or held
    return next(iter(chosen or current), None)


def affiliations_by_author(store: Store, posts: pl.DataFrame, as_of: date) -> dict[int, list[AffiliationRecord]]:
    """Each author's posts, one per institution and role, newest first, each with the record that shows it.

    ``old`` is a current post, the newest that is known, that nothing has shown of late.
    """
    urls = record_pages(store, posts["record"].unique().to_list())
    found: dict[int, list[AffiliationRecord]] = {}
    for row in posts.with_columns(old=affiliation_history.is_stale(as_of)).iter_rows(named=True):
        found.setdefault(row["author"], []).append(
            {
                "institution": row["name"],
                "institution_id": row["institution_id"],
                "unit": row["unit"],
                "country": row["country"],
                "kind": row["kind"],
                "role": row["role"],
                "since": row["since"] or row["first"].isoformat()[:7],
                "until": row["last"].isoformat()[:7],
                "count": row["count"],
                "current": row["current"],
                "old": row["old"],
                "stated": row["stated"],
                "source": row["source"],
                "url": urls.get(row["record"]),
            }
        )
    return {author: _merge_roles_by_place(rows_) for author, rows_ in found.items()}


def _merge_roles_by_place(posts: list[AffiliationRecord]) -> list[AffiliationRecord]:
    """A place that works show without a role says nothing new beside a stated role there at the same time."""
    stated = {(post["institution_id"], post["current"]) for post in posts if post["role"]}
    held_now = {institution for institution, current in stated if current}
    kept = [
        p
        for p in posts
        if p["role"] or (p["institution_id"] not in held_now and (p["institution_id"], p["current"]) not in stated)
    ]
    for post in kept:
        same = [p for p in posts if p["institution_id"] == post["institution_id"] and p["current"] == post["current"]]
        post["unit"] = post["unit"] or next((p["unit"] for p in same if p["unit"]), None)
        if not post["stated"] or len([p for p in kept if p["institution_id"] == post["institution_id"]]) == 1:
            post["since"] = min(p["since"] for p in same)
    return kept


def moves_by_author(
    store: Store,
    snapshot: Snapshot,
    posts: pl.DataFrame,
    said: pl.DataFrame,
    places: Mapping[int, list[AffiliationRecord]],
    as_of: date,
) -> dict[int, Move]:
    """Who has moved, or says to be about to, in the contract's shape."""
    return {**_moves_from_records(store, snapshot, posts, as_of), **_moves_from_statements(said, places)}


def stage_sources(store: Store, people: pl.DataFrame, posts: pl.DataFrame) -> dict[int, StageSource]:
    """The record that states somebody's stage: its page, source and until when it shows a post.

    Nothing where the record as a whole suggests a stage.
    """
    told = people.filter(pl.col("stage_record").is_not_null()).select("author", "stage_record")
    until = posts.group_by("author", stage_record="record").agg(pl.col("last").max())
    told = told.join(until, on=("author", "stage_record"), how="left")
    pages = store.records.record_links(told["stage_record"].unique().to_list())
    urls = record_pages(store, told["stage_record"].unique().to_list())
    return {
        author: {
            "url": urls.get(record),
            "source": pages[record][0],
            "date": last.isoformat()[:7] if last else None,
        }
        for author, record, last in told.iter_rows()
        if record in pages
    }


def _moves_from_records(store: Store, snapshot: Snapshot, posts: pl.DataFrame, as_of: date) -> dict[int, Move]:
    moved = author_summaries.find_moves(snapshot, posts, as_of)
    urls = record_pages(store, moved["evidence"].to_list())
    return {
        row["author"]: {
            "from": row["from_name"],
            "to": row["to_name"],
            "first_seen": row["since"] or row["first_seen"].isoformat()[:7],
            "after": row["after"].isoformat()[:7] if row["after"] else None,
            "evidence": urls.get(row["evidence"]),
            "source": row["source"],
        }
        for row in moved.iter_rows(named=True)
    }


def newcomers_by_author(
    store: Store, snapshot: Snapshot, posts: pl.DataFrame, people: pl.DataFrame, as_of: date
) -> dict[int, NewFaculty]:
    """Who has become a professor lately, in the contract's shape."""
    found = author_summaries.find_new_faculty(snapshot, posts, people, as_of)
    urls = record_pages(store, found["evidence"].to_list())
    return {
        row["author"]: {
            "institution": row["institution"],
            "since": row["since"],
            "after": row["after"],
            "source": row["source"],
            "evidence": urls.get(row["evidence"]),
        }
        for row in found.iter_rows(named=True)
    }


def recruiting_by_author(recruiting: pl.DataFrame) -> dict[int, RecruitingStatement]:
    """Who says what about taking people on, in the contract's shape."""
    return {
        row["author"]: {
            "polarity": row["polarity"],
            "quote": row["quote"],
            "url": row["url"],
            "date": row["date"],
            "age": row["age"],
            "source": row["source"],
            "seen": row["seen"].isoformat(),
        }
        for row in recruiting.iter_rows(named=True)
    }


def _moves_from_statements(said: pl.DataFrame, places: Mapping[int, list[AffiliationRecord]]) -> dict[int, Move]:
    """Moves to a place that no record shows yet: somebody's own word is ahead of any."""
    now = {author: [p["institution"] for p in posts if p["current"]] for author, posts in places.items()}
    return {
        row["author"]: {
            "from": next(iter(now.get(row["author"], [])), None),
            "to": row["institution"],
            "first_seen": row["date"] or row["seen"].isoformat()[:7],
            "after": None,
            "evidence": row["url"],
            "source": f"“{row['quote']}” ({row['source']})",
        }
        for row in statements.joining_announcements(said).iter_rows(named=True)
        if row["institution"].lower() not in map(str.lower, now.get(row["author"], []))
    }


def record_pages(store: Store, records: list[int]) -> dict[int, str | None]:
    """A page for each record, from its own URL or ids."""
    pages: dict[int, str | None] = {}
    for id_, (_, source_id, url) in store.records.record_links(records).items():
        pages[id_] = (
            evidence_text.registry_profile_url(source_id) or evidence_text.http_url_or_none(url) or work_page(source_id)
        )
    return pages


def work_page(work_id: str) -> str | None:
    """Where a work can be read about, from its id."""
    scheme, _, value = work_id.partition(":")
    pages = {"doi": "https://doi.org/{}", "arxiv": "https://arxiv.org/abs/{}", "openalex": "https://openalex.org/{}"}
    return pages[scheme].format(value) if scheme in pages else None
