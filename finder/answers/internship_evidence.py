"""The works that prove that somebody hosts interns, put together for showing; and the line on a person's card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import polars as pl

from finder.answers import mentoring
from finder.features import affiliation_history, internship_hosts, internship_papers
from finder.results import (
    CitedWork,
    CompanyHosting,
    Evidence,
    HostingCount,
    Intern,
    InternDestination,
    InternshipProof,
    PersonName,
)
from finder.storage import Snapshot

COUNTED = (
    "A proof is a work that a student of another place wrote with people of the company: as a footnote or the "
    "student's own profile says, or because the student printed both places, or one on some works and the other on "
    "others. A student with company co-authors and "
    "nothing else is a weak one. It tells nothing of contracts, misses interns who printed nothing, and takes in "
    "students whom a company employs; it is no verdict on anybody, and no offer."
)
IN_WORDS = {
    internship_papers.FOOTNOTE: "called an internship by a footnote or the student's own profile",
    internship_papers.PLACES: "the student printed both places",
    internship_papers.LATER: "a student, second or third author, printed both places",
    internship_papers.ALONE: "a student printed the company only, and a university on other works",
    internship_papers.STAGE: "weak: a student first, company people last",
}
SHORT = {
    internship_papers.FOOTNOTE: "stated",
    internship_papers.PLACES: "two places",
    internship_papers.LATER: "two places of a later author",
    internship_papers.ALONE: "company only",
    internship_papers.STAGE: "weak",
}
COAUTHORS = 5  # of the company, named beside the host


def recent_hosting_start(now: date) -> str:
    """The day from which an internship is one of the last two years."""
    return (now - timedelta(days=internship_hosts.RECENT)).isoformat()


def hosting_summary(summed: HostingCount | CompanyHosting, company: str) -> str:
    """How much somebody has hosted.

    >>> hosting_summary({"recent": 2, "older": 1, "interns": 3, "since": "2024-11-01"}, "Brightloom Labs")
    'hosted interns at Brightloom Labs: 2 works since 2024-11, 1 earlier, by 3 people'
    """
    recent, older = summed["recent"], summed["older"]
    late = f"{recent or 'no'} work{'s' * (recent != 1)} since {summed['since'][:7]}"
    people = f"by {summed['interns']} {'person' if summed['interns'] == 1 else 'people'}"
    return f"hosted interns at {company}: {late}, " + (f"{older} earlier, " if older else "") + people


def proof_kinds_phrase(proofs: Sequence[InternshipProof]) -> str:
    """How that is known.

    >>> proof_kinds_phrase([{"kind": "footnote"}, {"kind": "two places"}, {"kind": "footnote"}])
    'known by 2 stated, 1 two places'
    """
    told = Counter(proof["kind"] for proof in proofs)
    return "known by " + ", ".join(f"{told[kind]} {SHORT[kind]}" for kind in internship_papers.KINDS if told[kind])


def hosting_claim(proof: InternshipProof) -> Evidence:
    """A proof as a claim with its evidence."""
    work = proof["work"]
    said = f"hosted {proof['intern']['name']} at {proof['company']}: “{work['title']}” ({IN_WORDS[proof['kind']]})"
    return {"claim": said, "source": work["source"], "url": work["url"], "date": work["date"]}


def internship_proofs(
    snapshot: Snapshot, led: pl.DataFrame, who: pl.DataFrame, on: pl.DataFrame | None, as_of: date, now: date
) -> dict[int, list[InternshipProof]]:
    """The works with interns of some hosts: those of the last two years first, those on the interest first among them.

    Args:
        led: as :func:`finder.features.internship_hosts.papers_by_host` gives them.
        who: ``author``, ``company``: whose works, and of which company.
        on: ``work``, ``match`` of those on the interest; None where there is no interest.
    """
    keys = ("work", "intern", "company")
    own = led.join(who.select("author", "company"), on=("author", "company"), how="semi")
    posts = affiliation_history.load_affiliations(snapshot, own.select(author="intern").unique(), as_of)
    journeys = internship_hosts.intern_trajectories(own, posts)
    own = own.rename({"role": "stated"}).drop("homes").join(journeys, on=keys, how="left")
    matched = pl.lit(1.0) if on is None else pl.col("match").fill_null(0.0)
    if on is not None:
        own = own.join(on.select("work", "match"), on="work", how="left")
    late = pl.col("day") > (now - date(1970, 1, 1)).days - internship_hosts.RECENT
    own = own.with_columns(match=matched, late=late).sort(
        "author",
        "late",
        pl.col("match") > 0,
        "day",
        "chance",
        "work",
        "intern",
        descending=[False, True, True, True, True, False, False],
    )
    return _proofs_by_host(snapshot, own)


def _proofs_by_host(snapshot: Snapshot, own: pl.DataFrame) -> dict[int, list[InternshipProof]]:
    named = [*own["intern"], *_flatten_id_lists(own["others"]), *own["head"].drop_nulls()]
    people = mentoring.author_labels(snapshot, pl.Series(named, dtype=pl.UInt32))
    at = _institutions_by_id(snapshot, [*own["company"], *own["went"].drop_nulls(), *_flatten_id_lists(own["homes"])])
    works = mentoring.evidence_work_rows(snapshot, own.select(pl.col("work").implode()).to_series())
    found: dict[int, list[InternshipProof]] = {author: [] for author in own["author"].unique()}
    for row in own.iter_rows(named=True):
        found[row["author"]].append(_internship_proof_row(row, people, at, works))
    return found


def _internship_proof_row(
    row: Mapping[str, Any],
    people: Mapping[int, PersonName],
    at: Mapping[int, _Institution],
    works: Mapping[int, CitedWork],
) -> InternshipProof:
    return {
        "work": {**works[row["work"]], "match": round(row["match"], 3)},
        "company": at[row["company"]].name,
        "kind": row["kind"],
        "kind_in_words": IN_WORDS[row["kind"]],
        "chance": row["chance"],
        "quote": row["quote"] or row["stated"],
        "recent": row["late"],
        "intern": {
            **people[row["intern"]],
            "from": [at[home].name for home in row["homes"]],
            "went": _intern_destination(row, at),
        },
        "others": [people[other] for other in row["others"][:COAUTHORS]],
        "head": people.get(row["head"]) if row["head"] != row["author"] else None,
    }


def _intern_destination(row: Mapping[str, Any], at: Mapping[int, _Institution]) -> InternDestination | None:
    """Where the intern was seen after the work; None where nothing later is known."""
    if row["went"] is None:
        return None
    same, seen = row["went"] == row["company"], row["last"].isoformat()[:7]
    after = at[row["went"]]
    return {
        "institution": after.name,
        "country": after.country,
        "role": row["role"],
        "seen": seen,
        "same_company": same,
    }


def intern_journey(intern: Intern) -> str:
    """Where an intern came from and went, in words.

    >>> went = {"institution": "Brightloom Labs", "seen": "2026-03"}
    >>> intern_journey({"from": ["University of Valdorra"], "went": went})
    'from University of Valdorra, seen in 2026-03 at Brightloom Labs'
    """
    came = f"from {' and '.join(intern['from'])}" if intern["from"] else "from an unknown place"
    went = intern["went"]
    return f"{came}, seen in {went['seen']} at {went['institution']}" if went else f"{came}, not seen since"


def _flatten_id_lists(lists: pl.Series) -> list[int]:
    return lists.explode().drop_nulls().to_list()


class _Institution(NamedTuple):
    name: str
    country: str | None


def _institutions_by_id(snapshot: Snapshot, wanted: Sequence[int]) -> dict[int, _Institution]:
    rows = snapshot.load_table("institutions").filter(pl.col("institution").is_in(list(set(wanted))))
    return {
        number: _Institution(name, country)
        for number, name, country in rows.select("institution", "name", "country").iter_rows()
    }


def hosting_by_company(
    snapshot: Snapshot, author: int, as_of: date, on: pl.DataFrame | None = None
) -> list[CompanyHosting]:
    """Where somebody has hosted interns, by company, most lately first; ``weak`` where the proof is weak only.

    Args:
        on: ``work``, ``match`` of their works where there is an interest.
    """
    led = internship_hosts.papers_by_host(internship_hosts.find_internship_papers(snapshot, as_of, author)).filter(
        pl.col("author") == author
    )
    if led.is_empty():
        return []
    summed = internship_hosts.summarize_hosting(led, as_of)
    shown = internship_proofs(snapshot, led, summed, on, as_of, as_of).get(author, [])
    at = _institutions_by_id(snapshot, summed["company"].to_list())
    rows: list[CompanyHosting] = []
    for row in summed.sort("newest", "company", descending=[True, False]).iter_rows(named=True):
        name, country = at[row["company"]]
        theirs = [proof for proof in shown if proof["company"] == name]
        hosted: CompanyHosting = {
            "company": name,
            "country": country,
            "interns": row["interns"],
            "recent": row["recent"],
            "older": row["older"],
            "since": recent_hosting_start(as_of),
            "sure": round(row["sure"], 2),
            "weak": row["sure"] < internship_hosts.SURE,
            "said": "",
            "proofs": theirs,
        }
        perhaps = "perhaps " * hosted["weak"]
        hosted["said"] = f"{perhaps}{hosting_summary(hosted, name)}, {proof_kinds_phrase(theirs)}"
        rows.append(hosted)
    return rows
