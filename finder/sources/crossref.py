"""Crossref: what publishers register of their works, by the words of an interest.

It finds works with any of the words, the likeliest first, so that only the first pages are of use.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import TypeVar

import msgspec

from finder import ids
from finder.errors import NotFound, ShapeChanged
from finder.model import Affiliation, Authorship, Rejected, Work, told_apart
from finder.names import tidy
from finder.redaction import redact
from finder.source import Ask, Call, Card, Door, Page, Probe, Reply, Source

CARD = Card(
    name="crossref",
    title="Crossref",
    home="https://www.crossref.org",
    terms="Facts, free to use; abstracts may be their publishers'.",
    base="https://api.crossref.org",
    pace=5.0,
    concurrency=1,
    cadence_days=14,
    default_on=False,
    adds="Works by DOI: journals, proceedings and preprints of all publishers.",
)
PER_PAGE, PAGES = 200, 3
FIELDS = "DOI,title,author,issued,published,container-title,type,abstract,is-referenced-by-count,updated-by"
KINDS = ("journal-article", "proceedings-article", "posted-content", "book-chapter")

_TYPES = {"posted-content": "preprint", "journal-article": "article", "proceedings-article": "conference-paper"}
_NOT_PUBLICATIONS = frozenset({
    "book-series", "book-set", "component", "database", "dataset", "grant", "journal", "journal-issue",
    "journal-volume", "peer-review", "proceedings-series", "report-series",
})  # fmt: skip
_HEADING = re.compile(r"<((?:jats:)?title)>\s*(?:abstract|summary)\s*[.:]?\s*</\1>", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:jats:)?(?:b|bold|em|i|italic|sc|scp|strong|sub|sup|u|underline)(?:\s[^<>]*)?>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ROR = re.compile(r"https?://ror\.org/(0[a-z0-9]{8})/?")
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
T = TypeVar("T")


class _Shape(msgspec.Struct, rename="kebab"):
    pass


class _Id(_Shape):
    id: str | None = None


class _Place(_Shape):
    name: str | None = None
    id: list[_Id] | None = None


class _Author(_Shape):
    given: str | None = None
    family: str | None = None
    orcid: str | None = msgspec.field(default=None, name="ORCID")
    affiliation: list[_Place] | None = None


class _Date(_Shape):
    date_parts: list[list[int | None]] | None = None


class _Update(_Shape):
    type: str | None = None


class _Item(_Shape):
    doi: str | None = msgspec.field(default=None, name="DOI")
    type: str | None = None
    title: list[str | None] | None = None
    author: list[_Author] | None = None
    issued: _Date | None = None
    published: _Date | None = None
    container_title: list[str | None] | None = None
    institution: list[_Place] | None = None
    abstract: str | None = None
    is_referenced_by_count: int | None = None
    updated_by: list[_Update] | None = None


class _List(_Shape):
    items: list[msgspec.Raw] | None = None
    total_results: int | None = None
    items_per_page: int | None = None
    next_cursor: str | None = None


class _Head(_Shape):
    status: str | None = None
    message_type: str | None = None
    message: msgspec.Raw = msgspec.Raw(b"")


def parse(reply: Reply) -> Iterator[Work | Rejected]:
    """Read a work, or a list of works.

    Raises:
        ShapeChanged: it is an error, not JSON, or about something else than works.
    """
    head = _decode(reply.body, _Head, reply.url)
    if head.status != "ok":
        said = bytes(head.message).decode(errors="replace") or "no reason"
        raise _changed(f"it says {head.status} {' '.join(said.split())}"[:300], reply.url)
    latest = int(reply.fetched_at[:4]) + 1 if reply.fetched_at[:4].isdecimal() else 9999
    if head.message_type == "work":
        yield _work(_decode(bytes(head.message), _Item, reply.url), latest, reply.url)
    elif head.message_type == "work-list":
        items = _decode(bytes(head.message), _List, reply.url).items
        if items is None:
            raise _changed("a list without items", reply.url)
        yield from _listed(items, latest, reply.url)
    else:
        raise _changed(f"{head.message_type} instead of works"[:200], reply.url)


def _listed(items: list[msgspec.Raw], latest: int, url: str) -> Iterator[Work | Rejected]:
    """Works of a list; one that is not understood is rejected, but a list of nothing else has changed its shape."""
    strange = 0
    for place, raw in enumerate(items):
        try:
            yield _work(_decode(bytes(raw), _Item, url), latest, f"{url} #{place}")
        except ShapeChanged as error:
            strange += 1
            if strange == len(items):
                raise
            yield Rejected(CARD.name, f"{url} #{place}", f"not understood: {error}"[:200])


def _work(item: _Item, latest: int, where: str) -> Work | Rejected:
    doi = ids.doi(item.doi or "")
    title = _plain(_first(item.title))
    when = _when(item.issued, latest) or _when(item.published, latest)
    why = (
        "no DOI" if not doi
        else f"not a publication: {item.type}" if item.type in _NOT_PUBLICATIONS
        else "retracted" if any(update.type == "retraction" for update in item.updated_by or [])
        else "no title" if not title
        else None
    )  # fmt: skip
    if why or not doi or not when:
        return Rejected(CARD.name, doi or where, why or "no date")
    return Work(
        source=CARD.name,
        source_id=doi,
        title=title,
        date=when,
        authorships=told_apart(filter(None, map(_authorship, item.author or []))),
        abstract=_plain(_HEADING.sub(" ", item.abstract or "")) or None,
        venue=_plain(_first(item.container_title) or _first([i.name for i in item.institution or []])) or None,
        type=_TYPES.get(item.type or "", item.type or None),
        ids=(doi,),
        url=f"https://doi.org/{doi.removeprefix('doi:')}",
        citations=item.is_referenced_by_count,
    )


def _authorship(author: _Author) -> Authorship | None:
    """A person as printed; groups have neither a given nor a family name, and nobody is made of them."""
    name = tidy(_plain(f"{author.given or ''} {author.family or ''}"))
    if not any(map(str.isalpha, name)):
        return None
    known = ids.orcid(author.orcid or "")
    places = dict.fromkeys((_plain(place.name), _ror(place.id or [])) for place in author.affiliation or [])
    return Authorship(
        name=name,
        ids=(known,) if known else (),
        affiliations=tuple(Affiliation(institution=text, id=ror, raw=text) for text, ror in places if text),
    )


def _ror(known: list[_Id]) -> str | None:
    found = next(filter(None, (_ROR.fullmatch((one.id or "").lower()) for one in known)), None)
    return f"ror:{found[1]}" if found else None


def _when(printed: _Date | None, latest: int) -> str | None:
    """The date as far as it is given and possible: a year, a month, or a day."""
    parts = printed.date_parts[0] if printed and printed.date_parts else []
    year, month, day = (part or 0 for part in (*parts, 0, 0, 0)[:3])
    if not 1000 <= year <= latest:
        return None
    if not 1 <= month <= 12:
        return f"{year}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year}-{month:02d}"


def _first(texts: list[str | None] | None) -> str:
    return next((text for text in texts or [] if text and text.strip()), "")


def _plain(text: str | None) -> str:
    """Text on one line, without markup and addresses of mail."""
    bare = html.unescape(_TAG.sub(" ", _INLINE.sub("", text or "")))
    return " ".join(redact(bare).split())


def _decode(body: bytes, shape: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BROKEN as error:
        raise _changed(str(error)[:200], url) from None


def _changed(why: str, url: str) -> ShapeChanged:
    return ShapeChanged(
        f"Crossref's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """The works that fit the words best, as far as three pages go.

    Raises:
        SourceError: a page could not be read; those before it were yielded.
    """
    cursor = "*"
    for page in range(_pages(ask)):
        reply = await _page(http, ask, page, cursor)
        yield reply
        found = _peek(reply.body)
        cursor = found.next_cursor or ""
        if len(found.items or []) < PER_PAGE:
            return


async def _page(http: Door, ask: Ask, page: int, cursor: str) -> Reply:
    """A page by its cursor. The page before may be a kept one, and its cursor long forgotten: then by its number."""
    params = {
        "query.bibliographic": " ".join(re.sub(r"[,;|\n]+", " ", ask.interest).split()),
        "filter": ",".join((
            f"from-pub-date:{ask.since}", f"until-pub-date:{ask.until}", *(f"type:{kind}" for kind in KINDS)
        )),
        "select": FIELDS,
        "rows": min(PER_PAGE, ask.limit),
    }  # fmt: skip
    note = "works by their words"
    try:
        if cursor:
            return await http.get(CARD, "/works", {**params, "cursor": cursor}, note=note)
    except NotFound:
        if not page:
            raise
    return await http.get(CARD, "/works", {**params, "offset": page * PER_PAGE}, note=note)


def _peek(body: bytes) -> _List:
    """What a list says about itself; nothing where that cannot be read."""
    try:
        return msgspec.json.decode(bytes(msgspec.json.decode(body, type=_Head).message), type=_List)
    except _BROKEN:
        return _List()


def page(reply: Reply) -> Page | None:
    """What a page says about its list."""
    found = _peek(reply.body)
    if found.items is None or found.total_results is None:
        return None
    return Page(len(found.items), found.total_results, found.items_per_page or PER_PAGE)


def plan(ask: Ask) -> list[Call]:
    """Three pages at most."""
    pages = _pages(ask)
    return [Call("works by the interest's words, the likeliest first", f"{CARD.base}/works", pages, 0)] if pages else []


def _pages(ask: Ask) -> int:
    """Pages to ask for at most; none for ids, for no words or for no time."""
    if ask.ids or ask.since > ask.until or not any(map(str.isalnum, ask.interest)):
        return 0
    return min(PAGES, -(-ask.limit // PER_PAGE))


PROBE = Probe("/works", {"query.bibliographic": "learning", "select": FIELDS, "rows": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE, page=page)
