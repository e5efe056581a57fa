"""Authors and institutions as OpenAlex's own records tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from finder import ids
from finder.ids import PLACEHOLDERS
from finder.model import Affiliation, Institution, OrganisationKind, Person, Rejected
from finder.source import Parsed
from finder.sources._openalex import schemas
from finder.sources._openalex.texts import iso_date_prefix, openalex_key
from finder.text import names

SOURCE = "openalex"

_KINDS = frozenset(get_args(OrganisationKind))


def parse_author_record(a: schemas.AuthorRecord, day: str) -> Parsed:
    """An author, with the institutions OpenAlex counted works from; ``day`` is when it said so."""
    key = openalex_key(a.id)
    name = names.display_name(a.display_name or "")
    years = sorted(((y.year, y.works_count or 0) for y in a.counts_by_year or [] if y.year), reverse=True)
    seen = iso_date_prefix(day) or iso_date_prefix(a.updated_date)
    if key in PLACEHOLDERS or not name or not seen:
        why = "stands for people who opted out" if key in PLACEHOLDERS else "no date" if name else "no name"
        return Rejected(SOURCE, f"openalex:{key}", why)
    stays = [s for s in a.affiliations or [] if s.institution and s.institution.display_name]
    known = {s.institution.id for s in stays if s.institution}
    latest = [i for i in a.last_known_institutions or [] if i.display_name and i.id not in known]
    return Person(
        source=SOURCE,
        source_id=f"openalex:{key}",
        name=name,
        seen=seen.isoformat(),
        other_names=tuple(
            dict.fromkeys(n for n in map(names.display_name, a.display_name_alternatives or []) if n != name)
        ),
        ids=tuple(openalex_author_ids(key, a.orcid)),
        affiliations=(
            *(openalex_affiliation(s.institution, years=s.years) for s in stays if s.institution),
            *map(openalex_affiliation, latest),
        ),
        works_count=a.works_count,
        works_by_year=tuple(years),
    )


def parse_institution_record(b: schemas.InstitutionRecord) -> Parsed:
    """An institution; its parents are those ROR names, or else all that stand above it."""
    key, geo, ror = f"openalex:{openalex_key(b.id)}", b.geo or schemas.Geo(), ror_id_from_url(b.ror)
    if not b.display_name:
        return Rejected(SOURCE, key, "no name")
    above = [r.id for r in b.associated_institutions or [] if r.relationship == "parent"] or b.lineage or []
    parents = dict.fromkeys(f"openalex:{openalex_key(p)}" for p in above if p)
    others = dict.fromkeys([*(b.display_name_alternatives or []), *(b.display_name_acronyms or [])])
    country = b.country_code or geo.country_code
    return Institution(
        source=SOURCE,
        source_id=key,
        name=b.display_name,
        other_names=tuple(n for n in others if n and n != b.display_name),
        ids=(key, ror) if ror else (key,),
        country=country.upper() if country else None,
        kind=openalex_kind(b.type),
        city=geo.city,
        latitude=geo.latitude,
        longitude=geo.longitude,
        homepage=b.homepage_url,
        parents=tuple(p for p in parents if p != key),
    )


def openalex_author_ids(key: str, orcid: str | None) -> Iterator[str]:
    """An author's ids with their schemes."""
    if key.startswith("A"):
        yield f"openalex:{key}"
    found = ids.parse_orcid(orcid or "")
    if found:
        yield found


def openalex_affiliation(i: schemas.Organisation, raw: str = "", years: list[int] | None = None) -> Affiliation:
    """Somebody at an institution; ``years`` are those of the works that say so."""
    key = openalex_key(i.id)
    return Affiliation(
        institution=i.display_name or "",
        id=f"openalex:{key}" if key else ror_id_from_url(i.ror),
        country=i.country_code.upper() if i.country_code else None,
        kind=openalex_kind(i.type),
        raw=raw or None,
        since=min(years) if years else None,
        until=max(years) if years else None,
    )


def ror_id_from_url(url: str | None) -> str | None:
    """``ror:03vek6s52`` of a ROR address."""
    key = (url or "").rstrip("/").rsplit("/", 1)[-1]
    return f"ror:{key}" if key else None


def openalex_kind(kind: str | None) -> str | None:
    """An organisation's kind in our words."""
    return (kind if kind in _KINDS else "other") if kind else None
