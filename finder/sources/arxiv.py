"""arXiv: preprints on an interest, newest first.

The service answers in Atom. It gives no ids of people and hardly ever where they are, and asks for patience: one
request in three seconds, one at a time.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from xml.etree import ElementTree

from finder import ids
from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Authorship, Rejected, Work, split_joint_authors
from finder.source import (
    FetchRequest,
    HttpClient,
    ListPage,
    PlannedCall,
    ProbeRequest,
    Response,
    Source,
    SourceInfo,
    request_page_size,
)
from finder.text.names import display_name
from finder.text.redaction import redact_contacts

CARD = SourceInfo(
    name="arxiv",
    title="arXiv",
    home="https://arxiv.org",
    terms="Metadata CC0. Thank you to arXiv for use of its open access interoperability.",
    base="https://export.arxiv.org/api",
    pace=1 / 3,
    concurrency=1,
    cadence_days=7,
    expects="text",  # Atom
    default_on=False,
    adds="Preprints of the last days, before others list them.",
)
PER_PAGE, PAGES = 200, 2

_ATOM, _ARXIV = "{http://www.w3.org/2005/Atom}", "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_ID = re.compile(r"arxiv\.org/abs/(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z-]+)?/\d{7})(?:v\d+)?/?$", re.IGNORECASE | re.ASCII)
_SPLIT = re.compile(r"[,;|\n]+")
_NOT_WORDS = re.compile(r"[^\w\s.+#'-]+")  # quotes and brackets would end the phrase
_GROUP = re.compile(r"\b(?:collaborations?|consortium|team)\b", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\b(?:been|is) withdrawn\b|^withdrawn\b", re.IGNORECASE)


def parse(reply: Response) -> Iterator[Work | Rejected]:
    """Read a page of results; an id that arXiv does not know gives a page without any.

    Raises:
        UnexpectedFormat: it is an error, or not a feed.
    """
    entries = _parse_arxiv_feed(reply.body, reply.url).findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in (where := _atom_text(entry, f"{_ATOM}id")) or (
            _atom_text(entry, f"{_ATOM}title") == "Error" and "/abs/" not in where
        ):
            raise _arxiv_shape_error(f"it says {_atom_text(entry, f'{_ATOM}summary') or 'Error'}"[:200], reply.url)
    for place, entry in enumerate(entries):
        yield _arxiv_work(entry, f"{reply.url} #{place}")


def is_complete_arxiv_page(body: bytes) -> bool:
    """Whether a page is whole: in mid paging, arXiv at times sends an empty one."""
    total, start, count = _arxiv_result_counts(body)
    return count > 0 or start >= total


def page(reply: Response) -> ListPage:
    """What a page says about its list."""
    total, _, count = _arxiv_result_counts(reply.body)
    return ListPage(count, total, request_page_size(reply.url, "max_results", PER_PAGE))


def _arxiv_result_counts(body: bytes) -> tuple[int, int, int]:
    """Works in all, where this page begins, and how many are on it; noughts where that cannot be read."""
    try:
        feed = _parse_arxiv_feed(body, "")
        total, start = (int(_atom_text(feed, f"{_SEARCH}{name}") or 0) for name in ("totalResults", "startIndex"))
    except (UnexpectedFormat, ValueError):
        return 0, 0, 0
    return total, start, len(feed.findall(f"{_ATOM}entry"))


def _parse_arxiv_feed(body: bytes, url: str) -> ElementTree.Element:
    """The root of a feed. Read as UTF-8 alone, so that no other encoding can hide what is looked for."""
    try:
        text = body.decode("utf-8-sig")
        if any(mark in text for mark in ("<!DOCTYPE", "<!ENTITY", "\0")):  # UTF-16 would show by its noughts
            raise _arxiv_shape_error("it declares entities, which a feed has no use for", url)
        root = ElementTree.fromstring(text)  # noqa: S314 - no entities left to expand, and the door bounds the size
    except (UnicodeError, ElementTree.ParseError, ValueError) as error:
        raise _arxiv_shape_error(f"not XML ({error})"[:200], url) from None
    if root.tag != f"{_ATOM}feed":
        raise _arxiv_shape_error("not a feed", url)
    return root


def _arxiv_work(entry: ElementTree.Element, where: str) -> Work | Rejected:
    found = _ID.search(_atom_text(entry, f"{_ATOM}id"))
    key = f"arxiv:{found[1].lower()}" if found else ""
    title, when = _atom_text(entry, f"{_ATOM}title"), _arxiv_date(_atom_text(entry, f"{_ATOM}published"))
    if not found or not title or not when:
        why = "no arXiv id" if not found else "no title" if not title else "no date"
        return Rejected(CARD.name, key or where, why)
    doi = ids.parse_doi(_atom_text(entry, f"{_ARXIV}doi"))
    terms = (" ".join(category.get("term", "").split()) for category in entry.findall(f"{_ATOM}category"))
    return Work(
        source=CARD.name,
        source_id=key,
        title=title,
        date=when,
        authorships=split_joint_authors(_arxiv_authorships(entry)),
        abstract=_collapse_atom_text(redact_contacts(_atom_text(entry, f"{_ATOM}summary"))) or None,
        keywords=tuple(dict.fromkeys(filter(None, terms))),
        venue="arXiv",
        type="preprint",
        ids=(key, doi) if doi else (key,),
        url=f"https://arxiv.org/abs/{found[1]}",
        published=not _WITHDRAWN.search(_atom_text(entry, f"{_ARXIV}comment")),
    )


def _arxiv_authorships(entry: ElementTree.Element) -> Iterator[Authorship]:
    """The people in the row of authors; collaborations, and the colon that follows them, stand there, too."""
    for author in entry.findall(f"{_ATOM}author"):
        name = display_name(_atom_text(author, f"{_ATOM}name"))
        if any(map(str.isalpha, name)) and "@" not in name and not _GROUP.search(name):
            printed = (redact_contacts(_collapse_atom_text(a.text)) for a in author.findall(f"{_ARXIV}affiliation"))
            places = dict.fromkeys(filter(None, map(_collapse_atom_text, printed)))
            yield Authorship(name, affiliations=tuple(Affiliation(institution=place, raw=place) for place in places))


def _arxiv_date(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def _atom_text(parent: ElementTree.Element, tag: str) -> str:
    return _collapse_atom_text(parent.findtext(tag))


def _collapse_atom_text(text: str | None) -> str:
    return " ".join((text or "").split())


def _arxiv_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"arXiv's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """Preprints with the interest's words as they stand, newest first, as far as two pages go.

    Raises:
        SourceError: a page could not be read; those before it were yielded.
    """
    for page in range(_arxiv_page_count(ask)):
        reply = await http.get(
            CARD,
            "/query",
            _arxiv_search_params(ask, page),
            note="preprints, newest first",
            check=is_complete_arxiv_page,
        )
        yield reply
        total, _, count = _arxiv_result_counts(reply.body)
        if not count or total <= (page + 1) * PER_PAGE:
            return


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """Two pages at most."""
    pages = _arxiv_page_count(ask)
    return [PlannedCall("preprints on the interest, newest first", f"{CARD.base}/query", pages, 0)] if pages else []


def _arxiv_page_count(ask: FetchRequest) -> int:
    """Pages to ask for at most; none for ids, for no words or for no time."""
    if ask.ids or ask.since > ask.until or not _arxiv_phrases(ask.interest):
        return 0
    return min(PAGES, -(-ask.limit // PER_PAGE))


def _arxiv_phrases(interest: str) -> list[str]:
    """The parts of an interest; arXiv reads words without quotes as alternatives."""
    parts = (_collapse_atom_text(_NOT_WORDS.sub(" ", part)) for part in _SPLIT.split(interest))
    return list(dict.fromkeys(part for part in parts if any(map(str.isalnum, part))))


def _arxiv_search_params(ask: FetchRequest, page: int) -> dict[str, str | int]:
    quoted = [f'all:"{phrase}"' for phrase in _arxiv_phrases(ask.interest)]
    said = quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"
    span = f"submittedDate:[{ask.since:%Y%m%d}0000 TO {ask.until:%Y%m%d}2359]"
    return {
        "search_query": f"{said} AND {span}",
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": page * PER_PAGE,
        "max_results": min(PER_PAGE, ask.limit),
    }


PROBE = ProbeRequest("/query", {"search_query": "all:learning", "max_results": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE, page=page)
