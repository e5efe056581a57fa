"""What is known of people, put together for showing: rows of a list, and the whole card of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from finder.answers import affiliation_rows as whereabouts
from finder.answers import coauthors, funding
from finder.answers.topics import author_topics
from finder.errors import UsageError
from finder.features import affiliation_history, author_summaries, stage, statements
from finder.ranking import advisor_score, engines, evidence_text
from finder.resolution import stage_model
from finder.results import (
    Advisor,
    Affiliation,
    AffiliationRecord,
    Move,
    NewFaculty,
    PersonCard,
    ProofWork,
    Statement,
    WorkDetail,
    WorkRef,
    YearCount,
    YearSplit,
)
from finder.storage import Snapshot, Store
from finder.tables import select_sorted_rows
from finder.text import names

PREVIOUS = 5  # earlier posts shown in a list
YEARS = 7  # for which a row counts its works on the interest year by year
DETAIL = ("work", "work_id", "title", "venue", "url", "sources")


def load_author_profiles(
    snapshot: Snapshot, sums: pl.DataFrame, as_of: date, engine: engines.Engine = engines.POLARS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Authors with sums, completed by who they are: name, ids, stage; and all their posts up to a day."""
    posts = affiliation_history.load_affiliations(snapshot, sums, as_of)
    authors = select_sorted_rows(snapshot.load_table("authors"), "author", sums["author"]).rename(
        {"works_count": "all_works"}
    )
    stands = author_summaries.find_author_summaries(snapshot, sums, as_of)
    if stands is not None:
        people = sums.join(stands, on="author", how="left", maintain_order="left").join(authors, on="author")
        return author_summaries.add_first_year(people), posts
    own = engines.authorship_table(engine, snapshot, "author", sums["author"])
    sums = engines.run_query(
        engine, lambda people, names: advisor_score.add_publication_record(people, names, as_of), sums, own
    )
    people = author_summaries.add_first_year(sums.join(authors, on="author"))
    inferred = stage_model.infer_stages(stage_model.load_career_counts(snapshot, as_of), people, posts, as_of)
    stages = stage.assign_stages(inferred, posts, people, as_of)
    return people.join(stages, on="author", how="left"), posts


def advisor_rows(
    store: Store,
    snapshot: Snapshot,
    listed: pl.DataFrame,
    evidence: pl.DataFrame,
    posts: pl.DataFrame,
    as_of: date,
    now: date,
    most_works: int,
    interest: str | None = None,
) -> list[Advisor]:
    """Rows of a list in the shape of the contract, in the order of ``listed``."""
    posts = posts.join(listed.select("author"), on="author", how="semi")
    works = top_evidence_works(
        store, snapshot, evidence.join(listed.select("author"), on="author", how="semi"), most_works
    )
    places = whereabouts.affiliations_by_author(store, posts, as_of)
    said = statements.load_statements(snapshot, listed, as_of)
    moved = whereabouts.moves_by_author(store, snapshot, posts, said, places, as_of)
    says = whereabouts.recruiting_by_author(statements.recruiting_status(said))
    new = whereabouts.newcomers_by_author(store, snapshot, posts, listed, as_of)
    told = whereabouts.stage_sources(store, listed, posts)
    yearly = _count_matches_by_year(evidence, listed, now)
    grants = funding.find_grants(store, snapshot, listed, as_of, interest)
    return [
        advisor_row(
            {
                **person,
                "now": now,
                "matched_by_year": yearly.get(person["author"], {}),
                "as_of": as_of,
                "recruiting": says.get(person["author"]),
                "newcomer": new.get(person["author"]),
                "stage_evidence": told.get(person["author"]),
                "grants": grants.get(person["author"], []),
            },
            works.get(person["author"], []),
            places.get(person["author"], []),
            moved.get(person["author"]),
        )
        for person in listed.iter_rows(named=True)
    ]


def advisor_row(
    person: Mapping[str, Any], works: list[WorkDetail], posts: list[AffiliationRecord], moved: Move | None
) -> Advisor:
    """A row of the contract, of what is known of somebody, their works that count most, posts and move."""
    current, previous = [p for p in posts if p["current"]], [p for p in posts if not p["current"]]
    return {
        "author_id": person["author_id"],
        "name": person["name"],
        "band": person["band"],
        "strength": advisor_score.WORDS[person["band"]] if person["band"] else None,
        "score": round(person["score"], 4),
        "plus_minus": round(person["error"], 2),
        "one_work": person["one_work"],
        "idle_leader": person["idle_leader"],
        "new_leader": person["new_leader"],
        "seen_until": evidence_text.latest_visible_day(person).isoformat(),
        "stage": person["stage"],
        "stage_confidence": person["stage_confidence"],
        "stage_ground": person["stage_ground"],
        "current": [_listed_affiliation(post) for post in current],
        "previous": [_listed_affiliation(post) for post in previous[:PREVIOUS]],
        "moved": _listed_move(moved) if moved else None,
        "recruiting": person["recruiting"],
        "newcomer": _listed_newcomer(person["newcomer"]) if person["newcomer"] else None,
        "parts": {part: round(person[part], 3) for part in advisor_score.PARTS},
        "matched": person["matched"],
        "matched_by_year": _recent_year_counts(person["matched_by_year"], person["now"]),
        "works": [listed_work(work) for work in works],
        "links": evidence_text.profile_links(person["ids"], person["homepage"]),
        "why": evidence_text.listing_reason(person, works, current, moved),
        "grants": person["grants"],
        "evidence": [
            *evidence_text.evidence_claims(person, works, current, moved),
            *funding.claim_grants(person["grants"]),
        ],
    }


def _listed_affiliation(post: AffiliationRecord) -> Affiliation:
    return {
        "institution": post["institution"],
        "institution_id": post["institution_id"],
        "unit": post["unit"],
        "country": post["country"],
        "since": post["since"],
        "until": post["until"],
        "old": post["old"],
        "role": post["role"],
        "source": post["source"],
        "kind": post["kind"],
    }


def _listed_move(moved: Move) -> Move:
    return {
        "from": moved["from"],
        "to": moved["to"],
        "first_seen": moved["first_seen"],
        "after": moved["after"],
        "evidence": moved["evidence"],
    }


def _listed_newcomer(new: NewFaculty) -> NewFaculty:
    return {
        "institution": new["institution"],
        "since": new["since"],
        "after": new["after"],
        "evidence": new["evidence"],
    }


def listed_work(work: WorkDetail) -> WorkRef:
    """A work as a row of a list has it."""
    return {
        "work_id": work["work_id"],
        "title": work["title"],
        "date": work["date"],
        "venue": work["venue"],
        "url": work["url"],
        "position": work["position"],
        "match": work["match"],
        "adds": work["adds"],
        "near_in_meaning": work["near_in_meaning"],
    }


def person_card(
    store: Store,
    snapshot: Snapshot,
    author: int,
    people: pl.DataFrame,
    posts: pl.DataFrame,
    works: pl.DataFrame,
    as_of: date,
    interest: str | None = None,
) -> PersonCard:
    """Everything about one person, of whom ``people`` and ``posts`` are what :func:`load_author_profiles` says."""
    if people.is_empty():
        raise UsageError("This person has no published work up to that day.")
    person = people.row(0, named=True)
    authorships = snapshot.load_table("authorships").lazy().filter(pl.col("author") == author)
    evidence = authorships.join(works.lazy(), on="work").filter(pl.col("date") <= as_of).collect()
    shown = top_evidence_works(store, snapshot, evidence.with_columns(adds=pl.col("date").dt.epoch("d")), 10_000)
    posts_ = whereabouts.affiliations_by_author(store, posts, as_of).get(author, [])
    said = statements.load_statements(snapshot, people, as_of)
    moved = whereabouts.moves_by_author(store, snapshot, posts, said, {author: posts_}, as_of).get(author)
    current = [post for post in posts_ if post["current"]]
    listed = shown.get(author, [])
    newest = date.fromisoformat(max((work["date"] for work in listed), default=as_of.isoformat()))
    person |= {"as_of": as_of, "stage_evidence": whereabouts.stage_sources(store, people, posts).get(author)}
    writes_with, ties = coauthors.coauthor_network(snapshot, author, as_of)
    grants = funding.find_grants(store, snapshot, people, as_of, interest).get(author, [])
    new = person["newcomer"] = whereabouts.newcomers_by_author(store, snapshot, posts, people, as_of).get(author)
    return {
        "author_id": person["author_id"],
        "name": person["name"],
        "other_names": _author_name_variants(snapshot, author, person["name"]),
        "stage": person["stage"],
        "stage_confidence": person["stage_confidence"],
        "stage_ground": person["stage_ground"],
        "current": current,
        "previous": [post for post in posts_ if not post["current"]],
        "moved": moved,
        "newcomer": new,
        "recruiting": whereabouts.recruiting_by_author(statements.recruiting_status(said)).get(author),
        "statements": own_statements(said),
        "works_count": person["all_works"],
        "works_by_year": count_works_by_year(listed),
        "topics": author_topics(snapshot, evidence, newest),
        "works": listed,
        "coauthors": writes_with,
        "coauthor_ties": ties,
        "ids": person["ids"],
        "links": evidence_text.profile_links(person["ids"], person["homepage"]),
        "grants": grants,
        "evidence": [*evidence_text.evidence_claims(person, listed, posts_, moved), *funding.claim_grants(grants)],
    }


def own_statements(said: pl.DataFrame) -> list[Statement]:
    """Statements, of which ``said`` is what :func:`finder.features.statements.load_statements` says, in their order."""
    return [
        {
            "source": row["source"],
            "polarity": row["polarity"],
            "quote": row["quote"],
            "url": row["url"],
            "date": row["date"],
            "seen": row["seen"].isoformat(),
            "audience": row["audience"],
            "institution": row["institution"],
            "role": row["role"],
            "age": row["age"],
        }
        for row in said.iter_rows(named=True)
    ]


def count_works_by_year(works: Sequence[WorkRef | ProofWork]) -> list[YearSplit]:
    """Works by year, on the interest and off it."""
    years: dict[int, list[int]] = {}
    for work in works:
        on = years.setdefault(int(work["date"][:4]), [0, 0])
        on[0 if work["match"] > 0 else 1] += 1
    return [{"year": year, "on": on, "off": off} for year, (on, off) in sorted(years.items())]


def _author_name_variants(snapshot: Snapshot, author: int, shown: str) -> list[str]:
    here = snapshot.load_table("authorships").filter(pl.col("author") == author).select("work", "position")
    printed = (
        snapshot.load_table("versions")
        .lazy()
        .join(here.lazy(), on="work")
        .join(snapshot.load_table("raw_names").lazy(), on=("record", "position"))
        .select("name")
        .unique()
        .collect()
    )
    same = [
        name
        for name in printed["name"].to_list()
        if names.name_key(name).split()[-1:] == names.name_key(shown).split()[-1:]
    ]
    return sorted(set(same) - {shown})


def _recent_year_counts(counts: Mapping[int, int] | None, now: date) -> list[YearCount] | None:
    """Counts by year as a row shows them, years without a work too; None where they are not known."""
    if counts is None:
        return None
    return [{"year": year, "works": counts.get(year, 0)} for year in range(now.year - YEARS + 1, now.year + 1)]


def _count_matches_by_year(evidence: pl.DataFrame, listed: pl.DataFrame, now: date) -> dict[int, dict[int, int]]:
    """How many matched works each of the listed has in each year that a row shows."""
    counted = (
        evidence.lazy()
        .join(listed.lazy().select("author"), on="author", how="semi")
        .filter(pl.col("year") > now.year - YEARS)
        .group_by("author", "year")
        .len()
        .collect()
    )
    found: dict[int, dict[int, int]] = {}
    for author, year, number in counted.iter_rows():
        found.setdefault(author, {})[year] = number
    return found


def top_evidence_works(
    store: Store, snapshot: Snapshot, evidence: pl.DataFrame, most: int
) -> dict[int, list[WorkDetail]]:
    """Each author's works, those that count most first."""
    chosen = (
        evidence.lazy()
        .sort("author", "adds", "date", "work", descending=[False, True, True, False])
        .group_by("author", maintain_order=True)
        .head(most)
        .collect()
    )
    detail = select_sorted_rows(snapshot.load_table("works").select(DETAIL), "work", chosen["work"])
    worded = pl.col("words") if "words" in chosen.columns else pl.col("match")
    chosen = chosen.with_columns(by_meaning=(pl.col("match") > 0) & (worded == 0))
    best = (
        chosen.lazy()
        .join(detail.lazy(), on="work", maintain_order="left")
        .select(
            "author",
            "work_id",
            "title",
            "date",
            "venue",
            "url",
            "position",
            "n_authors",
            "match",
            "sources",
            "adds",
            "by_meaning",
        )
        .collect()
    )
    works: dict[int, list[WorkDetail]] = {}
    for row in best.iter_rows(named=True):
        works.setdefault(row["author"], []).append(
            {
                "work_id": row["work_id"],
                "title": row["title"],
                "date": row["date"].isoformat(),
                "year": row["date"].year,
                "venue": row["venue"],
                "url": evidence_text.http_url_or_none(row["url"]) or whereabouts.work_page(row["work_id"]),
                "position": evidence_text.position_label(row["position"], row["n_authors"]),
                "n_authors": row["n_authors"],
                "match": round(row["match"], 3),
                "adds": round(float(row["adds"]), 3),
                "near_in_meaning": row["by_meaning"],
                "source": ", ".join(row["sources"]),
            }
        )
    return works
