"""Advisors out of a whole OpenAlex snapshot that is not in the store: the same ranking, on DuckDB or Spark.

An answer has the shape of any other, and says in ``coverage`` what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from finder import ids
from finder.answers import EVIDENCE_WORKS, Answer, person_rows, scoring_scheme
from finder.answers.query import Query
from finder.errors import UsageError
from finder.ranking import advisor_score, engines, evidence_text, openalex_files, signals, text_match
from finder.results import Advisor, AffiliationRecord, Coverage, SourceCoverage, WorkDetail
from finder.storage import Store
from finder.text.names import name_key, text_key

FILE_ANSWER_LIMITS = (
    "Read from OpenAlex's files alone: people and places are whom and what OpenAlex takes them for; stages, moves, "
    "pages and open positions are not known; related terms are not looked for, and words match only as typed."
)
OLD = timedelta(days=730)  # after which a place is said to be of long ago
_NOBODY = [int(key[1:]) for key in sorted(ids.PLACEHOLDERS)]


def find_advisors_in_files(store: Store, query: Query, engine: engines.Engine, folder: Path) -> Answer[Advisor]:
    """Who could advise, from the works in a folder; whoever is hidden in the store stays hidden.

    Raises:
        UsageError: the folder holds no such files, or the query asks for what they do not tell.
        EngineError: the engine gave up.
    """
    _check_file_query(query)
    scheme = scoring_scheme(query)
    with engines.translate_engine_errors(engine):
        rows = nw.from_native(engine.materialize(openalex_files.scan_authorships(engine, folder, query.interest)))
        rows = rows.filter(nw.col("day").is_null() | (nw.col("day") <= signals.epoch_days(query.as_of)))
        coverage, until = _file_coverage(engine, rows, query.as_of, folder)
        named = rows.filter(~nw.col("author").is_null(), ~nw.col("author").is_in(_NOBODY), nw.col("published"))
        evidence = nw.from_native(engine.materialize(_file_evidence(named, query, until)))
        scored = nw.from_native(engine.materialize(_score_file_authors(evidence, named, query, scheme)))
        counts, kept = _filter_file_authors(scored, query)
        touched, left = engine.collect([evidence.select(nw.col("author").n_unique()).to_native(), counts])
        listed, hidden = _top_visible_authors(store, engine, kept, named, query.top)
        works = _top_file_works(engine, evidence, listed)
    by_reason = {reason or "": count for reason, count in left.iter_rows()}
    total, people = by_reason.pop("", 0), sum(left["len"])
    if barely := int(touched.item() or 0) - people:
        by_reason["who barely touch it"] = barely
    return Answer(
        query.interest,
        query.as_of.isoformat(),
        coverage,
        [{"term": " ".join(query.interest.split()), "weight": 1.0, "works": coverage["matched"], "lift": 0.0}],
        total - hidden,
        dict(sorted(by_reason.items())),
        [
            _file_advisor_row(person, works.get(person["author"], []), query.as_of, until)
            for person in listed.iter_rows(named=True)
        ],
    )


def _check_file_query(query: Query) -> None:
    """What the files do not tell cannot be asked.

    Raises:
        UsageError: something of the kind is asked.
    """
    asked = {
        "--near": query.near,
        "--within": query.within,
        "--stage": query.stages,
        "--kind": query.kind != "any",
        "--without": query.without,
        **{f"--{trait}": True for trait in query.traits},
    }
    if beyond := [option for option, given in asked.items() if given]:
        raise UsageError(
            f"The files of a snapshot do not tell what {', '.join(beyond)} asks for. Leave it out, or import the "
            "works: finder import openalex FOLDER"
        )


def _file_coverage(engine: engines.Engine, rows: Any, as_of: date, folder: Path) -> tuple[Coverage, date]:
    """What the answer rests on, and up to when there are works on the interest."""
    one, none, first = nw.lit(1), nw.lit(0), nw.col("position").fill_null(0) == 0
    strange = nw.when(nw.col("work").is_null()).then(one).otherwise(none)
    work = nw.when(first & nw.col("published") & ~nw.col("work").is_null()).then(one).otherwise(none)
    counts = rows.select(strange.sum().alias("strange"), work.sum().alias("works"))
    matched = rows.filter(first, nw.col("published"), nw.col("match") > 0).group_by("day").agg(nw.len().alias("works"))
    told, days = engine.collect([counts.to_native(), matched.to_native()])
    strange_lines, works = (int(count or 0) for count in told.row(0))
    note = f"{strange_lines:,} lines are no works" if strange_lines else ""
    source: SourceCoverage = {
        "source": "openalex",
        "state": f"read from {folder}",
        "works": works,
        "complete": None,
        "message": note,
    }
    until = text_match.latest_day_from_counts(dict(days.drop_nulls().iter_rows()), as_of)
    coverage: Coverage = {
        "works": works,
        "sources": [source],
        "matched": int(days["works"].sum()),
        "until": until.isoformat(),
        "read": "",
        "lacks": FILE_ANSWER_LIMITS,
    }
    return coverage, until


def _file_evidence(named: Any, query: Query, until: date) -> Any:
    """As :func:`finder.ranking.signals.evidence_rows` gives it, with what is shown of the works."""
    matches = named.filter(nw.col("match") > 0).group_by("work").agg(nw.col("match").max())
    rows = _deduplicate_authorships(named.filter(nw.col("match") > 0)).drop("match")
    return signals.evidence_rows(matches, rows, query.as_of, until, query.half_life).to_native()


def _deduplicate_authorships(rows: Any) -> Any:
    """Each author once on each work: a folder that was brought up to date may hold a work twice."""
    return rows.unique(["work", "author"], keep="first", order_by=["position", "n_authors"])


def _score_file_authors(evidence: Any, named: Any, query: Query, scheme: advisor_score.ScoringScheme) -> Any:
    """Whoever did more than touch the interest, with record, name, place and score."""
    sums = signals.sum_evidence_rows(evidence).filter(nw.col("evidence") >= scheme.min_evidence)
    theirs = _deduplicate_authorships(named.join(sums.select("author"), on="author", how="semi"))
    people = nw.from_native(advisor_score.add_publication_record(sums.to_native(), theirs.to_native(), query.as_of))
    newest = (-nw.col("day").cast(nw.Int64) * 10**11 - nw.col("work")).rank("ordinal").over("author")
    placed = theirs.filter(~nw.col("institution").is_null()).with_columns(newest=newest).filter(nw.col("newest") == 1)
    columns = ("author", "institution_id", "ror", "institution", "country")
    called = theirs.group_by("author").agg(nw.col("name").max(), nw.col("orcid").max())
    people = people.join(placed.select(*columns, placed_day="day"), on="author", how="left")
    people = people.join(called, on="author", how="left").with_columns(
        author_id=nw.concat_str(nw.lit("openalex:A"), nw.col("author").cast(nw.String)),
        stage=nw.lit("unknown"),
        stage_confidence=nw.lit(0.0),
        is_student=nw.lit(False),
    )
    return advisor_score.score_advisors(people.to_native(), scheme)


def _filter_file_authors(scored: Any, query: Query) -> tuple[Any, Any]:
    """How many there are by the reason that keeps them out (null: none does), and those whom none does, in order."""
    tests = []
    if query.countries:
        tests.append(("without a known country", nw.col("country").is_null()))
        tests.append(("in other countries", ~nw.col("country").is_in([code.upper() for code in query.countries])))
    if query.not_at:
        place = nw.col("institution").fill_null("").str.to_lowercase()
        there = [place.str.contains(name.casefold(), literal=True) for name in query.not_at]
        tests.append((f"at {' or '.join(query.not_at)}", nw.any_horizontal(*there, ignore_nulls=True)))
    if query.since:
        tests.append(("no work since then", nw.col("newest_day") < signals.epoch_days(query.since)))
    reason = nw.lit(None, nw.String)
    for name, out in reversed(tests):
        reason = nw.when(out).then(nw.lit(name)).otherwise(reason)
    people = scored.with_columns(reason=reason)
    counts = people.group_by("reason").agg(nw.len()).to_native()
    kept = people.filter(nw.col("reason").is_null()).drop("reason")
    return counts, nw.from_native(advisor_score.sort_by_score(kept.to_native(), query.sort))


def _top_visible_authors(
    store: Store, engine: engines.Engine, kept: Any, named: Any, top: int
) -> tuple[pl.DataFrame, int]:
    """The first of them without those who are hidden, and how many of these were met."""
    most = top
    while True:
        (found,) = engine.collect([kept.head(most).to_native()])
        seen = named.join(nw.from_native(engine.table(found.select("author"))), on="author", how="semi")
        told = ("author", "name", "orcid", "work", "title", "institution_id", "ror", "institution")
        hidden = (
            _find_suppressed_authors(store, engine.collect([seen.select(*told).to_native()])[0])
            if store.suppressions.has_suppressions()
            else []
        )
        shown = found.filter(~pl.col("author").is_in(hidden))
        if shown.height >= top or found.height < most:
            return shown.head(top), found.height - shown.height
        most *= 2


def _find_suppressed_authors(store: Store, rows: pl.DataFrame) -> list[int]:
    """Authors one of whose ids, places or works is on the list of those who are not to be shown."""
    tokens: dict[str, int] = {}
    for row in rows.iter_rows(named=True):
        orcid, name, place = ids.parse_orcid(row["orcid"] or ""), name_key(row["name"] or ""), row["institution"] or ""
        keys = (
            _openalex_key(row["institution_id"]),
            f"ror:{_last_url_part(row['ror'])}",
            f"name:{place.casefold()}",
            f"at {text_key(place)}",
            f"on openalex:W{row['work']}",
            f"on {text_key(row['title'] or '')}",
        )
        for token in (f"openalex:A{row['author']}", orcid, *(f"{name}|{key}" for key in keys)):
            if token:
                tokens[token] = row["author"]
    return sorted({tokens[token] for token in store.suppressions.which_suppressed(tokens)})


def _openalex_key(url: str | None) -> str:
    return f"openalex:{_last_url_part(url)}"


def _last_url_part(url: str | None) -> str:
    return (url or "").rpartition("/")[2]


def _top_file_works(engine: engines.Engine, evidence: Any, listed: pl.DataFrame) -> Mapping[int, list[WorkDetail]]:
    """The works that count most of those who are listed."""
    authors = nw.from_native(engine.table(listed.select(pl.col("author").cast(pl.Int64))))
    columns = ("author", "work", "title", "day", "venue", "url", "position", "n_authors", "match", "adds")
    rows = evidence.join(authors, on="author", how="semi").select(*columns)
    (found,) = engine.collect([rows.to_native()])
    best = found.sort("author", "adds", "day", "work", descending=[False, True, True, False])
    works: dict[int, list[WorkDetail]] = {}
    for row in best.group_by("author", maintain_order=True).head(EVIDENCE_WORKS).iter_rows(named=True):
        day = _date_from_days(row["day"])
        works.setdefault(row["author"], []).append(
            {
                "work_id": f"openalex:W{row['work']}",
                "title": row["title"],
                "date": day.isoformat(),
                "year": day.year,
                "venue": row["venue"],
                "url": evidence_text.http_url_or_none(row["url"]),
                "match": round(row["match"], 3),
                "adds": round(row["adds"], 3),
                "near_in_meaning": False,
                "position": evidence_text.position_label(row["position"], row["n_authors"]),
                "n_authors": row["n_authors"],
                "source": "openalex",
            }
        )
    return works


def _file_advisor_row(person: Mapping[str, Any], works: list[WorkDetail], as_of: date, until: date) -> Advisor:
    orcid = ids.parse_orcid(person["orcid"] or "")
    nothing = dict.fromkeys(("homepage", "recruiting", "newcomer", "stage_evidence", "matched_by_year"))
    nothing["grants"] = []
    facts = {
        **nothing,
        "now": until,
        "as_of": as_of,
        "name": person["name"] or person["author_id"],
        "ids": [person["author_id"], *([orcid] if orcid else [])],
        "stage_ground": "the files do not tell",
    }
    row = person_rows.advisor_row({**person, **facts}, works, _newest_affiliation(person, as_of), None)
    for post in row["current"]:
        post["since"] = None  # the newest work alone does not tell
    return {**row, "openings": []}


def _newest_affiliation(person: Mapping[str, Any], as_of: date) -> list[AffiliationRecord]:
    """Where the newest work that names a place was written."""
    if person["institution"] is None:
        return []
    seen = _date_from_days(person["placed_day"])
    post: AffiliationRecord = {
        "institution": person["institution"],
        "institution_id": _openalex_key(person["institution_id"]),
        "unit": None,
        "kind": None,
        "country": person["country"],
        "since": seen.isoformat()[:7],
        "until": seen.isoformat()[:7],
        "old": seen < as_of - OLD,
        "role": None,
        "source": "openalex",
        "stated": False,
        "count": 1,
        "url": person["institution_id"],
        "current": True,
    }
    return [post]


def _date_from_days(days: int) -> date:
    return date(1970, 1, 1) + timedelta(days=days)
