"""What changed between two states. Pure: the same states give the same news, in the same order.

A refresh that was not complete finds only what is there now and was not: that something is gone, or less than it was,
it cannot know.
"""

from __future__ import annotations

from typing import Literal, get_args

import polars as pl

from finder.ranking.advisor_score import BANDS
from finder.watch.watch_state import WatchState, match_openings, match_people

Kind = Literal[
    "baseline",
    "recruiting",
    "closing",
    "new position",
    "moved",
    "new professor",
    "new grant",
    "not recruiting",
    "identity",
    "new person",
    "new work",
    "rose",
    "fell",
    "source failed",
]
"""In order of their weight for a reader; a beginning says what all else is compared with."""
KINDS: tuple[str, ...] = get_args(Kind)
PARTIAL: tuple[str, ...] = ("new person", "new work", "new position")
"""What a refresh that was not complete may tell."""
_ORDER = {band: number for number, (_, band) in enumerate(BANDS)}
NEWS = pl.Schema(
    {
        "kind": pl.String,
        "rank": pl.Int64,
        "subject": pl.String,
        "person": pl.Int64,
        "opening": pl.Int64,
        "facts": pl.String,
        "band": pl.String,
        "band_before": pl.String,
        "why": pl.String,
        "quote": pl.String,
        "page": pl.String,
        "paper": pl.String,
    }
)


def diff_states(old: WatchState, new: WatchState, *, complete: bool) -> pl.DataFrame:
    """What is new in ``new``.

    Args:
        complete: the new state rests on all that the sources have.

    Returns:
        A frame in the shape of NEWS: one row for each piece of news; ``subject`` tells two of a kind apart.
    """
    who = match_people(old, new)
    named = (
        new.people.join(_subject_tokens(new), on="person", how="left")
        .join(_best_new_papers(old, new), on="person", how="left")
        .with_columns(told=pl.col("person").is_in(_people_with_records(old, new).implode()))
    )
    found = [_new_people(named, who), _new_works(new, old, who), _new_positions(old, new)]
    if complete:
        pairs = _pair_people(old, named, who)
        found += [
            _band_changes(pairs),
            _find_moves(pairs),
            _new_professors(pairs),
            _find_new_grants(pairs),
            _recruiting_changes(pairs),
            _closing_positions(old, new),
        ]
    order = pl.col("kind").replace_strict({kind: n for n, kind in enumerate(KINDS)}, return_dtype=pl.Int64)
    every = pl.concat([pl.DataFrame(schema=NEWS), *found], how="diagonal").select(NEWS.names())
    return every.sort(order, "rank", "subject")


def _subject_tokens(state: WatchState) -> pl.DataFrame:
    """``person``, ``subject``: a token that stands for each."""
    return state.tokens.group_by("person").agg(subject=pl.col("token").min())


def _people_with_records(old: WatchState, new: WatchState) -> pl.Series:
    """People of whom something was stored since: of nobody else has anything changed but how they compare."""
    return new.evidence.filter(pl.col("record") > old.last)["person"].unique()


def _best_new_papers(old: WatchState, new: WatchState) -> pl.DataFrame:
    """``person``, ``paper``: the work on the interest, stored since, that says most of each."""
    fresh = new.evidence.filter(pl.col("record") > old.last, pl.col("weight").is_not_null())
    best = fresh.sort("person", "weight", "record", descending=[False, True, False])
    return best.unique("person", keep="first", maintain_order=True).select("person", paper="facts")


def _new_people(named: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Who is on the list and was not known; whoever came onto it by no word of their own is not told."""
    fresh = named.filter("here", "told").join(who, on="person", how="anti")
    return fresh.select("rank", "subject", "person", "facts", "band", "paper", kind=pl.lit("new person"))


def _new_works(new: WatchState, old: WatchState, who: pl.DataFrame) -> pl.DataFrame:
    """Works of known people that were stored since: what they are joined to, or whose they count as, makes none new."""
    fresh = new.works.filter(pl.col("record") > old.last).join(who, on="person", how="semi")
    subject = pl.format("{}/{}", "person", "record")
    people = new.people.select("person", "rank", whose="facts")
    facts = pl.concat_str(pl.lit('{"person":'), "whose", pl.lit(',"work":'), "facts", pl.lit("}"))
    return fresh.join(people, on="person").select(
        "rank", "person", kind=pl.lit("new work"), subject=subject, facts=facts
    )


def _pair_people(old: WatchState, named: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """People of both states who are one person in each, with what was known of them before."""
    before = old.people.rename({"person": "before"})
    one = who.filter("one").select("person", "before")
    return named.join(one, on="person").join(before, on="before", suffix="_before")


def _band_changes(pairs: pl.DataFrame) -> pl.DataFrame:
    """Who rose a band by a new work of theirs, or fell one because works no longer count as theirs.

    Where only the newest works of others are newer, or the day is a later one, everybody's score changes: that is no
    news about anybody.
    """
    place = pl.col("band").replace_strict(_ORDER, return_dtype=pl.Int64, default=None)
    before = pl.col("band_before").replace_strict(_ORDER, return_dtype=pl.Int64, default=None)
    rose = (place < before) & pl.col("paper").is_not_null()
    fell = (place > before) & (pl.col("works") < pl.col("works_before"))
    why = pl.format(
        "evidence {} → {}",
        *(pl.col(name).map_elements("{:.2f}".format, pl.String) for name in ("score_before", "score")),
    )
    return pairs.filter("here", "here_before", rose | fell).select(
        "rank",
        "subject",
        "person",
        "facts",
        "band",
        "band_before",
        "paper",
        kind=pl.when(rose).then(pl.lit("rose")).otherwise(pl.lit("fell")),
        why=why,
    )


def _find_moves(pairs: pl.DataFrame) -> pl.DataFrame:
    """Who is known, by what was stored since, to have moved to where they were not before.

    A new professor's place is told with that.
    """
    to = pl.col("moved")
    there = pl.col("places_before").list.contains(to).fill_null(value=False)
    fresh = pairs.filter("here", "told", to.is_not_null(), ~to.eq_missing(pl.col("moved_before")), ~there)
    fresh = fresh.join(_new_professors(fresh), on="person", how="anti")
    return fresh.select("rank", "subject", "person", "facts", "band", kind=pl.lit("moved"))


def _new_professors(pairs: pl.DataFrame) -> pl.DataFrame:
    fresh = pairs.filter("here", "told", pl.col("newcomer").is_not_null(), pl.col("newcomer_before").is_null())
    return fresh.select("rank", "subject", "person", "facts", "band", kind=pl.lit("new professor"))


def _find_new_grants(pairs: pl.DataFrame) -> pl.DataFrame:
    """Who has a running grant that was not known, by what was stored since; ``quote`` is what it is known by.

    Where nobody's grants were compared before, all that is known is the beginning.
    """
    fresh = pl.col("grants").list.set_difference("grants_before").list.sort()
    found = pairs.filter("here", "told", pl.col("grants_before").is_not_null()).with_columns(fresh=fresh)
    return found.filter(pl.col("fresh").list.len() > 0).select(
        "rank", "subject", "person", "facts", "band", kind=pl.lit("new grant"), quote=pl.col("fresh").list.first()
    )


def _recruiting_changes(pairs: pl.DataFrame) -> pl.DataFrame:
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


def _new_positions(old: WatchState, new: WatchState) -> pl.DataFrame:
    fresh = new.openings.join(match_openings(old, new), on="opening", how="anti")
    return _position_news(new, fresh, "new position")


def _closing_positions(old: WatchState, new: WatchState) -> pl.DataFrame:
    """Positions that close soon, where that was not said yet."""
    told = old.openings.filter("warned").select(before="opening")
    known = match_openings(old, new)
    silent = known.join(known.join(told, on="before"), on="opening", how="anti")
    soon = new.openings.filter("warned", pl.col("deadline") >= new.day)
    return _position_news(new, soon.join(silent, on="opening", how="semi"), "closing")


def _position_news(new: WatchState, some: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    subject = new.marks.group_by("opening").agg(subject=pl.col("token").min())
    rank = pl.col("opening")
    return some.join(subject, on="opening").select("subject", "opening", "facts", rank=rank, kind=pl.lit(kind))
