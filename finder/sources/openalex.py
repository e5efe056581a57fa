"""OpenAlex: works with topic, date, authors and affiliations in one answer, and authors' own records.

The plan is by cost. Keywords and topics of the interest come from the type-ahead, their works from lists at 1 credit
a page, newest first; text search at 10 credits a page fills only what the lists miss. With a key, pages are chains of
cursors, by year where the list is long; without one, they are page numbers.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlencode, urlsplit

import msgspec

from finder.errors import OutOfBudget
from finder.source import Ask, Call, Card, Door, Page, Probe, Reply, Source, asked_size
from finder.sources._openalex import plan as planning
from finder.sources._openalex import shapes
from finder.sources._openalex.asking import Run, look_up, page_lists, page_people, page_texts
from finder.sources._openalex.records import parse, read_lines

CARD = Card(
    name="openalex",
    title="OpenAlex",
    home="https://openalex.org",
    terms="CC0: free to use, attribution welcome",
    base="https://api.openalex.org",
    pace=8,  # its edge refuses more than 10 a second, and 30 with a key; requests bunch up on their way
    keyed_pace=25,
    concurrency=8,
    key_name="openalex_key",
    key_param="api_key",
    key_help="A free key from openalex.org/settings/api gives ten times the daily credits.",
    credits=(1_000, 10_000),
    credit_headers=("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Credits-Used", "X-RateLimit-Reset"),
    cadence_days=7,
    completes="openalex",
    compares=True,
    locates=500,
    adds="Works with authors, affiliations and topics, and people's own records: what everything else rests on.",
)


async def fetch(http: Door, ask: Ask) -> AsyncGenerator[Reply, None]:
    """Ask for the works on an interest, newest first; with ``ask.ids``, only for those authors and works.

    Raises:
        SourceError: a call failed; all others were made and yielded before, unless the day's credits are spent.
    """
    run = Run(http, CARD, ask)
    for stage in [page_people(run)] if ask.ids else [look_up(run), page_lists(run), page_texts(run)]:
        async with aclosing(stage) as replies:
            async for reply in replies:
                yield reply
    if run.errors:
        raise next((error for error in run.errors if isinstance(error, OutOfBudget)), run.errors[0])


async def complete(http: Door, ask: Ask) -> AsyncGenerator[Reply, None]:
    """Ask for authors' own records and their other works, newest first, and institutions' own records.

    Nothing is asked without ``ask.ids``.

    Raises:
        SourceError: as in :func:`fetch`.
    """
    if ask.ids:
        async with aclosing(fetch(http, ask)) as replies:
            async for reply in replies:
                yield reply


def plan(ask: Ask) -> list[Call]:
    """What a collection asks at most, and for how many credits."""
    return _plan_people(ask) if ask.ids else _plan_interest(ask)


def _plan_interest(ask: Ask) -> list[Call]:
    looked, named = planning.looks(ask.interest), len(planning.phrases(ask.interest))
    span = (ask.since, ask.until)
    years = len(planning.spans(*span)) if ask.keyed and ask.limit > planning.DIRECT else 0
    listed = planning.Listing("", filter="keywords.id:…").params(span)
    calls = [
        Call(f"{shelf} for the interest", _url(f"/{shelf}", planning.choice(ask.interest)), count, cost)
        for shelf, cost in planning.LOOK_COST.items()
        if (count := sum(look.shelf == shelf for look in looked))
    ]
    most = planning.pages_of(ask.limit, ask.limit) + 3 * named * (1 + years)
    if looked:
        calls.append(Call("works by keyword and topic, newest first", _url("/works", listed), most, 1))
    most = min(planning.TEXT_PAGES[ask.keyed], planning.pages_of(ask.limit, ask.limit))
    purpose = "works by their text, as far as keywords find little"
    texts = planning.texts(ask.interest)[:1]
    return [*calls, *(Call(purpose, _url("/works", text.params(span)), most, planning.TEXT_COST) for text in texts)]


def _plan_people(ask: Ask) -> list[Call]:
    asked = planning.people(ask.ids, ask.limit)
    span = (ask.since, ask.until)
    theirs = planning.Listing("", filter="author.id:…").params(span)
    own = planning.Listing("", filter="openalex:…").params(None)
    calls = [
        Call("authors' own records", _url("/authors", planning.authors("…")), len(asked.authors), 1),
        Call("their works, newest first", _url("/works", theirs), len(asked.theirs) * asked.pages, 1),
        Call("works by id", _url("/works", own), len(asked.works), 1),
        Call("institutions' own records", _url("/institutions", planning.places("…")), len(asked.places), 1),
    ]
    return [call for call in calls if call.calls]


def page(reply: Reply) -> Page | None:
    """What a page says about its list of works."""
    if urlsplit(reply.url).path.rpartition("/")[2] != "works":
        return None
    try:
        found = msgspec.json.decode(reply.body, type=_Works)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    meta = found.meta or shapes.Meta()
    if meta.count is None or found.results is None:
        return None
    more = meta.next_cursor is not None if "cursor=" in urlsplit(reply.url).query else None
    return Page(len(found.results), meta.count, asked_size(reply.url, "per_page", planning.PER_PAGE), more)


class _Works(shapes.Listed):
    results: list[msgspec.Raw] | None = None


def _url(path: str, params: dict[str, str]) -> str:
    return f"{CARD.base}{path}?{urlencode(params, safe=':,/|…“”')}"


PROBE = Probe("/works", {"select": planning.WORK_FIELDS, "per_page": 1}, credits=1)
SOURCE = Source(
    card=CARD, parse=parse, fetch=fetch, complete=complete, plan=plan, read_lines=read_lines, probe=PROBE, page=page
)
