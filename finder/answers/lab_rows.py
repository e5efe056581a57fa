"""Labs put together for showing: heads, members, alumni, sisters, works, and the page or work behind each claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from finder.answers import affiliation_rows, funding, person_rows
from finder.answers.lab_index import LabIndex
from finder.answers.mentoring import author_labels, evidence_work_rows, joint_work_claim, last_seen_place
from finder.features import advisees, affiliation_history, lab_relations, statements
from finder.ranking import evidence_text
from finder.ranking.advisor_score import WORDS
from finder.ranking.lab_score import PARTS
from finder.results import (
    AffiliationRecord,
    Alumni,
    Evidence,
    Lab,
    LabAlumnus,
    LabHead,
    LabMap,
    LabMember,
    LabTrend,
    Move,
    NewFaculty,
    RecruitingStatement,
    RunningGrant,
    SisterLab,
    TwoYears,
    WorkDetail,
)
from finder.storage import Snapshot, Store

ALUMNI, SISTERS = 5, 5  # shown in a list
ORDER = ("postdoc", "student", "staff scientist", "industry researcher", "unknown")
Row = Mapping[str, Any]
NO_WORKS: TwoYears = {"now": 0, "before": 0}
LABS_FOUND = (
    "Labs are found from author lists and affiliations: who publishes together under a head at one institution. That "
    "knows no contracts and misses who has not published there yet; it is no verdict on anybody."
)


class _HeadProfile(NamedTuple):
    """A head with what is known of them."""

    head: LabHead
    current: list[AffiliationRecord]
    evidence: list[Evidence]


def build_lab_rows(
    store: Store,
    snapshot: Snapshot,
    every: LabIndex,
    listed: pl.DataFrame,
    evidence: pl.DataFrame,
    as_of: date,
    now: date,
    most_works: int,
) -> list[Lab]:
    """Rows of a list, in the order of ``listed``, in which ``author`` is the lab."""
    labs = listed.select("author")
    own = evidence.join(labs, on="author", how="semi")
    works = person_rows.top_evidence_works(store, snapshot, own, most_works)
    heads, members = (
        _lab_head_profiles(store, snapshot, every, listed, as_of),
        _lab_member_rows(snapshot, every, labs, as_of),
    )
    alumni, sisters = _lab_alumni_rows(snapshot, every, labs), _sister_lab_rows(snapshot, every, labs)
    on = _rows_by_lab(lab_relations.publication_trend(own.filter(pl.col("match") > 0), now))
    all_ = _rows_by_lab(lab_relations.publication_trend(every.works.join(labs, on="author", how="semi"), every.now))
    return [
        _lab_row(
            {**row, "now": now},
            [heads[head] for head in row["led_by"]],
            members.get(row["author"], []),
            works.get(row["author"], []),
            {"on": on.get(row["author"], NO_WORKS), "all": all_.get(row["author"], NO_WORKS)},
            alumni.get(row["author"], []),
            sisters.get(row["author"], []),
        )
        for row in listed.iter_rows(named=True)
    ]


def lab_card_details(
    snapshot: Snapshot, every: LabIndex, lab: int, as_of: date
) -> tuple[Alumni, list[SisterLab], LabMap]:
    """What the card of one lab has beyond its row: all alumni and sisters, and who writes with whom."""
    one = pl.DataFrame({"author": [lab]}, schema={"author": pl.UInt32})
    alumni = _lab_alumni_rows(snapshot, every, one).get(lab, [])
    return (
        {"count": len(alumni), "went": _alumni_destinations(alumni), "people": alumni},
        _sister_lab_rows(snapshot, every, one).get(lab, []),
        _lab_coauthor_map(snapshot, every, lab, as_of),
    )


def _lab_row(
    lab: Row,
    led_by: list[_HeadProfile],
    members: list[LabMember],
    works: list[WorkDetail],
    trend: LabTrend,
    alumni: list[LabAlumnus],
    sisters: list[SisterLab],
) -> Lab:
    heads = [one.head for one in led_by]
    here = [post for post in led_by[0].current if post["institution_id"] == lab["institution_id"]]
    by_stage = {stage: sum(m["stage"] == stage for m in members) for stage in ORDER}
    row: Lab = {
        "lab_id": lab["author_id"],
        "band": lab["band"],
        "strength": WORDS[lab["band"]],
        "score": round(lab["score"], 4),
        "plus_minus": round(lab["error"], 2),
        "head": heads[0]["name"],
        "heads": heads,
        "group": next((post["unit"] for post in here if post["unit"]), None),
        "institution": lab["place"],
        "institution_id": lab["institution_id"],
        "country": lab["country"],
        "kind": lab["kind"],
        "moved": next((one["moved"] for one in heads if one["moved"]), None),
        "members_by_stage": {stage: count for stage, count in by_stage.items() if count},
        "members": members,
        "students_active": lab["active_students"],
        "matched": lab["matched"],
        "trend": trend,
        "alumni": {"count": len(alumni), "went": _alumni_destinations(alumni), "people": alumni[:ALUMNI]},
        "sisters": sisters[:SISTERS],
        "works": [person_rows.listed_work(work) for work in works],
        "links": heads[0]["links"],
        "parts": {part: round(lab[part], 3) for part in PARTS},
        "why": "",
        "evidence": _lab_claims(works, led_by, members),
    }
    row["why"] = lab_reason_sentence(row, lab)
    return row


def lab_reason_sentence(lab: Lab, record: Row) -> str:
    """One sentence: works on the interest, who is at work there now, where, and who heads it.

    Args:
        record: ``matched_recent``, ``newest``, and ``now``, the day that ages are counted from.
    """
    count = lab["matched"]
    said = [f"{count} work{'s' * (count != 1)} on the interest"]
    if record["matched_recent"]:
        said.append(f"{record['matched_recent']} in the two years to {record['now']:%Y-%m}")
    said.append(f"the newest of {record['newest']}")
    there = f"at {lab['institution']}" + (f" ({lab['country']})" if lab["country"] else "")
    if lab["moved"]:
        there += f", before that {lab['moved']['from']}"
    return "; ".join([", ".join(said), lab_members_phrase(lab), there, lab_heads_phrase(lab["heads"])]) + "."


def lab_members_phrase(lab: Lab) -> str:
    """Who is in a lab, in words.

    >>> lab_members_phrase({"members_by_stage": {"postdoc": 1, "student": 2}, "students_active": 2})
    '1 postdoc and 2 students, 2 of them seen at work in the last year'
    >>> lab_members_phrase({"members_by_stage": {}, "students_active": 0})
    'no member seen yet'
    """
    named = {"unknown": "of unknown stage"}
    said = [
        f"{count} {named.get(stage, stage + 's' * (count != 1))}" for stage, count in lab["members_by_stage"].items()
    ]
    if not said:
        return "no member seen yet"
    text = " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))
    studying = sum(lab["members_by_stage"].get(stage, 0) for stage in ("student", "postdoc"))
    if not studying:
        return text
    active = lab["students_active"]
    return f"{text}, {active or 'none'} of them seen at work in the last year"


def lab_heads_phrase(heads: Sequence[LabHead]) -> str:
    """Who heads a lab, at which stage."""
    said = []
    for head in heads:
        stated = str(head["stage_ground"]).startswith("stated")
        known = (
            "stage unknown" if head["stage"] == "unknown" else f"{head['stage']}, {'stated' if stated else 'likely'}"
        )
        said.append(f"{head['name']} ({known})")
    return ("headed by " if len(said) == 1 else "two heads: ") + " and ".join(said)


def _lab_head_profiles(
    store: Store, snapshot: Snapshot, every: LabIndex, listed: pl.DataFrame, as_of: date
) -> dict[int, _HeadProfile]:
    """Each head with posts, stage, move, and what they say, each with its evidence."""
    who = listed.select(author="led_by").explode("author")
    people = every.people.join(who, on="author", how="semi")
    posts = every.posts.join(who, on="author", how="semi")
    at, said = (
        affiliation_rows.affiliations_by_author(store, posts, as_of),
        statements.load_statements(snapshot, who, as_of),
    )
    moved = affiliation_rows.moves_by_author(store, snapshot, posts, said, at, as_of)
    says = affiliation_rows.recruiting_by_author(statements.recruiting_status(said))
    new, told = (
        affiliation_rows.newcomers_by_author(store, snapshot, posts, people, as_of),
        affiliation_rows.stage_sources(store, people, posts),
    )
    pages = {row["author"]: row for row in statements.statement_pages(said).to_dicts()}
    grants = funding.find_grants(store, snapshot, people.select("author"), as_of, None)
    return {
        row["author"]: _lab_head_profile(
            {**row, "as_of": as_of, "stage_evidence": told.get(row["author"])},
            [post for post in at.get(row["author"], []) if post["current"]],
            moved.get(row["author"]),
            says.get(row["author"]),
            new.get(row["author"]),
            grants.get(row["author"], []),
            pages.get(row["author"], {}),
        )
        for row in people.iter_rows(named=True)
    }


def _lab_head_profile(
    person: Row,
    current: list[AffiliationRecord],
    moved: Move | None,
    says: RecruitingStatement | None,
    new: NewFaculty | None,
    grants: list[RunningGrant],
    pages: Row,
) -> _HeadProfile:
    head: LabHead = {
        "author_id": person["author_id"],
        "name": person["name"],
        "stage": person["stage"],
        "stage_confidence": person["stage_confidence"],
        "stage_ground": person["stage_ground"],
        "moved": moved,
        "recruiting": says,
        "newcomer": new,
        "grants": grants,
        "links": {
            **evidence_text.profile_links(person["ids"], person["homepage"]),
            "group_page": evidence_text.http_url_or_none(pages.get("group")),
            "openings_page": evidence_text.http_url_or_none(pages.get("openings")),
        },
    }
    told = {**person, "newcomer": new, "recruiting": says}
    claims = [*evidence_text.evidence_claims(told, [], current, moved), *funding.claim_grants(grants)]
    return _HeadProfile(head, current, claims)


def _lab_member_rows(
    snapshot: Snapshot, every: LabIndex, labs: pl.DataFrame, as_of: date
) -> dict[int, list[LabMember]]:
    """Members by lab, seniors first, each with since when and the newest joint work."""
    own = every.found.members.join(labs.rename({"author": "lab"}), on="lab", how="semi")
    joint = lab_relations.newest_joint_works(every.found, own, snapshot.load_table("authorships"), as_of)
    stated = every.posts.filter("stated", pl.col("since").is_not_null()).select("author", "since", place="institution")
    began = stated.group_by("author", "place").agg(stated=pl.col("since").min())
    stage = pl.col("stage").replace_strict({s: n for n, s in enumerate(ORDER)}, default=9, return_dtype=pl.Int8)
    full = (
        own.join(joint, on=("lab", "author"), how="left")
        .join(began, on=("author", "place"), how="left")
        .join(snapshot.load_table("authors").select("author", "author_id", "name"), on="author")
        .join(
            snapshot.load_table("institutions").select("institution", at="name"),
            left_on="place",
            right_on="institution",
            how="left",
        )
        .sort("lab", "still", stage, "since", "author")
    )
    works = evidence_work_rows(snapshot, full["works"])
    found: dict[int, list[LabMember]] = {}
    for row in full.iter_rows(named=True):
        found.setdefault(row["lab"], []).append(
            {
                "author_id": row["author_id"],
                "name": row["name"],
                "stage": row["stage"],
                "stage_confidence": row["stage_confidence"],
                "since": row["stated"] or row["since"].isoformat()[:7],
                "since_stated": row["stated"] is not None,
                "last": row["last"].isoformat()[:7],
                "joint": row["joint"],
                "active": row["active"],
                "still_at": row["at"] if row["still"] else None,
                "place_known": row["at"] is not None,
                "works": [works[work] for work in row["works"] or []],
            }
        )
    return found


def _lab_alumni_rows(snapshot: Snapshot, every: LabIndex, labs: pl.DataFrame) -> dict[int, list[LabAlumnus]]:
    """Who has left each lab, newest first, where they are now as far as it is known, and the works that show it."""
    left = every.alumni.join(labs.rename({"author": "lab"}), on="lab", how="semi")
    names, works = author_labels(snapshot, left["author"]), evidence_work_rows(snapshot, left["works"].list.head(1))
    found: dict[int, list[LabAlumnus]] = {}
    for row in left.iter_rows(named=True):
        found.setdefault(row["lab"], []).append(
            {
                **names[row["author"]],
                "first": row["first"].isoformat()[:7],
                "last": row["last"].isoformat()[:7],
                "joint": row["joint"],
                "went": row["went"],
                "stage": row["stage"] or "unknown",
                "stage_confidence": row["stage_confidence"] or 0.0,
                "now": last_seen_place(row),
                "works": [works[work] for work in row["works"][:1]],
            }
        )
    return found


def _alumni_destinations(alumni: Sequence[LabAlumnus]) -> dict[str, int]:
    counts = {kind: sum(row["went"] == kind for row in alumni) for kind in advisees.WENT}
    there = {kind: count for kind, count in counts.items() if count}
    return dict(sorted(there.items(), key=lambda item: (item[0] == "unknown", -item[1])))


def _sister_lab_rows(snapshot: Snapshot, every: LabIndex, labs: pl.DataFrame) -> dict[int, list[SisterLab]]:
    """Labs that each publishes with, most first, with the newest joint work."""
    own = every.sisters.join(labs.rename({"author": "lab"}), on="lab", how="semi")
    at = every.found.labs.select("institution", other="lab")
    places_ = snapshot.load_table("institutions").select("institution", "country", place="name")
    own = own.join(at, on="other", maintain_order="left").join(places_, on="institution", maintain_order="left")
    here = affiliation_history.affiliation_countries(every.posts).rename({"author": "other"})
    own = own.join(here, on=("other", "institution"), how="left", maintain_order="left")
    own = own.with_columns(country=pl.coalesce("here", "country"))
    names, works = author_labels(snapshot, own["other"]), evidence_work_rows(snapshot, own["works"].list.head(1))
    found: dict[int, list[SisterLab]] = {}
    for row in own.iter_rows(named=True):
        name = names[row["other"]]
        found.setdefault(row["lab"], []).append(
            {
                "lab_id": name["author_id"],
                "head": name["name"],
                "institution": row["place"],
                "country": row["country"],
                "joint": row["joint"],
                "last": row["last"].isoformat()[:7],
                "works": [works[w] for w in row["works"][:1]],
            }
        )
    return found


def _lab_coauthor_map(snapshot: Snapshot, every: LabIndex, lab: int, as_of: date) -> LabMap:
    """Who is in a lab and how many works of late each two wrote together: places in ``people`` by number."""
    who = lab_relations.lab_people(every.found).filter(pl.col("lab") == lab)
    full = who.join(every.people.select("author", "author_id", "name", "stage"), on="author", maintain_order="left")
    edges = lab_relations.count_joint_pairs(who, snapshot.load_table("authorships"), as_of, every.now)
    number = {author: n for n, author in enumerate(full["author"])}
    return {
        "people": [
            {"author_id": row["author_id"], "name": row["name"], "stage": row["stage"], "head": row["head"]}
            for row in full.iter_rows(named=True)
        ],
        "ties": [{"one": number[a], "other": number[b], "works": n} for a, b, n in edges.iter_rows()],
    }


def _lab_claims(
    works: Iterable[WorkDetail], led_by: Sequence[_HeadProfile], members: Iterable[LabMember]
) -> list[Evidence]:
    """Every claim of a row with where it comes from."""
    claims: list[Evidence] = [
        {"claim": f"work of the lab: “{w['title']}”", "source": w["source"], "url": w["url"], "date": w["date"]}
        for w in works
    ]
    several = len(led_by) > 1
    on_heads: list[Evidence] = [
        {**claim, "claim": f"{one.head['name']}: {claim['claim']}" if several else claim["claim"]}
        for one in led_by
        for claim in one.evidence
    ]
    on_members = [joint_work_claim(f"member {one['name']}", work) for one in members for work in one["works"]]
    return [*claims, *on_heads, *on_members]


def _rows_by_lab(frame: pl.DataFrame) -> dict[int, TwoYears]:
    return {row["author"]: {"now": row["now"], "before": row["before"]} for row in frame.iter_rows(named=True)}
