"""What changed between two states. Pure: the same states give the same news, in the same order.

A refresh that was not complete finds only what is there now and was not: that something is gone, or less than it was,
it cannot know.
"""

from __future__ import annotations

from typing import Literal, get_args

import polars as pl

from finder.rank.advisors import BANDS
from finder.watching.states import State, matches, same_openings

Kind = Literal[
    "baseline", "new person", "rose", "fell", "new work", "moved", "new professor", "recruiting",
    "not recruiting", "new position", "closing", "source failed",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
PARTIAL: tuple[str, ...] = ("new person", "new work", "new position")
"""What a refresh that was not complete may tell."""
_ORDER = {band: number for number, (_, band) in enumerate(BANDS)}
NEWS = pl.Schema({
    "kind": pl.String, "rank": pl.Int64, "subject": pl.String, "person": pl.Int64, "opening": pl.Int64,
    "facts": pl.String, "band": pl.String, "band_before": pl.String, "why": pl.String, "quote": pl.String,
    "page": pl.String,
})  # fmt: skip


def news(old: State, new: State, *, complete: bool) -> pl.DataFrame:
    """What is new in ``new``.

    Args:
        complete: the new state rests on all that the sources have.

    Returns:
        A frame in the shape of NEWS: one row for each piece of news; ``subject`` tells two of a kind apart.
    """
    who = matches(old, new)
    named = new.people.join(_names(new), on="person", how="left")
    found = [_new_people(named, who), _new_works(new, old, who), _new_positions(old, new)]
    if complete:
        pairs = _pairs(old, named, who)
        found += [_bands(pairs), _moved(pairs), _professors(pairs), _recruiting(pairs), _closing(old, new)]
    order = pl.col("kind").replace_strict({kind: n for n, kind in enumerate(KINDS)}, return_dtype=pl.Int64)
    every = pl.concat([pl.DataFrame(schema=NEWS), *found], how="diagonal").select(NEWS.names())
    return every.sort(order, "rank", "subject")


def _names(state: State) -> pl.DataFrame:
    """``person``, ``subject``: a token that stands for each."""
    return state.tokens.group_by("person").agg(subject=pl.col("token").min())


def _new_people(named: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    fresh = named.filter("here").join(who, on="person", how="anti")
    return fresh.select("rank", "subject", "person", "facts", "band", kind=pl.lit("new person"))


def _new_works(new: State, old: State, who: pl.DataFrame) -> pl.DataFrame:
    """Works of known people that were stored since: what they are joined to, or whose they count as, makes none new."""
    fresh = new.works.filter(pl.col("record") > old.last).join(who, on="person", how="semi")
    subject = pl.format("{}/{}", "person", "record")
    people = new.people.select("person", "rank", whose="facts")
    facts = pl.concat_str(pl.lit('{"person":'), "whose", pl.lit(',"work":'), "facts", pl.lit("}"))
    return fresh.join(people, on="person").select(
        "rank", "person", kind=pl.lit("new work"), subject=subject, facts=facts
    )


def _pairs(old: State, named: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """People of both states who are one person in each, with what was known of them before."""
    before = old.people.rename({"person": "before"})
    one = who.filter("one").select("person", "before")
    return named.join(one, on="person").join(before, on="before", suffix="_before")


def _bands(pairs: pl.DataFrame) -> pl.DataFrame:
    """Who rose or fell a band, and from how much evidence to how much."""
    both = pairs.filter(
        "here", "here_before", pl.col("band").is_not_null(), pl.col("band") != pl.col("band_before")
    ).with_columns(step=pl.col("band").replace_strict(_ORDER) - pl.col("band_before").replace_strict(_ORDER))
    rows = [
        {**{name: row[name] for name in ("rank", "subject", "person", "facts", "band", "band_before")},
         "kind": "rose" if row["step"] < 0 else "fell",
         "why": f"evidence {row['score_before']:.2f} → {row['score']:.2f}"}
        for row in both.iter_rows(named=True)
    ]  # fmt: skip
    return pl.DataFrame(rows, {name: NEWS[name] for name in (rows[0] if rows else NEWS)}, orient="row")


def _moved(pairs: pl.DataFrame) -> pl.DataFrame:
    """Who is known to have moved to where they were not before."""
    to = pl.col("moved")
    there = pl.col("places_before").list.contains(to).fill_null(value=False)
    fresh = pairs.filter("here", to.is_not_null(), ~to.eq_missing(pl.col("moved_before")), ~there)
    return fresh.select("rank", "subject", "person", "facts", "band", kind=pl.lit("moved"))


def _professors(pairs: pl.DataFrame) -> pl.DataFrame:
    fresh = pairs.filter("here", pl.col("newcomer").is_not_null(), pl.col("newcomer_before").is_null())
    return fresh.select("rank", "subject", "person", "facts", "band", kind=pl.lit("new professor"))


def _recruiting(pairs: pl.DataFrame) -> pl.DataFrame:
    """Who says now that they recruit, and who says no longer so; with the words and the page."""
    now, before = pl.col("polarity"), pl.col("polarity_before")
    yes, no = pl.lit("recruiting"), pl.lit("not recruiting")
    changed = pairs.filter("here", ~now.eq_missing(before)).with_columns(
        kind=pl.when(now == yes).then(yes).when((now == no) | (before == yes)).then(no)
    )
    # where nothing is said any more, what was said is quoted
    said = {name: pl.coalesce(name, f"{name}_before") for name in ("quote", "page")}
    why = pl.when(now.is_null()).then(pl.lit("no longer said"))
    return changed.drop_nulls("kind").select("rank", "subject", "person", "facts", "band", "kind", why=why, **said)


def _new_positions(old: State, new: State) -> pl.DataFrame:
    fresh = new.openings.join(same_openings(old, new), on="opening", how="anti")
    return _positions(new, fresh, "new position")


def _closing(old: State, new: State) -> pl.DataFrame:
    """Positions that close soon, where that was not said yet."""
    told = old.openings.filter("warned").select(before="opening")
    known = same_openings(old, new)
    silent = known.join(known.join(told, on="before"), on="opening", how="anti")
    soon = new.openings.filter("warned", pl.col("deadline") >= new.day)
    return _positions(new, soon.join(silent, on="opening", how="semi"), "closing")


def _positions(new: State, some: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    subject = new.marks.group_by("opening").agg(subject=pl.col("token").min())
    rank = pl.col("opening")
    return some.join(subject, on="opening").select("subject", "opening", "facts", rank=rank, kind=pl.lit(kind))
