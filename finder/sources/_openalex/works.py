"""Works as OpenAlex lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from finder import ids
from finder.ids import PLACEHOLDERS
from finder.model import NOT_PUBLICATIONS, Affiliation, Authorship, Rejected, Work, split_joint_authors
from finder.source import Parsed
from finder.sources._openalex import schemas
from finder.sources._openalex.people import SOURCE, openalex_affiliation, openalex_author_ids
from finder.sources._openalex.texts import (
    abstract_from_index,
    clean_raw_text,
    clean_work_title,
    iso_date_prefix,
    openalex_key,
)
from finder.text import names

AUTHORS_LISTED = 100  # a list cuts longer rows of authors; only a work asked for by itself has all
SURE = 0.3  # keywords scored lower than this are guesses

_ARXIV = re.compile(
    r"(?:^doi:10\.48550/arxiv\.|//(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/)"
    r"((?:[a-z.-]+/\d{7})|(?:\d{4}\.\d{4,5}))(?:v\d+)?(?:\.pdf)?$",
    re.IGNORECASE,
)


def parse_work_record(w: schemas.Publication, day: str, *, listed: bool) -> Parsed:
    """A work, or why it is none; ``day`` is when OpenAlex said so, ``listed`` whether among others."""
    key = f"openalex:{openalex_key(w.id)}"
    title = clean_work_title(w.title or w.display_name or "")
    when = _openalex_date(w, day)
    kind = w.type or None
    why = (
        "retracted"
        if w.is_retracted
        else "paratext"
        if w.is_paratext
        else f"not a publication: {kind}"
        if kind in NOT_PUBLICATIONS
        else "no title"
        if not title
        else "no date"
        if not when
        else None
    )
    if why or not when:
        return Rejected(SOURCE, key, why or "no date")
    signatures = w.authorships or []
    cut = listed and w.is_authors_truncated is None and len(signatures) >= AUTHORS_LISTED
    doi = ids.parse_doi(w.doi or "")
    return Work(
        source=SOURCE,
        source_id=key,
        title=title,
        date=when,
        authorships=split_joint_authors(map(_openalex_authorship, signatures)),
        abstract=abstract_from_index(bytes(w.abstract_inverted_index)),
        keywords=_openalex_keywords(w),
        venue=_openalex_venue(w.primary_location),
        type=kind,
        ids=(key, *_openalex_work_ids(w, doi)),
        url=_openalex_work_url(w, doi),
        citations=w.cited_by_count,
        truncated=bool(w.is_authors_truncated) or cut,
    )


def _openalex_date(w: schemas.Publication, day: str) -> str | None:
    """The publication date, or only its year where the day is missing or lies more than a year ahead."""
    printed = iso_date_prefix(w.publication_date)
    today = iso_date_prefix(day)
    if printed and not (today and printed > today + timedelta(days=366)):
        return printed.isoformat()
    year = w.publication_year or (printed.year if printed else None)
    return f"{year:04d}" if year and 0 < year <= 9999 else None


def _openalex_work_ids(w: schemas.Publication, doi: str | None) -> Iterator[str]:
    if doi:
        yield doi
    pages = [doi, *(place.landing_page_url for place in (w.primary_location, *(w.locations or [])) if place)]
    found = next(filter(None, (_ARXIV.search(page) for page in pages if page)), None)
    if found:
        yield f"arxiv:{found[1].lower()}"
    pmid = str((w.ids or {}).get("pmid") or "").rstrip("/").rsplit("/", 1)[-1]
    if pmid.isdigit():
        yield f"pmid:{pmid}"


def _openalex_authorship(s: schemas.AuthorshipEntry) -> Authorship:
    """A printed name. Who opted out keeps the place in the row, so that first and last stay right, and nothing else."""
    author = s.author or schemas.Author()
    key = openalex_key(author.id)
    if key in PLACEHOLDERS:
        return Authorship(name="")
    return Authorship(
        name=names.display_name(clean_raw_text(s.raw_author_name) or clean_raw_text(author.display_name)),
        ids=tuple(openalex_author_ids(key, author.orcid)),
        affiliations=tuple(_openalex_affiliations(s)),
        corresponding=bool(s.is_corresponding),
    )


def _openalex_affiliations(s: schemas.AuthorshipEntry) -> Iterator[Affiliation]:
    """Matched institutions with the text they were read from, then printed texts that were matched to nothing."""
    printed = [
        (clean_raw_text(p.raw_affiliation_string), list(map(openalex_key, p.institution_ids or [])))
        for p in s.affiliations or []
    ]
    matched = [i for i in s.institutions or [] if i.display_name]
    if not printed:
        one_each = len(s.raw_affiliation_strings or []) == len(matched)
        printed = [
            (clean_raw_text(raw), [openalex_key(matched[place].id)] if one_each else [])
            for place, raw in enumerate(s.raw_affiliation_strings or [])
        ]
        printed = printed if one_each or not matched else []
    for institution in matched:
        raw = next((text for text, keys in printed if openalex_key(institution.id) in keys), "")
        yield openalex_affiliation(institution, raw=raw if raw != institution.display_name else "")
    known = {openalex_key(institution.id) for institution in matched}
    for text in dict.fromkeys(text for text, keys in printed if text and known.isdisjoint(keys)):
        yield Affiliation(institution=text, raw=text)


def _openalex_work_url(w: schemas.Publication, doi: str | None) -> str | None:
    if doi:
        return f"https://doi.org/{doi.removeprefix('doi:')}"
    return (w.primary_location.landing_page_url if w.primary_location else None) or w.id


def _openalex_venue(place: schemas.Location | None) -> str | None:
    named = place.source.display_name if place and place.source else None
    return named or (place.raw_source_name if place else None)


def _openalex_keywords(w: schemas.Publication) -> tuple[str, ...]:
    sure = [k for k in w.keywords or [] if k.score is None or k.score >= SURE]
    first: dict[str, str] = {}
    for word in (k.display_name for k in (*sure, w.primary_topic or schemas.NamedEntity(), *(w.topics or []))):
        if word:
            first.setdefault(word.casefold(), word)
    return tuple(first.values())
