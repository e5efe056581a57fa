"""Open positions that fit an interest, each with why, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from finder import names
from finder.errors import UsageError
from finder.people import timeline
from finder.postings.asks import asks
from finder.rank import match
from finder.rank import openings as ranking
from finder.rank.index import quoted
from finder.resolve import printed
from finder.store import Snapshot, Store
from finder.store.postings import Open
from finder.views import near
from finder.views.near import Near
from finder.views.wishes import sifted

KINDS = ("internship", "phd", "postdoc", "research", "other")
LEAST = 0.15  # fit below which a posting has nothing to do with the interest
VISITED = "openings seen"
PEOPLE = 5  # people shown with a posting


@dataclass(frozen=True)
class Filter:
    """Which openings are wanted; empty is any.

    Attributes:
        kinds: of :data:`KINDS`.
        countries: ISO codes.
        remote: only those that can be done from elsewhere.
        posted_within: days.
        deadline_from: the last day to apply must not be before this one; those that name none stay.
        organisation: part of its name.
        near: a place that one of theirs must be near; empty is anywhere.
        within: kilometres from there; None is :data:`finder.views.near.WITHIN`.
    """

    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    remote: bool = False
    posted_within: int | None = None
    deadline_from: date | None = None
    organisation: str = ""
    near: str = ""
    within: int | None = None

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise UsageError(f"There is no kind {', '.join(sorted(unknown))}. Kinds are: {', '.join(KINDS)}.")
        near.checked(self.near, self.within)


@dataclass(frozen=True)
class Openings:
    """Openings for an interest, those that fit best first, then the newest.

    Attributes:
        left_out: how many others there are, by the first reason that kept each out.
        boards: how the boards that are known fare: number by state.
        results: rows as in design.md.
        near: as in :class:`finder.views.Answer`.
    """

    interest: str
    as_of: str
    total: int
    left_out: dict[str, int]
    boards: dict[str, int]
    results: list[dict[str, Any]]
    near: dict[str, Any] | None = None

    def contract(self) -> dict[str, Any]:
        """As printed by ``--format json``."""
        return {
            "interest": self.interest, "as_of": self.as_of, "total": self.total, "left_out": self.left_out,
            "boards": self.boards, "near": self.near, "results": self.results,
        }  # fmt: skip


def openings(
    store: Store, interest: str, as_of: date, wanted: Filter | None = None, top: int = 25, since: str | None = None,
    *, day: date | None = None,
) -> Openings:  # fmt: skip
    """What is open on a day that fits an interest.

    Args:
        since: the moment of the last visit, in ISO form; what came later is new. None: when :func:`visited` was called.
        day: the reader's own day, by which deadlines pass; ``as_of`` where not given.

    Raises:
        NothingCollected: no works are stored to learn the interest's words from.
        UsageError: there is no interest.
    """
    if not interest.strip():
        raise UsageError('Say what you are interested in, for example: finder openings "multimodal learning"')
    wanted, snapshot = wanted or Filter(), store.snapshots.current()
    around = near.asked(snapshot, wanted.near, wanted.within)
    listed = {one.id: one for one in store.postings.open(as_of, day)}
    found = match.find(store, snapshot, interest, as_of)
    frame = _frame(snapshot, listed.values())
    text = ranking.said(store, found.terms)
    place = ranking.places(snapshot, found.frame.select("work", "match"), as_of)
    fitted = ranking.fits(frame.join(text, on="id", how="left").join(place, on="institution", how="left"))
    if around:
        fitted = fitted.join(_distances(around, listed.values()), on="id", how="left")
    kept, left_out = _filtered(fitted, wanted, as_of, around)
    ordered = kept.sort(pl.col("fit").round(1), "posted", "id", descending=[True, True, False])
    shown = ordered.head(top)
    people = _people(snapshot, found.frame, [listed[id_] for id_ in shown["id"]], shown, as_of)
    since = seen(store) if since is None else since
    return Openings(
        interest, as_of.isoformat(), kept.height, left_out, _boards(store),
        [_row(listed[row["id"]], row, people.get(row["id"], []), since) for row in shown.iter_rows(named=True)],
        around.told(interest) if around else None,
    )  # fmt: skip


def seen(store: Store) -> str:
    """When openings were last looked at; empty where they never were."""
    return store.meta(VISITED) or ""


def visited(store: Store, now: str) -> None:
    """Everything that is open now was seen: what comes later is new."""
    store.set_meta(VISITED, now)


def naming(store: Store, rows: Sequence[Mapping[str, Any]], as_of: date) -> dict[str, list[dict[str, Any]]]:
    """Openings that name people, where these are now: that they, or their group, take somebody on.

    Args:
        rows: of people: ``author_id``, ``name``, ``current``.

    Returns:
        Openings by author id, the newest first; those without any are missing.
    """
    hits = {row["author_id"]: set(store.postings.fitting(_near(row["name"]))) for row in rows}
    if not any(hits.values()):
        return {}
    listed = [one for one in store.postings.open(as_of) if one.kind != "other"]
    found = {}
    for row in rows:
        places = {printed.key(post["institution"]) for post in row["current"]}
        named = [one for one in listed if one.id in hits[row["author_id"]] and printed.key(one.organisation) in places]
        if own := [_brief(one) for one in named if _names(one, row["name"])]:
            found[row["author_id"]] = own
    return found


def _near(name: str) -> str:
    """The words of a name close together, as FTS5 asks for them: there may be an initial between."""
    return f"NEAR({' '.join(map(quoted, names.fold(name).split()))}, 2)"


def evidence(openings_: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Openings as claims of a row."""
    return [
        {
            "claim": f"open: {one['title']}" + (f", apply by {one['valid_through']}" if one["valid_through"] else ""),
            "source": one["source"], "url": one["url"], "date": one["date_posted"],
        }
        for one in openings_
    ]  # fmt: skip


def _brief(one: Open) -> dict[str, Any]:
    posting = one.posting
    return {
        "title": posting.title, "kind": one.kind, "url": posting.url, "date_posted": posting.date_posted,
        "valid_through": posting.valid_through, "source": posting.source,
    }  # fmt: skip


def _names(one: Open, name: str) -> bool:
    """Whether a posting names somebody: all parts of the name, one after the other."""
    said = " ".join((one.posting.title, one.posting.description or ""))
    return f" {names.fold(name)} " in f" {names.plain(said)} "


def _frame(snapshot: Snapshot, listed: Any) -> pl.DataFrame:
    """One row per posting: what filters and fits look at."""
    known = _institutions(snapshot)
    rows = [
        (
            one.id, one.kind, one.organisation, list(one.posting.countries), one.posting.workplace,
            one.posting.date_posted or one.first_seen[:10], one.posting.valid_through,
            known.get(printed.key(one.organisation), ("", None))[1],
        )
        for one in listed
    ]  # fmt: skip
    schema = {
        "id": pl.Int64, "kind": pl.String, "organisation": pl.String, "countries": pl.List(pl.String),
        "workplace": pl.String, "posted": pl.String, "deadline": pl.String, "institution": pl.UInt32,
    }  # fmt: skip
    return pl.DataFrame(rows, schema, orient="row")


def _distances(around: Near, listed: Iterable[Open]) -> pl.DataFrame:
    """``id``, ``km`` from the nearest place that a posting names."""
    named = [(one.id, one.posting.locations, one.posting.countries) for one in listed]
    ids = pl.DataFrame({"id": [id_ for id_, *_ in named]}, schema={"id": pl.Int64})
    return ids.with_columns(around.of_texts((texts, countries) for _, texts, countries in named))


_KEYS: dict[str, dict[str, tuple[str, int]]] = {}  # of the last snapshot: names are folded once


def _institutions(snapshot: Snapshot) -> dict[str, tuple[str, int]]:
    """Institutions by the key of their name: id and number."""
    if snapshot.version not in _KEYS:
        rows = snapshot.table("institutions").select("name", "institution_id", "institution").iter_rows()
        _KEYS.clear()
        _KEYS[snapshot.version] = {printed.key(name): (id_, number) for name, id_, number in rows}
    return _KEYS[snapshot.version]


def _filtered(
    fitted: pl.DataFrame, wanted: Filter, as_of: date, around: Near | None
) -> tuple[pl.DataFrame, dict[str, int]]:
    tests: list[tuple[str, pl.Expr]] = [("that do not fit", pl.col("fit") < LEAST)]
    tests += around.tests() if around else []
    if wanted.kinds:
        tests.append(("of another kind", ~pl.col("kind").is_in(wanted.kinds)))
    if wanted.countries:
        codes = [code.upper() for code in wanted.countries]
        tests.append(("without a known country", pl.col("countries").list.len() == 0))
        tests.append(("in other countries", pl.col("countries").list.set_intersection(codes).list.len() == 0))
    if wanted.remote:
        tests.append(("not remote", pl.col("workplace").fill_null("") != "remote"))
    if wanted.posted_within is not None:
        since = (as_of - timedelta(days=wanted.posted_within)).isoformat()
        tests.append(("posted earlier", pl.col("posted") < since))
    if wanted.deadline_from:
        tests.append(
            ("with an earlier deadline", pl.col("deadline").fill_null("9999") < wanted.deadline_from.isoformat())
        )
    if wanted.organisation:
        held = pl.col("organisation").str.to_lowercase().str.contains(wanted.organisation.lower(), literal=True)
        tests.append(("of other organisations", ~held))
    return sifted(fitted, tests)


def _people(
    snapshot: Snapshot, matches: pl.DataFrame, listed: Sequence[Open], shown: pl.DataFrame, as_of: date
) -> dict[int, list[dict[str, Any]]]:
    """Who is behind a posting: those of its organisation who lead on the interest, first those whom it names."""
    places = shown.filter(pl.col("institution").is_not_null()).select("institution").unique()
    if places.is_empty():
        return {}
    led = pl.col("position") == pl.col("n_authors") - 1
    amount = pl.when(led).then(1.0).otherwise(0.5) * pl.col("match")
    on_it = snapshot.table("authorships").lazy().join(matches.lazy().select("work", "match"), on="work")
    summed = on_it.group_by("author").agg(amount=amount.sum(), works=pl.len(), led=led.any())
    seen = snapshot.table("affiliations").lazy().join(places.lazy(), on="institution").select("author").unique()
    # whoever never led a work there may have been an intern
    candidates = summed.filter("led").join(seen, on="author").collect()
    here = timeline.posts(snapshot, candidates, as_of).filter("current").select("author", "institution").unique()
    people = (
        here.join(candidates, on="author")
        .join(snapshot.table("authors").select("author", "author_id", "name"), on="author")
        .sort("amount", "author_id", descending=[True, False])
    )
    of_place: dict[int, list[dict[str, Any]]] = {}
    for row in people.iter_rows(named=True):
        of_place.setdefault(row["institution"], []).append(row)
    numbers = dict(shown.select("id", "institution").iter_rows())
    return {one.id: _behind(one, of_place.get(numbers[one.id], [])) for one in listed if numbers[one.id] is not None}


def _behind(one: Open, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = [row for row in people if _names(one, row["name"])]
    others = [row for row in people if row not in named][: max(PEOPLE - len(named), 0)]
    return [
        {"author_id": row["author_id"], "name": row["name"], "works": row["works"], "named": row in named}
        for row in [*named, *others]
    ]


def _boards(store: Store) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in store.postings.boards():
        counted[one.state] = counted.get(one.state, 0) + 1
    return counted


def _row(one: Open, fitted: Mapping[str, Any], people: list[dict[str, Any]], since: str) -> dict[str, Any]:
    posting, asked = one.posting, asks(one.posting.description or "")
    why = list(fitted["says"] or [])
    if fitted["works"]:
        count = fitted["works"]
        why.append(f"{one.organisation} has {count} work{'s' * (count != 1)} on it of the last {ranking.YEARS} years")
    return {
        "posting_id": one.id,
        "title": posting.title,
        "hiring_organization": one.organisation,
        "kind": one.kind,
        "kind_words": list(one.words),
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
        "evidence": [
            {
                "claim": f"open: {posting.title}",
                "source": posting.source,
                "url": posting.url,
                "date": one.last_seen[:10],
            }
        ],
    }
