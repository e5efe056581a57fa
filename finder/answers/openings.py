"""Open positions that fit an interest, each with why, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from finder.answers import geo_filter
from finder.answers.affiliation_rows import work_page
from finder.answers.geo_filter import GeoFilter
from finder.answers.opening_contacts import PersonAt, find_opening_contacts, opening_claims, openings_naming_people
from finder.answers.opening_filters import KINDS, LEAST, OpeningFilter, filter_openings
from finder.answers.programmes import find_programmes, find_searches
from finder.errors import UsageError
from finder.postings.category import CATEGORIES, LEVELS, categorize_position, position_level, title_topic
from finder.postings.requirements import extract_requirements
from finder.ranking import posting_fit, text_match, work_embeddings
from finder.ranking.evidence_text import http_url_or_none
from finder.resolution import affiliation_parser
from finder.results import NearPlace, Opening, PostingPerson, PostingWork, Programme, WebSearch
from finder.storage import Snapshot, Store
from finder.storage.postings import OpenPosting

__all__ = [
    "KINDS",
    "LEAST",
    "OpeningFilter",
    "Openings",
    "PersonAt",
    "find_openings",
    "last_openings_visit",
    "opening_claims",
    "openings_naming_people",
    "record_openings_visit",
]

VISITED = "openings seen"
WORKS = 3  # of the organisation, shown with a posting


@dataclass(frozen=True)
class Openings:
    """Openings for an interest, those that fit best first, then the newest.

    Attributes:
        left_out: how many others there are, by the first reason that kept each out.
        boards: how the boards that are known fare: number by state.
        near: as in :class:`finder.answers.Answer`.
        read: what the answer rests on where that is little: that no board has been read; else empty.
        programmes: doctoral networks and programmes of the field, which are no postings.
        searches: on boards that give out nothing to read: name and address of each.
    """

    interest: str
    as_of: str
    total: int
    left_out: dict[str, int]
    boards: dict[str, int]
    results: list[Opening]
    near: NearPlace | None = None
    read: str = ""
    programmes: list[Programme] = field(default_factory=list)
    searches: list[WebSearch] = field(default_factory=list)

    def to_polars(self) -> pl.DataFrame:
        """The results as a frame, one row each."""
        return pl.DataFrame(self.results, infer_schema_length=None)

    def to_json(self) -> dict[str, object]:
        """As printed by ``--format json``."""
        return {
            "interest": self.interest,
            "as_of": self.as_of,
            "total": self.total,
            "left_out": self.left_out,
            "boards": self.boards,
            "near": self.near,
            "read": self.read,
            "results": self.results,
            "programmes": self.programmes,
            "searches": self.searches,
        }


def find_openings(
    store: Store,
    interest: str,
    as_of: date,
    wanted: OpeningFilter | None = None,
    top: int = 25,
    since: str | None = None,
    *,
    day: date | None = None,
) -> Openings:
    """What is open on a day that fits an interest.

    Args:
        since: the moment of the last visit, in ISO form; what came later is new. None: when
            :func:`record_openings_visit` was called.
        day: the reader's own day, by which deadlines pass; ``as_of`` where not given.

    Raises:
        EmptyStore: no works are stored to learn the interest's words from.
        UsageError: there is no interest.
    """
    if not interest.strip():
        raise UsageError('Say what you are interested in, for example: finder openings "multimodal learning"')
    wanted, snapshot = wanted or OpeningFilter(), store.snapshots.current_snapshot()
    around = geo_filter.resolve_geo_filter(snapshot, wanted.near, wanted.within)
    listed = {one.id: one for one in store.postings.list_open_postings(as_of, day)}
    if not listed:
        return _empty_openings(store, snapshot, interest, as_of, around, wanted)
    found = text_match.match_works(store, snapshot, interest, as_of)
    frame = _openings_frame(snapshot, listed.values())
    place = posting_fit.institution_fit(snapshot, found.frame.select("work", "match"), as_of)
    fitted = _score_opening_fit(
        store, snapshot, found, listed, frame.join(place, on="institution", how="left"), interest
    )
    if around:
        fitted = fitted.join(_opening_distances(around, listed.values()), on="id", how="left")
    kept, left_out = filter_openings(fitted, wanted, as_of, around)
    ordered = kept.sort(pl.col("fit").round(1), "rank", "posted", "id", descending=[True, False, True, False])
    shown = ordered.head(top)
    people = find_opening_contacts(snapshot, found.frame, [listed[id_] for id_ in shown["id"]], shown, as_of)
    works = _organisation_works(snapshot, found.frame, shown, as_of)
    since = last_openings_visit(store) if since is None else since
    boards = _count_boards_by_state(store)
    return Openings(
        interest,
        as_of.isoformat(),
        kept.height,
        left_out,
        boards,
        [
            _opening_row(listed[row["id"]], row, people.get(row["id"], []), works.get(row["institution"], []), since)
            for row in shown.iter_rows(named=True)
        ],
        around.to_json(interest) if around else None,
        "",
        find_programmes(store, snapshot, interest, as_of, wanted.kinds, wanted.countries),
        find_searches(interest, wanted.kinds),
    )


def _empty_openings(
    store: Store, snapshot: Snapshot, interest: str, as_of: date, around: GeoFilter | None, wanted: OpeningFilter
) -> Openings:
    """The answer where no position is stored: the works need not be read for it."""
    boards = _count_boards_by_state(store)
    return Openings(
        interest,
        as_of.isoformat(),
        0,
        {},
        boards,
        [],
        around.to_json(interest) if around else None,
        _unread_boards_note(boards),
        find_programmes(store, snapshot, interest, as_of, wanted.kinds, wanted.countries),
        find_searches(interest, wanted.kinds),
    )


def _score_opening_fit(
    store: Store,
    snapshot: Snapshot,
    found: text_match.Matches,
    listed: Mapping[int, OpenPosting],
    frame: pl.DataFrame,
    interest: str,
) -> pl.DataFrame:
    """Postings with how well they fit; ``rank`` orders those that fit alike by category and level."""
    texts = {id_: (one.posting.title, one.posting.description or "") for id_, one in listed.items()}
    words = posting_fit.match_posting_texts(store, posting_fit.add_field_terms(interest, found.terms), texts)
    named = set(words.filter("titled")["id"])
    other = frame.filter(pl.col("category") == "research", ~pl.col("id").is_in(list(named)))["id"]
    reader = work_embeddings.open_embedding_reader(store, snapshot)
    meant = posting_fit.posting_title_similarity(reader, interest, {id_: listed[id_].posting.title for id_ in other})
    both = frame.join(words, on="id", how="left").join(meant, on="id", how="left")
    first = posting_fit.add_posting_fit(both.with_columns(level=pl.lit(LEVELS[0])))
    # texts are long: what they ask for is read only where the position may be shown
    asked = first.filter(pl.col("fit") >= LEAST, pl.col("kind") == "research")["id"]
    degrees = {id_: extract_requirements(texts[id_][1]).degree for id_ in asked}
    levels = [position_level(listed[id_].posting.title, listed[id_].kind, degrees.get(id_)) for id_ in both["id"]]
    leveled = both.with_columns(level=pl.Series(levels, dtype=pl.String))
    rank = _order_rank("category", CATEGORIES) * len(LEVELS) + _order_rank("level", LEVELS)
    return posting_fit.add_posting_fit(leveled.with_columns(rank=rank))


def _order_rank(column: str, ordered: Sequence[str]) -> pl.Expr:
    return pl.col(column).replace_strict({name: n for n, name in enumerate(ordered)}, return_dtype=pl.Int64)


def _unread_boards_note(boards: Mapping[str, int]) -> str:
    waiting, known = boards.get("unchecked", 0), sum(boards.values())
    if waiting == known:
        told = f": {waiting} wait{'s' * (waiting == 1)}" if waiting else ""
        return f"No job board has been read yet{told}. Read them: finder sweep"
    more = f", and {waiting} {'wait' if waiting != 1 else 'waits'} to be read" if waiting else ""
    return f"No open position is stored: the boards that were tried listed none or failed{more}. See: finder boards"


def _organisation_works(
    snapshot: Snapshot, matches: pl.DataFrame, shown: pl.DataFrame, as_of: date
) -> dict[int, list[PostingWork]]:
    """The works on the interest by which the organisations of postings are known."""
    places = shown.filter(pl.col("works").is_not_null()).select("institution").unique()
    best = posting_fit.best_institution_works(snapshot, matches.select("work", "match"), as_of, WORKS)
    rows = best.join(places, on="institution", how="semi", maintain_order="left").join(
        snapshot.load_table("works").select("work", "work_id", "title", "date", "url"), on="work", maintain_order="left"
    )
    found: dict[int, list[PostingWork]] = {}
    for row in rows.iter_rows(named=True):
        work: PostingWork = {
            "work_id": row["work_id"],
            "title": row["title"],
            "date": row["date"].isoformat(),
            "url": row["url"] or work_page(row["work_id"]),
        }
        found.setdefault(row["institution"], []).append(work)
    return found


def last_openings_visit(store: Store) -> str:
    """When openings were last looked at; empty where they never were."""
    return store.get_meta(VISITED) or ""


def record_openings_visit(store: Store, now: str) -> None:
    """Everything that is open now was seen: what comes later is new."""
    store.set_meta(VISITED, now)


def _openings_frame(snapshot: Snapshot, listed: Any) -> pl.DataFrame:
    """One row per posting: what filters and fits look at."""
    known = _institutions_by_key(snapshot)
    rows = [
        (
            one.id,
            one.kind,
            one.organisation,
            list(one.posting.countries),
            one.posting.workplace,
            one.posting.date_posted or one.first_seen[:10],
            one.posting.valid_through,
            known.get(affiliation_parser.organisation_key(one.organisation), ("", None))[1],
            categorize_position(one.posting.title, one.kind),
            not title_topic(one.posting.title),
            http_url_or_none(one.posting.url) is not None,
        )
        for one in listed
    ]
    schema = {
        "id": pl.Int64,
        "kind": pl.String,
        "organisation": pl.String,
        "countries": pl.List(pl.String),
        "workplace": pl.String,
        "posted": pl.String,
        "deadline": pl.String,
        "institution": pl.UInt32,
        "category": pl.String,
        "general": pl.Boolean,
        "addressed": pl.Boolean,
    }
    return pl.DataFrame(rows, schema, orient="row")


def _opening_distances(around: GeoFilter, listed: Iterable[OpenPosting]) -> pl.DataFrame:
    """``id``, ``km`` from the nearest place that a posting names."""
    named = [(one.id, one.posting.locations, one.posting.countries) for one in listed]
    ids = pl.DataFrame({"id": [id_ for id_, *_ in named]}, schema={"id": pl.Int64})
    return ids.with_columns(around.text_distances((texts, countries) for _, texts, countries in named))


_KEYS: dict[str, dict[str, tuple[str, int]]] = {}  # of the last snapshot: names are folded once


def _institutions_by_key(snapshot: Snapshot) -> dict[str, tuple[str, int]]:
    """Institutions by the key of their name: id and number."""
    if snapshot.version not in _KEYS:
        rows = snapshot.load_table("institutions").select("name", "institution_id", "institution").iter_rows()
        _KEYS.clear()
        _KEYS[snapshot.version] = {
            affiliation_parser.organisation_key(name): (id_, number) for name, id_, number in rows
        }
    return _KEYS[snapshot.version]


def _count_boards_by_state(store: Store) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in store.postings.list_boards():
        counted[one.state] = counted.get(one.state, 0) + 1
    return counted


def _opening_row(
    one: OpenPosting, fitted: Mapping[str, Any], people: list[PostingPerson], works: list[PostingWork], since: str
) -> Opening:
    posting, asked = one.posting, extract_requirements(one.posting.description or "")
    why = list(fitted["says"] or [])
    if fitted["meant"]:
        why.append("its title is near in meaning")
    lifted = fitted["works"] and fitted["category"] == "research"
    if lifted:
        count = fitted["works"]
        why.append(
            f"{one.organisation} has {count} work{'s' * (count != 1)} on it of the last {posting_fit.YEARS} years"
        )
    return {
        "posting_id": one.id,
        "title": posting.title,
        "hiring_organization": one.organisation,
        "kind": one.kind,
        "kind_words": list(one.words),
        "category": fitted["category"],
        "level": fitted["level"],
        "location": "; ".join(posting.locations),
        **({"km": round(fitted["km"])} if fitted.get("km") is not None else {}),
        "countries": list(posting.countries),
        "workplace": posting.workplace,
        "date_posted": posting.date_posted,
        "valid_through": posting.valid_through,
        "url": posting.url,
        "source": posting.source,
        "board": posting.board,
        "fit": round(fitted["fit"], 2),
        "why": "; ".join(why),
        "degree": asked.degree,
        "degree_words": asked.degree_words,
        "visa": list(asked.visa),
        "months": list(asked.months) if asked.months else None,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "new": bool(since) and one.first_seen > since,
        "people": people,
        "works": works if lifted else [],
        "evidence": [
            {
                "claim": f"open: {posting.title}",
                "source": posting.source,
                "url": posting.url,
                "date": one.last_seen[:10],
            }
        ],
    }
