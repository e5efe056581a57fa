"""Semantic Scholar: works with abstract, date and numbered authors, and authors' own records.

One search of the whole phrase, newest first, a thousand works a page. Without a key all the world shares one
allowance, so that answers are often "too many requests"; with the user's own key it answers once a second.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from datetime import date
from typing import Any

import msgspec

from finder import ids
from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Authorship, Person, Rejected, Work, split_joint_authors
from finder.source import FetchRequest, HttpClient, ListPage, PlannedCall, ProbeRequest, Response, Source, SourceInfo
from finder.text import names
from finder.text.names import split_phrases

CARD = SourceInfo(
    name="semantic_scholar",
    title="Semantic Scholar",
    home="https://www.semanticscholar.org",
    terms="Semantic Scholar API License Agreement: for use inside a product, with attribution.",
    base="https://api.semanticscholar.org/graph/v1",
    pace=0.3,
    keyed_pace=0.9,
    concurrency=1,
    key_name="semantic_scholar_key",
    key_header="x-api-key",
    key_help="Ask for a free key at semanticscholar.org/product/api; it is for you alone.",
    default_on=False,
    adds="Works with abstracts and citation counts, many of them before OpenAlex has them.",
)
PAGES = 3
PER_PAGE = 1_000  # whatever limit says
FIELDS = "title,abstract,venue,year,publicationDate,publicationTypes,externalIds,citationCount,url,authors"
NOT_PUBLICATIONS = frozenset({"Dataset", "News"})
_TYPES = {"JournalArticle": "article", "Conference": "conference-paper", "Review": "review", "Book": "book"}
_ARXIV = re.compile(r"(?:10\.48550/arxiv\.)?((?:[a-z.-]+/\d{7})|(?:\d{4}\.\d{4,5}))(?:v\d+)?", re.IGNORECASE)
_DBLP = re.compile(r"[a-z]+/[^\s/]+/\S+")


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for the works on an interest, newest first; it completes nobody, so nothing is asked with ``ask.ids``.

    Raises:
        SourceError: a page could not be had; those before it were yielded.
    """
    query = _s2_search_phrases(ask.interest)
    if ask.ids or not query or ask.since > ask.until:
        return
    token, found = None, 0
    for number in range(1, PAGES + 1):
        params = {**_s2_search_params(query, ask), "token": token}
        reply = await http.get(CARD, "/paper/search/bulk", params, note=f"works on {query}, page {number}")
        yield reply
        token, count = _peek_s2_page(reply.body)
        found += count
        if not token or found >= ask.limit:
            return


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """At most three pages, whatever there is."""
    query = _s2_search_phrases(ask.interest)
    pages = min(PAGES, -(-ask.limit // PER_PAGE))
    if ask.ids or not query or ask.since > ask.until:
        return []
    return [PlannedCall(f"works on {query}, newest first", f"{CARD.base}/paper/search/bulk", pages, 0)]


def _s2_search_phrases(interest: str) -> str:
    """Each phrase in quotes: unquoted words would be looked for one by one, anywhere."""
    return " | ".join(f'"{phrase}"' for phrase in split_phrases(interest, '"*~+()\\')[:3])


def _s2_search_params(query: str, ask: FetchRequest) -> dict[str, str]:
    span = f"{ask.since.isoformat()}:{ask.until.isoformat()}"
    return {"query": query, "publicationDateOrYear": span, "sort": "publicationDate:desc", "fields": FIELDS}


def _peek_s2_page(body: bytes) -> tuple[str | None, int]:
    """Where the next page begins, and how many works this one has."""
    try:
        page = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, 0
    if not isinstance(page, dict):
        return None, 0
    data = page.get("data")
    return _s2_text(page.get("token")) or None, len(data) if isinstance(data, list) else 0


def page(reply: Response) -> ListPage | None:
    """What a page says about its list, whose length the service only estimates."""
    try:
        total = msgspec.json.decode(reply.body, type=_Total).total
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    token, here = _peek_s2_page(reply.body)
    return None if total is None else ListPage(here, total, here if token else PER_PAGE, token is not None, rough=True)


class _Total(msgspec.Struct):
    total: int | None = None


def parse(reply: Response) -> Iterator[Work | Person | Rejected]:
    """Works and authors of a list, a batch or a single answer; what a batch does not know is null and passed over.

    Raises:
        UnexpectedFormat: the answer is an error, no JSON, or of a shape that is not understood.
    """
    entries = [entry for entry in _s2_entries(reply) if entry is not None]
    if entries and not any(map(_is_s2_record, entries)):
        raise _s2_shape_error("it lists neither works nor authors", reply.url)
    for place, entry in enumerate(entries):
        if not _is_s2_record(entry):
            yield Rejected(CARD.name, f"{reply.url} #{place}", "neither a work nor an author")
        elif "paperId" in entry:
            yield _s2_work(entry)
        else:
            yield _s2_person(entry, reply.fetched_at[:10])
            yield from (_s2_work(paper) for paper in _s2_list(entry.get("papers")) if isinstance(paper, dict))


def _s2_entries(reply: Response) -> list[Any]:
    try:
        body = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _s2_shape_error(str(error)[:200], reply.url) from None
    if isinstance(body, list):
        return body
    if not isinstance(body, dict) or "error" in body or "message" in body:
        said = _s2_line(body.get("error") or body.get("message")) if isinstance(body, dict) else ""
        raise _s2_shape_error(f"it says {said[:200]}" if said else "neither a list nor a record", reply.url)
    if _is_s2_record(body):
        return [body]
    if isinstance(body.get("data"), list):
        return body["data"]
    # nothing found is told by leaving the list out; releases of data sets are no records at all
    if (body.get("data") is None and body.get("total") == 0) or {"release_id", "datasets"} <= body.keys():
        return []
    raise _s2_shape_error("neither a list nor a record", reply.url)


def _s2_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(f"Semantic Scholar's answer is not understood: {why}. Update the finder.", url)


def _is_s2_record(entry: object) -> bool:
    return isinstance(entry, dict) and ("paperId" in entry or "authorId" in entry)


def _s2_work(entry: dict[str, Any]) -> Work | Rejected:
    key, title, when = _s2_record_id(entry.get("paperId")), _s2_line(entry.get("title")), _s2_date(entry)
    kinds = [kind for kind in _s2_list(entry.get("publicationTypes")) if isinstance(kind, str)]
    other = bool(kinds) and NOT_PUBLICATIONS.issuperset(kinds)
    why = (
        "no id"
        if not key
        else f"not a publication: {kinds[0]}"
        if other
        else "no title"
        if not title
        else "no date"
        if not when
        else None
    )
    if why:
        return Rejected(CARD.name, key or "a work", why)
    venue = _s2_line(entry.get("venue"))
    return Work(
        source=CARD.name,
        source_id=key,
        title=title,
        date=when,
        authorships=split_joint_authors(map(_s2_authorship, _s2_list(entry.get("authors")))),
        abstract=_s2_text(entry.get("abstract")).strip() or None,
        venue=venue or _s2_line(_s2_dict(entry.get("journal")).get("name")) or None,
        type="preprint" if venue == "arXiv.org" else next((_TYPES[kind] for kind in kinds if kind in _TYPES), None),
        ids=(key, *_s2_work_ids(_s2_dict(entry.get("externalIds")))),
        url=ids.parse_page_url(_s2_text(entry.get("url"))),
        citations=_s2_count(entry.get("citationCount")),
    )


def _s2_date(entry: dict[str, Any]) -> str:
    try:
        return date.fromisoformat(_s2_text(entry.get("publicationDate"))).isoformat()
    except ValueError:
        year = _s2_count(entry.get("year"))
        return f"{year:04d}" if year and year <= 9999 else ""


def _s2_work_ids(external: dict[str, Any]) -> Iterator[str]:
    doi = ids.parse_doi(_s2_text(external.get("DOI")))
    if doi:
        yield doi
    printed = (_s2_text(external.get("ArXiv")), doi.removeprefix("doi:") if doi else "")
    found = next(filter(None, map(_ARXIV.fullmatch, printed)), None)
    if found:
        yield f"arxiv:{found[1].lower()}"
    if _DBLP.fullmatch(record := _s2_text(external.get("DBLP"))):
        yield f"dblp:{record}"
    if (pmid := _s2_text(external.get("PubMed"))).isdecimal():
        yield f"pmid:{pmid}"


def _s2_authorship(author: Any) -> Authorship:
    """A printed name; one that is not there keeps its place in the row, so that first and last stay right."""
    author = _s2_dict(author)
    key = _s2_record_id(author.get("authorId"))
    return Authorship(name=_s2_name(author.get("name")), ids=(key,) if key else ())


def _s2_person(entry: dict[str, Any], seen: str) -> Person | Rejected:
    """An author. ``externalIds.DBLP`` holds names, which are no ids."""
    key, name = _s2_record_id(entry.get("authorId")), _s2_name(entry.get("name"))
    if not key or not name:
        return Rejected(CARD.name, key or "an author", "no name" if key else "no id")
    orcid = ids.parse_orcid(_s2_text(_s2_dict(entry.get("externalIds")).get("ORCID")))
    aliases = [_s2_name(alias) for alias in _s2_list(entry.get("aliases"))]
    return Person(
        source=CARD.name,
        source_id=key,
        name=name,
        seen=seen,
        other_names=tuple(dict.fromkeys(alias for alias in aliases if alias and alias != name)),
        ids=(key, orcid) if orcid else (key,),
        affiliations=tuple(
            Affiliation(at) for at in map(_s2_line_without_email, _s2_list(entry.get("affiliations"))) if at
        ),
        homepage=ids.parse_page_url(_s2_text(entry.get("homepage"))),
        works_count=_s2_count(entry.get("paperCount")),
    )


def _s2_record_id(value: object) -> str:
    """A work's or an author's id, which are told apart by their look: 40 hex digits, or a number."""
    text = str(value) if type(value) is int else _s2_text(value)
    return f"s2:{text}" if text.isascii() and text.isalnum() else ""


def _s2_name(value: object) -> str:
    return names.display_name(_s2_line_without_email(value))


def _s2_line_without_email(value: object) -> str:
    """A text on one line, or nothing where it holds an e-mail address."""
    line = _s2_line(value)
    return "" if "@" in line else line


def _s2_line(value: object) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in _s2_text(value)).split())


def _s2_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _s2_count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _s2_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _s2_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


PROBE = ProbeRequest("/paper/search", {"query": "learning", "fields": FIELDS, "limit": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE, page=page)
