"""Named questions and their answers, ready to show: the command line and the dashboard ask only these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from finder.errors import UsageError
from finder.names import fold, interest_key
from finder.people.stage import STAGES
from finder.rank import advisors as ranking
from finder.rank import match
from finder.rank.signals import days
from finder.store import Snapshot, Store
from finder.views import cards, hosting, identity, mentoring

Kind = Literal["faculty", "industry", "any"]
FACULTY = ("early-career faculty", "established faculty")
EVIDENCE_WORKS = 5
TOUCH = 0.2  # summed worth of works below which somebody has merely stood near the interest
SURE = 0.5  # confidence from which "student" keeps somebody off a list of advisors


@dataclass(frozen=True)
class Wish:
    """What a user wants.

    Attributes:
        interest: the topic in the user's words.
        countries: ISO codes; empty is anywhere.
        stages: of :data:`finder.people.stage.STAGES`; empty is whoever could advise.
        since: the newest matched work must not be older.
        as_of: the day the answer is for; nothing dated later is used.
        top: rows at most.
        without: related terms that are switched off.
    """

    interest: str
    as_of: date
    countries: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    kind: Kind = "any"
    since: date | None = None
    top: int = 25
    weights: Mapping[str, float] = field(default_factory=dict)
    half_life: float = 4.0
    without: tuple[str, ...] = ()
    related: bool = True

    def __post_init__(self) -> None:
        if not self.interest.strip():
            raise UsageError('Say what you are interested in, for example: finder advisors "multimodal learning"')
        unknown = set(self.stages) - set(STAGES)
        if unknown:
            raise UsageError(f"There is no stage {', '.join(sorted(unknown))}. Stages are: {', '.join(STAGES)}.")
        if self.kind not in ("faculty", "industry", "any"):
            raise UsageError(f"--kind is faculty, industry or any, not {self.kind}.")
        if any(len(code) != 2 or not code.isalpha() for code in self.countries):
            raise UsageError("--country takes two-letter codes such as DE or US.")
        if self.top < 1:
            raise UsageError("--top must be at least 1.")


@dataclass(frozen=True)
class Answer:
    """An answer in the shape of the JSON contract.

    Attributes:
        results: rows as in design.md.
        total: people who passed the filters, of whom ``results`` are the first.
        left_out: how many were filtered out, by reason.
        terms: what was looked for, with weights.
        coverage: what the answer rests on.
    """

    interest: str
    as_of: str
    coverage: dict[str, Any]
    terms: list[dict[str, Any]]
    total: int
    left_out: dict[str, int]
    results: list[dict[str, Any]]

    def contract(self) -> dict[str, Any]:
        """As printed by ``--format json``."""
        return {
            "interest": self.interest, "as_of": self.as_of, "coverage": self.coverage, "terms": self.terms,
            "total": self.total, "left_out": self.left_out, "results": self.results,
        }  # fmt: skip


def advisors(store: Store, wish: Wish) -> Answer:
    """People who could advise on an interest, best first, each with reasons and evidence.

    Raises:
        NothingCollected: the store is empty.
        UsageError: the wish cannot be granted as it is.
    """
    scheme = ranking.Scheme({**ranking.WEIGHTS, **wish.weights}, wish.half_life)
    snapshot = store.snapshots.current()
    found = match.find(store, snapshot, wish.interest, wish.as_of, without=wish.without, expand=wish.related)
    now = match.horizon(snapshot, found.frame, wish.as_of)
    authorships = snapshot.table("authorships").lazy()
    rows, sums = pl.collect_all(ranking.gather(found.frame.lazy(), authorships, wish.as_of, now, wish.half_life))
    on_it = sums.filter(pl.col("volume") >= TOUCH)
    people, posts = cards.known(snapshot, on_it, wish.as_of)
    scored = ranking.score(people.lazy(), scheme).collect()
    kept, left_out = _filtered(scored, posts, wish)
    if barely := sums.height - on_it.height:
        left_out["who barely touch it"] = barely
    listed = ranking.banded(kept).head(wish.top)
    return Answer(
        interest=wish.interest,
        as_of=wish.as_of.isoformat(),
        coverage={
            **coverage_of(store, snapshot, wish.interest),
            "matched": found.frame.height,
            "until": now.isoformat(),
        },
        terms=[{"term": t.text, "weight": t.weight, "works": t.works, "lift": t.lift} for t in found.terms],
        total=kept.height,
        left_out=left_out,
        results=cards.rows(store, snapshot, listed, rows, posts, wish.as_of, now, EVIDENCE_WORKS),
    )


def person(store: Store, who: str, as_of: date, interest: str | None = None) -> dict[str, Any]:
    """The whole card of one person, by author id, another id, or name.

    Raises:
        UsageError: nobody, or more than one, is meant; the message lists the ids to choose from.
    """
    snapshot = store.snapshots.current()
    author = cards.find(snapshot, who)
    works = _works_of(store, snapshot, author, as_of, interest)
    _, sums = ranking.gather(works.lazy(), snapshot.table("authorships").lazy(), as_of, as_of, 4.0)
    circle = mentoring.circle(snapshot, author, as_of)
    people, posts = cards.known(snapshot, sums.join(circle.everybody.lazy(), on="author", how="semi").collect(), as_of)
    own = pl.col("author") == author
    card = cards.whole(store, snapshot, author, people.filter(own), posts.filter(own), works, as_of)
    known = {**identity.of(snapshot, author), "alike": identity.alike(snapshot, author)}
    hosted = hosting.of(snapshot, author, as_of, None if interest is None else works)
    card["evidence"] += [hosting.claim(proof) for row in hosted for proof in row["proofs"]]
    return {**card, **mentoring.shown(snapshot, circle, people, posts, as_of), "hosting": hosted, "identity": known}


def tokens_of(store: Store, who: str) -> list[str]:
    """What a suppression of somebody is about: all their ids, and their name at each of their institutions."""
    snapshot = store.snapshots.current()
    author = cards.find(snapshot, who)
    person = snapshot.table("authors").row(by_predicate=pl.col("author") == author, named=True)
    at = (
        snapshot.table("affiliations")
        .filter(pl.col("author") == author)
        .join(snapshot.table("institutions"), on="institution")
    )
    places = at["institution_id"].unique().sort().to_list()
    return [person["author_id"], *person["ids"], *(f"{fold(person['name'])}|{place}" for place in places)]


def suggestions(store: Store, text: str, limit: int = 10) -> list[str]:
    """Known keywords that begin with or hold what has been typed, most usual first."""
    terms = store.snapshots.current().table("terms").filter(pl.col("keyword"))
    typed = " ".join(text.casefold().split())
    held = terms.filter(pl.col("term").str.contains(typed, literal=True))
    begins = pl.col("term").str.starts_with(typed)
    return held.sort(begins, "share", "term", descending=[True, True, False]).head(limit)["term"].to_list()


def called(store: Store, name: str, limit: int = 12) -> list[dict[str, Any]]:
    """People whose name holds all words that were typed, in any spelling of accents, most works first."""
    return cards.called(store.snapshots.current(), name, limit)


def countries(store: Store) -> list[str]:
    """Countries of the institutions in the store."""
    found = store.snapshots.current().table("institutions").select("country").drop_nulls().unique()
    return found.sort("country")["country"].to_list()


def sources(store: Store, names: Sequence[str], day: str, now: str) -> list[dict[str, Any]]:
    """Each source's state: records held, budget of the day, parked or not, last run."""
    counts = store.records.counts()
    rows = []
    for name in names:
        budget, last, parked = store.budgets.get(name, day), store.runs.last_of(name), store.budgets.parked(name, now)
        rows.append(
            {
                "source": name,
                "state": f"parked until {parked[0]}: {parked[1]}"
                if parked
                else last[1].state
                if last
                else "never asked",
                "works": counts.get((name, "work"), 0),
                "people": counts.get((name, "person"), 0),
                "spent_today": budget.spent,
                "allowance": budget.allowance,
                "remaining": budget.remaining,
                "last_run": last[0] if last else None,
                "message": last[1].message if last else "",
            }
        )
    return rows


def _filtered(scored: pl.DataFrame, posts: pl.DataFrame, wish: Wish) -> tuple[pl.DataFrame, dict[str, int]]:
    """Exactly those who fit the wish, and how many others there were, by the first reason that kept each out."""
    here = (
        posts.filter("current")
        .group_by("author")
        .agg(countries=pl.col("country").drop_nulls().unique(), at_company=(pl.col("kind") == "company").any())
    )
    kept, left_out = sifted(scored.join(here, on="author", how="left"), _tests(wish))
    return kept.drop("countries", "at_company"), left_out


def sifted(frame: pl.DataFrame, tests: Sequence[tuple[str, pl.Expr]]) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows that no test keeps out, and how many each test did, the first that holds; what is unknown does not."""
    reasons = [(reason, test.fill_null(value=False)) for reason, test in tests]
    reason = pl.coalesce([pl.when(test).then(pl.lit(name)) for name, test in reasons] or [pl.lit(None, pl.String)])
    frame = frame.with_columns(reason=reason)
    counted = frame.filter(pl.col("reason").is_not_null()).group_by("reason").len().sort("reason")
    return frame.filter(pl.col("reason").is_null()).drop("reason"), dict(counted.iter_rows())


def _tests(wish: Wish) -> list[tuple[str, pl.Expr]]:
    tests: list[tuple[str, pl.Expr]] = []
    if wish.countries:
        wanted = [code.upper() for code in wish.countries]
        tests.append(("without a known country", pl.col("countries").list.len().fill_null(0) == 0))
        tests.append(("in other countries", pl.col("countries").list.set_intersection(wanted).list.len() == 0))
    if wish.since:
        tests.append(("no work since then", pl.col("newest_day") < days(wish.since)))
    if wish.stages:
        tests.append(("at another stage", ~pl.col("stage").is_in(wish.stages)))
    else:
        tests.append(("students", (pl.col("stage") == "student") & (pl.col("stage_confidence") >= SURE)))
    if wish.kind == "faculty":
        tests.append(("not known as faculty", ~pl.col("stage").is_in(FACULTY)))
    if wish.kind == "industry":
        industry = (pl.col("stage") == "industry researcher") | pl.col("at_company")
        tests.append(("not known as in industry", ~industry.fill_null(value=False)))
    return tests


def _works_of(store: Store, snapshot: Snapshot, author: int, as_of: date, interest: str | None) -> pl.DataFrame:
    """``work``, ``match`` of all of somebody's works; match is 0 off the interest, 1 where there is no interest."""
    own = snapshot.table("authorships").filter(pl.col("author") == author, pl.col("published")).select("work")
    if interest is None:
        return own.with_columns(match=pl.lit(1.0))
    found = match.find(store, snapshot, interest, as_of).frame.select("work", "match")
    return own.join(found, on="work", how="left").with_columns(pl.col("match").fill_null(0.0))


def coverage_of(store: Store, snapshot: Snapshot, interest: str) -> dict[str, Any]:
    """What an answer rests on: stored works, and how each source fared when the interest was last collected."""
    key = interest_key(interest)
    runs = (store.runs.latest(interest=key, kind=kind) for kind in ("collect", "visit"))  # people's pages come after
    last = {entry.source: entry for run in runs if run for entry in store.runs.sources(run.id)}
    counts = snapshot.meta.get("records", {})
    names = sorted({*counts, *last})
    entries = [
        {
            "source": name,
            "state": last[name].state if name in last else "stored",
            "works": counts.get(name, 0),
            "complete": last[name].complete if name in last else None,
            "message": last[name].message if name in last else "",
        }
        for name in names
    ]
    return {"works": snapshot.meta.get("works", 0), "sources": entries}
