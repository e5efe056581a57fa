"""OpenAlex over the fictional world: ``answer`` speaks its calls, refusals, paging and headers of late 2026."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from data.demo.builder import grants, shapes
from data.demo.builder.filters import Refused, Wrong, sift
from data.demo.builder.model import Paper, World
from data.demo.builder.names import plain
from data.demo.builder.search import Texts, words
from data.demo.builder.shapes import Json
from data.demo.builder.text import keyword_id
from data.demo.builder.topics import INTERESTS

Answer = tuple[int, dict[str, str], bytes]
SEARCHES = ("search", "search.title", "search.title_and_abstract", "search.semantic")
PARAMETERS = {*SEARCHES, "filter", "per_page", "per-page", "page", "cursor", "sort", "select", "api_key", "mailto"}
WORK_SORTS = ("publication_date", "cited_by_count", "publication_year", "relevance_score")
FREE_FIELDS = {"id", "display_name", "works_count"}
BUDGET = 10_000
"""Credits a day with a key; a credit is $0.0001."""


class Catalogue:
    """What the service looks things up in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.texts = Texts((p.title, p.abstract or "") for p in world.papers)
        self.titles = Texts((p.title, "") for p in world.papers)
        self.by_author: dict[str, list[Paper]] = defaultdict(list)
        self.keywords: Counter[str] = Counter()
        self.institutions: Counter[int] = Counter()
        self.topics: Counter[int] = Counter()
        for paper in world.papers:
            self.keywords.update(paper.keywords)
            self.topics.update(paper.interests)
            self.institutions.update({o for a in paper.authors if a.matched_orgs for o in a.orgs})
            for line in paper.authors:
                if line.matched_author:
                    self.by_author[world.people[line.person].openalex].append(paper)
        self.people = {p.openalex: p for p in world.people}
        self.orgs = {o.id: o for o in world.organisations}
        self.works = {p.id: p for p in world.papers}

    def author(self, key: str) -> Json | None:
        """An author who has works."""
        papers = self.by_author.get(key)
        return shapes.author(self.world, self.people[key], papers) if papers else None

    def institution(self, key: str) -> Json | None:
        """An institution."""
        org = self.orgs.get(key)
        return shapes.institution(org, self.institutions[org.number]) if org else None


@cache
def catalogue(world: World) -> Catalogue:
    """The catalogue of a world, made once."""
    return Catalogue(world)


def answer(world: World, path: str, query: dict[str, str]) -> Answer:
    """What OpenAlex would answer: status, headers, body."""
    kind, _, one = path.strip("/").partition("/")
    books = catalogue(world)
    try:
        if kind == "rate-limit":
            return _reply(200, {"rate_limit": {"daily_budget_usd": 1.0, "daily_remaining_usd": 1.0}}, 0)
        if one:
            return _single(books, kind, re.sub(r"^https?://openalex\.org/", "", one).rsplit("/", 1)[-1], query)
        _check_parameters(query)
        if kind == "works":
            return _works(books, query)
        if kind in ("keywords", "topics"):
            return _names(books, kind, query)
        if kind == "awards":
            return _awards(books, query)
        if kind in ("authors", "institutions"):
            return _entities(books, kind, query)
    except Wrong as wrong:
        return _reply(400, {"error": "Invalid query parameters error.", "message": str(wrong)}, 0)
    except Refused as refused:
        return _reply(refused.status, refused.body, 0)
    return _not_found()


def _not_found() -> Answer:
    page = b"<!doctype html><html lang=en><title>404 Not Found</title><h1>Not Found</h1></html>"
    return 404, {"Content-Type": "text/html; charset=utf-8"}, page


def _reply(status: int, body: Json, credit: int) -> Answer:
    headers = {
        "Content-Type": "application/json",
        "X-RateLimit-Limit": str(BUDGET),
        "X-RateLimit-Remaining": str(BUDGET - credit),
        "X-RateLimit-Credits-Used": str(credit),
        "X-RateLimit-Cost-USD": str(credit / 10_000),
        "X-RateLimit-Limit-USD": "1",
        "X-RateLimit-Remaining-USD": str((BUDGET - credit) / 10_000),
        "X-RateLimit-Reset": "43200",
    }
    return status, headers, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _check_parameters(query: dict[str, str]) -> None:
    unknown = sorted(set(query) - PARAMETERS)
    if unknown:
        raise Wrong(
            f"{', '.join(unknown)} is not a valid parameter. Valid parameters are: {', '.join(sorted(PARAMETERS))}."
        )


def _select(rows: list[Json], query: dict[str, str]) -> list[Json]:
    chosen = list(filter(None, query.get("select", "").split(",")))
    if not chosen:
        return rows
    if rows and set(chosen) - set(rows[0]) - {"is_authors_truncated", "relevance_score"}:
        raise Wrong(f"{', '.join(sorted(set(chosen) - set(rows[0])))} is not a valid select field.")
    return [{key: row.get(key) for key in chosen} for row in rows]


def _single(books: Catalogue, kind: str, key: str, query: dict[str, str]) -> Answer:
    found: Json | None = None
    if kind == "works":
        paper = books.works.get(key.upper()) or next(
            (p for p in books.works.values() if p.doi and p.doi == key.removeprefix("doi:")), None
        )
        found = shapes.work(books.world, paper, listed=False) if paper else None
    elif kind == "authors":
        found = books.author(key.upper())
    elif kind == "institutions":
        found = books.institution(key.upper())
    elif kind == "keywords":
        found = next(
            (shapes.keyword(w, n) for w, n in books.keywords.items() if keyword_id(w).endswith(f"/{key}")), None
        )
    elif kind == "topics":
        found = next(
            (
                shapes.topic_record(i, books.topics[i])
                for i in range(len(INTERESTS))
                if shapes.topic_id(i) == key.upper()
            ),
            None,
        )
    return _reply(200, _select([found], query)[0], 0) if found else _not_found()


# --- lists ----------------------------------------------------------------------------------------------------------


def _works(books: Catalogue, query: dict[str, str]) -> Answer:
    scores: dict[int, float] | None = None
    for name in SEARCHES:
        if query.get(name):
            found = _search(books, name, query[name])
            scores = found if scores is None else {n: s for n, s in scores.items() if n in found}
    kept, costly = sift(books, query.get("filter", ""))
    numbers = sorted(kept if scores is None else kept & set(scores))
    numbers = _sorted(books, numbers, scores, query.get("sort", ""))
    credit = 10 if scores is not None or costly else 1

    def show(number: int) -> Json:
        shown = shapes.work(books.world, books.world.papers[number], listed=True)
        return {**shown, "relevance_score": scores[number]} if scores is not None else shown

    return _page(numbers, show, query, credit)


def _search(books: Catalogue, name: str, text: str) -> dict[int, float]:
    if name == "search.semantic":
        return books.texts.alike(text, 50)
    try:
        return (books.titles if name == "search.title" else books.texts).find(text)
    except ValueError as error:
        raise Wrong(f"The search could not be read: {error}") from None


def _sorted(books: Catalogue, numbers: list[int], scores: dict[int, float] | None, sort: str) -> list[int]:
    papers = books.world.papers
    for key in reversed((sort or ("relevance_score:desc" if scores else "cited_by_count:desc")).split(",")):
        field, _, direction = key.partition(":")
        if field not in WORK_SORTS or (field == "relevance_score" and scores is None):
            raise Wrong(f"{field} is not a valid sort here: {', '.join(WORK_SORTS)}")
        orders: dict[str, Callable[[int], Any]] = {
            "publication_date": lambda n: papers[n].date,
            "publication_year": lambda n: papers[n].date[:4],
            "cited_by_count": lambda n: papers[n].citations,
            "relevance_score": lambda n: (scores or {})[n],
        }
        numbers = sorted(numbers, key=orders[field], reverse=direction == "desc")
    return numbers


def _page(rows: Sequence[Any], show: Callable[[Any], Json], query: dict[str, str], credit: int) -> Answer:
    per_page = query.get("per_page", query.get("per-page", "25"))
    if not per_page.isdigit() or not 1 <= int(per_page) <= 100:
        raise Wrong("per-page parameter must be between 1 and 100")
    size, start = int(per_page), 0
    cursor = query.get("cursor")
    try:
        if cursor and cursor != "*":
            start = int(base64.urlsafe_b64decode(cursor).decode().removeprefix("o:"))
        elif not cursor:
            start = (int(query.get("page", "1")) - 1) * size
    except ValueError:
        raise Wrong("Cursor value is invalid. Cursor value should be * or a value from next_cursor.") from None
    if not cursor and not 0 <= start <= 10_000 - size:
        raise Wrong("Maximum results size of 10,000 records is exceeded. Cursor pagination is required beyond 10,000.")
    shown = _select([show(row) for row in rows[start : start + size]], query)
    meta: Json = {"count": len(rows), "db_response_time_ms": 20, "page": None if cursor else start // size + 1}
    meta["per_page"] = size
    if cursor:
        more = start + size < len(rows)
        meta["next_cursor"] = base64.urlsafe_b64encode(f"o:{start + size}".encode()).decode() if more else None
    body = {"meta": {**meta, "groups_count": None, "cost_usd": credit / 10_000}, "results": shown, "group_by": []}
    return _reply(200, body, credit)


def _names(books: Catalogue, kind: str, query: dict[str, str]) -> Answer:
    """Keywords or topics; the type-ahead of at most ten of exactly three fields is free."""
    if kind == "keywords":
        rows = [shapes.keyword(word, count) for word, count in books.keywords.items()]
    else:
        rows = [shapes.topic_record(i, books.topics[i]) for i in range(len(INTERESTS))]
    asked = set(words(query.get("search", "")))
    rows = [r for r in rows if asked <= set(words(r["display_name"] + " " + r.get("description", "")))]
    rows.sort(key=lambda r: (-r["works_count"], r["id"]))
    small = int(query.get("per_page", query.get("per-page", "25"))) <= 10
    free = bool(asked) and small and set(query.get("select", "").split(",")) == FREE_FIELDS
    return _page(rows, lambda row: row, query, 0 if free else 10 if asked else 1)


def _awards(books: Catalogue, query: dict[str, str]) -> Answer:
    """Grants by topic, by who leads them, and by the words of their titles."""
    topics = {number: shapes.topic_id(number) for number in range(len(INTERESTS))}
    try:
        found = list(grants.sift_awards(books.world, query.get("filter", ""), topics))
    except ValueError as error:
        raise Wrong(str(error)) from None
    asked = set(words(query.get("search", "")))
    found = [award for award in found if asked <= set(words(award.title))]

    def show(award: grants.Award) -> Json:
        return grants.award_record(books.world, award, shapes.topic(award.interest))

    return _page(found, show, query, 10 if asked else 1)


def _entities(books: Catalogue, kind: str, query: dict[str, str]) -> Answer:
    """Authors or institutions by id, or by words of their name."""
    get = books.author if kind == "authors" else books.institution
    if query.get("search"):
        asked = set(plain(query["search"]).lower().split())
        named = (
            [(p.openalex, p.name.full) for p in books.world.people]
            if kind == "authors"
            else [(o.id, o.name) for o in books.world.organisations]
        )
        keys = [key for key, name in named if asked <= set(plain(name).lower().split())]
        return _page([r for r in map(get, keys) if r], lambda row: row, query, 10)
    keys = []
    for item in filter(None, query.get("filter", "").split(",")):
        field, _, value = item.partition(":")
        if field not in ("id", "openalex", "openalex_id", "ids.openalex"):
            raise Wrong(f"{field} is not a valid field here: only id")
        keys += [re.sub(r"^https?://openalex\.org/", "", v, flags=re.IGNORECASE).upper() for v in value.split("|")]
    if not 1 <= len(keys) <= 100:
        raise Wrong("filter=id:… with 1 to 100 values joined by | is all this list supports")
    return _page([r for r in map(get, dict.fromkeys(keys)) if r], lambda row: row, query, 1)
