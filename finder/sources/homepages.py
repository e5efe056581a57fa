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
from finder.errors import NotFound, ShapeChanged, SourceError
from finder.model import Person, Rejected, Statement
from finder.paging import side_by_side
from finder.source import Ask, Call, Card, Door, Reply, Source
from finder.sources._homepages import page as pages
from finder.sources._homepages.links import worth_reading
from finder.sources._homepages.statements import Said, statements
from finder.sources._homepages.whose import fits, former, posts

CARD = Card(
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
FURTHER = 3
"""Pages of one person at most, after the homepage."""


async def complete(http: Door, ask: Ask) -> AsyncGenerator[Reply, None]:
    """The homepage of each person, and the few pages of it that are about joining them.

    A page that cannot be read costs only itself.

    Raises:
        SourceError: nothing came at all, and not because the pages are gone.
    """
    errors: list[SourceError] = []
    came = False
    people = [
        _person(http, id_, ask.names[id_], errors) for id_ in ask.ids if id_.startswith(SCHEME) and id_ in ask.names
    ]
    async with aclosing(side_by_side(people, CARD.concurrency, errors)) as arriving:
        async for _, reply in arriving:
            came = True
            yield reply
    if not came and (error := next((error for error in errors if not isinstance(error, NotFound)), None)):
        raise error


async def _person(http: Door, id_: str, name: str, errors: list[SourceError]) -> AsyncGenerator[Reply, None]:
    url = id_.removeprefix(SCHEME)
    home = await http.get(CARD, url, note=_note(id_, name, 0))
    yield home
    page = _page(home)
    if not fits(page, home.url, name):
        return
    for further in worth_reading(url, page.links, FURTHER):
        try:
            yield await http.get(CARD, further, note=_note(id_, name, 1))
        except SourceError as error:
            errors.append(error)


def _note(id_: str, name: str, depth: int) -> str:
    return json.dumps({"name": name, "ids": [id_], "depth": depth}, ensure_ascii=False, sort_keys=True)


def parse(reply: Reply) -> Iterator[Person | Statement | Rejected]:
    """Read one page: a person (from the homepage itself) and statements.

    Raises:
        ShapeChanged: the note does not say whose page it is.
    """
    name, ids, depth = _whose(reply)
    page = _page(reply)
    if not page.blocks:
        yield Rejected(CARD.name, reply.url, "nothing to read on the page")
        return
    if not fits(page, reply.url, name, depth):
        yield Rejected(CARD.name, reply.url, "another person's page")
        return
    if page.cut:
        yield Rejected(CARD.name, reply.url, "the page is too large: only its beginning was read")
    seen = reply.fetched_at[:10]
    if depth == 0:
        at = (*posts(page), *former(page))
        yield Person(CARD.name, reply.url, name, seen, ids=ids, affiliations=at, homepage=reply.url)
    for said in statements(page, name, int(seen[:4])):
        if DAMAGED in said.quote:  # word for word, or not at all
            yield Rejected(CARD.name, reply.url, "a sentence in an encoding that could not be read")
        else:
            yield _statement(said, reply, name, ids)


def _page(reply: Reply) -> pages.Page:
    return pages.read(reply.body, reply.headers.get("content-type", ""))


def _statement(said: Said, reply: Reply, name: str, ids: tuple[str, ...]) -> Statement:
    mark = hashlib.sha256(f"{said.polarity} {said.quote}".encode()).hexdigest()[:12]
    return Statement(
        CARD.name, f"{reply.url}#{mark}", name, ids, said.polarity, said.quote, reply.url, reply.fetched_at[:10],
        said.date, said.audience, said.institution, said.role,
    )  # fmt: skip


def _whose(reply: Reply) -> tuple[str, tuple[str, ...], int]:
    try:
        note: Any = json.loads(reply.note)
        name, ids, depth = note["name"], tuple(note["ids"]), note["depth"]
        if not (
            isinstance(name, str) and name.strip() and isinstance(depth, int) and all(isinstance(i, str) for i in ids)
        ):
            raise TypeError
        int(reply.fetched_at[:4])
    except (ValueError, KeyError, TypeError):
        raise ShapeChanged(f"It is not known whose page {reply.url} is. Collect again.", reply.url) from None
    return name, ids, depth


def plan(ask: Ask) -> list[Call]:
    """At most four calls a person."""
    people = len([id_ for id_ in ask.ids if id_.startswith(SCHEME)]) if ask.ids else CARD.most
    return [Call("homepages of people found", f"{CARD.base}/", people * (1 + FURTHER), 0)]


SOURCE = Source(card=CARD, parse=parse, complete=complete, plan=plan)
