"""Why somebody is where they are in an answer, or why they are not listed: one reason a line, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from finder import names
from finder.rank import advisors as ranking
from finder.rank import explain, match
from finder.store import Snapshot, Store
from finder.texts import named
from finder.views import Gathered, cards, gather, lookup, near, weighed
from finder.views import places as whereabouts
from finder.views.lookup import Asked, Candidate
from finder.views.wishes import Wish, facing
from finder.views.wishes_told import told

State = Literal[
    "listed", "below the cut", "filtered out", "barely matched", "not matched", "no work", "hidden", "not collected"
]
SHOWN = 3  # works behind a reason
ONE_MORE = 0.6  # what another work of theirs would add: led, of today, on the interest to 0.7


@dataclass(frozen=True)
class Reason:
    """One reason: what it is about, the reason in words, and what shows it (claim, source, url and date)."""

    about: str
    reason: str
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Standing:
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
    reasons: tuple[Reason, ...]
    author_id: str | None = None
    name: str | None = None
    place: int | None = None
    total: int | None = None
    band: str | None = None
    score: float | None = None
    parts: dict[str, float] | None = None
    last: dict[str, Any] | None = None
    alike: tuple[Candidate, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether they are on the list."""
        return self.state == "listed"

    def contract(self) -> dict[str, Any]:
        """As printed by ``--format json``."""
        reasons = [{"about": r.about, "reason": r.reason, "evidence": list(r.evidence)} for r in self.reasons]
        shape = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {**shape, "listed": self.listed, "alike": [_candidate(one) for one in self.alike], "reasons": reasons}


def why(
    store: Store, who: str, wish: Wish, gathered: Gathered | None = None, *, own: bool = True
) -> Standing:  # fmt: skip
    """Why somebody is where they are among the answers to a wish.

    Args:
        gathered: what the interest found, where that is known already.
        own: the user asks, and may read whom they have hidden; for others, whoever is hidden is nobody.

    Raises:
        NothingCollected: the store is empty.
        UsageError: it was not understood who is meant, several are, or the wish cannot be granted as it is.
    """
    snapshot = gathered.snapshot if gathered else store.snapshots.current()
    asked = lookup.asked_of(snapshot, who)
    if lookup.people(snapshot, asked).is_empty():
        return _unknown(store, snapshot, asked, wish, own=own)
    author = lookup.find(snapshot, who)
    return _known(store, gathered or gather(store, wish), author, who, wish)


def _candidate(one: Candidate) -> dict[str, Any]:
    return {key: value for key, value in one._asdict().items() if key != "author"}


def _unknown(store: Store, snapshot: Snapshot, asked: Asked, wish: Wish, *, own: bool) -> Standing:
    """Nobody is stored, or the user has hidden them; whoever is forgotten is nobody."""
    if own and _hidden(store, snapshot, asked):
        by_you = Reason("hidden", f"you have hidden {asked.text}. To show them again: finder hide ID --undo")
        return Standing(asked.text, wish.interest, wish.as_of.isoformat(), "hidden", (by_you,))
    nobody = f"{asked.nobody()} Collect an interest they work on, or check the spelling"
    reason = Reason("not collected", nobody[0].lower() + nobody[1:])
    near_it = tuple(lookup.similar(snapshot, asked))
    return Standing(asked.text, wish.interest, wish.as_of.isoformat(), "not collected", (reason,), alike=near_it)


def _hidden(store: Store, snapshot: Snapshot, asked: Asked) -> bool:
    if not store.suppressions.any():
        return False
    folded = names.fold(asked.name or asked.text)
    tokens = [asked.token, *(f"{folded}|{place}" for place in snapshot.table("institutions")["institution_id"])]
    forgotten = store.suppressions.erased() or ()
    if any(token in forgotten for token in (*tokens, f"name|{folded}")):
        return False
    return bool(store.suppressions.among(tokens))


def _known(store: Store, gathered: Gathered, author: int, who: str, wish: Wish) -> Standing:
    """Somebody who is stored."""
    snapshot = gathered.snapshot
    around = near.asked(snapshot, wish.near, wish.within)
    known, hurdles = facing(snapshot, weighed(gathered, wish), gathered.posts, wish, around)
    outs = [hurdle.out.fill_null(value=False) for hurdle in hurdles]
    own = pl.col("author") == author
    ordered = ranking.ordered(known.filter(~pl.any_horizontal(outs)) if outs else known, wish.sort)
    person = snapshot.table("authors").row(by_predicate=own, named=True)
    base = {
        "asked": who, "interest": wish.interest, "as_of": wish.as_of.isoformat(),
        "author_id": person["author_id"], "name": person["name"],
    }  # fmt: skip
    here = known.filter(own)
    if here.is_empty():
        state, reason = _off(store, gathered, author, wish)
        return Standing(**base, state=state, reasons=(reason,), total=ordered.height)
    row = _row(store, gathered, here, wish)
    weighed_ = {"parts": row["parts"], "score": row["score"], "total": ordered.height}
    recent = _recent(store, gathered, author, explain.reached({**here.row(0, named=True), "now": gathered.now}))
    place = ordered.with_row_index("place", 1).filter(own)
    if place.is_empty():
        holds = here.select(out.alias(str(number)) for number, out in enumerate(outs)).row(0)
        posts = whereabouts.posts_of(store, gathered.posts.filter(own), wish.as_of).get(author, [])
        kept_out = [h for h, out in zip(hurdles, holds, strict=True) if out]
        about = {**here.row(0, named=True), **row}
        # an unknown country is not the one asked for either: one line is enough
        reasons = {h.about: Reason(h.about, *told(h, about, posts, wish, around)) for h in kept_out}
        return Standing(**base, **weighed_, state="filtered out", reasons=(*reasons.values(), recent))
    nth, band = place["place"].item(), place["band"].item()
    stands = {"place": nth, "band": band, **weighed_}
    at = f"place {nth:,} of {ordered.height:,}, {ranking.WORDS[band]} match"
    works = _adding(row)
    moving = Reason("moving up", moving_up(row, ordered["score"]))
    if nth <= wish.top:
        place_ = Reason("place", f"{at}: {row['why']}", works)
        return Standing(**base, **stands, state="listed", reasons=(place_, moving) if nth > 1 else (place_,))
    end = ordered.row(wish.top - 1, named=True)
    last = {
        "author_id": end["author_id"], "name": end["name"], "place": wish.top, "band": end["band"],
        "score": round(end["score"], 4), "parts": {part: round(end[part], 3) for part in ranking.PARTS},
    }  # fmt: skip
    cut = Reason("place", f"{at}; the list ends at place {wish.top:,}: {compared(row, last)}", works)
    return Standing(**base, **stands, state="below the cut", reasons=(cut, moving, recent), last=last)


def compared(row: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """The evidence against that of the last one who is listed.

    >>> compared({"score": 0.4, "plus_minus": 0.2}, {"name": "Ada", "score": 1.5})
    'their works add up to 0.40 (± 0.20), those of Ada, who is the last listed, to 1.50'
    """
    own = f"{row['score']:.2f} (± {row['plus_minus']:.2f})"
    return f"their works add up to {own}, those of {last['name']}, who is the last listed, to {last['score']:.2f}"


def moving_up(row: Mapping[str, Any], scores: pl.Series) -> str:
    """Where one more work of theirs would bring somebody.

    Args:
        scores: of everybody who passed the filters.

    >>> moving_up({"score": 0.4}, pl.Series([3.0, 0.9, 0.5, 0.4]))
    'one more work on it that they lead, of now, would add about 0.6: place 2'
    """
    place = int((scores > row["score"] + ONE_MORE).sum()) + 1
    return f"one more work on it that they lead, of now, would add about {ONE_MORE:g}: place {place:,}"


def _adding(row: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The works that add most, each with what it adds and why that much."""
    claims = row["evidence"][: len(row["works"])]  # the works come first
    return tuple(
        {**claim, "claim": f"adds {work['adds']:.2f} (match {work['match']:.2f}{_by_meaning(work)}): {claim['claim']}"}
        for claim, work in zip(claims, row["works"], strict=True)
    )


def _by_meaning(work: Mapping[str, Any]) -> str:
    return ", near in meaning" if work["near_in_meaning"] else ""


def _row(store: Store, gathered: Gathered, here: pl.DataFrame, wish: Wish) -> dict[str, Any]:
    """The row they would have on the list."""
    one = here.with_columns(band=pl.lit(""))
    (row,) = cards.rows(
        store, gathered.snapshot, one, gathered.evidence, gathered.posts, wish.as_of, gathered.now, SHOWN
    )
    return row


def _off(store: Store, gathered: Gathered, author: int, wish: Wish) -> tuple[State, Reason]:
    """Why nobody weighed them: no work of theirs matches, or hardly."""
    snapshot = gathered.snapshot
    touched = gathered.evidence.filter(pl.col("author") == author)
    if not touched.is_empty():
        works = cards.best_works(store, snapshot, touched, SHOWN)[author]
        few = f"{touched.height} work{'s' * (touched.height != 1)} of theirs"
        faintly = "too faintly to be weighed: little of it is about your words, or they are one of many authors"
        said = f"{few} touch{'es' * (touched.height == 1)} the interest, {faintly}"
        return "barely matched", Reason("barely matched", said, _claims(works))
    everything = snapshot.table("authorships").filter(
        pl.col("author") == author, pl.col("published"), pl.col("date") <= wish.as_of
    )
    if everything.is_empty():
        said = f"no published work of theirs is stored up to {wish.as_of}"
        return "no work", Reason("no work", said)
    nearest = match.worded(store, snapshot, wish.interest, wish.as_of, everything)
    rows = everything.join(nearest, on="work").with_columns(match=pl.lit(0.0), adds=pl.col("held"))
    shown = cards.best_works(store, snapshot, rows, SHOWN)[author]
    of = nearest.join(snapshot.table("works").select("work", "work_id"), on="work")
    lacks = dict(of.select("work_id", pl.col("missing").list.join(", ")).iter_rows())
    said = f"none of their {everything.height:,} stored works matches {named(wish.interest)}"
    if gathered.found.frame.is_empty():
        said += ", nor does anybody's: collect the interest, or say it in other words"
    else:
        said += "; the nearest, and the words that are missing"
    claims = [
        {**claim, "claim": f"{claim['claim']}: without {lacks[work['work_id']]}"}
        for claim, work in zip(_claims(shown), shown, strict=True)
    ]
    return "not matched", Reason("not matched", said, tuple(claims))


def _recent(store: Store, gathered: Gathered, author: int, reached: date) -> Reason:
    """How new their works on the interest are, of those that could have been seen up to a day."""
    own = gathered.evidence.filter(pl.col("author") == author).with_columns(adds=pl.col("date").dt.epoch("d"))
    (newest,) = cards.best_works(store, gathered.snapshot, own, 1)[author]
    late = own.filter(pl.col("date") >= reached - timedelta(days=730)).height
    of = f"{late} of their {own.height} works on the interest {'is' if late == 1 else 'are'}"
    none = f"none of their {own.height} works on the interest is"
    said = f"{of if late else none} of the two years to {reached:%Y-%m}; the newest is of {newest['date'][:7]}"
    if reached < gathered.now - explain.UNSEEN:
        said += f"; later works in their usual venues are not stored, up to {gathered.now:%Y-%m} they would count"
    return Reason("recent", said, _claims([newest]))


def _claims(works: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(explain.evidence({"stage": "unknown"}, works, (), None))


def headline(found: Standing) -> str:
    """In one line: the place, or why there is none."""
    if found.place is not None and found.listed:
        return f"Listed at place {found.place:,} of {found.total:,}, {ranking.WORDS[found.band or 'D']} match"
    return f"Not listed: {found.state}" + (f", place {found.place:,} of {found.total:,}" if found.place else "")
