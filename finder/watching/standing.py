"""What there is now for a watch, and for the shortlist, gathered from the same answers that both faces show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from finder import views
from finder.authorship import authorship_credit
from finder.outreach import shortlist
from finder.outreach.texts import scrubbed
from finder.people import statements
from finder.postings.same import page_key
from finder.rank import explain, match
from finder.resolve import printed
from finder.store import Snapshot, Store
from finder.store.watches import hashed
from finder.views import openings
from finder.views.places import work_page
from finder.views.wishes import Wish
from finder.watching.states import EVIDENCE, MARKS, OPENINGS, PEOPLE, TOKENS, WORKS, State
from finder.watching.wishes import widened

MARGIN = 1.5  # times as long as the list is what is known of it: who was just below its end is not new on it
POSITIONS = 200  # at most
WORTHY = 0.5  # fit from which a position is news
KINDS = ("internship", "phd", "postdoc", "research")
SOON = timedelta(days=14)
RECENT = timedelta(days=730)
"""Older works that come in are no news: a source has been completed, nothing was published."""

Row = Mapping[str, Any]


def of_watch(store: Store, wish: Wish) -> State:
    """Who is listed for a wish, and what is open.

    Raises:
        NothingCollected: the store is empty.
        UsageError: the wish cannot be granted as it is.
    """
    rows = views.advisors(store, widened(wish, MARGIN)).results
    ids = {n: row["author_id"] for n, row in enumerate(rows)}
    people = [_person(n, row, wish.as_of, here=n < wish.top, rank=n + 1) for n, row in enumerate(rows)]
    wanted = openings.Filter(kinds=KINDS, countries=wish.countries, categories=("research",))
    positions = openings.openings(store, wish.interest, wish.as_of, wanted, POSITIONS, "").results
    fitting = [row for row in positions if row["fit"] >= WORTHY and row["level"] != "senior"]
    return State(
        wish.as_of.isoformat(), store.records.last(), pl.DataFrame(people, PEOPLE, orient="row"), _tokens(store, ids),
        *_openings(fitting, wish.as_of), evidence=_evidence(store, ids, wish.interest, wish.as_of),
    )  # fmt: skip


def of_shortlist(store: Store, as_of: date) -> State:
    """Everybody on the shortlist of whom something is stored, with their works of late."""
    listed = [one for one in shortlist.listed(store, as_of) if one.row and one.whose.author is not None]
    people = [_person(one.entry.id, one.row or {}, as_of, here=True, rank=n + 1) for n, one in enumerate(listed)]
    ids = {one.entry.id: one.row["author_id"] for one in listed if one.row}
    return State(
        as_of.isoformat(), store.records.last(), pl.DataFrame(people, PEOPLE, orient="row"),
        _tokens(store, ids), works=_works(store, ids, as_of), evidence=_evidence(store, ids, "", as_of),
    )  # fmt: skip


def _person(number: int, row: Row, as_of: date, *, here: bool, rank: int) -> dict[str, Any]:
    says, moved, new = row["recruiting"], row["moved"], row["newcomer"]
    if moved and moved["first_seen"] < (as_of - RECENT).isoformat()[: len(moved["first_seen"])]:
        moved = None  # it has been so for years: the store has learned of it, nobody has moved
    facts = {key: row[key] for key in ("author_id", "name", "why", "current", "recruiting", "newcomer", "evidence")}
    return {
        "person": number, "seen": as_of.isoformat(), "here": here, "band": row["band"], "score": row["score"],
        "places": sorted({_place(post["institution"]) for post in row["current"]}),
        "polarity": says["polarity"] if says else None,
        "quote": says["quote"] if says else None, "page": says["url"] if says else None,
        "moved": _place(moved["to"]) if moved else None, "newcomer": _place(new["institution"]) if new else None,
        "works": row["matched"], "rank": rank, "facts": _json({**facts, "moved": moved}),
    }  # fmt: skip


def _place(name: str) -> str:
    return printed.key(name)


def _json(value: Any) -> str:
    return json.dumps(scrubbed(value), ensure_ascii=False, sort_keys=True, default=str)


def _tokens(store: Store, ids: Mapping[int, str]) -> pl.DataFrame:
    """All that people are known by: their ids, and their names as printed on each record."""
    if not ids:
        return pl.DataFrame(schema=TOKENS)
    snapshot = store.snapshots.current()
    chosen = _authors(snapshot, ids)
    borne = chosen.explode("ids", empty_as_null=True).drop_nulls("ids")
    found = [(person, hashed(id_)) for person, id_ in borne.select("person", "ids").iter_rows()]
    found += [(person, hashed(id_)) for person, id_ in chosen.select("person", "author_id").iter_rows()]
    bylines = (
        snapshot.table("sightings").lazy().join(chosen.lazy().select("person", "author"), on="author")
        .join(snapshot.table("raw_names").lazy().select("record", "position", "fold"), on=("record", "position"))
        .select("person", "record", "fold").collect()
    )  # fmt: skip
    keys = store.records.keys(bylines["record"].unique().to_list())
    found += [(person, hashed(*keys[record], fold)) for person, record, fold in bylines.iter_rows() if record in keys]
    return pl.DataFrame(sorted(set(found)), TOKENS, orient="row")


def _authors(snapshot: Snapshot, ids: Mapping[int, str]) -> pl.DataFrame:
    wanted = pl.DataFrame({"person": list(ids), "author_id": list(ids.values())})
    return wanted.join(snapshot.table("authors").select("author", "author_id", "ids"), on="author_id")


def _openings(rows: Sequence[Row], as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    day, soon = as_of.isoformat(), (as_of + SOON).isoformat()
    shown = ("title", "hiring_organization", "kind", "location", "valid_through", "url", "source", "last_seen", "why")
    found, marks = [], set()
    for number, row in enumerate(rows):
        deadline = _day(row["valid_through"])
        warned = deadline is not None and deadline <= soon
        facts = _json({**{key: row[key] for key in shown}, "valid_through": deadline})
        found.append({"opening": number, "seen": day, "deadline": deadline, "warned": warned, "facts": facts})
        job = (" ".join(row[key].casefold().split()) for key in ("hiring_organization", "title", "location"))
        marks |= {(number, hashed("page", page_key(row["url"]))), (number, hashed("job", *job))}
    return pl.DataFrame(found, OPENINGS, orient="row"), pl.DataFrame(sorted(marks), MARKS, orient="row")


def _day(text: str | None) -> str | None:
    """A day of the calendar, which boards do not always name."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None


def _works(store: Store, ids: Mapping[int, str], as_of: date) -> pl.DataFrame:
    """Works of late of some people, each with the first record that told of it."""
    if not ids:
        return pl.DataFrame(schema=WORKS)
    snapshot = store.snapshots.current()
    chosen = _authors(snapshot, ids).select("person", "author")
    own = (
        snapshot.table("authorships").lazy().join(chosen.lazy(), on="author")
        .filter("published", pl.col("date") <= as_of, pl.col("date") >= as_of - RECENT).select("person", "work")
    )  # fmt: skip
    first = snapshot.table("versions").lazy().group_by("work").agg(pl.col("record").min())
    shown = ("work_id", "title", "venue", "url", "sources")
    frame = (
        own.join(first, on="work").join(snapshot.table("works").lazy().select("work", "date", *shown), on="work")
        .sort("person", "record").collect()
    )  # fmt: skip
    rows = []
    for row in frame.iter_rows(named=True):
        url = row["url"] or work_page(row["work_id"])
        facts = _json({**{key: row[key] for key in shown}, "url": url, "date": row["date"]})
        rows.append((row["person"], row["work_id"], row["record"], row["date"].isoformat(), facts))
    return pl.DataFrame(rows, WORKS, orient="row")


def _evidence(store: Store, ids: Mapping[int, str], interest: str, as_of: date) -> pl.DataFrame:
    """All records that tell of some people; works on the interest with how much they say of it, and what they are."""
    if not ids:
        return pl.DataFrame(schema=EVIDENCE)
    snapshot = store.snapshots.current()
    chosen = _authors(snapshot, ids).select("person", "author")
    own = snapshot.table("authorships").lazy().join(chosen.lazy(), on="author").filter(pl.col("date") <= as_of)
    first = snapshot.table("versions").lazy().group_by("work").agg(pl.col("record").min())
    printed_ = (
        own.select("person", "work", "position", "n_authors", "corresponding", "alphabetical")
        .join(first, on="work")
        .collect()
    )
    said = statements.told(snapshot, chosen.select("author").unique(), as_of).select("author", "record")
    pages = said.join(chosen, on="author").select("person", "record")
    matched = match.find(store, snapshot, interest, as_of).frame.select("work", "match") if interest.strip() else None
    if matched is None:
        on_it = printed_.clear().with_columns(weight=pl.lit(0.0), facts=pl.lit(""))
    else:
        on_it = _told(snapshot, printed_.join(matched, on="work"))
    shown = on_it.select("person", "record", "weight", "facts")
    return pl.concat([shown, printed_.select("person", "record"), pages], how="diagonal").cast(EVIDENCE)


def _told(snapshot: Snapshot, own: pl.DataFrame) -> pl.DataFrame:
    """Works on an interest with what is said about each: ``weight`` is its match times their credit."""
    shown = ("title", "venue", "url", "work_id", "sources")
    known = own.join(snapshot.table("works").select("work", "date", *shown), on="work")
    facts = [
        _json({**{key: row[key] for key in shown}, "date": row["date"], "url": row["url"] or work_page(row["work_id"]),
               "position": explain.position_of(row["position"], row["n_authors"])})
        for row in known.iter_rows(named=True)
    ]  # fmt: skip
    credited = nw.from_native(known).with_columns(credit=authorship_credit()).to_native()
    weight = pl.col("match") * pl.col("credit")
    return credited.with_columns(weight=weight, facts=pl.Series(facts, dtype=pl.String))


def tokens_of(store: Store, author_id: str) -> tuple[str, ...]:
    """The tokens by which a suppression would name somebody."""
    return tuple(sorted(views.tokens_of(store, author_id)))
