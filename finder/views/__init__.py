"""Named questions and their answers, ready to show: the command line and the dashboard ask only these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from finder.names import fold, interest_key
from finder.rank import advisors as ranking
from finder.rank import match
from finder.store import Snapshot, Store
from finder.views import cards, hosting, identity, mentoring, openings
from finder.views.wishes import Wish, filtered

EVIDENCE_WORKS = 5
TOUCH = 0.2  # summed worth of works below which somebody has merely stood near the interest


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
    kept, left_out = filtered(snapshot, scored, posts, wish)
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
        results=_with_openings(
            store, cards.rows(store, snapshot, listed, rows, posts, wish.as_of, now, EVIDENCE_WORKS), wish.as_of
        ),
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
    (card,) = _with_openings(store, [card], as_of)
    led = mentoring.shown(snapshot, circle, people, posts, as_of)
    for rows, who in (
        (led["mentoring"]["students"], "last author with"),
        (led["mentoring"]["guests"], "last author with guest"),
    ):
        card["evidence"] += mentoring.claims(rows, who)
    card["evidence"] += mentoring.claims(led["advised_by"], "probably advised by")
    return {**card, **led, "hosting": hosted, "identity": known}


def _with_openings(store: Store, rows: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    """People with the open positions that name them, as evidence, too."""
    named = openings.naming(store, rows, as_of)
    for row in rows:
        row["openings"] = named.get(row["author_id"], [])
        row["evidence"] += openings.evidence(row["openings"])
    return rows


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
