"""Who could host an intern: company researchers on an interest, with the interns' works that prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from finder import reference_data
from finder.answers import Answer, answer_coverage, geo_filter, internship_evidence, openings, person_rows
from finder.answers.query import Query, partition_by_reason
from finder.features import internship_hosts
from finder.ranking import advisor_score, host_score, text_match
from finder.ranking.signals import epoch_days
from finder.results import Advisor, Company, CurrentPlace, FormerHost, Host, HostingCount, InternshipProof, Opening
from finder.storage import Snapshot, Store
from finder.tables import select_sorted_rows

FORMER = 10  # people shown who have left
WORKS = 3
NEAR = 0.7  # evidence below which a host is near the interest only by an intern's work that is on it: a good match
KINDS = ("internship", "research")  # of open positions at the companies
POSTINGS = 200


@dataclass(frozen=True)
class Internships(Answer[Host]):
    """An answer in the shape of the JSON contract, whose ``results`` are the hosts, each with its proofs.

    Attributes:
        companies: of all hosts found, with how many there are of each, most first.
        former: who has hosted, and nobody for two years, or has left the company, or was not seen there for two years,
            newest first, with where they are now as far as that is known.
        postings: open internships and research jobs that fit, best first; those of a host's company stand with them.
    """

    companies: list[Company]
    former: list[FormerHost]
    postings: list[Opening]

    def to_json(self) -> dict[str, object]:
        """As printed by ``--format json``."""
        whole = super().to_json()
        hosts = whole.pop("results")
        return {**whole, "companies": self.companies, "hosts": hosts, "former": self.former, "postings": self.postings}


def find_internship_hosts(store: Store, query: Query, company: str = "") -> Internships:
    """Company researchers on an interest who have hosted interns, best first, each with the works that prove it.

    Args:
        query: kind, stages and weights of advisors do not apply.
        company: only hosts at companies whose name holds this; empty is any.

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
    led = internship_hosts.papers_by_host(internship_hosts.find_internship_papers(snapshot, query.as_of))
    scored, rows, posts = _score_hosts(snapshot, led, found, query, now)
    if around:
        scored = scored.join(around.nearest_distances(posts), on="author", how="left")
    kept, left_out = partition_by_reason(
        scored, [*(around.distance_tests() if around else ()), *_host_filter_reasons(query, company)]
    )
    late = pl.col("hosted_recent") > 0
    # whoever has hosted on the interest stands before those who have hosted beside it only
    here = advisor_score.sort_by_score(kept.filter("there", late)).sort(pl.col("hosted_on") == 0, maintain_order=True)
    listed, gone = here.head(query.top), _newest_former_hosts(kept.filter(~(pl.col("there") & late)))
    if left := kept.filter(~pl.col("there")).height:
        left_out["who have left, or were not seen at the company for two years"] = left
    if idle := kept.filter("there", ~late).height:
        left_out["who have hosted nobody for two years"] = idle
    shown = person_rows.advisor_rows(store, snapshot, listed, rows, posts, query.as_of, now, WORKS)
    if around:
        around.add_distances(shown)
    wanted = openings.OpeningFilter(KINDS, query.countries, organisation=company, near=query.near, within=query.within)
    postings = openings.find_openings(store, query.interest, query.as_of, wanted, POSTINGS).results
    proofs = internship_evidence.internship_proofs(
        snapshot, led, pl.concat([listed, gone], how="diagonal"), found.frame, query.as_of, now
    )
    return Internships(
        interest=query.interest,
        as_of=query.as_of.isoformat(),
        terms=found.terms_to_json(),
        total=here.height,
        left_out=left_out,
        near=around.to_json(query.interest) if around else None,
        coverage=answer_coverage(store, snapshot, query.interest, found, now),
        companies=_host_company_counts(here),
        results=[
            _host_row(row, about, proofs[about["author"]], now, postings)
            for row, about in zip(shown, listed.iter_rows(named=True), strict=True)
        ],
        former=[_former_host_row(about, proofs[about["author"]], posts) for about in gone.iter_rows(named=True)],
        postings=postings,
    )


def _score_hosts(
    snapshot: Snapshot, led: pl.DataFrame, found: text_match.Matches, query: Query, now: date
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """All who have hosted and have works on the interest, with scores; the evidence of these works; and their posts."""
    authorships = snapshot.load_table("authorships").lazy()
    scheme = advisor_score.ScoringScheme(half_life=query.half_life, text=found.text)
    works = found.frame.lazy()
    rows, sums = advisor_score.collect_evidence_eager(
        works, authorships, query.as_of, now, query.half_life, text=found.text
    )
    counted = internship_hosts.summarize_hosting(led, now, found.frame)
    on_it = sums.filter(pl.col("evidence") >= scheme.min_evidence).join(counted, on="author", how="semi")
    people, posts = person_rows.load_author_profiles(snapshot, on_it, query.as_of)
    best = _pick_host_company(internship_hosts.add_host_presence(counted, posts, now), snapshot, posts, query.as_of)
    scored = host_score.score_hosts(advisor_score.score_advisors(people.join(best, on="author").lazy(), scheme))
    return scored.collect(), rows, posts


def _pick_host_company(counted: pl.DataFrame, snapshot: Snapshot, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Of those who have hosted at several companies, the one where they are, else where they hosted most.

    ``country`` is where they are by what was printed of them there, and where nothing was, where the company is.
    """
    named = snapshot.load_table("institutions").select(
        company="institution", company_name="name", company_id="institution_id", company_country="country"
    )
    order = ("author", "there", "hosted", "company")
    best = counted.join(posts.select("author").unique(), on="author", how="semi")
    best = best.sort(order, descending=[False, True, True, False]).unique("author", keep="first")
    best = best.join(named, on="company").join(_host_countries(snapshot, best, as_of), on="author", how="left")
    best = best.with_columns(host_country=pl.coalesce("printed", "company_country"))
    return best.rename({"newest": "newest_intern", "on": "hosted_on", "recent": "hosted_recent"})


def _host_countries(snapshot: Snapshot, best: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``author``, ``printed``: the country in which people were last seen at their company."""
    seen = select_sorted_rows(snapshot.load_table("affiliations"), "author", best["author"]).filter(
        pl.col("country").is_not_null(), pl.col("first") <= as_of
    )
    there = seen.join(best.select("author", institution="company"), on=("author", "institution"), how="semi")
    newest = there.sort("last", "count", "country", descending=[True, True, False])
    return newest.unique("author", keep="first", maintain_order=True).select("author", printed="country")


def _host_filter_reasons(query: Query, company: str) -> list[tuple[str, pl.Expr]]:
    """Reasons to leave somebody out."""
    tests: list[tuple[str, pl.Expr]] = []
    if wanted := company.strip().casefold():
        known = reference_data.institution_aliases().get(wanted, wanted).casefold()
        held = pl.col("company_name").str.to_lowercase()
        tests.append(("at other companies", ~held.str.contains(wanted, literal=True) & (held != known)))
    if query.countries:
        here = pl.col("host_country").is_in([code.upper() for code in query.countries])
        tests.append(("in other or unknown countries", ~here.fill_null(value=False)))
    if query.since:
        tests.append(("no work since then", pl.col("newest_day") < epoch_days(query.since)))
    tests.append(("who barely touch it", (pl.col("hosted_on") == 0) & (pl.col("evidence") < NEAR)))
    tests.append(("students", pl.col("is_student")))
    return tests


def _newest_former_hosts(kept: pl.DataFrame) -> pl.DataFrame:
    """The first of some, whoever hosted last first."""
    return kept.sort("newest_intern", "author_id", descending=[True, False]).head(FORMER)


def _host_company_counts(here: pl.DataFrame) -> list[Company]:
    counted = here.group_by(institution="company_name", country="company_country").agg(
        hosts=pl.len(), recent=pl.col("hosted_recent").sum()
    )
    rows = counted.sort("hosts", "recent", "institution", descending=[True, True, False])
    return [
        {
            "institution": row["institution"],
            "country": row["country"],
            "hosts": row["hosts"],
            "recent": row["recent"],
            "careers": company_careers_url(row["institution"]),
        }
        for row in rows.iter_rows(named=True)
    ]


def company_careers_url(company: str) -> str | None:
    """The careers page of a well-known company lab."""
    return reference_data.reference_institutions().get(company, {}).get("careers") or None


def _host_row(
    row: Advisor, about: Mapping[str, Any], proofs: list[InternshipProof], now: date, postings: Sequence[Opening]
) -> Host:
    name = about["company_name"]
    unit = next((post["unit"] for post in row["current"] if post["institution"] == name), None)
    summed: HostingCount = {
        "interns": about["interns"],
        "recent": about["hosted_recent"],
        "older": about["older"],
        "on_interest": about["hosted_on"],
        "sure": round(about["sure"], 2),
        "weak": about["sure"] < internship_hosts.SURE,
        "since": internship_evidence.recent_hosting_start(now),
    }
    return {
        **row,
        "company": {
            "institution": name,
            "institution_id": about["company_id"],
            "unit": unit,
            "careers": company_careers_url(name),
            "country": about["host_country"],
            "seen": about["seen"].isoformat()[:7] if about["seen"] else None,
        },
        "parts": {part: round(about[part], 3) for part in host_score.PARTS},
        "hosting": summed,
        "proofs": proofs,
        "postings": [p for p in postings if _is_same_company(p["hiring_organization"], name)],
        "why": host_reason_sentence(row, name, summed, proofs),
        "evidence": [*map(internship_evidence.hosting_claim, proofs), *row["evidence"]],
    }


def _is_same_company(organization: object, company: str) -> bool:
    text = str(organization or "").strip().casefold()
    return bool(text) and reference_data.institution_aliases().get(text, text).casefold() == company.casefold()


def host_reason_sentence(row: Advisor, company: str, summed: HostingCount, proofs: Sequence[InternshipProof]) -> str:
    """One sentence: how many works with interns, how lately, how that is known, and the fit of their own works."""
    weak = "; weak proof, it may be no internship" if summed["weak"] else ""
    hosted = internship_evidence.hosting_summary(summed, company)
    said = [f"{hosted}, {internship_evidence.proof_kinds_phrase(proofs)}{weak}"]
    if summed["on_interest"]:
        said.append(f"{summed['on_interest']} of these on the interest")
    newest = max((work["date"][:4] for work in row["works"]), default="")
    own = f"own works on the interest: {row['matched']}" + (f", the newest shown of {newest}" if newest else "")
    return "; ".join([", ".join(said), own]) + "."


def _former_host_row(about: Mapping[str, Any], proofs: list[InternshipProof], posts: pl.DataFrame) -> FormerHost:
    at = posts.filter(pl.col("author") == about["author"], pl.col("current")).head(1).to_dicts()
    now: list[CurrentPlace] = [
        {"institution": post["name"], "country": post["country"], "role": post["role"]} for post in at
    ]
    seen = about["seen"].isoformat()[:7] if about["seen"] else None
    elsewhere = [post for post in now if post["institution"] != about["company_name"]]
    return {
        "author_id": about["author_id"],
        "name": about["name"],
        "company": about["company_name"],
        "seen": seen,
        "there": about["there"],
        "now": elsewhere[0] if elsewhere else None,
        "newest": about["newest_intern"].isoformat(),
        "proofs": proofs[:1],
    }
