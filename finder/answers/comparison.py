"""A few chosen people side by side: the rows of a list, whether or not they would be on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from finder.answers import openings, person_rows
from finder.features import statements
from finder.ranking import advisor_score, text_match
from finder.results import Advisor, ComparedPerson, ListedPerson, NamedOpening, Statement
from finder.storage import Snapshot, Store
from finder.text.sanitize import quote_query

NEAREST = 3  # works shown of each


def compare_authors(
    store: Store,
    authors: Sequence[int],
    interest: str,
    as_of: date,
    weights: Mapping[str, float] | None = None,
    half_life: float = 4.0,
    most: int = NEAREST,
) -> dict[int, ComparedPerson]:
    """Rows as in the contract of ``finder advisors``, by author number; the works are those that add most
    evidence: on the interest, led by them, recent.

    Whoever has no work on the interest has their newest works, and None for score, band and parts. ``says`` holds their
    own statements, newest reading first; ``openings`` those that name them. Missing: those without a published work up
    to that day.

    Args:
        interest: may be empty; then nobody has a work on it.
    """
    if not authors:
        return {}
    snapshot = store.snapshots.current_snapshot()
    chosen = pl.DataFrame({"author": list(authors)}, schema={"author": pl.UInt32}).unique()
    everyone = snapshot.load_table("authorships").lazy()
    own = everyone.join(chosen.lazy(), on="author", how="semi")
    found = text_match.match_works(store, snapshot, interest, as_of) if interest.strip() else None
    on: dict[int, Advisor] = {}
    if found is not None:
        now = text_match.latest_covered_day(snapshot, found.frame, as_of)
        scheme = advisor_score.ScoringScheme(weights or {}, half_life, found.text)
        sums = advisor_score.collect_evidence(found.frame.lazy(), own, as_of, now, half_life, text=found.text)
        on = _score_author_rows(store, snapshot, chosen, sums, as_of, now, scheme, most)
    left = chosen.filter(~pl.col("author").is_in(list(on)))
    off = own.join(left.lazy(), on="author", how="semi")
    sums = advisor_score.collect_evidence(off.select("work", match=pl.lit(1.0)).unique(), off, as_of, as_of, half_life)
    rest = _score_author_rows(store, snapshot, left, sums, as_of, as_of, advisor_score.ScoringScheme(), most)
    nothing = f"No stored work on {quote_query(interest)}." if interest.strip() else ""
    said, named = _own_words(store, snapshot, {**on, **rest}, as_of)
    rows = {author: _compared_person(row, said[author], named.get(row["author_id"], [])) for author, row in on.items()}
    for author, row in rest.items():
        rows[author] = {
            **_compared_person(row, said[author], named.get(row["author_id"], [])),
            "score": None,
            "band": None,
            "matched": 0,
            "why": nothing,
            "parts": dict.fromkeys(advisor_score.PARTS),
            "works": [{**work, "match": 0.0} for work in row["works"]],
        }
    return rows


def _compared_person(row: Advisor, said: list[Statement], named: list[NamedOpening]) -> ComparedPerson:
    known: ListedPerson = row
    return {
        **known,
        "score": row["score"],
        "parts": dict(row["parts"]),
        "says": said,
        "openings": named,
        "evidence": [*row["evidence"], *openings.opening_claims(named)],
    }


def _score_author_rows(
    store: Store,
    snapshot: Snapshot,
    chosen: pl.DataFrame,
    gathered: tuple[pl.LazyFrame, pl.LazyFrame],
    as_of: date,
    now: date,
    scheme: advisor_score.ScoringScheme,
    most: int,
) -> dict[int, Advisor]:
    """Rows of the chosen, from what :func:`finder.ranking.advisor_score.collect_evidence` gives: evidence and sums."""
    evidence, sums = pl.collect_all(gathered)
    if sums.is_empty():
        return {}
    people_, posts = person_rows.load_author_profiles(snapshot, sums, as_of)
    listed = advisor_score.sort_by_score(advisor_score.score_advisors(people_.lazy(), scheme).collect())
    rows = person_rows.advisor_rows(store, snapshot, listed, evidence, posts, as_of, now, most)
    return dict(zip(listed["author"].to_list(), rows, strict=True))


def _own_words(
    store: Store, snapshot: Snapshot, rows: Mapping[int, Advisor], as_of: date
) -> tuple[dict[int, list[Statement]], dict[str, list[NamedOpening]]]:
    """What people say themselves, by author, and the openings that name them, by author id."""
    chosen = pl.DataFrame({"author": list(rows)}, schema={"author": pl.UInt32})
    said = statements.load_statements(snapshot, chosen, as_of)
    named = openings.openings_naming_people(store, [openings.PersonAt.from_row(row) for row in rows.values()], as_of)
    return {author: person_rows.own_statements(said.filter(pl.col("author") == author)) for author in rows}, named
