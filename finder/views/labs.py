"""Labs for an interest, and one lab: people who publish together under a head, each row with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from finder.errors import UsageError
from finder.people import lab_circle, timeline
from finder.rank import advisors as ranking
from finder.rank import labs as lab_ranking
from finder.rank import match
from finder.rank.signals import days
from finder.store import Snapshot, Store
from finder.views import (
    EVIDENCE_WORKS,
    Answer,
    cards,
    coverage_of,
    labs_shown,
    lookup,
    mentoring,
    near,
    openings,
)
from finder.views.groups import Groups, groups
from finder.views.wishes import Wish, sifted


def labs(store: Store, wish: Wish) -> Answer:
    """Labs that work on an interest, best first, each with its members, reasons and evidence.

    Of the wish, ``stages`` and ``weights`` are for people and play no part.

    Raises:
        NothingCollected: the store is empty.
        UsageError: the wish cannot be granted as it is.
    """
    snapshot = store.snapshots.current()
    around = near.asked(snapshot, wish.near, wish.within)
    found = match.find(store, snapshot, wish.interest, wish.as_of, without=wish.without, expand=wish.related)
    now = match.horizon(snapshot, found.frame, wish.as_of)
    every = groups(snapshot, wish.as_of)
    scheme = ranking.Scheme(half_life=wish.half_life, text=found.text)
    evidence, scored = _scored(snapshot, every, found.frame.select("work", "match"), wish, now, scheme)
    on_it = scored.filter(pl.col("evidence") >= scheme.touch)
    if around:
        on_it = on_it.join(around.distances.drop("institution_id"), on="institution", how="left")
    kept, left_out = sifted(on_it, [*(around.tests() if around else ()), *_tests(wish)])
    if barely := scored.height - on_it.height:
        left_out["who barely touch it"] = barely
    listed = ranking.ordered(kept).head(wish.top)
    results = labs_shown.rows(store, snapshot, every, listed, evidence, wish.as_of, now, EVIDENCE_WORKS)
    if around:
        for row in results:
            row["km"] = around.of(row["institution_id"])
    return Answer(
        interest=wish.interest,
        as_of=wish.as_of.isoformat(),
        coverage=coverage_of(store, snapshot, wish.interest, found, now),
        terms=found.told(),
        total=kept.height,
        left_out=left_out,
        results=_with_openings(store, results, wish.as_of),
        near=around.told(wish.interest) if around else None,
    )


def lab(store: Store, who: str, as_of: date, interest: str | None = None) -> dict[str, Any]:
    """Everything about one lab, by id or name of its head or of anybody in it.

    Returns:
        A row as :func:`labs` gives it, with all works, alumni and sisters, ``works_by_year``, and ``map``: ``people``
        and ``ties``.

    Raises:
        UsageError: nobody, or more than one, is meant, or they are in no lab that is known.
    """
    snapshot = store.snapshots.current()
    every = groups(snapshot, as_of)
    author = lookup.find(snapshot, who)
    of = lab_circle.people(every.found).filter(pl.col("author") == author)
    if of.is_empty():
        raise UsageError(f"No lab of {who} is known: nobody is seen to publish with them under one head at one place.")
    own = every.works.filter(pl.col("author") == of["lab"][0]).select("work")
    text = False
    if interest is None:
        works, now = own.with_columns(match=pl.lit(1.0)), every.now
    else:
        found = match.find(store, snapshot, interest, as_of)
        now, text = match.horizon(snapshot, found.frame, as_of), found.text
        works = own.join(found.frame.select("work", "match"), on="work", how="left").with_columns(
            pl.col("match").fill_null(0.0)
        )
    wish = Wish(interest or "any", as_of)
    evidence, scored = _scored(snapshot, every, works, wish, now, ranking.Scheme(text=text))
    listed = ranking.ordered(scored.filter(pl.col("author") == of["lab"][0]))
    (row,) = _with_openings(
        store, labs_shown.rows(store, snapshot, every, listed, evidence, as_of, now, len(own)), as_of
    )
    whole = labs_shown.whole(snapshot, every, int(of["lab"][0]), as_of)
    row["evidence"] += mentoring.claims(whole["alumni"]["people"], "former member")
    row["evidence"] += mentoring.claims([{**one, "name": one["head"]} for one in whole["sisters"]], "lab of")
    return {
        **row,
        **whole,
        "works_by_year": cards.by_year(row["works"]),
        "until": now.isoformat(),
    }


def _with_openings(store: Store, rows: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    """Labs with the open positions at their place that name one of their heads, as evidence, too."""
    heads = [
        {"author_id": head["author_id"], "name": head["name"], "current": [row]}
        for row in rows
        for head in row["heads"]
    ]
    named = openings.naming(store, heads, as_of)
    for row in rows:
        found = [one for head in row["heads"] for one in named.get(head["author_id"], [])]
        row["openings"] = list({one["url"]: one for one in found}.values())
        row["evidence"] += openings.evidence(row["openings"])
    return rows


def _scored(
    snapshot: Snapshot, every: Groups, works: pl.DataFrame, wish: Wish, now: date, scheme: ranking.Scheme
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Evidence by lab and work, and one row per lab with sums, parts, score and where it is; ``author`` is the lab."""
    own = every.works.lazy()
    rows, sums = ranking.gathered(works.lazy(), own, wish.as_of, now, wish.half_life, text=scheme.text)
    labs = every.found.labs.lazy().rename({"lab": "author", "students": "active_students", "heads": "led_by"})
    places = snapshot.table("institutions").lazy().drop("city", "latitude", "longitude").rename({"name": "place"})
    names = every.people.lazy().select("author", "author_id", "name")
    known = ranking.with_record(sums.lazy(), own, wish.as_of).join(labs, on="author")
    known = known.join(places, on="institution").join(names, on="author")
    # a lab is where its head is, which is not always where the company is
    here = timeline.countries_at(every.posts).lazy()
    known = known.join(here, on=("author", "institution"), how="left")
    known = known.with_columns(pl.coalesce("here", "country").alias("country"))
    return rows, lab_ranking.score(known, scheme).collect()


def _tests(wish: Wish) -> list[tuple[str, pl.Expr]]:
    tests: list[tuple[str, pl.Expr]] = []
    company = (pl.col("kind") == "company").fill_null(value=False)
    if wish.countries:
        tests.append(("without a known country", pl.col("country").is_null()))
        tests.append(("in other countries", ~pl.col("country").is_in([code.upper() for code in wish.countries])))
    if wish.since:
        tests.append(("no work since then", pl.col("newest_day") < days(wish.since)))
    if wish.kind == "faculty":
        tests.append(("at companies", company))
    if wish.kind == "industry":
        tests.append(("not at companies", ~company))
    return tests
