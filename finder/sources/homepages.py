"""Homepages that people link themselves: the post they state, and what they say about joining them, word for word.

Off unless switched on: it asks many small hosts, gently, and a collection takes minutes longer for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from finder.decoding import DAMAGED
from finder.errors import NotFound, SourceError, UnexpectedFormat
from finder.model import Person, Rejected, Statement
from finder.pagination import merge_page_streams
from finder.source import FetchRequest, HttpClient, PlannedCall, Response, Source, SourceInfo
from finder.sources._homepages import page as pages
from finder.sources._homepages.links import select_further_pages
from finder.sources._homepages.page_owner import current_page_affiliations, former_page_affiliations, is_page_of_person
from finder.sources._homepages.statements import PageStatement, extract_statements

CARD = SourceInfo(
    name="homepages",
    title="Homepages",
    home="https://www.rfc-editor.org/rfc/rfc9309",  # no one service: what holds for all of them is robots.txt
    terms="Each page belongs to its author: quoted by the sentence with its address, as robots.txt allows.",
    base="https://homepages.invalid",
    pace=0.3,
    concurrency=4,
    cadence_days=14,
    expects="html",
    default_on=False,
    completes="homepage",
    most=40,
    adds="What people say on their own pages about joining them and about moving, quoted with page and date.",
)
SCHEME = "homepage:"
MAX_FURTHER_PAGES = 3
"""Pages of one person at most, after the homepage."""


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """The homepage of each person, and the few pages of it that are about joining them.

    A page that cannot be read costs only itself.

    Raises:
        SourceError: nothing came at all, and not because the pages are gone.
    """
    errors: list[SourceError] = []
    came = False
    people = [
        _fetch_person_pages(http, id_, ask.names[id_], errors)
        for id_ in ask.ids
        if id_.startswith(SCHEME) and id_ in ask.names
    ]
    async with aclosing(merge_page_streams(people, CARD.concurrency, errors)) as arriving:
        async for _, reply in arriving:
            came = True
            yield reply
    if not came and (error := next((error for error in errors if not isinstance(error, NotFound)), None)):
        raise error


async def _fetch_person_pages(
    http: HttpClient, id_: str, name: str, errors: list[SourceError]
) -> AsyncGenerator[Response, None]:
    url = id_.removeprefix(SCHEME)
    home = await http.get(CARD, url, note=_page_owner_note(id_, name, 0))
    yield home
    page = _parse_homepage(home)
    if not is_page_of_person(page, home.url, name):
        return
    for further in select_further_pages(url, page.links, MAX_FURTHER_PAGES):
        try:
            yield await http.get(CARD, further, note=_page_owner_note(id_, name, 1))
        except SourceError as error:
            errors.append(error)


def _page_owner_note(id_: str, name: str, depth: int) -> str:
    return json.dumps({"name": name, "ids": [id_], "depth": depth}, ensure_ascii=False, sort_keys=True)


def parse(reply: Response) -> Iterator[Person | Statement | Rejected]:
    """Read one page: a person (from the homepage itself) and statements.

    Raises:
        UnexpectedFormat: the note does not say whose page it is.
    """
    name, ids, depth = _read_owner_note(reply)
    page = _parse_homepage(reply)
    if not page.blocks:
        yield Rejected(CARD.name, reply.url, "nothing to read on the page")
        return
    if not is_page_of_person(page, reply.url, name, depth):
        yield Rejected(CARD.name, reply.url, "another person's page")
        return
    if page.cut:
        yield Rejected(CARD.name, reply.url, "the page is too large: only its beginning was read")
    seen = reply.fetched_at[:10]
    if depth == 0:
        at = (*current_page_affiliations(page), *former_page_affiliations(page))
        yield Person(CARD.name, reply.url, name, seen, ids=ids, affiliations=at, homepage=reply.url)
    for said in extract_statements(page, name, int(seen[:4])):
        if DAMAGED in said.quote:  # word for word, or not at all
            yield Rejected(CARD.name, reply.url, "a sentence in an encoding that could not be read")
        else:
            yield _homepage_statement(said, reply, name, ids)


def _parse_homepage(reply: Response) -> pages.VisiblePage:
    return pages.parse_visible_page(reply.body, reply.headers.get("content-type", ""))


def _homepage_statement(said: PageStatement, reply: Response, name: str, ids: tuple[str, ...]) -> Statement:
    mark = hashlib.sha256(f"{said.polarity} {said.quote}".encode()).hexdigest()[:12]
    return Statement(
        CARD.name,
        f"{reply.url}#{mark}",
        name,
        ids,
        said.polarity,
        said.quote,
        reply.url,
        reply.fetched_at[:10],
        said.date,
        said.audience,
        said.institution,
        said.role,
    )


def _read_owner_note(reply: Response) -> tuple[str, tuple[str, ...], int]:
    try:
        note: Any = json.loads(reply.note)
        name, ids, depth = note["name"], tuple(note["ids"]), note["depth"]
        if not (
            isinstance(name, str) and name.strip() and isinstance(depth, int) and all(isinstance(i, str) for i in ids)
        ):
            raise TypeError
        int(reply.fetched_at[:4])
    except (ValueError, KeyError, TypeError):
        raise UnexpectedFormat(f"It is not known whose page {reply.url} is. Collect again.", reply.url) from None
    return name, ids, depth


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """At most four calls a person."""
    people = len([id_ for id_ in ask.ids if id_.startswith(SCHEME)]) if ask.ids else CARD.most
    return [PlannedCall("homepages of people found", f"{CARD.base}/", people * (1 + MAX_FURTHER_PAGES), 0)]


SOURCE = Source(card=CARD, parse=parse, complete=complete, plan=plan)
