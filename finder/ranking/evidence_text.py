"""Why somebody is listed: one sentence, and the evidence behind each claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from finder.results import (
    AffiliationPlace,
    AffiliationRecord,
    Evidence,
    Links,
    Move,
    NewFaculty,
    StageSource,
    WorkDetail,
    WorkRef,
)

UNSEEN = timedelta(days=365)  # by which somebody's venues must end before others, for it to be said
Row = Mapping[str, Any]

_LINKS = {
    "orcid": "https://orcid.org/{}",
    "openalex": "https://openalex.org/{}",
    "dblp": "https://dblp.org/pid/{}",
    "scholar": "https://scholar.google.com/citations?user={}",
    "openreview": "https://openreview.net/profile?id={}",
}


def profile_links(ids: Sequence[str], homepage: str | None) -> Links:
    """Where to read on about somebody, by kind of page; None where nothing is known."""
    pages: dict[str, str] = {}
    for id_ in ids:
        scheme, _, value = id_.partition(":")
        if scheme in _LINKS:
            pages.setdefault(scheme, _LINKS[scheme].format(value))
    return {
        "homepage": http_url_or_none(homepage),
        "orcid": pages.get("orcid"),
        "openalex": pages.get("openalex"),
        "dblp": pages.get("dblp"),
        "scholar": pages.get("scholar"),
        "openreview": pages.get("openreview"),
    }


def registry_profile_url(source_id: str) -> str | None:
    """The page of somebody's own record in a register, from its id; None for what is no such record.

    >>> registry_profile_url("orcid:0000-0002-1825-0097"), registry_profile_url("openalex:W1")
    ('https://orcid.org/0000-0002-1825-0097', None)
    """
    scheme, _, value = source_id.partition(":")
    return _LINKS[scheme].format(value) if scheme in _LINKS and scheme != "openalex" else None


def http_url_or_none(url: str | None) -> str | None:
    """Only web addresses become links: a source's data must not run anything."""
    return url if url and url.strip().lower().startswith(("https://", "http://")) else None


def position_label(position: int, n_authors: int) -> str:
    """``only``, ``first``, ``middle`` or ``last`` author."""
    if n_authors == 1:
        return "only"
    return "first" if position == 0 else "last" if position == n_authors - 1 else "middle"


def listing_reason(person: Row, works: Sequence[WorkRef], posts: Sequence[AffiliationPlace], moved: Move | None) -> str:
    """One sentence: how much on the interest, how recent, in which role, what qualifies it, where, at which stage.

    >>> person = {"matched": 1, "matched_recent": 0, "newest": 2024, "stage": "unknown"}
    >>> listing_reason(person, [{"position": "last"}], [], None)
    '1 work on the interest, the newest of 2024, last author of 1 of the best 1; place unknown; stage unknown.'
    """
    count = person["matched"]
    said = [f"{count} work{'s' * (count != 1)} on the interest"]
    if person["matched_recent"]:
        said.append(f"{person['matched_recent']} in the two years to {latest_visible_day(person):%Y-%m}")
    said.append(f"the newest of {person['newest']}")
    led = sum(work["position"] in ("last", "only") for work in works)
    first = sum(work["position"] == "first" for work in works)
    if led or first:
        role, number = ("last", led) if led >= first else ("first", first)
        said.append(f"{role} author of {number} of the best {len(works)}")
    return (
        "; ".join([", ".join(said), *evidence_caveats(person), _place_phrase(posts, moved), stage_phrase(person)]) + "."
    )


def evidence_caveats(person: Row) -> list[str]:
    """What qualifies somebody's evidence, in words: one work, no work led of late, venues that end early.

    >>> evidence_caveats({"one_work": True, "idle_leader": True, "now": date(2025, 7, 1), "reach": 20270})
    ['rests on one work', 'led none on it for three years']
    >>> evidence_caveats({"now": date(2025, 7, 1), "reach": 19200})
    ['works in their usual venues are stored up to 2022-07 only']
    """
    said = []
    if person.get("one_work"):
        said.append("rests on one work")
    if person.get("idle_leader"):
        said.append("led none on it for three years")
    if coverage_ends_early(person):
        said.append(f"works in their usual venues are stored up to {latest_visible_day(person):%Y-%m} only")
    return said


def latest_visible_day(person: Row) -> date:
    """The day up to which works of somebody could have been seen."""
    return date(1970, 1, 1) + timedelta(days=person["reach"]) if person.get("reach") is not None else person["now"]


def coverage_ends_early(person: Row) -> bool:
    """Whether somebody's usual venues are stored up to a day long before the others: silence since says nothing."""
    return person.get("reach") is not None and latest_visible_day(person) < person["now"] - UNSEEN


def _place_phrase(posts: Sequence[AffiliationPlace], moved: Move | None) -> str:
    if not posts:
        return "place unknown"
    named = [(p, p["institution"] + (f" ({p['country']})" if p["country"] else "")) for p in posts[:2]]
    here = dict.fromkeys(name for p, name in named if not p.get("old"))
    before = dict.fromkeys(last_seen_phrase(name, p) for p, name in named if p.get("old"))
    text = "; ".join(filter(None, ("at " + " and ".join(here) if here else "", *before)))
    if not moved:
        return text
    if moved["to"] not in text:
        return f"{text}, says: moving to {moved['to']}"
    return f"{text}, before that {moved['from']}{move_interval_phrase(moved)}"


def move_interval_phrase(moved: Move) -> str:
    """When somebody moved, where only the time between two sightings is known.

    >>> move_interval_phrase({"after": "2021-02", "first_seen": "2025-10"})
    ' (moved between 2021-02 and 2025-10)'
    >>> move_interval_phrase({"after": None, "first_seen": "2025-10"})
    ''
    """
    return f" (moved between {moved['after']} and {moved['first_seen']})" if moved.get("after") else ""


def faculty_start_phrase(new: NewFaculty) -> str:
    """Since when somebody is a professor, or between which statements they became one.

    >>> faculty_start_phrase({"since": "2025-09", "after": None})
    'since 2025-09'
    >>> faculty_start_phrase({"since": "2025-03", "after": "2021-11"})
    'who began between 2021-11 and 2025-03'
    """
    return f"who began between {new['after']} and {new['since']}" if new.get("after") else f"since {new['since']}"


def last_seen_phrase(place: str, post: AffiliationPlace) -> str:
    """A place as what it is to somebody: where they are, or where they were seen last, and when.

    >>> last_seen_phrase("Uni A", {"old": True, "until": "2020-04"})
    'last seen at Uni A in 2020'
    >>> last_seen_phrase("Uni A", {"old": False, "until": "2026-04"})
    'Uni A'
    """
    return f"last seen at {place} in {post['until'][:4]}" if post.get("old") else place


def stage_phrase(person: Row) -> str:
    """The stage in words, and whether it was stated or is what the record suggests."""
    if person["stage"] == "unknown":
        return "stage unknown"
    if person["stage"] == "leads a group":
        return "leads a group (as whom is not known)"
    stated = str(person.get("stage_ground", "")).startswith("stated")
    new = person.get("newcomer")
    since = f", new professor {faculty_start_phrase(new)}" if new else ""
    return f"{person['stage']} ({'stated' if stated else 'likely'}){since}"


def evidence_claims(
    person: Row, works: Sequence[WorkDetail], posts: Sequence[AffiliationRecord], moved: Move | None
) -> list[Evidence]:
    """Every claim of a row with where it comes from: works, posts, stage and move, each with source, URL and date."""
    claims: list[Evidence] = [
        {
            "claim": f"{w['position']} author of “{w['title']}”",
            "source": w["source"],
            "url": w["url"],
            "date": w["date"],
        }
        for w in works
    ]
    claims += [
        {
            "claim": f"{p['role'] or 'affiliation'} at {p['institution']}" + (" (stated)" if p["stated"] else ""),
            "source": p["source"],
            "url": p["url"],
            "date": p["until"],
        }
        for p in posts
    ]
    if person["stage"] != "unknown":
        # what the record as a whole suggests is said of the day that was asked for
        suggested: StageSource = {"source": "finder", "url": None, "date": person["as_of"].isoformat()}
        told: StageSource = person.get("stage_evidence") or suggested
        claims.append({"claim": f"{person['stage']}: {person['stage_ground']}", **told})
    if moved:
        claim = f"moves from {moved['from'] or 'an unknown place'} to {moved['to']}{move_interval_phrase(moved)}"
        claims.append(
            {"claim": claim, "source": moved["source"], "url": moved["evidence"], "date": moved["first_seen"]}
        )
    if new := person.get("newcomer"):
        claim = f"new professor at {new['institution']} {faculty_start_phrase(new)}: no faculty post before it is known"
        claims.append({"claim": claim, "source": new["source"], "url": new["evidence"], "date": new["since"]})
    if says := person.get("recruiting"):
        age = "" if says["date"] else f" (unknown age, read {says['seen']})"
        claim = f"{says['polarity']}: “{says['quote']}”{age}"
        claims.append({"claim": claim, "source": says["source"], "url": says["url"], "date": says["date"]})
    return claims
