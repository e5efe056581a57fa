"""People as their own profiles tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finder import ids
from finder.model import Affiliation, Person, Rejected
from finder.sources._openreview.values import (
    openreview_profile_id,
    unwrap_value,
    value_integer,
    value_line,
    value_line_without_email,
    value_list,
    value_person_name,
    value_text,
)

SOURCE = "openreview"
_GONE = frozenset({"blocked", "deleted", "merged", "rejected"})
_YEARS = range(1900, 2101)


def parse_openreview_profile(profile: dict[str, Any], seen: str) -> Person | Rejected:
    """A profile with the posts it states; ``seen`` is when it said so."""
    content = profile["content"]
    key = openreview_profile_id(profile.get("id"))
    spelled = [entry for entry in value_list(content.get("names")) if isinstance(entry, dict)]
    spelled.sort(key=lambda entry: unwrap_value(entry.get("preferred")) is not True)
    printed = list(dict.fromkeys(filter(None, map(_profile_entry_name, spelled))))
    gone = value_text(profile.get("state")).casefold() in _GONE
    if not key or not printed or gone:
        why = "no profile id" if not key else "no longer there" if gone else "no name"
        return Rejected(SOURCE, key or "a profile", why)
    known = [key, *(openreview_profile_id(entry.get("username")) for entry in spelled)]
    known += [
        ids.parse_dblp_pid(value_text(content.get("dblp"))),
        ids.parse_scholar_id(value_text(content.get("gscholar"))),
    ]
    known += [ids.parse_orcid(value_text(content.get("orcid")))]
    return Person(
        source=SOURCE,
        source_id=key,
        name=printed[0],
        seen=seen,
        other_names=tuple(printed[1:]),
        ids=tuple(dict.fromkeys(filter(None, known))),
        affiliations=tuple(dict.fromkeys(_profile_affiliations(content))),
        homepage=ids.parse_page_url(value_text(content.get("homepage"))),
    )


def _profile_entry_name(entry: dict[str, Any]) -> str:
    parts = (value_line(entry.get(part)) for part in ("first", "middle", "last"))
    return value_person_name(entry.get("fullname")) or value_person_name(" ".join(filter(None, parts)))


def _profile_affiliations(content: dict[str, Any]) -> Iterator[Affiliation]:
    """What its history states, in its order; a post without an end is held still."""
    for entry in value_list(content.get("history")):
        entry = unwrap_value(entry)
        place = unwrap_value(entry.get("institution")) if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(place, dict):
            continue
        domain = value_line_without_email(place.get("domain")).lower()
        institution = value_line_without_email(place.get("name")) or domain
        if not institution:
            continue
        country, department = (
            value_line(place.get("country")).upper(),
            value_line_without_email(place.get("department")),
        )
        yield Affiliation(
            institution=institution,
            country=country if len(country) == 2 and country.isascii() and country.isalpha() else None,
            raw=f"{department}, {institution}" if department else None,
            domain=domain if "." in domain else None,
            role=value_line_without_email(entry.get("position")) or None,
            since=_profile_year(entry.get("start")),
            until=_profile_year(entry.get("end")),
            stated=True,
        )


def _profile_year(value: Any) -> int | None:
    year = value_integer(value)
    return year if year in _YEARS else None
