"""Named questions and their answers, ready to show: the command line and the dashboard ask only these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

import polars as pl

from finder.answers import (
    coverage_gaps,
    geo_filter,
    identity,
    internship_evidence,
    lookup,
    mentoring,
    openings,
    person_rows,
)
from finder.answers.query import Query, add_current_places, filter_authors
from finder.ranking import advisor_score, engines, text_match
from finder.ranking.similar_authors import match_author_topic as matches_like
from finder.results import Advisor, Coverage, Identity, NearPlace, PersonCard, PossibleDouble, QueryTerm, SourceCoverage
from finder.storage import Snapshot, Store
from finder.text.names import interest_key, name_key

EVIDENCE_WORKS = 5
Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer(Generic[Result]):
    """An answer in the shape of the JSON contract.

    Attributes:
        results: rows, of one of the types of :mod:`finder.results`.
        total: people who passed the filters, of whom ``results`` are the first.
        left_out: how many were filtered out, by reason.
        terms: what was looked for, with weights.
        coverage: what the answer rests on.
        near: the place that was asked for, how that is known, and the kilometres; None where none was.
    """

    interest: str
    as_of: str
    coverage: Coverage
    terms: list[QueryTerm]
    total: int
    left_out: dict[str, int]
    results: list[Result]
    near: NearPlace | None = field(default=None, kw_only=True)

    def to_polars(self) -> pl.DataFrame:
        """The results as a frame, one row each."""
        return pl.DataFrame(self.results, infer_schema_length=None)

    def to_json(self) -> dict[str, object]:
        """As printed by ``--format json``."""
        return {
            "interest": self.interest,
            "as_of": self.as_of,
            "coverage": self.coverage,
            "terms": self.terms,
            "total": self.total,
            "left_out": self.left_out,
            "near": self.near,
            "results": self.results,
        }


@dataclass(frozen=True)
class CandidatePool:
    """What an interest found, before anybody is weighed or filtered: the slow part of an answer, good for many wishes.

    Attributes:
        now: the day that ages are counted from, see :func:`finder.ranking.text_match.latest_covered_day`.
        evidence: matched works by author, see :func:`finder.ranking.advisor_score.collect_evidence`.
        people: who did more than touch the interest, with sums, record, stage, what describes their evidence, and
            where they are.
        posts: theirs, up to the day of the query.
        barely: how many merely touched it.
    """

    snapshot: Snapshot
    found: text_match.Matches
    now: date
    evidence: pl.DataFrame
    people: pl.DataFrame
    posts: pl.DataFrame
    barely: int


def find_advisors(store: Store, query: Query, engine: engines.Engine = engines.POLARS) -> Answer[Advisor]:
    """People who could advise on an interest, best first, each with reasons and evidence.

    Args:
        engine: what sums, records and scores are computed on; the answer is the same.

    Raises:
        EmptyStore: the store is empty.
        UsageError: the filters are invalid or contradict each other.
    """
    scoring_scheme(query)  # what cannot be granted is told before anything is read
    return rank_candidates(store, collect_candidates(store, query, engine), query, engine)


def collect_candidates(store: Store, query: Query, engine: engines.Engine = engines.POLARS) -> CandidatePool:
    """The people of an interest and what is known of them; only :meth:`Query.question` of the query matters.

    Raises:
        EmptyStore: the store is empty.
    """
    snapshot = store.snapshots.current_snapshot()
    found = _match_query_works(store, snapshot, query)
    now = text_match.latest_covered_day(snapshot, found.frame, query.as_of)
    authorships = engines.authorship_table(engine, snapshot, "work", found.frame["work"])

    def compute_evidence(matches: Any, names: Any) -> Any:
        return advisor_score.collect_evidence(matches, names, query.as_of, now, query.half_life, text=found.text)[0]

    rows = engines.run_query(engine, compute_evidence, found.frame, authorships)
    sums = engines.run_query(engine, advisor_score.aggregate_by_author, rows)
    on_it = sums.filter(pl.col("evidence") >= scoring_scheme(query, found).min_evidence)
    if query.like:
        on_it = on_it.filter(pl.col("author") != lookup.resolve_author(snapshot, query.like))
    people, posts = person_rows.load_author_profiles(snapshot, on_it, query.as_of, engine)
    people = engines.run_query(
        engine, lambda known: advisor_score.add_score_signals(known, scoring_scheme(query, found)), people
    )
    people = add_current_places(people, posts, query.as_of)
    return CandidatePool(snapshot, found, now, rows, people, posts, sums.height - on_it.height)


def _match_query_works(store: Store, snapshot: Snapshot, query: Query) -> text_match.Matches:
    """The works that the interest finds, or the works of the person whom it is like."""
    if query.like:
        return matches_like(store, snapshot, lookup.resolve_author(snapshot, query.like), query.as_of, query.without)
    return text_match.match_works(
        store, snapshot, query.interest, query.as_of, without=query.without, expand=query.related
    )


def rank_candidates(
    store: Store, gathered: CandidatePool, query: Query, engine: engines.Engine = engines.POLARS
) -> Answer[Advisor]:
    """Those gathered who fit the query, weighed as it says, best first.

    Raises:
        UsageError: the filters are invalid or contradict each other.
    """
    snapshot, found, now, posts = gathered.snapshot, gathered.found, gathered.now, gathered.posts
    around = geo_filter.resolve_geo_filter(snapshot, query.near, query.within)
    scored = score_candidates(gathered, query, engine)
    kept, left_out = filter_authors(snapshot, scored, posts, query, around)
    if gathered.barely:
        left_out["who barely touch it"] = gathered.barely
    listed = advisor_score.sort_by_score(kept.lazy(), query.sort).head(query.top).collect()
    rows = person_rows.advisor_rows(
        store, snapshot, listed, gathered.evidence, posts, query.as_of, now, EVIDENCE_WORKS, query.interest
    )
    if around:
        around.add_distances(rows)
    _mark_duplicate_rows(snapshot, listed, rows)
    wanted = {code.upper() for code in query.countries}
    _attach_person_openings(store, rows, query.as_of)
    for row in rows:  # who holds two posts is shown at the one that was asked for
        row["current"].sort(key=lambda post: bool(wanted) and post["country"] not in wanted)
    return Answer(
        interest=query.interest,
        as_of=query.as_of.isoformat(),
        coverage={
            **answer_coverage(store, snapshot, query.interest, found, now),
            "gaps": coverage_gaps.trait_gap_notes(snapshot, query.traits, scored, posts),
        },
        terms=found.terms_to_json(),
        total=kept.height,
        left_out=left_out,
        results=rows,
        near=around.to_json(query.interest) if around else None,
    )


def _mark_duplicate_rows(snapshot: Snapshot, listed: pl.DataFrame, rows: list[Advisor]) -> None:
    """Add to each row the other rows that may be the same person: ``row`` (its place), ``author_id``."""
    place = {author: number for number, author in enumerate(listed["author"].to_list(), 1)}
    for row in rows:
        row["perhaps_same"] = []
    for author, other in identity.duplicates_in_list(snapshot, listed).iter_rows():
        double: PossibleDouble = {"row": place[other], "author_id": rows[place[other] - 1]["author_id"]}
        rows[place[author] - 1]["perhaps_same"].append(double)


def score_candidates(gathered: CandidatePool, query: Query, engine: engines.Engine = engines.POLARS) -> pl.DataFrame:
    """Those gathered, with the score as the query weighs it."""
    scheme = scoring_scheme(query, gathered.found)
    return engines.run_query(engine, lambda people: advisor_score.apply_weights(people, scheme), gathered.people)


def scoring_scheme(query: Query, found: text_match.Matches | None = None) -> advisor_score.ScoringScheme:
    """How the evidence for a query becomes a score; ``found`` tells whether it is about a text.

    Raises:
        UsageError: its weights or its order make no sense.
    """
    return advisor_score.ScoringScheme(query.weights, query.half_life, found is not None and found.text, query.sort)


def person_profile(
    store: Store, who: str, as_of: date, interest: str | None = None, found: text_match.Matches | None = None
) -> PersonCard:
    """The whole card of one person, by author id, another id, or name.

    Args:
        found: what the interest matched, where that is known already.

    Raises:
        UsageError: nobody, or more than one equally well, is meant; the message lists the ids to choose from.
    """
    snapshot, (author, others), works = _resolve_person_works(store, who, as_of, interest, found)
    card = _assemble_person_card(store, snapshot, author, works, as_of, interest)
    known: Identity = {
        **identity.identity_confidence(snapshot, author),
        "alike": identity.similar_name_authors(snapshot, author),
    }
    hosted = internship_evidence.hosting_by_company(snapshot, author, as_of, None if interest is None else works)
    card["evidence"] += [internship_evidence.hosting_claim(proof) for row in hosted for proof in row["proofs"]]
    return {**card, "hosting": hosted, "identity": known, "namesakes": others}


def person_preview(
    store: Store, who: str, as_of: date, interest: str | None = None, found: text_match.Matches | None = None
) -> PersonCard:
    """The card of :func:`person_profile`, without whom they hosted and how sure it is who they are: half the work."""
    snapshot, meant, works = _resolve_person_works(store, who, as_of, interest, found)
    return _assemble_person_card(store, snapshot, meant.author, works, as_of, interest)


def _resolve_person_works(
    store: Store, who: str, as_of: date, interest: str | None, found: text_match.Matches | None
) -> tuple[Snapshot, lookup.ResolvedPerson, pl.DataFrame]:
    """The snapshot, who is meant, and their works with how well each fits."""
    snapshot = store.snapshots.current_snapshot()
    meant = lookup.resolve_likely_author(snapshot, who)
    if interest is not None and found is None:
        found = text_match.match_works(store, snapshot, interest, as_of)
    return snapshot, meant, _author_work_matches(snapshot, meant.author, found)


def _assemble_person_card(
    store: Store, snapshot: Snapshot, author: int, works: pl.DataFrame, as_of: date, interest: str | None
) -> PersonCard:
    _, sums = advisor_score.collect_evidence(works.lazy(), snapshot.load_table("authorships").lazy(), as_of, as_of, 4.0)
    circle = mentoring.load_advising_circle(snapshot, author, as_of)
    people, posts = person_rows.load_author_profiles(
        snapshot, sums.join(circle.everybody.lazy(), on="author", how="semi").collect(), as_of
    )
    own = pl.col("author") == author
    card = person_rows.person_card(
        store, snapshot, author, people.filter(own), posts.filter(own), works, as_of, interest
    )
    _attach_person_openings(store, [card], as_of)
    led, advised_by = mentoring.mentoring_card(snapshot, circle, people, posts, as_of)
    card["evidence"] += mentoring.advising_claims(led["students"], "last author with")
    card["evidence"] += mentoring.advising_claims(led["guests"], "last author with guest")
    card["evidence"] += [
        mentoring.joint_work_claim(f"probably advised by {one['name']}", work)
        for one in advised_by
        for work in one["works"][:1]
    ]
    return {**card, "mentoring": led, "advised_by": advised_by}


def _attach_person_openings(store: Store, rows: Sequence[Advisor | PersonCard], as_of: date) -> None:
    """Complete people with the open positions that name them, as evidence, too."""
    named = openings.openings_naming_people(store, [openings.PersonAt.from_row(row) for row in rows], as_of)
    for row in rows:
        row["openings"] = named.get(row["author_id"], [])
        row["evidence"] += openings.opening_claims(row["openings"])


def suppression_tokens(store: Store, who: str) -> list[str]:
    """What a suppression of somebody is about: all their ids, and their name at each of their institutions."""
    snapshot = store.snapshots.current_snapshot()
    author = lookup.resolve_author(snapshot, who)
    person = snapshot.load_table("authors").row(by_predicate=pl.col("author") == author, named=True)
    at = (
        snapshot.load_table("affiliations")
        .filter(pl.col("author") == author)
        .join(snapshot.load_table("institutions"), on="institution")
    )
    places = at["institution_id"].unique().sort().to_list()
    return [person["author_id"], *person["ids"], *(f"{name_key(person['name'])}|{place}" for place in places)]


def suggest_terms(store: Store, text: str, limit: int = 10) -> list[str]:
    """Known keywords that begin with or hold what has been typed, most usual first."""
    terms = store.snapshots.current_snapshot().load_table("terms").filter(pl.col("keyword") & ~pl.col("heading"))
    typed = " ".join(text.casefold().split())
    held = terms.filter(pl.col("term").str.contains(typed, literal=True))
    begins = pl.col("term").str.starts_with(typed)
    return held.sort(begins, "share", "term", descending=[True, True, False]).head(limit)["term"].to_list()


def search_people(store: Store, name: str, limit: int = 12) -> list[lookup.PersonMatch]:
    """People whom an id or link means, or whose name holds all words that were typed, most works first."""
    return lookup.search_author_names(store.snapshots.current_snapshot(), name, limit)


def institution_countries(store: Store) -> list[str]:
    """Countries of the institutions in the store."""
    found = store.snapshots.current_snapshot().load_table("institutions").select("country").drop_nulls().unique()
    return found.sort("country")["country"].to_list()


def _author_work_matches(snapshot: Snapshot, author: int, found: text_match.Matches | None) -> pl.DataFrame:
    """``work``, ``match`` of all of somebody's works; match is 0 off the interest, 1 where there is no interest."""
    own = snapshot.load_table("authorships").filter(pl.col("author") == author, pl.col("published")).select("work")
    if found is None:
        return own.with_columns(match=pl.lit(1.0))
    match_of = found.frame.select("work", "match")
    return own.join(match_of, on="work", how="left").with_columns(pl.col("match").fill_null(0.0))


def answer_coverage(store: Store, snapshot: Snapshot, interest: str, found: text_match.Matches, now: date) -> Coverage:
    """What an answer rests on: stored and matched works, and how each source fared when it was last collected."""
    key = interest_key(interest)
    runs = (
        store.runs.latest_run(interest=key, kind=kind) for kind in ("collect", "visit")
    )  # people's pages come after
    last = {entry.source: entry for run in runs if run for entry in store.runs.source_runs(run.id)}
    counts = snapshot.meta.get("records", {})
    names = sorted({*counts, *last})
    entries: list[SourceCoverage] = [
        {
            "source": name,
            "state": last[name].state if name in last else "stored",
            "works": counts.get(name, 0),
            "complete": last[name].complete if name in last else None,
            "message": last[name].message if name in last else "",
        }
        for name in names
    ]
    stored = snapshot.meta.get("works", 0)
    matched = found.frame.height
    return {"works": stored, "sources": entries, "matched": matched, "until": now.isoformat(), "read": found.read}
