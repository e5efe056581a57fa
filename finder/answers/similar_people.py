"""People whose work is like somebody's: who they are, which works of both are alike, and what these share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from finder.answers import affiliation_rows as whereabouts
from finder.answers import lookup, person_rows
from finder.ranking import evidence_text, similar_authors
from finder.ranking.similar_authors import AuthorTopic
from finder.ranking.work_embeddings import EmbeddingReader, open_embedding_reader
from finder.results import Links
from finder.storage import Snapshot, Store
from finder.tables import select_sorted_rows

SHOWN = 15  # people shown unless another number is asked for
SPARE = 2  # how many times as many are looked at, since students are left out
PAIRS = 3  # pairs of works shown for each person
TERMS = 6  # shared terms shown


class WorkReference(NamedTuple):
    """A work as evidence."""

    work_id: str
    title: str
    year: int
    venue: str | None
    url: str | None


class WorkPair(NamedTuple):
    """Two works that are alike, and the terms that both hold, most telling first; none where they are so in meaning."""

    theirs: WorkReference
    own: WorkReference
    terms: tuple[str, ...]


class SimilarPerson(NamedTuple):
    """Somebody whose work is like the person's.

    Attributes:
        nearness: from 0 to 1, where 1 would be works just like the person's own.
        alike: how many works that they led are near.
        joint: stored works that both wrote; these count for nothing here.
        terms: what their near works share with the person's, most telling first.
    """

    author_id: str
    name: str
    nearness: float
    stage: str
    stage_confidence: float
    institution: str | None
    country: str | None
    links: Links
    alike: int
    joint: int
    terms: tuple[str, ...]
    pairs: tuple[WorkPair, ...]


class SimilarPeople(NamedTuple):
    """The answer.

    Attributes:
        read: what the person's topic is read from, as a sentence.
        terms: that topic, most telling first.
        students: how many of those who were looked at are left out as students.
    """

    author_id: str
    name: str
    as_of: str
    read: str
    terms: tuple[str, ...]
    students: int
    results: tuple[SimilarPerson, ...]

    def to_json(self) -> dict[str, object]:
        """As printed by ``--format json``."""
        results = [
            {
                **one._asdict(),
                "pairs": [
                    {"theirs": pair.theirs._asdict(), "own": pair.own._asdict(), "terms": pair.terms}
                    for pair in one.pairs
                ],
            }
            for one in self.results
        ]
        return {**self._asdict(), "results": results}


def find_similar_people(
    store: Store, who: str, as_of: date, top: int = SHOWN, *, students: bool = False
) -> SimilarPeople:
    """Whose recent led works are nearest to somebody's.

    Args:
        who: an id or a name.
        students: whether they are listed, too.

    Raises:
        EmptyStore: the store is empty.
        UsageError: nobody, or more than one, is meant; the message lists the ids to choose from.
    """
    snapshot = store.snapshots.current_snapshot()
    author = lookup.resolve_author(snapshot, who)
    person = select_sorted_rows(snapshot.load_table("authors"), "author", pl.Series([author])).row(0, named=True)
    own = similar_authors.recent_led_works(snapshot, author, as_of)
    found = similar_authors.extract_topic(store, snapshot, own)
    reader = open_embedding_reader(store, snapshot)
    near = similar_authors.make_author_similarity(reader)
    written = similar_authors.author_authorships(snapshot, author)["work"]
    nearest, works = similar_authors.rank_similar_authors(
        snapshot, similar_authors.score_topic_works(found, near), as_of, written
    )
    looked_at = nearest.filter(pl.col("author") != author).head(top * SPARE)
    known, posts = person_rows.load_author_profiles(snapshot, looked_at, as_of)
    student = pl.col("is_student")
    kept = known.filter(pl.lit(students) | ~student.fill_null(value=False))
    listed = kept.sort("nearness", "author_id", descending=[True, False]).head(top)
    places = whereabouts.affiliations_by_author(
        store, posts.join(listed.select("author"), on="author", how="semi"), as_of
    )
    joint = _joint_counts_by_author(snapshot, listed, written, as_of)
    pairs = _nearest_work_pairs(snapshot, reader, found, works.join(listed.select("author"), on="author", how="semi"))
    shared = _common_terms(found, works.join(listed.select("author"), on="author", how="semi"))
    results = []
    for row in listed.iter_rows(named=True):
        post = next((post for post in places.get(row["author"], []) if post["current"]), None)
        results.append(
            SimilarPerson(
                row["author_id"],
                row["name"],
                round(row["nearness"], 3),
                row["stage"],
                row["stage_confidence"],
                post["institution"] if post else None,
                post["country"] if post else None,
                evidence_text.profile_links(row["ids"], row["homepage"]),
                row["alike"],
                joint.get(row["author"], 0),
                shared.get(row["author"], ()),
                pairs.get(row["author"], ()),
            )
        )
    return SimilarPeople(
        person["author_id"],
        person["name"],
        as_of.isoformat(),
        similar_authors.topic_source_sentence(person["name"], own),
        tuple(found.terms["term"]),
        known.height - kept.height,
        tuple(results),
    )


def interest_from_person(store: Store, who: str) -> tuple[str, str]:
    """The id of whom an id or a name means, and the words that stand for their work where an interest would.

    Raises:
        EmptyStore: the store is empty.
        UsageError: nobody, or more than one, is meant; the message lists the ids to choose from.
    """
    snapshot = store.snapshots.current_snapshot()
    row = select_sorted_rows(
        snapshot.load_table("authors"), "author", pl.Series([lookup.resolve_author(snapshot, who)])
    ).row(0, named=True)
    return row["author_id"], similar_authors.similar_work_label(row["name"])


def _joint_counts_by_author(
    snapshot: Snapshot, listed: pl.DataFrame, written: pl.Series, as_of: date
) -> dict[int, int]:
    """How many works each of some people wrote with the person."""
    both = select_sorted_rows(snapshot.load_table("authorships"), "work", written).join(
        listed.select("author"), on="author", how="semi"
    )
    counted = both.filter(pl.col("published"), pl.col("date") <= as_of)
    return dict(counted.group_by("author").agg(pl.col("work").n_unique()).iter_rows())


def _common_terms(found: AuthorTopic, works: pl.DataFrame) -> dict[int, tuple[str, ...]]:
    """What each one's near works share with the person's, most telling first."""
    held = works.join(found.held, on="work").join(found.terms, on="number")
    summed = held.group_by("author", "term").agg(told=(pl.col("weight") * pl.col("strength")).sum())
    ordered = summed.sort("author", "told", "term", descending=[False, True, False])
    best = ordered.group_by("author", maintain_order=True).agg(pl.col("term").head(TERMS))
    return {author: tuple(terms) for author, terms in best.iter_rows()}


def _nearest_work_pairs(
    snapshot: Snapshot, reader: EmbeddingReader, found: AuthorTopic, works: pl.DataFrame
) -> dict[int, tuple[WorkPair, ...]]:
    """Each one's nearest works, each with the work of the person that is most like it, by terms, else in meaning."""
    best = works.sort("author", "match", "work", descending=[False, True, False])
    best = best.group_by("author", maintain_order=True).head(PAIRS)
    weighed = found.held.join(found.terms, on="number").select(
        "work", "term", told=pl.col("weight") * pl.col("strength")
    )
    mine = weighed.join(found.own.works, on="work", how="semi").rename({"work": "own", "told": "own_told"})
    both = best.join(weighed, on="work").join(mine, on="term")
    both = both.with_columns(like=pl.min_horizontal("told", "own_told"))
    alike = (
        both.sort("like", "term", descending=[True, False])
        .group_by("author", "work", "match", "own", maintain_order=True)
        .agg(pl.col("term").head(TERMS), pl.col("like").sum())
        .sort("author", "match", "work", "like", "own", descending=[False, True, False, True, False])
        .unique(["author", "work"], keep="first", maintain_order=True)
    )
    meant = best.join(alike, on=["author", "work"], how="anti")
    meant = meant.join(similar_authors.nearest_own_works(reader, found.own, meant["work"].unique()), on="work")
    meant = meant.with_columns(term=pl.lit([], pl.List(pl.String))).select("author", "work", "match", "own", "term")
    alike = pl.concat([alike.select(meant.columns), meant.cast(alike.select(meant.columns).schema)])
    alike = alike.sort("author", "match", "work", descending=[False, True, False])
    numbers = pl.concat([alike["work"], alike["own"]]).unique()
    shown = {
        row["work"]: _work_reference(row)
        for row in select_sorted_rows(snapshot.load_table("works"), "work", numbers).iter_rows(named=True)
    }
    pairs: dict[int, list[WorkPair]] = {}
    for author, work, own, terms in alike.select("author", "work", "own", "term").iter_rows():
        pairs.setdefault(author, []).append(WorkPair(shown[work], shown[own], tuple(terms)))
    return {author: tuple(some) for author, some in pairs.items()}


def _work_reference(row: Mapping[str, Any]) -> WorkReference:
    url = evidence_text.http_url_or_none(row["url"]) or whereabouts.work_page(row["work_id"])
    return WorkReference(row["work_id"], row["title"], row["date"].year, row["venue"], url)
