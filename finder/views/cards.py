"""What is known of people, put together for showing: rows of a list, and the whole card of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from finder import names
from finder.errors import UsageError
from finder.people import career, stage, statements, timeline
from finder.rank import advisors as ranking
from finder.rank import engines, explain
from finder.store import Snapshot, Store
from finder.tables import rows_of
from finder.views import coauthors
from finder.views import places as whereabouts
from finder.views.spelled import spelled

PREVIOUS = 5  # earlier posts shown in a list


def known(
    snapshot: Snapshot, sums: pl.DataFrame, as_of: date, engine: engines.Engine = engines.POLARS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Authors with sums, completed by who they are: name, ids, stage; and all their posts up to a day."""
    posts = timeline.posts(snapshot, sums, as_of)
    own = engines.authorships(engine, snapshot, "author", sums["author"])
    sums = engines.ask(engine, lambda people, names: ranking.with_record(people, names, as_of), sums, own)
    authors = rows_of(snapshot.table("authors"), "author", sums["author"])
    people = sums.join(authors.rename({"works_count": "all_works"}), on="author")
    # a first year that a source's own record knows is as good as a stored work of that year
    people = people.with_columns(first_year=pl.min_horizontal("first_year", "first_seen"))
    begins = snapshot.meta.get("begins", 0)
    stages = stage.stages(career.records(snapshot, as_of), posts, people, as_of, begins)
    return people.join(stages, on="author", how="left"), posts


def rows(
    store: Store, snapshot: Snapshot, listed: pl.DataFrame, evidence: pl.DataFrame, posts: pl.DataFrame,
    as_of: date, now: date, most_works: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of a list in the shape of the contract, in the order of ``listed``."""
    posts = posts.join(listed.select("author"), on="author", how="semi")
    works = best_works(store, snapshot, evidence.join(listed.select("author"), on="author", how="semi"), most_works)
    places = whereabouts.posts_of(store, posts, as_of)
    said = statements.told(snapshot, listed, as_of)
    moved = whereabouts.moves_of(store, posts, said, places, as_of)
    says = whereabouts.recruiting_of(statements.recruiting(said))
    new = whereabouts.newcomers_of(store, posts, listed, as_of)
    told = whereabouts.stages_of(store, listed, posts)
    return [
        row(
            {
                **person,
                "now": now,
                "as_of": as_of,
                "recruiting": says.get(person["author"]),
                "newcomer": new.get(person["author"]),
                "stage_evidence": told.get(person["author"]),
            },
            works.get(person["author"], []),
            places.get(person["author"], []),
            moved.get(person["author"]),
        )
        for person in listed.iter_rows(named=True)
    ]


def row(
    person: Mapping[str, Any], works: list[dict[str, Any]], posts: list[dict[str, Any]], moved: Any
) -> dict[str, Any]:
    """A row of the contract, of what is known of somebody, their works that count most, posts and move."""
    current, previous = [p for p in posts if p["current"]], [p for p in posts if not p["current"]]
    place = ("institution", "institution_id", "unit", "country", "since", "until", "old", "role", "source")
    return {
        "author_id": person["author_id"],
        "name": person["name"],
        "band": person["band"],
        "score": round(person["score"], 4),
        "stage": person["stage"],
        "stage_confidence": person["stage_confidence"],
        "stage_ground": person["stage_ground"],
        "current": [{key: post[key] for key in place} for post in current],
        "previous": [{key: post[key] for key in place} for post in previous[:PREVIOUS]],
        "moved": {key: moved[key] for key in ("from", "to", "first_seen", "after", "evidence")} if moved else None,
        "recruiting": person["recruiting"],
        "newcomer": {k: v for k, v in person["newcomer"].items() if k != "source"} if person["newcomer"] else None,
        "parts": {part: round(person[part], 3) for part in ("fit", "recency", "activity", "momentum", "advising")},
        "matched": person["matched"],
        "works": [{k: w[k] for k in ("work_id", "title", "date", "venue", "url", "position", "match")} for w in works],
        "links": explain.links(person["ids"], person["homepage"]),
        "why": explain.why(person, works, current, moved),
        "evidence": explain.evidence(person, works, current, moved),
    }


def find(snapshot: Snapshot, who: str) -> int:
    """The author that an id or a name means.

    Raises:
        UsageError: nobody or several; the message lists ids to choose from.
    """
    by_id = meant(snapshot, who)
    if by_id.is_empty():
        raise UsageError(f"Nobody called {who} is stored. Collect an interest they work on, or check the spelling.")
    if by_id.height > 1:
        ordered = by_id.sort("works_count", "author_id", descending=[True, False]).head(10)
        ordered = ordered.join(last_places(snapshot, ordered), on="author", how="left", maintain_order="left")
        which = "; ".join(
            f"{row['author_id']} ({row['works_count']} works, {row['place'] or 'place unknown'})"
            for row in ordered.iter_rows(named=True)
        )
        raise UsageError(f"{by_id.height} people are called {who}. Name one by id: {which}")
    return int(by_id["author"][0])


def meant(snapshot: Snapshot, who: str) -> pl.DataFrame:
    """Everybody whom an id or a name means."""
    authors = snapshot.table("authors")
    by_id = authors.filter((pl.col("author_id") == who) | pl.col("ids").list.contains(who))
    if by_id.is_empty() and (folded := names.fold(who)):
        as_typed = pl.col("name").str.to_lowercase().str.contains(who.lower().split()[-1], literal=True)
        near = spelled(snapshot).filter(pl.col("plain").str.contains(folded.split()[-1], literal=True) | as_typed)
        by_id = near.filter(pl.col("name").map_elements(names.fold, return_dtype=pl.String) == folded)
    return by_id


def called(snapshot: Snapshot, name: str, limit: int) -> list[dict[str, Any]]:
    """People whose name holds all given words, most works first, each with the place last seen."""
    if not (words := names.fold(name).split()):
        return []
    held = pl.all_horizontal(pl.col("plain").str.contains(word, literal=True) for word in words)
    as_typed = pl.col("name").str.to_lowercase().str.contains(name.strip().lower(), literal=True)
    people = spelled(snapshot).lazy().filter(held | as_typed)
    people = people.sort("works_count", "author_id", descending=[True, False])
    found = people.head(limit).collect()
    found = found.join(last_places(snapshot, found), on="author", how="left", maintain_order="left")
    return found.select("author_id", "name", "place", "country", works="works_count").to_dicts()


def last_places(snapshot: Snapshot, people: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``place``, ``country``: where some people were seen last."""
    return (
        snapshot.table("affiliations").lazy().join(people.lazy().select("author"), on="author", how="semi")
        .sort("author", "last", descending=[False, True]).unique("author", keep="first", maintain_order=True)
        .join(snapshot.table("institutions").lazy().select("institution", "country", place="name"), on="institution")
        .select("author", "place", "country").collect()
    )  # fmt: skip


def whole(
    store: Store, snapshot: Snapshot, author: int, people: pl.DataFrame, posts: pl.DataFrame, works: pl.DataFrame,
    as_of: date,
) -> dict[str, Any]:  # fmt: skip
    """Everything about one person, of whom ``people`` and ``posts`` are what :func:`known` says."""
    if people.is_empty():
        raise UsageError("This person has no published work up to that day.")
    person = people.row(0, named=True)
    authorships = snapshot.table("authorships").lazy().filter(pl.col("author") == author)
    evidence = authorships.join(works.lazy(), on="work").filter(pl.col("date") <= as_of).collect()
    shown = best_works(store, snapshot, evidence.with_columns(worth=pl.col("date").dt.epoch("d")), 10_000)
    posts_ = whereabouts.posts_of(store, posts, as_of).get(author, [])
    said = statements.told(snapshot, people, as_of)
    moved = whereabouts.moves_of(store, posts, said, {author: posts_}, as_of).get(author)
    current = [post for post in posts_ if post["current"]]
    listed = shown.get(author, [])
    person |= {"as_of": as_of, "stage_evidence": whereabouts.stages_of(store, people, posts).get(author)}
    new = person["newcomer"] = whereabouts.newcomers_of(store, posts, people, as_of).get(author)
    return {
        "author_id": person["author_id"],
        "name": person["name"],
        "other_names": _spellings(snapshot, author, person["name"]),
        "stage": person["stage"],
        "stage_confidence": person["stage_confidence"],
        "stage_ground": person["stage_ground"],
        "current": current,
        "previous": [post for post in posts_ if not post["current"]],
        "moved": moved,
        "newcomer": new,
        "recruiting": whereabouts.recruiting_of(statements.recruiting(said)).get(author),
        "statements": said.drop("author", "record", "year").with_columns(pl.col("seen").cast(pl.String)).to_dicts(),
        "works_count": person["all_works"],
        "works_by_year": by_year(listed),
        "works": listed,
        **coauthors.of(snapshot, author, as_of),
        "ids": person["ids"],
        "links": explain.links(person["ids"], person["homepage"]),
        "evidence": explain.evidence(person, listed, posts_, moved),
    }


def by_year(works: Sequence[Mapping[str, Any]]) -> list[dict[str, int]]:
    """Works by year, on the interest and off it."""
    years: dict[int, list[int]] = {}
    for work in works:
        on = years.setdefault(int(work["date"][:4]), [0, 0])
        on[0 if work["match"] > 0 else 1] += 1
    return [{"year": year, "on": on, "off": off} for year, (on, off) in sorted(years.items())]


def _spellings(snapshot: Snapshot, author: int, shown: str) -> list[str]:
    here = snapshot.table("authorships").filter(pl.col("author") == author).select("work", "position")
    printed = (
        snapshot.table("versions").lazy().join(here.lazy(), on="work")
        .join(snapshot.table("raw_names").lazy(), on=("record", "position"))
        .select("name").unique().collect()
    )  # fmt: skip
    same = [
        name for name in printed["name"].to_list() if names.fold(name).split()[-1:] == names.fold(shown).split()[-1:]
    ]
    return sorted(set(same) - {shown})


def best_works(store: Store, snapshot: Snapshot, evidence: pl.DataFrame, most: int) -> dict[int, list[dict[str, Any]]]:
    """Each author's works, those that count most first."""
    chosen = (
        evidence.lazy()
        .sort("author", "worth", "date", "work", descending=[False, True, True, False])
        .group_by("author", maintain_order=True)
        .head(most)
        .collect()
    )
    # for few works of many this is faster than a join of the whole table
    among = pl.col("work").is_in(chosen["work"].unique().implode())
    detail = snapshot.table("works").lazy().filter(among)
    best = (
        chosen.lazy()
        .join(detail, on="work", maintain_order="left")
        .select("author", "work_id", "title", "date", "venue", "url", "position", "n_authors", "match", "sources")
        .collect()
    )
    works: dict[int, list[dict[str, Any]]] = {}
    for row in best.iter_rows(named=True):
        works.setdefault(row["author"], []).append(
            {
                "work_id": row["work_id"],
                "title": row["title"],
                "date": row["date"].isoformat(),
                "year": row["date"].year,
                "venue": row["venue"],
                "url": explain.safe(row["url"]) or whereabouts.work_page(row["work_id"]),
                "position": explain.position_of(row["position"], row["n_authors"]),
                "n_authors": row["n_authors"],
                "match": round(row["match"], 3),
                "source": ", ".join(row["sources"]),
            }
        )
    return works
