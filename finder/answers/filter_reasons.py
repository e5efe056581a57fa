"""What a query asked of somebody and what is known of them instead, in words, with the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from finder.answers.geo_filter import GeoFilter
from finder.answers.query import FilterReason, Query
from finder.ranking import evidence_text
from finder.results import Advisor, AffiliationRecord, Evidence

Claims = tuple[Evidence, ...]
_UNSTATED_TRAITS: Mapping[str, str] = {
    "moved": "no change of institution within three years is known",
    "new": "no first faculty post of late is stated",
    "funded": "no running grant of theirs is known; that is not to say that there is none",
    "recruiting": "no page of theirs that was read says so; silence is not a no",
}


def filter_reason_text(
    hurdle: FilterReason,
    row: Advisor,
    filtered: Mapping[str, Any],
    posts: Sequence[AffiliationRecord],
    query: Query,
    around: GeoFilter | None,
) -> tuple[str, Claims]:
    """Why one hurdle keeps somebody out, and what shows it.

    Args:
        row: theirs.
        filtered: what the hurdle looked at: ``countries``, ``newest_day``, and ``km`` where a place was asked for.
        posts: theirs, as :func:`finder.answers.affiliation_rows.affiliations_by_author` gives them.
    """
    here = [post for post in posts if post["current"]]
    places = tuple(evidence_text.evidence_claims({"stage": "unknown"}, (), here, None))
    match hurdle.about:
        case "country":
            countries = filtered["countries"]
            seen = f"last known {', '.join(sorted(countries))}" if countries else "not known"
            if here and here[0]["old"]:
                seen += f", {evidence_text.last_seen_phrase(here[0]['institution'], here[0])}"
            return f"country: {seen}; you asked for {' or '.join(code.upper() for code in query.countries)}", places
        case "near":
            return f"near: {_distance_mismatch_text(filtered.get('km'), around)}", places
        case "not_at":
            seen = " and ".join(
                dict.fromkeys(evidence_text.last_seen_phrase(post["institution"], post) for post in here)
            )
            are = "" if here[0]["old"] else "they are at "
            return f"not at: {are}{seen}; you asked to leave out {' and '.join(query.not_at)}", places
        case "since":
            newest = date(1970, 1, 1) + timedelta(days=filtered["newest_day"])
            return f"since: their newest work on the interest is of {newest}; you asked for {query.since} or later", ()
        case "stage" | "kind":
            return _stage_mismatch_text(hurdle.about, row, query), _claims_starting_with(row, f"{row['stage']}: ")
    said = row["recruiting"] if hurdle.about == "recruiting" else None
    if said:
        return f"recruiting: they say: {said['polarity']}", _claims_starting_with(row, f"{said['polarity']}: ")
    return f"{hurdle.about}: {_UNSTATED_TRAITS[hurdle.about]}", ()


def _distance_mismatch_text(km: float | None, around: GeoFilter | None) -> str:
    if around is None or km is None:
        return "where they are is not known"
    return f"they are {km:,.0f} km from {around.place.name}; you asked for {around.within:,} km"


def _stage_mismatch_text(about: str, row: Advisor, query: Query) -> str:
    known = evidence_text.stage_phrase({**row, "newcomer": None})
    if about == "kind":
        return f"kind: {known}; you asked for {query.kind}"
    asked = (
        f"you asked for {' or '.join(query.stages)}" if query.stages else "students are listed only if you ask for them"
    )
    return f"stage: {known.removeprefix('stage ')}; {asked}"


def _claims_starting_with(row: Advisor, begins: str) -> Claims:
    return tuple(claim for claim in row["evidence"] if claim["claim"].startswith(begins))
