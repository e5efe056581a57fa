"""Why somebody is where they are in an answer, or why they are not listed: one reason a line, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Literal

import polars as pl

from finder.answers import CandidatePool, collect_candidates, geo_filter, lookup, person_rows, score_candidates
from finder.answers import affiliation_rows as whereabouts
from finder.answers.filter_reasons import filter_reason_text
from finder.answers.lookup import PersonMatch, PersonReference
from finder.answers.query import Query, build_filter_reasons
from finder.ranking import advisor_score, evidence_text, text_match
from finder.results import Advisor, Evidence, LastListed, WorkDetail, WorkRef
from finder.storage import Snapshot, Store
from finder.text import names
from finder.text.sanitize import quote_query

State = Literal[
    "listed", "below the cut", "filtered out", "barely matched", "not matched", "no work", "hidden", "not collected"
]
SHOWN = 3  # works behind a reason
ONE_MORE = 0.6  # what another work of theirs would add: led, of today, on the interest to 0.7


@dataclass(frozen=True)
class RankReason:
    """One reason: what it is about, the reason in words, and what shows it (claim, source, url and date)."""

    about: str
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class RankExplanation:
    """How somebody stands in an answer.

    Attributes:
        asked: the name or id that was asked for.
        place, total: among those who passed the filters; None for whoever did not.
        parts: what describes their evidence, where a work of theirs counts enough to have one.
        last: the last one who is listed, where somebody is below the cut.
        alike: people whose names are near to the one asked for, where nobody bears it.
    """

    asked: str
    interest: str
    as_of: str
    state: State
    reasons: tuple[RankReason, ...]
    author_id: str | None = None
    name: str | None = None
    place: int | None = None
    total: int | None = None
    band: str | None = None
    score: float | None = None
    parts: dict[str, float] | None = None
    last: LastListed | None = None
    alike: tuple[PersonMatch, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether they are on the list."""
        return self.state == "listed"

    def to_json(self) -> dict[str, object]:
        """As printed by ``--format json``."""
        reasons = [{"about": r.about, "reason": r.reason, "evidence": list(r.evidence)} for r in self.reasons]
        shape = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {
            **shape,
            "listed": self.is_listed,
            "alike": [_person_match_json(one) for one in self.alike],
            "reasons": reasons,
        }


def explain_author_rank(
    store: Store, who: str, query: Query, gathered: CandidatePool | None = None, *, own: bool = True
) -> RankExplanation:
    """Why somebody is where they are among the answers to a query.

    Args:
        gathered: what the interest found, where that is known already.
        own: the user asks, and may read whom they have hidden; for others, whoever is hidden is nobody.

    Raises:
        EmptyStore: the store is empty.
        UsageError: nobody or several are meant, or the filters are invalid or contradict each other.
    """
    snapshot = gathered.snapshot if gathered else store.snapshots.current_snapshot()
    asked = lookup.interpret_person_text(snapshot, who)
    if lookup.matching_authors(snapshot, asked).is_empty():
        return _explain_unknown_person(store, snapshot, asked, query, own=own)
    author = lookup.resolve_author(snapshot, who)
    return _explain_stored_author(store, gathered or collect_candidates(store, query), author, who, query)


def _person_match_json(one: PersonMatch) -> dict[str, object]:
    return {key: value for key, value in one._asdict().items() if key != "author"}


def _explain_unknown_person(
    store: Store, snapshot: Snapshot, asked: PersonReference, query: Query, *, own: bool
) -> RankExplanation:
    """Nobody is stored, or the user has hidden them; whoever is forgotten is nobody."""
    if own and _is_hidden_person(store, snapshot, asked):
        by_you = RankReason("hidden", f"you have hidden {asked.text}. To show them again: finder hide ID --undo")
        return RankExplanation(asked.text, query.interest, query.as_of.isoformat(), "hidden", (by_you,))
    nobody = f"{asked.not_found_message()} Collect an interest they work on, or check the spelling"
    reason = RankReason("not collected", nobody[0].lower() + nobody[1:])
    near_it = tuple(lookup.suggest_similar_authors(snapshot, asked))
    return RankExplanation(
        asked.text, query.interest, query.as_of.isoformat(), "not collected", (reason,), alike=near_it
    )


def _is_hidden_person(store: Store, snapshot: Snapshot, asked: PersonReference) -> bool:
    if not store.suppressions.has_suppressions():
        return False
    folded = names.name_key(asked.name or asked.text)
    tokens = [
        asked.suppression_token,
        *(f"{folded}|{place}" for place in snapshot.load_table("institutions")["institution_id"]),
    ]
    forgotten = store.suppressions.erasure_list() or ()
    if any(token in forgotten for token in (*tokens, f"name|{folded}")):
        return False
    return bool(store.suppressions.which_suppressed(tokens))


def _explain_stored_author(
    store: Store, gathered: CandidatePool, author: int, who: str, query: Query
) -> RankExplanation:
    """Somebody who is stored."""
    snapshot = gathered.snapshot
    around = geo_filter.resolve_geo_filter(snapshot, query.near, query.within)
    known, hurdles = build_filter_reasons(snapshot, score_candidates(gathered, query), gathered.posts, query, around)
    outs = [hurdle.out.fill_null(value=False) for hurdle in hurdles]
    own = pl.col("author") == author
    ordered = advisor_score.sort_by_score(known.filter(~pl.any_horizontal(outs)) if outs else known, query.sort)
    person = snapshot.load_table("authors").row(by_predicate=own, named=True)
    base = {
        "asked": who,
        "interest": query.interest,
        "as_of": query.as_of.isoformat(),
        "author_id": person["author_id"],
        "name": person["name"],
    }
    here = known.filter(own)
    if here.is_empty():
        state, reason = _explain_unmatched(store, gathered, author, query)
        return RankExplanation(**base, state=state, reasons=(reason,), total=ordered.height)
    row = _author_answer_row(store, gathered, here, query)
    weighed_ = {"parts": row["parts"], "score": row["score"], "total": ordered.height}
    recent = _recency_reason(
        store, gathered, author, evidence_text.latest_visible_day({**here.row(0, named=True), "now": gathered.now})
    )
    place = ordered.with_row_index("place", 1).filter(own)
    if place.is_empty():
        holds = here.select(out.alias(str(number)) for number, out in enumerate(outs)).row(0)
        posts = whereabouts.affiliations_by_author(store, gathered.posts.filter(own), query.as_of).get(author, [])
        kept_out = [h for h, out in zip(hurdles, holds, strict=True) if out]
        about = here.row(0, named=True)
        # an unknown country is not the one asked for either: one line is enough
        reasons = {
            h.about: RankReason(h.about, *filter_reason_text(h, row, about, posts, query, around)) for h in kept_out
        }
        return RankExplanation(**base, **weighed_, state="filtered out", reasons=(*reasons.values(), recent))
    nth, band = place["place"].item(), place["band"].item()
    stands = {"place": nth, "band": band, **weighed_}
    at = f"place {nth:,} of {ordered.height:,}, {advisor_score.WORDS[band]} match"
    works = _top_work_claims(row)
    moving = RankReason("moving up", rank_gain_hint(row, ordered["score"]))
    if nth <= query.top:
        place_ = RankReason("place", f"{at}: {row['why']}", works)
        return RankExplanation(**base, **stands, state="listed", reasons=(place_, moving) if nth > 1 else (place_,))
    end = ordered.row(query.top - 1, named=True)
    last: LastListed = {
        "author_id": end["author_id"],
        "name": end["name"],
        "place": query.top,
        "band": end["band"],
        "score": round(end["score"], 4),
        "parts": {part: round(end[part], 3) for part in advisor_score.PARTS},
    }
    cut = RankReason("place", f"{at}; the list ends at place {query.top:,}: {cutoff_comparison(row, last)}", works)
    return RankExplanation(**base, **stands, state="below the cut", reasons=(cut, moving, recent), last=last)


def cutoff_comparison(row: Advisor, last: LastListed) -> str:
    """The evidence against that of the last one who is listed.

    >>> cutoff_comparison({"score": 0.4, "plus_minus": 0.2}, {"name": "Ada", "score": 1.5})
    'their works add up to 0.40 (± 0.20), those of Ada, who is the last listed, to 1.50'
    """
    own = f"{row['score']:.2f} (± {row['plus_minus']:.2f})"
    return f"their works add up to {own}, those of {last['name']}, who is the last listed, to {last['score']:.2f}"


def rank_gain_hint(row: Advisor, scores: pl.Series) -> str:
    """Where one more work of theirs would bring somebody.

    Args:
        scores: of everybody who passed the filters.

    >>> rank_gain_hint({"score": 0.4}, pl.Series([3.0, 0.9, 0.5, 0.4]))
    'one more work on it that they lead, of now, would add about 0.6: place 2'
    """
    place = int((scores > row["score"] + ONE_MORE).sum()) + 1
    return f"one more work on it that they lead, of now, would add about {ONE_MORE:g}: place {place:,}"


def _top_work_claims(row: Advisor) -> tuple[Evidence, ...]:
    """The works that add most, each with what it adds and why that much."""
    claims = row["evidence"][: len(row["works"])]  # the works come first
    return tuple(
        {
            **claim,
            "claim": f"adds {work['adds']:.2f} (match {work['match']:.2f}{_semantic_suffix(work)}): {claim['claim']}",
        }
        for claim, work in zip(claims, row["works"], strict=True)
    )


def _semantic_suffix(work: WorkRef) -> str:
    return ", near in meaning" if work["near_in_meaning"] else ""


def _author_answer_row(store: Store, gathered: CandidatePool, here: pl.DataFrame, query: Query) -> Advisor:
    """The row they would have on the list."""
    one = here.with_columns(band=pl.lit(""))
    (row,) = person_rows.advisor_rows(
        store, gathered.snapshot, one, gathered.evidence, gathered.posts, query.as_of, gathered.now, SHOWN
    )
    return row


def _explain_unmatched(store: Store, gathered: CandidatePool, author: int, query: Query) -> tuple[State, RankReason]:
    """Why nobody weighed them: no work of theirs matches, or hardly."""
    snapshot = gathered.snapshot
    touched = gathered.evidence.filter(pl.col("author") == author)
    if not touched.is_empty():
        works = person_rows.top_evidence_works(store, snapshot, touched, SHOWN)[author]
        few = f"{touched.height} work{'s' * (touched.height != 1)} of theirs"
        faintly = "too faintly to be weighed: little of it is about your words, or they are one of many authors"
        said = f"{few} touch{'es' * (touched.height == 1)} the interest, {faintly}"
        return "barely matched", RankReason("barely matched", said, _work_claims(works))
    everything = snapshot.load_table("authorships").filter(
        pl.col("author") == author, pl.col("published"), pl.col("date") <= query.as_of
    )
    if everything.is_empty():
        said = f"no published work of theirs is stored up to {query.as_of}"
        return "no work", RankReason("no work", said)
    nearest = text_match.missing_words(store, snapshot, query.interest, query.as_of, everything)
    rows = everything.join(nearest, on="work").with_columns(match=pl.lit(0.0), adds=pl.col("held"))
    shown = person_rows.top_evidence_works(store, snapshot, rows, SHOWN)[author]
    of = nearest.join(snapshot.load_table("works").select("work", "work_id"), on="work")
    lacks = dict(of.select("work_id", pl.col("missing").list.join(", ")).iter_rows())
    said = f"none of their {everything.height:,} stored works matches {quote_query(query.interest)}"
    if gathered.found.frame.is_empty():
        said += ", nor does anybody's: collect the interest, or say it in other words"
    else:
        said += "; the nearest, and the words that are missing"
    claims: list[Evidence] = [
        {**claim, "claim": f"{claim['claim']}: without {lacks[work['work_id']]}"}
        for claim, work in zip(_work_claims(shown), shown, strict=True)
    ]
    return "not matched", RankReason("not matched", said, tuple(claims))


def _recency_reason(store: Store, gathered: CandidatePool, author: int, reached: date) -> RankReason:
    """How new their works on the interest are, of those that could have been seen up to a day."""
    own = gathered.evidence.filter(pl.col("author") == author).with_columns(adds=pl.col("date").dt.epoch("d"))
    (newest,) = person_rows.top_evidence_works(store, gathered.snapshot, own, 1)[author]
    late = own.filter(pl.col("date") >= reached - timedelta(days=730)).height
    of = f"{late} of their {own.height} works on the interest {'is' if late == 1 else 'are'}"
    none = f"none of their {own.height} works on the interest is"
    said = f"{of if late else none} of the two years to {reached:%Y-%m}; the newest is of {newest['date'][:7]}"
    if reached < gathered.now - evidence_text.UNSEEN:
        said += f"; later works in their usual venues are not stored, up to {gathered.now:%Y-%m} they would count"
    return RankReason("recent", said, _work_claims([newest]))


def _work_claims(works: Sequence[WorkDetail]) -> tuple[Evidence, ...]:
    return tuple(evidence_text.evidence_claims({"stage": "unknown"}, works, (), None))


def rank_headline(found: RankExplanation) -> str:
    """In one line: the place, or why there is none."""
    if found.place is not None and found.is_listed:
        return f"Listed at place {found.place:,} of {found.total:,}, {advisor_score.WORDS[found.band or 'D']} match"
    return f"Not listed: {found.state}" + (f", place {found.place:,} of {found.total:,}" if found.place else "")
