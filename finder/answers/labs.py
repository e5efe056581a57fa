"""Labs for an interest, and one lab: people who publish together under a head, each row with its evidence."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.answers import (
    EVIDENCE_WORKS,
    Answer,
    answer_coverage,
    geo_filter,
    lab_rows,
    lookup,
    mentoring,
    openings,
    person_rows,
)
from finder.answers.lab_index import LabIndex, load_lab_index
from finder.answers.query import Query, partition_by_reason
from finder.errors import UsageError
from finder.features import affiliation_history, lab_relations
from finder.ranking import advisor_score, text_match
from finder.ranking import lab_score as lab_ranking
from finder.ranking.signals import epoch_days
from finder.results import Lab, LabCard
from finder.storage import Snapshot, Store


def find_labs(store: Store, query: Query) -> Answer[Lab]:
    """Labs that work on an interest, best first, each with its members, reasons and evidence.

    Of the query, ``stages`` and ``weights`` are for people and play no part.

    Raises:
        EmptyStore: the store is empty.
        UsageError: the filters are invalid or contradict each other.
    """
    snapshot = store.snapshots.current_snapshot()
    around = geo_filter.resolve_geo_filter(snapshot, query.near, query.within)
    found = text_match.match_works(
        store, snapshot, query.interest, query.as_of, without=query.without, expand=query.related
    )
    now = text_match.latest_covered_day(snapshot, found.frame, query.as_of)
    every = load_lab_index(snapshot, query.as_of)
    scheme = advisor_score.ScoringScheme(half_life=query.half_life, text=found.text)
    evidence, scored = _score_lab_rows(snapshot, every, found.frame.select("work", "match"), query, now, scheme)
    on_it = scored.filter(pl.col("evidence") >= scheme.min_evidence)
    if around:
        on_it = on_it.join(around.distances.drop("institution_id"), on="institution", how="left")
    kept, left_out = partition_by_reason(
        on_it, [*(around.distance_tests() if around else ()), *_lab_filter_reasons(query)]
    )
    if barely := scored.height - on_it.height:
        left_out["who barely touch it"] = barely
    listed = advisor_score.sort_by_score(kept).head(query.top)
    results = lab_rows.build_lab_rows(store, snapshot, every, listed, evidence, query.as_of, now, EVIDENCE_WORKS)
    if around:
        for row in results:
            row["km"] = around.distance_to(row["institution_id"])
    return Answer(
        interest=query.interest,
        as_of=query.as_of.isoformat(),
        coverage=answer_coverage(store, snapshot, query.interest, found, now),
        terms=found.terms_to_json(),
        total=kept.height,
        left_out=left_out,
        results=_attach_lab_openings(store, results, query.as_of),
        near=around.to_json(query.interest) if around else None,
    )


def lab_card(store: Store, who: str, as_of: date, interest: str | None = None) -> LabCard:
    """Everything about one lab, by id or name of its head or of anybody in it.

    Returns:
        A row as :func:`find_labs` gives it, with all works, alumni and sisters, ``works_by_year``, and ``map``:
        ``people`` and ``ties``.

    Raises:
        UsageError: nobody, or more than one, is meant, or they are in no lab that is known.
    """
    snapshot = store.snapshots.current_snapshot()
    every = load_lab_index(snapshot, as_of)
    author = lookup.resolve_author(snapshot, who)
    of = lab_relations.lab_people(every.found).filter(pl.col("author") == author)
    if of.is_empty():
        raise UsageError(f"No lab of {who} is known: nobody is seen to publish with them under one head at one place.")
    own = every.works.filter(pl.col("author") == of["lab"][0]).select("work")
    text = False
    if interest is None:
        works, now = own.with_columns(match=pl.lit(1.0)), every.now
    else:
        found = text_match.match_works(store, snapshot, interest, as_of)
        now, text = text_match.latest_covered_day(snapshot, found.frame, as_of), found.text
        works = own.join(found.frame.select("work", "match"), on="work", how="left").with_columns(
            pl.col("match").fill_null(0.0)
        )
    query = Query(interest or "any", as_of)
    evidence, scored = _score_lab_rows(snapshot, every, works, query, now, advisor_score.ScoringScheme(text=text))
    listed = advisor_score.sort_by_score(scored.filter(pl.col("author") == of["lab"][0]))
    (row,) = _attach_lab_openings(
        store, lab_rows.build_lab_rows(store, snapshot, every, listed, evidence, as_of, now, len(own)), as_of
    )
    alumni, sisters, drawn = lab_rows.lab_card_details(snapshot, every, int(of["lab"][0]), as_of)
    row["evidence"] += mentoring.advising_claims(alumni["people"], "former member")
    row["evidence"] += [
        mentoring.joint_work_claim(f"lab of {one['head']}", work) for one in sisters for work in one["works"][:1]
    ]
    return {
        **row,
        "alumni": alumni,
        "sisters": sisters,
        "map": drawn,
        "works_by_year": person_rows.count_works_by_year(row["works"]),
        "until": now.isoformat(),
    }


def _attach_lab_openings(store: Store, rows: list[Lab], as_of: date) -> list[Lab]:
    """Labs with the open positions at their place that name one of their heads, as evidence, too."""
    heads = [
        openings.PersonAt(head["author_id"], head["name"], (row["institution"],))
        for row in rows
        for head in row["heads"]
    ]
    named = openings.openings_naming_people(store, heads, as_of)
    for row in rows:
        found = [one for head in row["heads"] for one in named.get(head["author_id"], [])]
        row["openings"] = list({one["url"]: one for one in found}.values())
        row["evidence"] += openings.opening_claims(row["openings"])
    return rows


def _score_lab_rows(
    snapshot: Snapshot,
    every: LabIndex,
    works: pl.DataFrame,
    query: Query,
    now: date,
    scheme: advisor_score.ScoringScheme,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Evidence by lab and work, and one row per lab with sums, parts, score and where it is; ``author`` is the lab."""
    own = every.works.lazy()
    rows, sums = advisor_score.collect_evidence_eager(
        works.lazy(), own, query.as_of, now, query.half_life, text=scheme.text
    )
    labs = every.found.labs.lazy().rename({"lab": "author", "students": "active_students", "heads": "led_by"})
    places = snapshot.load_table("institutions").lazy().drop("city", "latitude", "longitude").rename({"name": "place"})
    names = every.people.lazy().select("author", "author_id", "name")
    known = advisor_score.add_publication_record(sums.lazy(), own, query.as_of).join(labs, on="author")
    known = known.join(places, on="institution").join(names, on="author")
    # a lab is where its head is, which is not always where the company is
    here = affiliation_history.affiliation_countries(every.posts).lazy()
    known = known.join(here, on=("author", "institution"), how="left")
    known = known.with_columns(pl.coalesce("here", "country").alias("country"))
    return rows, lab_ranking.score_labs(known, scheme).collect()


def _lab_filter_reasons(query: Query) -> list[tuple[str, pl.Expr]]:
    tests: list[tuple[str, pl.Expr]] = []
    company = (pl.col("kind") == "company").fill_null(value=False)
    if query.countries:
        tests.append(("without a known country", pl.col("country").is_null()))
        tests.append(("in other countries", ~pl.col("country").is_in([code.upper() for code in query.countries])))
    if query.since:
        tests.append(("no work since then", pl.col("newest_day") < epoch_days(query.since)))
    if query.kind == "faculty":
        tests.append(("at companies", company))
    if query.kind == "industry":
        tests.append(("not at companies", ~company))
    return tests
