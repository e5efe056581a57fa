"""What there is on a day for a watch, as tables, and the part of it that is kept to be compared with the next time.

What is kept names nobody: people are known again by hashes of their ids and of the names printed on records. So neither
a merge nor a split nor another main id makes somebody new.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from finder.decompression import inflate_bytes
from finder.storage.watches import EncodedState

ABSENCE_SPAN = timedelta(days=180)
"""For so long somebody, or a position, that was seen and is gone is not new when it comes again."""
RANKING = "evidence"  # what bands are of; those of another ranking are not compared
# kept: what is compared; told besides: what is said about it, of today only
PEOPLE_KEPT = {
    "person": pl.Int64,
    "seen": pl.String,
    "here": pl.Boolean,
    "band": pl.String,
    "score": pl.Float64,
    "places": pl.List(pl.String),
    "polarity": pl.String,
    "quote": pl.String,
    "page": pl.String,
    "moved": pl.String,
    "newcomer": pl.String,
    "works": pl.Int64,
    "grants": pl.List(pl.String),
}
PEOPLE = pl.Schema({**PEOPLE_KEPT, "rank": pl.Int64, "facts": pl.String})
TOKENS = pl.Schema({"person": pl.Int64, "token": pl.String})
OPENINGS_KEPT = {"opening": pl.Int64, "seen": pl.String, "deadline": pl.String, "warned": pl.Boolean}
OPENINGS = pl.Schema({**OPENINGS_KEPT, "facts": pl.String})
MARKS = pl.Schema({"opening": pl.Int64, "token": pl.String})
EVIDENCE = pl.Schema({"person": pl.Int64, "record": pl.Int64, "weight": pl.Float64, "facts": pl.String})
WORKS = pl.Schema({"person": pl.Int64, "work": pl.String, "record": pl.Int64, "date": pl.String, "facts": pl.String})


def _empty_frame(schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(schema))


@dataclass(frozen=True)
class WatchState:
    """What there is on a day.

    Attributes:
        day: ``YYYY-MM-DD``.
        last: the highest record id that was stored then.
        people: see PEOPLE; ``here`` is whether they are on the list now, ``rank`` their place on it, ``works`` how many
            they have on the interest.
        tokens: by which each of them is known again.
        openings, marks: the same for open positions; ``warned`` is whether it was said that they close soon.
        works: of people whose new works are told; not kept, because what is stored later is new.
        evidence: all records that tell of people, with ``weight`` and ``facts`` those of works on the interest, else
            null; not kept either. Only where one of these is new has anything about somebody changed.
    """

    day: str
    last: int = 0
    people: pl.DataFrame = field(default_factory=lambda: _empty_frame(PEOPLE))
    tokens: pl.DataFrame = field(default_factory=lambda: _empty_frame(TOKENS))
    openings: pl.DataFrame = field(default_factory=lambda: _empty_frame(OPENINGS))
    marks: pl.DataFrame = field(default_factory=lambda: _empty_frame(MARKS))
    works: pl.DataFrame = field(default_factory=lambda: _empty_frame(WORKS))
    evidence: pl.DataFrame = field(default_factory=lambda: _empty_frame(EVIDENCE))


def encode_state(state: WatchState, *, complete: bool) -> EncodedState:
    """A state as it is stored."""
    body = {
        "last": state.last,
        "ranking": RANKING,
        "people": state.people.select(list(PEOPLE_KEPT)).to_dict(as_series=False),
        "tokens": state.tokens.to_dict(as_series=False),
        "openings": state.openings.select(list(OPENINGS_KEPT)).to_dict(as_series=False),
        "marks": state.marks.to_dict(as_series=False),
    }
    return EncodedState(
        state.day, complete, zlib.compress(json.dumps(body, ensure_ascii=False).encode(errors="replace"))
    )


def decode_state(stored: EncodedState | None) -> WatchState | None:
    """A state as it was stored; None where none was, or where another version of the finder wrote it."""
    if stored is None:
        return None
    try:
        body = json.loads(inflate_bytes(stored.body))
        people = _frame_from_columns(body["people"], PEOPLE)
        if body.get("ranking") != RANKING:
            people = people.with_columns(band=pl.lit(None, pl.String), score=pl.lit(None, pl.Float64))
        return WatchState(
            stored.day,
            body["last"],
            people,
            _frame_from_columns(body["tokens"], TOKENS),
            _frame_from_columns(body["openings"], OPENINGS),
            _frame_from_columns(body["marks"], MARKS),
        )
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError):
        return None


def _frame_from_columns(columns: Mapping[str, list[Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    number = len(next(iter(columns.values()), []))
    return pl.DataFrame({name: columns.get(name, [None] * number) for name in schema}, schema=dict(schema))


def match_people(old: WatchState, new: WatchState) -> pl.DataFrame:
    """``person``, ``before``: who in the new state is whom in the old; ``one`` is whether nobody else is either."""
    both = new.tokens.join(old.tokens.rename({"person": "before"}), on="token").select("person", "before").unique()
    alone = (pl.len().over("person") == 1) & (pl.len().over("before") == 1)
    return both.with_columns(one=alone).sort("person", "before")


def match_openings(old: WatchState, new: WatchState) -> pl.DataFrame:
    """``opening``, ``before``: which position in the new state is which in the old."""
    both = new.marks.join(old.marks.rename({"opening": "before"}), on="token")
    return both.select("opening", "before").unique().sort("opening", "before")


def merge_previous_state(old: WatchState, new: WatchState) -> WatchState:
    """The new state with those of the old that it lacks, for a while: so that who comes again is not new."""
    since = (date.fromisoformat(new.day) - ABSENCE_SPAN).isoformat()
    found = match_people(old, new)
    people = old.people.filter(pl.col("seen") >= since, ~pl.col("person").is_in(found["before"].implode()))
    tokens = old.tokens.join(people, on="person", how="semi")
    there = match_openings(old, new)
    openings = old.openings.filter(pl.col("seen") >= since, ~pl.col("opening").is_in(there["before"].implode()))
    marks = old.marks.join(openings, on="opening", how="semi")
    again = new.openings.join(
        there.join(old.openings.select("warned", before="opening"), on="before")
        .group_by("opening")
        .agg(told=pl.col("warned").any()),
        on="opening",
        how="left",
        maintain_order="left",
    )
    again = again.with_columns(warned=pl.col("warned") | pl.col("told").fill_null(value=False)).drop("told")
    return WatchState(
        new.day,
        new.last,
        *_concat_renumbered(new.people, people.with_columns(here=pl.lit(value=False)), new.tokens, tokens, "person"),
        *_concat_renumbered(again, openings, new.marks, marks, "opening"),
        new.works,
    )


def extend_previous_state(
    old: WatchState, new: WatchState, people: Iterable[int], openings: Iterable[int]
) -> WatchState:
    """The old state with some people and positions of the new one, which were told: all else stays as it was."""
    who = new.people.filter(pl.col("person").is_in(list(people)))
    what = new.openings.filter(pl.col("opening").is_in(list(openings)))
    return WatchState(
        old.day,
        old.last,
        *_concat_renumbered(old.people, who, old.tokens, new.tokens.join(who, on="person", how="semi"), "person"),
        *_concat_renumbered(old.openings, what, old.marks, new.marks.join(what, on="opening", how="semi"), "opening"),
    )


def _concat_renumbered(
    one: pl.DataFrame, other: pl.DataFrame, tokens: pl.DataFrame, more: pl.DataFrame, number: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of two states with their tokens, numbered anew where they come from the second."""
    after = int(one[number].max() or 0) + 1 if one.height else 0  # type: ignore[arg-type]
    moved = pl.col(number) + after
    return pl.concat([one, other.with_columns(moved)]), pl.concat([tokens, more.with_columns(moved)])
