"""What there is now for a watch, and for the shortlist, gathered from the same answers that both faces show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from finder import answers
from finder.answers import openings
from finder.answers.affiliation_rows import work_page
from finder.answers.query import Query
from finder.authorship import authorship_credit
from finder.features import statements
from finder.outreach import shortlist
from finder.outreach.export_cells import scrub_export_data
from finder.postings.dedupe import page_key
from finder.ranking import evidence_text, text_match
from finder.resolution import affiliation_parser
from finder.results import Advisor, ComparedPerson, Opening
from finder.storage import Snapshot, Store
from finder.storage.watches import opaque_token
from finder.watch.saved_query import widen_query
from finder.watch.watch_state import EVIDENCE, MARKS, OPENINGS, PEOPLE, TOKENS, WORKS, WatchState

MARGIN = 1.5  # times as long as the list is what is known of it: who was just below its end is not new on it
POSITIONS = 200  # at most
WORTHY = 0.5  # fit from which a position is news
KINDS = ("internship", "phd", "postdoc", "research")
SOON = timedelta(days=14)
RECENT = timedelta(days=730)
"""Older works that come in are no news: a source has been completed, nothing was published."""


def capture_watch_state(store: Store, query: Query) -> WatchState:
    """Who is listed for a query, and what is open.

    Raises:
        EmptyStore: the store is empty.
        UsageError: the query cannot be granted as it is.
    """
    rows = answers.find_advisors(store, widen_query(query, MARGIN)).results
    ids = {n: row["author_id"] for n, row in enumerate(rows)}
    people = [_person_row(n, row, query.as_of, here=n < query.top, rank=n + 1) for n, row in enumerate(rows)]
    wanted = openings.OpeningFilter(kinds=KINDS, countries=query.countries, categories=("research",))
    positions = openings.find_openings(store, query.interest, query.as_of, wanted, POSITIONS, "").results
    fitting = [row for row in positions if row["fit"] >= WORTHY and row["level"] != "senior"]
    return WatchState(
        query.as_of.isoformat(),
        store.records.highest_record_id(),
        pl.DataFrame(people, PEOPLE, orient="row"),
        _identity_token_rows(store, ids),
        *_opening_tables(fitting, query.as_of),
        evidence=_evidence_records(store, ids, query.interest, query.as_of),
    )


def capture_shortlist_state(store: Store, as_of: date) -> WatchState:
    """Everybody on the shortlist of whom something is stored, with their works of late."""
    listed = shortlist.load_shortlist(store, as_of)
    rows = {one.entry.id: one.row for one in listed if one.row and one.whose.author is not None}
    people = [_person_row(id_, row, as_of, here=True, rank=n) for n, (id_, row) in enumerate(rows.items(), 1)]
    ids = {id_: row["author_id"] for id_, row in rows.items()}
    return WatchState(
        as_of.isoformat(),
        store.records.highest_record_id(),
        pl.DataFrame(people, PEOPLE, orient="row"),
        _identity_token_rows(store, ids),
        works=_recent_works(store, ids, as_of),
        evidence=_evidence_records(store, ids, "", as_of),
    )


def _person_row(number: int, row: Advisor | ComparedPerson, as_of: date, *, here: bool, rank: int) -> dict[str, object]:
    says, moved, new = row["recruiting"], row["moved"], row["newcomer"]
    if moved and moved["first_seen"] < (as_of - RECENT).isoformat()[: len(moved["first_seen"])]:
        moved = None  # it has been so for years: the store has learned of it, nobody has moved
    facts = {
        "author_id": row["author_id"],
        "name": row["name"],
        "why": row["why"],
        "current": row["current"],
        "recruiting": says,
        "newcomer": new,
        "evidence": row["evidence"],
        "grants": row["grants"],
        "moved": moved,
    }
    return {
        "person": number,
        "seen": as_of.isoformat(),
        "here": here,
        "band": row["band"],
        "score": row["score"],
        "places": sorted({_institution_key(post["institution"]) for post in row["current"]}),
        "polarity": says["polarity"] if says else None,
        "quote": says["quote"] if says else None,
        "page": says["url"] if says else None,
        "moved": _institution_key(moved["to"]) if moved else None,
        "newcomer": _institution_key(new["institution"]) if new else None,
        "works": row["matched"],
        "grants": [one["key"] for one in row["grants"]],
        "rank": rank,
        "facts": _encode_facts(facts),
    }


def _institution_key(name: str) -> str:
    return affiliation_parser.organisation_key(name)


def _encode_facts(value: Any) -> str:
    return json.dumps(scrub_export_data(value), ensure_ascii=False, sort_keys=True, default=str)


def _identity_token_rows(store: Store, ids: Mapping[int, str]) -> pl.DataFrame:
    """All that people are known by: their ids, and their names as printed on each record."""
    if not ids:
        return pl.DataFrame(schema=TOKENS)
    snapshot = store.snapshots.current_snapshot()
    chosen = _author_rows(snapshot, ids)
    borne = chosen.explode("ids", empty_as_null=True).drop_nulls("ids")
    found = [(person, opaque_token(id_)) for person, id_ in borne.select("person", "ids").iter_rows()]
    found += [(person, opaque_token(id_)) for person, id_ in chosen.select("person", "author_id").iter_rows()]
    bylines = (
        snapshot.load_table("sightings")
        .lazy()
        .join(chosen.lazy().select("person", "author"), on="author")
        .join(snapshot.load_table("raw_names").lazy().select("record", "position", "fold"), on=("record", "position"))
        .select("person", "record", "fold")
        .collect()
    )
    keys = store.records.record_keys(bylines["record"].unique().to_list())
    found += [
        (person, opaque_token(*keys[record], fold)) for person, record, fold in bylines.iter_rows() if record in keys
    ]
    return pl.DataFrame(sorted(set(found)), TOKENS, orient="row")


def _author_rows(snapshot: Snapshot, ids: Mapping[int, str]) -> pl.DataFrame:
    wanted = pl.DataFrame({"person": list(ids), "author_id": list(ids.values())})
    return wanted.join(snapshot.load_table("authors").select("author", "author_id", "ids"), on="author_id")


def _opening_tables(rows: Sequence[Opening], as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    day, soon = as_of.isoformat(), (as_of + SOON).isoformat()
    found, marks = [], set()
    for number, row in enumerate(rows):
        deadline = _parse_deadline_day(row["valid_through"])
        warned = deadline is not None and deadline <= soon
        facts = {
            "title": row["title"],
            "hiring_organization": row["hiring_organization"],
            "kind": row["kind"],
            "location": row["location"],
            "valid_through": deadline,
            "url": row["url"],
            "source": row["source"],
            "last_seen": row["last_seen"],
            "why": row["why"],
        }
        found.append(
            {"opening": number, "seen": day, "deadline": deadline, "warned": warned, "facts": _encode_facts(facts)}
        )
        named = (row["hiring_organization"], row["title"], row["location"])
        job = (" ".join(text.casefold().split()) for text in named)
        marks |= {(number, opaque_token("page", page_key(row["url"]))), (number, opaque_token("job", *job))}
    return pl.DataFrame(found, OPENINGS, orient="row"), pl.DataFrame(sorted(marks), MARKS, orient="row")


def _parse_deadline_day(text: str | None) -> str | None:
    """A day of the calendar, which boards do not always name."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None


def _recent_works(store: Store, ids: Mapping[int, str], as_of: date) -> pl.DataFrame:
    """Works of late of some people, each with the first record that told of it."""
    if not ids:
        return pl.DataFrame(schema=WORKS)
    snapshot = store.snapshots.current_snapshot()
    chosen = _author_rows(snapshot, ids).select("person", "author")
    own = (
        snapshot.load_table("authorships")
        .lazy()
        .join(chosen.lazy(), on="author")
        .filter("published", pl.col("date") <= as_of, pl.col("date") >= as_of - RECENT)
        .select("person", "work")
    )
    first = snapshot.load_table("versions").lazy().group_by("work").agg(pl.col("record").min())
    shown = ("work_id", "title", "venue", "url", "sources")
    frame = (
        own.join(first, on="work")
        .join(snapshot.load_table("works").lazy().select("work", "date", *shown), on="work")
        .sort("person", "record")
        .collect()
    )
    rows = []
    for row in frame.iter_rows(named=True):
        url = row["url"] or work_page(row["work_id"])
        facts = _encode_facts({**{key: row[key] for key in shown}, "url": url, "date": row["date"]})
        rows.append((row["person"], row["work_id"], row["record"], row["date"].isoformat(), facts))
    return pl.DataFrame(rows, WORKS, orient="row")


def _evidence_records(store: Store, ids: Mapping[int, str], interest: str, as_of: date) -> pl.DataFrame:
    """All records that tell of some people; works on the interest with how much they say of it, and what they are."""
    if not ids:
        return pl.DataFrame(schema=EVIDENCE)
    snapshot = store.snapshots.current_snapshot()
    chosen = _author_rows(snapshot, ids).select("person", "author")
    own = snapshot.load_table("authorships").lazy().join(chosen.lazy(), on="author").filter(pl.col("date") <= as_of)
    first = snapshot.load_table("versions").lazy().group_by("work").agg(pl.col("record").min())
    printed_ = (
        own.select("person", "work", "position", "n_authors", "corresponding", "alphabetical")
        .join(first, on="work")
        .collect()
    )
    said = statements.load_statements(snapshot, chosen.select("author").unique(), as_of).select("author", "record")
    held = snapshot.load_table("grant_holders").select("author", "record")
    pages = pl.concat([said, held]).join(chosen, on="author").select("person", "record").unique()
    matched = (
        text_match.match_works(store, snapshot, interest, as_of).frame.select("work", "match")
        if interest.strip()
        else None
    )
    if matched is None:
        on_it = printed_.clear().with_columns(weight=pl.lit(0.0), facts=pl.lit(""))
    else:
        on_it = _weigh_evidence(snapshot, printed_.join(matched, on="work"))
    shown = on_it.select("person", "record", "weight", "facts")
    return pl.concat([shown, printed_.select("person", "record"), pages], how="diagonal").cast(EVIDENCE)


def _weigh_evidence(snapshot: Snapshot, own: pl.DataFrame) -> pl.DataFrame:
    """Works on an interest with what is said about each: ``weight`` is its match times their credit."""
    shown = ("title", "venue", "url", "work_id", "sources")
    known = own.join(snapshot.load_table("works").select("work", "date", *shown), on="work")
    facts = [
        _encode_facts(
            {
                **{key: row[key] for key in shown},
                "date": row["date"],
                "url": row["url"] or work_page(row["work_id"]),
                "position": evidence_text.position_label(row["position"], row["n_authors"]),
            }
        )
        for row in known.iter_rows(named=True)
    ]
    credited = nw.from_native(known).with_columns(credit=authorship_credit()).to_native()
    weight = pl.col("match") * pl.col("credit")
    return credited.with_columns(weight=weight, facts=pl.Series(facts, dtype=pl.String))


def person_marks(store: Store, author_id: str) -> tuple[str, ...]:
    """The tokens by which a suppression would name somebody."""
    return tuple(sorted(answers.suppression_tokens(store, author_id)))
