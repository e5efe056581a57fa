"""Labs put together for showing: heads, members, alumni, sisters, works, and the page or work behind each claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from finder.answers import affiliation_rows, funding, person_rows
from finder.answers.lab_index import LabIndex
from finder.answers.mentoring import NOW, author_labels, evidence_work_rows
from finder.features import advisees, affiliation_history, lab_relations, statements
from finder.ranking import evidence_text
from finder.ranking.advisor_score import WORDS
from finder.ranking.lab_score import PARTS
from finder.storage import Snapshot, Store

ALUMNI, SISTERS = 5, 5  # shown in a list
ORDER = ("postdoc", "student", "staff scientist", "industry researcher", "unknown")
Row = Mapping[str, Any]
LABS_FOUND = (
    "Labs are found from author lists and affiliations: who publishes together under a head at one institution. That "
    "knows no contracts and misses who has not published there yet; it is no verdict on anybody."
)


def build_lab_rows(
    store: Store,
    snapshot: Snapshot,
    every: LabIndex,
    listed: pl.DataFrame,
    evidence: pl.DataFrame,
    as_of: date,
    now: date,
    most_works: int,
) -> list[dict[str, Any]]:
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
            {"on": on.get(row["author"]), "all": all_.get(row["author"])},
            alumni.get(row["author"], []),
            sisters.get(row["author"], []),
        )
        for row in listed.iter_rows(named=True)
    ]


def lab_card_details(snapshot: Snapshot, every: LabIndex, lab: int, as_of: date) -> dict[str, Any]:
    """What the card of one lab has beyond its row: all alumni and sisters, and who writes with whom."""
    one = pl.DataFrame({"author": [lab]}, schema={"author": pl.UInt32})
    alumni = _lab_alumni_rows(snapshot, every, one).get(lab, [])
    return {
        "alumni": {"count": len(alumni), "went": _alumni_destinations(alumni), "people": alumni},
        "sisters": _sister_lab_rows(snapshot, every, one).get(lab, []),
        "map": _lab_coauthor_map(snapshot, every, lab, as_of),
    }


def _lab_row(
    lab: Row,
    heads: list[dict[str, Any]],
    members: list[dict[str, Any]],
    works: list[dict[str, Any]],
    trend: dict[str, Any],
    alumni: list[dict[str, Any]],
    sisters: list[dict[str, Any]],
) -> dict[str, Any]:
    head, place = heads[0], (lab["institution_id"], lab["place"])
    unit = next((p["unit"] for p in head["current"] if p["institution_id"] == place[0] and p["unit"]), None)
    by_stage = {stage: sum(m["stage"] == stage for m in members) for stage in ORDER}
    shown = [{k: w[k] for k in person_rows.WORK} for w in works]
    row = {
        "lab_id": lab["author_id"],
        "band": lab["band"],
        "strength": WORDS[lab["band"]],
        "score": round(lab["score"], 4),
        "plus_minus": round(lab["error"], 2),
        "head": head["name"],
        "heads": [{k: v for k, v in one.items() if k not in ("evidence", "current")} for one in heads],
        "group": unit,
        "institution": lab["place"],
        "institution_id": lab["institution_id"],
        "country": lab["country"],
        "kind": lab["kind"],
        "moved": next((one["moved"] for one in heads if one["moved"]), None),
        "members_by_stage": {stage: count for stage, count in by_stage.items() if count},
        "members": members,
        "students_active": lab["active_students"],
        "matched": lab["matched"],
        "trend": {key: counts or {"now": 0, "before": 0} for key, counts in trend.items()},
        "alumni": {"count": len(alumni), "went": _alumni_destinations(alumni), "people": alumni[:ALUMNI]},
        "sisters": sisters[:SISTERS],
        "works": shown,
        "links": head["links"],
        "parts": {part: round(lab[part], 3) for part in PARTS},
    }
    return {**row, "why": lab_reason_sentence({**lab, **row}), "evidence": _lab_claims(works, heads, members)}


def lab_reason_sentence(lab: Row) -> str:
    """One sentence: works on the interest, who is at work there now, where, and who heads it."""
    count = lab["matched"]
    said = [f"{count} work{'s' * (count != 1)} on the interest"]
    if lab["matched_recent"]:
        said.append(f"{lab['matched_recent']} in the two years to {lab['now']:%Y-%m}")
    said.append(f"the newest of {lab['newest']}")
    there = f"at {lab['institution']}" + (f" ({lab['country']})" if lab["country"] else "")
    if lab["moved"]:
        there += f", before that {lab['moved']['from']}"
    return "; ".join([", ".join(said), lab_members_phrase(lab), there, lab_heads_phrase(lab["heads"])]) + "."


def lab_members_phrase(lab: Row) -> str:
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


def lab_heads_phrase(heads: Sequence[Row]) -> str:
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
) -> dict[int, dict[str, Any]]:
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
            {
                "current": [post for post in at.get(row["author"], []) if post["current"]],
                "moved": moved.get(row["author"]),
                "recruiting": says.get(row["author"]),
                "newcomer": new.get(row["author"]),
                "grants": grants.get(row["author"], []),
            },
            pages.get(row["author"], {}),
        )
        for row in people.iter_rows(named=True)
    }


def _lab_head_profile(person: Row, known: dict[str, Any], pages: Row) -> dict[str, Any]:
    own = {key: person[key] for key in ("author_id", "name", "stage", "stage_confidence", "stage_ground")}
    told = {**person, "newcomer": known["newcomer"], "recruiting": known["recruiting"]}
    evidence = [
        *evidence_text.evidence_claims(told, [], known["current"], known["moved"]),
        *funding.claim_grants(known["grants"]),
    ]
    about = {f"{kind}_page": evidence_text.http_url_or_none(pages.get(kind)) for kind in ("group", "openings")}
    return {
        **own,
        **known,
        "links": {**evidence_text.profile_links(person["ids"], person["homepage"]), **about},
        "evidence": evidence,
    }


def _lab_member_rows(
    snapshot: Snapshot, every: LabIndex, labs: pl.DataFrame, as_of: date
) -> dict[int, list[dict[str, Any]]]:
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
    found: dict[int, list[dict[str, Any]]] = {}
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


def _lab_alumni_rows(snapshot: Snapshot, every: LabIndex, labs: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """Who has left each lab, newest first, where they are now as far as it is known, and the works that show it."""
    left = every.alumni.join(labs.rename({"author": "lab"}), on="lab", how="semi")
    names, works = author_labels(snapshot, left["author"]), evidence_work_rows(snapshot, left["works"].list.head(1))
    found: dict[int, list[dict[str, Any]]] = {}
    for row in left.iter_rows(named=True):
        now = {key: row[name] for key, name in NOW.items()}
        found.setdefault(row["lab"], []).append(
            {
                **names[row["author"]],
                "first": row["first"].isoformat()[:7],
                "last": row["last"].isoformat()[:7],
                "joint": row["joint"],
                "went": row["went"],
                "stage": row["stage"] or "unknown",
                "stage_confidence": row["stage_confidence"] or 0.0,
                "now": {**now, "seen": row["seen"].isoformat()[:7], "fresh": row["fresh"]} if row["place"] else None,
                "works": [works[work] for work in row["works"][:1]],
            }
        )
    return found


def _alumni_destinations(alumni: Sequence[Row]) -> dict[str, int]:
    counts = {kind: sum(row["went"] == kind for row in alumni) for kind in advisees.WENT}
    there = {kind: count for kind, count in counts.items() if count}
    return dict(sorted(there.items(), key=lambda item: (item[0] == "unknown", -item[1])))


def _sister_lab_rows(snapshot: Snapshot, every: LabIndex, labs: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """Labs that each publishes with, most first, with the newest joint work."""
    own = every.sisters.join(labs.rename({"author": "lab"}), on="lab", how="semi")
    at = every.found.labs.select("institution", other="lab")
    places_ = snapshot.load_table("institutions").select("institution", "country", place="name")
    own = own.join(at, on="other", maintain_order="left").join(places_, on="institution", maintain_order="left")
    here = affiliation_history.affiliation_countries(every.posts).rename({"author": "other"})
    own = own.join(here, on=("other", "institution"), how="left", maintain_order="left")
    own = own.with_columns(country=pl.coalesce("here", "country"))
    names, works = author_labels(snapshot, own["other"]), evidence_work_rows(snapshot, own["works"].list.head(1))
    found: dict[int, list[dict[str, Any]]] = {}
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


def _lab_coauthor_map(snapshot: Snapshot, every: LabIndex, lab: int, as_of: date) -> dict[str, Any]:
    """Who is in a lab and how many works of late each two wrote together: places in ``people`` by number."""
    who = lab_relations.lab_people(every.found).filter(pl.col("lab") == lab)
    full = who.join(every.people.select("author", "author_id", "name", "stage"), on="author", maintain_order="left")
    edges = lab_relations.count_joint_pairs(who, snapshot.load_table("authorships"), as_of, every.now)
    number = {author: n for n, author in enumerate(full["author"])}
    return {
        "people": full.select("author_id", "name", "stage", "head").to_dicts(),
        "ties": [{"one": number[a], "other": number[b], "works": n} for a, b, n in edges.iter_rows()],
    }


def _lab_claims(works: Iterable[Row], heads: Sequence[Row], members: Iterable[Row]) -> list[dict[str, Any]]:
    """Every claim of a row with where it comes from."""
    claims = [
        {"claim": f"work of the lab: “{w['title']}”", "source": w["source"], "url": w["url"], "date": w["date"]}
        for w in works
    ]
    several = len(heads) > 1
    claims += [
        {**claim, "claim": f"{head['name']}: {claim['claim']}" if several else claim["claim"]}
        for head in heads
        for claim in head["evidence"]
    ]
    return claims + [
        {
            "claim": f"member {member['name']}: joint work “{work['title']}”",
            "source": work["source"],
            "url": work["url"],
            "date": work["date"],
        }
        for member in members
        for work in member["works"]
    ]


def _rows_by_lab(frame: pl.DataFrame) -> dict[int, dict[str, int]]:
    return {row.pop("author"): row for row in frame.to_dicts()}
