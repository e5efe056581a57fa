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
from finder.errors import ShapeChanged
from finder.model import Affiliation, Authorship, Rejected, Work, told_apart
from finder.names import tidy
from finder.redaction import redact
from finder.source import Ask, Call, Card, Door, Page, Probe, Reply, Source, asked_size

CARD = Card(
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


def parse(reply: Reply) -> Iterator[Work | Rejected]:
    """Read a page of results; an id that arXiv does not know gives a page without any.

    Raises:
        ShapeChanged: it is an error, or not a feed.
    """
    entries = _feed(reply.body, reply.url).findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in (where := _text(entry, f"{_ATOM}id")) or (
            _text(entry, f"{_ATOM}title") == "Error" and "/abs/" not in where
        ):
            raise _changed(f"it says {_text(entry, f'{_ATOM}summary') or 'Error'}"[:200], reply.url)
    for place, entry in enumerate(entries):
        yield _work(entry, f"{reply.url} #{place}")


def is_complete(body: bytes) -> bool:
    """Whether a page is whole: in mid paging, arXiv at times sends an empty one."""
    total, start, count = _counts(body)
    return count > 0 or start >= total


def page(reply: Reply) -> Page:
    """What a page says about its list."""
    total, _, count = _counts(reply.body)
    return Page(count, total, asked_size(reply.url, "max_results", PER_PAGE))


def _counts(body: bytes) -> tuple[int, int, int]:
    """Works in all, where this page begins, and how many are on it; noughts where that cannot be read."""
    try:
        feed = _feed(body, "")
        total, start = (int(_text(feed, f"{_SEARCH}{name}") or 0) for name in ("totalResults", "startIndex"))
    except (ShapeChanged, ValueError):
        return 0, 0, 0
    return total, start, len(feed.findall(f"{_ATOM}entry"))


def _feed(body: bytes, url: str) -> ElementTree.Element:
    """The root of a feed. Read as UTF-8 alone, so that no other encoding can hide what is looked for."""
    try:
        text = body.decode("utf-8-sig")
        if any(mark in text for mark in ("<!DOCTYPE", "<!ENTITY", "\0")):  # UTF-16 would show by its noughts
            raise _changed("it declares entities, which a feed has no use for", url)
        root = ElementTree.fromstring(text)  # noqa: S314 - no entities left to expand, and the door bounds the size
    except (UnicodeError, ElementTree.ParseError, ValueError) as error:
        raise _changed(f"not XML ({error})"[:200], url) from None
    if root.tag != f"{_ATOM}feed":
        raise _changed("not a feed", url)
    return root


def _work(entry: ElementTree.Element, where: str) -> Work | Rejected:
    found = _ID.search(_text(entry, f"{_ATOM}id"))
    key = f"arxiv:{found[1].lower()}" if found else ""
    title, when = _text(entry, f"{_ATOM}title"), _day(_text(entry, f"{_ATOM}published"))
    if not found or not title or not when:
        why = "no arXiv id" if not found else "no title" if not title else "no date"
        return Rejected(CARD.name, key or where, why)
    doi = ids.doi(_text(entry, f"{_ARXIV}doi"))
    terms = (" ".join(category.get("term", "").split()) for category in entry.findall(f"{_ATOM}category"))
    return Work(
        source=CARD.name,
        source_id=key,
        title=title,
        date=when,
        authorships=told_apart(_authorships(entry)),
        abstract=_fold(redact(_text(entry, f"{_ATOM}summary"))) or None,
        keywords=tuple(dict.fromkeys(filter(None, terms))),
        venue="arXiv",
        type="preprint",
        ids=(key, doi) if doi else (key,),
        url=f"https://arxiv.org/abs/{found[1]}",
        published=not _WITHDRAWN.search(_text(entry, f"{_ARXIV}comment")),
    )


def _authorships(entry: ElementTree.Element) -> Iterator[Authorship]:
    """The people in the row of authors; collaborations, and the colon that follows them, stand there, too."""
    for author in entry.findall(f"{_ATOM}author"):
        name = tidy(_text(author, f"{_ATOM}name"))
        if any(map(str.isalpha, name)) and "@" not in name and not _GROUP.search(name):
            printed = (redact(_fold(a.text)) for a in author.findall(f"{_ARXIV}affiliation"))
            places = dict.fromkeys(filter(None, map(_fold, printed)))
            yield Authorship(name, affiliations=tuple(Affiliation(institution=place, raw=place) for place in places))


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def _text(parent: ElementTree.Element, tag: str) -> str:
    return _fold(parent.findtext(tag))


def _fold(text: str | None) -> str:
    return " ".join((text or "").split())


def _changed(why: str, url: str) -> ShapeChanged:
    return ShapeChanged(
        f"arXiv's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


async def fetch(http: Door, ask: Ask) -> AsyncIterator[Reply]:
    """Preprints with the interest's words as they stand, newest first, as far as two pages go.

    Raises:
        SourceError: a page could not be read; those before it were yielded.
    """
    for page in range(_pages(ask)):
        reply = await http.get(CARD, "/query", _params(ask, page), note="preprints, newest first", check=is_complete)
        yield reply
        total, _, count = _counts(reply.body)
        if not count or total <= (page + 1) * PER_PAGE:
            return


def plan(ask: Ask) -> list[Call]:
    """Two pages at most."""
    pages = _pages(ask)
    return [Call("preprints on the interest, newest first", f"{CARD.base}/query", pages, 0)] if pages else []


def _pages(ask: Ask) -> int:
    """Pages to ask for at most; none for ids, for no words or for no time."""
    if ask.ids or ask.since > ask.until or not _phrases(ask.interest):
        return 0
    return min(PAGES, -(-ask.limit // PER_PAGE))


def _phrases(interest: str) -> list[str]:
    """The parts of an interest; arXiv reads words without quotes as alternatives."""
    parts = (_fold(_NOT_WORDS.sub(" ", part)) for part in _SPLIT.split(interest))
    return list(dict.fromkeys(part for part in parts if any(map(str.isalnum, part))))


def _params(ask: Ask, page: int) -> dict[str, str | int]:
    quoted = [f'all:"{phrase}"' for phrase in _phrases(ask.interest)]
    said = quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"
    span = f"submittedDate:[{ask.since:%Y%m%d}0000 TO {ask.until:%Y%m%d}2359]"
    return {
        "search_query": f"{said} AND {span}",
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": page * PER_PAGE,
        "max_results": min(PER_PAGE, ask.limit),
    }


PROBE = Probe("/query", {"search_query": "all:learning", "max_results": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE, page=page)
