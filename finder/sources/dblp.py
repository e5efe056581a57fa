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

from finder import ids, names
from finder.errors import ShapeChanged
from finder.model import Affiliation, Authorship, Person, Rejected, Work, told_apart
from finder.source import Ask, Call, Card, Door, Probe, Reply, Source
from finder.sources._dblp.questions import BETWEEN, PIDS, searches, whos

CARD = Card(
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


async def fetch(http: Door, ask: Ask) -> AsyncGenerator[Reply, None]:
    """Ask for the works whose title holds the words of the interest; with ``ask.ids``, only for those people.

    Raises:
        SourceError: a question had no answer; those before it were yielded.
    """
    if ask.ids:
        async for reply in complete(http, ask):
            yield reply
        return
    for words, query in searches(ask):
        yield await _answer(http, query, f"works with {words} in the title")


async def complete(http: Door, ask: Ask) -> AsyncGenerator[Reply, None]:
    """Ask for people's own records, fifty at a time; nothing without ``ask.ids``.

    Raises:
        SourceError: as in :func:`fetch`.
    """
    for query in whos(ask):
        yield await _answer(http, query, "people's own records")


def plan(ask: Ask) -> list[Call]:
    """One question a phrase, or one for every fifty people."""
    if ask.ids:
        count = len(whos(ask))
        return [Call("people's own records", f"{CARD.base}/sparql", count, 0)] if count else []
    return [Call(f"works with {words} in the title", f"{CARD.base}/sparql", 1, 0) for words, _ in searches(ask)]


async def _answer(http: Door, query: str, note: str) -> Reply:
    return await http.get(CARD, "/sparql", _params(query), note=note)


def _params(query: str) -> dict[str, str]:
    # the endpoint's own parameter for the format: it outranks the Accept header
    return {"query": " ".join(query.split()), "action": "sparql_json_export"}


def parse(reply: Reply) -> Iterator[Work | Person | Rejected]:
    """Works or people out of an answer of the SPARQL endpoint, or works out of one of the search (XML).

    Raises:
        ShapeChanged: it is a page, an error, or an answer to another question.
    """
    body = reply.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.startswith(b"<"):
        yield from _hits(body, reply.url)
        return
    variables, rows = _table(body, reply.url)
    key = "pub" if "pub" in variables else "person"
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(key, ""), []).append(row)
    if rows and set(groups) == {""}:
        raise _changed(f"no row has a {key}", reply.url)
    for uri, group in groups.items():
        yield _work(uri, group) if key == "pub" else _person(uri, group, reply.fetched_at[:10])


def _table(body: bytes, url: str) -> tuple[list[Any], list[Row]]:
    try:
        table = msgspec.json.decode(body)
        variables, bindings = table["head"]["vars"], table["results"]["bindings"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as error:
        raise _changed(f"it is no table of results ({str(error)[:150]})", url) from None
    if not isinstance(variables, list) or not isinstance(bindings, list):
        raise _changed("it is no table of results", url)
    if "name" not in variables or not {"pub", "person"}.intersection(v for v in variables if isinstance(v, str)):
        raise _changed("it answers another question", url)
    return variables, [_row(binding) for binding in bindings]


def _row(binding: object) -> Row:
    cells = binding.items() if isinstance(binding, dict) else ()
    return {name: cell["value"] for name, cell in cells if isinstance(cell, dict) and _is_text(cell.get("value"))}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _changed(why: str, url: str) -> ShapeChanged:
    return ShapeChanged(f"DBLP's answer is not understood: {why}. Update the finder.", url)


def _work(uri: str, rows: list[Row]) -> Work | Rejected:
    """A work out of its rows, one for each author (and each further DOI or the like)."""
    row: Row = {}
    for one in reversed(rows):
        row |= one
    authors: dict[int, Authorship] = {}
    for place, one in enumerate(rows):
        ordinal = one.get("ordinal", "")
        number = int(ordinal) if ordinal.isdecimal() and len(ordinal) < 6 else 100_000 + place
        known = authors[number].ids if number in authors else ()
        name = names.tidy(one.get("name", ""))
        authors[number] = Authorship(name, tuple(dict.fromkeys((*known, *_people_ids(one)))))
    return _made(uri, row, tuple(authors[number] for number in sorted(authors)))


def _people_ids(row: Row) -> Iterator[str]:
    yield from filter(None, (_pid(row.get("person", "")), ids.orcid(row.get("orcid", ""))))


def _pid(uri: str) -> str | None:
    return ids.dblp(uri) if uri.startswith(PIDS) else None


def _made(uri: str, row: Row, authors: tuple[Authorship, ...]) -> Work | Rejected:
    key = uri.removeprefix(_RECORDS)
    title = _title(row.get("title", ""))
    year = row.get("year", "").strip()
    why = (
        "no record" if not key or key == uri
        else "no title" if not title
        else "no date" if not re.fullmatch(r"[12]\d{3}", year, re.ASCII)
        else "no authors" if not any(author.name for author in authors)
        else None
    )  # fmt: skip
    if why:
        return Rejected(CARD.name, key or "a work", why)
    month = re.fullmatch(r"--(0[1-9]|1[0-2])(?:--)?", row.get("month", ""))
    doi = ids.doi(row.get("doi", ""))
    preprint = _ARXIV.fullmatch(doi or "")
    venue = _line(row.get("venue", ""))
    found = (f"dblp:{key}", doi, f"arxiv:{preprint[1]}" if preprint else None)
    return Work(
        source=CARD.name,
        source_id=f"dblp:{key}",
        title=title,
        date=f"{year}-{month[1]}" if month else year,
        authorships=told_apart(authors),
        venue=venue or None,
        type="preprint" if venue == "CoRR" else None,
        ids=tuple(filter(None, found)),
        url=ids.page(f"https://doi.org/{doi.removeprefix('doi:')}" if doi else uri),
    )


def _title(text: str) -> str:
    """DBLP ends every title with a full stop."""
    line = _line(text)
    return line.removesuffix(".") if not line.endswith("..") else line


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _person(uri: str, rows: list[Row], seen: str) -> Person | Rejected:
    """Somebody; the affiliation is a note of DBLP's editors without a date, so nobody is said to have stated it."""
    id_ = _pid(uri)
    name = names.tidy(rows[0].get("name", ""))
    if not id_ or not name:
        return Rejected(CARD.name, uri or "a person", "no name" if id_ else "no person id")
    cells = {key: _cells(rows, key) for key in ("names", "orcid", "homepage", "affiliation")}
    works = rows[0].get("works", "")
    return Person(
        source=CARD.name,
        source_id=id_,
        name=name,
        seen=seen,
        other_names=tuple(dict.fromkeys(n for n in map(names.tidy, cells["names"]) if n and n != name)),
        ids=(id_, *filter(None, map(ids.orcid, cells["orcid"]))),
        affiliations=tuple(Affiliation(_line(place)) for place in cells["affiliation"] if "@" not in place),
        homepage=next(filter(None, map(ids.page, cells["homepage"])), None),
        works_count=int(works) if works.isdecimal() and len(works) < 8 else None,
    )


def _cells(rows: list[Row], key: str) -> list[str]:
    found = (cell.strip() for row in rows for cell in row.get(key, "").split(BETWEEN))
    return sorted(set(filter(None, found)))


def _hits(body: bytes, url: str) -> Iterator[Work | Rejected]:
    if b"<!" in body:  # a page, or an XML that brings entities of its own: the search sends neither
        raise _changed("it is a page", url)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - without a document type there is nothing to expand
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _changed(f"it is no XML ({error})", url) from None
    hits = root.find("hits")
    if root.tag != "result" or hits is None:
        raise _changed("it is no answer of the search", url)
    for hit in hits.findall("hit/info"):
        row = {part.tag: part.text or "" for part in hit if part.tag in ("title", "venue", "year", "doi")}
        authors = tuple(map(_printed, hit.findall("authors/author")))
        yield _made(hit.findtext("url") or "", row, authors)


def _printed(author: ElementTree.Element) -> Authorship:
    """A name of the search. Without a number its pid may be the page of all people of that name: not an id then."""
    pid = author.get("pid") or ""
    id_ = ids.dblp(pid) if _NUMBERED.fullmatch(pid) else None
    return Authorship(names.tidy(author.text or ""), (id_,) if id_ else ())


_FEW = Ask("reproducibility crisis", date(2020, 1, 1), date(2020, 12, 31), date(2020, 12, 31), limit=1)
PROBE = Probe("/sparql", _params(searches(_FEW)[0][1]))
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, complete=complete, plan=plan, probe=PROBE)
