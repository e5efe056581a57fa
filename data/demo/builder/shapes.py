"""The world's works, authors, institutions, keywords and topics as OpenAlex printed them in July 2026."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from data.demo.builder.model import Organisation, Paper, Person, Printed, World
from data.demo.builder.text import keyword_id
from data.demo.builder.topics import INTERESTS, PREPRINTS, venue

Json = dict[str, Any]
HOME = "https://openalex.org/"
OPTED_OUT = "A9999999999"
LISTED_AUTHORS = 100
UPDATED = "2026-10-30T06:00:00"


def topic_id(interest: int) -> str:
    """OpenAlex's own topics end below T15000."""
    return f"T{99001 + interest}"


def topic(interest: int, score: float | None = None) -> Json:
    """A topic as it stands inside other records."""
    it = INTERESTS[interest]
    levels = zip(("subfield", "field", "domain"), ("subfields", "fields", "domains"), it.field, strict=True)
    shown: Json = {"id": HOME + topic_id(interest), "display_name": it.topic}
    if score is not None:
        shown["score"] = score
    for level, folder, text in levels:
        number, _, name = text.partition(" ")
        shown[level] = {"id": f"{HOME}{folder}/{number}", "display_name": name}
    return shown


def brief(org: Organisation) -> Json:
    """An institution as it stands inside works and authors."""
    return {
        "id": HOME + org.id,
        "display_name": org.name,
        "ror": ror(org),
        "country_code": org.country.code,
        "type": org.kind,
        "lineage": [HOME + org.id],
    }


def ror(org: Organisation) -> str:
    """Shaped like a ROR id, but with check digits that ROR never gives (98 and 99 do not occur)."""
    return f"https://ror.org/0zz{org.number:04d}99"


def authorship(world: World, line: Printed, place: int, of: int) -> Json:
    """One line of a work's authors."""
    person = world.people[line.person]
    orgs = [world.organisations[o] for o in line.orgs] if line.matched_orgs else []
    shown = {"id": HOME + person.openalex, "display_name": person.name.full, "orcid": orcid_url(person)}
    if person.opted_out:
        shown, orgs = {"id": HOME + OPTED_OUT, "display_name": "NULL AUTHOR_ID", "orcid": None}, []
    elif not line.matched_author:
        shown = {"id": None, "display_name": line.name, "orcid": None}
    return {
        "author_position": "first" if place == 0 else "last" if place == of - 1 else "middle",
        "author": shown,
        "institutions": [brief(o) for o in orgs],
        "countries": sorted({o.country.code for o in orgs}),
        "is_corresponding": line.corresponding,
        "raw_author_name": line.name,
        "raw_affiliation_strings": line.raw,
        "raw_orcid": None,
        "affiliations": [
            # what stands after the semicolon is a footnote, which OpenAlex does not match
            {
                "raw_affiliation_string": raw,
                "institution_ids": [HOME + o.id for o in orgs if o.name in raw.split(";")[0]],
            }
            for raw in line.raw
        ],
    }


def orcid_url(person: Person) -> str | None:
    """As OpenAlex prints ORCIDs."""
    return f"https://orcid.org/{person.orcid}" if person.orcid else None


def inverted(text: str | None) -> dict[str, list[int]] | None:
    """An abstract as word -> places."""
    if text is None:
        return None
    index: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        index.setdefault(word, []).append(place)
    return index


def location(paper: Paper) -> Json:
    """Where the work stands; all venues are fictional and say so."""
    number = paper.venue if paper.venue is not None else PREPRINTS
    name, _, kind = venue(number)
    preprint = number == PREPRINTS
    page = f"https://doi.org/{paper.doi}" if paper.doi else f"https://proceedings.example/{paper.id}"
    source = {
        "id": f"{HOME}S99{10_000_000 + (number + 1) * 613:08d}",
        "display_name": name,
        "issn_l": None,
        "issn": None,
        "is_oa": True,
        "is_in_doaj": False,
        "is_core": not preprint,
        "host_organization": None,
        "host_organization_name": None,
        "host_organization_lineage": [],
        "type": kind,
    }
    return {
        "id": f"doi:{paper.doi}" if paper.doi else f"fictional:{paper.id}",
        "is_oa": True,
        "landing_page_url": page,
        "pdf_url": None,
        "source": source,
        "license": None,
        "license_id": None,
        "version": "submittedVersion" if preprint else "publishedVersion",
        "is_accepted": not preprint,
        "is_published": not preprint,
        "raw_source_name": name if preprint else f"{name} {paper.date[:4]}",
        "raw_type": {"preprint": "posted-content", "article": "journal-article"}.get(paper.type, "proceedings-article"),
    }


# what OpenAlex has and this world says nothing about
_ALWAYS: Json = {
    "institutions": [],
    "corresponding_institution_ids": [],
    "apc_list": None,
    "apc_paid": None,
    "fwci": None,
    "has_fulltext": False,
    "biblio": {"volume": None, "issue": None, "first_page": None, "last_page": None},
    "is_retracted": False,
    "is_paratext": False,
    "is_xpac": False,
    "concepts": [],
    "mesh": [],
    "sustainable_development_goals": [],
    "awards": [],
    "funders": [],
    "has_content": {"pdf": False, "grobid_xml": False},
    "content_urls": None,
    "referenced_works_count": 0,
    "referenced_works": [],
    "related_works": [],
    "counts_by_year": [],
    "updated_date": UPDATED,
}


def work(world: World, paper: Paper, *, listed: bool) -> Json:
    """A work; lists cut the authors at a hundred."""
    of = len(paper.authors)
    cut = paper.authors[:LISTED_AUTHORS] if listed else paper.authors
    lines = [authorship(world, line, place, of) for place, line in enumerate(cut)]
    doi = f"https://doi.org/{paper.doi}" if paper.doi else None
    topics = [topic(i, 0.98 - 0.31 * n) for n, i in enumerate(paper.interests)]
    place = location(paper)
    shown: Json = {
        "id": HOME + paper.id,
        "doi": doi,
        "title": paper.title,
        "display_name": paper.title,
        "publication_year": int(paper.date[:4]),
        "publication_date": paper.date,
        "ids": {"openalex": HOME + paper.id, **({"doi": doi} if doi else {})},
        "language": "en",
        "primary_location": place,
        "type": paper.type,
        "indexed_in": ["arxiv"] if paper.type == "preprint" else ["crossref"],
        "open_access": {
            "is_oa": True,
            "oa_status": "green",
            "oa_url": place["landing_page_url"],
            "any_repository_has_fulltext": False,
        },
        "authorships": lines,
        "countries_distinct_count": len({c for line in lines for c in line["countries"]}),
        "institutions_distinct_count": len({i["id"] for line in lines for i in line["institutions"]}),
        "corresponding_author_ids": [line["author"]["id"] for line in lines if line["is_corresponding"]],
        "cited_by_count": paper.citations,
        "primary_topic": topics[0],
        "topics": topics,
        "keywords": [
            {"id": keyword_id(word), "display_name": word[:1].upper() + word[1:], "score": round(0.82 - 0.07 * n, 2)}
            for n, word in enumerate(paper.keywords)
        ],
        "locations_count": 1,
        "locations": [place],
        "best_oa_location": place,
        "abstract_inverted_index": inverted(paper.abstract),
        "created_date": f"{paper.date}T00:00:00",
        **_ALWAYS,
    }
    if listed and of > LISTED_AUTHORS:
        shown["is_authors_truncated"] = True
    return shown


def author(world: World, person: Person, papers: list[Paper]) -> Json | None:
    """An author's record: computed from works, so somebody who has just moved still shows the old employer."""
    if person.opted_out:
        return None
    names = sorted({a.name for p in papers for a in p.authors if a.person == person.key})
    years = Counter(person.earlier) + Counter(int(p.date[:4]) for p in papers)
    places, about = _places(person, papers), Counter(p.interests[0] for p in papers)
    order = sorted(places, key=lambda o: (-max(places[o]), o))
    newest = max(places[order[0]]) if order else 0
    last = [brief(world.organisations[o]) for o in order if newest in places[o]]
    total, cited = sum(years.values()), sum(p.citations for p in papers)
    link = HOME + person.openalex
    return {
        "id": link,
        "orcid": orcid_url(person),
        "display_name": person.name.full,
        "display_name_alternatives": names,
        "raw_author_names": names,
        "full_name": person.name.full,
        "works_count": total,
        "cited_by_count": cited,
        "summary_stats": {"2yr_mean_citedness": 0.0, "h_index": int(0.54 * cited**0.5), "i10_index": cited // 30},
        "ids": {"openalex": link, "orcid": orcid_url(person)},
        "affiliations": [
            {"institution": brief(world.organisations[o]), "years": sorted(places[o], reverse=True)} for o in order
        ],
        "last_known_institutions": None if person.key % 8 == 3 else last,
        "topics": [{**topic(i), "count": n} for i, n in about.most_common(3)],
        "topic_share": [],
        "x_concepts": [],
        "counts_by_year": [
            {"year": y, "works_count": n, "oa_works_count": n, "cited_by_count": 0}
            for y, n in sorted(years.items(), reverse=True)
        ],
        "works_api_url": f"https://api.openalex.org/works?filter=author.id:{person.openalex}",
        "updated_date": UPDATED,
        "created_date": "2025-10-10T00:00:00",
    }


def _places(person: Person, papers: list[Paper]) -> dict[int, set[int]]:
    """Organisations and the years in which works, or posts before this record begins, say that somebody was there."""
    places: dict[int, set[int]] = defaultdict(set)
    for paper in papers:
        line = next(a for a in paper.authors if a.person == person.key)
        for org in line.orgs if line.matched_orgs else []:
            places[org].add(int(paper.date[:4]))
    for year in person.earlier:
        post = person.post_at(f"{year}-06")
        if post:
            places[post.org].add(year)
    return places


def institution(org: Organisation, works: int) -> Json:
    """An institution's record; city and coordinates are invented, the country is real."""
    link = HOME + org.id
    return {
        **brief(org),
        "homepage_url": org.home,
        "image_url": None,
        "display_name_acronyms": [org.acronym] if len(org.acronym) > 2 else [],
        "display_name_alternatives": [],
        "repositories": [],
        "works_count": works,
        "cited_by_count": works * 4,
        "ids": {"openalex": link, "ror": ror(org)},
        "geo": {
            "city": org.city,
            "geonames_city_id": None,
            "region": None,
            "country_code": org.country.code,
            "country": org.country.name,
            "latitude": org.latitude,
            "longitude": org.longitude,
        },
        "international": {},
        "associated_institutions": [],
        "status": "active",
        "works_api_url": f"https://api.openalex.org/works?filter=institutions.id:{org.id}",
        "updated_date": UPDATED,
        "created_date": "2025-10-10T00:00:00",
    }


def keyword(word: str, works: int) -> Json:
    """A keyword's record."""
    return {
        "id": keyword_id(word),
        "display_name": word[:1].upper() + word[1:],
        "works_count": works,
        "cited_by_count": works * 4,
        "works_api_url": f"https://api.openalex.org/works?filter=keywords.id:{keyword_id(word)[21:]}",
        "updated_date": UPDATED,
        "created_date": "2025-10-10T00:00:00",
    }


def topic_record(interest: int, works: int) -> Json:
    """A topic's record."""
    it = INTERESTS[interest]
    return {
        **topic(interest),
        "description": f"This fictional cluster of papers is about {it.name}, in particular {', '.join(it.terms[:4])}.",
        "keywords": [term[:1].upper() + term[1:] for term in (it.name, *it.terms[:9])],
        "ids": {"openalex": HOME + topic_id(interest)},
        "siblings": [],
        "works_count": works,
        "cited_by_count": works * 4,
        "works_api_url": f"https://api.openalex.org/works?filter=topics.id:{topic_id(interest)}",
        "updated_date": UPDATED,
        "created_date": "2025-10-10T00:00:00",
    }
