"""Whom somebody published with as last author, and who probably advised them, put together for showing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from finder.answers import affiliation_rows
from finder.features import advisee_pairs, advisees
from finder.ranking import evidence_text
from finder.results import (
    Advisee,
    AdviseeSummary,
    CitedWork,
    Evidence,
    LabAlumnus,
    Mentoring,
    PersonName,
    ProbableAdvisor,
    SeenAt,
)
from finder.storage import Snapshot

COUNTED = (
    "Counted from author lists: people who wrote first, as beginners, where this person stands last. That takes in "
    "joint supervision and misses whoever never wrote first; it is no verdict on anybody."
)
NOBODY: AdviseeSummary = {
    "students": 0,
    "recent": 0,
    "together": 0,
    "active": 0,
    "still": 0,
    "guests": 0,
    "months_between": None,
    "went": {},
}


def advising_phrase(summary: AdviseeSummary) -> str:
    """The numbers in words.

    >>> advising_phrase({**NOBODY, "students": 2, "recent": 1, "went": {"faculty": 1, "unknown": 1}})
    '2 people, 1 of them in the last two years; now: faculty 1, unknown 1'
    """
    count = summary["students"]
    said = [f"{count} {'person' if count == 1 else 'people'}, {summary['recent']} of them in the last two years"]
    if summary["together"] > summary["recent"]:
        said.append(f"{summary['together']} on any work with them in these two years")
    if summary["months_between"] is not None:
        said.append(f"mostly {summary['months_between']:.0f} months from one such work to the next")
    if summary["went"]:
        said.append("now: " + ", ".join(f"{kind} {number}" for kind, number in summary["went"].items()))
    if summary["still"]:
        said.append(f"still at the same institution: {summary['still']}")
    if summary["guests"]:
        said.append(f"besides, guests from elsewhere: {summary['guests']}")
    return "; ".join(said)


def advising_claims(rows: Sequence[Advisee | LabAlumnus], who: str) -> list[Evidence]:
    """What is said of people who were led: the newest joint work of each, and where they were seen last."""
    joint = [joint_work_claim(f"{who} {row['name']}", work) for row in rows for work in row["works"][:1]]
    return joint + [
        {
            "claim": f"{who} {row['name']}: seen at {now['institution']}",
            "source": now["source"],
            "url": None,
            "date": now["seen"],
        }
        for row in rows
        if (now := row["now"])
    ]


def joint_work_claim(whose: str, work: CitedWork) -> Evidence:
    """A work that two wrote together as a claim."""
    return {
        "claim": f"{whose}: joint work “{work['title']}”",
        "source": work["source"],
        "url": work["url"],
        "date": work["date"],
    }


def joint_years_phrase(row: Advisee | LabAlumnus | ProbableAdvisor) -> str:
    """From the first to the last joint work.

    >>> joint_years_phrase({"first": "2021-03-01", "last": "2021-09-01"})
    '2021'
    """
    return "-".join(dict.fromkeys((row["first"][:4], row["last"][:4])))


def advisee_status_phrase(row: Advisee | LabAlumnus) -> str:
    """How many joint works, and where somebody is now, as far as it is known."""
    joint, now = row["joint"], row["now"]
    said = [f"{joint} joint work{'s' * (joint != 1)}"]
    if now is None:
        said.append("place unknown")
    else:
        seen = f"in {now['seen']} at {now['institution']}"
        said.append(f"now at {now['institution']}" if now["fresh"] else seen)
    if row["stage"] != "unknown" and row["stage_confidence"] >= advisees.SURE:
        said.append(row["stage"])
    return ", ".join(said)


def advisor_ground_phrase(advisor: ProbableAdvisor) -> str:
    """What a probable advisor is inferred from."""
    return f"last author of {advisor['count']} of {advisor['of']} first-authored early works"


@dataclass(frozen=True)
class AdvisingCircle:
    """A person with those whom they led or who led them.

    Attributes:
        works, pairs: as :func:`finder.features.advisee_pairs.find_advisee_pairs` gives them.
        everybody: ``author``: the person and those they led.
    """

    author: int
    works: pl.DataFrame
    pairs: pl.DataFrame
    everybody: pl.DataFrame


def load_advising_circle(snapshot: Snapshot, author: int, as_of: date) -> AdvisingCircle:
    """Whom somebody led, and who led them, up to a day."""
    one = pl.DataFrame({"author": [author]}, schema={"author": pl.UInt32})
    works, pairs = advisee_pairs.find_advisee_pairs(snapshot, as_of, heads=one, firsts=one)
    led = pairs.filter(pl.col("head") == author)
    return AdvisingCircle(author, works, pairs, pl.concat([one, led.select("author")]))


def mentoring_card(
    snapshot: Snapshot, circle: AdvisingCircle, people: pl.DataFrame, posts: pl.DataFrame, as_of: date
) -> tuple[Mentoring, list[ProbableAdvisor]]:
    """Whom somebody led, and who probably advised them, as their card has it.

    Args:
        people, posts: what :func:`finder.answers.person_rows.load_author_profiles` says of everybody in the circle.

    Returns:
        Students and guests, newest first, and probable advisors, likeliest first; each with the works that show it.
    """
    works, led, own = circle.works, circle.pairs.filter(pl.col("head") == circle.author), circle.author
    found = advisees.describe_advisees(works, led, snapshot.load_table("authorships"), posts, people, as_of)
    advisors = advisees.infer_advisors(*(frame.filter(pl.col("author") == own) for frame in (works, circle.pairs)))
    names = author_labels(snapshot, pl.concat([found["author"], advisors["head"]]))
    evidence = evidence_work_rows(snapshot, pl.concat([found["works"], advisors["works"]]))
    rows = [(row["guest"], _advisee_row(row, names, evidence)) for row in found.iter_rows(named=True)]
    led_by: Mentoring = {
        "summary": _advising_summary(advisees.summarize_advisees(found)),
        "students": [row for guest, row in rows if not guest],
        "guests": [row for guest, row in rows if guest],
    }
    return led_by, [_own_advisor_row(row, names, evidence) for row in advisors.iter_rows(named=True)]


def _advisee_row(row: Mapping[str, Any], names: Mapping[int, PersonName], works: Mapping[int, CitedWork]) -> Advisee:
    return {
        **names[row["author"]],
        "joint": row["joint"],
        "first": row["first"].isoformat(),
        "last": row["last"].isoformat(),
        "months_between": _round_months(row["months"]),
        "recent": row["recent"],
        "together": row["together"],
        "active": row["active"],
        "now": last_seen_place(row),
        "still": row["still"],
        "stage": row["stage"] or "unknown",
        "stage_confidence": row["stage_confidence"] or 0.0,
        "went": row["went"],
        "works": [works[work] for work in row["works"]],
    }


def last_seen_place(row: Mapping[str, Any]) -> SeenAt | None:
    """Where somebody was seen last, of a row of :func:`finder.features.advisees.describe_advisees`."""
    if not row["place"]:
        return None
    return {
        "institution": row["place"],
        "country": row["country"],
        "role": row["role"],
        "source": row["source"],
        "seen": row["seen"].isoformat()[:7],
        "fresh": row["fresh"],
    }


def _own_advisor_row(
    row: Mapping[str, Any], names: Mapping[int, PersonName], works: Mapping[int, CitedWork]
) -> ProbableAdvisor:
    return {
        **names[row["head"]],
        "count": row["count"],
        "of": row["of"],
        "share": round(row["share"], 2),
        "first": row["first"].isoformat(),
        "last": row["last"].isoformat(),
        "works": [works[work] for work in row["works"]],
    }


def _advising_summary(summed: pl.DataFrame) -> AdviseeSummary:
    """The numbers, and where they went: only kinds that there are, the most usual first."""
    if summed.is_empty():
        return {**NOBODY, "went": {}}
    row = summed.row(0, named=True)
    went = {kind: row[kind] for kind in advisees.WENT if row[kind]}
    went = dict(sorted(went.items(), key=lambda item: (item[0] == "unknown", -item[1])))
    return {
        "students": row["students"],
        "recent": row["recent"],
        "together": row["together"],
        "active": row["active"],
        "still": row["still"],
        "guests": row["guests"],
        "months_between": _round_months(row["months"]),
        "went": went,
    }


def _round_months(months: float | None) -> float | None:
    return None if months is None else round(months, 1)


def author_labels(snapshot: Snapshot, authors: pl.Series) -> dict[int, PersonName]:
    """``author_id`` and ``name`` by number."""
    people = snapshot.load_table("authors").lazy().select("author", "author_id", "name")
    rows = people.join(authors.unique().to_frame("author").lazy(), on="author", how="semi").collect()
    return {row["author"]: {"author_id": row["author_id"], "name": row["name"]} for row in rows.iter_rows(named=True)}


def evidence_work_rows(snapshot: Snapshot, lists: pl.Series) -> dict[int, CitedWork]:
    """The works that show something, by number, each with a link."""
    wanted = lists.explode().drop_nulls().unique().to_frame("work").lazy()
    detail = snapshot.load_table("works").lazy().select("work", "work_id", "title", "date", "venue", "url", "sources")
    rows = detail.join(wanted, on="work", how="semi").collect()
    return {
        row["work"]: {
            "work_id": row["work_id"],
            "title": row["title"],
            "date": row["date"].isoformat(),
            "venue": row["venue"],
            "url": evidence_text.http_url_or_none(row["url"]) or affiliation_rows.work_page(row["work_id"]),
            "source": ", ".join(row["sources"]),
        }
        for row in rows.iter_rows(named=True)
    }
