"""DBLP: works by title with who is who among their authors, and people's own records.

Its search and person pages stand behind a page that only browsers pass, so everything is asked of its SPARQL
endpoint. Answers of the search as they used to be (XML) are still read where somebody has kept them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import msgspec

from finder import ids
from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Authorship, Person, Rejected, Work, split_joint_authors
from finder.source import FetchRequest, HttpClient, PlannedCall, ProbeRequest, Response, Source, SourceInfo
from finder.sources._dblp.queries import BETWEEN, PIDS, dblp_person_queries, dblp_work_queries
from finder.text import names

CARD = SourceInfo(
    name="dblp",
    title="DBLP",
    home="https://dblp.org",
    terms="CC0 1.0: free to use.",
    base="https://sparql.dblp.org",
    pace=0.3,
    concurrency=1,
    cadence_days=14,
    default_on=False,
    completes="dblp",
    adds="Computer science works, and people with one record each: names, homepages, ORCID iDs.",
)
_RECORDS = "https://dblp.org/rec/"
_ARXIV = re.compile(r"doi:10\.48550/arxiv\.((?:[a-z.-]+/\d{7})|(?:\d{4}\.\d{4,5}))(?:v\d+)?")
_NUMBERED = re.compile(r".*-\d+")

Row = dict[str, str]


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for the works whose title holds the words of the interest; with ``ask.ids``, only for those people.

    Raises:
        SourceError: a question had no answer; those before it were yielded.
    """
    if ask.ids:
        async for reply in complete(http, ask):
            yield reply
        return
    for words, query in dblp_work_queries(ask):
        yield await _run_sparql_query(http, query, f"works with {words} in the title")


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for people's own records, fifty at a time; nothing without ``ask.ids``.

    Raises:
        SourceError: as in :func:`fetch`.
    """
    for query in dblp_person_queries(ask):
        yield await _run_sparql_query(http, query, "people's own records")


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """One question a phrase, or one for every fifty people."""
    if ask.ids:
        count = len(dblp_person_queries(ask))
        return [PlannedCall("people's own records", f"{CARD.base}/sparql", count, 0)] if count else []
    return [
        PlannedCall(f"works with {words} in the title", f"{CARD.base}/sparql", 1, 0)
        for words, _ in dblp_work_queries(ask)
    ]


async def _run_sparql_query(http: HttpClient, query: str, note: str) -> Response:
    return await http.get(CARD, "/sparql", _sparql_params(query), note=note)


def _sparql_params(query: str) -> dict[str, str]:
    # the endpoint's own parameter for the format: it outranks the Accept header
    return {"query": " ".join(query.split()), "action": "sparql_json_export"}


def parse(reply: Response) -> Iterator[Work | Person | Rejected]:
    """Works or people out of an answer of the SPARQL endpoint, or works out of one of the search (XML).

    Raises:
        UnexpectedFormat: it is a page, an error, or an answer to another question.
    """
    body = reply.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.startswith(b"<"):
        yield from _parse_dblp_hits(body, reply.url)
        return
    variables, rows = _decode_sparql_table(body, reply.url)
    key = "pub" if "pub" in variables else "person"
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(key, ""), []).append(row)
    if rows and set(groups) == {""}:
        raise _dblp_shape_error(f"no row has a {key}", reply.url)
    for uri, group in groups.items():
        yield _dblp_work(uri, group) if key == "pub" else _dblp_person(uri, group, reply.fetched_at[:10])


def _decode_sparql_table(body: bytes, url: str) -> tuple[list[Any], list[Row]]:
    try:
        table = msgspec.json.decode(body)
        variables, bindings = table["head"]["vars"], table["results"]["bindings"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as error:
        raise _dblp_shape_error(f"it is no table of results ({str(error)[:150]})", url) from None
    if not isinstance(variables, list) or not isinstance(bindings, list):
        raise _dblp_shape_error("it is no table of results", url)
    if "name" not in variables or not {"pub", "person"}.intersection(v for v in variables if isinstance(v, str)):
        raise _dblp_shape_error("it answers another question", url)
    return variables, [_sparql_row(binding) for binding in bindings]


def _sparql_row(binding: object) -> Row:
    cells = binding.items() if isinstance(binding, dict) else ()
    return {
        name: cell["value"] for name, cell in cells if isinstance(cell, dict) and _is_sparql_text(cell.get("value"))
    }


def _is_sparql_text(value: object) -> bool:
    return isinstance(value, str)


def _dblp_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(f"DBLP's answer is not understood: {why}. Update the finder.", url)


def _dblp_work(uri: str, rows: list[Row]) -> Work | Rejected:
    """A work out of its rows, one for each author (and each further DOI or the like)."""
    row: Row = {}
    for one in reversed(rows):
        row |= one
    authors: dict[int, Authorship] = {}
    for place, one in enumerate(rows):
        ordinal = one.get("ordinal", "")
        number = int(ordinal) if ordinal.isdecimal() and len(ordinal) < 6 else 100_000 + place
        known = authors[number].ids if number in authors else ()
        name = names.display_name(one.get("name", ""))
        authors[number] = Authorship(name, tuple(dict.fromkeys((*known, *_dblp_author_ids(one)))))
    return _build_dblp_work(uri, row, tuple(authors[number] for number in sorted(authors)))


def _dblp_author_ids(row: Row) -> Iterator[str]:
    yield from filter(None, (_dblp_pid(row.get("person", "")), ids.parse_orcid(row.get("orcid", ""))))


def _dblp_pid(uri: str) -> str | None:
    return ids.parse_dblp_pid(uri) if uri.startswith(PIDS) else None


def _build_dblp_work(uri: str, row: Row, authors: tuple[Authorship, ...]) -> Work | Rejected:
    key = uri.removeprefix(_RECORDS)
    title = _dblp_title(row.get("title", ""))
    year = row.get("year", "").strip()
    why = (
        "no record"
        if not key or key == uri
        else "no title"
        if not title
        else "no date"
        if not re.fullmatch(r"[12]\d{3}", year, re.ASCII)
        else "no authors"
        if not any(author.name for author in authors)
        else None
    )
    if why:
        return Rejected(CARD.name, key or "a work", why)
    month = re.fullmatch(r"--(0[1-9]|1[0-2])(?:--)?", row.get("month", ""))
    doi = ids.parse_doi(row.get("doi", ""))
    preprint = _ARXIV.fullmatch(doi or "")
    venue = _dblp_line(row.get("venue", ""))
    found = (f"dblp:{key}", doi, f"arxiv:{preprint[1]}" if preprint else None)
    return Work(
        source=CARD.name,
        source_id=f"dblp:{key}",
        title=title,
        date=f"{year}-{month[1]}" if month else year,
        authorships=split_joint_authors(authors),
        venue=venue or None,
        type="preprint" if venue == "CoRR" else None,
        ids=tuple(filter(None, found)),
        url=ids.parse_page_url(f"https://doi.org/{doi.removeprefix('doi:')}" if doi else uri),
    )


def _dblp_title(text: str) -> str:
    """DBLP ends every title with a full stop."""
    line = _dblp_line(text)
    return line.removesuffix(".") if not line.endswith("..") else line


def _dblp_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _dblp_person(uri: str, rows: list[Row], seen: str) -> Person | Rejected:
    """Somebody; the affiliation is a note of DBLP's editors without a date, so nobody is said to have stated it."""
    id_ = _dblp_pid(uri)
    name = names.display_name(rows[0].get("name", ""))
    if not id_ or not name:
        return Rejected(CARD.name, uri or "a person", "no name" if id_ else "no person id")
    cells = {key: _split_dblp_cells(rows, key) for key in ("names", "orcid", "homepage", "affiliation")}
    works = rows[0].get("works", "")
    return Person(
        source=CARD.name,
        source_id=id_,
        name=name,
        seen=seen,
        other_names=tuple(dict.fromkeys(n for n in map(names.display_name, cells["names"]) if n and n != name)),
        ids=(id_, *filter(None, map(ids.parse_orcid, cells["orcid"]))),
        affiliations=tuple(Affiliation(_dblp_line(place)) for place in cells["affiliation"] if "@" not in place),
        homepage=next(filter(None, map(ids.parse_page_url, cells["homepage"])), None),
        works_count=int(works) if works.isdecimal() and len(works) < 8 else None,
    )


def _split_dblp_cells(rows: list[Row], key: str) -> list[str]:
    found = (cell.strip() for row in rows for cell in row.get(key, "").split(BETWEEN))
    return sorted(set(filter(None, found)))


def _parse_dblp_hits(body: bytes, url: str) -> Iterator[Work | Rejected]:
    if b"<!" in body:  # a page, or an XML that brings entities of its own: the search sends neither
        raise _dblp_shape_error("it is a page", url)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - without a document type there is nothing to expand
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _dblp_shape_error(f"it is no XML ({error})", url) from None
    hits = root.find("hits")
    if root.tag != "result" or hits is None:
        raise _dblp_shape_error("it is no answer of the search", url)
    for hit in hits.findall("hit/info"):
        row = {part.tag: part.text or "" for part in hit if part.tag in ("title", "venue", "year", "doi")}
        authors = tuple(map(_dblp_hit_authorship, hit.findall("authors/author")))
        yield _build_dblp_work(hit.findtext("url") or "", row, authors)


def _dblp_hit_authorship(author: ElementTree.Element) -> Authorship:
    """A name of the search. Without a number its pid may be the page of all people of that name: not an id then."""
    pid = author.get("pid") or ""
    id_ = ids.parse_dblp_pid(pid) if _NUMBERED.fullmatch(pid) else None
    return Authorship(names.display_name(author.text or ""), (id_,) if id_ else ())


_FEW = FetchRequest("reproducibility crisis", date(2020, 1, 1), date(2020, 12, 31), date(2020, 12, 31), limit=1)
PROBE = ProbeRequest("/sparql", _sparql_params(dblp_work_queries(_FEW)[0][1]))
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, complete=complete, plan=plan, probe=PROBE)
