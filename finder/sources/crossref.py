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
from finder.errors import NotFound, UnexpectedFormat
from finder.model import Affiliation, Authorship, Rejected, Work, split_joint_authors
from finder.source import FetchRequest, HttpClient, ListPage, PlannedCall, ProbeRequest, Response, Source, SourceInfo
from finder.text.names import display_name
from finder.text.redaction import redact_contacts

CARD = SourceInfo(
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
_NOT_PUBLICATIONS = frozenset(
    {
        "book-series",
        "book-set",
        "component",
        "database",
        "dataset",
        "grant",
        "journal",
        "journal-issue",
        "journal-volume",
        "peer-review",
        "proceedings-series",
        "report-series",
    }
)
_HEADING = re.compile(r"<((?:jats:)?title)>\s*(?:abstract|summary)\s*[.:]?\s*</\1>", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:jats:)?(?:b|bold|em|i|italic|sc|scp|strong|sub|sup|u|underline)(?:\s[^<>]*)?>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ROR = re.compile(r"https?://ror\.org/(0[a-z0-9]{8})/?")
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
T = TypeVar("T")


class _CrossrefStruct(msgspec.Struct, rename="kebab"):
    pass


class _Id(_CrossrefStruct):
    id: str | None = None


class _Place(_CrossrefStruct):
    name: str | None = None
    id: list[_Id] | None = None


class _Author(_CrossrefStruct):
    given: str | None = None
    family: str | None = None
    orcid: str | None = msgspec.field(default=None, name="ORCID")
    affiliation: list[_Place] | None = None


class _Date(_CrossrefStruct):
    date_parts: list[list[int | None]] | None = None


class _Update(_CrossrefStruct):
    type: str | None = None


class _Item(_CrossrefStruct):
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


class _List(_CrossrefStruct):
    items: list[msgspec.Raw] | None = None
    total_results: int | None = None
    items_per_page: int | None = None
    next_cursor: str | None = None


class _Head(_CrossrefStruct):
    status: str | None = None
    message_type: str | None = None
    message: msgspec.Raw = msgspec.Raw(b"")


def parse(reply: Response) -> Iterator[Work | Rejected]:
    """Read a work, or a list of works.

    Raises:
        UnexpectedFormat: it is an error, not JSON, or about something else than works.
    """
    head = _decode_crossref(reply.body, _Head, reply.url)
    if head.status != "ok":
        said = bytes(head.message).decode(errors="replace") or "no reason"
        raise _crossref_shape_error(f"it says {head.status} {' '.join(said.split())}"[:300], reply.url)
    latest = int(reply.fetched_at[:4]) + 1 if reply.fetched_at[:4].isdecimal() else 9999
    if head.message_type == "work":
        yield _crossref_work(_decode_crossref(bytes(head.message), _Item, reply.url), latest, reply.url)
    elif head.message_type == "work-list":
        items = _decode_crossref(bytes(head.message), _List, reply.url).items
        if items is None:
            raise _crossref_shape_error("a list without items", reply.url)
        yield from _parse_crossref_items(items, latest, reply.url)
    else:
        raise _crossref_shape_error(f"{head.message_type} instead of works"[:200], reply.url)


def _parse_crossref_items(items: list[msgspec.Raw], latest: int, url: str) -> Iterator[Work | Rejected]:
    """Works of a list; one that is not understood is rejected, but a list of nothing else has changed its shape."""
    strange = 0
    for place, raw in enumerate(items):
        try:
            yield _crossref_work(_decode_crossref(bytes(raw), _Item, url), latest, f"{url} #{place}")
        except UnexpectedFormat as error:
            strange += 1
            if strange == len(items):
                raise
            yield Rejected(CARD.name, f"{url} #{place}", f"not understood: {error}"[:200])


def _crossref_work(item: _Item, latest: int, where: str) -> Work | Rejected:
    doi = ids.parse_doi(item.doi or "")
    title = _crossref_plain_text(_first_crossref_text(item.title))
    when = _crossref_date(item.issued, latest) or _crossref_date(item.published, latest)
    why = (
        "no DOI"
        if not doi
        else f"not a publication: {item.type}"
        if item.type in _NOT_PUBLICATIONS
        else "retracted"
        if any(update.type == "retraction" for update in item.updated_by or [])
        else "no title"
        if not title
        else None
    )
    if why or not doi or not when:
        return Rejected(CARD.name, doi or where, why or "no date")
    return Work(
        source=CARD.name,
        source_id=doi,
        title=title,
        date=when,
        authorships=split_joint_authors(filter(None, map(_crossref_authorship, item.author or []))),
        abstract=_crossref_plain_text(_HEADING.sub(" ", item.abstract or "")) or None,
        venue=_crossref_plain_text(
            _first_crossref_text(item.container_title) or _first_crossref_text([i.name for i in item.institution or []])
        )
        or None,
        type=_TYPES.get(item.type or "", item.type or None),
        ids=(doi,),
        url=f"https://doi.org/{doi.removeprefix('doi:')}",
        citations=item.is_referenced_by_count,
    )


def _crossref_authorship(author: _Author) -> Authorship | None:
    """A person as printed; groups have neither a given nor a family name, and nobody is made of them."""
    name = display_name(_crossref_plain_text(f"{author.given or ''} {author.family or ''}"))
    if not any(map(str.isalpha, name)):
        return None
    known = ids.parse_orcid(author.orcid or "")
    places = dict.fromkeys(
        (_crossref_plain_text(place.name), _crossref_ror_id(place.id or [])) for place in author.affiliation or []
    )
    return Authorship(
        name=name,
        ids=(known,) if known else (),
        affiliations=tuple(Affiliation(institution=text, id=ror, raw=text) for text, ror in places if text),
    )


def _crossref_ror_id(known: list[_Id]) -> str | None:
    found = next(filter(None, (_ROR.fullmatch((one.id or "").lower()) for one in known)), None)
    return f"ror:{found[1]}" if found else None


def _crossref_date(printed: _Date | None, latest: int) -> str | None:
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


def _first_crossref_text(texts: list[str | None] | None) -> str:
    return next((text for text in texts or [] if text and text.strip()), "")


def _crossref_plain_text(text: str | None) -> str:
    """Text on one line, without markup and addresses of mail."""
    bare = html.unescape(_TAG.sub(" ", _INLINE.sub("", text or "")))
    return " ".join(redact_contacts(bare).split())


def _decode_crossref(body: bytes, shape: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BROKEN as error:
        raise _crossref_shape_error(str(error)[:200], url) from None


def _crossref_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"Crossref's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The works that fit the words best, as far as three pages go.

    Raises:
        SourceError: a page could not be read; those before it were yielded.
    """
    cursor = "*"
    for page in range(_crossref_page_count(ask)):
        reply = await _fetch_crossref_page(http, ask, page, cursor)
        yield reply
        found = _peek_crossref_list(reply.body)
        cursor = found.next_cursor or ""
        if len(found.items or []) < PER_PAGE:
            return


async def _fetch_crossref_page(http: HttpClient, ask: FetchRequest, page: int, cursor: str) -> Response:
    """A page by its cursor. The page before may be a kept one, and its cursor long forgotten: then by its number."""
    params = {
        "query.bibliographic": " ".join(re.sub(r"[,;|\n]+", " ", ask.interest).split()),
        "filter": ",".join(
            (f"from-pub-date:{ask.since}", f"until-pub-date:{ask.until}", *(f"type:{kind}" for kind in KINDS))
        ),
        "select": FIELDS,
        "rows": min(PER_PAGE, ask.limit),
    }
    note = "works by their words"
    try:
        if cursor:
            return await http.get(CARD, "/works", {**params, "cursor": cursor}, note=note)
    except NotFound:
        if not page:
            raise
    return await http.get(CARD, "/works", {**params, "offset": page * PER_PAGE}, note=note)


def _peek_crossref_list(body: bytes) -> _List:
    """What a list says about itself; nothing where that cannot be read."""
    try:
        return msgspec.json.decode(bytes(msgspec.json.decode(body, type=_Head).message), type=_List)
    except _BROKEN:
        return _List()


def page(reply: Response) -> ListPage | None:
    """What a page says about its list."""
    found = _peek_crossref_list(reply.body)
    if found.items is None or found.total_results is None:
        return None
    return ListPage(len(found.items), found.total_results, found.items_per_page or PER_PAGE)


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """Three pages at most."""
    pages = _crossref_page_count(ask)
    return (
        [PlannedCall("works by the interest's words, the likeliest first", f"{CARD.base}/works", pages, 0)]
        if pages
        else []
    )


def _crossref_page_count(ask: FetchRequest) -> int:
    """Pages to ask for at most; none for ids, for no words or for no time."""
    if ask.ids or ask.since > ask.until or not any(map(str.isalnum, ask.interest)):
        return 0
    return min(PAGES, -(-ask.limit // PER_PAGE))


PROBE = ProbeRequest("/works", {"query.bibliographic": "learning", "select": FIELDS, "rows": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE, page=page)
