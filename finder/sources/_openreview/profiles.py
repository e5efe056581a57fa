"""People as their own profiles tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finder import ids
from finder.model import Affiliation, Person, Rejected
from finder.sources._openreview.texts import bare, line, listed, name, profile_id, text, unaddressed, whole

SOURCE = "openreview"
_GONE = frozenset({"blocked", "deleted", "merged", "rejected"})
_YEARS = range(1900, 2101)


def person(profile: dict[str, Any], seen: str) -> Person | Rejected:
    """A profile with the posts it states; ``seen`` is when it said so."""
    content = profile["content"]
    key = profile_id(profile.get("id"))
    spelled = [entry for entry in listed(content.get("names")) if isinstance(entry, dict)]
    spelled.sort(key=lambda entry: bare(entry.get("preferred")) is not True)
    printed = list(dict.fromkeys(filter(None, map(_name, spelled))))
    gone = text(profile.get("state")).casefold() in _GONE
    if not key or not printed or gone:
        why = "no profile id" if not key else "no longer there" if gone else "no name"
        return Rejected(SOURCE, key or "a profile", why)
    known = [key, *(profile_id(entry.get("username")) for entry in spelled)]
    known += [ids.dblp(text(content.get("dblp"))), ids.scholar(text(content.get("gscholar")))]
    known += [ids.orcid(text(content.get("orcid")))]
    return Person(
        source=SOURCE,
        source_id=key,
        name=printed[0],
        seen=seen,
        other_names=tuple(printed[1:]),
        ids=tuple(dict.fromkeys(filter(None, known))),
        affiliations=tuple(dict.fromkeys(_posts(content))),
        homepage=ids.page(text(content.get("homepage"))),
    )


def _name(entry: dict[str, Any]) -> str:
    parts = (line(entry.get(part)) for part in ("first", "middle", "last"))
    return name(entry.get("fullname")) or name(" ".join(filter(None, parts)))


def _posts(content: dict[str, Any]) -> Iterator[Affiliation]:
    """What its history states, in its order; a post without an end is held still."""
    for entry in listed(content.get("history")):
        entry = bare(entry)
        place = bare(entry.get("institution")) if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(place, dict):
            continue
        domain = unaddressed(place.get("domain")).lower()
        institution = unaddressed(place.get("name")) or domain
        if not institution:
            continue
        country, department = line(place.get("country")).upper(), unaddressed(place.get("department"))
        yield Affiliation(
            institution=institution,
            country=country if len(country) == 2 and country.isascii() and country.isalpha() else None,
            raw=f"{department}, {institution}" if department else None,
            domain=domain if "." in domain else None,
            role=unaddressed(entry.get("position")) or None,
            since=_year(entry.get("start")),
            until=_year(entry.get("end")),
            stated=True,
        )


def _year(value: Any) -> int | None:
    year = whole(value)
    return year if year in _YEARS else None
